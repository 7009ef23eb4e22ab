"""Why this leader on this day: what speaks for a turn, computed from the facts around it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from rules import roster_words as words
from rules.reception_rules import Demands
from rules.receptions import Basis, Given, Receiver, Turn, named
from rules.roster_figures import year_to_date
from rules.workdays import is_workday


def why(
    turn: Turn,
    turns: Iterable[Turn],
    basis: Basis,
    given: Given | None = None,
    *,
    topics: Mapping[int, str] | None = None,
    units: Mapping[int, str] | None = None,
) -> tuple[str, ...]:
    """Say why the leader of `turn` is on its day, the strongest reason first.

    `turns` are the whole roster, the fixed ones among them; `topics` and `units` name the
    content classes and units. Whoever is not in the basis has no reasons.
    """
    receiver = named(basis.receivers).get(turn.by)
    if receiver is None:
        return ()
    reasons = _Reasons(turn, receiver, list(turns), basis, given or Given())
    return (
        *reasons.set_by_hand(),
        *reasons.owed(),
        *reasons.least(),
        *reasons.fitting(topics or {}, units or {}),
        *reasons.rested(),
        *reasons.others_away(),
    )


class _Reasons:
    """The facts about one turn, as sentences."""

    def __init__(
        self, turn: Turn, receiver: Receiver, turns: list[Turn], basis: Basis, given: Given
    ) -> None:
        self._turn, self._receiver, self._basis, self._given = turn, receiver, basis, given
        self._demands = Demands(basis)
        self._all = [*(t for t in given.earlier if t.on < basis.first), *turns]
        circle = [
            each
            for each in basis.receivers
            if each.level is receiver.level and basis.unit_of(each) == basis.unit_of(receiver)
        ]
        self._able = [each for each in circle if self._demands.may_receive(each, turn.on)]
        self._unable = [each for each in circle if each not in self._able]

    def set_by_hand(self) -> Iterator[str]:
        """That the office has put him there."""
        if self._turn.id in {turn.id for turn in self._given.fixed}:
            yield "由办公室排定"

    def owed(self) -> Iterator[str]:
        """The duties of which this turn is one of the days owed, none to spare."""
        mine = self._days_of(self._receiver)
        for duty in self._demands.duties():
            ours = (
                duty.receiver.id == self._receiver.id and duty.first <= self._turn.on <= duty.last
            )
            if ours and sum(duty.first <= day <= duty.last for day in mine) <= duty.owed:
                when = words.period(duty.first, duty.last, duty.rule.per)
                yield f"{when}应接访 {duty.owed} 天{words.by_rule(duty.rule)}"

    def least(self) -> Iterator[str]:
        """How often he received this year before, beside those who could on the day."""
        before = year_to_date(self._all, self._basis, before=self._turn.on)
        kinds = [("", "turns")]
        if not is_workday(self._turn.on, self._basis.calendar):
            kinds.append(("在休息日", "days_off"))
        for what, name in kinds:
            counts = [getattr(before[each.id], name) for each in self._able]
            mine = getattr(before[self._receiver.id], name)
            yield f"本年此前{what}接访 {mine} 次{_beside(mine, counts)}"

    def fitting(self, topics: Mapping[int, str], units: Mapping[int, str]) -> Iterator[str]:
        """What of his portfolio is booked for the day, and that the place is his contact point."""
        booked = self._given.topics.get(self._turn.on, frozenset())
        if fits := [each for each in self._receiver.portfolio if each in booked]:
            names = "、".join(topics.get(each, f"编号 {each}") for each in fits)
            yield f"分管{names}，当天有相应的约访事项"
        place = next((p for p in self._basis.places if p.id == self._turn.place_id), None)
        if place and place.unit_id in self._receiver.contacts:
            unit = units.get(place.unit_id or 0, place.name)
            yield f"{unit}是其联系点"

    def rested(self) -> Iterator[str]:
        """How long ago his last turn was, this roster's and earlier ones alike."""
        last = max(
            (day for day in self._days_of(self._receiver) if day < self._turn.on), default=None
        )
        if last is not None:
            yield f"距上一次接访（{last.month}月{last.day}日）{(self._turn.on - last).days} 天"

    def others_away(self) -> Iterator[str]:
        """Who could not receive on the day, and why."""
        away = [each for each in self._unable if each.away(self._turn.on)]
        gone = [each for each in self._unable if not each.in_office(self._turn.on)]
        parts = [
            f"{words.people(who)}{why_not}"
            for who, why_not in ((away, "请假"), (gone, "不在任"))
            if who
        ]
        if parts:
            yield f"当天{'，'.join(parts)}"

    def _days_of(self, receiver: Receiver) -> set[date]:
        return {turn.on for turn in self._all if turn.by == receiver.id and not turn.nameless}


def _beside(mine: int, counts: list[int]) -> str:
    if len(counts) < 2:
        return ""
    least = min(counts)
    if mine <= least:
        tied = "并列" if counts.count(least) > 1 else ""
        return f"，当天可接访的 {len(counts)} 人中{tied}最少"
    return f"，当天可接访的 {len(counts)} 人平均 {sum(counts) / len(counts):.1f} 次"
