"""Saved views of the case register: kept under a name, opened with one click."""

from collections.abc import Sequence
from functools import partial
from urllib.parse import parse_qsl, urlencode

import streamlit as st

from db.commands import desk
from db.queries.desk import View
from rules.permissions import Action, Actor
from ui import forms, store

SCREEN = "cases/register"
_FILTERS = [
    "period",
    "base",
    "since",
    "until",
    "states",
    "unit",
    "township",
    "channels",
    "flags",
    "code",
    "lead",
    "repeat",
    "sort",
    "suspected",
]


def menu(views: Sequence[View], actor: Actor) -> None:
    """Draw the menu: one's own views and the shared ones, and the form to keep this one."""
    with st.popover("常用视图", icon=":material/bookmark:"):
        if not views:
            st.caption("还没有保存的视图。筛选好之后在下面起个名字保存,下次一点就到。")
        for view in views:
            left, right = st.columns([4, 1], vertical_alignment="center")
            note = "" if view.mine else f"({view.owner} 共享)"
            if left.button(forms.plain(view.name + note), key=f"view_{view.id}", width="stretch"):
                st.switch_page("pages/cases/register.py", query_params=parse_qsl(view.query))
            if view.mine and right.button("删", key=f"drop_view_{view.id}", help="删除这个视图"):
                forms.save(partial(desk.remove_view, view_id=view.id), message="视图已删除")
        with st.form("save_view", border=False, clear_on_submit=True):
            name = st.text_input("把当前筛选保存为", key="view_name", max_chars=30)
            shared = (
                st.checkbox("共享给所有人", key="view_shared")
                if actor.may(Action.SHARE_VIEW)
                else False
            )
            if st.form_submit_button("保存视图"):
                query = _current_query()
                forms.save(
                    lambda s: desk.save_view(
                        s, SCREEN, name or "", query, shared=shared, now=store.now()
                    ),
                    message="视图已保存",
                )


def _current_query() -> str:
    pairs = [
        (key, value)
        for key in _FILTERS
        if key in st.query_params
        for value in st.query_params.get_all(key)
    ]
    return urlencode(pairs)
