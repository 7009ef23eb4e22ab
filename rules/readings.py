"""A figure as it was read: its value, what it was made of, and how it has changed.

What is added must be of one unit, and parts must come to their whole: both are asked here,
because papers of old add 件 and 人次 and tell levels that do not sum (domain.md 6.1).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from rules.errors import RuleError
from rules.figure_terms import Basis, Counted, Figure
from rules.rates import as_percent, rate, rounded
from rules.terms import Term

_DASH = "—"
STEADY, ADDED, NO_BASE = "持平", "新增", "基数为0"
SMALL_BASE = 10
_SCALE = {Counted.PERCENT.label: 100, Counted.PER_10K.label: 10_000}


class Alert(Term):
    """How much a figure moved: beyond the county's two thresholds, up or down (domain.md 2.2)."""

    STEADY = "steady", "平稳"
    ODD = "odd", "异常"
    ALARM = "alarm", "告警"


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure of some days: a count, or of a ratio the count over what it is part of.

    None is told where nothing can be counted, as a level nobody has entered. `decimals` is how
    many a percentage is shown with, as the county set it.
    """

    figure: Figure
    count: int | None
    whole: int | None = None
    decimals: int = 1

    @property
    def value(self) -> Fraction | None:
        """The count, or the ratio as an exact fraction; None where there is nothing to tell."""
        if self.count is None:
            return None
        if self.figure.is_ratio:
            return None if self.whole is None else rate(self.count, self.whole)
        return Fraction(self.count)

    @property
    def shown(self) -> str:
        """The value in words: a rate always with what it was made of, an unknown a dash."""
        value, scale = self.value, _SCALE.get(self.figure.unit)
        if value is None:
            return _DASH
        if not self.figure.is_ratio or scale is None:
            return str(value)
        made_of = f"（{self.count}/{self.whole}）"
        if self.figure.unit == Counted.PERCENT.label:
            return as_percent(value, decimals=self.decimals) + made_of
        return f"{rounded(value * scale)}{made_of}"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a dimension with its readings; `key` is an id, a code, a first day or None."""

    key: Any
    label: str
    readings: Mapping[str, Reading]


class MixedUnits(RuleError):
    """件, 批 and 人次 were to be added to one another."""


def total(readings: Iterable[Reading]) -> int:
    """Add counts of one unit; raises MixedUnits for several, and for rates, which add up to nothing."""
    rows = list(readings)
    units = {row.figure.unit for row in rows}
    if len(units) > 1 or any(row.figure.is_ratio for row in rows):
        told = "、".join(sorted(units))
        raise MixedUnits(f"单位不同的数不能相加：{told}")
    return sum(row.count or 0 for row in rows)


def share(part: Reading, whole: Reading) -> Fraction | None:
    """Return which part of a whole a count is; raises MixedUnits where they are no counts of one unit."""
    total([part, whole])
    return None if part.count is None else rate(part.count, whole.count or 0)


def sum_problem(whole: Reading, parts: Iterable[Reading]) -> str | None:
    """Say by how much parts miss the whole they are said to make, or None where they make it."""
    rows = list(parts)
    found = total([whole, *rows]) - (whole.count or 0)
    if found == whole.count:
        return None
    return f"{whole.figure.label}{whole.count}{whole.figure.unit}，各部分合计{found}{whole.figure.unit}，相差{abs(found - (whole.count or 0))}"


def shares(parts: Mapping[str, Reading]) -> dict[str, Fraction | None]:
    """Map each part to its share of all: always computed, never taken from a paper.

    Raises MixedUnits for parts of several units.
    """
    whole = total(parts.values())
    return {name: rate(each.count or 0, whole) for name, each in parts.items()}


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which change on a figure is odd or alarming, in %, and below which base it says little."""

    odd: int = 10
    alarm: int = 20
    small: int = SMALL_BASE


@dataclass(frozen=True, slots=True)
class Change:
    """A figure against the same of other days: as a count in %, as a rate in 百分点.

    `shown` is a dash where the base is 0, and `note` says why. `small` greys what is told of a
    small base. `moved` is the exact change as a fraction, None where there is none to tell.
    """

    shown: str
    note: str = ""
    small: bool = False
    moved: Fraction | None = None
    points: bool = False

    def level(self, limits: Thresholds) -> Alert:
        """Say how far it moved; a difference of rates is no change in % and warns of nothing."""
        if self.points or self.moved is None or self.small:
            return Alert.STEADY
        percent = abs(self.moved) * 100
        if percent > limits.alarm:
            return Alert.ALARM
        return Alert.ODD if percent > limits.odd else Alert.STEADY


def change(now: Reading, before: Reading, *, small: int = SMALL_BASE) -> Change:
    """Hold a reading against that of the days before, a base below `small` being a small one."""
    mine, theirs = now.value, before.value
    if mine is None or theirs is None:
        told = "没有可比的数据" if now.figure.basis is not Basis.NOW else "只有统计时点的数"
        return Change(_DASH, told)
    if now.figure.unit == Counted.PERCENT.label:
        moved = mine - theirs
        least = min(now.whole or 0, before.whole or 0)
        return Change(
            _signed(moved * 100, " 个百分点", now.decimals), "", least < small, moved, points=True
        )
    if theirs == 0:
        return Change(_DASH, ADDED if mine else NO_BASE)
    moved = (mine - theirs) / theirs
    base = before.count or 0
    return Change(_signed(moved * 100, "%", now.decimals), "", base < small, moved)


def worst(changes: Iterable[Change], limits: Thresholds) -> Alert:
    """The gravest level of several: 同比 and 环比 warn each by itself."""
    order = list(Alert)
    return max((each.level(limits) for each in changes), key=order.index, default=Alert.STEADY)


def _signed(percent: Fraction, unit: str, decimals: int) -> str:
    number = rounded(percent, decimals=decimals)
    if number == 0:
        return STEADY
    return f"{'+' if number > 0 else '-'}{abs(number)}{unit}"
