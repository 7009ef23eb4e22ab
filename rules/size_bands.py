"""人数规模: the bands a county parts 集体访 by, as 5-10/11-20/21-50/51-100/100+ (domain.md section 10)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rules.errors import RuleError

_BAND = re.compile(r"(\d+)-(\d+)|(\d+)\+")


@dataclass(frozen=True, slots=True)
class SizeBand:
    """A band with both ends in; `last` None is open."""

    first: int
    last: int | None

    @property
    def label(self) -> str:
        """The band in words."""
        return f"{self.first}人以上" if self.last is None else f"{self.first}—{self.last}人"

    def holds(self, people: int) -> bool:
        """Whether a visit of so many is of it."""
        return self.first <= people and (self.last is None or people <= self.last)


def read_bands(text: str) -> tuple[SizeBand, ...]:
    """Read bands parted by strokes, the last one open; raises RuleError where they overlap or leave a gap.

    "100+" after "51-100" begins at 101, as offices write it.
    """
    found: list[SizeBand] = []
    for word in text.replace(" ", "").split("/"):
        match = _BAND.fullmatch(word)
        if match is None or (found and found[-1].last is None):
            raise RuleError(_UNREAD.format(text=text))
        after = (found[-1].last or 0) + 1 if found else None
        if match[3]:
            first = int(match[3])
            band = SizeBand(after if after and first == after - 1 else first, None)
        else:
            band = SizeBand(int(match[1]), int(match[2]))
        if (after is not None and band.first != after) or (band.last or band.first) < band.first:
            raise RuleError(_UNREAD.format(text=text))
        found.append(band)
    if found[-1].last is not None:
        raise RuleError(_UNREAD.format(text=text))
    return tuple(found)


_UNREAD = "人数规模“{text}”读不懂，请写成首尾相接的几档，例如 5-10/11-20/21-50/51-100/100+"


def by_band(bands: Sequence[SizeBand], counts: Mapping[int, int]) -> dict[str, int]:
    """Add up how many visits each band has, from how many came of each size; smaller ones are in none."""
    return {
        band.label: sum(count for people, count in counts.items() if band.holds(people))
        for band in bands
    }
