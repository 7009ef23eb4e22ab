"""大厅公示."""

import streamlit as st

st.title("大厅公示")
