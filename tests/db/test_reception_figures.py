"""The figures of reception: one 场次 for a leader's day, and one number wherever it is asked."""

from collections.abc import Callable
from datetime import date

import pytest

from db.engine import Store
from db.models.units import Leader
from db.queries import reception_days, reception_figures, visit_lists
from db.queries.reception_days import Span
from db.queries.visit_lists import VisitFilter
from rules.permissions import SYSTEM
from rules.reception_terms import Level, TurnState
from rules.terms import Purpose
from tests.conftest import OFFICE, TODAY
from tests.receptions import Make, make_turn

DAY, NEXT = date(2026, 11, 3), date(2026, 11, 4)


@pytest.fixture
def mayor(store: Store, make_leader: Callable[[str], int]) -> int:
    """A leader of a township beside the county's `leader`."""
    made = make_leader("钱镇长")
    with store.writing(SYSTEM) as session:
        session.get_one(Leader, made).level = Level.TOWNSHIP
    return made


@pytest.fixture
def received(store: Store, make_visit: Make, leader: int, mayor: int) -> None:
    """Two turns and two visits on one day, a day with a visit alone, a missed turn, an accusation."""
    make_turn(store, leader, DAY, state=TurnState.HELD)
    make_turn(store, mayor, DAY, state=TurnState.SUBSTITUTED, substitute_id=leader)
    make_turn(store, mayor, NEXT, state=TurnState.MISSED)
    for day, who in [(DAY, leader), (DAY, leader), (NEXT, mayor)]:
        make_visit(received_on=day, leader_id=who, people=2)
    make_visit(received_on=date(2026, 11, 9), purpose=Purpose.ACCUSATION)


@pytest.mark.parametrize(
    ("level", "expected"), [(None, (2, 3)), (Level.COUNTY, (1, 2)), (Level.TOWNSHIP, (1, 1))]
)
def test_the_ledger_the_statistics_and_their_rows_count_alike(
    store: Store, received: None, level: Level | None, expected: tuple[int, int]
) -> None:
    span = Span(DAY, TODAY, level)
    wanted = VisitFilter(DAY, TODAY, level=level, ordinary=True)
    with store.reading(OFFICE) as session:
        counted = reception_figures.figures(session, span, collective_min=5)
        ledger = visit_lists.figures(session, wanted, today=TODAY)
        days = reception_days.listed(session, span)
        leaders = reception_figures.by_leader(session, span)

    assert (counted.sessions, counted.batches) == expected
    assert (ledger.sessions, ledger.batches) == expected
    assert (len(days), sum(each.batches for each in days)) == expected
    assert tuple(
        sum(getattr(each, name) for each in leaders) for name in ("sessions", "batches")
    ) == (expected)
    assert counted.people == 2 * counted.batches


def test_a_day_open_at_both_ends_is_all_there_is(store: Store, received: None) -> None:
    with store.reading(OFFICE) as session:
        assert reception_figures.figures(session, Span(), collective_min=5).sessions == 2
