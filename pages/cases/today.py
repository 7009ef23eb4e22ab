"""今天要看的: what is late, what ends soon and what lies still, each with its reason."""

import streamlit as st

from ui import case_views, today

case_views.go_to_case()

st.title("今天要看的")
today.draw(today.found())
