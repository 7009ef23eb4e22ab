"""阅批来信: letters a leader read and annotated, when their answer is due, and how they are counted."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from rules.cases import EARLIEST, TITLE_MAX, accusing_word
from rules.errors import Problem
from rules.terms import Term

INSTRUCTION_MAX = 2000
ANSWER_MAX = 10_000
# How far back another 批示 on the same matter is looked for.
SAME_DAYS = 730
COUNTED = "件数按批示日期所在的年份计，一封来信登记一件；同一事项再次批示另计一件"


class LetterState(Term):
    """How a letter stands; only one with a day to answer by can be late."""

    OVERDUE = "overdue", "超期未反馈"
    WAITING = "waiting", "待反馈"
    ANSWERED = "answered", "已反馈"
    NO_ANSWER = "no_answer", "不需反馈"


def number(year: int, serial: int) -> str:
    """Form a letter's number: YP + 年 + 4 位流水, more where a year has more than 9999."""
    return f"YP{year}{serial:04d}"


def due_on(annotated_on: date, *, days: int) -> date:
    """Return the day an answer is due: `days` calendar days after the words were written."""
    return annotated_on + timedelta(days=days)


def state(due: date | None, answered: date | None, *, today: date) -> LetterState:
    """Say how a letter stands; the day it is due is still in time."""
    if answered is not None:
        return LetterState.ANSWERED
    if due is None:
        return LetterState.NO_ANSWER
    return LetterState.OVERDUE if due < today else LetterState.WAITING


def standing(due: date | None, answered: date | None, *, today: date) -> str:
    """Say a letter's state with the days that are late or left."""
    found = state(due, answered, today=today)
    if due is None or found in (LetterState.ANSWERED, LetterState.NO_ANSWER):
        return found.label
    if found is LetterState.OVERDUE:
        return f"{found.label} {(today - due).days} 天"
    left = (due - today).days
    return f"{found.label}（还有 {left} 天）" if left else f"{found.label}（今天到期）"


def problems(values: Mapping[str, Any], *, today: date) -> list[Problem]:
    """List everything wrong with a letter: leader, title, words and days.

    What sounds like an accusation needs its purpose said, since a unit is to read it (§30).
    """
    found = []
    if not values.get("leader_id"):
        found.append(Problem("leader_id", "请选择阅批领导"))
    title, words = values.get("title") or "", values.get("instruction") or ""
    if not title:
        found.append(Problem("title", "请填写来信标题或摘要"))
    elif len(title) > TITLE_MAX:
        found.append(Problem("title", f"来信标题有 {len(title)} 个字，最多 {TITLE_MAX} 个字"))
    if not words:
        found.append(Problem("instruction", "请填写批示原文"))
    elif len(words) > INSTRUCTION_MAX:
        found.append(
            Problem("instruction", f"批示有 {len(words)} 个字，最多 {INSTRUCTION_MAX} 个字")
        )
    received, annotated = values.get("received_on"), values.get("annotated_on")
    due = values.get("due_on")
    if annotated is None:
        found.append(Problem("annotated_on", "请填写批示日期"))
    for name, label, day in (
        ("received_on", "来信日期", received),
        ("annotated_on", "批示日期", annotated),
    ):
        if day is not None and not EARLIEST <= day <= today:
            word = "晚于今天" if day > today else f"早于 {EARLIEST}"
            found.append(Problem(name, f"{label} {day} {word}，请核对年份"))
    if received and annotated and annotated < received:
        found.append(Problem("annotated_on", f"批示日期 {annotated} 早于来信日期 {received}"))
    if due and annotated and due < annotated:
        found.append(Problem("due_on", f"反馈时限 {due} 早于批示日期 {annotated}"))
    if due and not values.get("unit_id"):
        found.append(Problem("unit_id", "有反馈时限的，请选择承办单位"))
    accusing = accusing_word(title, words)
    if accusing and values.get("purpose") is None:
        found.append(
            Problem(
                "purpose",
                f"文字里有“{accusing}”，请先选择信访目的：是检举控告的，只由联席办处理，"
                "承办单位看不到（《信访工作条例》第三十条）",
            )
        )
    return found


def answer_problems(
    answer: str, answered_on: date | None, *, annotated_on: date, today: date
) -> list[Problem]:
    """List what is wrong with an answer: words and a day go together."""
    found = []
    if not answer:
        found.append(Problem("answer", "请填写反馈情况"))
    elif len(answer) > ANSWER_MAX:
        found.append(Problem("answer", f"反馈情况有 {len(answer)} 个字，最多 {ANSWER_MAX} 个字"))
    if answered_on is None:
        found.append(Problem("answered_on", "请填写反馈日期"))
    elif not annotated_on <= answered_on <= today:
        word = "晚于今天" if answered_on > today else f"早于批示日期 {annotated_on}"
        found.append(Problem("answered_on", f"反馈日期 {answered_on} {word}"))
    return found
