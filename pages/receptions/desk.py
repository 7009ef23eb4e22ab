"""接访登记."""

import streamlit as st

st.title("接访登记")
