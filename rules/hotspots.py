"""热点: what one must satisfy, its figures by week, and which proposals are still to be shown.

A hotspot gathers matters. Persons are counted in it and stand nowhere else.
"""

from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import blake2b
from typing import Any, TypeVar

from rules.case_terms import HotspotState
from rules.cases import EARLIEST
from rules.errors import Problem
from rules.masking import describe, sweep

NAME_MAX = 100
PLACE_MAX = 100
WORDS_MAX = 200
MEMBERS_MAX = 500
NOTE_MAX = 5000
REASON_MAX = 200
AT_ONCE = 1000  # matters put into a hotspot in one go
READ_MOST = 20_000  # matters of one discovery: about half a minute and 350 MB
BOARD_WEEKS = 12
PAGE_WEEKS = 52
# How many matters more make a dismissed proposal another one: three, or a quarter of it.
_GROWN_BY = 3
_GROWN_PART = 4

_LENGTHS = {
    "name": ("名称", NAME_MAX),
    "place": ("地点", PLACE_MAX),
    "words": ("关键词", WORDS_MAX),
    "members": ("成员单位", MEMBERS_MAX),
    "note": ("说明", NOTE_MAX),
}


def problems(values: Mapping[str, Any], *, today: date) -> list[Problem]:
    """List what is wrong with a hotspot, keyed by the columns a person fills."""
    found = []
    if not values.get("name"):
        found.append(Problem("name", "请填写热点名称，写明地点和事项，例如：幸福小区物业收费"))
    for name, (label, most) in _LENGTHS.items():
        text = values.get(name) or ""
        if len(text) > most:
            found.append(Problem(name, f"{label}有 {len(text)} 个字，最多 {most} 个字"))
        if told := sweep(text):
            found.append(
                Problem(name, f"{label}里有{describe(told, text)}，热点不记个人信息，请删去")
            )
    first, last = values.get("first_on"), values.get("last_on")
    for name, label, day in (("first_on", "开始日期", first), ("last_on", "结束日期", last)):
        if day is not None and not EARLIEST <= day <= today:
            found.append(Problem(name, f"{label} {day} 晚于今天或过早，请核对年份"))
    if first and last and last < first:
        found.append(Problem("last_on", f"结束日期 {last} 早于开始日期 {first}"))
    if values.get("state") is HotspotState.HANDLED and not (
        values.get("lead_id") or values.get("lead_unit_id")
    ):
        found.append(Problem("lead_id", "“专项办理”的热点，要有包案领导或专项小组牵头单位"))
    return found


def end_problems(
    state: HotspotState, ended_on: date | None, *, first_on: date | None, today: date
) -> list[Problem]:
    """List what forbids ending a hotspot on a day; `first_on` is when it was first reported."""
    if state is HotspotState.ENDED:
        return [Problem("ended_on", "这个热点已经是“已解决”")]
    if ended_on is None:
        return [Problem("ended_on", "请填写解决日期")]
    if ended_on > today:
        return [Problem("ended_on", f"解决日期 {ended_on} 晚于今天")]
    if first_on is not None and ended_on < first_on:
        return [Problem("ended_on", f"解决日期 {ended_on} 早于首次反映的 {first_on}")]
    return []


@dataclass(frozen=True, slots=True)
class Counts:
    """The figures of a hotspot (rules/figures.py), none of which is added to another."""

    matters: int = 0
    visits: int = 0
    visitors: int = 0
    running: int = 0
    late: int = 0
    first_on: date | None = None
    last_on: date | None = None


def week_of(day: date) -> date:
    """Return the Monday of the week a day lies in."""
    return day - timedelta(days=day.weekday())


def by_week(
    days: Iterable[tuple[date, int]], *, until: date, weeks: int
) -> tuple[tuple[date, int], ...]:
    """Add up counts of days by week, the oldest first; the last is the week of `until`.

    A week without any counts 0, and what lies outside the weeks is left out.
    """
    held: Counter[date] = Counter()
    for day, count in days:
        held[week_of(day)] += count
    last = week_of(until)
    mondays = [last - timedelta(weeks=back) for back in reversed(range(weeks))]
    return tuple((monday, held[monday]) for monday in mondays)


def lately(weeks: Sequence[tuple[date, int]]) -> tuple[int, int]:
    """Add up the last four weeks, and the four before them."""
    counts = [count for _, count in weeks]
    return sum(counts[-4:]), sum(counts[-8:-4])


def weeks_shown(first_on: date | None, *, until: date) -> int:
    """How many weeks the page of a hotspot shows: since it was first reported, within bounds."""
    if first_on is None or first_on > until:
        return BOARD_WEEKS
    weeks = (week_of(until) - week_of(first_on)).days // 7 + 1
    return min(max(weeks, BOARD_WEEKS), PAGE_WEEKS)


def months(first: date, last: date) -> list[date]:
    """List the first days of the months from one day to another, the latest first."""
    found = [last.replace(day=1)]
    while found[-1] > first.replace(day=1):
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found


def month_end(month: date) -> date:
    """Return the last day of the month a day lies in."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def mark(fingerprint: str) -> str:
    """Return what a dismissal keeps of a fingerprint, which may be longer than its column."""
    return blake2b(fingerprint.encode(), digest_size=16).hexdigest()


def packed(ids: Iterable[int]) -> bytes:
    """Write ids as a dismissal keeps them; `unpacked` reads them back."""
    return array("q", sorted(set(ids))).tobytes()


def unpacked(kept: bytes) -> frozenset[int]:
    """Read what `packed` wrote."""
    ids = array("q")
    ids.frombytes(kept)
    return frozenset(ids)


@dataclass(frozen=True, slots=True)
class Dismissal:
    """A proposal somebody said is none: its mark and the matters it held then."""

    mark: str
    members: frozenset[int]

    def covers(self, fingerprint: str, ids: Collection[int]) -> bool:
        """Whether a proposal is this one again, or holds mostly its matters, and has not grown.

        It has grown by three matters that were not looked at then, or by a quarter where that
        is more.
        """
        new = sum(each not in self.members for each in ids)
        known = len(ids) - new
        same = mark(fingerprint) == self.mark or known * 2 > len(ids)
        return same and new < max(_GROWN_BY, -(-len(self.members) // _GROWN_PART))


@dataclass(frozen=True, slots=True)
class Left:
    """What of a proposal is still to be decided: `ids` are in no hotspot yet.

    `hotspot_id` is the hotspot that holds most of the rest, None where none holds any.
    """

    fingerprint: str
    ids: tuple[int, ...]
    hotspot_id: int | None


def left(
    fingerprint: str,
    ids: Sequence[int],
    *,
    dismissals: Iterable[Dismissal],
    held: Mapping[int, Collection[int]],
) -> Left | None:
    """Return what is left to decide of a proposal, None for nothing.

    `held` names, for each matter that is in any, the hotspots it is in.
    """
    rest = tuple(each for each in ids if each not in held)
    if not rest or any(each.covers(fingerprint, rest) for each in dismissals):
        return None
    hotspots = Counter(hotspot for each in ids for hotspot in sorted(held.get(each, ())))
    most = hotspots.most_common(1)
    return Left(fingerprint, rest, most[0][0] if most else None)


T = TypeVar("T")


def shared(values: Sequence[T | None]) -> T | None:
    """Return what at least half of the values are, or None."""
    most = Counter(value for value in values if value is not None).most_common(1)
    return most[0][0] if most and most[0][1] * 2 >= len(values) else None
