"""One part of a roster as a model of OR-Tools: the turns that may be, and what must hold."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rules import roster_words as words
from rules.reception_rules import Cover, Demands, Duty, days_between
from rules.receptions import Basis, Given, Receiver, ReceptionRule, Turn

Key = tuple[int, date, int | None]  # leader, day, place


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that must hold, in words; `literal` switches it when asked what clashes."""

    text: str
    literal: Any


class Model:
    """The turns that may be, as variables, under the conditions of rules, leaders and places.

    With `explaining` every condition has a literal that switches it. What the roster should
    be like beyond them is added by `roster_weights.weigh`.
    """

    def __init__(self, basis: Basis, given: Given, *, explaining: bool = False) -> None:
        from ortools.sat.python import cp_model

        self.cp = cp_model.CpModel()
        self.conditions: list[Condition] = []
        self.proposed: dict[Key, Any] = {}
        self._explaining = explaining
        self.basis, self.given = basis, given
        self._demands = Demands(basis)
        self.duties = list(self._demands.duties())
        self.days = days_between(basis.first, basis.last)
        self._centres = {place.id for place in basis.places if place.centre}
        self._ids = {each.id for each in basis.receivers}
        self._fixed = [
            turn
            for turn in given.fixed
            if basis.first <= turn.on <= basis.last and not turn.nameless
        ]
        self._by_day: dict[tuple[int, date], list[tuple[int | None, Any]]] = defaultdict(list)
        self._make_turns()
        self._keep_to_leaders()
        self._keep_to_places()
        self._keep_covers()
        self._keep_duties()

    def at(self, leader: int, day: date, rule: ReceptionRule | None = None) -> list[Any]:
        """The turns a leader may have on a day, of a rule for the centre those there."""
        return [
            var
            for place, var in self._by_day.get((leader, day), ())
            if rule is None or not rule.at_centre or place in self._centres
        ]

    def served(self, duty: Duty) -> int:
        """The days of the period he received before the roster's first."""
        return len(
            {
                turn.on
                for turn in self.given.earlier
                if turn.by == duty.receiver.id
                and not turn.nameless
                and duty.first <= turn.on < self.basis.first
                and (not duty.rule.at_centre or turn.place_id in self._centres)
            }
        )

    def _make_turns(self) -> None:
        for turn in self._fixed:
            if turn.by in self._ids:
                var = self.cp.new_bool_var("")
                self._require(f"{_booked(turn, self.basis.receivers)}已由办公室排定", var == 1)
                self._by_day[turn.by, turn.on].append((turn.place_id, var))
        set_by_hand = set(self._by_day)
        for each in self.basis.receivers:
            places: list[int | None] = [place.id for place in self.basis.places_of(each)]
            for day in self.days:
                if (each.id, day) in set_by_hand:
                    continue
                if not self._explaining and not self._demands.may_receive(each, day):
                    continue
                for place in places or [None]:
                    var = self.cp.new_bool_var("")
                    self.proposed[each.id, day, place] = var
                    self._by_day[each.id, day].append((place, var))

    def _keep_to_leaders(self) -> None:
        once = self._switch("每位领导一天只接访一次")
        off = self._switch("休息日不排接访")
        for each in self.basis.receivers:
            leaves = [(leave, self._switch(_away(each, leave))) for leave in each.leaves]
            term = self._switch(f"{words.person(each)}的任期") if _has_term(each) else None
            for day in self.days:
                turns = self.at(each.id, day)
                if not turns:
                    continue
                if len(turns) > 1:
                    self._add(sum(turns) <= 1, once)
                for leave, literal in leaves:
                    if leave.first <= day <= leave.last:
                        self._add(sum(turns) == 0, literal)
                if not each.in_office(day):
                    self._add(sum(turns) == 0, term)
                if not self._demands.worked(each, day):
                    self._add(sum(turns) == 0, off)

    def _keep_to_places(self) -> None:
        there: dict[tuple[int, date], list[Any]] = defaultdict(list)
        for (_, day), turns in self._by_day.items():
            for place_id, var in turns:
                if place_id is not None:
                    there[place_id, day].append(var)
        others: dict[tuple[int, date], set[int]] = defaultdict(set)
        for turn in self._fixed:
            if turn.by not in self._ids and turn.place_id is not None:
                others[turn.place_id, turn.on].add(turn.by)
        for place in self.basis.places:
            full = self._switch(f"{place.name}每天最多 {place.capacity} 名领导")
            for day in self.days:
                if place_turns := there[place.id, day]:
                    left = place.capacity - len(others[place.id, day])
                    self._add(sum(place_turns) <= left, full)
        for day, open_places in self.given.open_places.items():
            closed = [
                var
                for (_, on, place), var in self.proposed.items()
                if on == day and place is not None and place not in open_places
            ]
            if closed:
                names = "、".join(p.name for p in self.basis.places if p.id in open_places)
                text = f"只开放{names}" if names else "不开放接访场所"
                self._require(f"{words.day(day)}{text}", sum(closed) == 0)

    def _keep_covers(self) -> None:
        unmanned = {(rule.code, unit) for rule, unit in self._demands.unmanned()}
        for cover in self._demands.covers():
            if (cover.rule.code, cover.unit) not in unmanned:
                self._keep_cover(cover)

    def _keep_cover(self, cover: Cover) -> None:
        turns = [
            var
            for each in sorted(self._ids & cover.leaders)
            for var in self.at(each, cover.day, cover.rule)
        ]
        who = words.group(cover.rule, cover.unit)
        where = "在接访中心" if cover.rule.at_centre else ""
        text = (
            f"{words.day(cover.day)}要有 {cover.needed} 名{who}{where}接访"
            f"{words.by_rule(cover.rule)}"
        )
        self._require(text, sum(turns) >= cover.needed)

    def _keep_duties(self) -> None:
        for duty in self.duties:
            if not duty.open:
                turns = [
                    var
                    for day in days_between(duty.first, duty.last)
                    for var in self.at(duty.receiver.id, day, duty.rule)
                ]
                lacking = duty.owed - self.served(duty)
                if lacking > 0:
                    when = words.period(duty.first, duty.last, duty.rule.per)
                    text = (
                        f"{words.person(duty.receiver)}{when}应接访 {duty.owed} 天"
                        f"{words.by_rule(duty.rule)}"
                    )
                    self._require(text, sum(turns) >= lacking)

    def _require(self, text: str, constraint: Any) -> None:
        self._add(constraint, self._switch(text))

    def _switch(self, text: str) -> Any:
        if not self._explaining:
            return None
        literal = self.cp.new_bool_var("")
        self.conditions.append(Condition(text, literal))
        return literal

    def _add(self, constraint: Any, literal: Any) -> None:
        if isinstance(constraint, bool):  # a sum of no turns is a plain number
            if constraint:
                return
            constraint = self.cp.new_constant(0) == 1
        added = self.cp.add(constraint)
        if literal is not None:
            added.only_enforce_if(literal)


def _has_term(receiver: Receiver) -> bool:
    return receiver.term_from is not None or receiver.term_to is not None


def _away(receiver: Receiver, leave: Any) -> str:
    reason = f"（{leave.reason}）" if leave.reason else ""
    return f"{words.person(receiver)}{words.span(leave.first, leave.last)}请假{reason}"


def _booked(turn: Turn, receivers: Sequence[Receiver]) -> str:
    (who,) = [each for each in receivers if each.id == turn.by]
    return f"{words.person(who)}{words.day(turn.on)}接访"
