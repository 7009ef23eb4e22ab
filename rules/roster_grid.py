"""A roster as a calendar of squares, days by leaders: what stands in a square, and what was typed.

A square holds the number of a place, counted from 1 in the order the places are listed, or √
where there is no place; an empty square is no turn.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rules.errors import Problem
from rules.receptions import Basis, Place, Receiver, Turn
from rules.roster_edits import CellChange
from rules.roster_words import day
from rules.workdays import is_workday

PRESENT = "√"
_YES = frozenset({"√", "✓", "是", "有", "y", "v", "x", "接"})
_WEEKDAYS = "一二三四五六日"

Square = tuple[date, int]


@dataclass(frozen=True, slots=True)
class DayLabel:
    """A day of the calendar as it is headed; `off` tells why nobody works, or why it is worked."""

    on: date
    text: str
    note: str


def squares(turns: Sequence[Turn]) -> dict[Square, int]:
    """Map each taken square to its place, 0 for none."""
    return {(turn.on, turn.leader_id): turn.place_id or 0 for turn in turns}


def mark(place_id: int | None, places: Sequence[Place]) -> str:
    """Say what stands in a square; None is an empty one."""
    if place_id is None:
        return ""
    numbers = {place.id: str(number) for number, place in enumerate(places, start=1)}
    return numbers.get(place_id, PRESENT)


def day_label(on: date, basis: Basis) -> DayLabel:
    """Head a day: 7日 周一, and whether it is a day off, worked against its weekday, or special."""
    worked = is_workday(on, basis.calendar)
    notes = []
    if not worked:
        notes.append("休")
    elif on.weekday() >= 5:
        notes.append("班")
    if basis.special(on):
        notes.append("特")
    return DayLabel(on, f"{on.month}-{on.day:02d} 周{_WEEKDAYS[on.weekday()]}", "·".join(notes))


def headings(receivers: Sequence[Receiver]) -> dict[int, str]:
    """Head each leader's column by name, and by name and post where two bear one name."""
    names = [receiver.name for receiver in receivers]
    return {
        receiver.id: receiver.name
        if names.count(receiver.name) == 1
        else f"{receiver.name}（{receiver.post or receiver.id}）"
        for receiver in receivers
    }


def read(
    typed: Mapping[Square, str | None],
    base: Mapping[Square, int],
    *,
    places: Sequence[Place],
    names: Mapping[int, str],
) -> tuple[list[CellChange], list[Problem]]:
    """Read what was typed into squares; what says the same as `base` is no change.

    √ and words for yes mean the first place. Anything else is a problem that names its square.
    """
    numbers = {str(number): place.id for number, place in enumerate(places, start=1)}
    first = places[0].id if places else 0
    changes, problems = [], []
    for (on, leader_id), text in sorted(typed.items()):
        word = (text or "").strip().lower().translate(_PLAIN)
        before = base.get((on, leader_id))
        if not word:
            after: int | None = None
        elif word in numbers:
            after = numbers[word]
        elif word in _YES or (word == "1" and not places):
            after = before if before is not None else first
        else:
            known = "、".join(numbers) or PRESENT
            message = f"{day(on)} {names.get(leader_id, '')}：“{text}”不是场所序号，请填 {known}，不接访的留空"
            problems.append(Problem("turns", message))
            continue
        if after != before:
            changes.append(CellChange(on, leader_id, before, after))
    return changes, problems


_PLAIN = {ord(wide): str(number) for number, wide in enumerate("０１２３４５６７８９")}
