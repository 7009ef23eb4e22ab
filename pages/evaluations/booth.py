"""投票: one ballot of a panel, cast with a one-time code."""

from ui import ballot_booth

ballot_booth.draw()
