"""投屏: the situation on the wall, one thought at a time, driven by keys."""

from ui import signin, stage

stage.draw(signin.actor())
