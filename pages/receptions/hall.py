"""大厅公示: the published roster, large and alone, for the screen in the hall."""

from ui import roster_hall

roster_hall.draw()
