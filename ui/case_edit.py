"""Editing a case: the form, and what becomes of it when it is saved."""

from collections.abc import Mapping
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from db.commands import cases as commands
from db.engine import StoreAway
from db.queries import case_file
from db.queries.case_file import CaseFile
from rules import cases as rules
from rules.cases import FIELDS, QUALIFIERS, Kind
from rules.cells import read_count, read_date, read_money
from rules.errors import Conflict, Invalid, Problem, RuleError
from rules.masking import redact
from ui import case_weighing, class_pills, forms, personal_numbers, store
from ui.options import Options, options

# What the form holds, group by group; who repeats whom is decided elsewhere on the page.
_GROUPS = {
    "事项": [
        "title",
        "content",
        "channel",
        "purpose",
        "route",
        "code_id",
        "place",
        "source_number",
    ],
    "责任": ["township_id", "unit_id", "first_unit_id", "first_person", "handler", "lead_id"],
    "情况": [
        "people",
        "amount_fen",
        "repeat",
        "repeat_of_id",
        "cause",
        "simple",
        "legacy",
        "cross",
        "group",
        "lawsuit",
        "urgent",
    ],
    "日期（可写 11.22、2026-11-22、2026年11月上旬）": [
        field.name for field in FIELDS.values() if field.kind is Kind.DATE
    ],
    "答复与备注": ["answer", "remark"],
}
_ALWAYS = frozenset({"channel", "repeat"})
_WIDE = frozenset({"title", "content", "answer", "remark"})


def button(file: CaseFile) -> None:
    """Draw the button that opens the form."""
    if st.button("修改", icon=":material/edit:", key="edit_case", shortcut="Alt+E"):
        st.session_state["editing"] = file.number
        st.rerun()


def form(file: CaseFile) -> None:
    """Draw the form or, after a rival's save, the fields to be weighed."""
    conflict = st.session_state.get("_conflict")
    if conflict and conflict["case"] == file.id:
        case_weighing.weigh(file, conflict)
        return
    record = f"case-{file.id}"
    started = {_key(file, name): _typed(file, name) for names in _GROUPS.values() for name in names}
    version = forms.filled(record, file.version, started)
    base = _base(record, file, version)
    with st.form(f"edit_case_{file.id}"):
        for title, names in _GROUPS.items():
            st.subheader(title)
            _fields(file, names)
        masked = st.checkbox(
            "正文里的身份证号、手机号、银行卡号保存时打码",
            value=True,
            key=_key(file, "mask"),
            persist_state="page",
        )
        with st.container(horizontal=True):
            saved = st.form_submit_button("保存", type="primary", shortcut="Ctrl+Enter")
            left = st.form_submit_button("放弃修改")
    if left:
        case_weighing.close(record)
        st.rerun()
    if saved:
        _save(file, record, base, version, masked=masked)


def _key(file: CaseFile, name: str) -> str:
    """The widget of a field; each case has its own, for one may be left open for another."""
    return f"edit_{file.id}_{name}"


def _base(record: str, file: CaseFile, version: int) -> dict[str, Any]:
    """Return what the form was filled with, pinned like the version and together with it."""
    key = f"base:{record}"
    if st.session_state.get(key, (None, None))[0] != version:
        st.session_state[key] = (version, dict(file.values))
    return dict(st.session_state[key][1])


def _fields(file: CaseFile, names: list[str]) -> None:
    """Draw the fields in their order: what is long on its own line, the others by threes."""
    row: list[DeltaGenerator] = []
    for name in names:
        if name in _WIDE:
            row = []
            _widget(st.container(), file, name)
        else:
            row = row or list(st.columns(3))
            place = row.pop(0)
            _widget(place, file, name)
            if name == "code_id":
                with place:
                    _likely_classes(file)


def _likely_classes(file: CaseFile) -> None:
    """Offer the likely classes of a case that has none, to be taken with the saving."""
    class_pills.pills(
        str(file.values["title"]),
        str(file.values["content"]),
        key=_key(file, "class"),
        chosen=file.values["code_id"],
        note="点一个，保存时填入",
    )


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
        case Kind.CASE:
            return file.repeat_of.number if file.repeat_of else ""
    return value


def _widget(place: DeltaGenerator, file: CaseFile, name: str) -> None:
    field, key = FIELDS[name], _key(file, name)
    match field.kind:
        case Kind.LONG_TEXT:
            height = 160 if name == "content" else 90
            place.text_area(field.label, key=key, height=height, persist_state="page")
        case Kind.FLAG:
            place.checkbox(field.label, key=key, persist_state="page")
        case Kind.UNIT | Kind.CODE | Kind.LEADER:
            ids, names = _offered(file, name)
            place.selectbox(
                field.label,
                ids,
                index=None,
                key=key,
                format_func=forms.named(names, missing=""),
                placeholder="输入名称筛选",
                filter_mode="contains",
                persist_state="page",
            )
        case Kind.TERM:
            assert field.term is not None
            terms = tuple(field.term)
            place.selectbox(
                field.label,
                terms,
                # What every case has offers no cross that would empty it.
                index=0 if name in _ALWAYS else None,
                key=key,
                format_func=lambda term: term.label,
                placeholder="请选择",
                persist_state="page",
            )
        case Kind.CASE:
            place.text_input(
                field.label,
                key=key,
                placeholder="那一件的编号；不是重复件不填",
                persist_state="page",
            )
        case _:
            place.text_input(field.label, key=key, persist_state="page")


def _offered(file: CaseFile, name: str) -> tuple[list[int], dict[int, str]]:
    """Return what may be chosen and the words for it; what the case has may stay, even ended."""
    offered: Options = options()
    ids, names = {
        "township_id": (offered.townships, offered.unit_choices),
        "code_id": (offered.codes, offered.code_names),
        "lead_id": (offered.leaders, offered.leader_names),
    }.get(name, (offered.units, offered.unit_choices))
    current = file.values[name]
    if current is None or current in ids:
        return list(ids), dict(names)
    return [*ids, current], {**names, current: f"{file.names[name]}（已停用）"}


def _save(
    file: CaseFile, record: str, base: Mapping[str, Any], version: int, *, masked: bool
) -> None:
    try:
        values = _parsed(file)
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
        if not conflict.fields:
            # What is stored is what I typed: my own save, sent twice, or a rival of one mind.
            case_weighing.close(record)
            forms.flash("已保存")
            st.rerun()
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
    except StoreAway as away:
        forms.show_refusal(RuleError(f"没有保存：{away}。您填写的内容还在"))
    else:
        case_weighing.close(record)
        forms.flash("已保存" + ("；正文中的号码已打码" if masked and found else ""))
        st.rerun()


def _parsed(file: CaseFile) -> dict[str, Any]:
    """Read every widget back into values; raises Invalid naming each that cannot be read."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    today = store.today()
    for names in _GROUPS.values():
        for name in names:
            typed, field = st.session_state.get(_key(file, name)), FIELDS[name]
            if field.kind is Kind.DATE:
                on = read_date(typed, year=today.year, today=today) if typed else None
                values[name] = on.value if on else None
                if on and name in QUALIFIERS:
                    values[QUALIFIERS[name]] = on.precision
                if on and on.problem:
                    problems.append(Problem(name, f"{field.label}：{on.problem}"))
            elif field.kind in (Kind.COUNT, Kind.MONEY):
                number = (read_count if field.kind is Kind.COUNT else read_money)(typed or "")
                values[name] = number.value
                values[QUALIFIERS[name]] = number.approx
                if number.problem or (field.kind is Kind.COUNT and number.value is None):
                    problems.append(
                        Problem(name, f"{field.label}：{number.problem or '请填写人数'}")
                    )
            elif field.kind is Kind.CASE:
                values[name] = _case_id(file, typed or "", problems)
            else:
                values[name] = (
                    rules.clean(typed) if isinstance(typed, str) and not field.term else typed
                )
    if problems:
        raise Invalid(problems)
    values["code_id"] = values["code_id"] or st.session_state.get(_key(file, "class"))
    values["source_number"] = values["source_number"] or None
    return values


def _case_id(file: CaseFile, typed: str, problems: list[Problem]) -> int | None:
    """Find the case of a number; what stood there already is not looked for again."""
    number = typed.strip()
    if not number:
        return None
    if file.repeat_of and number == file.repeat_of.number:
        return file.repeat_of.id
    with store.reading() as session:
        found = case_file.id_of(session, number)
    if found is None:
        message = f"没有编号为“{number}”的案件，请核对“{FIELDS['repeat_of_id'].label}”"
        problems.append(Problem("repeat_of_id", message))
    return found
