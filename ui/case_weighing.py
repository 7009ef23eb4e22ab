"""Two people's changes of a case, weighed field by field: mine, theirs, and which it shall be."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from db.commands import cases as commands
from db.engine import StoreAway
from db.queries import case_file
from db.queries.case_file import CaseFile
from rules import cases as rules
from rules.cases import FIELDS, QUALIFIERS, Kind
from rules.errors import Conflict, FieldConflict, RuleError
from ui import forms, store
from ui.options import options


def close(record: str) -> None:
    """Let go of the form of a record: its pin, what it was filled with, and what is weighed."""
    forms.unpin(record)
    for key in ("editing", "_conflict", f"base:{record}"):
        st.session_state.pop(key, None)


def weigh(file: CaseFile, conflict: dict[str, Any]) -> None:
    """Show mine beside theirs where both changed a field; what only I changed is taken as mine."""
    st.warning(forms.plain(conflict["message"]))
    fields: tuple[FieldConflict, ...] = conflict["fields"]
    both = [field for field in fields if not field.mine_only]
    with st.form(f"weigh_{file.id}"):
        if both:
            st.caption("您填写的内容没有丢失。下面几项别人也改了，请逐项选定再保存。")
        for field in both:
            _choice(field)
        if own := [FIELDS[field.field].label for field in fields if field.mine_only]:
            st.caption(f"只有您改过、将按您的保存：{'、'.join(own)}")
        if not fields:
            st.caption("两边改的内容相同，直接保存即可。")
        with st.container(horizontal=True):
            saved = st.form_submit_button("按所选保存", type="primary", shortcut="Ctrl+Enter")
            left = st.form_submit_button("放弃我的修改")
    if left:
        close(conflict["record"])
        st.rerun()
    if saved:
        dropped = {f.field for f in both if st.session_state.get(f"weigh_{f.field}") == "theirs"}
        dropped |= {QUALIFIERS[name] for name in dropped if name in QUALIFIERS}
        mine = {n: v for n, v in conflict["mine"].items() if n not in dropped}
        _save_weighed(file, conflict, mine)


def _choice(field: FieldConflict) -> None:
    """Draw one field: mine on the left, theirs on the right, and which it shall be."""
    st.markdown(f"**{FIELDS[field.field].label}**")
    mine, theirs = st.columns(2)
    with mine.container(border=True):
        st.caption("我的")
        st.text(_shown(field.field, field.mine))
    with theirs.container(border=True):
        st.caption("他人刚保存的")
        st.text(_shown(field.field, field.theirs))
    st.radio(
        f"{FIELDS[field.field].label}用哪一个",
        ("mine", "theirs"),
        key=f"weigh_{field.field}",
        format_func={"mine": "用我的", "theirs": "用他人的"}.__getitem__,
        horizontal=True,
        label_visibility="collapsed",
        persist_state="page",
    )


def _save_weighed(file: CaseFile, conflict: dict[str, Any], mine: Mapping[str, Any]) -> None:
    # What was weighed against: not the newest, which a third may have saved meanwhile.
    weighed = {**conflict["mine"], **{f.field: f.theirs for f in conflict["fields"]}}
    try:
        with store.writing() as session:
            commands.change_case(
                session,
                file.id,
                mine,
                base=weighed,
                version=conflict["version"],
                today=store.today(),
                now=store.now(),
            )
    except Conflict as again:
        conflict |= {"message": str(again), "fields": again.fields, "version": again.version}
        st.rerun()
    except RuleError as refusal:
        forms.show_refusal(refusal)
    except StoreAway as away:
        forms.show_refusal(RuleError(f"没有保存：{away}。您的选择还在"))
    else:
        close(conflict["record"])
        forms.flash("已按所选保存")
        st.rerun()


def _shown(name: str, value: Any) -> str:
    offered, field = options(), FIELDS[name]
    names = {
        Kind.UNIT: offered.unit_names,
        Kind.CODE: offered.code_names,
        Kind.LEADER: offered.leader_names,
    }.get(field.kind)
    if value in (None, ""):
        return "（空）"
    if names is not None:
        return names.get(value, f"#{value}")
    if field.kind is Kind.MONEY:
        return rules.shown_money(value)
    if field.kind is Kind.CASE:
        with store.reading() as session:
            return case_file.number_of(session, value) or f"#{value}"
    if field.kind is Kind.FLAG:
        return "是" if value else "否"
    text = value.label if field.term else str(value)
    return text if len(text) <= 200 else f"{text[:200]}…"
