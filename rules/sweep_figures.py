"""What is counted of reports, unit by unit, and whom to remind; exact, and nobody is ranked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from rules.sweep_terms import SlotState
from rules.sweeps import Round, Slot, is_late

DEFINITION = (
    "应报：截止时间已过的轮次，单位在本轮最后一天在用的；报送率 = 已报（含零报告、迟报）÷ 应报；"
    "及时率 = 按时报送 ÷ 应报，晚一分钟也是迟报。更正另列，不改动比率"
)
# What counts as filed, and as filed in time.
FILED = frozenset({SlotState.REPORTED, SlotState.ZERO, SlotState.LATE})
IN_TIME = frozenset({SlotState.REPORTED, SlotState.ZERO})


@dataclass(frozen=True, slots=True)
class Punctuality:
    """How many reports a unit owed, filed, and filed in time; `zero` are among the filed."""

    unit_id: int
    owed: int = 0
    filed: int = 0
    in_time: int = 0
    zero: int = 0


@dataclass(frozen=True, slots=True)
class Reminder:
    """A round and the units that still owe it a report, in the order of the tree."""

    round: Round
    overdue: bool
    units: tuple[str, ...]


def punctuality(slots: Iterable[Slot], *, now: datetime) -> dict[int, Punctuality]:
    """Count each unit's reports that are due by `now`; who owed none is not in it."""
    counts: dict[int, list[int]] = {}
    due: dict[int, bool] = {}
    for slot in slots:
        if slot.round.id not in due:
            due[slot.round.id] = is_late(now, slot.round.due_at)
        if not due[slot.round.id]:
            continue
        found = counts.setdefault(slot.unit_id, [0, 0, 0, 0])
        found[0] += 1
        found[1] += slot.state in FILED
        found[2] += slot.state in IN_TIME
        found[3] += slot.filing is not None and slot.filing.zero and slot.state in FILED
    return {unit_id: Punctuality(unit_id, *each) for unit_id, each in counts.items()}


def total(each: Iterable[Punctuality]) -> Punctuality:
    """Add up several units."""
    rows = [(one.owed, one.filed, one.in_time, one.zero) for one in each]
    return Punctuality(0, *(sum(column) for column in zip(*rows, strict=True)))


def reminders(slots: Sequence[Slot], *, now: datetime, ahead_hours: int) -> list[Reminder]:
    """List the open rounds that are due within so many hours or overdue, the earliest first."""
    found: dict[int, tuple[Round, list[str]]] = {}
    for slot in slots:
        each = slot.round
        if each.closed_at is not None or slot.state not in (SlotState.MISSING, SlotState.PENDING):
            continue
        if (each.due_at - now).total_seconds() <= ahead_hours * 3600:
            found.setdefault(each.id, (each, []))[1].append(slot.unit_name)
    ordered = sorted(found.values(), key=lambda pair: (pair[0].due_at, pair[0].id))
    return [Reminder(each, is_late(now, each.due_at), tuple(names)) for each, names in ordered]


def reminder_text(reminder: Reminder, *, clock: ZoneInfo) -> str:
    """Word a reminder, ready to paste into a group or a notice."""
    due = reminder.round.due_at.astimezone(clock)
    when = f"{due.month}月{due.day}日 {due:%H:%M}"
    names = "、".join(reminder.units)
    if reminder.overdue:
        head = f"{reminder.round.name}矛盾纠纷排查已于 {when} 截止，以下单位尚未报送，请立即补报"
    else:
        head = f"{reminder.round.name}矛盾纠纷排查将于 {when} 截止，以下单位尚未报送，请按时报送"
    return f"{head}，没有排查到的也请作零报告（{len(reminder.units)} 个）：{names}。"
