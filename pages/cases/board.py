"""案件看板: the open cases by stage, whose they are and how much each has in hand."""

import streamlit as st

from rules.board import Grouping
from ui import case_board, case_views
from ui.options import options

case_views.go_to_case()

st.title("案件看板")
wanted = case_board.filter_bar(options())
found = case_board.columns(wanted)
case_board.draw(found)

with st.expander("在办件数：按包案领导、按责任单位", key="loads", on_change="rerun") as shown:
    if shown.open:
        left, right = st.columns(2)
        with left:
            st.subheader("包案领导")
            case_board.load(Grouping.LEAD)
        with right:
            st.subheader("责任单位")
            case_board.load(Grouping.UNIT)
