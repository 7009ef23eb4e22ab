"""Which turns of a roster cannot be: on leave, out of office, twice a day, more than a place holds."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from rules import roster_words as words
from rules.reception_rules import Demands
from rules.reception_terms import FindingKind
from rules.receptions import Basis, Finding, Receiver, Turn, named


def bookings(
    turns: Sequence[Turn], nameless: Sequence[Turn], basis: Basis, demands: Demands
) -> Iterator[Finding]:
    """Find what is wrong with the turns themselves; `nameless` lack the name of their substitute."""
    found = _Bookings(turns, nameless, basis, demands)
    yield from found.impossible()
    yield from found.twice()
    yield from found.overfull()


class _Bookings:
    """The turns of a roster against leaders, places and days."""

    def __init__(
        self, turns: Sequence[Turn], nameless: Sequence[Turn], basis: Basis, demands: Demands
    ) -> None:
        self._turns, self._nameless, self._demands = turns, nameless, demands
        self._receivers = named(basis.receivers)
        self._places = {place.id: place for place in basis.places}

    def impossible(self) -> Iterator[Finding]:
        """Turns of nobody, in no office, on leave, on a day off, or at no known place."""
        for turn in self._nameless:
            text = f"{words.day(turn.on)}的接访记为替班，但没有写明替班领导"
            yield _about(FindingKind.NO_SUBSTITUTE, text, turn, turn.leader_id)
        for turn in self._turns:
            receiver = self._receivers.get(turn.by)
            if receiver is None:
                text = f"{words.day(turn.on)}的接访领导（编号 {turn.by}）不在领导名单中"
                yield _about(FindingKind.UNKNOWN_LEADER, text, turn, turn.by)
            elif not receiver.in_office(turn.on):
                text = words.out_of_term(receiver, turn.on)
                yield _about(FindingKind.OUT_OF_TERM, text, turn, receiver.id)
            else:
                yield from self._not_receiving(turn, receiver)
            if turn.place_id is not None and turn.place_id not in self._places:
                text = f"{words.day(turn.on)}的接访场所（编号 {turn.place_id}）不在场所名单中"
                yield _about(FindingKind.UNKNOWN_PLACE, text, turn, turn.by)

    def _not_receiving(self, turn: Turn, receiver: Receiver) -> Iterator[Finding]:
        for leave in receiver.leaves:
            if leave.first <= turn.on <= leave.last:
                text = words.on_leave(receiver, turn.on, leave)
                yield _about(FindingKind.ON_LEAVE, text, turn, receiver.id)
                return
        if not self._demands.worked(receiver, turn.on):
            text = words.day_off(receiver, turn.on)
            yield _about(FindingKind.DAY_OFF, text, turn, receiver.id)

    def twice(self) -> Iterator[Finding]:
        """Leaders on one day more than once."""
        found: dict[tuple[date, int], list[Turn]] = defaultdict(list)
        for turn in self._turns:
            found[turn.on, turn.by].append(turn)
        for (on, leader), turns in found.items():
            if len(turns) > 1 and leader in self._receivers:
                places = [
                    self._places[t.place_id].name for t in turns if t.place_id in self._places
                ]
                yield Finding(
                    FindingKind.TWICE_A_DAY,
                    words.twice(self._receivers[leader], on, len(turns), dict.fromkeys(places)),
                    leader_ids=(leader,),
                    days=(on,),
                    turn_ids=tuple(turn.id for turn in turns),
                )

    def overfull(self) -> Iterator[Finding]:
        """Places with more leaders than they hold."""
        found: dict[tuple[date, int], list[Turn]] = defaultdict(list)
        for turn in self._turns:
            if turn.place_id in self._places:
                found[turn.on, turn.place_id].append(turn)
        for (on, place_id), turns in found.items():
            place = self._places[place_id]
            leaders = tuple(dict.fromkeys(turn.by for turn in turns))
            if len(leaders) > place.capacity:
                there = [self._receivers[each] for each in leaders if each in self._receivers]
                yield Finding(
                    FindingKind.OVERFULL,
                    words.overfull(place, on, there, len(leaders)),
                    leader_ids=leaders,
                    days=(on,),
                    turn_ids=tuple(turn.id for turn in turns),
                    place_id=place_id,
                )


def _about(kind: FindingKind, text: str, turn: Turn, leader: int) -> Finding:
    return Finding(
        kind,
        text,
        leader_ids=(leader,),
        days=(turn.on,),
        turn_ids=(turn.id,),
        place_id=turn.place_id,
    )
