"""Visits to contact points: what each leader owes in a quarter, who is short, what may stand."""

from datetime import date
from typing import Any

import pytest

from rules.contacts import Visit, grid, problems, said, short_list, without_contacts
from rules.policy import PARAMETERS
from rules.reception_terms import Body, ContactKind, Level, Rank, Standing
from rules.receptions import Receiver

TODAY = date(2026, 11, 20)
CONTACT, VISITING = ContactKind.CONTACT, ContactKind.VISITING


def _leader(number: int, **changed: Any) -> Receiver:
    values: dict[str, Any] = {
        "name": f"领导{number}",
        "post": "副县长",
        "level": Level.COUNTY,
        "body": Body.GOVERNMENT,
        "rank": Rank.DEPUTY,
        "position": number,
        "contacts": (7,),
    }
    return Receiver(id=number, **{**values, **changed})


def _said(
    receiver: Receiver, *days: date, kind: ContactKind = CONTACT, asked: int = 1
) -> list[str]:
    visits = [Visit(receiver.id, day, kind) for day in days]
    lines = grid([receiver], visits, year=2026, kind=kind, per_quarter=[asked] * 4, today=TODAY)
    return [said(cell) for line in lines for cell in line.quarters]


def test_one_visit_a_quarter_is_owed_and_the_one_that_runs_is_not_late_yet() -> None:
    found = _said(_leader(1), date(2026, 1, 1), date(2026, 6, 30), date(2026, 6, 1))

    assert found == ["1/1 达标", "2/1 达标", "0/1 未达标，差 1 次", "0/1 还差 1 次"]


def test_the_number_is_the_countys() -> None:
    assert _said(_leader(1), date(2026, 8, 1), asked=2)[2] == "1/2 未达标，差 1 次"
    assert _said(_leader(1), asked=0) == ["0 次"] * 4
    assert PARAMETERS["contact_visits_per_quarter"].clause == "衡阳市21条·三"


def test_who_came_late_owes_from_half_a_quarter_on() -> None:
    # 92 days: from 16 August on he is in office for 46 of them.
    assert _said(_leader(1, term_from=date(2026, 8, 16)))[1:3] == ["不在任", "0/1 未达标，差 1 次"]
    assert _said(_leader(1, term_from=date(2026, 8, 17)))[2] == "0 次"
    assert _said(_leader(1, term_to=date(2026, 7, 1)))[2] == "不在任"


def test_the_clause_binds_the_county_and_above_who_have_contact_points() -> None:
    town = _leader(1, level=Level.TOWNSHIP, unit_id=7)
    nowhere = _leader(2, contacts=())

    assert _said(town) == _said(nowhere) == []
    assert _said(nowhere, date(2026, 1, 5)) == ["1 次", "0 次", "0 次", "0 次"]
    found = without_contacts(
        [town, nowhere, _leader(3), _leader(4, contacts=(), term_to=TODAY)], today=TODAY
    )
    assert [each.id for each in found] == [2]


def test_going_down_to_the_people_is_counted_apart_and_owed_by_nobody() -> None:
    visits = [Visit(1, date(2026, 1, 5), VISITING), Visit(1, date(2026, 1, 6), CONTACT)]

    def first(kind: ContactKind) -> tuple[int, int, Standing | None]:
        lines = grid([_leader(1)], visits, year=2026, kind=kind, per_quarter=[1] * 4, today=TODAY)
        cell = lines[0].quarters[0]
        return cell.held, cell.owed, cell.standing

    assert first(VISITING) == (1, 0, Standing.PASSED)
    assert first(CONTACT) == (1, 1, Standing.PASSED)


def test_who_is_short_is_written_ready_to_paste() -> None:
    lines = grid(
        [_leader(1), _leader(2, contacts=(7, 8))],
        [Visit(1, date(2026, 8, 1), CONTACT)],
        year=2026,
        kind=CONTACT,
        per_quarter=[1] * 4,
        today=TODAY,
    )
    names = {7: "青山镇", 8: "县住建局"}

    told = short_list(lines, 2, names, today=TODAY).splitlines()

    assert told[0] == "2026年第三季度联系点走访未达到次数的领导（截至 2026-11-20，共 1 名）："
    assert told[1] == "1. 领导2（副县长）：应 1 次，已 0 次，差 1 次；联系点：青山镇、县住建局"
    assert "衡阳市21条·三" in told[2]
    running = short_list(lines, 3, names, today=TODAY)
    assert running.startswith("2026年第四季度联系点走访还没有达到次数的领导")
    assert short_list(lines[:1], 2, names, today=TODAY) == ""


@pytest.mark.parametrize(
    ("changed", "contact", "field"),
    [
        ({}, True, None),
        ({}, None, None),
        ({}, False, "unit_id"),
        ({"kind": VISITING}, False, None),
        ({"leader_id": None}, True, "leader_id"),
        ({"unit_id": None}, False, "unit_id"),
        ({"visited_on": None}, True, "visited_on"),
        ({"visited_on": date(2026, 11, 21)}, True, "visited_on"),
        ({"note": ""}, True, "note"),
        ({"solved": 1000}, True, "solved"),
    ],
)
def test_what_may_not_stand_is_named(
    changed: dict[str, Any], contact: bool | None, field: str | None
) -> None:
    given: dict[str, Any] = {
        "leader_id": 1,
        "unit_id": 7,
        "visited_on": TODAY,
        "kind": CONTACT,
        "note": "督导积案",
        "solved": 2,
    }

    found = problems({**given, **changed}, contact=contact, today=TODAY)

    assert [problem.field for problem in found] == ([field] if field else [])
