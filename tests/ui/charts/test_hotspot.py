"""The trend of a hotspot: its fields, its words, and how large they are."""

from datetime import date, timedelta
from typing import Any

import pytest

from ui.charts.hotspot import trend

TODAY = date(2026, 11, 20)
WEEKS = [(date(2026, 11, 2) + timedelta(weeks=n), count) for n, count in enumerate((3, 0, 2))]


def _rows(chart: dict[str, Any]) -> list[dict[str, Any]]:
    (rows,) = chart["datasets"].values()
    return list(rows)


def test_each_week_has_a_bar_of_its_matters_and_the_running_one_is_pale() -> None:
    rows = _rows(trend(WEEKS, today=TODAY).to_dict())

    assert [(row["week"], row["matters"]) for row in rows] == [
        ("2026-11-02", 3),
        ("2026-11-09", 0),
        ("2026-11-16", 2),
    ]
    assert rows[0]["colour"] == rows[1]["colour"] != rows[2]["colour"]


def test_axes_and_tooltips_speak_chinese() -> None:
    bar = trend(WEEKS, today=TODAY).to_dict()["layer"][0]

    assert bar["encoding"]["x"]["title"] == "每周收到的件数（周一的日期）"
    assert [tip["title"] for tip in bar["encoding"]["tooltip"]] == ["周一", "件"]


@pytest.mark.parametrize(("big", "least"), [(True, 24), (False, 12)])
def test_letters_are_as_large_as_the_room_asks(big: bool, least: int) -> None:
    chart = trend(WEEKS, today=TODAY, big=big).to_dict()

    assert chart["config"]["axis"]["labelFontSize"] >= least
    assert chart["config"]["axis"]["titleFontSize"] >= least
    assert chart["layer"][1]["mark"]["fontSize"] >= least


def test_a_year_of_weeks_labels_some_and_the_last_among_them() -> None:
    weeks = [(date(2026, 11, 16) - timedelta(weeks=back), 1) for back in reversed(range(52))]

    shown = trend(weeks, today=TODAY, big=True).to_dict()["layer"][0]["encoding"]["x"]["axis"]

    assert len(shown["values"]) == 7
    assert "2026-11-16" in shown["values"]
