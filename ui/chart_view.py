"""A chart on the screen, told in words as well, with the table of its rows one click away."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui.case_filter import Chosen
from ui.charts import draw
from ui.charts.theme import Size

_TOLD = 24
_NUMBERS = "看数据（点数字打开这些案件）"


@dataclass(frozen=True, slots=True)
class Clicks:
    """What a click on a chart opens: the list of cases behind each of its rows."""

    key: str
    lists: Sequence[Chosen]
    on_open: Callable[[Chosen], None]


def show(
    make: draw.Chart,
    rows: Mapping[str, Sequence[Any]],
    *,
    alt: str,
    size: Size = Size.DESK,
    height: int | None = None,
    clicks: Clicks | None = None,
    fit: Callable[[dict[str, Any]], None] | None = None,
) -> None:
    """Draw a chart of ui/charts with its rows, columns by name; they go to the browser as Arrow.

    `height` is that of the plot in pixels, where the size's own would not leave room enough.
    `clicks` is for a chart whose marks can be clicked; the last of what was clicked counts.
    `fit` changes the spec by what the rows alone do not say.
    """
    spec = draw.spec(make, size)
    if fit is not None:
        fit(spec)
    if height is not None:
        spec["height"] = height
    if clicks is None:
        st.vega_lite_chart(pa.table(dict(rows)), spec, theme=None, alt=alt)
        return

    def opened() -> None:
        for each in st.session_state[clicks.key]["selection"][draw.CLICKED]:
            clicks.on_open(clicks.lists[each["row"]])

    numbered = {**rows, "row": range(len(clicks.lists))}
    st.vega_lite_chart(
        pa.table({name: list(values) for name, values in numbered.items()}),
        spec,
        theme=None,
        alt=alt,
        key=clicks.key,
        on_select=opened,
    )


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
