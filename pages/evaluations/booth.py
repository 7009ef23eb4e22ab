"""投票: one ballot of a panel, cast with a one-time code."""

import streamlit as st

from ui import ballot_booth

with st.container(key="ballot_booth"):
    ballot_booth.draw()
