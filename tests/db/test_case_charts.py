"""The figures of the charts: what they count, within whose scope, and that an index answers them."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from db.commands import clocks
from db.engine import Store
from db.models.duty import CaseDuty
from db.queries.case_charts import Led, ageing, flow, resolution_by_lead
from rules.case_terms import DutySource
from rules.permissions import Actor
from rules.rates import shown_rate
from rules.terms import Purpose, Role
from tests.conftest import OFFICE, TODAY

Make = Callable[..., Any]


def _led(store: Store, case_id: int, **values: Any) -> None:
    with store.writing(OFFICE) as session:
        session.add(CaseDuty(case_id=case_id, source=DutySource.LOCAL, since=TODAY, **values))


def _accepted(make_case: Make, days: int, **values: Any) -> Any:
    day = TODAY - timedelta(days=days)
    return make_case(received_on=day, forwarded_on=day, accepted_on=day, **values)


def test_the_rate_the_county_reported_is_of_the_ledger(
    store: Store, make_case: Make, make_leader: Make
) -> None:
    """S2-11: 54 cases in the list, 42 of them resolved, 77.8 %; those that left it stay counted."""
    leader, other, none = make_leader("王县长"), make_leader("李县长"), make_leader("无包案")
    for number in range(54):
        resolved = {"resolved_on": TODAY} if number < 42 else {}
        made = _accepted(make_case, 5, lead_id=leader, **resolved)
        _led(store, made.id, left_on=TODAY if number < 10 else None)
    _led(store, _accepted(make_case, 5, lead_id=other).id)
    _led(store, _accepted(make_case, 5).id)  # nobody leads it
    _led(store, _accepted(make_case, 5, lead_id=leader, purpose=Purpose.ACCUSATION).id)
    _accepted(make_case, 5, lead_id=leader)  # not in the ledger
    _accepted(make_case, 5, lead_id=none, resolved_on=TODAY)

    with store.reading(OFFICE) as session:
        found = resolution_by_lead(session)

    assert found == [Led(other, "李县长", 1, 0), Led(leader, "王县长", 54, 42)]
    assert shown_rate(found[1].resolved, found[1].cases) == "77.8%（42/54）"


def test_open_cases_are_counted_by_age_and_the_late_among_them(
    store: Store, make_case: Make
) -> None:
    _accepted(make_case, 61)
    _accepted(make_case, 60)
    _accepted(make_case, 400)
    make_case()
    _accepted(make_case, 70, closed_on=TODAY)
    _accepted(make_case, 70, purpose=Purpose.ACCUSATION)
    while clocks.catch_up(store, today=TODAY):
        pass

    with store.reading(OFFICE) as session:
        found = ageing(session, today=TODAY)

    assert {each.band.label: (each.open, each.overdue) for each in found if each.open} == {
        "15 天以内": (1, 0),
        "31–60 天": (1, 0),
        "61–90 天": (1, 1),
        "一年以上": (1, 1),
    }


def test_what_came_and_what_was_closed_month_by_month(store: Store, make_case: Make) -> None:
    make_case(received_on=date(2026, 10, 31))
    make_case(received_on=date(2026, 11, 1))
    make_case(received_on=date(2026, 9, 1), closed_on=date(2026, 11, 2))
    make_case(received_on=date(2025, 10, 31))  # before the first month
    make_case(received_on=date(2026, 11, 1), purpose=Purpose.ACCUSATION, closed_on=TODAY)

    with store.reading(OFFICE) as session:
        found = flow(session, today=TODAY)

    months = [(f"{each.first:%Y-%m}", each.received, each.closed) for each in found]
    assert [month for month in months if month[1] or month[2]] == [
        ("2026-09", 1, 0),
        ("2026-10", 1, 0),
        ("2026-11", 1, 1),
    ]
    assert found[0].first == date(2025, 11, 1)


@pytest.mark.parametrize("role", [Role.UNIT, Role.LEADER])
def test_a_unit_and_a_leader_count_their_own(
    store: Store, make_case: Make, make_unit: Make, make_leader: Make, role: Role
) -> None:
    unit, leader = make_unit("住建局"), make_leader("王县长")
    mine = _accepted(make_case, 3, unit_id=unit, lead_id=leader)
    theirs = _accepted(make_case, 3, lead_id=make_leader("李县长"))
    for each in (mine, theirs):
        _led(store, each.id)
    actor = {
        Role.UNIT: Actor(None, "承办人", frozenset({role}), unit, frozenset({unit})),
        Role.LEADER: Actor(None, "王县长", frozenset({role}), leader_id=leader),
    }[role]

    with store.reading(actor) as session:
        by_lead = resolution_by_lead(session)
        aged = ageing(session, today=TODAY)
        months = flow(session, today=TODAY)

    assert by_lead == [Led(leader, "王县长", 1, 0)]
    assert sum(each.open for each in aged) == 1
    assert months[-1].received == 1


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_an_index_alone_answers_what_is_counted_of_all_cases(store: Store) -> None:
    asked: list[tuple[str, Any]] = []
    event.listen(
        store.engine,
        "before_cursor_execute",
        lambda _c, _cursor, statement, values, _x, _m: asked.append((statement, values)),
    )

    with store.reading(OFFICE) as session:
        ageing(session, today=TODAY)
        flow(session, today=TODAY)
        figures = [each for each in asked if "GROUP BY" in each[0]]
        plans = [
            " ".join(
                row[3]
                for row in session.connection().exec_driver_sql(
                    f"EXPLAIN QUERY PLAN {statement}", values
                )
            )
            for statement, values in figures
        ]

    assert len(plans) == 3
    assert all("COVERING INDEX" in plan for plan in plans), plans
