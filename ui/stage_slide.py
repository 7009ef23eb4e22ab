"""One slide on the stage: its sentence, one chart or one table, definitions at the foot."""

import re
from html import escape
from typing import Any

import streamlit as st

from rules.panel_terms import Chart, Inserted, Panel, Shows, Table
from rules.slide_pages import layout, tile_columns
from rules.sweep_map import Tone
from rules.text_widths import wide
from ui import chart_view
from ui.charts import panels as charts
from ui.charts.theme import Size

# How many characters a line of the sentence holds, large and a size smaller, and how many lines.
_LINE, _LINES = 34, 2
_LONG_LINE, _LONG_LINES = 43, 3
_NUMBER = re.compile(r"[-+]?[\d,.]+%?( ?个百分点)?(（[\d,./]+）)?( [↑↓])?|持平( →)?|新增|—|")
_PLOT = 596
_TONES = {Tone.NONE.label: "none", Tone.SOME.label: "some", Tone.MANY.label: "many"}


def draw(panel: Panel, *, place: str, dark: bool) -> None:
    """Draw the slide; `place` stands in its upper corner."""
    _head(panel, place)
    with st.container(key="stage_body"):
        if panel.shows is Shows.CHART and panel.chart is not None:
            _chart(panel.chart, panel.title, dark)
        elif panel.table is not None:
            st.html(_tiles(panel.table) if panel.kind is Inserted.MAP else _table(panel.table))
        elif panel.points:
            lines = "".join(f"<li>{escape(point)}</li>" for point in panel.points)
            st.html(f'<ul class="stage-points">{lines}</ul>')
        elif panel.kind is not Inserted.TEXT:
            st.html('<p class="stage-empty">没有可以列出的内容</p>')
    notes = "；".join(note.rstrip("。；") for note in panel.notes)
    with st.container(key="stage_notes"):
        st.html(f'<p class="stage-notes">{escape(notes)}</p>')


def _head(panel: Panel, place: str) -> None:
    unit = ""
    if panel.shows is Shows.CHART and panel.chart is not None:
        unit = f"单位：{panel.chart.unit}"
    size = _size(panel.title)
    with st.container(key="stage_head"):
        st.html(
            f'<p class="stage-heading"><span>{escape(panel.heading)}</span>'
            f"<span>{escape('　'.join(filter(None, (unit, place))))}</span></p>"
            f'<h1 class="stage-title{size}">{escape(panel.title)}</h1>'
        )


def _size(title: str) -> str:
    """Say how a sentence is set: large, smaller, and where it may only break between its clauses."""
    if _lines(title, _LINE) <= _LINES:
        return " stage-phrased"
    if _lines(title, _LONG_LINE) <= _LONG_LINES:
        return " stage-phrased stage-long"
    return " stage-long"


def _lines(title: str, room: float) -> int:
    lines, used = 1, 0.0
    for clause in re.findall(r"[^，；、：]+[，；、：]?", title):
        width = wide(clause)
        if used and used + width > room:
            lines, used = lines + 1, 0.0
        used += width
        lines += int(used // room)
        used %= room
    return lines


def _chart(chart: Chart, told: str, dark: bool) -> None:
    many = len(chart.series) > 1
    cells = [
        (label, each.name, value, at)
        for at, each in enumerate(chart.series)
        for label, value in zip(chart.labels, each.values, strict=True)
    ]
    rows: dict[str, list[Any]] = {
        "label": [label for label, *_ in cells],
        "series": [name for _, name, _, _ in cells],
        "value": [None if value is None else float(value) for *_, value, _ in cells],
        "shown": ["" if value is None else f"{value}" for *_, value, _ in cells],
        "at": [at for *_, at in cells],
    }

    def fit(spec: dict[str, Any]) -> None:
        # All of it within the body, labels and legend included.
        spec["autosize"] = {"type": "fit", "contains": "padding"}
        colour = spec["layer"][0]["encoding"]["color"]
        if many:
            colour["title"] = None
        else:
            spec["layer"][0]["encoding"]["color"] = {
                "value": spec["config"]["range"]["category"][1]
            }

    words = [
        f"{label} {name if many else ''} {value}{chart.unit}"
        for label, name, value, _ in cells
        if value is not None
    ]
    chart_view.show(
        charts.BY_KIND[chart.kind],
        rows,
        alt=chart_view.in_words(told, words),
        size=Size.STAGE_DARK if dark else Size.STAGE,
        height=_PLOT,
        fit=fit,
    )


def _table(table: Table) -> str:
    set_ = layout(table, rows=len(table.rows))
    numbers = [
        all(_NUMBER.fullmatch(row[at]) for row in table.rows) for at in range(len(table.headers))
    ]
    columns = "".join(f'<col style="width: {share}%">' for share in set_.shares)
    size = -(-len(table.rows) // set_.abreast) or 1
    large = " stage-large" if set_.large else ""
    parts = []
    for first in range(0, len(table.rows), size):
        rows = "".join(
            "<tr>"
            + "".join(
                f'<td class="{_look(numbers[column], (at, column) in table.faint)}">'
                f"{escape(cell)}</td>"
                for column, cell in enumerate(table.rows[at])
            )
            + "</tr>"
            for at in range(first, min(first + size, len(table.rows)))
        )
        head = "".join(
            f'<th class="{_look(number, False)}">{escape(name)}</th>'
            for name, number in zip(table.headers, numbers, strict=True)
        )
        parts.append(
            f'<table class="stage-table{large}"><colgroup>{columns}</colgroup>'
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        )
    return f'<div class="stage-tables">{"".join(parts)}</div>'


def _look(number: bool, faint: bool) -> str:
    return " ".join(
        filter(None, ("stage-number" if number else "", "stage-faint" if faint else ""))
    )


def _tiles(table: Table) -> str:
    """Squares of the townships in the order of the wall map: the name, the number, red and late."""
    tiles = []
    for name, red, open_, late, tone in table.rows:
        more = "".join(
            f"<small>{word}{number}</small>"
            for word, number in (("红", red), ("超", late))
            if number != "0"
        )
        tiles.append(
            f'<div class="stage-tile stage-{_TONES[tone]}"><span>{escape(name)}</span>'
            f"<span><b>{escape(open_)}</b>{more}</span></div>"
        )
    columns = f"grid-template-columns: repeat({tile_columns(table)}, 1fr)"
    return f'<div class="stage-tiles" style="{columns}">{"".join(tiles)}</div>'
