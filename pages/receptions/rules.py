"""接访规则."""

import streamlit as st

st.title("接访规则")
