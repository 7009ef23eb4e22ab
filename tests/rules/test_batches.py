from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from rules.batches import (
    Line,
    Outcome,
    Tally,
    batch_problems,
    burn_down,
    by_unit,
    even_pace,
    hindrance,
    not_assigned,
    read_lines,
    tally,
)
from rules.case_terms import BatchKind
from rules.deadlines import Facts
from rules.limits import Terms
from rules.terms import CaseState, Purpose
from rules.workdays import Calendar
from tests.conftest import TODAY

WHOLE: dict[str, Any] = {
    "name": "第一次重复信访交办",
    "kind": BatchKind.REPEATED,
    "held_on": TODAY,
    "due_on": TODAY,
}


def _said(**changes: Any) -> str:
    return "".join(p.message for p in batch_problems({**WHOLE, **changes}, today=TODAY))


def test_a_batch_may_be_due_on_the_day_of_its_meeting_and_not_before():
    assert _said() == ""
    assert "早于交办会日期" in _said(due_on=TODAY - timedelta(days=1))
    assert "晚于今天" in _said(held_on=TODAY + timedelta(days=1))


def test_a_batch_without_anything_is_told_everything_at_once():
    found = batch_problems({}, today=TODAY)

    assert [p.field for p in found] == ["name", "kind", "held_on", "due_on"]
    assert "最多 100 个字" in _said(name="长" * 101)


@pytest.mark.parametrize(
    ("state", "purpose", "told"),
    [
        (CaseState.REGISTERED, Purpose.ACCUSATION, "检举控告不交办"),
        (CaseState.CLOSED, None, "先重新办理"),
        (CaseState.SIGNED_OFF, None, "先重新办理"),
        (CaseState.ACCEPTED, None, None),
    ],
)
def test_what_no_batch_takes(state: CaseState, purpose: Purpose | None, told: str | None):
    found = hindrance(Facts(state=state, purpose=purpose))

    assert (found is None) is (told is None)
    assert told is None or told in (found or "")


def test_what_is_only_received_is_registered_and_assigned_and_what_is_handled_is_not():
    terms = Terms({}, Calendar({}, frozenset()))

    assert not_assigned(Facts(state=CaseState.RECEIVED), terms, on=TODAY) is None
    assert not_assigned(Facts(state=CaseState.REGISTERED), terms, on=TODAY) is None
    assert "现在是“办理中”" in (
        not_assigned(Facts(state=CaseState.ACCEPTED), terms, on=TODAY) or ""
    )


def test_lines_pasted_from_a_sheet_or_typed_with_commas():
    text = "案件编号\t责任单位\n510722-2026-000001\t住建局\t王县长\t12月31日\n\nB-2，城关镇\nC-3"

    lines, problems = read_lines(text, today=TODAY)

    assert problems == []
    assert lines == [
        Line("第 2 行", "510722-2026-000001", "住建局", "王县长", date(2026, 12, 31)),
        Line("第 4 行", "B-2", "城关镇"),
        Line("第 5 行", "C-3"),
    ]


def test_every_line_that_cannot_be_read_is_named():
    lines, problems = read_lines(
        "编号不明\n\t住建局\nA-1\t\t\t12月上旬\nA-2\t\t\t2026-12-31\t多\nA-3", today=TODAY
    )

    assert [line.number for line in lines] == ["编号不明", "A-3"]
    assert [p.message.split("：")[0] for p in problems] == ["第 2 行", "第 3 行", "第 4 行"]
    assert "要写到年月日" in problems[1].message


def _outcome(case_id: int, unit: str, *what: str) -> Outcome:
    facts = ("received", "closed", "resolved", "signed", "evaluated", "repeated", "late")
    return Outcome(
        case_id, f"N{case_id}", unit, **dict[str, Any]({name: name in what for name in facts})
    )


@pytest.mark.parametrize(
    ("what", "settled"),
    [
        (("signed",), True),
        (("evaluated",), True),
        (("resolved", "closed"), False),
        (("signed", "evaluated", "repeated"), False),
    ],
)
def test_settled_takes_a_signature_or_an_evaluation_and_no_repeat(what: Any, settled: bool):
    assert _outcome(1, "住建局", *what).settled is settled


def test_a_batch_is_counted_as_a_whole_and_by_unit():
    rows = [
        _outcome(1, "住建局", "received", "resolved", "signed"),
        _outcome(2, "城关镇", "late"),
        _outcome(3, "住建局", "resolved", "closed"),
    ]

    assert tally(rows) == Tally(3, 1, 1, 2, 1, 1)
    assert [(unit, each.assigned) for unit, each in by_unit(rows).items()] == [
        ("住建局", 2),
        ("城关镇", 1),
    ]
    assert tally([]) == Tally(0, 0, 0, 0, 0, 0)


def test_a_batch_burns_down_by_the_day_a_case_was_done() -> None:
    held_on = TODAY - timedelta(days=3)
    days = [held_on - timedelta(days=1), held_on + timedelta(days=1), TODAY, None]
    outcomes = [replace(_outcome(n, "住建局"), done_on=day) for n, day in enumerate(days)]

    found = burn_down(outcomes, held_on=held_on, until=TODAY)

    assert [left for _, left in found] == [3, 2, 2, 1]
    assert [found[0][0], found[-1][0]] == [held_on, TODAY]
    assert burn_down(outcomes, held_on=TODAY, until=held_on) == [(TODAY, 1)]


@pytest.mark.parametrize(("days", "left"), [(0, 80.0), (5, 40.0), (10, 0.0), (11, 0.0)])
def test_an_even_pace_ends_on_the_deadline(days: int, left: float) -> None:
    due_on = TODAY + timedelta(days=10)

    assert even_pace(80, held_on=TODAY, due_on=due_on, day=TODAY + timedelta(days=days)) == left


def test_a_batch_due_at_once_has_no_pace() -> None:
    assert even_pace(80, held_on=TODAY, due_on=TODAY, day=TODAY) == 0.0
