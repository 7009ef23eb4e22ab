"""Charts of panels on the wall: each needs label, series, value and shown, the value in words."""

import altair as alt

from rules.panel_terms import ChartKind
from ui.charts.draw import ROWS, Chart

_LABEL = alt.X("label:N").title(None).sort(None).axis(labelAngle=0, labelOverlap=False)
_WORDS = alt.Text("shown:N")


def _series() -> alt.Color:
    return alt.Color("series:N").sort(None)


def columns() -> alt.LayerChart:
    """Columns side by side for each label, one of every series, the numbers above them."""
    base = alt.Chart(ROWS).encode(
        _LABEL,
        alt.XOffset("series:N").sort(None),
        alt.Y("value:Q").title(None).axis(tickCount=5, tickMinStep=1, format=",~r"),
    )
    words = base.mark_text(baseline="bottom", dy=-4).encode(_WORDS)
    return base.mark_bar().encode(_series()) + words


def stacked() -> alt.LayerChart:
    """One column for each label, the series on each other, the numbers within them."""
    base = alt.Chart(ROWS).encode(
        _LABEL,
        alt.Y("value:Q").title(None).stack("zero").axis(tickCount=5, tickMinStep=1, format=",~r"),
        alt.Order("at:Q"),
    )
    words = base.mark_text(baseline="top", dy=4).encode(_WORDS, alt.Detail("series:N"))
    return base.mark_bar().encode(_series()) + words


def bars() -> alt.LayerChart:
    """Bars in the order of the rows, the number at the end of each."""
    base = alt.Chart(ROWS).encode(
        alt.Y("label:N").title(None).sort(None),
        alt.YOffset("series:N").sort(None),
        alt.X("value:Q").title(None).axis(tickCount=5, tickMinStep=1, format=",~r"),
    )
    words = base.mark_text(align="left", baseline="middle", dx=8).encode(_WORDS)
    return base.mark_bar().encode(_series()) + words


def lines() -> alt.LayerChart:
    """A line of every series over the labels, the numbers at its points."""
    base = alt.Chart(ROWS).encode(
        _LABEL,
        alt.Y("value:Q").title(None).axis(tickCount=5, tickMinStep=1, format=",~r"),
        _series(),
    )
    words = base.mark_text(baseline="bottom", dy=-10).encode(_WORDS, alt.ColorValue(None))
    return base.mark_line() + base.mark_point() + words


BY_KIND: dict[ChartKind, Chart] = {
    ChartKind.COLUMNS: columns,
    ChartKind.BARS: bars,
    ChartKind.LINES: lines,
    ChartKind.STACKED: stacked,
}
