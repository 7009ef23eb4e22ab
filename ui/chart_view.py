"""A chart on the screen, told in words as well, with the table of its rows one click away."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui.charts import draw
from ui.charts.theme import Size

_TOLD = 24
_NUMBERS = "看数据（点数字打开这些案件）"


def show(
    make: draw.Chart,
    rows: Mapping[str, Sequence[Any]],
    *,
    alt: str,
    size: Size = Size.DESK,
    height: int | None = None,
) -> None:
    """Draw a chart of ui/charts with its rows, columns by name; they go to the browser as Arrow.

    `height` is that of the plot in pixels, where the size's own would not leave room enough.
    """
    spec = draw.spec(make, size)
    if height is not None:
        spec["height"] = height
    st.vega_lite_chart(pa.table(dict(rows)), spec, theme=None, alt=alt)


def in_words(label: str, parts: Sequence[str]) -> str:
    """Tell a chart to who cannot see it: what it shows, then its numbers, the first of many."""
    more = f"；其余 {len(parts) - _TOLD} 项见表格" if len(parts) > _TOLD else ""
    return f"{label}：{'；'.join(parts[:_TOLD])}{more}"


def table_below(key: str, label: str = _NUMBERS) -> DeltaGenerator | None:
    """Return the place for a chart's table when it is opened; closed it is not drawn at all."""
    place = st.expander(
        label,
        key=f"{key}_table",
        on_change="rerun",
        icon=":material/table_rows:",
    )
    return place if place.open else None
