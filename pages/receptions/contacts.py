"""联系点: leaders' visits to their contact points by quarter, who is short, and 下访."""

from functools import partial

import streamlit as st

from rules.permissions import Action
from ui import contact_entry, contact_list, signin, store, windows

actor = signin.actor()

with st.container(horizontal=True, vertical_alignment="center"):
    st.title("联系点", width="stretch")
    if actor.may(Action.RECEIVE):
        windows.opened("contact_adding", "登记走访", partial(contact_entry.add, actor=actor))
contact_list.draw(actor, today=store.today())
