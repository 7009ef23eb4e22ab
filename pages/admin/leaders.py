"""领导: who takes cases and receives, in the order of the roster."""

import streamlit as st

from db.commands import units as commands
from db.queries import units
from ui import forms, store

_FIELDS = ("name", "post", "position")

st.title("领导")

with store.reading() as session:
    leaders = units.leaders(session)


def _form(name: str, at: str) -> bool:
    with st.form(name):
        st.text_input("姓名", key=f"leader_name{at}")
        st.text_input("职务", key=f"leader_post{at}", placeholder="例如：县委常委、副县长")
        st.number_input(
            "次序", 1, 999, key=f"leader_position{at}", help="先党委后政府，先正职后副职"
        )
        if at:
            st.checkbox("在任", key=f"leader_active{at}")
        return st.form_submit_button("保存" if at else "添加", type="primary", key=f"{name}_submit")


def _add() -> None:
    st.session_state.setdefault("leader_position", 100)
    if _form("add_leader", ""):
        name, post, position = (st.session_state[f"leader_{key}"] for key in _FIELDS)
        forms.save(
            lambda s: commands.add_leader(s, name, post, position=position),
            refilled={"leader_name": "", "leader_post": ""},
        )


def _change() -> None:
    labels = {leader.id: f"{leader.name}（{leader.post}）" for leader in leaders}
    chosen = forms.choose("领导", labels, key="leader")
    row = next((leader for leader in leaders if leader.id == chosen), leaders[0])
    record, at = f"leader-{row.id}", f"-{row.id}"
    fields = (*_FIELDS, "active")
    values = {f"leader_{name}{at}": getattr(row, name) for name in fields}
    version = forms.filled(record, row.version, values)
    if _form(f"change_leader{at}", at):
        given = {name: st.session_state[f"leader_{name}{at}"] for name in fields}
        forms.save(
            lambda s: commands.change_leader(s, row.id, version=version, **given), record=record
        )


if not leaders:
    st.info("还没有领导。请先添加包案和接访的县领导。")
listed, forms_beside = st.columns([3, 2])
with listed:
    st.dataframe(
        [{"次序": x.position, "姓名": x.name, "职务": x.post, "在任": x.active} for x in leaders],
        hide_index=True,
        placeholder="",
        height="content",
        alt="领导一览",
    )
with forms_beside:
    adding, changing = st.tabs(["添加", "修改"])
with adding:
    _add()
if leaders:
    with changing:
        _change()
