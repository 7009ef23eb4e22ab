"""会议: the meetings of the office, putting one in, and the cadence of 听取汇报."""

import streamlit as st

from rules.permissions import Action
from ui import meeting_list, signin, store, windows

actor = signin.actor()
today = store.today()
meeting_list.go()
with st.container(horizontal=True, vertical_alignment="center"):
    st.title("会议", width="stretch")
    if actor.may(Action.MANAGE_MEETINGS):
        windows.opened("meeting_adding", "新建会议", meeting_list.adding)
meetings, briefings = st.tabs(["会议", "听取汇报"])
with meetings:
    meeting_list.bar_and_table(today=today)
with briefings:
    meeting_list.briefings(actor, today=today)
