"""领导: who takes cases and receives: where each stands, what he is in charge of, his term."""

from typing import Any

import streamlit as st

from db.commands import leaders as commands
from db.queries import leaders as queries
from db.queries.leaders import LeaderRow
from rules.leaders import COLUMNS
from rules.reception_terms import Body, Level, Rank
from ui import forms, leader_charge, store
from ui.options import options

_ROW, _HEAD = 34, 37
_FIELDS = (
    *("name", "post", "position", "level", "body", "rank"),
    *("unit_id", "term_from", "term_to"),
)
_WIDTHS = {
    "职务": 168,
    "在任": 48,
    "层级": 66,
    "班子": 76,
    "所属单位": 110,
    "次序": 44,
    "任期": 176,
}

st.title("领导")

today = store.today()
offered = options()
with store.reading() as session:
    leaders = queries.leaders(session)


def _label(term: Level | Body | Rank) -> str:
    return term.label


def _form(name: str, at: str) -> bool:
    with st.form(name):
        first, second = st.columns([2, 3])
        first.text_input("姓名", key=f"leader_name{at}")
        second.text_input("职务", key=f"leader_post{at}", placeholder="例如：县委常委、副县长")
        first, second, third, fourth = st.columns(4)
        first.selectbox("层级", list(Level), format_func=_label, key=f"leader_level{at}")
        second.selectbox("班子", list(Body), format_func=_label, key=f"leader_body{at}")
        third.selectbox("正副职", list(Rank), format_func=_label, key=f"leader_rank{at}")
        fourth.number_input(
            "次序", 1, 999, key=f"leader_position{at}", help="先党委后政府，先正职后副职"
        )
        forms.choose(
            "所属单位",
            offered.unit_names,
            key=f"leader_unit_id{at}",
            empty="（市、县领导不填）",
            help="乡镇领导选乡镇，成员单位领导选单位",
        )
        first, second = st.columns(2)
        with first:
            forms.date_input("任职起", key=f"leader_term_from{at}")
        with second:
            forms.date_input(
                "离任日期", key=f"leader_term_to{at}", help="从这一天起不再排班，这一天不算任内"
            )
        if at:
            st.checkbox(
                "在任",
                key=f"leader_active{at}",
                help="离任的取消勾选，过去的接访、包案记录里仍是他的名字",
            )
        return st.form_submit_button("保存" if at else "添加", type="primary", key=f"{name}_submit")


def _given(at: str) -> dict[str, Any]:
    return {name: st.session_state[f"leader_{name}{at}"] for name in _FIELDS}


def _add() -> None:
    defaults = {"position": 100, "level": Level.COUNTY, "body": Body.GOVERNMENT}
    for name, value in {**defaults, "rank": Rank.DEPUTY}.items():
        st.session_state.setdefault(f"leader_{name}", value)
    if _form("add_leader", ""):
        given = _given("")
        name, post = given.pop("name"), given.pop("post")
        forms.save(
            lambda s: commands.add_leader(s, name, post, **given),
            refilled={"leader_name": "", "leader_post": ""},
            message=f"已添加：{name}",
        )


def _paste() -> None:
    st.caption(
        f"从表格整列粘贴，每行一位；第一行可以是表头，没有表头的依次为：{'、'.join(COLUMNS)}。"
        "班子、正副职不写的，按职务判断，添加后请核对。"
    )
    with st.form("paste_leaders"):
        text = st.text_area("要添加的领导", key="leader_lines", height=200)
        submitted = st.form_submit_button("添加", type="primary", key="paste_leaders_submit")
    if submitted:
        forms.save(
            lambda s: commands.add_leaders(s, text or "", today=today),
            refilled={"leader_lines": ""},
            message=lambda count: f"已添加 {count} 位领导",
        )


def _change() -> None:
    labels = {leader.id: f"{leader.name}（{leader.post}）" for leader in leaders}
    chosen = forms.choose("领导", labels, key="leader")
    row = next((leader for leader in leaders if leader.id == chosen), leaders[0])
    record, at = f"leader-{row.id}", f"-{row.id}"
    fields = (*_FIELDS, "active")
    values = {f"leader_{name}{at}": getattr(row, name) for name in fields}
    version = forms.filled(record, row.version, {**values, **leader_charge.values(row, offered)})
    if _form(f"change_leader{at}", at):
        given = {**_given(at), "active": st.session_state[f"leader_active{at}"]}
        forms.save(
            lambda s: commands.change_leader(s, row.id, version=version, today=today, **given),
            record=record,
            message=f"已保存：{given['name']}",
        )
    leader_charge.draw(row, offered, version=version, record=record)


def _term(row: LeaderRow) -> str:
    return (
        f"{row.term_from or '…'} 至 {row.term_to or '今'}" if row.term_from or row.term_to else ""
    )


def _list() -> None:
    level = st.pills("层级", list(Level), format_func=_label, key="level_shown")
    shown = [leader for leader in leaders if level in (None, leader.level)]

    def chosen() -> None:
        if clicked := st.session_state["leader_open"]:
            st.session_state["leader"] = shown[clicked.row].id

    st.caption(f"{len(shown)} 位，其中在任 {sum(x.active for x in shown)} 位")
    st.dataframe(
        [
            {
                "姓名": x.name,
                "职务": x.post,
                "在任": "在任" if x.active else "离任",
                "层级": x.level.label,
                "班子": f"{x.body.label}{x.rank.label}",
                "所属单位": x.unit,
                "次序": x.position,
                "任期": _term(x),
            }
            for x in shown
        ],
        hide_index=True,
        placeholder="",
        row_height=_ROW,
        height=min(max(len(shown), 1), 22) * _ROW + _HEAD,
        key="leaders",
        alt="领导一览",
        column_config={
            "姓名": st.column_config.ButtonColumn(
                "姓名（点击修改）",
                width=116,
                type="tertiary",
                alignment="left",
                pinned=True,
                on_click=chosen,
                key="leader_open",
            ),
            **{name: st.column_config.TextColumn(width=width) for name, width in _WIDTHS.items()},
        },
    )


if not leaders:
    st.info("还没有领导。请先添加包案和接访的县领导。")
listed, forms_beside = st.columns([4, 3], gap="small")
with listed:
    _list()
with forms_beside:
    tabs = st.tabs(["修改", "添加", "批量添加"] if leaders else ["添加", "批量添加"])
if leaders:
    with tabs[0]:
        _change()
with tabs[-2]:
    _add()
with tabs[-1]:
    _paste()
