"""Working days: the vectors of domain.md 1.3, the unknown year, and spans that overlap."""

from datetime import date, timedelta

import pytest

from rules.workdays import Calendar, is_workday, missing_years, overlapping, unknown_years

# 国务院办公厅 2024: National Day 10-01…10-07, worked Sunday 09-29 and Saturday 10-12.
AUTUMN_2024 = Calendar(
    special={date(2024, 9, 29): True, date(2024, 10, 12): True}
    | {date(2024, 10, day): False for day in range(1, 8)},
    years=frozenset({2024, 2025}),
)


def test_the_five_working_days_after_a_receipt_before_national_day() -> None:
    days = (date(2024, 9, 26) + timedelta(days=n) for n in range(1, 30))
    worked = [day for day in days if is_workday(day, AUTUMN_2024)][:5]

    assert worked == [
        date(2024, 9, 27),
        date(2024, 9, 29),
        date(2024, 9, 30),
        date(2024, 10, 8),
        date(2024, 10, 9),
    ]


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2024, 9, 28), False),  # an ordinary Saturday
        (date(2024, 9, 29), True),  # a Sunday worked
        (date(2024, 10, 1), False),  # a Tuesday off
        (date(2024, 10, 8), True),
    ],
)
def test_a_special_day_goes_before_its_weekday(day: date, worked: bool) -> None:
    assert is_workday(day, AUTUMN_2024) is worked


def test_an_unknown_year_falls_back_to_the_weekday_and_is_named() -> None:
    assert is_workday(date(2027, 10, 1), AUTUMN_2024)
    assert unknown_years(date(2025, 12, 1), date(2027, 1, 31), AUTUMN_2024) == [2026, 2027]
    assert unknown_years(date(2024, 1, 1), date(2025, 12, 31), AUTUMN_2024) == []


@pytest.mark.parametrize(
    ("today", "missing"),
    [
        (date(2025, 9, 30), []),
        (date(2025, 10, 1), [2026]),
        (date(2025, 12, 31), [2026]),
        (date(2026, 1, 1), [2026]),
        (date(2026, 10, 1), [2026, 2027]),
        (date(2024, 2, 29), []),
    ],
)
def test_the_next_year_is_due_from_october(today: date, missing: list[int]) -> None:
    assert missing_years(today, AUTUMN_2024) == missing


def test_spans_that_share_one_day_overlap_and_neighbours_do_not() -> None:
    def day(number: int) -> date:
        return date(2026, 3, number)

    spans = {1: (day(1), day(5)), 2: (day(5), day(8)), 3: (day(9), day(9))}

    assert overlapping(spans) == {1: [2], 2: [1], 3: []}
