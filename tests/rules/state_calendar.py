"""The working days the State Council set for 2024 to 2026, for tests of limits; no test of its own."""

from datetime import date, timedelta

import chinese_calendar

from rules.limits import Terms
from rules.workdays import Calendar


def _special(first: int, last: int) -> dict[date, bool]:
    day, found = date(first, 1, 1), {}
    while day.year <= last:
        if chinese_calendar.is_workday(day) != (day.weekday() < 5):
            found[day] = chinese_calendar.is_workday(day)
        day += timedelta(days=1)
    return found


YEARS = range(2024, 2027)
TERMS = Terms({}, Calendar(_special(2024, 2026), frozenset(YEARS)))
