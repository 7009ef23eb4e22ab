"""The periods a list or a figure is asked for, as days with both ends in."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from rules.errors import RuleError
from rules.terms import Term


class Period(Term):
    """A period named from today."""

    ALL = "all", "全部时间"
    THIS_YEAR = "this_year", "今年"
    THIS_MONTH = "this_month", "本月"
    LAST_MONTH = "last_month", "上月"
    LAST_30 = "last_30", "近 30 天"
    LAST_YEAR = "last_year", "去年"
    CUSTOM = "custom", "自选"


def days_of(period: Period, *, today: date) -> tuple[date | None, date | None]:
    """Return the first and the last day of a period; None is an open end, as for 自选."""
    match period:
        case Period.THIS_YEAR:
            return date(today.year, 1, 1), date(today.year, 12, 31)
        case Period.LAST_YEAR:
            return date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)
        case Period.THIS_MONTH:
            return today.replace(day=1), _month_end(today)
        case Period.LAST_MONTH:
            end = today.replace(day=1) - timedelta(days=1)
            return end.replace(day=1), end
        case Period.LAST_30:
            return today - timedelta(days=29), today
    return None, None


def _month_end(day: date) -> date:
    next_month = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return next_month - timedelta(days=1)


class Span(Term):
    """The units of the calendar a screen of figures offers, and days of one's own."""

    YEAR = "year", "年"
    HALF = "half", "半年"
    QUARTER = "quarter", "季度"
    MONTH = "month", "月"
    CUSTOM = "custom", "自选"


_WRITTEN = re.compile(r"([12]\d{3})(?:-(\d{2})|Q([1-4])|H([12]))?")
_MONTHS_OF = {"month": 1, "quarter": 3, "half": 6, "year": 12}


@dataclass(frozen=True, slots=True)
class Days:
    """The days figures are counted in, both ends in; `kind` is the unit of the calendar it is.

    What ends early, for today is not over yet, keeps its kind: the days before it are then as
    many days of the unit before, unless it ends with a month.
    """

    first: date
    last: date
    kind: str = ""

    @property
    def label(self) -> str:
        """The days in words, as 2026年6月, 2026年第二季度 or both dates."""
        if self == (whole := self._whole()) and self.kind:
            return _said(whole)
        return f"{self.first} 至 {self.last}"

    def until(self, day: date) -> "Days":
        """Return the days that are over by `day`; those of a period yet to come are none."""
        return Days(self.first, min(self.last, day), self.kind)

    def year_before(self) -> "Days":
        """Return the same days of the year before; 29 February answers to the 28th."""
        return Days(_shifted(self.first, -12), _same_end(self, -12), self.kind)

    def before(self) -> "Days":
        """Return the days just before: whole months answer to as many, however they were asked for.

        Else they are of the unit of the calendar before, or as many days.
        """
        months = self._whole_months() or _MONTHS_OF.get(self.kind)
        if months:
            return Days(_shifted(self.first, -months), _same_end(self, -months), self.kind)
        length = self.last - self.first + timedelta(days=1)
        return Days(self.first - length, self.first - timedelta(days=1))

    def twelve_months(self) -> "Days":
        """Return the twelve months that end with the last day's, up to it."""
        return Days(_shifted(self.last.replace(day=1), -11), self.last)

    def months(self) -> list["Days"]:
        """Part the days by months; those at either end may be no whole ones."""
        found, first = [], self.first
        while first <= self.last:
            found.append(Days(first, min(_month_end(first), self.last), "month"))
            first = _month_end(first) + timedelta(days=1)
        return found

    def _whole_months(self) -> int:
        """How many months they are, 0 where they begin or end within one."""
        if self.first.day != 1 or self.last != _month_end(self.last):
            return 0
        return (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1

    def _whole(self) -> "Days":
        months = _MONTHS_OF.get(self.kind)
        return self if months is None else Days(self.first, _end(self.first, months), self.kind)


def read_days(text: str) -> Days:
    """Read 2019, 2026-06, 2026Q2, 2026H1 or 2026-01-01..2026-06-30; raises RuleError in Chinese."""
    first, parted, last = text.strip().partition("..")
    try:
        if parted:
            days = Days(date.fromisoformat(first.strip()), date.fromisoformat(last.strip()))
            if days.last < days.first:
                raise RuleError(f"期间“{text}”的结束早于开始")
            return days
        if found := _WRITTEN.fullmatch(first.upper()):
            year, month, quarter, half = (int(each) if each else None for each in found.groups())
            assert year is not None
            if month:
                return calendar_days(date(year, month, 1), "month")
            if quarter:
                return calendar_days(date(year, quarter * 3 - 2, 1), "quarter")
            if half:
                return calendar_days(date(year, half * 6 - 5, 1), "half")
            return calendar_days(date(year, 1, 1), "year")
    except ValueError as error:
        raise RuleError(_UNREAD.format(text=text)) from error
    raise RuleError(_UNREAD.format(text=text))


_UNREAD = "期间“{text}”读不懂，请写 2026、2026-06、2026Q2、2026H1 或 2026-01-01..2026-06-30"


def calendar_days(first: date, kind: str) -> Days:
    """Return the whole month, quarter, half or year that begins on `first`."""
    return Days(first, _end(first, _MONTHS_OF[kind]), kind)


def offered(span: Span, *, today: date, years: int = 5) -> list[Days]:
    """List the periods of a unit of the calendar that have begun, the newest first; none of 自选."""
    if span is Span.CUSTOM:
        return []
    months, kind = _MONTHS_OF[span.value], str(span.value)
    newest = date(today.year, (today.month - 1) // months * months + 1, 1)
    count = (years - 1) * 12 // months + (newest.month - 1) // months + 1
    return [calendar_days(_shifted(newest, -each * months), kind) for each in range(count)]


def _end(first: date, months: int) -> date:
    return _shifted(first, months) - timedelta(days=1)


def _shifted(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return min(
        date(year, month + 1, 1) + timedelta(days=day.day - 1), _month_end(date(year, month + 1, 1))
    )


def _same_end(days: Days, months: int) -> date:
    """Shift the end: a month that was whole stays whole, however long it is."""
    shifted = _shifted(days.last, months)
    return _month_end(shifted) if days.last == _month_end(days.last) else shifted


def _said(days: Days) -> str:
    year, month = days.first.year, days.first.month
    match days.kind:
        case "year":
            return f"{year}年"
        case "half":
            return f"{year}年{'上' if month == 1 else '下'}半年"
        case "quarter":
            return f"{year}年第{'一二三四'[month // 3]}季度"
    return f"{year}年{month}月"
