"""案件看板: the open cases by stage, moved from stage to stage; charts, and who has how much in hand."""

import streamlit as st

from rules.board import Grouping
from ui import board_move, case_board, case_charts, case_load, case_views, signin
from ui.options import options

actor = signin.actor()
case_views.go_to_case()
if "board_jump" not in st.session_state:  # the board is newly opened
    board_move.forget()

with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
    st.title("案件看板", width="stretch")
    beside = st.container(width=240)
    part = st.segmented_control(
        "看什么",
        ["看板", "图表", "在办件数"],
        default="看板",
        required=True,
        key="board_part",
        bind="query-params",
        label_visibility="collapsed",
    )

if part == "图表":
    case_charts.draw(actor)
elif part == "在办件数":
    left, right = st.columns(2, gap="medium")
    for place, by in ((left, Grouping.LEAD), (right, Grouping.UNIT)):
        with place:
            st.subheader("包案领导" if by is Grouping.LEAD else "责任单位")
            case_load.draw(by, actor)
else:
    wanted = case_board.filter_bar(options())
    found = case_board.columns(wanted)
    with beside:
        case_board.jump_box(found, actor)
    case_board.draw(found, actor)
    board_move.window(actor)
