"""排查情况表: the standard form of a period, frozen when it is over, held against others, exported."""

import streamlit as st

from rules.dispute_table import TITLE
from ui import dispute_list, dispute_table, dispute_table_check, signin

actor = signin.actor()
dispute_list.go_to_list()
dispute_table.keep_up()
with st.container(horizontal=True, vertical_alignment="center"):
    st.title(TITLE, width="stretch")
    part = st.segmented_control(
        "看什么",
        ["情况表", "早发现率", "核对"],
        default="情况表",
        required=True,
        key="table_part",
        label_visibility="collapsed",
    )
period = dispute_table.choose()
live, frozen = dispute_table.read(period)
form = frozen.form if frozen else live
if not actor.counts_all_disputes:
    st.caption("只数您看得到的纠纷；全县的表由联席办定稿。")
if part == "早发现率":
    dispute_table.early(period)
elif part == "核对":
    dispute_table_check.draw(form)
else:
    dispute_table.standing(form, period, frozen, actor)
    dispute_table.draw(form, period)
    dispute_table.changed(live, frozen)
