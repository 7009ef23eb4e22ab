"""挂图作战: what colours a township, where its square stands, and what a layout may not be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, cos, radians, sqrt

from rules.errors import Problem
from rules.terms import Term

MOST = 40  # squares in a row, and rows
# A square is this much wider than high, on a screen of 16 to 9.
_WIDER = 1.6
_SCREEN = 16 / 9

Square = tuple[int, int]  # row and column, from 1


class MapColour(Term):
    """What the map is coloured by: the figure of that code (rules/figures.py)."""

    RED = "red", "未化解红色"
    OPEN = "open", "未化解"
    OVERDUE = "overdue", "超期未化解"


class Tone(Term):
    """How much there is of it: the word that doubles a colour."""

    NONE = "none", "无"
    SOME = "some", "有"
    MANY = "many", "集中"


@dataclass(frozen=True, slots=True)
class TownCounts:
    """The open disputes of a township."""

    red: int = 0
    open: int = 0
    overdue: int = 0

    def of(self, colour: MapColour) -> int:
        """Return the number the map is coloured by."""
        if colour is MapColour.RED:
            return self.red
        return self.open if colour is MapColour.OPEN else self.overdue


def tone(count: int, *, many: int) -> Tone:
    """Say how much a number is; `many` of them and more are 集中."""
    if count == 0:
        return Tone.NONE
    return Tone.MANY if count >= many else Tone.SOME


def columns_for(count: int) -> int:
    """How many squares stand in a row, so that all of them fill a screen."""
    return max(1, ceil(sqrt(count * _SCREEN / _WIDER)))


def placed(saved: Mapping[int, Square], unit_ids: Sequence[int]) -> dict[int, Square]:
    """Give every township a square: its own where the office laid it out, else the next free one.

    So a county that has laid nothing out has a map, and a township that is new appears on it.
    """
    kept = {unit_id: saved[unit_id] for unit_id in unit_ids if unit_id in saved}
    taken = set(kept.values())
    across = max([columns_for(len(unit_ids)), *(column for _, column in taken)])
    free = (
        (row, column)
        for row in range(1, len(unit_ids) + len(taken) + 2)
        for column in range(1, across + 1)
        if (row, column) not in taken
    )
    return {unit_id: kept[unit_id] if unit_id in kept else next(free) for unit_id in unit_ids}


def layout_problems(
    squares: Mapping[int, tuple[int | None, int | None]], names: Mapping[int, str]
) -> list[Problem]:
    """List what is wrong with a layout: a square out of reach, or two townships in one."""
    found, taken = [], dict[Square, int]()
    for unit_id, (row, column) in squares.items():
        name = names[unit_id]
        if row is None or column is None or not (1 <= row <= MOST and 1 <= column <= MOST):
            found.append(Problem("layout", f"“{name}”的行、列应是 1 到 {MOST} 的整数"))
        elif (row, column) in taken:
            other = names[taken[row, column]]
            message = f"“{other}”和“{name}”都在第 {row} 行第 {column} 列，请改一个"
            found.append(Problem("layout", message))
        else:
            taken[row, column] = unit_id
    return found


Ring = Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class Shape:
    """The boundary of a township in degrees: polygons of rings, and where its number stands."""

    polygons: Sequence[Sequence[Ring]]
    label: Sequence[float]


def flattened(shapes: Mapping[int, Shape]) -> dict[int, Shape]:
    """Draw degrees as a plane, so that a county is as wide as it is and not stretched."""
    latitudes = [shape.label[1] for shape in shapes.values()]
    narrower = cos(radians(sum(latitudes) / len(latitudes))) if latitudes else 1.0

    def point(x: float, y: float) -> tuple[float, float]:
        return round(x * narrower, 5), y

    return {
        unit_id: Shape(
            [[[point(*p) for p in ring] for ring in polygon] for polygon in shape.polygons],
            point(*shape.label),
        )
        for unit_id, shape in shapes.items()
    }
