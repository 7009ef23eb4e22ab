"""The fields of a visit as widgets, and a rival's save told field by field."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa
import streamlit as st
from sqlalchemy.orm import Session

from db.queries.visits import VisitFile
from rules.cases import Kind
from rules.errors import Conflict, RuleError
from rules.terms import Repeat
from rules.visits import FIELDS, INSTRUCTION_MAX
from ui import forms, store
from ui.options import options

_HEIGHTS = {"content": 130, "instruction": 110, "result": 90, "remark": 70}
# What every visit has offers no cross that would empty it.
_ALWAYS = frozenset({"kind", "repeat", "leader_id"})


def key_of(file: VisitFile, name: str) -> str:
    """The widget of a field; each visit has its own."""
    return f"visit_{file.row.id}_{name}"


def fill(file: VisitFile, names: Sequence[str], *, record: str) -> tuple[int, dict[str, Any]]:
    """Fill the widgets of a form newly opened; returns the version and values it was filled from."""
    started = {key_of(file, name): file.values[name] for name in names}
    version = forms.filled(record, file.row.version, started)
    kept = f"base:{record}"
    if st.session_state.get(kept, (None,))[0] != version:
        st.session_state[kept] = (version, dict(file.values))
    return version, dict(st.session_state[kept][1])


def widget(file: VisitFile, name: str, *, placeholder: str = "") -> None:
    """Draw the widget of one field, which holds what `fill` put into it."""
    field, key = FIELDS[name], key_of(file, name)
    match field.kind:
        case Kind.LONG_TEXT:
            most = INSTRUCTION_MAX if name == "instruction" else None
            st.text_area(
                field.label, key=key, height=_HEIGHTS[name], max_chars=most, placeholder=placeholder
            )
        case Kind.DATE:
            forms.date_input(field.label, key=key)
        case Kind.COUNT:
            st.number_input(field.label, min_value=1, max_value=99999, key=key)
        case Kind.TERM:
            assert field.term is not None
            st.selectbox(
                field.label,
                tuple(field.term),
                index=0 if name in _ALWAYS else None,
                key=key,
                format_func=lambda term: shown(name, term),
                placeholder="请选择",
            )
        case Kind.UNIT | Kind.CODE | Kind.LEADER:
            ids, names = _offered(file, name)
            st.selectbox(
                field.label,
                ids,
                index=None,
                key=key,
                format_func=forms.named(names, missing=""),
                placeholder="输入名称筛选",
                filter_mode="contains",
            )
        case _:
            st.text_input(field.label, key=key)


def _offered(file: VisitFile, name: str) -> tuple[list[int], dict[int, str]]:
    """Return what may be chosen; what the visit has may stay, even ended."""
    offered = options()
    ids, names = {
        "leader_id": (offered.leaders, offered.leader_names),
        "township_id": (offered.townships, offered.unit_choices),
        "code_id": (offered.codes, offered.code_names),
    }.get(name, (offered.units, offered.unit_choices))
    current = file.values[name]
    if current is None or current in ids:
        return list(ids), dict(names)
    row = file.row
    was = {"leader_id": row.leader, "township_id": row.township, "code_id": row.code}
    return [*ids, current], {**names, current: f"{was.get(name, row.unit)}（已停用）"}


def given(file: VisitFile, names: Sequence[str]) -> dict[str, Any]:
    """Return what stands in the widgets."""
    return {name: st.session_state.get(key_of(file, name)) for name in names}


def changed(values: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    """Leave only what I changed: what a colleague saves meanwhile in other fields is his."""
    return {n: v for n, v in values.items() if (v or None) != (base.get(n) or None)}


def save(
    work: Callable[[Session], Any],
    *,
    record: str,
    closes: str,
    message: str | Callable[[Any], str],
) -> None:
    """Do `work` in one transaction and close the drawer, or say why not; nothing typed is lost."""
    try:
        with store.writing() as session:
            result = work(session)
    except Conflict as conflict:
        forms.show_refusal(conflict, record=record)
        _told(conflict)
        return
    except RuleError as refusal:
        forms.show_refusal(refusal)
        return
    forms.unpin(record)
    st.session_state.pop(f"base:{record}", None)
    st.session_state[closes] = False
    forms.flash(message if isinstance(message, str) else message(result))
    st.rerun()


def _told(conflict: Conflict) -> None:
    """Show mine beside theirs, field by field."""
    if not conflict.fields:
        return
    st.table(
        pa.table(
            {
                "栏目": [FIELDS[each.field].label for each in conflict.fields],
                "我的": [forms.plain(shown(each.field, each.mine)) for each in conflict.fields],
                "他人刚保存的": [
                    forms.plain(shown(each.field, each.theirs)) for each in conflict.fields
                ],
            }
        ),
        hide_index=True,
    )


def shown(name: str, value: Any) -> str:
    """Show one field of a visit in words."""
    offered, field = options(), FIELDS[name]
    if value in (None, ""):
        return "（空）"
    if isinstance(value, Repeat):
        return "初访" if value is Repeat.FIRST else "重访"
    named = {
        Kind.UNIT: offered.unit_names,
        Kind.CODE: offered.code_names,
        Kind.LEADER: offered.leader_names,
    }.get(field.kind)
    if named is not None:
        return named.get(value, f"#{value}")
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    return str(getattr(value, "label", value))
