"""第三方评价: one evaluation with its run book, its conditions, its panel and its notice."""

import streamlit as st

from db.queries import evaluation_outcomes, evaluations
from db.queries.evaluation_outcomes import OutcomeFile
from db.queries.evaluations import EvaluationFile
from rules.errors import Missing
from rules.evaluation_steps import DROPPED, JUDGED
from rules.evaluation_terms import EvaluationState
from rules.permissions import Action
from ui import (
    evaluation_meeting,
    evaluation_opinion,
    evaluation_panel,
    evaluation_view,
    forms,
    signin,
    store,
)

actor = signin.actor()
number = st.query_params.get("evaluation", "")
_MET = {EvaluationState.NOTICED, EvaluationState.MEETING, EvaluationState.VOTING} | JUDGED


def _draw(file: EvaluationFile) -> None:
    evaluation_view.heading(file)
    manages = actor.may(Action.MANAGE_EVALUATIONS)
    formed = file.state not in DROPPED | {EvaluationState.APPLIED}
    left, right = st.columns([3, 2], gap="medium")
    with left:
        evaluation_view.facts(file)
        outcome = _outcome(file)
        if outcome is not None:
            evaluation_opinion.draw(file, outcome, actor)
        evaluation_view.conditions(file, actor)
        if formed:
            evaluation_panel.draw(file, actor)
    with right:
        if manages:
            evaluation_view.judging(file)
        evaluation_view.letter(file)
        evaluation_meeting.notices(file, actor)
        if manages and file.state in _MET:
            st.page_link(
                "pages/evaluations/meeting.py",
                label="评价会：签到、开会、投屏",
                icon=":material/record_voice_over:",
                query_params={"evaluation": file.number},
            )
        evaluation_view.book(file)
        if actor.may(Action.APPLY_EVALUATION):
            evaluation_view.withdrawing(file, actor)
        evaluation_view.history(file)


def _outcome(file: EvaluationFile) -> OutcomeFile | None:
    if file.state not in JUDGED:
        return None
    with store.reading() as session:
        return evaluation_outcomes.outcome_file(session, file.id, today=store.today())


def _opened() -> None:
    st.page_link("pages/evaluations/list.py", label="返回评价事项", icon=":material/arrow_back:")
    try:
        with store.reading() as session:
            file = evaluations.evaluation_file(
                session, number, today=store.today(), now=store.now()
            )
    except Missing as refusal:
        st.title("第三方评价")
        st.error(forms.plain(str(refusal)))
        return
    _draw(file)


def _asked() -> None:
    st.title("第三方评价")
    st.info("请从评价事项里打开一件，或在下面输入编号。")
    with st.form("open_evaluation", border=False, width=480):
        wanted = st.text_input("评价编号", key="wanted_evaluation")
        if st.form_submit_button("打开", type="primary") and wanted:
            st.query_params["evaluation"] = wanted.strip()
            st.rerun()


if number:
    _opened()
else:
    _asked()
