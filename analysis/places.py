"""Where matters lie: who names what, how closely a name ties them, and where two lie apart."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.names import kind_of, stays
from analysis.place_words import Kind

_AHEAD = 120  # characters at the beginning of a text, where it says what it is about
_TIES = (1.0, 0.85, 0.6)  # how a name ties in the title, at the beginning, further down
_ELSEWHERE = 0.35  # what is left of a likeness when the titles or townships name different sites


class Places:
    """Who names what: every name with its matters, every matter with its names."""

    def __init__(
        self,
        holders: Mapping[str, Sequence[int]],
        titles: Sequence[str],
        texts: Sequence[str],
        townships: Sequence[str],
    ) -> None:
        self.holders = holders
        self.of: list[set[str]] = [set() for _ in titles]
        for name, held in holders.items():
            for number in held:
                self.of[number].add(name)
        self.titled = [
            {name for name in names if name in title}
            for names, title in zip(self.of, titles, strict=True)
        ]
        numbered = {town: number for number, town in enumerate(sorted({*townships, ""}))}
        self._towns = np.array([numbered[town] for town in townships])
        self._heads = [text[:_AHEAD] for text in texts]
        self._sites = [
            {name for name in names if kind_of(name) is Kind.SITE} for names in self.titled
        ]
        self._pieces = [
            {name[start : start + 3] for name in names for start in range(len(name) - 2)}
            for names in self._sites
        ]

    def ties(self, name: str, members: Sequence[int]) -> NDArray[np.float64]:
        """How closely a name ties each of the matters that hold it."""
        return np.array(
            [
                _TIES[0 if name in self.titled[number] else 1 if name in self._heads[number] else 2]
                for number in members
            ]
        )

    def within_reach(self, name: str, members: Sequence[int]) -> list[int]:
        """Who else holds `name`, but for those whom their township keeps apart from all members."""
        towns = set(self._towns[list(members)])
        bound = stays(name) and 0 not in towns
        inside, reach = set(members), towns | {0}
        return [
            number
            for number in self.holders[name]
            if number not in inside and (not bound or self._towns[number] in reach)
        ]

    def together(
        self, name: str, rows: Sequence[int], others: Sequence[int]
    ) -> NDArray[np.float64]:
        """How much of a likeness holds for two matters with `name`, by where they lie.

        Nothing in two townships; little where the titles name two sites, unless each of the texts
        speaks of both.
        """
        factors = np.ones((len(rows), len(others)))
        if stays(name):
            mine, theirs = self._towns[rows][:, None], self._towns[others][None, :]
            factors[(mine != theirs) & (mine > 0) & (theirs > 0)] = 0.0
        for place, row in enumerate(rows):
            if self._sites[row]:
                for column, other in enumerate(others):
                    if self._sites[other] and self._apart(row, other):
                        factors[place, column] *= _ELSEWHERE
        return factors

    def _apart(self, one: int, other: int) -> bool:
        if not self._pieces[one].isdisjoint(self._pieces[other]):
            return False
        mine, theirs = self._sites[one], self._sites[other]
        return mine.isdisjoint(self.of[other]) or theirs.isdisjoint(self.of[one])

    def shared(self, members: Collection[int]) -> set[str]:
        """The names that at least half of the members hold."""
        return _of_half(members, self.of)

    def titled_by_half(self, members: Collection[int]) -> set[str]:
        """The names that stand in the titles of at least half of the members."""
        return _of_half(members, self.titled)


def _of_half(members: Collection[int], names: Sequence[set[str]]) -> set[str]:
    held = Counter(name for number in members for name in names[number])
    return {name for name, times in held.items() if times * 2 >= len(members)}
