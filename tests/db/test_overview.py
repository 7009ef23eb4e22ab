"""总览 read: months, boards and what a day brought, beside SQL of their own, on a store of noise."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text, update

from db.engine import Store
from db.models.cases import Case
from db.models.disputes import Dispute
from db.models.units import Unit
from db.queries import overview as queries
from db.queries.overview import Overview
from db.queries.situation_behind import behind
from db.queries.situation_scope import Asked
from rules.dispute_terms import DisputeOutcome, DisputeState
from rules.errors import NotAllowed
from rules.overview import SHOWN, Board, Event
from rules.periods import Days, read_days
from rules.permissions import SYSTEM, Actor
from rules.terms import CaseState, Channel, Purpose, Role, UnitKind
from tests.conftest import NOW, OFFICE, TODAY
from tests.db import disputes as d
from tests.db import evaluations as e
from tests.db import outcomes as o
from tests.figures import added
from tests.receptions import leader, make_visit  # noqa: F401

Make = Callable[..., Any]
WHEN: dict[str, Any] = {"today": TODAY, "now": NOW, "clock": ZoneInfo("Asia/Shanghai")}
YEAR = read_days("2026")
DAY = timedelta(days=1)
LEADER = Actor(3, "王县长", frozenset({Role.LEADER}), leader_id=None)
COUNTED = "FROM cases WHERE state <> 'merged' AND coalesce(purpose, '') <> 'accusation' AND "


def read(store: Store, asked: Asked | None = None, by: Actor = OFFICE) -> Overview:
    with store.reading(by) as session:
        return queries.overview(session, asked or Asked(YEAR), **WHEN)


def plain(store: Store, criteria: str, **given: Any) -> int:
    with store.reading(SYSTEM) as session:
        return session.execute(text(f"SELECT count(*) {COUNTED}{criteria}"), given).scalar() or 0


@pytest.fixture
def units(make_unit: Make) -> list[int]:
    return [make_unit("县住建局"), make_unit("县教育局")]


def test_the_months_of_cases_are_those_of_the_register(store: Store, units: list[int]) -> None:
    added(store, random.Random(5), units, 300)
    for asked, where in (
        (Asked(YEAR), "1 = 1"),
        (Asked(YEAR, unit_id=units[0]), f"unit_id = {units[0]}"),
        (Asked(YEAR, township_id=units[1]), f"township_id = {units[1]}"),
    ):
        months = read(store, asked).boards[Board.CASES]

        assert len(months) == 12
        assert months[0].days.first == date(2025, 12, 1)
        assert months[-1].days.last == TODAY
        for month in months:
            span = {"first": month.days.first, "last": month.days.last}
            assert month.counts == tuple(
                plain(store, f"{where} AND {on} BETWEEN :first AND :last", **span)
                for on in ("received_on", "closed_on")
            )
        assert sum(month.counts[0] for month in months) > 0


def test_a_trend_tells_every_month_also_those_without_anything(
    store: Store, make_case: Make
) -> None:
    make_case(received_on=TODAY)
    trends = read(store).trends

    assert [each.count for each in trends["received"]] == [0] * 11 + [1]
    assert trends["repeat_rate"][0].value is None
    assert {"open", "overdue"}.isdisjoint(trends)


def test_what_yesterday_and_today_brought(store: Store, units: list[int]) -> None:
    added(store, random.Random(9), units, 60)
    yesterday = TODAY - DAY
    with store.writing(SYSTEM) as session:
        ids = session.scalars(text("SELECT id FROM cases ORDER BY id")).all()
        for at, (name, day) in enumerate(
            [
                ("received_on", TODAY),
                ("received_on", yesterday),
                ("received_on", yesterday),
                ("closed_on", TODAY),
                ("due_on", TODAY),
                ("due_on", yesterday),
                ("due_on", yesterday - DAY),
                ("due_on", yesterday - DAY),
            ]
        ):
            values = {name: day, "state": CaseState.ACCEPTED, "purpose": None}
            session.execute(update(Case).where(Case.id == ids[at]).values(values))
    found = read(store).events

    for event, name in ((Event.RECEIVED, "received_on"), (Event.CLOSED, "closed_on")):
        told = tuple(plain(store, f"{name} = :on", on=day) for day in (yesterday, TODAY))
        assert found[event] == told
        assert sum(told) > 0
    running = "state IN ('received', 'registered', 'forwarded', 'returned', 'disputed', 'accepted')"
    assert found[Event.OVERDUE] == tuple(
        plain(store, f"{running} AND due_on = :on", on=day - DAY) for day in (yesterday, TODAY)
    )
    assert found[Event.OVERDUE][0] >= 2
    with store.reading(OFFICE) as session:
        for at, day in enumerate((yesterday, TODAY)):
            rows = queries.newly_overdue(session, Asked(YEAR), day, **WHEN)
            assert rows.total == len(rows.rows) == found[Event.OVERDUE][at]


def test_disputes_are_counted_by_the_month_and_the_day_they_were_found(
    store: Store, make_unit: Make
) -> None:
    place = d.build(make_unit)
    opened = [
        d.add(store, place.village, found_on=day)
        for day in (TODAY, TODAY, TODAY - DAY, date(2026, 5, 3), date(2025, 11, 30))
    ]
    with store.writing(SYSTEM) as session:
        session.get_one(Dispute, opened[3].id).outcome = DisputeOutcome.RESOLVED
        session.get_one(Dispute, opened[1].id).state = DisputeState.REMOVED
    found = read(store)

    counts = {month.days.first.month: month.counts for month in found.boards[Board.SWEEPS]}
    assert (counts[11], counts[5], counts[12]) == ((2, 0), (1, 1), (0, 0))
    assert found.events[Event.FOUND] == (1, 1)
    elsewhere = read(store, Asked(YEAR, township_id=place.other_town))
    assert not any(any(month.counts) for month in elsewhere.boards[Board.SWEEPS])
    here = read(store, Asked(YEAR, township_id=place.town))
    assert here.events[Event.FOUND] == (1, 1)


def test_visits_are_counted_without_accusations(store: Store, make_visit: Make) -> None:  # noqa: F811
    for people, on in ((1, TODAY), (7, TODAY), (1, TODAY - DAY)):
        make_visit(people=people, received_on=on)
    make_visit(received_on=TODAY, purpose=Purpose.ACCUSATION)
    found = read(store)

    assert found.boards[Board.RECEPTIONS][-1].counts == (3, 1)
    assert found.events[Event.VISITED] == (1, 2)


def test_evaluations_are_counted_by_the_day_of_the_meeting(
    store: Store, make_unit: Make, make_case: Make
) -> None:
    place = e.build(store, make_unit)
    o.issue(store, o.decided(store, place, make_case(unit_id=place.department), o.BAD))
    with store.reading(OFFICE) as session:
        found = queries.overview(session, Asked(YEAR), **{**WHEN, "today": o.HELD})
        month = Asked(Days(o.HELD.replace(day=1), o.HELD))
        rows, satisfied = (
            behind(session, f"evaluation_{code}", month, **{**WHEN, "today": o.HELD}).rows
            for code in ("held", "satisfied")
        )

    assert found.boards[Board.EVALUATIONS][-1].counts == (1, 0)
    assert found.events[Event.HELD][1] == 1
    assert (len(rows), len(satisfied)) == (1, 0)


def test_what_is_counted_of_the_county_alone_is_left_out_of_a_place(
    store: Store, units: list[int]
) -> None:
    found = read(store, Asked(YEAR, unit_id=units[0]))

    assert set(found.boards) == {Board.CASES, Board.SWEEPS}
    assert Event.VISITED not in found.events
    both = read(store, Asked(YEAR, unit_id=units[0], township_id=units[1]))
    assert set(both.boards) == {Board.SWEEPS}
    assert both.trends == {}


def test_a_leader_is_told_the_countys_counts_and_opens_his_own(
    store: Store, make_case: Make
) -> None:
    case = make_case()
    with store.writing(SYSTEM) as session:
        session.get_one(Case, case.id).due_on = TODAY - DAY

    told = read(store, by=LEADER)
    assert told.compared.now.readings["received"].count == 1
    assert told.events[Event.OVERDUE] == read(store).events[Event.OVERDUE] == (0, 1)
    with store.reading(LEADER) as session:
        assert queries.newly_overdue(session, Asked(YEAR), TODAY, **WHEN).total == 0


def test_a_period_without_anything_and_a_year_without_a_last_one_are_read(
    store: Store, make_case: Make
) -> None:
    make_case(received_on=TODAY, channel=Channel.LETTER)
    nothing = read(store, Asked(read_days("2022")))

    dated = [code for code in SHOWN if code not in ("open", "overdue")]
    assert not any(nothing.compared.now.readings[code].count for code in dated)
    change = read(store).compared.year_before["received"]
    assert (change.shown, change.note) == ("—", "新增")


def test_a_unit_merged_in_mid_year_keeps_its_own_months(
    store: Store, make_unit: Make, make_case: Make
) -> None:
    former, heir = (
        make_unit(name, kind=UnitKind.DEPARTMENT) for name in ("县国土局", "县自然资源局")
    )
    make_case(unit_id=former, received_on=date(2026, 3, 5))
    make_case(unit_id=heir, received_on=date(2026, 8, 5))
    with store.writing(SYSTEM) as session:
        session.get_one(Unit, former).valid_to = date(2026, 7, 1)

    for unit, month in ((former, 3), (heir, 8)):
        months = read(store, Asked(YEAR, unit_id=unit)).boards[Board.CASES]
        assert [each.days.first.month for each in months if each.counts[0]] == [month]


def test_who_is_told_no_situation_reads_none(store: Store) -> None:
    with pytest.raises(NotAllowed):
        read(store, by=Actor(9, "审计", frozenset({Role.AUDITOR})))
