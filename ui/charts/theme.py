"""The one theme of all charts, at the desk and on the wall; colours are always doubled by words."""

from enum import Enum
from typing import Any

# Fonts that a Chinese desktop has; nothing is fetched. The same as in .streamlit/config.toml.
FONT = "'Noto Sans CJK SC', 'Microsoft YaHei', 'PingFang SC', sans-serif"

LATE = "#b3261e"
STILL = "#8a8f98"
MAIN = "#2f6690"
SECOND = "#c77d0a"
_INK = ("#31333f", "#e8eaed")
_FAINT = ("#d9dce2", "#3d444d")
# The series of a chart in their order, before and now: on a light ground and on a dark one.
_SERIES = (["#b4bcc8", MAIN, SECOND, LATE], ["#67727f", "#6cb0e0", "#e5a13a", "#f2837a"])


class Size(Enum):
    """Where a chart is read: text in pixels, the height of a bar with its gap, of a plot; on dark."""

    DESK = (13, 28, 240, False)
    WALL = (26, 60, 520, False)
    # A slide of 1920 by 1080.
    STAGE = (27, 60, 600, False)
    STAGE_DARK = (27, 60, 600, True)

    def __init__(self, text: int, step: int, height: int, dark: bool) -> None:
        self.text, self.step, self.height, self.dark = text, step, height, dark


def config(size: Size) -> dict[str, Any]:
    """Return the Vega-Lite config of a size: all of a chart's looks that are not its meaning."""
    ink, faint, series = _INK[size.dark], _FAINT[size.dark], _SERIES[size.dark]
    return {
        "font": FONT,
        "background": "transparent",
        "padding": 6,
        # As wide as its place; as high as its bars, or its plot, are.
        "autosize": {"type": "fit-x", "contains": "padding"},
        "view": {
            "stroke": None,
            "discreteHeight": {"step": size.step},
            "continuousHeight": size.height,
        },
        "axis": {
            "labelFontSize": size.text,
            "titleFontSize": size.text,
            "titleFontWeight": "normal",
            "labelColor": ink,
            "titleColor": ink,
            "gridColor": faint,
            "domainColor": faint,
            "ticks": False,
            "labelPadding": size.text // 2,
            "labelLimit": size.text * 14,
            "labelSeparation": size.text * 2,
        },
        "legend": {
            "orient": "top",
            "title": None,
            "labelFontSize": size.text,
            "labelColor": ink,
            "symbolSize": size.text * 12,
        },
        "text": {"fontSize": size.text, "color": ink},
        "bar": {"color": MAIN},
        "line": {"strokeWidth": size.text / 5, "color": MAIN},
        "rule": {"strokeWidth": size.text / 9, "color": STILL},
        "point": {"size": size.text * 6, "filled": True, "color": MAIN},
        "range": {"category": series},
    }
