"""Reception on the home page: whose turn it is today, when a leader's own comes, what is left to note."""

from collections.abc import Sequence

import streamlit as st
from sqlalchemy.orm import Session

from db.queries import visit_lists, visits
from db.queries.visit_lists import VisitFilter, VisitList
from db.queries.visits import DayTurn
from rules.permissions import Action, Actor
from rules.reception_terms import TurnState
from rules.roster_words import day
from ui import forms, store

_LATE = VisitFilter(wanted=VisitList.LATE)
_Found = tuple[Sequence[DayTurn], DayTurn | None, int, int]


def draw(actor: Actor) -> None:
    """Tell a leader his next reception, and the office who receives today; others nothing."""
    plans = actor.may(Action.ROSTER)
    if not plans and actor.leader_id is None:
        return
    today = store.today()

    def read(session: Session) -> _Found:
        own = visits.next_turn(session, actor.leader_id, today=today) if actor.leader_id else None
        left = visits.unrecorded(session, today=today) if plans else 0
        late = visit_lists.count(session, _LATE, today=today) if plans else 0
        return visits.turns(session, today), own, left, late

    turns, own, unrecorded, late = store.kept("reception_today", today, read)
    with st.container(border=True, gap="xsmall"):
        if actor.leader_id is not None:
            _own(own)
        if plans:
            _today(turns, unrecorded, late)


def line(turn: DayTurn) -> str:
    """Say who receives on a turn, for whom, when, where and with whom, as Markdown."""
    who = f"{turn.leader}（{turn.post}）" if turn.post else turn.leader
    who += f"，代替 {turn.stands_in_for}" if turn.stands_in_for else ""
    return f"**{forms.plain(who)}** · {forms.plain(_where(turn))}"


def _where(turn: DayTurn) -> str:
    parts = [turn.hours, turn.place, turn.kind.label, turn.state.label]
    parts.append(f"陪同：{turn.companions}" if turn.companions else "")
    return " · ".join(filter(None, parts))


def _own(turn: DayTurn | None) -> None:
    if turn is None:
        st.markdown("**您的下一次接访**：近期没有排到您。")
        return
    when = "今天" if turn.on == store.today() else day(turn.on)
    stands_in = f" · 代替 {turn.stands_in_for}" if turn.stands_in_for else ""
    st.markdown(f"**您的下一次接访：{when}** · {forms.plain(_where(turn) + stands_in)}")
    st.page_link("pages/receptions/roster.py", label="看排班", icon=":material/event_note:")


def _today(turns: Sequence[DayTurn], unrecorded: int, late: int) -> None:
    if not turns:
        st.markdown("**今天接访**：没有排班。")
    for turn in turns:
        st.markdown(f"**今天接访**：{line(turn)}")
    if any(turn.state is not TurnState.MISSED for turn in turns):
        st.page_link("pages/receptions/desk.py", label="登记来访", icon=":material/how_to_reg:")
    if unrecorded:
        st.page_link(
            "pages/receptions/roster.py",
            label=f"近一个月有 {unrecorded} 个班次没有登记实到",
            icon=":material/event_note:",
        )
    if late:
        st.page_link(
            "pages/receptions/visits.py",
            label=f"有 {late} 批来访超期未落实",
            icon=":material/running_with_errors:",
            query_params={"v_wanted": VisitList.LATE.label},
        )
