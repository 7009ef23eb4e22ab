"""What the leader decided on a visit, written in one form that opens or joins the case as well."""

from datetime import timedelta
from functools import partial
from typing import Any

import streamlit as st
from sqlalchemy.orm import Session

from db.commands import visit_decisions as commands
from db.commands.visit_decisions import Matter
from db.queries import cases, office, resemblance
from db.queries.case_filters import CaseFilter
from db.queries.visits import VisitFile
from rules.permissions import Action, Actor
from rules.reception_terms import VisitOutcome
from rules.visits import DECIDED
from ui import forms, store, visit_forms
from ui.visit_forms import key_of, widget

OPENED = "visit_outcome"
_NEW, _JOIN, _NONE = "登记为新案件", "关联已有案件", "暂不立案"
_BINDING = (VisitOutcome.HANDED, VisitOutcome.LED)


def form(file: VisitFile, actor: Actor, key: str) -> None:
    """Draw the decision; a limit is proposed where one is needed and none is set."""
    record = f"visit-outcome-{file.row.id}"
    version, base = visit_forms.fill(file, DECIDED, record=record)
    widget(file, "outcome")
    outcome = st.session_state.get(key_of(file, "outcome"))
    widget(file, "instruction", placeholder="一字不改地照录；以后修改会留下原文和修改人")
    left, right = st.columns(2)
    with left:
        widget(file, "unit_id")
        widget(file, "handler")
    with right:
        widget(file, "co_units")
        if outcome in _BINDING:
            _limit(file)
    matter = _matter(file, actor, outcome) if file.row.standing is None else Matter()
    with st.expander("办理结果、满意度、回访（以后再填也可以）"):
        widget(file, "result")
        left, right = st.columns(2)
        with left:
            widget(file, "closed_on")
        with right:
            widget(file, "satisfaction")
        widget(file, "called_back")
    if not st.button("保存处理意见", type="primary", key="visit_decide", shortcut="Ctrl+Enter"):
        return
    values = visit_forms.given(file, DECIDED)
    if outcome not in _BINDING:
        # A limit belongs to what is handed on; what was answered has none.
        values["due_on"] = None
    work = partial(
        commands.decide,
        visit_id=file.row.id,
        values=visit_forms.changed(values, base),
        matter=matter,
        base=base,
        version=version,
        today=store.today(),
        now=store.now(),
    )
    visit_forms.save(
        work,
        record=record,
        closes=key,
        message=lambda number: f"处理意见已保存，案件 {number}" if number else "处理意见已保存",
    )


def _limit(file: VisitFile) -> None:
    key = key_of(file, "due_on")
    if st.session_state.get(key) is None:
        with store.reading() as session:
            days = office.parameter(session, "reception_answer_days", on=file.row.received_on)
        assert isinstance(days, int)
        begins = max(file.row.received_on, store.today())
        st.session_state[key] = begins + timedelta(days=days)
    widget(file, "due_on")


def _matter(file: VisitFile, actor: Actor, outcome: Any) -> Matter:
    """Ask what becomes of the matter: the office opens cases, a leader leaves it to it."""
    if not actor.may(Action.REGISTER):
        if outcome in _BINDING:
            st.caption("保存后由联席办立案交办。")
        return Matter()
    choices = [_NEW, _JOIN] if outcome in _BINDING else [_NONE, _NEW, _JOIN]
    chosen = st.radio("案件", choices, key=f"visit_matter_{outcome}", horizontal=True)
    likely = _likely(file)
    if chosen == _NEW:
        if likely:
            st.caption(f"与 {likely[0].number} 相近，登记后会做“疑似重复”标记。")
        return Matter(opens=True, suspect_of=likely[0].id if likely else None)
    if chosen == _JOIN:
        return Matter(case_id=_joined(likely))
    return Matter()


def _likely(file: VisitFile) -> list[resemblance.Reference]:
    def look(session: Session) -> list[resemblance.Reference]:
        percent = office.parameter(session, "duplicate_percent", on=store.today())
        return resemblance.likely_duplicates(
            session,
            title=file.row.title,
            person="",
            township_id=file.values["township_id"],
            today=store.today(),
            percent=int(str(percent)),
        )

    return store.kept("visit_likely", file.row.id, look)


def _joined(likely: list[resemblance.Reference]) -> int | None:
    """Ask for the case: found by its number or words, else one of the likely."""
    term = st.text_input(
        "找案件（编号或几个词）", key="visit_find", placeholder="不填则列出相近的案件"
    )
    if term and term.strip():
        with store.reading() as session:
            rows = cases.register_page(session, CaseFilter(term=term))[:8]
        found = {row.id: f"{row.number} {row.title}" for row in rows}
    else:
        found = {each.id: f"{each.number} {each.title}" for each in likely}
    if not found:
        st.caption("没有找到。请换几个词，或改为登记新案件。")
        return None
    return st.radio(
        "选一件", list(found), format_func=lambda i: forms.plain(found[i]), key="visit_joined"
    )
