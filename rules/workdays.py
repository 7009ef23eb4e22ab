"""Which days are worked: weekends, the State Council's holidays and its worked weekends (调休)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

NOTICE_MONTH = 10  # 国务院办公厅 announces the next year's holidays about November


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day that is not what its weekday says, or a holiday that has a name."""

    day: date
    workday: bool
    name: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """The special days, true where worked, and the years whose holidays are known."""

    special: Mapping[date, bool]
    years: frozenset[int]


def is_workday(day: date, calendar: Calendar) -> bool:
    """Whether `day` is worked; in a year that is not known only the weekday tells."""
    return calendar.special.get(day, day.weekday() < 5)


def workdays_after(start: date, days: int, calendar: Calendar) -> list[date]:
    """List the first so many working days after `start`, which is not counted itself."""
    found: list[date] = []
    day = start
    while len(found) < days:
        day += timedelta(days=1)
        if is_workday(day, calendar):
            found.append(day)
    return found


def unknown_years(first: date, last: date, calendar: Calendar) -> list[int]:
    """List the years from `first` to `last` whose holidays are not known: a visible warning."""
    return [year for year in range(first.year, last.year + 1) if year not in calendar.years]


def missing_years(today: date, calendar: Calendar) -> list[int]:
    """List the years due and not known: this one, and from October on the next."""
    last = today.replace(year=today.year + (today.month >= NOTICE_MONTH), day=1)
    return unknown_years(today, last, calendar)


def overlapping(periods: Mapping[int, tuple[date, date]]) -> dict[int, list[int]]:
    """Name for each span of days, both ends in, the others that share a day with it."""
    return {
        key: [
            other
            for other, (start, end) in periods.items()
            if other != key and start <= last and first <= end
        ]
        for key, (first, last) in periods.items()
    }
