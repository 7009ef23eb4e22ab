"""Which rounds a cadence asks for: the days of each, when its report is due, and its name."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rules.reception_terms import PeriodType
from rules.receptions import SpecialPeriod
from rules.sweep_terms import Cadence, RoundKind
from rules.sweeps import SweepRule, in_force
from rules.terms import UnitKind
from rules.workdays import Calendar, is_workday

_DAY = timedelta(days=1)
_MONTHS = {Cadence.MONTH: 1, Cadence.QUARTER: 3, Cadence.HALF_YEAR: 6}
_HALF = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRound:
    """A round as the rules ask for it; `code` and `first_on` tell it from every other."""

    code: str
    name: str
    kind: RoundKind
    level: UnitKind
    first_on: date
    last_on: date
    due_at: datetime
    closes_at: datetime


def period_of(on: date, cadence: Cadence) -> tuple[date, date]:
    """Return the first and the last day of the period `on` lies in; a week may cross a year."""
    if cadence is Cadence.DAY:
        return on, on
    if cadence is Cadence.WEEK:
        monday = on - on.weekday() * _DAY
        return monday, monday + 6 * _DAY
    if cadence is Cadence.HALF_MONTH and on.day <= _HALF:
        return on.replace(day=1), on.replace(day=_HALF)
    months = _MONTHS.get(cadence, 1)
    begun = on.replace(month=(on.month - 1) // months * months + 1, day=1)
    last = (begun + timedelta(days=31 * months)).replace(day=1) - _DAY
    return (on.replace(day=_HALF + 1) if cadence is Cadence.HALF_MONTH else begun), last


def due_at(last_on: date, rule: SweepRule, calendar: Calendar, clock: ZoneInfo) -> datetime:
    """Return when the report of a period that ends on `last_on` is due, on the office's clock."""
    day = last_on + rule.due_days * _DAY
    while rule.rolls and not is_workday(day, calendar):
        day += _DAY
    return datetime.combine(day, time.fromisoformat(rule.due_time), clock)


def plan(
    rules: Sequence[SweepRule],
    specials: Iterable[SpecialPeriod],
    calendar: Calendar,
    *,
    first: date,
    last: date,
    close_days: int,
    clock: ZoneInfo,
) -> list[PlannedRound]:
    """List the rounds that end on `first` or later and begin by `last`, by code and day.

    The rounds of a code follow each other without a gap or an overlap: each is the period
    of the rule of its first day, and a rule changed within it leaves it alone. The first one
    may have begun before `first`. Those of special periods begin and end with them; periods
    that overlap are one, so that no day is asked for twice.
    """
    spans = _joined(specials)
    planned = []
    for code in dict.fromkeys(rule.code for rule in rules):
        own = [rule for rule in rules if rule.code == code]
        if own[0].period_type is PeriodType.ORDINARY:
            found = [(*each, "") for each in _periods(own, first, last)]
        else:
            found = [
                (rule, begins, ends, name)
                for start, end, name in spans
                for rule, begins, ends in _periods(own, start, end, clipped=True)
                if begins <= last
            ]
        for rule, begins, ends, name in found:
            if ends < first:
                continue
            due = due_at(ends, rule, calendar, clock)
            planned.append(
                PlannedRound(
                    code=code,
                    name=f"{name} {period_name(begins, ends, rule.cadence)}".strip(),
                    kind=RoundKind.SPECIAL if name else RoundKind.REGULAR,
                    level=rule.level,
                    first_on=begins,
                    last_on=ends,
                    due_at=due,
                    closes_at=due + close_days * _DAY,
                )
            )
    return planned


def period_name(first: date, last: date, cadence: Cadence) -> str:
    """Name a period as the office does; one cut short is named by its days."""
    whole = period_of(first, cadence) == (first, last)
    if whole and cadence is Cadence.HALF_MONTH:
        return f"{first.year}年{first.month}月{'上' if first.day == 1 else '下'}半月"
    if whole and cadence is Cadence.MONTH:
        return f"{first.year}年{first.month}月"
    if whole and cadence is Cadence.QUARTER:
        return f"{first.year}年第{(first.month + 2) // 3}季度"
    if whole and cadence is Cadence.HALF_YEAR:
        return f"{first.year}年{'上' if first.month == 1 else '下'}半年"
    begun = f"{first.year}年{first.month}月{first.day}日"
    if first == last:
        return begun
    year = "" if first.year == last.year else f"{last.year}年"
    month = "" if (first.year, first.month) == (last.year, last.month) else f"{last.month}月"
    return f"{begun}至{year}{month}{last.day}日"


def _periods(
    rules: Sequence[SweepRule], first: date, last: date, *, clipped: bool = False
) -> Iterator[tuple[SweepRule, date, date]]:
    on, begun = first, clipped
    while on <= last:
        rule = next(iter(in_force(rules, on=on).values()), None)
        if rule is None or rule.cadence is Cadence.NONE:
            on += _DAY
            begun = True
            continue
        start, end = period_of(on, rule.cadence)
        begins = on if begun else max(start, rule.valid_from or start)
        ends = min(end, last) if clipped else end
        yield rule, begins, ends
        on, begun = ends + _DAY, True


def _joined(specials: Iterable[SpecialPeriod]) -> list[tuple[date, date, str]]:
    """Join special periods that overlap; the names stand beside each other."""
    spans: list[tuple[date, date, str]] = []
    for each in sorted(specials, key=lambda period: (period.first, period.last, period.id)):
        if spans and each.first <= spans[-1][1]:
            first, last, name = spans[-1]
            joined = name if each.name in name.split("、") else f"{name}、{each.name}"
            spans[-1] = (first, max(last, each.last), joined)
        else:
            spans.append((each.first, each.last, each.name))
    return spans
