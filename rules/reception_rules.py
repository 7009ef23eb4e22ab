"""What the rules of reception ask for: which are in force, and what they come to.

The auditor judges by these demands and the generator keeps them, so that both mean the same.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from rules.reception_terms import Demand, Level, Per, PeriodType, RoleGroup
from rules.receptions import Basis, Receiver, ReceivingUnit, ReceptionRule
from rules.units import in_force as valid
from rules.workdays import is_workday


@dataclass(frozen=True, slots=True)
class Cover:
    """`needed` leaders of a group on one day; `leaders` are those in office, away or not."""

    rule: ReceptionRule
    unit: ReceivingUnit | None
    day: date
    needed: int
    leaders: frozenset[int]


@dataclass(frozen=True, slots=True)
class Duty:
    """The days one leader owes in one period; `open_days` are those on which he may receive.

    `open` says that the period runs beyond the roster's days or began before turns are known,
    so that too few days are not yet a breach.
    """

    rule: ReceptionRule
    receiver: Receiver
    first: date
    last: date
    owed: int
    open_days: tuple[date, ...]
    open: bool


def period_of(on: date, per: Per) -> tuple[date, date]:
    """Return the first and the last day of the period `on` lies in; a week may cross a year."""
    if per is Per.DAY:
        return on, on
    if per is Per.WEEK:
        monday = on - timedelta(days=on.weekday())
        return monday, monday + timedelta(days=6)
    months = 1 if per is Per.MONTH else 3
    begun = on.replace(month=(on.month - 1) // months * months + 1, day=1)
    beyond = (begun + timedelta(days=31 * months)).replace(day=1)
    return begun, beyond - timedelta(days=1)


def periods(first: date, last: date, per: Per) -> Iterator[tuple[date, date]]:
    """List the periods that share a day with `first` to `last`."""
    while first <= last:
        span = period_of(first, per)
        yield span
        first = span[1] + timedelta(days=1)


def days_between(first: date, last: date) -> list[date]:
    """List the days, both ends in."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def in_force(rules: Iterable[ReceptionRule], *, on: date) -> list[ReceptionRule]:
    """List the rules in force on `on`: of one code the one that began last, none if it asks for 0."""
    found: dict[str, ReceptionRule] = {}
    for rule in rules:
        before = found.get(rule.code)
        if valid(rule.valid_from, rule.valid_to, on=on) and (
            before is None or _begun(before) <= _begun(rule)
        ):
            found[rule.code] = rule
    return [rule for rule in found.values() if rule.at_least > 0]


class Demands:
    """What the rules of a basis ask for, day by day and leader by leader."""

    def __init__(self, basis: Basis) -> None:
        self._basis = basis
        self._binding: dict[date, list[ReceptionRule]] = {}
        self._may: dict[tuple[int, date], bool] = {}

    def binding(self, on: date) -> list[ReceptionRule]:
        """List the rules that bind on `on`: in force, and for special ones in a special period."""
        if on not in self._binding:
            special = self._basis.special(on)
            self._binding[on] = [
                rule
                for rule in in_force(self._basis.rules, on=on)
                if special or rule.period_type is PeriodType.ORDINARY
            ]
        return self._binding[on]

    def worked(self, receiver: Receiver, on: date) -> bool:
        """Whether `on` is a day of reception for him: a workday, or one that daily cover asks for."""
        return is_workday(on, self._basis.calendar) or any(
            rule.demand is Demand.EVERY_DAY and _binds(rule, receiver) for rule in self.binding(on)
        )

    def may_receive(self, receiver: Receiver, on: date) -> bool:
        """Whether he may be on the roster of `on`: in office, not away, on a day of reception."""
        key = receiver.id, on
        if key not in self._may:
            self._may[key] = (
                receiver.in_office(on) and not receiver.away(on) and self.worked(receiver, on)
            )
        return self._may[key]

    def covers(self) -> Iterator[Cover]:
        """List the cover asked for on each day, unit by unit; of like demands only the strictest."""
        for day in days_between(self._basis.first, self._basis.last):
            strictest: dict[tuple[Level, RoleGroup, bool], ReceptionRule] = {}
            for rule in self._cover_rules(day):
                key = rule.level, rule.group, rule.at_centre
                if key not in strictest or strictest[key].at_least < rule.at_least:
                    strictest[key] = rule
            for rule in strictest.values():
                for unit, receivers in self._by_unit(rule):
                    leaders = frozenset(each.id for each in receivers if each.in_office(day))
                    yield Cover(rule, unit, day, rule.at_least, leaders)

    def duties(self) -> Iterator[Duty]:
        """List what each leader owes in each period that shares a day with the roster's.

        A period lies in the roster in which it ends, so that every week and quarter is judged
        once; one that runs beyond is open. Where a rule binds on part of a period only, as in
        his first month or at the edge of a special period, the days owed are that part of
        them, half rounded up: one day a week is owed where four of its seven days count, and
        of a special period of one week exactly once. Leave lessens nothing, since the rules
        know no leave; but nobody owes more days than those on which he may receive, as in a
        week that is all holiday. A rule changed within a period leaves the period alone: what
        counts is the rule of the first day on which it binds.
        """
        pers = {r.per for r in self._basis.rules if r.demand is Demand.EACH_LEADER}
        for per in sorted(pers):
            for first, last in periods(self._basis.first, self._basis.last, per):
                yield from self._duties_in(first, last, per)

    def unmanned(self) -> Iterator[tuple[ReceptionRule, ReceivingUnit | None]]:
        """List the rules, unit by unit, that bind some day and have no leader in office on any."""
        days = days_between(self._basis.first, self._basis.last)
        seen = {rule.code: rule for day in days for rule in self.binding(day)}
        for rule in seen.values():
            for unit, receivers in self._by_unit(rule):
                if not any(each.in_office(day) for each in receivers for day in days):
                    yield rule, unit

    def _cover_rules(self, day: date) -> Iterator[ReceptionRule]:
        workday = is_workday(day, self._basis.calendar)
        for rule in self.binding(day):
            if rule.demand is Demand.EVERY_DAY or (rule.demand is Demand.EVERY_WORKDAY and workday):
                yield rule

    def _by_unit(
        self, rule: ReceptionRule
    ) -> Iterator[tuple[ReceivingUnit | None, list[Receiver]]]:
        bound = [each for each in self._basis.receivers if _binds(rule, each)]
        if rule.level in (Level.CITY, Level.COUNTY):
            yield None, bound
            return
        for unit in self._basis.units:
            if unit.level is rule.level:
                yield unit, [each for each in bound if each.unit_id == unit.id]

    def _duties_in(self, first: date, last: date, per: Per) -> Iterator[Duty]:
        days = days_between(first, last)
        bound: dict[str, list[tuple[date, ReceptionRule]]] = {}
        for day in days:
            for rule in self.binding(day):
                if rule.demand is Demand.EACH_LEADER and rule.per is per:
                    bound.setdefault(rule.code, []).append((day, rule))
        known = self._basis.known_from or first
        unfinished = last > self._basis.last or first < known
        for dated in bound.values():
            for receiver in self._basis.receivers:
                in_office = [(day, rule) for day, rule in dated if receiver.in_office(day)]
                if not in_office or not _binds(in_office[0][1], receiver):
                    continue
                rule = in_office[0][1]
                part = rule.at_least * Fraction(len(in_office), len(days))
                possible = tuple(
                    day for day in days if day >= known and self.may_receive(receiver, day)
                )
                owed = min(int(part + Fraction(1, 2)), len(possible))
                yield Duty(rule, receiver, first, last, owed, possible, unfinished)


def _binds(rule: ReceptionRule, receiver: Receiver) -> bool:
    return rule.level is receiver.level and receiver.of_group(rule.group)


def _begun(rule: ReceptionRule) -> date:
    return rule.valid_from or date.min
