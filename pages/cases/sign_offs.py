"""销号审批: the requests that wait for the office's second person, approved together or one by one."""

import streamlit as st

from ui import case_views, sign_offs

case_views.go_to_case()

st.title("销号审批")
sign_offs.draw()
