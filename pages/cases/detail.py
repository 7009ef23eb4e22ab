"""案件: one matter with its facts, its dates and everything that happened; progress is added here."""

from collections.abc import Sequence

import streamlit as st

from db.queries import case_file
from db.queries.case_file import CaseFile, Event
from rules.errors import Missing
from rules.permissions import Action
from rules.terms import CaseState
from ui import (
    case_after,
    case_disputes,
    case_duty,
    case_edit,
    case_facts,
    case_procedure,
    case_progress,
    case_views,
    evaluation_banner,
    evaluation_list,
    forms,
    signin,
    store,
)

actor = signin.actor()
number = st.query_params.get("case", "")


def _asked() -> None:
    st.title("案件")
    st.info("请从案件登记簿里打开一件，或在下面输入编号。")
    with st.form("open_case", border=False, width=480):
        wanted = st.text_input("案件编号", key="wanted_number")
        if st.form_submit_button("打开", type="primary") and wanted:
            st.query_params["case"] = wanted.strip()
            st.rerun()


def _opened() -> None:
    try:
        file, events = store.kept("case", number, lambda session: case_file.opened(session, number))
    except Missing as refusal:
        st.title("案件")
        st.error(forms.plain(str(refusal)))
        case_views.back_link()
        return
    _case(file, events)


def _case(file: CaseFile, events: Sequence[Event]) -> None:
    # One that was merged is read here, and worked on where its matter is.
    standing = file.state is not CaseState.MERGED
    editing = (
        standing and actor.may(Action.EDIT_CASE) and st.session_state.get("editing") == file.number
    )
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        case_views.back_link()
        if standing and actor.may(Action.EDIT_CASE) and not editing:
            case_edit.button(file)
    course = case_procedure.course(file)
    case_facts.heading(file, case_procedure.marks(course))
    case_facts.resemblance(file, actor)
    if actor.may(Action.SEE_SWEEPS):
        case_disputes.links(file)
    if actor.may(Action.SEE_EVALUATIONS):
        evaluation_list.links(file.number)
        evaluation_banner.of_case(file, actor)

    part = "概况"
    if standing:
        part = st.segmented_control(
            "看什么",
            ["概况", "包案"],
            default="概况",
            required=True,
            key="part",
            label_visibility="collapsed",
        )
    facts, story = st.columns([3, 2], gap="medium")
    with facts:
        if editing:
            case_edit.form(file)
        elif part == "包案":
            case_duty.show(file, actor)
        else:
            case_procedure.clocks(file, course)
            case_facts.facts(file, actor)
    with story:
        if standing and actor.may(Action.HANDLE_CASE):
            case_procedure.next_step(file, course, actor)
        if standing:
            case_after.draw(file, events, actor)
        if standing and actor.may(Action.RECORD_PROGRESS):
            case_progress.form(file, events)
        case_progress.timeline(events)


if number:
    _opened()
else:
    _asked()
