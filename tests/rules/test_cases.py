from datetime import date
from typing import Any

import pytest

from rules.case_terms import Route
from rules.cases import date_order_problems, state_of, way_problems
from rules.terms import CaseState, Channel, Purpose, Repeat


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({}, []),
        ({"purpose": Purpose.ACCUSATION, "route": Route.ACCUSATION}, []),
        ({"purpose": Purpose.ACCUSATION, "route": Route.HANDLING}, ["route"]),
        ({"purpose": Purpose.ADVICE, "route": Route.ACCUSATION}, ["route"]),
        ({"route": Route.ACCUSATION}, ["route"]),
        ({"purpose": Purpose.ACCUSATION}, []),
        ({"simple": True, "repeat": Repeat.FIRST}, []),
        ({"simple": True, "route": Route.ADVICE}, []),
        ({"simple": True, "route": Route.JUSTICE}, ["simple"]),
        ({"simple": True, "repeat": Repeat.REPEAT}, ["simple"]),
        ({"simple": True, "group": True}, ["simple"]),
        ({"simple": True, "urgent": True}, ["simple"]),
        ({"simple": True, "lawsuit": True}, ["simple"]),
        ({"simple": True, "channel": Channel.SUPERIOR}, ["simple"]),
        ({"simple": True, "channel": Channel.VISIT, "legacy": True}, []),
        ({"simple": False, "group": True, "repeat": Repeat.REPEAT}, []),
    ],
)
def test_a_way_may_not_contradict_the_case(values: dict[str, Any], fields: list[str]) -> None:
    assert [problem.field for problem in way_problems(values)] == fields


@pytest.mark.parametrize("later", ["answered_on", "closed_on"])
def test_what_was_accepted_is_answered_and_closed_after_that(later: str) -> None:
    accepted = {"accepted_on": date(2025, 3, 6)}

    assert date_order_problems({**accepted, later: date(2025, 3, 6)}) == []
    assert [p.field for p in date_order_problems({**accepted, later: date(2025, 3, 5)})] == [later]


def test_what_a_ledger_says_was_declined_stands_declined_until_it_is_taken_up_again() -> None:
    dates = {"registered_on": date(2026, 5, 1), "declined_on": date(2026, 5, 3)}
    assert state_of(dates) is CaseState.DECLINED
    assert state_of({**dates, "accepted_on": date(2026, 6, 1)}) is CaseState.ACCEPTED
