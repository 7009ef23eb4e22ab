"""Where a sheet's header stands, and what is written above it."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rules.cells import MONEY_UNITS, is_blank, shown
from rules.columns import CASES, Vocabulary, normalise_header, target_of
from rules.merged import Grid, Range, spread
from rules.numerals import plain_digits

SEARCHED = 15
_TALLEST = 3
_LONGEST_NAME = 40

_YEAR = re.compile(r"((?:19|20)[0-9]{2})\s*年")
_PAIR = re.compile(r"(填报单位|报送单位|填报日期|填报时间|报送时间|单位)\s*:\s*([^\s:]+)")


@dataclass(frozen=True, slots=True)
class Header:
    """The rows of a header and what each column is called; stacked names are joined with /."""

    first_row: int
    last_row: int
    names: tuple[str, ...]
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above the header: the title, the year it names, and lines such as 填报单位."""

    title: str = ""
    year: int | None = None
    money_unit: str = ""
    pairs: Mapping[str, str] = field(default_factory=dict)


def find_header(
    rows: Grid,
    merged: Sequence[Range] = (),
    known: Mapping[str, str] | None = None,
    words: Vocabulary = CASES,
) -> Header | None:
    """Find the header among the first 15 rows by the names it knows; None under two of them.

    `known` are names a person has given a target, which count like our own.
    """
    top = _named(rows, merged, 1, SEARCHED)
    tall = _tall(merged, 1, len(top))
    best: tuple[int, int, int] = (1, 0, 0)
    found: Header | None = None
    for first in range(len(top)):
        for height in _heights(first + 1, len(top), tall):
            header = _header(top[first:], first + 1, height)
            rank = (_hits(header.names, known or {}, words), -height, -first)
            if rank > best:
                best, found = rank, header
    return found


def header_at(
    rows: Grid, merged: Sequence[Range], first_row: int, words: Vocabulary = CASES
) -> Header:
    """Take the header from the row a person points at, whatever its names are."""
    first_row = max(1, min(first_row, len(rows)))
    top = _named(rows, merged, first_row, first_row + _TALLEST - 1)
    last_row = first_row + len(top) - 1
    heights = _heights(first_row, last_row, _tall(merged, first_row, last_row)) or [1]
    headers = [_header(top, first_row, height) for height in heights]
    return max(headers, key=lambda header: (_hits(header.names, {}, words), -header.last_row))


def heading_of(rows: Grid, header: Header) -> Heading:
    """Read the lines above the header."""
    cells = [
        shown(cell) for row in rows[: header.first_row - 1] for cell in row if not is_blank(cell)
    ]
    text = plain_digits("\n".join(cells))
    pairs = dict(_PAIR.findall(text))
    money = pairs.pop("单位", "")
    year = _YEAR.search(text)
    return Heading(
        title=cells[0] if cells else "",
        year=int(year[1]) if year else None,
        money_unit=money if money in MONEY_UNITS else "",
        pairs=pairs,
    )


def _named(rows: Grid, merged: Sequence[Range], first_row: int, last_row: int) -> list[list[str]]:
    """Copy these rows as names, a merged cell's name in every cell it covers."""
    return [[_name(cell) for cell in row] for row in spread(rows, merged, first_row, last_row)]


def _name(cell: Any) -> str:
    text = cell.strip() if isinstance(cell, str) else ""
    return text if len(text) <= _LONGEST_NAME else ""


def _tall(merged: Sequence[Range], first_row: int, last_row: int) -> set[tuple[int, int]]:
    """Find from which row to which cells are merged downwards, as far as a header may be."""
    return {
        (top, bottom)
        for top, _, bottom, _ in merged
        if 0 < bottom - top < _TALLEST and top <= last_row and bottom >= first_row
    }


def _heights(first_row: int, last_row: int, tall: Collection[tuple[int, int]]) -> Sequence[int]:
    """List how tall a header starting in `first_row` may be; `tall` cells decide it."""
    if any(top < first_row <= bottom for top, bottom in tall):
        return ()
    if starting := [bottom - first_row + 1 for top, bottom in tall if top == first_row]:
        return [max(starting)]
    ends = range(first_row, min(first_row + _TALLEST - 1, last_row) + 1)
    return [
        end - first_row + 1
        for end in ends
        if not any(first_row <= top <= end < bottom for top, bottom in tall)
    ]


def _header(top: Sequence[Sequence[str]], first_row: int, height: int) -> Header:
    columns = list(zip(*top[:height], strict=True))
    named = [
        [normalise_header(part) for part in dict.fromkeys(column) if part] for column in columns
    ]
    return Header(
        first_row=first_row,
        last_row=first_row + height - 1,
        names=tuple("/".join(name for name, _ in parts if name) for parts in named),
        units=tuple(next((unit for _, unit in parts if unit), "") for parts in named),
    )


def _hits(names: Sequence[str], known: Mapping[str, str], words: Vocabulary) -> int:
    targets = (known.get(name) or target_of(name, words) for name in names if name)
    return len({target for target in targets if target})
