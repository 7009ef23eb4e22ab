"""One limit of days: where it ends by the county's terms, and why, line by line.

The day of the event does not count (民法典 §201). Extension and pause are days added to it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from rules import policy
from rules.workdays import Calendar, is_workday, unknown_years, workdays_after

_LISTED_WORKDAYS = 15  # so many working days are named one by one; more would be a wall


@dataclass(frozen=True, slots=True)
class Extension:
    """Days added to the handling limit (§34), by whom and when."""

    days: int
    decided_on: date
    approver: str


@dataclass(frozen=True, slots=True)
class Pause:
    """A hearing during 复核, both days in; without `until` it still goes on."""

    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """The last day of a limit, explained.

    `on` is the plain day that alarms go by, `latest` the one moved past days off (民法典
    §203); they are one where the county moves dates itself. `on` is None while the clock
    is paused. `unknown_years` are years without a calendar: only weekdays were told there.
    """

    on: date | None
    latest: date | None
    lines: tuple[str, ...]
    unknown_years: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """What the county has set for its clocks: dated parameters and its calendar.

    A limit is the one in force on the day it began, so that a change does not alter the past.
    """

    dated: Mapping[str, Sequence[tuple[date, str]]] = field(default_factory=dict)
    calendar: Calendar = field(default_factory=lambda: Calendar({}, frozenset()))

    def days(self, key: str, *, on: date) -> int:
        """Return the days a parameter sets on a day."""
        value = policy.in_force(key, self.dated.get(key, ()), on=on)
        assert isinstance(value, int)
        return value

    def rolls(self, *, on: date) -> bool:
        """Whether a limit that ends on a day off ends on the next working day for the alarm too."""
        key = "deadline_roll_holiday"
        return bool(policy.in_force(key, self.dated.get(key, ()), on=on))


def due(
    start: date,
    days: int,
    *,
    terms: Terms,
    starts: str = "起算",
    workdays: bool = False,
    extensions: Sequence[Extension] = (),
    pauses: Sequence[Pause] = (),
) -> Due:
    """Count a limit of `days` from the day after `start` and say how it was counted."""
    calendar = terms.calendar
    if workdays:
        counted = workdays_after(start, days, calendar)
        on = counted[-1] if counted else start
        lines = [f"{_day(start)}{starts}，当日不计，次日起算", _listed(days, counted, calendar)]
    else:
        on = start + timedelta(days=days)
        lines = [f"{_day(start)}{starts}，当日不计，次日起算 {days} 日，至 {on}"]
    for each in extensions:
        on += timedelta(days=each.days)
        lines.append(f"延期 {each.days} 日（{each.decided_on} {each.approver}批准），至 {on}")
    for pause in pauses:
        if pause.until is None:
            lines.append(f"{pause.since} 起听证，所需时间不计入，结束后接续计算")
            return Due(None, None, tuple(lines), _unknown(start, on, calendar, workdays))
        out = (pause.until - pause.since).days + 1
        on += timedelta(days=out)
        lines.append(f"扣除听证 {out} 日（{pause.since} 至 {pause.until}），至 {on}")
    latest = on
    while not is_workday(latest, calendar):
        latest += timedelta(days=1)
    if latest != on:
        lines.append(f"{on} 是休息日，法定最迟 {latest}（民法典§203）")
    rolls = terms.rolls(on=start)
    years = _unknown(start, latest, calendar, workdays or rolls)
    if rolls:
        on = latest
    if years:
        told = "、".join(map(str, years))
        lines.append(f"{told} 年的节假日安排未录入，只按周末推算，请到“日历”补录")
    return Due(on, latest, tuple(lines), years)


def _unknown(first: date, last: date, calendar: Calendar, matters: bool) -> tuple[int, ...]:
    return tuple(unknown_years(first, last, calendar)) if matters else ()


def _listed(days: int, counted: Sequence[date], calendar: Calendar) -> str:
    """Name the working days: 27日、29日（调休上班）, the month said where it changes."""
    if days > _LISTED_WORKDAYS:
        return f"{days} 个工作日，至 {counted[-1]}"
    names, month = [], None
    for day in counted:
        name = f"{day.day}日" if day.month == month else f"{day.month}月{day.day}日"
        month = day.month
        names.append(f"{name}（调休上班）" if day.weekday() >= 5 else name)
    return f"{days} 个工作日：{'、'.join(names)}"


def _day(day: date) -> str:
    return f"{day} "
