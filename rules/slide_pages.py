"""A panel parted into slides that hold it: nothing is clipped, and nothing is set below 24 px.

The stage is 1920 by 1080. What stands here in pixels and characters is what assets/stage.css draws.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil

from rules.panel_terms import ChartKind, Inserted, Panel, Shows, Table
from rules.text_widths import columns, wanted_by, wide

WIDTH = 1760
ROOM = 600
# A table: the size of its text, the height of a line, what a row has above and below it.
TEXT, LINE, PAD = 26, 34, 12
LARGE_TEXT, LARGE_LINE, LARGE_PAD = 34, 46, 20
# Beside each cell, in characters; and between two halves of a table side by side.
_CELL, _GAP = 1.4, 2.0
# Points: a size larger, with room between them.
POINT_TEXT, POINT_LINE, POINT_PAD = 34, 46, 14
# A map of squares: so many under each other, a name within each, and how many at most in a row.
TILE_ROWS, TILE_TEXT, TILE_PAD, TILES_MOST = 7, 24, 22, 9
# How many bars or groups of columns stand apart, under labels of how many characters.
_MOST_LABELS = {
    ChartKind.COLUMNS: 14,
    ChartKind.STACKED: 14,
    ChartKind.LINES: 24,
    ChartKind.BARS: 12,
}
_LONGEST_LABEL = {
    ChartKind.COLUMNS: 12,
    ChartKind.STACKED: 12,
    ChartKind.LINES: 8,
    ChartKind.BARS: 14,
}
_NARROWEST = 4.0
_DRAWN = 2


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is set: each column's share of a half in percent, how many stand side by side.

    `large` is one that has room enough to be set a third larger.
    """

    shares: tuple[float, ...]
    abreast: int
    large: bool = False


def paged(panel: Panel) -> list[Panel]:
    """Part a panel into the slides it takes, each with its sentence; the first keeps it as it is."""
    return [page for each in panel.thoughts for page in _paged(each)]


def _paged(panel: Panel) -> list[Panel]:
    if panel.shows is Shows.CHART and panel.chart is not None:
        kind, labels = panel.chart.kind, panel.chart.labels
        if len(labels) <= _MOST_LABELS[kind] and all(
            wide(label) <= _LONGEST_LABEL[kind] for label in labels
        ):
            return [replace(panel, notes=_charted(panel.notes))]
    if panel.table is not None:
        return _parted(replace(panel, shows=Shows.TABLE), panel.table)
    if panel.points:
        return _pointed(panel)
    return [panel]


def tile_columns(table: Table) -> int:
    """Return how many squares of a map stand in a row, so that the longest name stands in its own."""
    longest = max((wide(row[0]) for row in table.rows), default=0.0)
    return max(2, min(TILES_MOST, int(WIDTH // (max(longest, 7.0) * TILE_TEXT + TILE_PAD))))


def layout(table: Table, *, rows: int) -> Layout:
    """Set a table of so many rows: side by side where it is narrow and has many."""
    cells = [table.headers, *table.rows]
    natural = sum(wanted_by(cells, pad=_CELL, least=_NARROWEST))
    whole = WIDTH / TEXT
    abreast = 1
    if rows > _ROWS:
        abreast = max(1, min(3, int((whole + _GAP) / (natural + _GAP))))
    room = (whole - _GAP * (abreast - 1)) / abreast
    widths = columns(cells, total=room, pad=_CELL, least=_NARROWEST)
    large = (
        abreast == 1
        and natural * LARGE_TEXT <= WIDTH
        and (rows + 1) * (LARGE_LINE + LARGE_PAD) <= ROOM
    )
    return Layout(tuple(round(100 * width / sum(widths), 2) for width in widths), abreast, large)


_ROWS = (ROOM - LINE - PAD) // (LINE + PAD)


def _parted(panel: Panel, table: Table) -> list[Panel]:
    if panel.kind is Inserted.MAP:
        most = TILE_ROWS * tile_columns(table)
        groups = _even(list(range(len(table.rows))), most)
    else:
        groups = _filled(table)
    faint = table.faint
    found = []
    for number, group in enumerate(groups):
        rows = tuple(table.rows[at] for at in group)
        marks = {(group.index(at), column) for at, column in faint if at in group}
        part = Table(table.headers, rows, frozenset(marks))
        found.append(
            replace(
                panel,
                title=continued(panel.title, number),
                table=part,
                notes=_noted(panel.notes, rows),
            )
        )
    return found


def _filled(table: Table) -> list[list[int]]:
    """Part the rows by how high they stand, as evenly as their number of slides allows."""
    set_ = layout(table, rows=len(table.rows))
    chars = (WIDTH / TEXT - _GAP * (set_.abreast - 1)) / set_.abreast
    widths = [chars * share / 100 - _CELL for share in set_.shares]
    heights = [_high(row, widths) for row in table.rows]
    room = ROOM - _high(table.headers, widths)
    if set_.abreast > 1:
        return _even(list(range(len(table.rows))), set_.abreast * max(1, room // max(heights)))
    return _stacked(heights, room)


def _high(cells: Sequence[str], widths: Sequence[float]) -> int:
    lines = max(ceil(wide(cell) * 1.04 / width) for cell, width in zip(cells, widths, strict=True))
    return max(1, lines) * LINE + PAD


def _stacked(heights: Sequence[int], room: int) -> list[list[int]]:
    """Fill slides from above; where several are needed, each gets about as much as the others."""
    pages = _fill(heights, room)
    if len(pages) < 2:
        return pages
    step = LINE
    for less in range(ceil(sum(heights) / len(pages)), room, step):
        found = _fill(heights, less)
        if len(found) == len(pages):
            return found
    return pages


def _fill(heights: Sequence[int], room: int) -> list[list[int]]:
    pages: list[list[int]] = [[]]
    used = 0
    for at, height in enumerate(heights):
        if pages[-1] and used + height > room:
            pages.append([])
            used = 0
        pages[-1].append(at)
        used += height
    return pages


def _even(items: list[int], most: int) -> list[list[int]]:
    pages = max(1, -(-len(items) // most))
    size = -(-len(items) // pages) or 1
    return [items[first : first + size] for first in range(0, len(items), size)] or [[]]


def _pointed(panel: Panel) -> list[Panel]:
    width = WIDTH / POINT_TEXT - 1
    heights = [ceil(wide(point) * 1.04 / width) * POINT_LINE + POINT_PAD for point in panel.points]
    return [
        replace(
            panel,
            title=continued(panel.title, number),
            points=tuple(panel.points[at] for at in group),
        )
        for number, group in enumerate(_stacked(heights, ROOM))
    ]


def continued(title: str, number: int) -> str:
    """Title a slide that goes on from the one before."""
    if number == 0:
        return title
    return f"{title}（续）" if number == 1 else f"{title}（续{number}）"


def _charted(notes: tuple[str, ...]) -> tuple[str, ...]:
    """Leave the definitions of what a chart draws, which come first, and what holds of all."""
    return tuple(note for at, note in enumerate(notes) if at < _DRAWN or "：" not in note)


def _noted(notes: tuple[str, ...], rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Leave the definitions of what these rows tell, where rows are figures."""

    def told(note: str) -> bool:
        name, colon, _ = note.partition("：")
        return not colon or any(row[0].startswith(name) for row in rows)

    found = tuple(note for note in notes if told(note))
    return found if any("：" in note for note in found) else notes
