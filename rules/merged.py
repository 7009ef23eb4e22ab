"""Cells merged into one: what each cell below them shows. Where ranges overlap, the last counts."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

# A merged range: first row, first column, last row, last column. Throughout the importer a
# row carries the number Excel shows (from 1) and a column its index (from 0).
Range = tuple[int, int, int, int]
Grid = Sequence[Sequence[Any]]


class Line:
    """Cells in a line, each taken once, by the first who asks.

    Cells that are taken are passed over in one step, so that thousands of ranges over the same
    cells cost no more than the cells.
    """

    def __init__(self) -> None:
        """Begin with every cell free."""
        self._after: dict[int, int] = {}  # of a taken cell: one nearer to the next free one

    def take(self, first: int, last: int) -> Iterator[int]:
        """Take those of these cells that are free."""
        cell = self._next(first)
        while cell <= last:
            self._after[cell] = cell + 1
            yield cell
            cell = self._next(cell + 1)

    def _next(self, cell: int) -> int:
        passed = []
        while cell in self._after:
            passed.append(cell)
            cell = self._after[cell]
        for each in passed:
            self._after[each] = cell
        return cell


def spread(grid: Grid, merged: Sequence[Range], first_row: int, last_row: int) -> list[list[Any]]:
    """Copy these rows, all of one width, what a merged cell holds in every cell it covers."""
    last_row = min(last_row, len(grid))
    width = max((len(row) for row in grid[:last_row]), default=0)
    rows = [[*row, *[None] * (width - len(row))] for row in grid[first_row - 1 : last_row]]
    lines = [Line() for _ in rows]
    for top, left, bottom, right in reversed(merged):
        for number in range(max(top, first_row), min(bottom, last_row) + 1):
            for column in lines[number - first_row].take(left, min(right, width - 1)):
                rows[number - first_row][column] = _held(grid, top, left)
    return rows


def filled_from(
    grid: Grid, merged: Sequence[Range], first_row: int, columns: Iterable[int]
) -> dict[tuple[int, int], Any]:
    """Give the cells below `first_row` covered by one merged downwards what the top one holds."""
    lines = {column: Line() for column in columns}
    return {
        (row, left): grid[top - 1][left]
        for top, left, bottom, _ in reversed(merged)
        if left in lines and bottom > top >= first_row
        if top <= len(grid) and left < len(grid[top - 1])
        for row in lines[left].take(top + 1, min(bottom, len(grid)))
    }


def _held(grid: Grid, row: int, column: int) -> Any:
    return grid[row - 1][column] if column < len(grid[row - 1]) else None
