"""Recording a leader's visit to a contact point or among the people, and correcting one."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from db.commands import contacts as commands
from db.queries.contacts import ContactRow
from rules.permissions import Actor
from rules.reception_terms import ContactKind
from ui import forms, store
from ui.options import options


def add(key: str, actor: Actor) -> None:
    """Draw the form of another visit in its drawer; a leader records his own."""
    defaults: dict[str, Any] = {"kind": ContactKind.CONTACT, "visited_on": store.today()}
    if not actor.sees_all_cases:
        defaults["leader_id"] = actor.leader_id
    for name, value in defaults.items():
        st.session_state.setdefault(f"contact_{name}", value)
    if _form("add_contact", "", actor, {}):
        given = _typed("")
        forms.save(
            lambda session: commands.add_visit(
                session, given, today=store.today(), now=store.now()
            ),
            refilled={key: False},
            message=f"已登记：{given['visited_on']} 的{given['kind'].label}",
        )


def change(key: str, rows: Sequence[ContactRow], actor: Actor) -> None:
    """Draw the form that corrects one of the visits, or takes it out."""
    labels = {row.id: f"{row.visited_on} {row.leader} {row.unit}" for row in rows}
    chosen = forms.choose("走访记录", labels, key="contact")
    row = next((row for row in rows if row.id == chosen), rows[0])
    record, at = f"contact-{row.id}", f"-{row.id}"
    values = {f"contact_{name}{at}": getattr(row, name) for name in commands.FIELDS}
    version = forms.filled(record, row.version, values)
    if _form(f"change_contact{at}", at, actor, {row.leader_id: row.leader}):
        given = _typed(at)
        forms.save(
            lambda session: commands.change_visit(
                session, row.id, given, version=version, today=store.today()
            ),
            record=record,
            refilled={key: False},
        )
    if st.button("删除这条走访", key=f"contact_drop{at}"):
        forms.save(
            lambda session: commands.remove_visit(session, row.id, version=version),
            record=record,
            refilled={key: False},
            message=f"已删除：{labels[row.id]}",
        )


def _form(form: str, at: str, actor: Actor, former: Mapping[int, str]) -> bool:
    offered = options()
    leaders = {**former, **offered.leader_names}
    if not actor.sees_all_cases:
        leaders = {key: name for key, name in leaders.items() if key == actor.leader_id}
    with st.form(form, border=False):
        forms.choose("领导", leaders, key=f"contact_leader_id{at}", empty="请选择")
        st.radio(
            "类别",
            list(ContactKind),
            format_func=lambda kind: kind.label,
            key=f"contact_kind{at}",
            horizontal=True,
        )
        forms.choose(
            "走访的乡镇、单位或村",
            offered.unit_choices,
            key=f"contact_unit_id{at}",
            empty="请选择",
        )
        first, second = st.columns(2)
        with first:
            forms.date_input("日期", key=f"contact_visited_on{at}")
        second.number_input("解决问题（个）", 0, 999, key=f"contact_solved{at}")
        st.text_area(
            "走访情况",
            key=f"contact_note{at}",
            height=140,
            placeholder="看了什么、督导了什么、解决了什么（不写群众姓名、电话）",
        )
        return st.form_submit_button("保存" if at else "登记", type="primary", key=f"{form}_submit")


def _typed(at: str) -> dict[str, Any]:
    return {name: st.session_state.get(f"contact_{name}{at}") for name in commands.FIELDS}
