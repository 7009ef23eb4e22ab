"""苗头信息: matters that may grow, reported early by units; about matters, never about people."""

from functools import partial

import streamlit as st

from rules.permissions import Action
from ui import early_signs, signin, store, windows

actor = signin.actor()
with st.container(horizontal=True, vertical_alignment="center"):
    st.title("苗头信息", width="stretch")
    if actor.may(Action.RECORD_DISPUTE):
        windows.opened("early_report", "报送苗头信息", partial(early_signs.form, actor=actor))
st.caption(
    "只报事：什么事、在哪里、多少人、从什么时候开始、需要县里做什么。不报人，不记录信息来源。"
)
early_signs.draw(actor, today=store.today())
