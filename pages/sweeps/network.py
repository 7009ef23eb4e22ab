"""排查网络: who stands where, which township and village lacks what, and changes put on file."""

import streamlit as st

from rules.permissions import Action
from ui import network, signin, store, windows

actor = signin.actor()
today = store.today()
with st.container(horizontal=True, vertical_alignment="center"):
    st.title("排查网络", width="stretch")
    if actor.may(Action.MANAGE_NETWORK):
        windows.opened("network_add", "登记成员", lambda key: network.add_form(key, actor))
part = st.segmented_control(
    "看什么",
    ["覆盖检查", "成员", "变动备案"],
    default="覆盖检查",
    required=True,
    key="network_part",
    label_visibility="collapsed",
)
if part == "覆盖检查":
    network.coverage(actor, today=today)
elif part == "成员":
    network.members(actor, today=today)
else:
    network.filings(actor, today=today)
