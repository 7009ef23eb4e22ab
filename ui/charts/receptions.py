"""Charts about leader reception. Each says which columns it needs; none reads, computes or shows."""

import altair as alt

from ui.charts import theme
from ui.charts.draw import ROWS


def by_month() -> alt.Chart:
    """Bars of the visits of each month, this year beside the last.

    Needs month, year (今年 or 去年) and count.
    """
    kinds = {"去年": theme.SECOND, "今年": theme.MAIN}
    return (
        alt.Chart(ROWS)
        .mark_bar()
        .encode(
            alt.X("month:N").title(None).sort(None).axis(labelAngle=0),
            alt.Y("count:Q").title("批次").axis(format=",d", tickMinStep=1, tickCount=5),
            alt.XOffset("year:N").sort(list(kinds)),
            alt.Color("year:N").scale(domain=[*kinds], range=[*kinds.values()]).title(None),
            tooltip=[
                alt.Tooltip("month:N").title("月份"),
                alt.Tooltip("year:N").title("年份"),
                alt.Tooltip("count:Q").title("批次").format(",d"),
            ],
        )
    )
