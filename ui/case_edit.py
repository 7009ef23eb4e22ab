"""Editing a case: the form, and the screen that lets two people's changes be weighed."""

from collections.abc import Mapping
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from db.commands import cases as commands
from db.queries.case_file import CaseFile
from rules import cases as rules
from rules.cases import FIELDS, QUALIFIERS, Kind
from rules.cells import read_count, read_date, read_money
from rules.errors import Conflict, FieldConflict, Invalid, Problem, RuleError
from rules.masking import redact
from ui import forms, personal_numbers, store
from ui.options import Options, options

# What the form holds, group by group; who repeats whom is decided elsewhere on the page.
_GROUPS = {
    "事项": ["title", "content", "channel", "purpose", "code_id", "place", "source_number"],
    "责任": ["township_id", "unit_id", "first_unit_id", "first_person", "handler", "lead_id"],
    "情况": [
        "people",
        "amount_fen",
        "repeat",
        "cause",
        "legacy",
        "cross",
        "group",
        "lawsuit",
        "urgent",
    ],
    "日期(可写 11.22、2026-11-22、2026年11月上旬)": [
        field.name for field in FIELDS.values() if field.kind is Kind.DATE
    ],
    "答复与备注": ["answer", "remark"],
}
_WIDE = frozenset({"title", "content", "answer", "remark"})


def form(file: CaseFile) -> None:
    """Draw the form or, after a rival's save, the fields to be weighed."""
    conflict = st.session_state.get("_conflict")
    if conflict and conflict["case"] == file.id:
        _weigh(file, conflict)
        return
    offered = options()
    record = f"case-{file.id}"
    started = {f"edit_{name}": _typed(file, name) for names in _GROUPS.values() for name in names}
    version = forms.filled(record, file.version, started)
    base = st.session_state.setdefault(f"base:{record}", dict(file.values))
    with st.form("edit_case"):
        for title, names in _GROUPS.items():
            st.subheader(title)
            columns = st.columns(3)
            narrow = [name for name in names if name not in _WIDE]
            for name in names:
                place = st if name in _WIDE else columns[narrow.index(name) % 3]
                _widget(place, name, offered)  # type: ignore[arg-type]
        masked = st.checkbox(
            "正文里的身份证号、手机号、银行卡号保存时打码", value=True, key="edit_mask"
        )
        with st.container(horizontal=True):
            saved = st.form_submit_button("保存", type="primary", shortcut="Ctrl+Enter")
            left = st.form_submit_button("放弃修改")
    if left:
        _close(record)
        st.rerun()
    if saved:
        _save(file, record, base, version, masked=masked)


def _typed(file: CaseFile, name: str) -> Any:
    """What the widget of a field is filled with: texts for what is typed, else the value."""
    value, field = file.values[name], FIELDS[name]
    approx = "约" if file.values.get(QUALIFIERS.get(name, "")) is True else ""
    match field.kind:
        case Kind.DATE:
            return rules.shown_date(value, file.values.get(QUALIFIERS.get(name, "")))
        case Kind.COUNT:
            return f"{approx}{value}"
        case Kind.MONEY:
            return "" if value is None else f"{approx}{value / 100:.2f}".removesuffix(".00")
        case Kind.TEXT | Kind.LONG_TEXT:
            return value or ""
    return value


def _widget(place: DeltaGenerator, name: str, offered: Options) -> None:
    field, key = FIELDS[name], f"edit_{name}"
    match field.kind:
        case Kind.LONG_TEXT:
            place.text_area(field.label, key=key, height=160 if name == "content" else 90)
        case Kind.FLAG:
            place.checkbox(field.label, key=key)
        case Kind.UNIT | Kind.CODE | Kind.LEADER:
            ids, names = {
                "township_id": (offered.townships, offered.unit_names),
                "code_id": (offered.codes, offered.code_names),
                "lead_id": (offered.leaders, offered.leader_names),
            }.get(name, (offered.units, offered.unit_names))
            current = st.session_state.get(key)
            kept = (current,) if current is not None and current not in ids else ()
            place.selectbox(
                field.label,
                (*ids, *kept),
                index=None,
                key=key,
                format_func=forms.named(names, missing="(已停用)"),
                placeholder="输入名称筛选",
                filter_mode="contains",
            )
        case Kind.TERM:
            assert field.term is not None
            terms = tuple(field.term)
            place.selectbox(
                field.label,
                terms,
                index=None,
                key=key,
                format_func=lambda term: term.label,
                placeholder="请选择",
            )
        case _:
            place.text_input(field.label, key=key)


def _save(
    file: CaseFile, record: str, base: Mapping[str, Any], version: int, *, masked: bool
) -> None:
    try:
        values = _parsed()
        # Only what I changed: what a colleague saves meanwhile in other fields is his.
        mine = {name: value for name, value in values.items() if value != base.get(name)}
        texts = {
            n: v
            for n, v in mine.items()
            if FIELDS.get(n) and FIELDS[n].kind in (Kind.TEXT, Kind.LONG_TEXT)
        }
        found = personal_numbers.warnings_in(texts)
        if masked:
            mine |= {name: redact(text) for name, text in texts.items()}
        with store.writing() as session:
            commands.change_case(
                session,
                file.id,
                mine,
                base=base,
                version=version,
                today=store.today(),
                now=store.now(),
            )
    except Conflict as conflict:
        st.session_state["_conflict"] = {
            "case": file.id,
            "record": record,
            "message": str(conflict),
            "fields": conflict.fields,
            "version": conflict.version,
            "mine": mine,
        }
        st.rerun()
    except RuleError as refusal:
        forms.show_refusal(refusal)
    else:
        _close(record)
        forms.flash("已保存" + (";正文中的号码已打码" if masked and found else ""))
        st.rerun()


def _parsed() -> dict[str, Any]:
    """Read every widget back into values; raises Invalid naming each that cannot be read."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    today = store.today()
    for names in _GROUPS.values():
        for name in names:
            typed, field = st.session_state.get(f"edit_{name}"), FIELDS[name]
            if field.kind is Kind.DATE:
                on = read_date(typed, year=today.year, today=today) if typed else None
                values[name] = on.value if on else None
                if on and name in QUALIFIERS:
                    values[QUALIFIERS[name]] = on.precision
                if on and on.problem:
                    problems.append(Problem(name, f"{field.label}:{on.problem}"))
            elif field.kind in (Kind.COUNT, Kind.MONEY):
                number = (read_count if field.kind is Kind.COUNT else read_money)(typed or "")
                values[name] = number.value
                values[QUALIFIERS[name]] = number.approx
                if number.problem or (field.kind is Kind.COUNT and number.value is None):
                    problems.append(
                        Problem(name, f"{field.label}:{number.problem or '请填写人数'}")
                    )
            else:
                values[name] = (
                    rules.clean(typed) if isinstance(typed, str) and not field.term else typed
                )
    if problems:
        raise Invalid(problems)
    values["source_number"] = values["source_number"] or None
    return values


def _close(record: str) -> None:
    forms.unpin(record)
    for key in ("editing", "_conflict", f"base:{record}"):
        st.session_state.pop(key, None)


def _weigh(file: CaseFile, conflict: dict[str, Any]) -> None:
    """Show mine beside theirs, field by field; what only I changed is taken as mine."""
    st.warning(forms.plain(conflict["message"]))
    st.caption("左边是您填写的,右边是别人刚保存的。您填写的内容没有丢失,逐项选好再保存。")
    fields: tuple[FieldConflict, ...] = conflict["fields"]
    with st.form("weigh"):
        for field in fields:
            st.radio(
                FIELDS[field.field].label,
                ("mine", "theirs"),
                index=0,
                key=f"weigh_{field.field}",
                format_func={
                    "mine": f"我的:{forms.plain(_shown(field.field, field.mine))}",
                    "theirs": f"他人的:{forms.plain(_shown(field.field, field.theirs))}",
                }.__getitem__,
            )
        if not fields:
            st.caption("两边改的内容相同。")
        with st.container(horizontal=True):
            saved = st.form_submit_button("按所选保存", type="primary")
            left = st.form_submit_button("放弃我的修改")
    if left:
        _close(conflict["record"])
        st.rerun()
    if saved:
        dropped = {f.field for f in fields if st.session_state.get(f"weigh_{f.field}") == "theirs"}
        dropped |= {QUALIFIERS[name] for name in dropped if name in QUALIFIERS}
        mine = {n: v for n, v in conflict["mine"].items() if n not in dropped}
        _save_weighed(file, conflict, mine)


def _save_weighed(file: CaseFile, conflict: dict[str, Any], mine: Mapping[str, Any]) -> None:
    try:
        with store.writing() as session:
            commands.change_case(
                session,
                file.id,
                mine,
                base=file.values,
                version=conflict["version"],
                today=store.today(),
                now=store.now(),
            )
    except Conflict as again:
        conflict |= {"message": str(again), "fields": again.fields, "version": again.version}
        st.rerun()
    except RuleError as refusal:
        forms.show_refusal(refusal)
    else:
        _close(conflict["record"])
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
        return "(空)"
    if names is not None:
        return names.get(value, f"#{value}")
    if field.kind is Kind.MONEY:
        return rules.shown_money(value)
    if field.kind is Kind.FLAG:
        return "是" if value else "否"
    text = value.label if field.term else str(value)
    return text if len(text) <= 200 else f"{text[:200]}…"
