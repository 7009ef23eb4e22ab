"""参数: the numbers the county sets for itself, each with its clause and the day it begins."""

import streamlit as st

from db.commands import office as commands
from db.queries import office
from ui import forms, store

st.title("参数")

today = store.today()
with store.reading() as session:
    rows = office.parameters(session, on=today)

st.caption("本县没有设定的，用默认值。新值自生效日期起使用，以前的日子仍按当时的值计算。")
st.dataframe(
    [
        {
            "参数": row.label,
            "现行值": str(row.value),
            "单位": row.unit,
            "默认值": str(row.default),
            "依据": row.clause,
            "生效日期": row.valid_from,
            "设定人": row.set_by,
            "说明": row.reason,
        }
        for row in rows
    ],
    hide_index=True,
    placeholder="",
    height="content",
    alt="参数一览",
)

st.subheader("设定新值")
labels = {row.key: row.label for row in rows}
with st.form("set_parameter"):
    key = st.selectbox(
        "参数", list(labels), format_func=forms.named(labels, missing=""), key="parameter"
    )
    value = st.text_input("新值", key="value", autocomplete="off")
    valid_from = st.date_input("自哪一天起", today, key="valid_from", format="YYYY-MM-DD")
    reason = st.text_input("依据或说明", key="reason", placeholder="例如：县联席办〔2026〕3号")
    submitted = st.form_submit_button("保存", type="primary", key="set")
if submitted:
    forms.save(
        lambda session: commands.set_parameter(
            session, key, value, valid_from=valid_from, reason=reason, now=store.now()
        ),
        refilled={"value": "", "reason": ""},
    )


def _coming(row: office.ParameterRow, dated: office.DatedValue) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(
            f"{row.label}：自 {dated.valid_from} 起为 {dated.value}{row.unit}（{dated.set_by}）"
        )
        removed = st.button("删除", key=f"remove-{row.key}-{dated.valid_from}")
    if removed:
        forms.save(
            lambda session: commands.remove_future_parameter(
                session, row.key, valid_from=dated.valid_from, today=today
            ),
            message=f"已删除：{row.label}尚未生效的新值",
        )


coming = [(row, dated) for row in rows for dated in row.future]
if coming:
    st.subheader("尚未生效")
for row, dated in coming:
    _coming(row, dated)
