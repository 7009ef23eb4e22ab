"""Numbers told of periods: only what covers the days asked for is a figure of them."""

from datetime import date

from rules.official import Entered, in_days, latest
from rules.periods import read_days


def told(period: str, value: int) -> Entered:
    days = read_days(period)
    return Entered("city_visits", days.first, days.last, value)


def test_several_that_meet_are_one_and_a_part_is_none():
    first, second = told("2026-01", 3), told("2026-02", 4)
    assert in_days([first, second], read_days("2026-01-01..2026-02-28")) == 7
    assert in_days([first], read_days("2026Q1")) is None
    assert in_days([first, second], read_days("2026Q1")) is None
    assert in_days([], read_days("2026-01")) is None


def test_what_was_told_of_the_whole_goes_before_its_parts():
    months = [told(f"2026-0{month}", 1) for month in (1, 2, 3)]
    assert in_days([*months, told("2026Q1", 5)], read_days("2026Q1")) == 5
    assert in_days([*months, told("2026H1", 9)], read_days("2026Q1")) == 3


def test_a_number_that_stands_is_the_last_told_by_a_day():
    census, newer = told("2020-11", 470_000), told("2025-12", 480_000)
    assert latest([newer, census], on=date(2026, 6, 30)) == 480_000
    assert latest([newer, census], on=date(2025, 6, 30)) == 470_000
    assert latest([newer], on=date(2025, 6, 30)) is None
