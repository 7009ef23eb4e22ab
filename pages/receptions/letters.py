"""阅批来信: the letters leaders read: their words, who answers by when, and what came of each."""

from functools import partial

import streamlit as st

from rules.errors import Missing
from rules.permissions import Action
from ui import forms, letter_entry, letter_list, letter_view, signin, store, windows

actor = signin.actor()
today = store.today()
letter_list.go_to_letter()

if asked := st.query_params.get("letter", ""):
    try:
        letter_view.draw(asked, actor, today=today)
    except Missing as refusal:
        st.title("阅批来信")
        st.error(forms.plain(str(refusal)))
        letter_view.back()
else:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title("阅批来信", width="stretch")
        if actor.may(Action.RECEIVE):
            windows.opened("letter_adding", "登记阅批来信", partial(letter_entry.draw, actor=actor))
    letter_list.draw(actor, today=today)
