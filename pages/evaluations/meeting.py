"""评价会: attendance, the agenda and questions of one meeting, and its page for the wall."""

import streamlit as st

from db.queries import evaluations
from rules.errors import Missing
from ui import evaluation_meeting, forms, store

number = st.query_params.get("evaluation", "")


def _desk() -> None:
    st.title("评价会")
    if not number:
        st.info("请从评价事项里打开一件，公示以后从那里进入评价会。")
        return
    try:
        with store.reading() as session:
            file = evaluations.evaluation_file(
                session, number, today=store.today(), now=store.now()
            )
    except Missing as refusal:
        st.error(forms.plain(str(refusal)))
        return
    st.subheader(forms.plain(file.title))
    evaluation_meeting.desk(file)


if number and st.query_params.get("wall"):
    evaluation_meeting.wall(number)
else:
    _desk()
