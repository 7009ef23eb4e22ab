"""Rosters of leader reception made by OR-Tools: every rule kept, and as even and fitting as can be."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from analysis.roster_model import Key, Model
from analysis.roster_search import Ended, smallest_clash, solve
from analysis.roster_weights import Weights, weigh
from rules import roster_words as words
from rules.reception_rules import Demands
from rules.reception_terms import Level
from rules.receptions import Basis, Given, Turn
from rules.terms import Term

# Deterministic seconds for a part of _SIZE leaders and days: four by the clock at worst; most parts
# are proven best in a tenth of that.
_PATIENCE = 1.0
_SIZE = 21 * 31
_LEAST = 0.1


class Outcome(Term):
    """How making a roster ended."""

    MADE = "made", "已排出"
    IMPOSSIBLE = "impossible", "无法排出"
    STOPPED = "stopped", "已停止"
    UNDECIDED = "undecided", "未能算完"


@dataclass(frozen=True, slots=True)
class Clash:
    """Conditions that cannot all hold while any one of them left out can; `unit_id` of a township."""

    unit_id: int | None
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Roster:
    """The turns to add to the fixed ones, their ids below zero, and what clashes.

    Townships are made one by one: where one clashes, the turns of the others are there.
    """

    outcome: Outcome
    turns: tuple[Turn, ...] = ()
    clashes: tuple[Clash, ...] = ()


def generate(
    basis: Basis,
    given: Given | None = None,
    *,
    weights: Weights | None = None,
    seed: int = 0,
    progress: Callable[[float], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Roster:
    """Make the turns from `basis.first` to `basis.last`, which keep every rule of the basis.

    The same values and seed make the same roster: effort is counted in steps of the solver
    and not by the clock. `progress` is told the part done, from 0 to 1. `stop` is asked now
    and then; once it says so, nothing is returned.
    """
    settled, tell, stopped = given or Given(), progress or _silent, stop or _never
    parts = list(_parts(basis))
    keys: list[Key] = []
    clashes: list[Clash] = []
    undecided = False
    for number, (unit_id, part) in enumerate(parts):
        unmanned = [words.nobody(*lacking) for lacking in Demands(part).unmanned()]
        clashes += [Clash(unit_id, (text,)) for text in unmanned]
        model = Model(part, settled)
        weigh(model, weights or Weights(), seed=seed)
        ended, found = solve(
            model,
            seed=seed,
            patience=_patience(part),
            progress=_share(tell, number, len(parts)),
            stop=stopped,
        )
        if ended is Ended.STOPPED:
            return Roster(Outcome.STOPPED)
        if ended is Ended.IMPOSSIBLE:
            clashes.append(Clash(unit_id, smallest_clash(Model(part, settled, explaining=True))))
        undecided = undecided or ended is Ended.UNDECIDED
        keys += found
        tell((number + 1) / len(parts))
    outcome = Outcome.UNDECIDED if undecided else Outcome.MADE
    return Roster(Outcome.IMPOSSIBLE if clashes else outcome, tuple(_turns(keys)), tuple(clashes))


def _parts(basis: Basis) -> Iterator[tuple[int | None, Basis]]:
    """Part what shares nothing: each township by itself, and the rest, who share the centre."""
    alone = {_alone(each.level, each.id) for each in basis.units}
    alone |= {_alone(each.level, each.unit_id) for each in basis.receivers}
    for own in (None, *sorted(each for each in alone if each is not None)):
        receivers = tuple(e for e in basis.receivers if _alone(e.level, e.unit_id) == own)
        rules = tuple(r for r in basis.rules if (r.level is Level.TOWNSHIP) == (own is not None))
        places = {place for each in receivers for place in basis.places_of(each)}
        if rules or receivers:
            part = replace(
                basis,
                rules=rules,
                receivers=receivers,
                units=tuple(unit for unit in basis.units if _alone(unit.level, unit.id) == own),
                places=tuple(place for place in basis.places if place in places),
            )
            yield own, part


def _alone(level: Level, unit_id: int | None) -> int | None:
    """The township that a leader or unit belongs to; None for all that go together."""
    return (unit_id or 0) if level is Level.TOWNSHIP else None


def _patience(part: Basis) -> float:
    days = (part.last - part.first).days + 1
    return _PATIENCE * max(_LEAST, len(part.receivers) * days / _SIZE)


def _share(tell: Callable[[float], None], number: int, parts: int) -> Callable[[float], None]:
    return lambda part: tell((number + part) / parts)


def _turns(keys: Iterable[Key]) -> Iterator[Turn]:
    ordered = sorted(keys, key=lambda key: (key[1], key[0]))
    for number, (leader, day, place) in enumerate(ordered, start=1):
        yield Turn(id=-number, on=day, leader_id=leader, place_id=place)


def _silent(part: float) -> None:
    pass


def _never() -> bool:
    return False
