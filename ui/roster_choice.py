"""Which roster is looked at, and the forms that begin one or take one away."""

from collections.abc import Sequence
from datetime import date, timedelta

import streamlit as st

from db.commands import rosters as commands
from db.queries import receivers
from db.queries.rosters import RosterRow
from rules.reception_terms import Level
from ui import forms, store

_MADE = "_roster_made"


def choose(rosters: Sequence[RosterRow]) -> RosterRow | None:
    """Ask which roster is looked at, the one of the address first, else that of today."""
    today = store.today()
    labels = {row.id: label(row) for row in rosters}
    if (made := st.session_state.pop(_MADE, None)) in labels:
        st.session_state["roster"] = made
    asked = st.query_params.get("roster", "")
    if st.session_state.get("roster") not in labels:
        wanted = int(asked) if asked.isdecimal() and len(asked) < 12 else 0
        now = next((row.id for row in rosters if row.first_on <= today <= row.last_on), None)
        st.session_state["roster"] = wanted if wanted in labels else now or next(iter(labels), None)
    chosen = forms.choose("排班表", labels, key="roster")
    if chosen is not None:
        st.query_params["roster"] = str(chosen)
    return next((row for row in rosters if row.id == chosen), None)


def label(row: RosterRow) -> str:
    """Name a roster with its days."""
    unit = f"{row.unit} " if row.unit else ""
    return f"{unit}{row.name}（{row.first_on} 至 {row.last_on}）"


def new(key: str) -> None:
    """Draw the form of a new roster: next month's of the county, unless something else is said."""
    today = store.today()
    first = (today.replace(day=28) + timedelta(days=4)).replace(day=1)
    defaults = {
        "roster_level": Level.COUNTY,
        "roster_first": first,
        "roster_last": _month_end(first),
        "roster_name": f"{first.year}年{first.month}月县级领导接访",
    }
    for name, value in defaults.items():
        st.session_state.setdefault(name, value)
    level = st.selectbox(
        "层级",
        list(Level),
        format_func=lambda each: each.label,
        key="roster_level",
        on_change=_renamed,
    )
    unit_id = None
    if level in (Level.TOWNSHIP, Level.MEMBER):
        offered = store.kept(
            "receiving_units",
            today,
            lambda session: receivers.receiving_units(session, on=today),
        )
        units = {unit.id: unit.name for unit in offered if unit.level is level}
        unit_id = forms.choose(f"所属{level.label}", units, key="roster_unit", empty="请选择")
    left, right = st.columns(2)
    with left:
        st.date_input("开始日期", key="roster_first", format="YYYY-MM-DD", on_change=_renamed)
    with right:
        st.date_input("结束日期", key="roster_last", format="YYYY-MM-DD")
    st.text_input("名称", key="roster_name")
    if st.button("新建", type="primary", key="roster_make"):
        forms.save(
            lambda session: _wanted(
                commands.make_roster(
                    session,
                    name=st.session_state["roster_name"],
                    level=level or Level.COUNTY,
                    unit_id=unit_id,
                    first_on=st.session_state["roster_first"],
                    last_on=st.session_state["roster_last"],
                    now=store.now(),
                )
            ),
            refilled={key: False},
            message="已新建，可以自动排班或逐格填写",
        )


def remove(row: RosterRow) -> None:
    """Draw the question whether a roster is to be taken away."""
    with st.popover("删除", icon=":material/delete:", disabled=row.published > 0):
        st.caption("删除后不能恢复。已经公示的不能删除。")
        if st.button("确定删除", key="roster_remove"):
            forms.save(
                lambda session: commands.remove_roster(session, row.id, version=row.version),
                message="已删除",
            )


def _wanted(roster_id: int) -> None:
    """Look at the new roster in the next run."""
    st.session_state[_MADE] = roster_id


def _renamed() -> None:
    """Follow the first day: the month's end and the name, which may still be changed."""
    first = st.session_state["roster_first"]
    if isinstance(first, date):
        level = st.session_state["roster_level"]
        words = level.label if level is Level.MEMBER else f"{level.label}级"
        st.session_state["roster_last"] = _month_end(first)
        st.session_state["roster_name"] = f"{first.year}年{first.month}月{words}领导接访"


def _month_end(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
