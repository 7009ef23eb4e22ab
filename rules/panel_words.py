"""The sentences of a situation: what a panel is titled with and a report says (domain.md 6.3).

上升, 下降 are said of counts, 提高, 降低 of rates, 持平 where nothing moved. A rate moves by 百分点,
a base of 0 or below the county's small base is told as the count it is, and never as a percentage.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from rules import readings
from rules.periods import Days
from rules.rates import as_percent, rounded
from rules.readings import ADDED, NO_BASE, STEADY, Change, Reading
from rules.terms import Term


class Against(Term):
    """What a figure is held against."""

    YEAR = "year", "同比"
    PERIOD = "period", "环比"

    @property
    def former(self) -> str:
        """What the days before are called."""
        return "上年同期" if self is Against.YEAR else "上期"


def spoken(days: Days) -> str:
    """Say days as a report does: 2026年1—6月, 2026年6月, 2026年, else both dates."""
    first, last = days.first, days.last
    if first.year != last.year:
        return f"{_day(first)}—{_day(last)}"
    if first.day == 1 and (last + timedelta(days=1)).day == 1:
        if first.month == last.month:
            return f"{first.year}年{first.month}月"
        if (first.month, last.month) == (1, 12):
            return f"{first.year}年"
        return f"{first.year}年{first.month}—{last.month}月"
    if first == last:
        return _day(first)
    return f"{_day(first)}—{last.month}月{last.day}日"


def held_against(bases: tuple[Days, Days] | None) -> str:
    """Say which days 同比 and 环比 hold figures against, nothing where that is not known."""
    if bases is None:
        return ""
    year, before = map(spoken, bases)
    if year == before:
        return f"同比、环比均与{year}比较"
    return f"同比与{year}比较，环比与{before}比较"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def counted(reading: Reading, *, label: bool = True) -> str:
    """Say a figure as in 信访总量143件次, or 按期办结率96.2%（125/130）; an unknown one is a dash."""
    figure = reading.figure
    unit = "" if figure.is_ratio else figure.unit
    return (
        f"{figure.label if label else ''}{reading.shown}{unit if reading.value is not None else ''}"
    )


def moved(found: Change, then: Reading, against: Against) -> str:
    """Say how a figure moved, or nothing where there is nothing to hold it against."""
    if then.value is None:
        return ""
    if found.moved is None:
        if found.note == NO_BASE:
            return f"与{against.former}持平"
        return f"{against.former}为0" if found.note == ADDED else ""
    if found.small:
        told = counted(then, label=False)
        return f"{against.former}{told}"
    percent = rounded(found.moved * 100, decimals=then.decimals)
    if percent == 0:
        return f"{against.label}持平"
    if found.points:
        word = "提高" if percent > 0 else "降低"
        return f"较{against.former}{word}{abs(percent)}个百分点"
    return f"{against.label}{'上升' if percent > 0 else '下降'}{abs(percent)}%"


def arrow(found: Change) -> str:
    """Say by a sign which way a count moved; of what there is nothing to tell, nothing."""
    if found.moved is None:
        return ""
    if found.shown == STEADY:
        return "→"
    return "↑" if found.moved > 0 else "↓"


def share(part: Reading, whole: Reading) -> str:
    """Say which part of a whole a count is, or nothing of an empty whole; both are of one unit."""
    found = readings.share(part, whole)
    return "" if found is None else f"占{as_percent(found, decimals=part.decimals)}"


def joined(parts: Sequence[str]) -> str:
    """Join what is there of several clauses."""
    return "，".join(part for part in parts if part)


_NUMERALS = "一二三四五六七八九十"


def numbered(points: Sequence[str]) -> list[str]:
    """Say steps to come as 一要…, 二要…; beyond ten they are counted in figures."""
    return [
        f"{_NUMERALS[at]}要" + point if at < len(_NUMERALS) else f"{at + 1}. {point}"
        for at, point in enumerate(points)
    ]
