"""A situation as a deck (.pptx): a slide for each panel, every chart and table native and editable.

The look is the office's own master or ours (documents/templates). Nobody is named: panels hold no
name, and what an uploaded master brings along of people (its slides, its properties) is left behind.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from io import BytesIO
from typing import Any

from pptx.util import Inches, Pt

from documents import native_charts, slide_master
from rules import text_widths
from rules.panel_terms import Material, Panel, Shows, Table
from rules.panel_words import spoken
from rules.situation_papers import taken
from rules.slide_pages import continued

_CELLS, _POINTS = (16, 14, 12, 10), (24, 20, 16, 14)
_SMALL, _CHART = 14, 14  # a table smaller than this is parted rather than made to fit
_GAP = 12  # points below each line of text
_LINE = 1.4  # of a letter's height, with what is between lines
_MARGIN, _PAD = Inches(0.09), Inches(0.05)
_FAINT = "8A8F98"
_NUMBER = re.compile(r"[+-]?\d[\d,.]*(?:%|$|（| 个百分点)|(?:—|持平|新增)(?: →)?$")
_HEAD, _BAND = "2F6690", "F1F4F7"


@dataclass(frozen=True, slots=True)
class About:
    """What stands around the panels: the office, who takes the deck and when, the clock it tells time by."""

    office: str
    by: str
    now: datetime
    clock: tzinfo


def deck(
    panels: Sequence[Panel], material: Material, about: About, *, master: bytes | None = None
) -> bytes:
    """Return the deck: a title slide and the panels in their order, a long table over several slides.

    What a panel shows (`Panel.shows`) is shown; points make a slide of text. Definitions and the
    codes of figures stand in the notes. Raises Unreadable for a master that cannot be used.
    """
    show = slide_master.opened(master)
    told = _foot(material, about)
    title = f"{material.place}信访形势分析"
    _title_slide(show, title, spoken(material.days), told, about)
    for panel in panels:
        at = told if panel.at is None else f"实时　{_as_of(panel.at, about)}"
        for thought in panel.thoughts:
            for each in _parted(thought, slide_master.body(show)):
                _slide(show, each, at)
    slide_master.finish(show, author=about.office, title=f"{spoken(material.days)}{title}")
    stream = BytesIO()
    show.save(stream)
    return stream.getvalue()


def _foot(material: Material, about: About) -> str:
    source = f"快照 {material.number}" if material.number else "实时数据"
    return f"{source}　{_as_of(material.at, about)}"


def _as_of(at: datetime, about: About) -> str:
    by = taken(about.by, about.now.astimezone(about.clock))
    return f"数据截至 {at.astimezone(about.clock):%Y-%m-%d %H:%M}　{by}"


def _title_slide(show: Any, title: str, days: str, told: str, about: About) -> None:
    slide = slide_master.add(show, slide_master.opening(show), title)
    lines = [f"统计期间：{days}", told, about.office]
    holder = slide_master.subtitle(slide)
    if holder is None:
        area = slide_master.body(show)
        holder = slide.shapes.add_textbox(area.left, area.top, area.width, Inches(1.6))
    _write(holder.text_frame, lines)
    slide_master.foot(slide, "")


def _parted(panel: Panel, area: slide_master.Area) -> Iterator[Panel]:
    """Part a panel whose table or points are too long for one slide; the sentence stays on each."""
    if panel.shows is Shows.CHART and panel.chart is not None:
        yield panel
        return
    pieces: list[dict[str, Any]] = []
    if panel.table is not None:
        pieces += [{"table": each} for each in _tables(panel.table, area)]
    elif panel.points:
        pieces += [{"points": each} for each in _points(panel.points, area)]
    for at, piece in enumerate(pieces or [{}]):
        yield replace(panel, title=continued(panel.title, at), **piece)


def _slide(show: Any, panel: Panel, told: str) -> None:
    slide = slide_master.add(show, slide_master.content(show), panel.title)
    area = slide_master.body(show)
    if panel.shows is Shows.CHART and panel.chart is not None:
        native_charts.add(
            slide.shapes,
            panel.chart,
            left=area.left,
            top=area.top,
            width=area.width,
            height=area.height,
            size=_CHART,
        )
    elif panel.table is not None:
        _table(slide, panel.table, _whole(panel.table, area, _CELLS) or _CELLS[-1], area)
    elif panel.points:
        box = slide.shapes.add_textbox(area.left, area.top, area.width, area.height)
        box.text_frame.word_wrap = True
        _write(box.text_frame, panel.points, size=_point_size(panel.points, area), gap=_GAP)
    slide_master.foot(slide, f"{panel.heading}　{told}")
    _notes(slide, panel)


def _notes(slide: Any, panel: Panel) -> None:
    lines = ["口径", *panel.notes] if panel.notes else []
    if panel.codes:
        lines.append(f"指标编码：{'、'.join(panel.codes)}")
    if lines:
        slide.notes_slide.notes_text_frame.text = "\n".join(lines)


def _write(frame: Any, lines: Sequence[str], *, size: int | None = None, gap: int = 0) -> None:
    for at, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text = line
        if size is not None:
            run.font.size = Pt(size)
        if gap:
            paragraph.space_after = Pt(gap)


def _whole(table: Table, area: slide_master.Area, sizes: Sequence[int]) -> int | None:
    """The largest size at which no cell breaks, else at which the table stands on one slide."""
    measured = [(size, _lines(table, area, size)) for size in sizes]
    fitting = [(size, lines) for size, lines in measured if _high(lines, size) <= area.height]
    unbroken = [size for size, lines in fitting if max(lines) == 1 and size >= _SMALL]
    return next(iter([*unbroken, *(size for size, _ in fitting)]), None)


def _parting(table: Table, area: slide_master.Area) -> int:
    """The size a table is parted at: the largest at which each row stands below the header."""
    for size in _CELLS:
        head, *rows = _lines(table, area, size)
        if _high([head, max(rows)], size) <= area.height:
            return size
    return _CELLS[-1]


def _signs(width: float, size: int) -> float:
    """How many Chinese signs a cell of this width holds, its margins left out."""
    return (width - 2 * _MARGIN) / Pt(size)


def _widths(table: Table, area: slide_master.Area, size: int) -> list[int]:
    signs = area.width / Pt(size)
    found = text_widths.columns([table.headers, *table.rows], total=signs)
    widths = [int(area.width * each / signs) for each in found]
    widths[-1] += area.width - sum(widths)
    return widths


def _lines(table: Table, area: slide_master.Area, size: int) -> list[int]:
    """How many lines the header and each row take."""
    widths = [_signs(each, size) for each in _widths(table, area, size)]
    return [max(map(text_widths.lines, row, widths)) for row in (table.headers, *table.rows)]


def _row_high(lines: int, size: int) -> int:
    return int(lines * Pt(size) * _LINE) + 2 * _PAD


def _high(lines: Sequence[int], size: int) -> int:
    return sum(_row_high(each, size) for each in lines)


def _tables(table: Table, area: slide_master.Area) -> Iterator[Table]:
    """Part a table so that each piece with its header fits the area, the pieces about as long."""
    if _whole(table, area, [size for size in _CELLS if size >= _SMALL]) is not None:
        yield table
        return
    size = _parting(table, area)
    head, *heights = (_row_high(each, size) for each in _lines(table, area, size))
    room = area.height - head
    pieces = max(1, -(-sum(heights) // room))
    even = max(sum(heights) / pieces, room * 0.6)
    start, used = 0, 0
    for at, height in enumerate(heights):
        if at > start and (used + height > room or used + height / 2 > even):
            yield _rows(table, start, at)
            start, used = at, 0
        used += height
    yield _rows(table, start, len(heights))


def _rows(table: Table, start: int, end: int) -> Table:
    faint = frozenset((row - start, column) for row, column in table.faint if start <= row < end)
    return Table(table.headers, table.rows[start:end], faint)


def _point_highs(points: Sequence[str], area: slide_master.Area, size: int) -> list[int]:
    lines = [text_widths.lines(point, area.width / Pt(size) - 1) for point in points]
    return [int(each * Pt(size) * _LINE) + Pt(_GAP) for each in lines]


def _point_size(points: Sequence[str], area: slide_master.Area) -> int:
    """The largest size at which the points stand on one slide."""
    sizes = (size for size in _POINTS if sum(_point_highs(points, area, size)) <= area.height)
    return next(sizes, _POINTS[-1])


def _points(points: Sequence[str], area: slide_master.Area) -> Iterator[tuple[str, ...]]:
    """Part points at the largest size at which the longest of them stands on a slide."""
    size = min(_point_size([point], area) for point in points)
    piece: list[str] = []
    used = 0
    for point, height in zip(points, _point_highs(points, area, size), strict=True):
        if piece and used + height > area.height:
            yield tuple(piece)
            piece, used = [], 0
        piece.append(point)
        used += height
    yield tuple(piece)


def _table(slide: Any, table: Table, size: int, area: slide_master.Area) -> None:
    widths = _widths(table, area, size)
    rows = [table.headers, *table.rows]
    heights = [_row_high(each, size) for each in _lines(table, area, size)]
    shape = slide.shapes.add_table(
        len(rows), len(table.headers), area.left, area.top, area.width, sum(heights)
    )
    drawn = shape.table
    for column, width in zip(drawn.columns, widths, strict=True):
        column.width = width
    numeric = [_numbers(table, at) for at in range(len(table.headers))]
    for at, (row, height) in enumerate(zip(rows, heights, strict=True)):
        drawn.rows[at].height = height
        for place, text in enumerate(row):
            slide_master.cell(
                drawn.cell(at, place),
                text,
                size=size,
                right=numeric[place],
                bold=at == 0,
                fill=_HEAD if at == 0 else _BAND if at % 2 == 0 else "FFFFFF",
                colour="FFFFFF" if at == 0 else _FAINT if (at - 1, place) in table.faint else None,
            )


def _numbers(table: Table, column: int) -> bool:
    """Whether a column holds numbers and what stands for them, which stand right."""
    return all(_NUMBER.match(row[column]) for row in table.rows)
