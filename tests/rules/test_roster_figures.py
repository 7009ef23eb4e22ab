"""The grid of leaders and months, and what a year lays on each."""

from dataclasses import replace
from datetime import date

from rules.reception_terms import TurnState as State
from rules.receptions import SpecialPeriod
from rules.roster_figures import Burden, GridCell, burdens, grid
from tests.rosters import CENTRE, basis, leader, turn

SPRING = basis(
    date(2026, 2, 1),
    date(2026, 3, 31),
    receivers=(leader(1, position=2), leader(2, position=1)),
    places=(CENTRE,),
    specials=(SpecialPeriod(1, "两会", date(2026, 3, 4), date(2026, 3, 12)),),
)
TURNS = [
    turn(1, date(2026, 2, 14), 1, state=State.HELD),  # a Saturday worked
    turn(2, date(2026, 3, 5), 1, state=State.SUBSTITUTED, substitute_id=2),
    turn(3, date(2026, 3, 8), 1, state=State.HELD),  # a Sunday of the special period
    turn(4, date(2026, 3, 30), 1),
    turn(5, date(2026, 3, 31), 2, state=State.MISSED),
    turn(6, date(2026, 4, 1), 1, state=State.HELD),  # outside
]


def test_the_grid_counts_each_turn_by_how_it_ended():
    february, march = date(2026, 2, 1), date(2026, 3, 1)

    assert grid(TURNS, SPRING) == (
        GridCell(2, february, 0, 0, 0, 0, 0),
        GridCell(2, march, 1, 0, 0, 1, 1),
        GridCell(1, february, 1, 1, 0, 0, 0),
        GridCell(1, march, 3, 1, 1, 0, 0),
    )


def test_a_substitute_who_is_only_to_come_has_not_stood_in_yet():
    planned = [replace(TURNS[1], state=State.PLANNED)]

    assert sum(cell.stood_in for cell in grid(planned, SPRING)) == 0


def test_burdens_are_days_in_person_by_the_real_calendar():
    assert burdens(TURNS, SPRING) == (Burden(2, 1, 0, 1), Burden(1, 3, 1, 1))
