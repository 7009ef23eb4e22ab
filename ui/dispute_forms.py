"""The fields of a dispute as widgets: what was found, and who is to resolve it."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from db.commands import disputes as commands
from db.queries.dispute_file import DisputeFile
from rules.cases import Kind
from rules.disputes import DUTY, FIELDS, FOUND, QUALIFIERS
from rules.errors import Conflict, RuleError
from ui import dispute_filter, forms, store
from ui.options import options

_WIDE = frozenset({"title", "content", "plan", "remark"})
_YUAN = 100


def found_form(key: str, file: DisputeFile) -> None:
    """Draw the form that corrects what was found."""
    _form(key, file, FOUND)


def duty_form(key: str, file: DisputeFile) -> None:
    """Draw the form of the chain 县/镇/村/网格, the group and the plan."""
    _form(key, file, DUTY)


def _form(key: str, file: DisputeFile, names: Sequence[str]) -> None:
    record = f"{key}-{file.id}"
    shown = {_key(file, name): _shown(name, file.values[name]) for name in names}
    version = forms.filled(record, file.version, shown)
    kept = f"base:{record}"
    if st.session_state.get(kept, (None,))[0] != version:
        st.session_state[kept] = (version, dict(file.values))
    base = dict(st.session_state[kept][1])
    with st.form(record, border=False):
        _widgets(file, names)
        submitted = st.form_submit_button("保存", type="primary", key=f"{key}_save")
    if not submitted:
        return
    given = {name: _typed(name, st.session_state[_key(file, name)]) for name in names}
    try:
        with store.writing() as session:
            commands.change_dispute(
                session,
                file.id,
                given,
                base=base,
                version=version,
                today=store.today(),
                now=store.now(),
            )
    except Conflict as rival:
        _tell(rival, record)
        return
    except RuleError as refusal:
        forms.show_refusal(refusal, record=record)
        return
    forms.unpin(record)
    forms.refill({key: False})
    forms.flash()
    st.rerun()


def _tell(rival: Conflict, record: str) -> None:
    forms.show_refusal(rival, record=record)
    lines = [
        f"{FIELDS[field.field].label}：您填“{_said(field.mine)}”，对方已改为“{_said(field.theirs)}”"
        for field in rival.fields
        if field.mine != field.base
    ]
    if lines:
        st.caption("  \n".join(forms.plain(line) for line in lines))


def _said(value: Any) -> str:
    return "空" if value in (None, "") else str(value)


def _widgets(file: DisputeFile, names: Sequence[str]) -> None:
    beside = dict(zip(QUALIFIERS.values(), QUALIFIERS, strict=True))
    places: list[Any] = []
    for name in names:
        if name in _WIDE:
            _widget(st, file, name)
            places = []
            continue
        if not places:
            places = list(st.columns(2))
        label = f"{FIELDS[beside[name]].label}是约数" if name in beside else None
        _widget(places.pop(0), file, name, label=label)


def _widget(place: Any, file: DisputeFile, name: str, *, label: str | None = None) -> None:
    key = _key(file, name)
    if label is not None:
        place.checkbox(label, key=key)
        return
    field = FIELDS[name]
    with place if place is not st else st.container():
        match field.kind:
            case Kind.LONG_TEXT:
                st.text_area(field.label, key=key, height=110, max_chars=2000)
            case Kind.DATE:
                forms.date_input(field.label, key=key)
            case Kind.COUNT:
                st.number_input(field.label, min_value=1, max_value=99_999, step=1, key=key)
            case Kind.MONEY:
                st.number_input(
                    f"{field.label}（元）", min_value=0.0, step=1000.0, key=key, value=None
                )
            case Kind.FLAG:
                st.checkbox(field.label, key=key)
            case Kind.UNIT | Kind.CODE | Kind.LEADER:
                names = _offered(file, name)
                st.selectbox(
                    field.label,
                    list(names),
                    index=None,
                    key=key,
                    format_func=forms.named(names, missing=""),
                    placeholder="输入名称筛选",
                    filter_mode="contains",
                )
            case _:
                st.text_input(field.label, key=key)


def _offered(file: DisputeFile, name: str) -> dict[int, str]:
    """Return what may be chosen; what the dispute has may stay, even ended."""
    offered = options()
    names: dict[int, str] = {
        "class_id": dispute_filter.class_names,
        "area_id": lambda: {key: offered.unit_names[key] for key in offered.townships},
        "lead_id": lambda: dict(offered.leader_names),
    }[name]()
    kept = file.values[name]
    return names if kept is None or kept in names else {kept: file.names[name], **names}


def _key(file: DisputeFile, name: str) -> str:
    return f"dispute_{file.id}_{name}"


def _shown(name: str, value: Any) -> Any:
    """Put a stored value as its widget holds it: money in 元."""
    return value / _YUAN if name == "amount_fen" and value is not None else value


def _typed(name: str, value: Any) -> Any:
    return round(value * _YUAN) if name == "amount_fen" and value is not None else value
