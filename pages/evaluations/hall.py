"""评价会公示: the notices of evaluations, large and alone, for the screen in the hall."""

from ui import evaluation_hall

evaluation_hall.draw()
