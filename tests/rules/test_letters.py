"""Letters read by leaders: their numbers, their days, and what may not stand."""

from datetime import date
from typing import Any

import pytest

from rules.letters import LetterState, answer_problems, due_on, number, problems, standing, state
from rules.terms import Purpose

TODAY = date(2026, 11, 20)
GIVEN: dict[str, Any] = {
    "leader_id": 1,
    "received_on": date(2026, 11, 2),
    "annotated_on": date(2026, 11, 3),
    "purpose": None,
    "title": "反映幸福小区停水",
    "instruction": "请住建局三日内核实，结果报我。",
    "unit_id": 7,
    "due_on": date(2026, 11, 18),
}


def test_a_number_says_the_year_and_its_place_in_it() -> None:
    assert number(2026, 7) == "YP20260007"
    assert number(2008, 218) == "YP20080218"
    assert number(2026, 12345) == "YP202612345"


def test_an_answer_is_due_so_many_days_after_the_words() -> None:
    assert due_on(date(2026, 11, 20), days=15) == date(2026, 12, 5)


@pytest.mark.parametrize(
    ("due", "answered", "found", "words"),
    [
        (date(2026, 11, 19), None, LetterState.OVERDUE, "超期未反馈 1 天"),
        (date(2026, 11, 20), None, LetterState.WAITING, "待反馈（今天到期）"),
        (date(2026, 11, 22), None, LetterState.WAITING, "待反馈（还有 2 天）"),
        (None, None, LetterState.NO_ANSWER, "不需反馈"),
        (date(2026, 11, 1), date(2026, 11, 19), LetterState.ANSWERED, "已反馈"),
        (None, date(2026, 11, 19), LetterState.ANSWERED, "已反馈"),
    ],
)
def test_only_a_letter_with_a_day_is_late(
    due: date | None, answered: date | None, found: LetterState, words: str
) -> None:
    assert state(due, answered, today=TODAY) is found
    assert standing(due, answered, today=TODAY) == words


def test_a_letter_that_may_stand_has_no_problem() -> None:
    assert problems(GIVEN, today=TODAY) == []
    assert problems({**GIVEN, "unit_id": None, "due_on": None}, today=TODAY) == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"leader_id": None}, "leader_id"),
        ({"title": ""}, "title"),
        ({"title": "长" * 201}, "title"),
        ({"instruction": ""}, "instruction"),
        ({"annotated_on": None}, "annotated_on"),
        ({"annotated_on": date(2026, 11, 21), "due_on": None}, "annotated_on"),
        ({"received_on": date(2026, 11, 4)}, "annotated_on"),
        ({"due_on": date(2026, 11, 2)}, "due_on"),
        ({"unit_id": None}, "unit_id"),
        ({"title": "举报村支书"}, "purpose"),
        ({"instruction": "控告材料转纪委"}, "purpose"),
    ],
)
def test_what_may_not_stand_is_named(changed: dict[str, Any], field: str) -> None:
    found = problems({**GIVEN, **changed}, today=TODAY)

    assert [problem.field for problem in found] == [field]


def test_what_sounds_like_an_accusation_stands_once_its_purpose_is_said() -> None:
    for purpose in (Purpose.ACCUSATION, Purpose.REQUEST):
        assert problems({**GIVEN, "title": "举报村支书", "purpose": purpose}, today=TODAY) == []


def test_an_answer_has_words_and_a_day_after_the_instruction() -> None:
    begun = date(2026, 11, 3)

    def wrong(answer: str, on: date | None) -> list[str]:
        found = answer_problems(answer, on, annotated_on=begun, today=TODAY)
        return [problem.field for problem in found]

    assert wrong("已供水", begun) == wrong("已供水", TODAY) == []
    assert wrong("", None) == ["answer", "answered_on"]
    assert wrong("已供水", date(2026, 11, 2)) == ["answered_on"]
    assert wrong("已供水", date(2026, 11, 21)) == ["answered_on"]
