"""What a good roster is weighed by, beside the rules it must keep."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import Any

from analysis.roster_model import Model
from rules.reception_rules import Duty, days_between
from rules.reception_terms import Level, Per
from rules.receptions import Place, Receiver
from rules.roster_figures import year_to_date
from rules.workdays import is_workday

_SCALE = 10  # costs are so many times a weight, so that chance decides between equals only
_CHANCE = 3
_LONG, _SHORT = 10, 4  # days within which a second turn is too close; the short one for weekly duty
_LEFT_OVER = 1000  # far above every wish: what is put off may be impossible later
_FAR = 12  # turns above the least laden that still count one by one


def _weight(default: int, label: str) -> int:
    return field(default=default, metadata={"label": label})


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How much each wish counts against the others; 0 leaves one out.

    They weigh one leader's turn too many, one leader too many on a day, one turn that does
    not fit and one turn too close to his last alike, so that the numbers can be compared.
    """

    even: int = _weight(10, "全年次数均衡")
    days_off: int = _weight(6, "休息日次数均衡")
    special_days: int = _weight(6, "特护期次数均衡")
    spread: int = _weight(8, "各天人数均衡")
    portfolio: int = _weight(5, "分管领域与约访事项相符")
    contact: int = _weight(5, "联系点与接访地点相符")
    spacing: int = _weight(3, "两次接访间隔")


def labels() -> dict[str, str]:
    """The Chinese label of each weight, in their order."""
    return {each.name: each.metadata["label"] for each in fields(Weights)}


def weigh(model: Model, weights: Weights, *, seed: int) -> None:
    """Set what is to be least; the seed decides between rosters that are equally good."""
    random = Random(seed)  # noqa: S311 - it breaks ties
    wishes = _Wishes(model)
    costs = [random.randrange(_CHANCE) * var for var in model.proposed.values()]
    costs += wishes.even(weights)
    costs += wishes.fitting(weights)
    costs += wishes.running_on()
    costs += wishes.spaced(weights.spacing * _SCALE)
    model.cp.minimize(sum(costs))


class _Wishes:
    """Each wish as costs of the turns of a model."""

    def __init__(self, model: Model) -> None:
        self._cp, self._proposed = model.cp, model.proposed
        self._basis, self._given = model.basis, model.given
        self._days, self._duties = model.days, model.duties
        self._at, self._served = model.at, model.served

    def even(self, weights: Weights) -> list[Any]:
        """Costs that grow with every further turn of one leader, and with every leader of a day."""
        costs = []
        so_far = year_to_date(self._given.earlier, self._basis, before=self._basis.first)
        for circle in self._circles():
            for weight, name, days in (
                (weights.even, "turns", self._days),
                (weights.days_off, "days_off", [d for d in self._days if self._off(d)]),
                (
                    weights.special_days,
                    "special_days",
                    list(filter(self._basis.special, self._days)),
                ),
            ):
                counts = {each.id: getattr(so_far[each.id], name) for each in circle}
                least = _credited(circle, counts, self._basis.first)
                for each in circle:
                    turns = [var for day in days for var in self._at(each.id, day)]
                    costs += self._rising(turns, least[each.id], weight * _SCALE)
            for day in self._days:
                there = [var for each in circle for var in self._at(each.id, day)]
                costs += self._rising(there, 0, weights.spread * _SCALE)
        # A turn nobody asks for is never worth what it would make more even or fitting.
        return [*costs, *(_SCALE * var for var in self._proposed.values())]

    def _rising(self, turns: Sequence[Any], before: int, weight: int) -> list[Any]:
        """The square of `before` and the turns, as one cost for each further turn."""
        if not turns or not weight:
            return []
        steps = [self._cp.new_bool_var("") for _ in turns]
        self._cp.add(sum(steps) == sum(turns))
        return [(2 * (before + n) + 1) * weight * step for n, step in enumerate(steps)]

    def running_on(self) -> list[Any]:
        """Costs of leaving a period that runs beyond the roster more to do than its days can hold.

        Of those who owe a day in it, as many as its days in the roster are of all its days.
        """
        found: dict[tuple[str, date], list[Duty]] = defaultdict(list)
        for duty in self._duties:
            if duty.last > self._basis.last:
                unit = self._basis.unit_of(duty.receiver)
                found[f"{duty.rule.code}/{unit}", duty.first].append(duty)
        costs = []
        for duties in found.values():
            share, kept = Fraction(0), 0
            done: list[Any] = []
            for duty in duties:
                ours = sum(day <= self._basis.last for day in duty.open_days)
                share += duty.owed * Fraction(ours, len(duty.open_days) or 1)
                served = min(duty.owed, self._served(duty))
                kept += served
                turns = [
                    var
                    for day in days_between(duty.first, self._basis.last)
                    for var in self._at(duty.receiver.id, day, duty.rule)
                ]
                if turns and duty.owed > served:
                    day_kept = self._cp.new_int_var(0, duty.owed - served, "")
                    self._cp.add(day_kept <= sum(turns))
                    done.append(day_kept)
            wanted = math.ceil(share) - kept
            if done and wanted > 0:
                left = self._cp.new_int_var(0, wanted, "")
                self._cp.add(left >= wanted - sum(done))
                costs.append(_LEFT_OVER * _SCALE * left)
        return costs

    def fitting(self, weights: Weights) -> list[Any]:
        """Costs of leaders in charge of nothing booked, and at a place that is not their contact point."""
        costs = []
        known = {each.id: each for each in self._basis.receivers}
        places = {place.id: place for place in self._basis.places}
        for (leader, day, place_id), var in self._proposed.items():
            receiver = known[leader]
            topics = self._given.topics.get(day)
            if topics and not topics & set(receiver.portfolio):
                costs.append(weights.portfolio * _SCALE * var)
            if place_id is not None and _elsewhere(receiver, places[place_id]):
                costs.append(weights.contact * _SCALE * var)
        return costs

    def spaced(self, weight: int) -> list[Any]:
        """Costs of turns that follow too closely on a leader's last."""
        if not weight:
            return []
        weekly = {duty.receiver.id for duty in self._duties if duty.rule.per is Per.WEEK}
        last: dict[int, set[date]] = defaultdict(set)
        for turn in self._given.earlier:
            if turn.on >= self._basis.first - timedelta(days=_LONG):
                last[turn.by].add(turn.on)
        costs = []
        for each in self._basis.receivers:
            gap = _SHORT if each.id in weekly else _LONG
            for end in self._days:
                window = days_between(end - timedelta(days=gap - 1), end)
                turns = [var for day in window for var in self._at(each.id, day)]
                before = len(last[each.id].intersection(window))
                if len(turns) + before > 1:
                    excess = self._cp.new_int_var(0, len(turns) + before, "")
                    self._cp.add(excess >= sum(turns) + before - 1)
                    costs.append(weight * excess)
        return costs

    def _circles(self) -> Iterable[list[Receiver]]:
        found: dict[tuple[Level, int | None], list[Receiver]] = defaultdict(list)
        for each in self._basis.receivers:
            found[each.level, self._basis.unit_of(each)].append(each)
        return found.values()

    def _off(self, day: date) -> bool:
        return not is_workday(day, self._basis.calendar)


def _credited(circle: Sequence[Receiver], counts: Mapping[int, int], first: date) -> dict[int, int]:
    """How far each stands above the least laden; whoever came in the year is taken for average before."""
    days = [
        first.replace(month=1, day=1) + timedelta(days=n)
        for n in range(first.timetuple().tm_yday - 1)
    ]
    served = {each.id: sum(each.in_office(day) for day in days) for each in circle}
    all_days = sum(served.values())
    rate = sum(counts.values()) / all_days if all_days else 0.0
    stand = {
        each.id: counts[each.id] + round(rate * (len(days) - served[each.id])) for each in circle
    }
    least = min(stand.values())
    return {leader: min(count - least, _FAR) for leader, count in stand.items()}


def _elsewhere(receiver: Receiver, place: Place) -> bool:
    own = receiver.level in (Level.CITY, Level.COUNTY)
    return (
        own
        and place.unit_id is not None
        and not place.centre
        and place.unit_id not in receiver.contacts
    )
