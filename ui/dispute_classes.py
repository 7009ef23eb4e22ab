"""The county's classes of disputes: added and changed in a drawer beside the ledger."""

from typing import Any

import streamlit as st

from db.commands import dispute_classes as commands
from db.queries import disputes as queries
from ui import dispute_list, forms, store
from ui.options import options

_FIELDS = ("name", "parent_id", "unit_id", "code_id", "position")


def draw(_key: str) -> None:
    """Draw the list with a form that adds and one that changes."""
    with store.reading() as session:
        rows = queries.classes(session)
    by_id = {row.id: row for row in rows}
    dispute_list.plain_table(
        {
            "类别": [row.path for row in rows],
            "行业主管": [row.unit for row in rows],
            "对应内容分类": [row.code for row in rows],
            "在用": ["是" if row.active else "停用" for row in rows],
        },
        alt="纠纷类别",
    )
    adding, changing = st.tabs(["添加", "修改"])
    tops = {row.id: row.name for row in rows if row.parent_id is None}
    with adding, st.form("add_class", border=False):
        st.session_state.setdefault("class_position", 100)
        _terms("", tops)
        if st.form_submit_button("添加", type="primary", key="class_add"):
            given = _typed("")
            forms.save(
                lambda session: commands.add_class(session, **given),
                refilled={"class_name": ""},
                message=f"已添加类别“{given['name'].strip()}”",
            )
    with changing:
        chosen = forms.choose("要改的类别", {row.id: row.path for row in rows}, key="class_changed")
        row = by_id[chosen or rows[0].id]
        record, at = f"dispute-class-{row.id}", f"-{row.id}"
        values = {f"class_{name}{at}": getattr(row, name) for name in (*_FIELDS, "active")}
        version = forms.filled(record, row.version, values)
        with st.form(f"change_class{at}", border=False):
            _terms(at, {key: name for key, name in tops.items() if key != row.id})
            active = st.checkbox("在用（停用的不再可选，原有纠纷不变）", key=f"class_active{at}")
            if st.form_submit_button("保存", type="primary", key=f"class_change{at}"):
                given = _typed(at)
                forms.save(
                    lambda session: commands.change_class(
                        session, row.id, **given, active=active, version=version
                    ),
                    record=record,
                )


def _terms(at: str, tops: dict[int, str]) -> None:
    offered = options()
    st.text_input("名称", key=f"class_name{at}", max_chars=50)
    forms.choose("上级（大类）", tops, key=f"class_parent_id{at}", empty="（本身是大类）")
    forms.choose("行业主管", offered.unit_names, key=f"class_unit_id{at}", empty="（无）")
    forms.choose("对应内容分类", offered.code_names, key=f"class_code_id{at}", empty="（无）")
    st.number_input("次序", min_value=0, max_value=9999, step=1, key=f"class_position{at}")


def _typed(at: str) -> dict[str, Any]:
    return {name: st.session_state.get(f"class_{name}{at}") for name in _FIELDS}
