"""The facts figures are counted from: whose they are, and that an accusation is in none."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from db.commands.cases import Opened
from db.engine import Store
from db.models.cases import Case
from db.models.evaluations import Evaluation
from db.queries import evaluation_figures as queries
from db.queries import evaluations
from rules.errors import NotAllowed
from rules.evaluation_figures import Fact
from rules.evaluation_steps import OPEN
from rules.evaluation_terms import Verdict
from rules.permissions import SYSTEM, Actor
from rules.terms import Channel, Purpose, Role
from tests.conftest import OFFICE, TODAY
from tests.db import evaluations as e
from tests.db import outcomes as o

Make = Callable[..., Any]
SCREEN = Actor(None, "投屏", frozenset({Role.SCREEN}))


@pytest.fixture
def place(store: Store, make_unit: Make) -> e.Place:
    return e.build(store, make_unit)


@pytest.fixture
def failed(store: Store, place: e.Place, make_case: Make) -> Opened:
    """One that was not satisfied, beside one that is only applied for."""
    noise = make_case(unit_id=place.department)
    e.answered(store, noise)
    e.apply(store, noise, place.department, applied_on=date(2024, 5, 1))
    found = o.decided(store, place, make_case(unit_id=place.department), o.BAD)
    o.issue(store, found)
    return found


def facts(store: Store, by: Actor = OFFICE) -> list[Fact]:
    with store.reading(by) as session:
        return queries.facts(session, date(TODAY.year, 1, 1), o.HELD)


def test_a_fact_has_its_verdict_its_supervision_and_its_days(store: Store, failed: Opened) -> None:
    (found,) = facts(store)

    assert (found.number, found.verdict, found.held_on) == (
        failed.number,
        Verdict.DISSATISFIED,
        o.HELD,
    )
    assert (found.following, found.due_on) == (True, o.HELD + 15 * e.DAY)
    assert (found.unit, found.kind) == ("县住房和城乡建设局", "未分类")


def test_whoever_ceased_and_came_again_has_not_ceased(
    store: Store, place: e.Place, failed: Opened, make_case: Make
) -> None:
    with store.writing(SYSTEM) as session:
        session.execute(update(Evaluation).values(settled_on=TODAY - e.DAY))
    assert [each.settled for each in facts(store)] == [True]
    with store.reading(SYSTEM) as session:
        case_id = session.get_one(Evaluation, failed.id).case_id

    make_case(repeat_of_id=case_id, channel=Channel.LETTER)

    assert [each.settled for each in facts(store)] == [False]


def test_an_accusation_is_counted_for_nobody(store: Store, failed: Opened) -> None:
    with store.writing(SYSTEM) as session:
        session.execute(update(Case).values(purpose=Purpose.ACCUSATION))

    assert facts(store) == facts(store, SCREEN) == []


def test_the_wall_counts_the_county_and_a_unit_its_own(
    store: Store, place: e.Place, failed: Opened
) -> None:
    def unit(unit_id: int) -> Actor:
        return Actor(None, "单位", frozenset({Role.UNIT}), unit_id, frozenset({unit_id}))

    assert len(facts(store, SCREEN)) == len(facts(store, unit(place.department))) == 1
    assert facts(store, unit(place.other)) == []
    with pytest.raises(NotAllowed):
        facts(store, Actor(None, "审计", frozenset({Role.AUDITOR})))


def test_the_board_names_the_step_that_waits_after_a_vote(store: Store, failed: Opened) -> None:
    with store.reading(OFFICE) as session:
        rows = evaluations.listing(session, states=OPEN, today=o.HELD + 11 * e.DAY)
        counts = evaluations.step_counts(rows)

    row = next(each for each in rows if each.number == failed.number)
    assert (row.step, row.late, row.due_on) == ("送达双方", True, o.HELD + 10 * e.DAY)
    assert counts == [("审核确认", 1), ("送达双方", 1)]
