"""评价事项: every evaluation, the step it is in, and the clock of that step."""

import streamlit as st

from ui import evaluation_list, store

evaluation_list.go()
st.title("第三方评价")
evaluation_list.bar_and_table(today=store.today())
