"""How a batch burns down: what was left on each day, beside the even pace to its deadline."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

import streamlit as st

from db.queries.batches import BatchFile, BatchRow
from rules import batches as rules
from rules.figures import CHARTED
from ui import case_views, chart_view, store, tables
from ui.charts import cases as charts
from ui.charts.theme import Size

_WIDTHS = {"完成": 92, "标题": 260, "责任单位": 150, "包案领导": 80, "状态": 76}


def draw(file: BatchFile, *, today: date) -> None:
    """Draw the falling line of a batch up to today, or to the day it was closed."""
    if not file.outcomes:
        st.caption("名单上还没有案件。")
        return
    large = st.toggle("大字（投屏）", key="batch_large", bind="query-params")
    until = store.local(file.closed_at).date() if file.closed_at else today
    left = rules.burn_down(file.outcomes, held_on=file.held_on, until=until)
    figure = CHARTED["burn_down"]
    label = f"{figure.label}（{figure.unit}） 交办 {len(file.outcomes)}，剩余 {left[-1][1]}"
    if large:
        st.title(label)
    else:
        st.subheader(label, help=figure.definition)
    chart_view.show(
        charts.burn_down,
        _rows(file, left),
        alt=chart_view.in_words(figure.label, _told(left)),
        size=Size.WALL if large else Size.DESK,
    )
    if place := chart_view.table_below("burn_down", "看案件（点编号打开）"):
        with place:
            _table(file.rows)


def _rows(file: BatchFile, left: Sequence[tuple[date, int]]) -> dict[str, Sequence[object]]:
    last = max(left[-1][0], file.due_on)
    days = [file.held_on + timedelta(days=n) for n in range((last - file.held_on).days + 1)]
    pace = [
        rules.even_pace(len(file.outcomes), held_on=file.held_on, due_on=file.due_on, day=day)
        for day in days
    ]
    # The even pace first: it has every day of the axis, in their order.
    return {
        "day": [f"{day}" for day in days] + [f"{day}" for day, _ in left],
        "kind": ["匀速到时限"] * len(days) + ["剩余"] * len(left),
        "count": [*pace, *(float(count) for _, count in left)],
    }


def _told(left: Sequence[tuple[date, int]]) -> list[str]:
    """Say the days on which something changed."""
    changed = [left[0]]
    changed += [each for before, each in pairwise(left) if each[1] != before[1]]
    return [f"{day} 剩余 {count} 件" for day, count in changed]


def _table(rows: Sequence[BatchRow]) -> None:
    ordered = sorted(rows, key=lambda row: (row.outcome.done_on or date.max, row.id))
    columns = {
        "完成": [f"{row.outcome.done_on or '还没有'}" for row in ordered],
        "标题": [row.title for row in ordered],
        "责任单位": [row.unit for row in ordered],
        "包案领导": [row.lead for row in ordered],
        "状态": [row.state.label for row in ordered],
    }
    tables.opening_table(
        [row.number for row in ordered],
        columns,
        _WIDTHS,
        on_open=case_views.open_case,
        key="burn_down_rows",
        alt="本批次的案件，按完成的日期",
    )
