"""The audit of a roster: who owes days, which days lack a leader, and which turns cannot be."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from rules import roster_words as words
from rules.reception_rules import Cover, Demands, Duty, days_between
from rules.reception_terms import Counting, FindingKind, RoleGroup, Standing, TurnState
from rules.receptions import (
    Audit,
    Basis,
    DutyCheck,
    Finding,
    Receiver,
    ReceptionRule,
    Turn,
)
from rules.roster_bookings import bookings
from rules.workdays import unknown_years

OVER_USE = 3  # times what the others' turns let expect of a leader
_SLACK = 2  # turns above it that are never too many


def audit(
    turns: Iterable[Turn],
    basis: Basis,
    *,
    counting: Counting = Counting.PLANNED,
    substitute_counts_for_original: bool = False,
    over_use: float = OVER_USE,
) -> Audit:
    """Judge the turns from `basis.first` to `basis.last`; those around only fill up its periods.

    A substitute's day is his own; where it counts for the original leader, it counts for
    both. By the plan every turn counts, whatever came of it; as held only those held. A turn
    that cannot be, as on leave, is a finding of its own and counts all the same, so that one
    mistake is told once; one of nobody in office counts for nothing.
    """
    return _Auditor(turns, basis, counting, substitute_counts_for_original, over_use).result()


class _Auditor:
    """One audit: the turns that count, and what they come to."""

    def __init__(
        self,
        turns: Iterable[Turn],
        basis: Basis,
        counting: Counting,
        for_original: bool,
        over_use: float,
    ) -> None:
        self._basis, self._counting, self._over_use = basis, counting, over_use
        self._demands = Demands(basis)
        self._centres = {place.id for place in basis.places if place.centre}
        ordered = sorted(turns, key=lambda turn: (turn.on, turn.id))
        self._nameless = [turn for turn in ordered if turn.nameless and self._within(turn)]
        counted = [turn for turn in ordered if self._counts(turn)]
        self._turns = [turn for turn in counted if self._within(turn)]
        self._by_day: dict[date, list[Turn]] = defaultdict(list)
        self._by_leader: dict[int, list[Turn]] = defaultdict(list)
        for turn in counted:
            self._by_day[turn.on].append(turn)
            for leader in {turn.by, turn.leader_id} if for_original else {turn.by}:
                self._by_leader[leader].append(turn)

    def result(self) -> Audit:
        """Everything that was found, the gravest first."""
        checks = [(duty, self._check(duty)) for duty in self._demands.duties()]
        findings = [
            *self._nobody(),
            *self._uncovered(),
            *self._short(checks),
            *bookings(self._turns, self._nameless, self._basis, self._demands),
        ]
        notices = [*self._unknown_years(), *self._overused(check for _, check in checks)]
        return Audit(tuple(findings), tuple(notices), tuple(check for _, check in checks))

    def _within(self, turn: Turn) -> bool:
        return self._basis.first <= turn.on <= self._basis.last

    def _counts(self, turn: Turn) -> bool:
        if turn.state is TurnState.SUBSTITUTED:
            return not turn.nameless
        return self._counting is Counting.PLANNED or turn.state is TurnState.HELD

    def _fits(self, turn: Turn, rule: ReceptionRule) -> bool:
        return not rule.at_centre or turn.place_id in self._centres

    def _check(self, duty: Duty) -> DutyCheck:
        days = {
            turn.on
            for turn in self._by_leader[duty.receiver.id]
            if duty.first <= turn.on <= duty.last and self._fits(turn, duty.rule)
        }
        if len(days) >= duty.owed:
            standing = Standing.PASSED
        else:
            standing = Standing.OPEN if duty.open else Standing.SHORT
        return DutyCheck(
            duty.rule.code,
            duty.receiver.id,
            duty.first,
            duty.last,
            duty.owed,
            len(days),
            standing,
        )

    def _short(self, checks: Iterable[tuple[Duty, DutyCheck]]) -> Iterator[Finding]:
        for duty, check in checks:
            if check.standing is not Standing.SHORT:
                continue
            principals = duty.rule.group is RoleGroup.PRINCIPALS
            yield Finding(
                FindingKind.PRINCIPAL_SHORT if principals else FindingKind.SHORT,
                words.short(duty, check.done, self._counting),
                leader_ids=(duty.receiver.id,),
                days=tuple(days_between(duty.first, duty.last)),
                unit_id=self._basis.unit_of(duty.receiver),
                rule_code=duty.rule.code,
            )

    def _nobody(self) -> Iterator[Finding]:
        for rule, unit in self._demands.unmanned():
            yield Finding(
                FindingKind.NOBODY,
                words.nobody(rule, unit),
                unit_id=unit.id if unit else None,
                rule_code=rule.code,
            )

    def _uncovered(self) -> Iterator[Finding]:
        unmanned = {(rule.code, unit) for rule, unit in self._demands.unmanned()}
        lacking: dict[tuple[ReceptionRule, object, int], dict[date, Cover]] = defaultdict(dict)
        for cover in self._demands.covers():
            present = self._present(cover)
            if present < cover.needed and (cover.rule.code, cover.unit) not in unmanned:
                lacking[cover.rule, cover.unit, present][cover.day] = cover
        for (rule, _, present), covers in lacking.items():
            for days in words.runs(covers):
                cover = covers[days[0]]
                yield Finding(
                    FindingKind.UNCOVERED,
                    words.uncovered(cover, days, present, self._counting),
                    days=days,
                    unit_id=cover.unit.id if cover.unit else None,
                    rule_code=rule.code,
                )

    def _present(self, cover: Cover) -> int:
        there = {turn.by for turn in self._by_day[cover.day] if self._fits(turn, cover.rule)}
        return len(there & cover.leaders)

    def _unknown_years(self) -> Iterator[Finding]:
        first, last = self._basis.first, self._basis.last
        for year in unknown_years(first, last, self._basis.calendar):
            yield Finding(FindingKind.UNKNOWN_YEAR, words.unknown_year(year))

    def _overused(self, checks: Iterable[DutyCheck]) -> Iterator[Finding]:
        owed = _owed_at_most(checks)
        served = Counter(turn.by for turn in self._turns)
        days = days_between(self._basis.first, self._basis.last)
        able = {
            each.id: sum(self._demands.may_receive(each, day) for day in days)
            for each in self._basis.receivers
        }
        circles: dict[object, list[Receiver]] = defaultdict(list)
        for each in self._basis.receivers:
            circles[each.level, self._basis.unit_of(each)].append(each)
        for circle in circles.values():
            all_turns = sum(served[each.id] for each in circle)
            all_days = sum(able[each.id] for each in circle)
            for each in circle:
                others = all_days - able[each.id]
                if not others:
                    continue
                expected = able[each.id] * (all_turns - served[each.id]) / others
                most = max(owed[each.id], self._over_use * expected, expected + _SLACK)
                if served[each.id] > most:
                    yield Finding(
                        FindingKind.OVERUSED,
                        words.overused(each, served[each.id], expected),
                        leader_ids=(each.id,),
                        turn_ids=tuple(t.id for t in self._turns if t.by == each.id),
                    )


def _owed_at_most(checks: Iterable[DutyCheck]) -> Counter[int]:
    """What each leader's strictest rule asks of him."""
    by_rule: Counter[tuple[int, str]] = Counter()
    for check in checks:
        by_rule[check.leader_id, check.rule_code] += check.owed
    owed: Counter[int] = Counter()
    for (leader, _), days in by_rule.items():
        owed[leader] = max(owed[leader], days)
    return owed
