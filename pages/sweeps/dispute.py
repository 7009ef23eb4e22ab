"""矛盾纠纷: one dispute with its duty, its steps, its file and its end."""

import streamlit as st

from db.queries import dispute_file
from db.queries.dispute_file import DisputeFile
from rules.dispute_steps import Hand
from rules.dispute_terms import DisputeState
from rules.errors import Missing
from rules.permissions import Action
from ui import (
    dispute_ends,
    dispute_list,
    dispute_pairs,
    dispute_progress,
    dispute_view,
    evaluation_banner,
    evaluation_list,
    forms,
    signin,
    store,
)

actor = signin.actor()
today = store.today()
dispute_list.moved()
number = st.query_params.get("dispute", "")


def _draw(file: DisputeFile) -> None:
    dispute_view.heading(file)
    dispute_view.merged(file)
    if actor.may(Action.SEE_EVALUATIONS):
        evaluation_list.links(file.number)
        evaluation_banner.of_dispute(file.id)
    standing = file.state is not DisputeState.MERGED
    works = standing and actor.may(Action.RECORD_DISPUTE)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        dispute_view.facts(file, actor)
        dispute_view.duty(file)
        dispute_view.people(file, actor)
        dispute_pairs.decided(file.number, file.id, may_undo=file.seat.takes(Hand.REVIEW))
    with right:
        if works:
            dispute_progress.next_step(file)
            dispute_progress.grading(file)
            dispute_ends.papers(file)
            dispute_ends.ending(file, actor, today=today)
            dispute_ends.case(file, actor)
        dispute_view.story(file)
        if works:
            dispute_progress.entry(file, today=today)


def _opened() -> None:
    dispute_list.back_link()
    try:
        with store.reading() as session:
            file = dispute_file.dispute_file(session, number, today=today)
    except Missing as refusal:
        st.title("矛盾纠纷")
        st.error(forms.plain(str(refusal)))
        return
    _draw(file)


def _asked() -> None:
    st.title("矛盾纠纷")
    st.info("请从纠纷台账里打开一件，或在下面输入编号。")
    with st.form("open_dispute", border=False, width=480):
        wanted = st.text_input("纠纷编号", key="wanted_dispute")
        if st.form_submit_button("打开", type="primary") and wanted:
            st.query_params["dispute"] = wanted.strip()
            st.rerun()


if number:
    _opened()
else:
    _asked()
