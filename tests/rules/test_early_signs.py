"""苗头信息: what a report must say, and how long it took."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from rules.early_signs import number, problems, taken

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
WHOLE: dict[str, Any] = {
    "title": "渠道改线引起不满",
    "area_id": 1,
    "asked": "请水利局到场说明",
    "learned_at": NOW - timedelta(hours=2),
}


def wrong(**changed: Any) -> list[str]:
    return [p.field for p in problems(WHOLE | changed, today=TODAY, now=NOW)]


def test_a_whole_report_is_taken() -> None:
    assert wrong() == []


@pytest.mark.parametrize("name", ["title", "area_id", "asked", "learned_at"])
def test_what_where_when_and_what_is_asked_are_said(name: str) -> None:
    assert wrong(**{name: None}) == [name]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"learned_at": NOW + timedelta(minutes=1)}, "learned_at"),
        ({"since_on": TODAY + timedelta(1)}, "since_on"),
        ({"people": 0}, "people"),
        ({"content": "控告某人"}, "content"),
        ({"asked": "110101199003070417"}, "asked"),
        ({"title": "长" * 201}, "title"),
    ],
)
def test_what_may_not_stand_is_named(changed: dict[str, Any], field: str) -> None:
    assert wrong(**changed) == [field]


def test_how_long_a_report_took_is_told_in_days_hours_and_minutes() -> None:
    assert taken(NOW - timedelta(minutes=5), NOW) == "5 分钟"
    assert taken(NOW - timedelta(hours=2, minutes=5), NOW) == "2 小时 5 分"
    assert taken(NOW - timedelta(days=1, hours=3), NOW) == "1 天 3 小时"


def test_reports_are_numbered_by_year() -> None:
    assert number(2026, 7) == "MT20260007"
