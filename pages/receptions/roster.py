"""接访排班: make a roster that keeps the rule, edit it, publish it, and write down who came."""

from functools import partial

import streamlit as st

from db.queries import rosters as queries
from rules.errors import Missing
from rules.permissions import Action
from ui import (
    forms,
    roster_calendar,
    roster_choice,
    roster_file,
    roster_findings,
    roster_making,
    roster_publishing,
    roster_reading,
    roster_topics,
    roster_turns,
    signin,
    store,
    windows,
)
from ui.roster_file import RosterFile

plans = signin.actor().may(Action.ROSTER)


def _head() -> RosterFile | None:
    """Draw which roster it is and what may be begun; None where there is none."""
    found = store.kept("rosters", None, queries.rosters)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = roster_choice.choose(found) if found else None
        if plans:
            windows.opened("roster_new", "新建排班表", roster_choice.new)
            windows.opened("roster_read", "核对外来排班表", roster_reading.draw)
    if chosen is None:
        words = "请点“新建排班表”开始。" if plans else "联席办排好以后会显示在这里。"
        st.info(f"还没有排班表。{words}")
        return None
    try:
        return roster_file.opened(chosen)
    except Missing as refusal:
        st.error(forms.plain(str(refusal)))
        return None


def _planned(file: RosterFile) -> None:
    roster = file.roster
    with st.container(horizontal=True, vertical_alignment="center"):
        windows.opened(
            "roster_making",
            "自动排班",
            partial(
                roster_making.draw,
                roster=roster,
                turns=file.turns,
                basis=file.basis,
                beside=file.beside,
            ),
        )
        windows.opened("roster_topics", "预约议题", partial(roster_topics.draw, file=file))
        roster_choice.remove(roster)
    box = st.container()
    edited = roster_calendar.draw(roster, file.turns, file.basis)
    roster_calendar.save(roster, edited)
    with box:
        if edited.changes:
            st.caption(f"下面的核对包括未保存的 {len(edited.changes)} 处修改。")
        roster_findings.verdict(file.judged(edited.turns))


st.title("接访排班")
file = _head()
if file is not None:
    names = [*(["月历"] if plans else []), "班次", "核对", *(["公示"] if plans else [])]
    tabs = dict(zip(names, st.tabs(names), strict=True))
    if plans:
        with tabs["月历"]:
            _planned(file)
        with tabs["公示"]:
            roster_publishing.draw(file.roster, file.views)
    with tabs["班次"]:
        if plans:
            roster_turns.work(file.views, file.basis)
        roster_turns.listed(file.views)
    with tabs["核对"]:
        roster_findings.duties(file.judged(file.turns), file.basis)
        st.subheader("本年到这张排班表为止")
        roster_findings.burdens(file.year(file.turns), file.basis)
