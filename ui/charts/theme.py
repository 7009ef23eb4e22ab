"""The one theme of all charts, at the desk and on the wall; colours are always doubled by words."""

from enum import Enum
from typing import Any

# Fonts that a Chinese desktop has; nothing is fetched. The same as in .streamlit/config.toml.
FONT = "'Noto Sans CJK SC', 'Microsoft YaHei', 'PingFang SC', sans-serif"

LATE = "#b3261e"
STILL = "#8a8f98"
MAIN = "#2f6690"
SECOND = "#c77d0a"
_INK = "#31333f"
_FAINT = "#d9dce2"


class Size(Enum):
    """Where a chart is read: text in pixels, the height of a bar with its gap, and of a plot."""

    DESK = (13, 28, 240)
    WALL = (26, 60, 520)

    def __init__(self, text: int, step: int, height: int) -> None:
        self.text, self.step, self.height = text, step, height


def config(size: Size) -> dict[str, Any]:
    """Return the Vega-Lite config of a size: all of a chart's looks that are not its meaning."""
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
            "labelColor": _INK,
            "titleColor": _INK,
            "gridColor": _FAINT,
            "domainColor": _FAINT,
            "ticks": False,
            "labelPadding": size.text // 2,
            "labelLimit": size.text * 14,
            "labelSeparation": size.text * 2,
        },
        "legend": {
            "orient": "top",
            "title": None,
            "labelFontSize": size.text,
            "labelColor": _INK,
            "symbolSize": size.text * 12,
        },
        "text": {"fontSize": size.text, "color": _INK},
        "bar": {"color": MAIN},
        "line": {"strokeWidth": size.text / 5, "color": MAIN},
        "rule": {"strokeWidth": size.text / 9, "color": STILL},
        "point": {"size": size.text * 6, "filled": True, "color": MAIN},
    }
