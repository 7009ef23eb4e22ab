"""联系点."""

import streamlit as st

st.title("联系点")
