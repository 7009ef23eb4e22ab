"""接访台账."""

import streamlit as st

st.title("接访台账")
