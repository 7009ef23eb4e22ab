"""Who brought a matter or came to a leader: masked, in clear for a minute for a reason."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st
from sqlalchemy.orm import Session

from db.queries import office
from rules.errors import RuleError
from rules.people import Person, PersonEdit
from rules.permissions import Action, Actor
from ui import forms, store

_EDITING = "_editing_people"


@dataclass(frozen=True, slots=True)
class Whose:
    """What people belong to, what they are called there, and the commands that write them.

    `reveal` takes the session, the id and reason=; `edit` the session, the id, the edits,
    version=, today= and now=.
    """

    number: str
    id: int
    version: int
    label: str
    people: Sequence[Person]
    may_edit: bool
    reveal: Callable[..., list[Person]]
    edit: Callable[..., None]


def show(file: Whose, actor: Actor) -> None:
    """Draw the people; what was revealed is gone when its time is up."""
    st.subheader(file.label)
    if file.may_edit and st.session_state.get(_EDITING) == file.number:
        _form(file)
        return
    if not file.people:
        st.caption("未登记（匿名）")
        _edit_button(file)
        return
    revealed = st.session_state.get("_revealed")
    if revealed and revealed["of"] == file.number and revealed["until"] > time.monotonic():
        _revealed(file.number)
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
    _edit_button(file)


def _edit_button(file: Whose) -> None:
    if file.may_edit and st.button(
        f"补充或更正{file.label}", key="edit_people", type="tertiary", icon=":material/person_edit:"
    ):
        st.session_state[_EDITING] = file.number
        st.rerun()


def _form(file: Whose) -> None:
    """Draw a field for everything known of each petitioner, and room for one more."""
    record, first = f"people-{file.number}", f"person_{file.id}_0_name"
    version = forms.pinned_version(record, file.version, field=first)
    with st.form(f"people_{file.id}"):
        st.caption("留空的不改动。代表最多 5 人（以参数为准）；身份证号不登记。")
        edits = [_person(file, place) for place in range(len(file.people) + 1)]
        with st.container(horizontal=True):
            saved = st.form_submit_button(f"保存{file.label}", type="primary")
            left = st.form_submit_button("不改了")
    if left:
        _leave(record)
        st.rerun()
    if saved:

        def work(session: Session) -> None:
            today, now = store.today(), store.now()
            file.edit(session, file.id, edits, version=version, today=today, now=now)

        message = f"{file.label}已保存"
        forms.save(work, record=record, refilled={_EDITING: None}, message=message)


def _person(file: Whose, place: int) -> PersonEdit:
    key = f"person_{file.id}_{place}"
    known = file.people[place] if place < len(file.people) else None
    kept = "（不变请留空）"
    st.markdown(f"**第 {place + 1} 人**" if known else "**再添一人**")
    left, right = st.columns(2)
    name = left.text_input(
        "姓名", key=f"{key}_name", max_chars=60, placeholder=f"{known.name}{kept}" if known else ""
    )
    phone = right.text_input(
        "电话",
        key=f"{key}_phone",
        max_chars=30,
        placeholder=f"{known.phone}{kept}" if known and known.phone else "",
    )
    address = st.text_input(
        "住址（到村、社区为止）",
        key=f"{key}_address",
        max_chars=100,
        placeholder=f"{known.address}{kept}" if known and known.address else "",
    )
    with st.container(horizontal=True):
        representative = st.checkbox(
            "推选的代表",
            value=bool(known and known.representative),
            key=f"{key}_representative",
        )
        removed = bool(known) and st.checkbox("去掉此人", key=f"{key}_removed")
    return PersonEdit(name or "", phone or "", address or "", representative, removed)


def _leave(record: str) -> None:
    forms.unpin(record)
    st.session_state.pop(_EDITING, None)


def _reveal(file: Whose, reason: str) -> None:
    try:
        with store.writing() as session:
            people = file.reveal(session, file.id, reason=reason)
            seconds = office.parameter(session, "reveal_seconds", on=store.today())
    except RuleError as refusal:
        forms.show_refusal(refusal)
        return
    until = time.monotonic() + int(str(seconds))
    st.session_state["_revealed"] = {"of": file.number, "people": people, "until": until}
    st.rerun()


@st.fragment(run_every=1)
def _revealed(number: str) -> None:
    revealed = st.session_state.get("_revealed")
    left = revealed["until"] - time.monotonic() if revealed and revealed["of"] == number else 0
    if left <= 0:
        st.session_state.pop("_revealed", None)
        st.rerun()
    assert revealed is not None
    _list(revealed["people"])
    st.caption(f"{left:.0f} 秒后自动隐藏")


def _list(people: Sequence[Person]) -> None:
    for person in people:
        parts = [
            person.name,
            "（代表）" if person.representative else "",
            person.phone,
            person.address,
        ]
        st.text("  ".join(part for part in parts if part))
