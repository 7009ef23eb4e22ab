"""Who brought a case: masked, and in clear for a minute to whoever gives a reason."""

import time

import streamlit as st

from db.commands import cases as commands
from db.queries import office
from db.queries.case_file import CaseFile
from rules.errors import RuleError
from rules.people import Person
from rules.permissions import Action, Actor
from ui import forms, store


def show(file: CaseFile, actor: Actor) -> None:
    """Draw the petitioners; what was revealed is gone when its time is up."""
    st.subheader("信访人")
    if not file.people:
        st.caption("未登记（匿名）")
        return
    revealed = st.session_state.get("_revealed")
    if revealed and revealed["case"] == file.id and revealed["until"] > time.monotonic():
        _revealed(file.id)
        return
    st.session_state.pop("_revealed", None)
    masked, look = st.columns([3, 2], vertical_alignment="center")
    with masked:
        _list(file.people)
    if actor.may(Action.REVEAL):
        with (
            look.popover("查看姓名电话", icon=":material/visibility:", type="tertiary"),
            st.form("reveal", border=False),
        ):
            reason = st.text_input(
                "查看理由（记入审计）", key="reveal_reason", placeholder="如：电话回访"
            )
            if st.form_submit_button("查看", type="primary"):
                _reveal(file, reason or "")


def _reveal(file: CaseFile, reason: str) -> None:
    try:
        with store.writing() as session:
            people = commands.reveal_people(session, file.id, reason=reason)
            seconds = office.parameter(session, "reveal_seconds", on=store.today())
    except RuleError as refusal:
        forms.show_refusal(refusal)
        return
    until = time.monotonic() + int(str(seconds))
    st.session_state["_revealed"] = {"case": file.id, "people": people, "until": until}
    st.rerun()


@st.fragment(run_every=1)
def _revealed(case_id: int) -> None:
    revealed = st.session_state.get("_revealed")
    left = revealed["until"] - time.monotonic() if revealed and revealed["case"] == case_id else 0
    if left <= 0:
        st.session_state.pop("_revealed", None)
        st.rerun()
    assert revealed is not None
    _list(revealed["people"])
    st.caption(f"{left:.0f} 秒后自动隐藏")


def _list(people: tuple[Person, ...] | list[Person]) -> None:
    for person in people:
        parts = [
            person.name,
            "（代表）" if person.representative else "",
            person.phone,
            person.address,
        ]
        st.text("  ".join(part for part in parts if part))
