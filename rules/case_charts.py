"""What the charts about cases count by: bands of age, months, and the way from a band to its days."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = 13  # a year and the month it is compared with


@dataclass(frozen=True, slots=True)
class AgeBand:
    """So many days since the receipt, both ends in; `most` None is without end."""

    label: str
    least: int
    most: int | None

    def days(self, today: date) -> tuple[date | None, date]:
        """Return the first and the last day of receipt in the band; None is an open end."""
        first = None if self.most is None else today - timedelta(days=self.most)
        return first, today - timedelta(days=self.least)


# 15, 60 and 90 日 are limits of the 条例 (§22, §34).
AGE_BANDS = (
    AgeBand("15 天以内", 0, 15),
    AgeBand("16\u201330 天", 16, 30),
    AgeBand("31\u201360 天", 31, 60),
    AgeBand("61\u201390 天", 61, 90),
    AgeBand("91\u2013180 天", 91, 180),
    AgeBand("181\u2013365 天", 181, 365),
    AgeBand("一年以上", 366, None),
)


@dataclass(frozen=True, slots=True)
class Aged:
    """The open cases of a band of age, and how many of them are overdue."""

    band: AgeBand
    open: int
    overdue: int


def by_age(received: Iterable[tuple[date, int, int]], *, today: date) -> list[Aged]:
    """Add up days of receipt, each with its open and overdue cases, by bands of age."""
    sums = {band: [0, 0] for band in AGE_BANDS}
    for day, count, overdue in received:
        age = max(0, (today - day).days)
        band = next(b for b in AGE_BANDS if b.most is None or age <= b.most)
        sums[band][0] += count
        sums[band][1] += overdue
    return [Aged(band, *found) for band, found in sums.items()]


@dataclass(frozen=True, slots=True)
class Flow:
    """What came in and what was closed from `first` to `last`, a month or what is over of it."""

    first: date
    last: date
    received: int
    closed: int


def months(today: date) -> list[tuple[date, date]]:
    """List the first and last day of MONTHS months, the oldest first; the last ends today."""
    first = today.replace(day=1)
    found = [(first, today)]
    while len(found) < MONTHS:
        last = found[0][0] - timedelta(days=1)
        found.insert(0, (last.replace(day=1), last))
    return found


def by_month(
    received: Sequence[tuple[date, int]], closed: Sequence[tuple[date, int]], *, today: date
) -> list[Flow]:
    """Add up days of receipt and of closing by the months of `months`."""
    return [
        Flow(first, last, _within(received, first, last), _within(closed, first, last))
        for first, last in months(today)
    ]


def _within(days: Sequence[tuple[date, int]], first: date, last: date) -> int:
    return sum(count for day, count in days if first <= day <= last)
