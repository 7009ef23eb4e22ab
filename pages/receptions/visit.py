"""接访: one visit with what was decided on it, who was told, and where its matter stands."""

import streamlit as st

from db.queries import visits as queries
from rules.errors import Missing
from ui import forms, signin, store, visit_paper, visit_table, visit_view

actor = signin.actor()
number = st.query_params.get("visit", "")


def _asked() -> None:
    st.title("接访")
    st.info("请从接访台账里打开一批，或在下面输入编号。")
    with st.form("open_visit", border=False, width=480):
        wanted = st.text_input("接访编号", key="wanted_visit", placeholder="JF20260001")
        if st.form_submit_button("打开", type="primary") and wanted:
            st.query_params["visit"] = wanted.strip()
            st.rerun()


def _opened() -> None:
    today = store.today()
    try:
        file = store.kept(
            "visit", (number, today), lambda s: queries.visit_file(s, number, today=today)
        )
    except Missing as refusal:
        st.title("接访")
        st.error(forms.plain(str(refusal)))
        visit_table.back_link()
        return
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        visit_table.back_link()
        visit_paper.popover(file, actor)
    visit_view.heading(file)
    left, right = st.columns(2, gap="medium")
    with left:
        visit_view.facts(file, actor)
        visit_view.visitors(file, actor)
    with right:
        visit_view.notices(file, actor)
        visit_view.decision(file, actor)
        visit_view.standing(file, actor)


if number:
    _opened()
else:
    _asked()
