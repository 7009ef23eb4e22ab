"""What superiors alone know: counts of 到市、到省、进京 by period, and population; never of a person."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol, TypeVar

from rules.errors import Problem
from rules.figure_terms import Counted
from rules.periods import Days
from rules.work_figures import LEVELS

SOURCE_MAX = 200
VALUE_MAX = 100_000_000
POPULATION = "population"
# What can be entered, and in which unit.
LABELS: dict[str, tuple[str, str]] = {
    **{figure.code: (figure.label, figure.unit) for figure in LEVELS},
    POPULATION: ("人口", Counted.NAMES.label),
}


@dataclass(frozen=True, slots=True)
class Entered:
    """One number as it was told, of some days; of the whole county without a township."""

    key: str
    first_on: date
    last_on: date
    value: int
    township_id: int | None = None


def problems(values: Mapping[str, Any], *, today: date) -> list[Problem]:
    """List what is wrong with an entry: key, first_on, last_on, value, source, township_id."""
    found = []
    if values.get("key") not in LABELS:
        found.append(Problem("key", "请选择录入哪一项"))
    first_on, last_on = values.get("first_on"), values.get("last_on")
    if first_on is None or last_on is None:
        found.append(Problem("first_on", "请填写数据所属期间的起止日期"))
    elif last_on < first_on:
        found.append(Problem("last_on", "期间的结束早于开始"))
    elif first_on > today:
        found.append(Problem("first_on", f"期间从 {first_on} 开始，还没有到"))
    value = values.get("value")
    if value is None or value < 0:
        found.append(Problem("value", "请填写数量，没有的填 0"))
    elif value > VALUE_MAX:
        found.append(Problem("value", f"数量不能大于 {VALUE_MAX}"))
    source = values.get("source") or ""
    if not source:
        found.append(Problem("source", "请写明来源，例如：市信访局 2026 年第 6 期通报"))
    elif len(source) > SOURCE_MAX:
        found.append(Problem("source", f"来源最多 {SOURCE_MAX} 个字"))
    if values.get("township_id") is not None and values.get("key") != POPULATION:
        found.append(Problem("township_id", "只有人口分乡镇录入"))
    return found


class Told(Protocol):
    """What was told of some days."""

    @property
    def first_on(self) -> date:
        """The first of the days."""

    @property
    def last_on(self) -> date:
        """The last of them."""

    @property
    def value(self) -> int:
        """The number."""


Each = TypeVar("Each", bound=Told)


def told_in(entries: Iterable[Each], days: Days) -> list[Each] | None:
    """Return what was told of exactly these days, in one number or in several that meet.

    None where a day is told of by none: a part is no figure of the whole.
    """
    by_first: dict[date, list[Each]] = {}
    for entry in entries:
        if entry.last_on <= days.last:
            by_first.setdefault(entry.first_on, []).append(entry)
    at, told = days.first, list[Each]()
    while at <= days.last:
        if at not in by_first:
            return None
        longest = max(by_first[at], key=lambda entry: entry.last_on)
        told.append(longest)
        at = longest.last_on + timedelta(days=1)
    return told


def in_days(entries: Iterable[Told], days: Days) -> int | None:
    """Add up what was told of exactly these days; None where they are told of in part."""
    found = told_in(entries, days)
    return None if found is None else sum(entry.value for entry in found)


def told_last(entries: Iterable[Each], *, on: date) -> Each | None:
    """Return what was told last by a day of a number that stands, as population does."""
    told = [entry for entry in entries if entry.last_on <= on]
    return max(told, key=lambda entry: (entry.last_on, entry.first_on)) if told else None


def latest(entries: Iterable[Told], *, on: date) -> int | None:
    """Return the number that was told last by a day, of what stands as population does."""
    found = told_last(entries, on=on)
    return None if found is None else found.value
