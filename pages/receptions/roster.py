"""接访排班."""

import streamlit as st

st.title("接访排班")
