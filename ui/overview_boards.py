"""The four charts of 总览 and what happened since yesterday; a bar and a number open their rows."""

from collections.abc import Sequence
from datetime import date, timedelta

import streamlit as st

from db.queries.overview import Month, Overview
from rules.overview import Board, Event
from rules.periods import Days
from ui import chart_view, overview_rows, tables
from ui.case_filter import Chosen
from ui.charts import draw as drawing
from ui.charts import overview as charts
from ui.tables import Number

_CHARTS: dict[Board, drawing.Chart] = {
    Board.CASES: charts.cases,
    Board.RECEPTIONS: charts.receptions,
    Board.SWEEPS: charts.sweeps,
    Board.EVALUATIONS: charts.evaluations,
}
_PLOT = 170
_COUNTY_ONLY = "只按全县统计。点上面的“看全县”。"
_ONE_PLACE = "同时选了属地和责任单位，没有各月的数。请只选一项。"


def draw(found: Overview) -> None:
    """Draw the charts, two beside each other."""
    boards = list(Board)
    for pair in (boards[:2], boards[2:]):
        for place, board in zip(st.columns(2, gap="medium"), pair, strict=True):
            with place:
                _board(board, found.boards.get(board), found.meanings[board])


def _board(board: Board, months: Sequence[Month] | None, meaning: str) -> None:
    st.subheader(f"{board.label}（{board.unit}）", help=f"{meaning}。")
    if months is None:
        st.caption(_COUNTY_ONLY if board.county_only else _ONE_PLACE)
        return
    if not any(count for month in months for count in month.counts):
        st.caption(f"{_said(months[0])}到{_said(months[-1])}没有{'、'.join(board.kinds)}的记录。")
        return
    _chart(board, months)
    if place := chart_view.table_below(f"overview_{board.value}", "看数据（点数字打开明细）"):
        with place:
            _table(board, months)


def _chart(board: Board, months: Sequence[Month]) -> None:
    rows: dict[str, list[object]] = {
        name: [] for name in ("month", "said", "kind", "count", "opens")
    }
    lists: list[Chosen] = []
    for month in months:
        for (kind, code), count in zip(board.kinds.items(), month.counts, strict=True):
            opens = f"{kind} {count:,} {board.unit}"
            values = (f"{month.days.first.month}月", _said(month), kind, count, opens)
            for column, value in zip(rows.values(), values, strict=True):
                column.append(value)
            lists.append(_list(code, month.days))
    told = [
        f"{_said(month)} "
        + "，".join(f"{kind} {n}" for kind, n in zip(board.kinds, month.counts, strict=True))
        for month in months
    ]
    chart_view.show(
        _CHARTS[board],
        rows,
        alt=chart_view.in_words(f"{board.label}（{board.unit}）", told),
        height=_PLOT,
        clicks=chart_view.Clicks(f"overview_{board.value}_clicked", lists, _open),
    )


def _table(board: Board, months: Sequence[Month]) -> None:
    newest = months[::-1]
    tables.number_table(
        "月份",
        [_said(month) for month in newest],
        {
            kind: [Number(f"{month.counts[at]:,}", _list(code, month.days)) for month in newest]
            for at, (kind, code) in enumerate(board.kinds.items())
        },
        on_open=_open,
        key=f"overview_{board.value}_rows",
        alt=f"{board.label}各月",
    )


def events(found: Overview, today: date) -> None:
    """Draw what yesterday and today brought, each number the way to its rows."""
    days = [today - timedelta(days=1), today]
    st.subheader("昨天以来", help=_EVENTS)
    tables.number_table(
        "变化",
        [event.label for event in found.events],
        {
            label: [
                Number(f"{counts[at]:,}", _list(event.value, Days(days[at], days[at])))
                for event, counts in found.events.items()
            ]
            for at, label in enumerate(("昨天", "今天到现在"))
        },
        on_open=_open,
        key="overview_events",
        alt="昨天以来的变化",
    )
    if len(found.events) < len(Event):
        st.caption("接访、第三方评价只按全县统计。")


_EVENTS = (
    "按发生的日期：收到日期、办结日期、排查日期、接访日期、申请日期、评价会日期。"
    "新超期：最近一个期限在前一天到期、到现在还没有办的。与上面选的期间无关。"
)


def _said(month: Month) -> str:
    return f"{month.days.first.year}年{month.days.first.month}月"


def _list(code: str, days: Days) -> Chosen:
    return {"code": code, "on": days}


def _open(chosen: Chosen) -> None:
    overview_rows.ask(chosen["code"], chosen["on"])
