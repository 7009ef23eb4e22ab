"""Tables of records: drawn from plain rows through Arrow, without a frame in between."""

from collections.abc import Callable, Sequence

import pyarrow as pa
import streamlit as st

from db.queries.cases import CaseRow
from rules import cases as rules
from rules.terms import Repeat


def case_table(rows: Sequence[CaseRow], *, on_open: Callable[[str], None], key: str) -> None:
    """Draw a page of cases; the number in the first column opens its case."""
    numbers = [row.number for row in rows]

    def opened() -> None:
        clicked = st.session_state[f"{key}_open"]
        if clicked is not None:
            on_open(numbers[clicked.row])

    table = pa.table(
        {
            "编号": numbers,
            "标题": [row.title for row in rows],
            "状态": [row.state.label for row in rows],
            "收到日期": [rules.shown_date(row.received_on, row.received_precision) for row in rows],
            "形式": [row.channel.label for row in rows],
            "内容分类": [row.code for row in rows],
            "属地": [row.township for row in rows],
            "责任单位": [row.unit for row in rows],
            "包案领导": [row.lead for row in rows],
            "人数": [f"{'约' if row.people_approx else ''}{row.people}" for row in rows],
            "提示": [_marks(row) for row in rows],
        }
    )
    st.dataframe(
        table,
        hide_index=True,
        height=min(len(rows), PAGE_ROWS) * 35 + 38,
        key=key,
        alt="案件列表",
        column_config={
            "编号": st.column_config.ButtonColumn(
                "编号",
                width=180,
                type="tertiary",
                alignment="left",
                on_click=opened,
                key=f"{key}_open",
            ),
            "标题": st.column_config.TextColumn(width=380),
            "状态": st.column_config.TextColumn(width=75),
            "收到日期": st.column_config.TextColumn(width=100),
            "形式": st.column_config.TextColumn(width=75),
            "内容分类": st.column_config.TextColumn(width=130),
            "属地": st.column_config.TextColumn(width=100),
            "责任单位": st.column_config.TextColumn(width=140),
            "包案领导": st.column_config.TextColumn(width=80),
            "人数": st.column_config.TextColumn(width=60, alignment="right"),
            "提示": st.column_config.TextColumn(width=150),
        },
    )


PAGE_ROWS = 50


def _marks(row: CaseRow) -> str:
    marks = [flag.label for flag in row.flags]
    if row.suspected:
        marks.insert(0, "疑似重复")
    if row.repeat is Repeat.REPEAT:
        marks.insert(0, "重复")
    return "、".join(marks)
