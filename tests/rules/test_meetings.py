"""How a decision stands by the day, and what a meeting opens with."""

from datetime import date, timedelta

import pytest

from rules.meetings import DecisionState, Presence, attendance_told, memory, standing, state

S = DecisionState
DUE = date(2026, 12, 5)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("done", "waiting", "today", "found", "words"),
    [
        (None, None, DUE - DAY, S.RUNNING, "进行（还有 1 天）"),
        (None, None, DUE, S.RUNNING, "进行（今天到期）"),
        (None, None, DUE + DAY, S.OVERDUE, "超期 1 天"),
        (None, DUE, DUE + 9 * DAY, S.RUNNING, "进行（已报告，待认可）"),
        (None, DUE + DAY, DUE + 9 * DAY, S.OVERDUE, "超期（已报告，待认可）"),
        (DUE, None, DUE + 9 * DAY, S.DONE, "完成"),
        (DUE + DAY, None, DUE + 9 * DAY, S.DONE, "完成（超期 1 天）"),
    ],
)
def test_a_decision_stands_by_the_day(
    done: date | None, waiting: date | None, today: date, found: S, words: str
) -> None:
    assert state(DUE, done, waiting_since=waiting, today=today) is found
    assert standing(DUE, done, waiting_since=waiting, today=today) == words


def test_a_meeting_without_a_last_one_says_so() -> None:
    assert memory([]) == "上次没有议定事项"
    assert memory([S.DONE, S.DONE]) == "上次议定 2 项：完成 2 / 进行 0 / 超期 0"


def test_attendance_in_words() -> None:
    came = [Presence.PRESENT, Presence.PRESENT, Presence.ABSENT, None]

    assert attendance_told(came) == "参会单位 4 个，到会 2 个，缺席 1 个，未登记 1 个"
