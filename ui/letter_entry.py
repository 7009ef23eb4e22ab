"""Registering a letter a leader read: what is typed, its draft, and other 批示 on the same matter."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import streamlit as st
from sqlalchemy.orm import Session

from db.commands import desk as desk_commands
from db.commands import letters as commands
from db.commands.cases import Opened
from db.queries import desk, office
from db.queries import letters as queries
from db.queries.letters import Earlier
from rules.errors import RuleError
from rules.permissions import Actor
from rules.terms import Purpose, Term
from ui import forms, store
from ui.options import Options, options

DRAFT = "receptions/letters"
_DATES = ("received_on", "annotated_on", "due_on")
_ANY_PURPOSE = "（不确定）"


def draw(key: str, actor: Actor) -> None:
    """Draw the form in its drawer; other 批示 on the matter are named before anything is saved."""
    offered = options()
    _begin(actor, offered)
    fields(offered, actor, at="", on_change=_keep)
    st.checkbox("不要求反馈", key="letter_no_answer", on_change=_keep)
    others = _others()
    again = False
    if others:
        show_earlier(others)
        again = st.checkbox("已核实，确需再次批示", key="letter_again")
    if st.button("登记", type="primary", key="letter_add"):
        _save(key, again=again)


def fields(offered: Options, actor: Actor, *, at: str, on_change: Any = None) -> None:
    """Draw the fields of a letter under keys that end in `at`; a leader's own are his alone."""
    leaders = offered.leader_names
    if not actor.sees_all_cases:
        leaders = {key: name for key, name in leaders.items() if key == actor.leader_id}
    kept = st.session_state.get(f"letter_leader_id{at}")
    if kept is not None and kept not in leaders:
        # One who has left stays the leader of what he read.
        leaders = {**leaders, kept: _former(kept)}
    told: dict[str, Any] = {} if on_change is None else {"on_change": on_change}
    st.selectbox(
        "阅批领导",
        list(leaders),
        index=None,
        format_func=forms.named(leaders, missing=""),
        key=f"letter_leader_id{at}",
        placeholder="输入姓名筛选",
        filter_mode="contains",
        **told,
    )
    first, second = st.columns(2)
    with first:
        forms.date_input("来信日期", key=f"letter_received_on{at}", **told)
    with second:
        forms.date_input("批示日期", key=f"letter_annotated_on{at}", **told)
    st.text_input(
        "来信标题或摘要",
        key=f"letter_title{at}",
        placeholder="例如：反映幸福小区三期停水（不写姓名、电话）",
        **told,
    )
    st.text_area(
        "批示原文",
        key=f"letter_instruction{at}",
        height=110,
        placeholder="一字不改地录入",
        **told,
    )
    st.selectbox(
        "承办单位",
        offered.units,
        index=None,
        format_func=forms.named(offered.unit_choices, missing=""),
        key=f"letter_unit_id{at}",
        placeholder="输入名称筛选",
        filter_mode="contains",
        **told,
    )
    first, second = st.columns(2)
    with first:
        forms.date_input(
            "反馈时限",
            key=f"letter_due_on{at}",
            help=None if at else "不填的，按参数“阅批来信反馈时限”从批示日期算起",
            **told,
        )
    second.selectbox(
        "信访目的",
        list(Purpose),
        index=None,
        format_func=_label,
        key=f"letter_purpose{at}",
        placeholder=_ANY_PURPOSE,
        help="检举控告的只由联席办处理，承办单位看不到",
        **told,
    )


def typed(at: str) -> dict[str, Any]:
    """What stands in the fields whose keys end in `at`."""
    return {name: st.session_state.get(f"letter_{name}{at}") for name in commands.FIELDS}


def show_earlier(found: Sequence[Earlier]) -> None:
    """Show other 批示 that are or may be on the same matter (防多头批示)."""
    st.warning("同一事项可能已经批示过，请先核对，避免多头批示：")
    for each in found[:3]:
        with st.container(border=True, gap="xsmall"):
            how = "同一案件" if each.same_case else f"标题相似 {each.likeness}%"
            st.caption(
                forms.plain(f"{each.number} · {each.leader} · {each.annotated_on} · {how}")
                + (f" · {forms.plain(each.unit)}" if each.unit else "")
            )
            if each.title:
                st.text(each.title)
                st.text(f"批示：{each.instruction}")
            else:
                st.caption("内容不在您的查看范围内，请联系联席办核对。")


def _former(leader_id: int) -> str:
    with store.reading() as session:
        return queries.leader_names(session).get(leader_id, "")


def _label(term: Term) -> str:
    return term.label


def _others() -> list[Earlier]:
    title = st.session_state.get("letter_title") or ""
    if not title.strip():
        return []
    today = store.today()
    with store.reading() as session:
        percent = int(str(office.parameter(session, "duplicate_percent", on=today)))
        return queries.earlier(session, title=title, today=today, percent=percent)


def _begin(actor: Actor, offered: Options) -> None:
    """Fill the form when its drawer is newly opened: from the draft, else with today."""
    if "letter_title" in st.session_state:
        return
    with store.reading() as session:
        draft = desk.draft(session, DRAFT)
    values: dict[str, Any] = {"annotated_on": store.today()}
    if not actor.sees_all_cases:
        values["leader_id"] = actor.leader_id
    if draft is not None:
        values = _read(draft.values, offered)
        st.caption(f"已恢复 {store.local(draft.saved_at):%m-%d %H:%M} 没有保存的草稿。")
    for name in commands.FIELDS:
        empty = "" if name in ("title", "instruction") else None
        st.session_state[f"letter_{name}"] = values.get(name) or empty


def _read(draft: dict[str, Any], offered: Options) -> dict[str, Any]:
    """Put a draft's plain text back into days, terms and choices that are still offered."""
    values: dict[str, Any] = {name: draft.get(name) for name in commands.FIELDS}
    for name in _DATES:
        values[name] = date.fromisoformat(values[name]) if values[name] else None
    values["purpose"] = Purpose.from_text(values["purpose"] or "")
    if values["unit_id"] not in offered.units:
        values["unit_id"] = None
    return values


def _keep() -> None:
    with store.writing() as session:
        desk_commands.keep_draft(session, DRAFT, typed(""), now=store.now())


def _save(key: str, *, again: bool) -> None:
    given = typed("")
    wants_answer = not st.session_state.get("letter_no_answer")

    def work(session: Session) -> Opened:
        added = commands.add_letter(
            session,
            given,
            wants_answer=wants_answer,
            again=again,
            today=store.today(),
            now=store.now(),
        )
        desk_commands.drop_draft(session, DRAFT)
        return added

    forms.save(work, refilled={key: False}, message=_told)


def _told(added: Opened) -> str:
    try:
        with store.reading() as session:
            row = queries.letter(session, added.number)
    except RuleError:
        # An accusation is the office's alone: the leader who registered it does not see it.
        return f"已登记：{added.number}，由联席办处理"
    return f"已登记：{added.number} {row.title}" + (f"，{row.due_on} 前反馈" if row.due_on else "")
