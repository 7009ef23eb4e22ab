"""红黄蓝: proposed by written criteria, decided by the group, the village and the township in turn."""

from datetime import date, timedelta
from typing import Any

import pytest

from rules.dispute_levels import (
    Criteria,
    Grade,
    Matter,
    criteria,
    grade_problems,
    next_stages,
    proposed,
)
from rules.dispute_terms import GradeStage, RiskLevel
from rules.policy import PARAMETERS
from rules.terms import UnitKind

DAY = date(2026, 11, 20)
BY = Criteria(50, 100_000_000, 10, 10_000_000)
GROUP, VILLAGE, TOWNSHIP = GradeStage


@pytest.mark.parametrize(
    ("matter", "level"),
    [
        (Matter(people=1), RiskLevel.BLUE),
        (Matter(people=9), RiskLevel.BLUE),
        (Matter(people=10), RiskLevel.YELLOW),
        (Matter(people=1, amount_fen=10_000_000), RiskLevel.YELLOW),
        (Matter(people=1, cross=True), RiskLevel.YELLOW),
        (Matter(people=1, may_petition=True), RiskLevel.YELLOW),
        (Matter(people=50), RiskLevel.RED),
        (Matter(people=1, amount_fen=100_000_000), RiskLevel.RED),
        (Matter(people=5, group=True, may_petition=True), RiskLevel.RED),
    ],
)
def test_the_gravest_criterion_decides_and_says_why(matter: Matter, level: RiskLevel) -> None:
    found = proposed(matter, BY)

    assert found.level is level
    assert found.why


def test_the_county_sets_the_bounds() -> None:
    given = {key: parameter.default for key, parameter in PARAMETERS.items()}

    assert criteria(given) == BY
    assert (
        proposed(Matter(people=30), criteria(given | {"dispute_red_people": 30})).level
        is RiskLevel.RED
    )


def grade(stage: GradeStage, level: RiskLevel = RiskLevel.RED) -> Grade:
    return Grade(stage, level, DAY)


def test_three_decide_in_turn_and_the_group_may_begin_anew() -> None:
    done: list[Grade] = []
    for stage in (GROUP, VILLAGE, TOWNSHIP):
        assert stage in next_stages(done, UnitKind.VILLAGE)
        done.append(grade(stage))

    assert next_stages(done, UnitKind.VILLAGE) == (GROUP,)
    assert next_stages([*done, grade(GROUP)], UnitKind.VILLAGE) == (VILLAGE, GROUP)


def test_what_no_village_found_goes_from_the_group_to_the_township() -> None:
    assert next_stages([grade(GROUP)], UnitKind.DEPARTMENT) == (TOWNSHIP, GROUP)


def wrong(stage: GradeStage, done: list[Grade], **changed: Any) -> list[str]:
    given: dict[str, Any] = {
        "who": "村委会",
        "reason": "",
        "decided_on": DAY,
        "found_by": UnitKind.VILLAGE,
        "above_village": True,
        "found_on": DAY - timedelta(5),
        "today": DAY,
        **changed,
    }
    level = given.pop("level", RiskLevel.RED)
    return [p.field for p in grade_problems(stage, level, grades=done, **given)]


def test_nobody_decides_out_of_turn_or_without_a_name() -> None:
    assert wrong(VILLAGE, []) == ["stage"]
    assert wrong(TOWNSHIP, [grade(GROUP)]) == ["stage"]
    assert wrong(GROUP, [], who="") == ["who"]
    assert wrong(GROUP, [], level=None) == ["level"]
    assert wrong(GROUP, []) == []


def test_a_village_does_not_write_down_what_the_township_decided() -> None:
    done = [grade(GROUP), grade(VILLAGE)]

    assert wrong(TOWNSHIP, done, above_village=False) == ["stage"]
    assert wrong(TOWNSHIP, done) == []


def test_who_decides_otherwise_than_the_one_before_says_why() -> None:
    done = [grade(GROUP)]

    assert wrong(VILLAGE, done, level=RiskLevel.BLUE) == ["reason"]
    assert wrong(VILLAGE, done, level=RiskLevel.BLUE, reason="已经谈妥大半") == []


def test_a_day_lies_after_the_one_before_and_not_in_the_future() -> None:
    assert wrong(VILLAGE, [grade(GROUP)], decided_on=DAY - timedelta(1)) == ["decided_on"]
    assert wrong(GROUP, [], decided_on=DAY + timedelta(1)) == ["decided_on"]
    assert wrong(GROUP, [], decided_on=DAY - timedelta(6)) == ["decided_on"]
