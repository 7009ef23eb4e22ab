"""议定事项: what was decided and what came of it; one of them with its reports."""

import streamlit as st

from db.queries import meeting_decisions
from rules.errors import Missing
from rules.permissions import Action
from ui import decision_list, decision_view, forms, signin, store

actor = signin.actor()
today = store.today()
asked = st.query_params.get("decision", "")


def _opened() -> None:
    st.page_link("pages/review/decisions.py", label="返回议定事项", icon=":material/arrow_back:")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 16 else 0
    try:
        with store.reading() as session:
            row, reports = meeting_decisions.decision(session, number, today=today)
    except Missing as refusal:
        st.title("议定事项")
        st.error(forms.plain(str(refusal)))
        return
    decision_view.draw(row, reports, actor)


def _listed() -> None:
    decision_list.go()
    st.title("议定事项")
    if not actor.may(Action.MANAGE_MEETINGS):
        decision_list.draw(actor, today=today)
        return
    listed, reminders = st.tabs(["议定事项", "提醒"])
    with listed:
        decision_list.draw(actor, today=today)
    with reminders:
        decision_list.remind(today=today)


if asked:
    _opened()
else:
    _listed()
