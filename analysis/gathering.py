"""Matters that name one place, parted by what they complain of."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from analysis.likeness import Likeness
from analysis.names import kind_of
from analysis.place_words import Kind
from analysis.places import Places

# How alike matters must be on average: the looser the place ties, the more.
_ALIKE = {
    Kind.SITE: 0.38,
    Kind.STREET: 0.65,
    Kind.AREA: 0.55,
    Kind.PHRASE: 0.55,
    Kind.TOWN: 0.7,
}
_JOINS = {Kind.SITE: 0.3, Kind.STREET: 0.5, Kind.AREA: 0.5, Kind.PHRASE: 0.55}
_TOO_MANY = 800  # matters with one name: a town, whose name ties nothing


@dataclass(frozen=True, slots=True)
class Gathered:
    """Matters, by their number, that one name and one grievance tie."""

    name: str
    members: tuple[int, ...]


def gather(places: Places, likeness: Likeness, *, step: Callable[[float], None]) -> list[Gathered]:
    """Part the matters of each name by grievance and give every matter to its strongest group.

    `step` is told which part of the names is done, from 0 to 1.
    """
    several = {
        name: held for name, held in sorted(places.holders.items()) if 1 < len(held) <= _TOO_MANY
    }
    tied: list[tuple[float, str, list[int]]] = []
    for done, (name, held) in enumerate(several.items()):
        step(done / len(several))
        tied += _parted(name, list(held), places, likeness)
    tied.sort(key=lambda found: (-found[0], kind_of(found[1]), len(found[1]), *found[1:]))
    groups = _shared_out(tied)
    _join(groups, places, likeness)
    return [Gathered(name, tuple(sorted(members))) for name, members in groups if members]


def _parted(
    name: str, held: list[int], places: Places, likeness: Likeness
) -> Iterator[tuple[float, str, list[int]]]:
    """The clusters of one name, each with its strength: likeness times size."""
    kind = kind_of(name)
    alike = _tied(name, held, held, places, likeness)
    np.fill_diagonal(alike, 1.0)
    tree = linkage(squareform(1 - alike, checks=False), method="average")
    labels = fcluster(tree, 1 - _ALIKE[kind], criterion="distance")
    for label in np.unique(labels):
        inside = np.flatnonzero(labels == label)
        if len(inside) > 1:
            pairs = alike[np.ix_(inside, inside)].sum() - len(inside)
            yield float(pairs / (len(inside) - 1)), name, [held[place] for place in inside]


def _shared_out(tied: Sequence[tuple[float, str, list[int]]]) -> list[tuple[str, list[int]]]:
    """Give each matter to the strongest group that wants it."""
    groups: list[tuple[str, list[int]]] = []
    taken: set[int] = set()
    for _, name, members in tied:
        free = [number for number in members if number not in taken]
        if len(free) > 1 and len(free) * 2 > len(members):
            taken.update(free)
            groups.append((name, free))
    return groups


def _join(groups: list[tuple[str, list[int]]], places: Places, likeness: Likeness) -> None:
    """Bring to each group, the largest first, what names its place and says the same.

    That may be a matter left alone or another group, called by another name of the place.
    """
    groups.sort(key=lambda group: (-len(group[1]), group))
    home = {number: index for index, (_, members) in enumerate(groups) for number in members}
    for index, (_, members) in enumerate(groups):
        for name in sorted(places.shared(members), key=lambda name: (kind_of(name), name)):
            for comers in _comers(name, index, groups, home, places, likeness):
                left = home.get(comers[0])
                members += comers
                home.update(dict.fromkeys(comers, index))
                if left is not None:
                    groups[left] = (groups[left][0], [])


def _comers(
    name: str,
    index: int,
    groups: Sequence[tuple[str, list[int]]],
    home: Mapping[int, int],
    places: Places,
    likeness: Likeness,
) -> Iterator[list[int]]:
    """Single matters and whole groups that hold `name` as well and say what the group says."""
    members = groups[index][1]
    limit = _JOINS.get(kind_of(name))
    if limit is None or len(places.holders[name]) > _TOO_MANY:
        return
    outside = places.within_reach(name, members)
    if not outside:
        return
    says = dict(
        zip(outside, _tied(name, outside, members, places, likeness).mean(axis=1), strict=True)
    )
    units: dict[int, list[int]] = defaultdict(list)
    for number in outside:
        units[home.get(number, -1 - number)].append(number)
    for unit, holding in sorted(units.items(), key=lambda unit: unit[1]):
        whole = groups[unit][1] if unit >= 0 else holding
        if len(holding) * 2 >= len(whole) and np.mean([says[n] for n in holding]) >= limit:
            yield list(whole)


def _tied(
    name: str, rows: Sequence[int], others: Sequence[int], places: Places, likeness: Likeness
) -> NDArray[np.float64]:
    """How alike matters are, the less the more loosely the name ties them."""
    alike = likeness.between(rows, others) * places.together(name, rows, others)
    return alike * places.ties(name, rows)[:, None] * places.ties(name, others)[None, :]
