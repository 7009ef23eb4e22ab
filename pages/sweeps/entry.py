"""登记纠纷: several disputes in a table, as a village hall finds them."""

import streamlit as st

from ui import dispute_entry, signin, store

st.title("登记纠纷")
dispute_entry.draw(signin.actor(), today=store.today())
