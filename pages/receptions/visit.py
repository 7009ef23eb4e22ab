"""接访."""

import streamlit as st

st.title("接访")
