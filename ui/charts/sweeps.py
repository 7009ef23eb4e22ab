"""Charts of the sweep. Each says which columns it needs; none reads, computes or shows.

The marks of the wall map can be clicked: `row` is their place among the rows, `opens` says what
a click opens. Colours are doubled by a number and a word in every square.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from rules.sweep_map import MapColour, Shape, Tone
from ui.charts import theme
from ui.charts.draw import ROWS, clicked

_TONES = {Tone.NONE.label: "#e8ebef", Tone.SOME.label: "#f4c565", Tone.MANY.label: "#a32219"}
_DARK = f"datum.tone == '{Tone.MANY.label}'"
# How high the letters of a square are, as parts of its height, and no wider than it is.
_NUMBER = "min(bandwidth('y') * 0.5, bandwidth('x') * 0.38)"
_SMALL = "min(bandwidth('y') * 0.2, bandwidth('x') * 0.17)"
# On a map the letters follow the width of the whole.
_AREA_NUMBER = "max(16, width / 42)"
_AREA_SMALL = "max(12, width / 84)"


def _tone() -> alt.Color:
    scale = alt.Scale(domain=[*_TONES], range=[*_TONES.values()])
    return alt.Color("tone:N").scale(scale).legend(None)


def _ink() -> Any:
    return alt.condition(_DARK, alt.value("#ffffff"), alt.value("#1f2430"))


def _tooltips() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("name:N").title("乡镇"),
        *(alt.Tooltip(f"{each.value}:Q").title(each.label) for each in MapColour),
        alt.Tooltip("opens:N").title("点击打开"),
    ]


def tiles() -> alt.LayerChart:
    """Squares of townships by row and column: the name, the number large, and the word of its tone.

    Needs column, line, name, number, tone, red, open, overdue, row and opens.
    """
    base = alt.Chart(ROWS).encode(
        alt.X("column:O").axis(None).scale(paddingInner=0.03, paddingOuter=0.01),
        alt.Y("line:O").axis(None).scale(paddingInner=0.04, paddingOuter=0.01),
    )
    square = (
        base.mark_rect(cursor="pointer", cornerRadius=6)
        .add_params(clicked())
        .encode(_tone(), tooltip=_tooltips())
    )
    return (
        square
        + _word(base, "name:N", _SMALL, "bandwidth('y') * -0.34")
        + _word(base, "number:Q", _NUMBER, "bandwidth('y') * 0.02", bold=True)
        + _word(base, "tone:N", _SMALL, "bandwidth('y') * 0.38")
    )


def _word(base: alt.Chart, field: str, size: str, dy: str, *, bold: bool = False) -> alt.Chart:
    return base.mark_text(
        fontSize=alt.expr(size),
        dy=alt.expr(dy),
        fontWeight="bold" if bold else "normal",
        limit=alt.expr("bandwidth('x') - 6"),
        baseline="middle",
    ).encode(alt.Text(field), color=_ink())


def areas() -> alt.LayerChart:
    """The boundaries of townships, the name above the number, the word beside it.

    Needs what `tiles` needs, without column and line; `drawn` brings the shapes.
    """
    base = alt.Chart(ROWS).project(type="identity", reflectY=True)
    shape = (
        base.mark_geoshape(cursor="pointer", stroke="#ffffff", strokeWidth=2)
        .add_params(clicked())
        .encode(_tone(), tooltip=_tooltips())
    )
    return (
        shape
        + _label(base, "number:Q", _AREA_NUMBER, "0", bold=True)
        + _label(base, "name:N", _AREA_SMALL, f"{_AREA_NUMBER} * -0.85")
        + _label(base, "tone:N", _AREA_SMALL, "0", dx=f"{_AREA_NUMBER} * 0.85")
    )


def _label(
    base: alt.Chart, field: str, size: str, dy: str, *, dx: str = "0", bold: bool = False
) -> alt.Chart:
    return base.mark_text(
        fontSize=alt.expr(size),
        dx=alt.expr(dx),
        dy=alt.expr(dy),
        fontWeight="bold" if bold else "normal",
        baseline="middle",
    ).encode(alt.Text(field), longitude="x:Q", latitude="y:Q", color=_ink())


def drawn(spec: dict[str, Any], rows: Mapping[str, Sequence[Any]], shapes: Sequence[Shape]) -> None:
    """Put the shapes into the spec of `areas`, each with its row; they are no table."""
    values = []
    for at, shape in enumerate(shapes):
        row = {name: column[at] for name, column in rows.items()}
        geometry = {"type": "MultiPolygon", "coordinates": shape.polygons}
        label = {"x": shape.label[0], "y": shape.label[1]}
        values.append({"type": "Feature", "geometry": geometry, **row, **label, "row": at})
    spec["data"] = {"values": values}


def squared(spec: dict[str, Any], *, columns: int, lines: int) -> None:
    """Keep rows and columns of `tiles` in which no township stands."""
    for layer in spec["layer"]:
        for channel, most in (("x", columns), ("y", lines)):
            layer["encoding"][channel]["scale"]["domain"] = list(range(1, most + 1))


LEFT = {"未化解": theme.LATE, "未销号": theme.MAIN}


def left() -> alt.Chart:
    """Two lines of what was left day by day: not resolved, and not signed off.

    Needs day (as text), kind (未化解 or 未销号) and count.
    """
    kinds = list(LEFT)
    return (
        alt.Chart(ROWS)
        .mark_line()
        .encode(
            alt.X("day:N")
            .title(None)
            .sort(None)
            .axis(labelAngle=0, labelOverlap="greedy", labelExpr="slice(datum.label, 5)"),
            alt.Y("count:Q").title("件").axis(format=",d", tickMinStep=1, tickCount=5),
            alt.Color("kind:N").scale(domain=kinds, range=[*LEFT.values()]).title(None),
            alt.StrokeDash("kind:N").scale(domain=kinds, range=[[1, 0], [6, 4]]).title(None),
            tooltip=[
                alt.Tooltip("day:N").title("日期"),
                alt.Tooltip("kind:N").title("还没有"),
                alt.Tooltip("count:Q").title("件").format(",d"),
            ],
        )
    )
