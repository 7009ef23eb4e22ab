"""接访统计."""

import streamlit as st

st.title("接访统计")
