"""Charts about cases. Each says which columns it needs; none reads, computes or shows.

A mark that can be clicked has `row`, its place among the rows, and `opens`, what a click opens.
"""

import altair as alt

from ui.charts import theme
from ui.charts.draw import ROWS, clicked

# Room beside the longest bar for the words at its end.
_ROOM = 1.45
_OPENS = alt.Tooltip("opens:N").title("点击打开")


def resolution_by_lead() -> alt.LayerChart:
    """Bars of each leader's resolution rate in the order of the rows, the words at their end.

    Needs lead, rate (0 to 1), shown, as in 77.8%（42/54）, row and opens.
    """
    base = alt.Chart(ROWS).encode(
        alt.X("rate:Q")
        .title(None)
        .scale(domain=[0, _ROOM])
        .axis(format="%", values=[0, 0.25, 0.5, 0.75, 1]),
        alt.Y("lead:N").title(None).sort(None),
        tooltip=[
            alt.Tooltip("lead:N").title("包案领导"),
            alt.Tooltip("shown:N").title("化解率"),
            _OPENS,
        ],
    )
    words = base.mark_text(align="left", baseline="middle", dx=6).encode(alt.Text("shown:N"))
    return base.mark_bar(cursor="pointer").add_params(clicked()) + words


def ageing() -> alt.LayerChart:
    """Bars of the open cases by band of age, the overdue apart, the words at their end.

    Needs band, kind (超期 or 未超期), count, total, shown, which only the first row of a band
    has, row and opens.
    """
    base = alt.Chart(ROWS).encode(alt.Y("band:N").title(None).sort(None))
    bars = (
        base.mark_bar(cursor="pointer")
        .add_params(clicked())
        .encode(
            alt.X("count:Q").title("件").axis(format=",d", tickMinStep=1).stack("zero"),
            _kinds("kind", {"超期": theme.LATE, "未超期": theme.STILL}),
            alt.Order("kind:N").sort("descending"),
            tooltip=[
                alt.Tooltip("band:N").title("收到至今"),
                alt.Tooltip("kind:N").title("期限"),
                alt.Tooltip("count:Q").title("件").format(",d"),
                _OPENS,
            ],
        )
    )
    words = base.mark_text(align="left", baseline="middle", dx=6).encode(
        alt.X("total:Q"), alt.Text("shown:N")
    )
    return bars + words


def flow() -> alt.LayerChart:
    """Two lines over the months, received and closed.

    Needs month, kind (收到 or 办结), count, row and opens.
    """
    base = alt.Chart(ROWS).encode(
        alt.X("month:N").title(None).sort(None).axis(labelAngle=0, labelOverlap="greedy"),
        alt.Y("count:Q").title("件").axis(format=",d", tickMinStep=1, tickCount=5),
        _kinds("kind", {"收到": theme.SECOND, "办结": theme.MAIN}),
        alt.Shape("kind:N").scale(domain=["收到", "办结"], range=["circle", "square"]).title(None),
        tooltip=[
            alt.Tooltip("month:N").title("月份"),
            alt.Tooltip("kind:N").title("方向"),
            alt.Tooltip("count:Q").title("件").format(",d"),
            _OPENS,
        ],
    )
    points = base.mark_point(cursor="pointer").add_params(clicked())
    return base.mark_line() + points


def burn_down() -> alt.Chart:
    """A falling line of what is left of a batch day by day, and the even pace to its end.

    Needs day (as text), kind (剩余 or 匀速到时限), count.
    """
    kinds = ["剩余", "匀速到时限"]
    return (
        alt.Chart(ROWS)
        .mark_line()
        .encode(
            alt.X("day:N")
            .title(None)
            .sort(None)
            .axis(labelAngle=0, labelOverlap="greedy", labelExpr="slice(datum.label, 5)"),
            alt.Y("count:Q").title("件").axis(format=",d", tickMinStep=1, tickCount=5),
            _kinds("kind", {kinds[0]: theme.MAIN, kinds[1]: theme.STILL}),
            alt.StrokeDash("kind:N").scale(domain=kinds, range=[[1, 0], [6, 4]]).title(None),
            tooltip=[
                alt.Tooltip("day:N").title("日期"),
                alt.Tooltip("kind:N").title("线"),
                alt.Tooltip("count:Q").title("件").format(",.0f"),
            ],
        )
    )


def _kinds(column: str, colours: dict[str, str]) -> alt.Color:
    return alt.Color(f"{column}:N").scale(domain=[*colours], range=[*colours.values()]).title(None)
