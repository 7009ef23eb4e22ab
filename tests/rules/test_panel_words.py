"""Sentences of a situation: words of counts and of rates, small and empty bases, days as spoken."""

import pytest

from rules.panel_words import Against, counted, held_against, moved, numbered, share, spoken
from rules.periods import read_days
from rules.readings import Reading, change
from tests.materials import reading

Value = int | tuple[int, int] | None


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("2026", "2026年"),
        ("2026H1", "2026年1—6月"),
        ("2026H2", "2026年7—12月"),
        ("2026Q2", "2026年4—6月"),
        ("2026-06", "2026年6月"),
        ("2026-01-01..2026-11-23", "2026年1月1日—11月23日"),
        ("2025-12-01..2026-01-31", "2025年12月1日—2026年1月31日"),
        ("2026-05-03..2026-05-03", "2026年5月3日"),
    ],
)
def test_days_are_said_as_in_a_report(written: str, said: str) -> None:
    assert spoken(read_days(written)) == said


@pytest.mark.parametrize(
    ("code", "now", "then", "said"),
    [
        ("received", 143, 131, "同比上升9.2%"),
        ("received", 79, 100, "同比下降21.0%"),
        ("received", 100, 100, "同比持平"),
        ("received", 12, 0, "上年同期为0"),
        ("received", 0, 0, "与上年同期持平"),
        ("received", 12, 9, "上年同期9件次"),
        ("city_batches", 3, None, ""),
        ("on_time", (0, 0), (5, 20), ""),
        ("on_time", (95, 100), (90, 100), "较上年同期提高5.0个百分点"),
        ("on_time", (90, 100), (95, 100), "较上年同期降低5.0个百分点"),
        ("on_time", (5, 5), (3, 4), "上年同期按期办结率75.0%（3/4）"),
    ],
)
def test_how_a_figure_moved(code: str, now: Value, then: Value, said: str) -> None:
    mine, theirs = reading(code, now), reading(code, then)
    assert moved(change(mine, theirs), theirs, Against.YEAR) == said.replace("按期办结率", "")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("2026H1", "同比与2025年1—6月比较，环比与2025年7—12月比较"),
        ("2026-01-01..2026-06-30", "同比与2025年1—6月比较，环比与2025年7—12月比较"),
        ("2026", "同比、环比均与2025年比较"),
        ("2026-05-03..2026-05-03", "同比与2025年5月3日比较，环比与2026年5月2日比较"),
    ],
)
def test_the_days_a_figure_is_held_against_are_said(written: str, said: str) -> None:
    days = read_days(written)
    assert held_against((days.year_before(), days.before())) == said


def test_bases_that_were_not_kept_are_not_guessed() -> None:
    assert held_against(None) == ""


def test_a_count_carries_its_unit_and_a_rate_what_it_is_made_of() -> None:
    assert counted(reading("received", 143)) == "信访总量143件次"
    assert counted(reading("visitors", 127), label=False) == "127人次"
    assert counted(reading("on_time", (125, 130))) == "按期办结率96.2%（125/130）"
    assert counted(reading("on_time", (0, 0))) == "按期办结率—"
    assert counted(reading("city_batches", None), label=False) == "—"


def test_a_share_is_of_the_same_unit_and_of_something() -> None:
    assert share(reading("letters", 19), reading("received", 143)) == "占13.3%"
    assert share(reading("letters", 0), reading("received", 0)) == ""
    assert share(Reading(reading("letters", 0).figure, None), reading("received", 5)) == ""


def test_steps_to_come_are_numbered() -> None:
    assert numbered(["抓", "改"]) == ["一要抓", "二要改"]
    assert numbered(["做"] * 11)[10] == "11. 做"
