"""阅批来信."""

import streamlit as st

st.title("阅批来信")
