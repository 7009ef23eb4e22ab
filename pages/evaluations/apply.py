"""申请评价: apply for the evaluation of a case or a dispute, along the three ways."""

import streamlit as st

from ui import evaluation_list, signin, store

st.title("申请第三方评价")
evaluation_list.application(signin.actor(), today=store.today())
