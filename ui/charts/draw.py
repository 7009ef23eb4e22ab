"""From a chart function to what the browser draws: built, checked and compiled once for each size."""

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import altair as alt

# Altair asks whether pandas is loaded, and stumbles where another thread is about to: the
# server warms it in the background. To import it waits until it is whole.
import pandas  # noqa: F401

from ui.charts.theme import Size, config

# A chart function begins with alt.Chart(ROWS): it says which columns it needs, and they come
# when it is drawn.
ROWS = alt.NamedData("rows")
Chart = Callable[[], alt.Chart | alt.LayerChart]
# What a click chooses: the row of a mark, by the column `row`.
CLICKED = "clicked"


def clicked() -> alt.Parameter:
    """Return what lets the marks of a layer be clicked, one at a time, for `add_params`."""
    return alt.selection_point(name=CLICKED, fields=["row"], on="click", toggle=False)


def spec(make: Chart, size: Size) -> dict[str, Any]:
    """Return the Vega-Lite spec of a chart without rows, for the caller to change as he likes.

    To build and check a chart costs some 13 ms; it is done once for each function and size.
    """
    found: dict[str, Any] = json.loads(_compiled(make, size))
    return found


@lru_cache(maxsize=64)
def _compiled(make: Chart, size: Size) -> str:
    built = make().to_dict()
    del built["data"]
    # Told twice: Streamlit sets the one of the spec where there is none.
    looks = config(size)
    return json.dumps({**built, "autosize": looks["autosize"], "config": looks})
