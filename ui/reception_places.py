"""Places of reception and companions on the screen: listed, added, changed, taken out of use."""

from collections.abc import Sequence

import streamlit as st

from db.commands import reception_places as commands
from db.queries.reception_places import CompanionRow, PlaceRow
from rules.reception_places import CAPACITY_MAX
from rules.reception_terms import CompanionKind
from ui import forms
from ui.options import Options

_PLACE = ("name", "address", "capacity", "unit_id", "centre")
_COMPANION = ("name", "kind", "organisation")


def places(rows: Sequence[PlaceRow], offered: Options) -> None:
    """Draw the places and their forms."""
    listed, beside = st.columns([4, 3], gap="small")
    with listed:
        if not rows:
            st.info("还没有接访场所。请先添加人民来访接待中心，排班和公示都要用到。")
        st.dataframe(
            [
                {
                    "名称": row.name,
                    "地址": row.address,
                    "同一天接访的领导": row.capacity,
                    "所属单位": row.unit,
                    "接待中心": "是" if row.centre else "",
                    "使用": "在用" if row.active else "停用",
                }
                for row in rows
            ],
            hide_index=True,
            placeholder="",
            height="content",
            alt="接访场所一览",
        )
    with beside:
        adding, changing = st.tabs(["添加", "修改"])
    with adding:
        _add_place(offered)
    if rows:
        with changing:
            _change_place(rows, offered)


def _place_form(form: str, at: str, offered: Options) -> bool:
    with st.form(form):
        st.text_input("名称", key=f"place_name{at}", placeholder="例如：县人民来访接待中心")
        st.text_input("地址", key=f"place_address{at}")
        first, second = st.columns(2)
        first.number_input("同一天最多几位领导接访", 1, CAPACITY_MAX, key=f"place_capacity{at}")
        with second:
            forms.choose(
                "所属单位", offered.unit_names, key=f"place_unit_id{at}", empty="（全县共用）"
            )
        st.checkbox("是人民来访接待中心", key=f"place_centre{at}")
        if at:
            st.checkbox("在用", key=f"place_active{at}", help="停用的不再排班，过去的记录不变")
        return st.form_submit_button("保存" if at else "添加", type="primary", key=f"{form}_submit")


def _add_place(offered: Options) -> None:
    if _place_form("add_place", "", offered):
        given = {name: st.session_state[f"place_{name}"] for name in _PLACE}
        forms.save(
            lambda session: commands.add_place(session, **given),
            refilled={"place_name": "", "place_address": "", "place_centre": False},
            message=f"已添加：{given['name']}",
        )


def _change_place(rows: Sequence[PlaceRow], offered: Options) -> None:
    chosen = forms.choose("接访场所", {row.id: row.name for row in rows}, key="place")
    row = next((row for row in rows if row.id == chosen), rows[0])
    record, at = f"place-{row.id}", f"-{row.id}"
    fields = (*_PLACE, "active")
    values = {f"place_{name}{at}": getattr(row, name) for name in fields}
    version = forms.filled(record, row.version, values)
    if _place_form(f"change_place{at}", at, offered):
        given = {name: st.session_state[f"place_{name}{at}"] for name in fields}
        forms.save(
            lambda session: commands.change_place(session, row.id, version=version, **given),
            record=record,
        )


def companions(rows: Sequence[CompanionRow]) -> None:
    """Draw the companions and their forms."""
    listed, beside = st.columns([4, 3], gap="small")
    with listed:
        if not rows:
            st.info("还没有陪同人员。可以添加经常陪同接访的律师、心理咨询师、部门人员。")
        st.dataframe(
            [
                {
                    "姓名": row.name,
                    "类别": row.kind.label,
                    "所在单位": row.organisation,
                    "使用": "在用" if row.active else "停用",
                }
                for row in rows
            ],
            hide_index=True,
            placeholder="",
            height="content",
            alt="陪同人员一览",
        )
    with beside:
        adding, changing = st.tabs(["添加", "修改"])
    with adding:
        _add_companion()
    if rows:
        with changing:
            _change_companion(rows)


def _companion_form(form: str, at: str) -> bool:
    with st.form(form):
        st.text_input("姓名", key=f"companion_name{at}")
        st.selectbox(
            "类别",
            list(CompanionKind),
            format_func=lambda kind: kind.label,
            key=f"companion_kind{at}",
        )
        st.text_input("所在单位", key=f"companion_organisation{at}")
        if at:
            st.checkbox("在用", key=f"companion_active{at}")
        return st.form_submit_button("保存" if at else "添加", type="primary", key=f"{form}_submit")


def _add_companion() -> None:
    if _companion_form("add_companion", ""):
        given = {name: st.session_state[f"companion_{name}"] for name in _COMPANION}
        forms.save(
            lambda session: commands.add_companion(session, **given),
            refilled={"companion_name": ""},
            message=f"已添加：{given['name']}",
        )


def _change_companion(rows: Sequence[CompanionRow]) -> None:
    labels = {row.id: f"{row.name}（{row.kind.label}）" for row in rows}
    chosen = forms.choose("陪同人员", labels, key="companion")
    row = next((row for row in rows if row.id == chosen), rows[0])
    record, at = f"companion-{row.id}", f"-{row.id}"
    fields = (*_COMPANION, "active")
    values = {f"companion_{name}{at}": getattr(row, name) for name in fields}
    version = forms.filled(record, row.version, values)
    if _companion_form(f"change_companion{at}", at):
        given = {name: st.session_state[f"companion_{name}{at}"] for name in fields}
        forms.save(
            lambda session: commands.change_companion(session, row.id, version=version, **given),
            record=record,
        )
