"""一次会议: it opens with last time's decisions, and takes down who came and what is decided."""

import streamlit as st

from db.queries import meetings
from db.queries.meetings import MeetingFile
from rules.errors import Missing
from rules.permissions import Action
from ui import decision_capture, forms, meeting_papers, meeting_view, signin, slides_edit, store

actor = signin.actor()
today = store.today()
number = st.query_params.get("meeting", "")


def _draw(file: MeetingFile) -> None:
    editable = actor.may(Action.MANAGE_MEETINGS) and file.issued_at is None
    meeting_view.heading(file, actor)
    if not actor.may(Action.MANAGE_MEETINGS):
        _meeting(file, editable=editable)
        return
    meeting, wall = st.tabs(["会议", "投屏"], on_change="rerun", key="meeting_tab")
    if wall.open:
        with wall:
            slides_edit.draw(file, editable=editable)
    else:
        with meeting:
            _meeting(file, editable=editable)


def _meeting(file: MeetingFile, *, editable: bool) -> None:
    left, right = st.columns(2, gap="medium")
    with right:
        item_id = meeting_view.agenda(file, editable=editable, today=today)
        meeting_view.attendance(file, editable=editable)
        meeting_papers.papers(file, actor, today=today)
    with left:
        meeting_view.opening(file)
        if editable and file.opened_at is not None:
            decision_capture.draw(file, item_id)
        decision_capture.made(file, editable=editable)


def _opened() -> None:
    st.page_link("pages/review/meetings.py", label="返回会议", icon=":material/arrow_back:")
    try:
        with store.reading() as session:
            file = meetings.meeting_file(session, number, today=today)
    except Missing as refusal:
        st.title("会议")
        st.error(forms.plain(str(refusal)))
        return
    _draw(file)


if number:
    _opened()
else:
    st.title("会议")
    st.info("请从“会议”里打开一次。")
    st.page_link("pages/review/meetings.py", label="会议")
