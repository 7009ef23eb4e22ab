"""联系点: how often leaders go to their contact points, who is short, and 下访 beside it (S4-07)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from rules.cases import EARLIEST
from rules.errors import Problem
from rules.reception_rules import days_between, period_of
from rules.reception_terms import ContactKind, Level, Per, Standing
from rules.receptions import Receiver

NOTE_MAX = 5000
SOLVED_MAX = 999
CLAUSE = "县级以上领导干部每季度至少到联点单位调研督导1次信访工作（衡阳市21条·三）"
# 县级以上领导干部: the clause speaks of no others.
_BOUND = (Level.CITY, Level.COUNTY)
_QUARTERS = "一二三四"


@dataclass(frozen=True, slots=True)
class Visit:
    """A leader somewhere on a day, as it is counted."""

    leader_id: int
    on: date
    kind: ContactKind


@dataclass(frozen=True, slots=True)
class Quarter:
    """How a leader stands in one quarter; `standing` None where he is out of office in all of it."""

    first: date
    last: date
    held: int
    owed: int
    standing: Standing | None

    @property
    def short(self) -> int:
        """How many visits are lacking."""
        return max(0, self.owed - self.held)


@dataclass(frozen=True, slots=True)
class Line:
    """A leader and his four quarters."""

    receiver: Receiver
    quarters: tuple[Quarter, ...]


def quarters(year: int) -> list[tuple[date, date]]:
    """Return the first and the last day of each quarter of a year."""
    return [period_of(date(year, month, 1), Per.QUARTER) for month in (1, 4, 7, 10)]


def named(first: date) -> str:
    """Name the quarter that begins on a day, as 2026年第四季度."""
    return f"{first.year}年第{_QUARTERS[(first.month - 1) // 3]}季度"


def grid(
    receivers: Iterable[Receiver],
    visits: Iterable[Visit],
    *,
    year: int,
    kind: ContactKind,
    per_quarter: Sequence[int],
    today: date,
) -> list[Line]:
    """Count each leader's visits of a kind, quarter by quarter, beside what he owes.

    `per_quarter` is the number asked for in each quarter. Visits to contact points are owed
    by leaders of the county and above who have any; nobody owes 下访. Who is not bound and
    went nowhere is left out. Days out of office lessen what is owed as in the rules of
    reception: half a quarter, rounded up, still owes.
    """
    spans = quarters(year)
    counted: dict[tuple[int, date], int] = {}
    for visit in visits:
        if visit.kind is kind:
            key = visit.leader_id, period_of(visit.on, Per.QUARTER)[0]
            counted[key] = counted.get(key, 0) + 1
    lines = []
    for receiver in receivers:
        bound = kind is ContactKind.CONTACT and receiver.level in _BOUND and receiver.contacts
        cells = tuple(
            _quarter(
                receiver,
                span,
                held=counted.get((receiver.id, span[0]), 0),
                asked=asked if bound else 0,
                today=today,
            )
            for span, asked in zip(spans, per_quarter, strict=True)
        )
        if bound or any(cell.held for cell in cells):
            lines.append(Line(receiver, cells))
    return lines


def without_contacts(receivers: Iterable[Receiver], *, today: date) -> list[Receiver]:
    """List the leaders the clause binds who have no contact point yet."""
    return [
        each
        for each in receivers
        if each.level in _BOUND and not each.contacts and each.in_office(today)
    ]


def said(quarter: Quarter) -> str:
    """Say in words how a leader stands in a quarter."""
    if quarter.standing is None:
        return f"{quarter.held} 次" if quarter.held else "不在任"
    if quarter.owed == 0:
        return f"{quarter.held} 次"
    if quarter.short == 0:
        return f"{quarter.held}/{quarter.owed} 达标"
    word = "还差" if quarter.standing is Standing.OPEN else "未达标，差"
    return f"{quarter.held}/{quarter.owed} {word} {quarter.short} 次"


def short_list(lines: Iterable[Line], place: int, names: Mapping[int, str], *, today: date) -> str:
    """Write who is short in one quarter of the grid, ready to paste; empty where nobody is."""
    lines = [line for line in lines if line.quarters[place].short]
    if not lines:
        return ""
    first = lines[0].quarters[place]
    ended = first.last < today
    head = f"{named(first.first)}联系点走访" + ("未达到次数" if ended else "还没有达到次数")
    told = [f"{head}的领导（截至 {today}，共 {len(lines)} 名）："]
    for number, line in enumerate(lines, start=1):
        cell, who = line.quarters[place], line.receiver
        where = "、".join(names[each] for each in who.contacts if each in names)
        told.append(
            f"{number}. {who.name}（{who.post}）：应 {cell.owed} 次，已 {cell.held} 次，"
            f"差 {cell.short} 次；联系点：{where}"
        )
    told.append(f"依据：{CLAUSE}。")
    return "\n".join(told)


def problems(values: Mapping[str, Any], *, contact: bool | None, today: date) -> list[Problem]:
    """List what is wrong with a visit; `contact` says whether he went to a contact point of his.

    None where that was settled when it was first recorded: contact points change.
    """
    found = []
    if not values.get("leader_id"):
        found.append(Problem("leader_id", "请选择领导"))
    if not values.get("unit_id"):
        found.append(Problem("unit_id", "请选择走访的乡镇、单位或村"))
    day = values.get("visited_on")
    if day is None:
        found.append(Problem("visited_on", "请填写走访日期"))
    elif not EARLIEST <= day <= today:
        word = "晚于今天" if day > today else f"早于 {EARLIEST}"
        found.append(Problem("visited_on", f"走访日期 {day} {word}，请核对年份"))
    note = values.get("note") or ""
    if not note:
        found.append(Problem("note", "请填写走访情况：看了什么、督导了什么"))
    elif len(note) > NOTE_MAX:
        found.append(Problem("note", f"走访情况有 {len(note)} 个字，最多 {NOTE_MAX} 个字"))
    if not 0 <= (values.get("solved") or 0) <= SOLVED_MAX:
        found.append(Problem("solved", f"解决问题数应在 0 到 {SOLVED_MAX} 之间"))
    if values.get("kind") is ContactKind.CONTACT and contact is False and values.get("unit_id"):
        found.append(Problem("unit_id", "这里不是该领导的联系点。到其他地方的，请把类别改为“下访”"))
    return found


def _quarter(
    receiver: Receiver, span: tuple[date, date], *, held: int, asked: int, today: date
) -> Quarter:
    first, last = span
    days = days_between(first, last)
    served = sum(receiver.in_office(day) for day in days)
    owed = int(Fraction(asked * served, len(days)) + Fraction(1, 2))
    if not served:
        return Quarter(first, last, held, 0, None)
    if held >= owed:
        return Quarter(first, last, held, owed, Standing.PASSED)
    standing = Standing.SHORT if last < today else Standing.OPEN
    return Quarter(first, last, held, owed, standing)
