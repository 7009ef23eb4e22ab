"""The head and the facts of a case, shown as words; nothing typed here."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from db.commands import petitioners
from db.queries.case_file import CaseFile
from db.queries.resemblance import Reference
from rules import cases as rules
from rules.cases import FIELDS, QUALIFIERS, Kind
from rules.permissions import Action, Actor
from rules.terms import CaseState
from ui import forms, hotspot_links, people_box, store, tables, visit_table

_COLOURS = {
    CaseState.RECEIVED: "orange",
    CaseState.REGISTERED: "orange",
    CaseState.FORWARDED: "blue",
    CaseState.ACCEPTED: "blue",
    CaseState.ANSWERED: "green",
    CaseState.CLOSED: "gray",
    CaseState.RETURNED: "orange",
    CaseState.DISPUTED: "orange",
    CaseState.IN_REVIEW: "blue",
    CaseState.REVIEWED: "green",
    CaseState.IN_RECHECK: "blue",
    CaseState.FINAL: "green",
    CaseState.DECLINED: "gray",
    CaseState.SIGNED_OFF: "gray",
    CaseState.MERGED: "gray",
}

# The groups of the page; what is empty is left out, save what should have been filled.
_GROUPS = {
    "基本情况": [
        "channel",
        "purpose",
        "route",
        "simple",
        "code_id",
        "place",
        "people",
        "amount_fen",
        "repeat",
        "source_number",
    ],
    "责任": [
        "township_id",
        "unit_id",
        "first_unit_id",
        "first_person",
        "handler",
        "lead_id",
        "cause",
    ],
}
_WANTED = frozenset({"code_id", "township_id", "unit_id"})


def heading(file: CaseFile, marks: Sequence[tuple[str, str]]) -> None:
    """Draw number, title, state and marks, each with its colour."""
    st.title(forms.plain(str(file.values["title"])))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(file.state.label, color=_COLOURS[file.state])  # type: ignore[arg-type]
        for flag in file.flags:
            st.badge(flag.label, color="red")
        for words, colour in marks:
            st.badge(forms.plain(words), color=colour)  # type: ignore[arg-type]
        changed = f"{store.local(file.updated_at):%Y-%m-%d %H:%M}"
        st.caption(f"编号 {file.number} · 最近更新 {changed}")


def resemblance(file: CaseFile, actor: Actor) -> None:
    """Show what it was merged into, may repeat or repeats, and what does so of it.

    From each the office comes to both side by side, where it decides.
    """
    told = [
        ("疑似与下面这件重复，请对照后认定：", [file.suspect_of] if file.suspect_of else []),
        ("下面的疑似与本件重复，请对照后认定：", file.suspected_by),
        ("本件重复于：", [file.repeat_of] if file.repeat_of else []),
        ("后来重复反映：", file.repeated_by),
        ("并入本件的，经过和附件列在本件“经过”里：", file.merged),
    ]
    if file.state is CaseState.MERGED:
        st.warning("本件已并案，只供查阅：编号保留，不再办理、计时和计数。")
        told = [("保留的是：", [file.kept] if file.kept else [])]
    for words, references in told:
        if references:
            st.caption(words)
        for reference in references:
            _reference(file, reference, actor)
    if file.together:
        others = "、".join(n for n in file.together.numbers if n != file.number)
        count = len(file.together.numbers)
        st.caption(f"同一事项多人：共 {count} 件、{file.together.people} 人。另见 {others}")


def _reference(file: CaseFile, reference: Reference, actor: Actor) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.page_link(
            "pages/cases/detail.py",
            label=forms.plain(
                f"{reference.number} {reference.title}"
                f"（{reference.received_on} 收到，{reference.state.label}）"
            ),
            query_params={"case": reference.number},
        )
        if actor.may(Action.EDIT_CASE):
            st.page_link(
                "pages/cases/duplicates.py",
                label="并排对照",
                icon=":material/compare:",
                query_params={"one": file.number, "other": reference.number},
            )


def facts(file: CaseFile, actor: Actor) -> None:
    """Draw its hotspots and receptions, who brought it, the groups of facts, the dates and the texts."""
    hotspot_links.draw(file, actor)
    if actor.may(Action.SEE_RECEPTIONS):
        visit_table.of_case(file.id)
    left, right = st.columns(2)
    with left:
        _table(file, "基本情况", _GROUPS["基本情况"])
    with right:
        people_box.show(_petitioners(file, actor), actor)
        _table(file, "责任", _GROUPS["责任"])
        _table(file, "日期", [f.name for f in FIELDS.values() if f.kind is Kind.DATE])
    for name in ("content", "answer", "remark"):
        if text := str(file.values[name] or ""):
            st.subheader(FIELDS[name].label)
            st.text(text)


def _petitioners(file: CaseFile, actor: Actor) -> people_box.Whose:
    return people_box.Whose(
        number=file.number,
        id=file.id,
        version=file.version,
        label="信访人",
        people=file.people,
        may_edit=actor.may(Action.EDIT_CASE) and file.state is not CaseState.MERGED,
        reveal=petitioners.reveal_people,
        edit=petitioners.edit_people,
    )


def _table(file: CaseFile, title: str, names: Sequence[str]) -> None:
    st.subheader(title)
    said = {FIELDS[n].label: shown(file, n) for n in names if shown(file, n) or n in _WANTED}
    first = file.names["first_lead_id"]
    if "lead_id" in names and first != file.names["lead_id"]:
        said["首接领导"] = first
    tables.facts_table({label: text or "（未填）" for label, text in said.items()})


def shown(file: CaseFile, name: str) -> str:
    """Show one field of a case in words, as exactly as it is known."""
    return said(file.values, file.names, name)


def said(values: Mapping[str, Any], names: Mapping[str, str], name: str) -> str:
    """Show one of the fields of a case, registered or not, in words; `names` are those of ids."""
    value, field = values.get(name), FIELDS[name]
    qualifier = values.get(QUALIFIERS.get(name, ""))
    if name in names:
        return names[name]
    if value is None:
        return ""
    match field.kind:
        case Kind.DATE:
            return rules.shown_date(value, qualifier)
        case Kind.MONEY:
            return rules.shown_money(value, approx=bool(qualifier))
        case Kind.COUNT:
            return rules.shown_count(value, approx=bool(qualifier))
        case Kind.TERM:
            return value.label if value else ""
        case Kind.FLAG:
            return "是" if value else ""
    return str(value or "")
