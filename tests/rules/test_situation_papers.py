"""Which days a snapshot is usually taken of."""

from datetime import date

import pytest

from rules.periods import Days
from rules.situation_papers import usual_days


@pytest.mark.parametrize(
    ("today", "days"),
    [
        (date(2026, 7, 1), Days(date(2026, 1, 1), date(2026, 6, 30))),
        (date(2026, 7, 31), Days(date(2026, 1, 1), date(2026, 6, 30))),
        (date(2026, 1, 31), Days(date(2025, 1, 1), date(2025, 12, 31), "year")),
        (date(2024, 3, 1), Days(date(2024, 1, 1), date(2024, 2, 29))),
    ],
)
def test_the_year_to_the_end_of_last_month(today: date, days: Days) -> None:
    assert usual_days(today) == days
