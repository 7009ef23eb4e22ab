"""The charts of 总览, one for each board: two counts of one unit side by side, month by month.

Each needs month, kind, count, said (both in words), row and opens.
"""

import altair as alt

from rules.overview import Board
from ui.charts import theme
from ui.charts.draw import ROWS, clicked


def cases() -> alt.Chart:
    """Matters received and closed."""
    return _pairs(Board.CASES)


def receptions() -> alt.Chart:
    """Visits, and the 集体访 among them."""
    return _pairs(Board.RECEPTIONS)


def sweeps() -> alt.Chart:
    """Disputes found, and those of them resolved by now."""
    return _pairs(Board.SWEEPS)


def evaluations() -> alt.Chart:
    """Evaluations held, and those of them satisfied."""
    return _pairs(Board.EVALUATIONS)


def _pairs(board: Board) -> alt.Chart:
    kinds = list(board.kinds)
    return (
        alt.Chart(ROWS)
        .mark_bar(cursor="pointer", minBandSize=2)
        .add_params(clicked())
        .encode(
            alt.X("month:N").title(None).sort(None).axis(labelAngle=0, labelOverlap="greedy"),
            alt.XOffset("kind:N").sort(kinds),
            alt.Y("count:Q").title(board.unit).axis(format=",d", tickMinStep=1, tickCount=4),
            alt.Color("kind:N")
            .scale(domain=kinds, range=[theme.SECOND, theme.MAIN])
            .sort(kinds)
            .title(None),
            tooltip=[
                alt.Tooltip("said:N").title("月份"),
                alt.Tooltip("kind:N").title("项目"),
                alt.Tooltip("count:Q").title(board.unit).format(",d"),
                alt.Tooltip("opens:N").title("点击打开"),
            ],
        )
    )
