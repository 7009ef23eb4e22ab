"""Registering a visit at the desk: what is typed, its draft in the store, and the saving of it."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

import streamlit as st

from db.commands import desk as desk_commands
from db.commands import visits as commands
from db.engine import StoreAway
from db.queries import desk
from db.queries.desk import KeptDraft
from db.queries.visits import DayTurn
from rules.cases import accusing_word
from rules.errors import RuleError
from rules.masking import redact
from rules.people import PersonEdit
from rules.permissions import Actor
from rules.reception_terms import ReceptionKind, TurnState
from rules.terms import Purpose, Repeat, Term
from ui import class_pills, forms, personal_numbers, store
from ui.options import options

FORM = "receptions/desk"
KEPT = ("leader", "kind", "place", "companions", "recorder")
_WORDS = ("names", "title", "content", "phone")
CLEARED = (
    *("names", "people", "repeat", "title", "unit", "township", "time"),
    *("phone", "address", "purpose", "code", "content"),
)
_TERMS: dict[str, type[Term]] = {"repeat": Repeat, "kind": ReceptionKind, "purpose": Purpose}
_APART = re.compile("[、,;\\s\uff0c\uff1b]+")


def typed() -> dict[str, Any]:
    """What stands in the form now, as the draft keeps it."""
    return {name: st.session_state.get(f"visit_{name}") for name in (*KEPT, *CLEARED)}


def names_typed(given: Mapping[str, Any]) -> list[str]:
    """The representatives as typed into one field, one by one."""
    return [name for name in _APART.split(given["names"] or "") if name]


def keep() -> None:
    """Keep the draft: called when any field is committed."""
    try:
        with store.writing() as session:
            desk_commands.keep_draft(session, FORM, typed(), now=store.now())
    except StoreAway as away:
        st.session_state["visit_refusal"] = _not_now(away)


# Every field keeps the draft, and its text while the store is away or another page is looked at.
KEEP: dict[str, Any] = {"on_change": keep, "persist_state": "session"}


def _not_now(away: StoreAway) -> RuleError:
    return RuleError(f"现在保存不了（{away}）。您填写的内容还在，请稍候再保存")


def _fill(values: Mapping[str, Any]) -> None:
    offered = options()
    choices: dict[str, Sequence[Any]] = {
        "leader": offered.leaders,
        "unit": offered.units,
        "township": offered.townships,
        "code": offered.codes,
        **{name: tuple(term) for name, term in _TERMS.items()},
    }
    for name, value in values.items():
        if name in choices:
            # The option itself, for a draft brings codes as plain text.
            value = next((each for each in choices[name] if each == value), None)
            value = Repeat.FIRST if name == "repeat" and value is None else value
        elif value is None:
            value = 1 if name == "people" else ""
        st.session_state[f"visit_{name}"] = value


def _fresh() -> None:
    """Empty the form for the next visit; the leader and where he sits stay.

    The round names the form anew, which sets the cursor into its first field (house.js).
    """
    _fill(dict.fromkeys(CLEARED))
    st.session_state["visit_round"] = st.session_state.get("visit_round", 0) + 1
    for asked in ("warnings", "accusing", "no_accusation", "case", "others"):
        st.session_state.pop(f"visit_{asked}", None)


def begin(turns: Sequence[DayTurn], actor: Actor) -> None:
    """Fill the form when the screen is newly opened, with whoever receives that day."""
    present = [turn.leader_id for turn in turns if turn.state is not TurnState.MISSED]
    if "visit_title" not in st.session_state:
        _fill(dict.fromkeys(KEPT))
        _fresh()
        with store.reading() as session:
            st.session_state["visit_draft"] = desk.draft(session, FORM)
    if st.session_state.get("visit_leader") is None:
        receiver = actor.leader_id or next(iter(present), None)
        if receiver in options().leaders:
            st.session_state["visit_leader"] = receiver


def offer_draft() -> None:
    """Offer what was typed before the connection was lost, if anything was."""
    draft = st.session_state.get("visit_draft")
    if not draft or not any(draft.values.get(name) for name in _WORDS):
        return
    saved = store.local(draft.saved_at)
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        title = draft.values.get("title") or draft.values.get("content") or "（未填反映问题）"
        st.text(f"有一份未保存的草稿（{saved:%m-%d %H:%M}）：{title[:40]}", width="stretch")
        st.button("恢复草稿", type="primary", key="visit_restore", on_click=_restore, args=(draft,))
        if st.button("放弃草稿", key="visit_drop"):
            st.session_state["visit_draft"] = None
            forms.save(partial(desk_commands.drop_draft, form=FORM), message="草稿已放弃")


def _restore(draft: KeptDraft) -> None:
    st.session_state["visit_draft"] = None
    _fill({name: draft.values.get(name) for name in (*KEPT, *CLEARED)})


def form(turns: Sequence[DayTurn], on: date, actor: Actor) -> None:
    """Draw the fields: six that every visit has, the others folded away."""
    with st.container(key=f"autofocus_visit_{st.session_state['visit_round']}"):
        st.text_input(
            "来访代表（几个人用顿号隔开，最多 5 人）",
            key="visit_names",
            live="400ms",
            placeholder="姓名；不愿留名可不填",
            **KEEP,
        )
        st.text_input(
            "反映问题（一句话）",
            key="visit_title",
            live="400ms",
            max_chars=200,
            placeholder="一句话写明地点和事项",
            **KEEP,
        )
        left, middle, right = st.columns([2, 1, 1.4])
        _leaders(left, turns, actor)
        middle.number_input("人数", min_value=1, max_value=99999, key="visit_people", **KEEP)
        right.selectbox(
            "初访/重访", tuple(Repeat), key="visit_repeat", format_func=_visit_word, **KEEP
        )
        left, right = st.columns(2)
        offered = options()
        _choice(left, "承办单位", offered.units, offered.unit_choices, key="unit")
        _choice(right, "属地", offered.townships, offered.unit_choices, key="township")
    _held(turns)
    with st.expander("补充（可以不填）：时间、地点、类型、陪同、电话、目的、分类、详细内容"):
        _more()
    st.button(
        "登记",
        type="primary",
        shortcut="Ctrl+Enter",
        on_click=save,
        kwargs={"on": on},
        key="visit_save",
        width="stretch",
    )
    st.caption("Tab 到下一栏，Ctrl+Enter 登记。接访领导、地点、陪同会留给下一批。")


def _held(turns: Sequence[DayTurn]) -> None:
    """Offer to write down that the leader's turn is held, while nobody has."""
    chosen = st.session_state.get("visit_leader")
    for turn in turns:
        if turn.leader_id == chosen and turn.state is TurnState.PLANNED:
            words = "替班" if turn.stands_in_for else "实到"
            st.checkbox(
                f"同时把{forms.plain(turn.leader)}当天的班次登记为{words}",
                value=True,
                key="visit_held",
            )
            return


def _visit_word(repeat: Repeat) -> str:
    return "初访" if repeat is Repeat.FIRST else "重访"


def _leaders(place: Any, turns: Sequence[DayTurn], actor: Actor) -> None:
    """Offer whoever receives that day first; a leader himself has only his own receptions."""
    offered = options()
    names = dict(offered.leader_names)
    today = [turn.leader_id for turn in turns if turn.leader_id in offered.leaders]
    for leader_id in today:
        names[leader_id] = f"{names[leader_id]} · 当日接访"
    ids = list(dict.fromkeys([*today, *offered.leaders]))
    if not actor.sees_all_cases:
        ids = [leader_id for leader_id in ids if leader_id == actor.leader_id]
    _choice(place, "接访领导", tuple(ids), names, key="leader")


def _choice(
    place: Any, label: str, ids: tuple[int, ...], names: Mapping[int, str], *, key: str
) -> None:
    place.selectbox(
        label,
        ids,
        index=None,
        key=f"visit_{key}",
        placeholder="输入名称筛选",
        format_func=forms.named(names, missing=""),
        filter_mode="contains",
        **KEEP,
    )


def _more() -> None:
    left, middle, right = st.columns(3)
    left.text_input("来访时间", key="visit_time", max_chars=5, placeholder="如 9:30", **KEEP)
    middle.selectbox(
        "接访类型",
        tuple(ReceptionKind),
        index=None,
        key="visit_kind",
        placeholder="按排班",
        format_func=lambda term: term.label,
        **KEEP,
    )
    right.text_input("接访地点", key="visit_place", placeholder="按排班", max_chars=100, **KEEP)
    left, middle, right = st.columns(3)
    left.text_input("第一位代表的电话", key="visit_phone", max_chars=30, **KEEP)
    middle.text_input("住址（到村、社区）", key="visit_address", max_chars=100, **KEEP)
    right.selectbox(
        "信访目的",
        tuple(Purpose),
        index=None,
        key="visit_purpose",
        placeholder="请选择",
        format_func=lambda term: term.label,
        **KEEP,
    )
    left, right = st.columns([2, 1])
    left.text_input("陪同人员", key="visit_companions", placeholder="按排班", max_chars=200, **KEEP)
    right.text_input("记录人", key="visit_recorder", placeholder="本人", max_chars=64, **KEEP)
    offered = options()
    _choice(st, "内容分类", offered.codes, offered.code_names, key="code")
    given = typed()
    class_pills.pills(
        given["title"] or "",
        given["content"] or "",
        key="visit_class",
        chosen=given["code"],
        on_change=_take_class,
        note="点一个就填入，可以再改",
    )
    st.text_area("问题及诉求", key="visit_content", height=120, **KEEP)


def _take_class() -> None:
    pressed = st.session_state["visit_class"]
    if pressed is not None:
        st.session_state["visit_code"] = pressed
        keep()


def save(text: str = "ask", *, on: date) -> None:
    """Register what is typed; `text` says what to do with numbers found in the free text."""
    st.session_state.pop("visit_warnings", None)
    given, today = typed(), store.today()
    word = accusing_word(given["title"], given["content"])
    if word and given["purpose"] is None and not st.session_state.get("visit_no_accusation"):
        st.session_state["visit_accusing"] = word
        return
    names = names_typed(given)
    values = {
        "leader_id": given["leader"],
        "received_on": on,
        "received_time": given["time"] or "",
        "kind": given["kind"],
        "place": given["place"] or "",
        "people": max(given["people"] or 1, len(names)),
        "repeat": given["repeat"] or Repeat.FIRST,
        "purpose": given["purpose"],
        "title": given["title"] or "",
        "content": given["content"] or "",
        "code_id": given["code"],
        "township_id": given["township"],
        "unit_id": given["unit"],
        "companions": given["companions"] or "",
        "recorder": given["recorder"] or "",
    }
    if text == "mask":
        values |= {name: redact(values[name]) for name in ("title", "content")}
    elif text == "ask" and (found := personal_numbers.warnings_in(values)):
        st.session_state["visit_warnings"] = found
        return
    edits = [PersonEdit(name, representative=True) for name in names] or [PersonEdit()]
    edits[0] = PersonEdit(
        edits[0].name, given["phone"] or "", given["address"] or "", edits[0].representative
    )
    linked = st.session_state.get("visit_case")
    try:
        with store.writing() as session:
            registered = commands.register(
                session,
                values,
                people=[edit.person() for edit in edits if not edit.is_empty],
                case_id=linked.id if linked else None,
                held=bool(st.session_state.get("visit_held")),
                today=today,
                now=store.now(),
            )
            desk_commands.drop_draft(session, FORM)
    except RuleError as refusal:
        st.session_state["visit_refusal"] = refusal
        return
    except StoreAway as away:
        st.session_state["visit_refusal"] = _not_now(away)
        return
    forms.flash(f"已登记：{registered.number} {values['title']}")
    _fresh()


def show_refusal() -> None:
    """Show why the last saving was refused; everything typed is still in its field."""
    refusal = st.session_state.pop("visit_refusal", None)
    if refusal is not None:
        forms.show_refusal(refusal)


def ask(on: date) -> None:
    """Ask what must be known before a unit sees the matter: is it an accusation, are numbers to go."""
    if word := st.session_state.get("visit_accusing"):
        st.warning(
            f"文字里有“{word}”。检举控告类只由联席办处理，被指单位看不到（《信访工作条例》第三十条），请先定性。"
        )
        with st.container(horizontal=True):
            accuses = st.button("是检举控告", type="primary", key="visit_accuses")
            other = st.button("不是，照常登记", key="visit_accuses_not")
        if accuses or other:
            st.session_state.pop("visit_accusing")
            st.session_state["visit_no_accusation"] = other
            if accuses:
                st.session_state["visit_purpose"] = Purpose.ACCUSATION
            save(on=on)
            st.rerun()
    warnings = st.session_state.get("visit_warnings")
    if warnings and (choice := personal_numbers.ask(warnings, key="visit")):
        save(choice, on=on)
        st.rerun()
