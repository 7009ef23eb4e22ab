"""全部指标: every figure of the registry by its code, with its definition and the way to its rows."""

import streamlit as st

from ui import figure_list, overview_filter, overview_rows

SCREEN = "review/figures"
overview_rows.go(SCREEN)
st.title("全部指标")
st.caption("材料和投屏里的每个数都在这里，按编码或名称找；点编码打开它数的每一件。")
asked = overview_filter.bar()
if asked is None:
    st.info(overview_filter.problem(), icon=":material/event:")
else:
    figure_list.draw(asked)
    if (wanted := overview_rows.asked()) is not None:
        overview_rows.draw(wanted, asked, screen=SCREEN)
