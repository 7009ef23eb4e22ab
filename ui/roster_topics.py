"""Matters booked for a day of reception, by their class: what a roster fits to its leaders' fields."""

import streamlit as st

from db.commands import rosters as commands
from rules.roster_words import day
from ui import forms, store
from ui.options import options
from ui.roster_file import RosterFile


def draw(key: str, file: RosterFile) -> None:
    """List what is booked in the days of a roster, and draw the form that books more."""
    st.caption("登记某天已预约来访的事项类别，自动排班时尽量安排分管的领导。只记类别，不记姓名。")
    names = options().code_names
    on = st.date_input(
        "日期",
        value=file.roster.first_on,
        min_value=file.roster.first_on,
        max_value=file.roster.last_on,
        format="YYYY-MM-DD",
        key="topic_on",
    )
    code_id = forms.choose("内容分类", names, key="topic_code", empty="请选择")
    note = st.text_input("说明", key="topic_note", max_chars=100)
    if st.button("添加", type="primary", key="topic_add", disabled=code_id is None):
        chosen = code_id or 0
        forms.save(
            lambda session: commands.book_topic(
                session, held_on=on, code_id=chosen, note=note, now=store.now()
            ),
            refilled={"topic_note": ""},
            message="已添加预约议题",
        )
    for topic in file.topics:
        with st.container(horizontal=True, vertical_alignment="center"):
            words = f"{day(topic.held_on)} {names.get(topic.code_id, '')} {topic.note}"
            st.markdown(forms.plain(words), width="stretch")
            if st.button("删除", key=f"topic_drop-{topic.id}"):
                _drop(topic.id)


def _drop(topic_id: int) -> None:
    forms.save(lambda session: commands.drop_topic(session, topic_id), message="已删除")
