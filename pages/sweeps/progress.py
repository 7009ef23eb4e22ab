"""销号进度: found, resolved, signed off, by round, campaign and class, and what has been open how long."""

from datetime import date

import streamlit as st

from rules.dispute_progress import Basis
from ui import dispute_list, signin, store, sweep_progress

actor = signin.actor()
today = store.today()
dispute_list.go_to_list()
with st.container(horizontal=True, vertical_alignment="bottom"):
    st.title("销号进度", width="stretch")
    basis = st.segmented_control(
        "怎样看",
        list(Basis),
        default=Basis.ROUND,
        required=True,
        format_func=lambda each: each.label,
        key="progress_basis",
        bind="query-params",
        label_visibility="collapsed",
    )
    year = st.selectbox(
        "年份",
        [today.year - back for back in range(5)],
        format_func=lambda each: f"{each} 年",
        key="progress_year",
        bind="query-params",
        label_visibility="collapsed",
        width=140,
    )
if not actor.counts_all_disputes:
    st.caption("只数您看得到的纠纷。")
elif not actor.sees_all_cases:
    st.caption("数字是全县的，点开的清单只列您看得到的纠纷。")
sweep_progress.draw(basis or Basis.ROUND, (date(year, 1, 1), date(year, 12, 31)))
sweep_progress.ageing()
