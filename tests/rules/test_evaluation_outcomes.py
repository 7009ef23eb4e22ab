"""After a vote: clocks with their delay in words, and when a matter may be evaluated again."""

from datetime import date, timedelta

import pytest

from rules import evaluation_outcomes as rules
from rules.evaluation_outcomes import Days
from rules.evaluation_terms import AfterStep
from rules.limits import Terms

HELD = date(2026, 11, 23)
DAY = timedelta(days=1)


def found(days: Days, *, today: date = HELD) -> dict[AfterStep, str]:
    return {each.step: each.words for each in rules.lines(days, terms=Terms(), today=today)}


def test_a_satisfied_one_has_no_supervision_and_a_marked_one_no_publication() -> None:
    assert AfterStep.PLAN not in found(Days(opened_on=HELD))
    assert AfterStep.PLAN in found(Days(opened_on=HELD, fails=True))
    assert AfterStep.PUBLICATION not in found(Days(opened_on=HELD, closed=True))


@pytest.mark.parametrize(("after", "late"), [(15, ""), (16, "，已超期 1 天")])
def test_the_plan_is_due_on_day_fifteen(after: int, late: str) -> None:
    days = Days(opened_on=HELD, issued_on=HELD, fails=True)

    assert found(days, today=HELD + after * DAY)[AfterStep.PLAN] == f"期限 {HELD + 15 * DAY}{late}"


def test_the_next_step_is_the_one_due_first() -> None:
    days = Days(opened_on=HELD, issued_on=HELD, fails=True, published_on=HELD, reported_on=HELD)
    line = rules.next_line(rules.lines(days, terms=Terms(), today=HELD))

    assert line is not None
    assert line.step is AfterStep.DELIVERY
    assert rules.next_line([]) is None


def test_again_once_on_new_facts_and_never_a_third_time() -> None:
    assert rules.again_problems([], "") == []
    assert [each.field for each in rules.again_problems(["PJ1"], "")] == ["new_facts"]
    assert rules.again_problems(["PJ1"], "新的凭证") == []
    assert [each.field for each in rules.again_problems(["PJ1", "PJ2"], "新")] == ["matter"]


@pytest.mark.parametrize(("likeness", "refused"), [(84, False), (85, True), (100, True)])
def test_nearly_the_same_begins_at_the_parameter(likeness: int, refused: bool) -> None:
    assert rules.too_like(likeness, percent=85) is refused


def test_the_same_opinion_is_accepted_for_a_reason_alone() -> None:
    assert rules.judge_problems(accepted=True, why="", like=False) == []
    assert rules.judge_problems(accepted=True, why="", like=True)
    assert rules.judge_problems(accepted=False, why="", like=False)
    assert rules.judge_problems(accepted=None, why="说明", like=False)
    assert rules.judge_problems(accepted=True, why="期限和金额都变了", like=True) == []
