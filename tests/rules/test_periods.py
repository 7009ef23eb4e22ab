"""The days of a period, of the year before and just before."""

from datetime import date

import pytest

from rules.errors import RuleError
from rules.periods import Days, Span, offered, read_days


@pytest.mark.parametrize(
    ("text", "first", "last", "label"),
    [
        ("2019", date(2019, 1, 1), date(2019, 12, 31), "2019年"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "2024年2月"),
        ("2026Q2", date(2026, 4, 1), date(2026, 6, 30), "2026年第二季度"),
        ("2026q4", date(2026, 10, 1), date(2026, 12, 31), "2026年第四季度"),
        ("2026H1", date(2026, 1, 1), date(2026, 6, 30), "2026年上半年"),
        ("2026H2", date(2026, 7, 1), date(2026, 12, 31), "2026年下半年"),
        (
            " 2026-01-01..2026-06-30",
            date(2026, 1, 1),
            date(2026, 6, 30),
            "2026-01-01 至 2026-06-30",
        ),
    ],
)
def test_a_period_is_read_as_it_is_written(text: str, first: date, last: date, label: str):
    days = read_days(text)
    assert (days.first, days.last, days.label) == (first, last, label)


@pytest.mark.parametrize(
    "text", ["", "去年", "2026-13", "2026Q5", "0000", "2026-02-30..2026-03-01", "2026..", "..2026"]
)
def test_what_is_no_period_is_refused_in_words(text: str):
    with pytest.raises(RuleError, match="读不懂"):
        read_days(text)


def test_a_period_that_ends_before_it_begins_is_refused():
    with pytest.raises(RuleError, match="结束早于开始"):
        read_days("2026-06-30..2026-01-01")


@pytest.mark.parametrize(
    ("text", "year_before", "before"),
    [
        ("2026", "2025", "2025"),
        ("2026-03", "2025-03", "2026-02"),
        ("2026Q1", "2025Q1", "2025Q4"),
        ("2026H1", "2025H1", "2025H2"),
        ("2024-02", "2023-02", "2024-01"),
    ],
)
def test_whole_units_of_the_calendar_are_held_against_whole_ones(
    text: str, year_before: str, before: str
):
    assert read_days(text).year_before() == read_days(year_before)
    assert read_days(text).before() == read_days(before)


@pytest.mark.parametrize(
    ("text", "same", "before"),
    [
        ("2026H1", "2026-01-01..2026-06-30", "2025H2"),
        ("2026", "2026-01-01..2026-12-31", "2025"),
        ("2024-02", "2024-02-01..2024-02-29", "2024-01"),
        ("2026Q4", "2026-10-01..2026-12-31", "2026Q3"),
    ],
)
def test_the_same_months_have_one_base_however_they_are_written(text: str, same: str, before: str):
    named, plain = read_days(text).before(), read_days(same).before()
    wanted = read_days(before)
    assert (named.first, named.last) == (plain.first, plain.last) == (wanted.first, wanted.last)


def test_months_that_are_no_unit_are_held_against_as_many_months():
    ten = Days(date(2025, 3, 1), date(2025, 12, 31))
    assert read_days("2026-01-01..2026-10-31").before() == ten
    # A year that is over only so far, as is said of it: the same months, the same base.
    year = read_days("2026").until(date(2026, 10, 31)).before()
    assert (year.first, year.last) == (ten.first, ten.last)
    # February is as long as it is.
    assert read_days("2026-03-01..2026-03-31").before().last == date(2026, 2, 28)
    assert read_days("2026-02-01..2026-02-28").before().last == date(2026, 1, 31)


def test_a_period_not_over_is_held_against_as_much_of_the_others():
    days = read_days("2026-11").until(date(2026, 11, 20))
    assert days.label == "2026-11-01 至 2026-11-20"
    assert days.year_before() == Days(date(2025, 11, 1), date(2025, 11, 20), "month")
    assert days.before() == Days(date(2026, 10, 1), date(2026, 10, 20), "month")


def test_days_of_no_unit_are_held_against_as_many_before_them():
    days = read_days("2026-03-01..2026-03-10")
    assert days.before() == Days(date(2026, 2, 19), date(2026, 2, 28))
    assert read_days("2024-02-29..2024-02-29").year_before().first == date(2023, 2, 28)


@pytest.mark.parametrize(
    ("span", "newest", "oldest", "count"),
    [
        (Span.YEAR, "2026", "2022", 5),
        (Span.HALF, "2026H2", "2022H1", 10),
        (Span.QUARTER, "2026Q4", "2022Q1", 20),
        (Span.MONTH, "2026-11", "2022-01", 59),
    ],
)
def test_periods_that_have_begun_are_offered_the_newest_first(
    span: Span, newest: str, oldest: str, count: int
):
    found = offered(span, today=date(2026, 11, 20))

    assert (found[0], found[-1], len(found)) == (read_days(newest), read_days(oldest), count)


def test_days_of_ones_own_are_not_offered():
    assert offered(Span.CUSTOM, today=date(2026, 11, 20)) == []


def test_twelve_months_end_with_the_last_day():
    days = read_days("2026Q1").until(date(2026, 2, 10)).twelve_months()

    assert (days.first, days.last) == (date(2025, 3, 1), date(2026, 2, 10))
    months = days.months()
    assert len(months) == 12
    assert (months[0].first, months[0].last) == (date(2025, 3, 1), date(2025, 3, 31))
    assert (months[-1].first, months[-1].last) == (date(2026, 2, 1), date(2026, 2, 10))


def test_days_within_a_month_are_one_part():
    assert Days(date(2026, 2, 3), date(2026, 2, 5)).months() == [
        Days(date(2026, 2, 3), date(2026, 2, 5), "month")
    ]
