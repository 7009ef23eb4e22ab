"""Saved views of the case register, and the way back to the list as it was left."""

from functools import partial

import streamlit as st

from db.commands import desk
from db.queries import desk as queries
from rules.permissions import Action, Actor
from ui import case_filter, forms, store
from ui.case_filter import Chosen

SCREEN = "cases/register"
_REGISTER = "pages/cases/register.py"
_CASE = "pages/cases/detail.py"
_LEFT = "_list_left"
_CHOSEN = "_list_chosen"
_OPEN = "_open_case"
_OPEN_LIST = "_open_list"


def menu(actor: Actor) -> None:
    """Draw the menu: one's own views and the shared ones, and the form to keep this one."""
    popover = st.popover(
        "常用视图", icon=":material/bookmark:", key="views_menu", on_change="rerun"
    )
    if not popover.open:
        return
    with store.reading() as session:
        views = queries.views(session, SCREEN)
    with popover:
        if not views:
            st.caption("还没有保存的视图。筛选好之后在下面起个名字保存，下次一点就到。")
        for view in views:
            with st.container(horizontal=True, vertical_alignment="center"):
                note = "" if view.mine else f"（{view.owner} 共享）"
                note = "（已共享）" if view.mine and view.shared else note
                st.button(
                    forms.plain(view.name + note),
                    key=f"view_{view.id}",
                    width="stretch",
                    on_click=case_filter.put,
                    args=(view.query,),
                )
                if view.mine and st.button(
                    "删除", key=f"drop_view_{view.id}", type="tertiary", icon=":material/delete:"
                ):
                    forms.save(partial(desk.remove_view, view_id=view.id), message="视图已删除")
        with st.form("save_view", border=False):
            name = st.text_input("把当前筛选保存为", key="view_name", max_chars=30)
            shared = (
                st.checkbox("共享给所有人", key="view_shared")
                if actor.may(Action.SHARE_VIEW)
                else False
            )
            st.caption("搜索词和信访人姓名不会保存在视图里。")
            if st.form_submit_button("保存视图"):
                query = case_filter.kept()
                forms.save(
                    lambda s: desk.save_view(
                        s, SCREEN, name or "", query, shared=shared, now=store.now()
                    ),
                    refilled={"view_name": "", "view_shared": False},
                    message="视图已保存",
                )


def open_case(number: str) -> None:
    """Ask for a case to be opened: a callback, before the list is drawn again."""
    st.session_state[_OPEN] = number


def open_list(chosen: Chosen) -> None:
    """Ask for the register narrowed to what a figure counts: a callback, too."""
    st.session_state[_OPEN_LIST] = chosen


def go_to_case() -> None:
    """Go where `open_case` or `open_list` asked to."""
    if number := st.session_state.pop(_OPEN, None):
        st.switch_page(_CASE, query_params={"case": number})
    if (chosen := st.session_state.pop(_OPEN_LIST, None)) is not None:
        st.switch_page(_REGISTER, query_params=case_filter.choose(chosen))


def come_back() -> None:
    """Choose again what was chosen when the list was left, after the browser's own way back.

    Going to a case, Streamlit notes `?case=` on the list's address as well, and that is
    where the browser goes back to first. Setting widgets has no effect in that very run.
    """
    if "case" in st.query_params:
        del st.query_params["case"]
        st.session_state["_coming_back"] = True
        st.rerun()
    if st.session_state.pop("_coming_back", False) and _CHOSEN in st.session_state:
        query, page = st.session_state[_CHOSEN]
        case_filter.put(query, words=False)
        st.session_state["page"] = page


def remember_list(page: int) -> None:
    """Note the list as it stands, so that the case page leads back to it."""
    st.session_state[_CHOSEN] = (case_filter.kept(), page)
    st.session_state[_LEFT] = [
        (key, value)
        for key in case_filter.IN_ADDRESS
        if key in st.query_params
        for value in st.query_params.get_all(key)
    ]


def back_link() -> None:
    """Draw the way back to the list, with its filters and its page."""
    st.page_link(
        _REGISTER,
        label="返回案件登记簿",
        icon=":material/arrow_back:",
        query_params=st.session_state.get(_LEFT, []),
    )
