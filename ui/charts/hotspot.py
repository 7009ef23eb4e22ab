"""Charts about hotspots: rows in, chart out; none reads, computes or shows."""

from collections.abc import Sequence
from datetime import date

import altair as alt
import pandas as pd

from rules.hotspots import week_of

_RED, _PALE = "#b3261e", "#e3a6a1"
_DESK, _ROOM = 13, 26  # px of the letters, and what can be read from the back of a room


def trend(weeks: Sequence[tuple[date, int]], *, today: date, big: bool = False) -> alt.LayerChart:
    """Bars of the matters of each week by its Monday; the week that still runs is paler."""
    size = _ROOM if big else _DESK
    frame = pd.DataFrame(
        {
            "week": [f"{monday:%Y-%m-%d}" for monday, _ in weeks],
            "label": [f"{monday:%m-%d}" for monday, _ in weeks],
            "matters": [count for _, count in weeks],
            "colour": [_PALE if monday >= week_of(today) else _RED for monday, _ in weeks],
        }
    )
    every = 1 if len(weeks) <= 13 else 8 if big else 4
    shown = [week for place, week in enumerate(reversed(frame["week"])) if place % every == 0]
    base = alt.Chart(frame).encode(
        alt.X("week:O")
        .title("每周收到的件数（周一的日期）")
        .axis(labelAngle=0, values=shown, labelExpr="slice(datum.label, 5)", grid=False),
        alt.Y("matters:Q").title(None).axis(tickMinStep=1, format="d", domain=False),
        tooltip=[
            alt.Tooltip("week:O").title("周一"),
            alt.Tooltip("matters:Q").title("件"),
        ],
    )
    bars = base.mark_bar().encode(alt.Color("colour:N").scale(None))
    labels = base.mark_text(dy=-size * 0.6, fontSize=size).encode(
        alt.Text("matters:Q"),
        opacity=alt.when(alt.datum.matters > 0).then(alt.value(1)).otherwise(alt.value(0)),
    )
    return (
        (bars + labels)
        .properties(height=420 if big else 220)
        .configure_axis(
            labelFontSize=size,
            titleFontSize=size,
            titleFontWeight="normal",
            labelColor="#333",
            titleColor="#333",
        )
        .configure_view(strokeWidth=0)
    )
