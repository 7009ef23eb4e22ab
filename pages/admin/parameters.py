"""参数: the numbers the county sets for itself, each with its clause and the day it begins."""

from datetime import date

import streamlit as st

from db.commands import office as commands
from db.queries import office
from ui import forms, store, tables

_ROW, _HEAD = 34, 37
# Of the history, which stands whole beside the list on a small screen.
_WIDTHS = {"生效日期": 84, "值": 40, "状态": 72, "依据或说明": 142, "设定人": 58, "设定日期": 84}

st.title("参数")

today = store.today()
with store.reading() as session:
    rows = office.parameters(session, on=today)
by_key = {row.key: row for row in rows}


def _coming(row: office.ParameterRow) -> str:
    """Tell what changes next; what changes after that stands in the history."""
    return f"{row.future[-1].valid_from} 起 {row.future[-1].value}" if row.future else ""


def _chosen() -> None:
    if clicked := st.session_state["parameter_open"]:
        st.session_state["parameter"] = rows[clicked.row].key


def _list() -> None:
    st.dataframe(
        [
            {
                "参数": row.label,
                "现行值": str(row.value),
                "单位": row.unit,
                "默认值": str(row.default),
                "依据": row.clause,
                "将改为": _coming(row),
            }
            for row in rows
        ],
        hide_index=True,
        placeholder="",
        row_height=_ROW,
        height=len(rows) * _ROW + _HEAD,
        key="parameters",
        alt="参数一览",
        column_config={
            "参数": st.column_config.ButtonColumn(
                "参数（点击设定）",
                width=164,
                type="tertiary",
                alignment="left",
                pinned=True,
                on_click=_chosen,
                key="parameter_open",
            ),
            "现行值": st.column_config.TextColumn(width=60),
            "单位": st.column_config.TextColumn(width=86),
            "默认值": st.column_config.TextColumn(width=60),
            "依据": st.column_config.TextColumn(width=154),
            "将改为": st.column_config.TextColumn(width=142),
        },
    )


def _facts(row: office.ParameterRow) -> None:
    since = "本县没有设定，用默认值"
    if row.current:
        since = f"自 {row.current.valid_from} 起，{row.current.set_by}设定"
    tables.facts_table(
        {
            "现行值": f"{row.value}（{since}）",
            "默认值": str(row.default),
            "单位": row.unit or "无",
            "依据": row.clause,
        }
    )


def _set(row: office.ParameterRow) -> None:
    at = f"-{row.key}"
    with st.form(f"set_parameter{at}"):
        left, right = st.columns(2)
        value = left.text_input(
            f"新值（{row.unit}）" if row.unit else "新值", key=f"value{at}", autocomplete="off"
        )
        valid_from = right.date_input(
            "自哪一天起", today, key=f"valid_from{at}", format="YYYY-MM-DD"
        )
        reason = st.text_input(
            "依据或说明", key=f"reason{at}", placeholder="例如：县联席办〔2026〕3号"
        )
        submitted = st.form_submit_button("保存", type="primary", key="set")
    if submitted:
        forms.save(
            lambda session: commands.set_parameter(
                session, row.key, value, valid_from=valid_from, reason=reason, now=store.now()
            ),
            refilled={f"value{at}": "", f"reason{at}": ""},
            message=f"已保存：{row.label}自 {valid_from} 起为 {value.strip()}",
        )


def _history(row: office.ParameterRow) -> None:
    dated = [
        *((value, "尚未生效") for value in row.future),
        *((value, "现行") for value in [row.current] if value),
        *((value, "已被替代") for value in row.past),
    ]
    if not dated:
        st.caption("本县还没有设定过这个参数。")
        return
    st.dataframe(
        [
            {
                "生效日期": f"{value.valid_from}",
                "值": str(value.value),
                "状态": standing,
                "依据或说明": value.reason,
                "设定人": value.set_by,
                "设定日期": f"{store.local(value.set_at):%Y-%m-%d}",
            }
            for value, standing in dated
        ],
        hide_index=True,
        height="content",
        alt="历次设定",
        column_config={
            name: st.column_config.TextColumn(width=width) for name, width in _WIDTHS.items()
        },
    )
    for value in row.future:
        _take_back(row, value.valid_from)


def _take_back(row: office.ParameterRow, since: date) -> None:
    if st.button(f"删除自 {since} 起的新值", key=f"remove-{row.key}-{since}"):
        forms.save(
            lambda session: commands.remove_future_parameter(
                session, row.key, valid_from=since, today=today
            ),
            message=f"已删除：{row.label}尚未生效的新值",
        )


listed, beside = st.columns([4, 3], gap="small")
with listed:
    st.caption("新值自生效日期起使用，以前的日子仍按当时的值计算。")
    _list()
with beside:
    labels = {row.key: row.label for row in rows}
    key = st.selectbox(
        "参数", list(labels), format_func=forms.named(labels, missing=""), key="parameter"
    )
    _facts(by_key[key])
    _set(by_key[key])
    st.subheader("历次设定")
    _history(by_key[key])
