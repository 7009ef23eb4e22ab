"""Charts about hotspots. Each says which columns it needs; none reads, computes or shows."""

import altair as alt

from ui.charts import theme
from ui.charts.draw import ROWS

# Room under the legend for the number on the highest bar.
_ABOVE = 28
WHOLE, RUNNING = "整周", "本周（未完）"


def trend() -> alt.LayerChart:
    """Bars of the matters of each week, the one that still runs apart, the number on each.

    Needs week (its Monday as text), matters and kind (WHOLE or RUNNING).
    """
    base = alt.Chart(ROWS).encode(
        alt.X("week:O")
        .title("每周收到的件数（周一的日期）")
        .axis(labelAngle=0, labelExpr="slice(datum.label, 5)", labelOverlap="greedy", grid=False),
        alt.Y("matters:Q").title(None).axis(tickMinStep=1, format="d", domain=False),
        tooltip=[
            alt.Tooltip("week:O").title("周一"),
            alt.Tooltip("matters:Q").title("件"),
        ],
    )
    kinds = (
        alt.Color("kind:N")
        .scale(domain=[WHOLE, RUNNING], range=[theme.LATE, theme.STILL])
        .legend(orient="top", offset=_ABOVE)
    )
    words = base.transform_filter("datum.matters > 0").mark_text(baseline="bottom", dy=-3)
    return base.mark_bar().encode(kinds.title(None)) + words.encode(alt.Text("matters:Q"))
