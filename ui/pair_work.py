"""Deciding on likely duplicates: the list of them, the two side by side, the buttons, the way on."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import streamlit as st
from sqlalchemy.orm import Session

from db.commands import duplicates as commands
from db.queries import comparison, duplicates, likely_pairs
from db.queries.case_file import CaseFile
from db.queries.comparison import Comparison
from db.queries.duplicates import Decision
from db.queries.likely_pairs import Pair
from rules.case_terms import SameKind
from rules.duplicates import EFFECTS, REASON_MAX
from rules.errors import RuleError
from ui import forms, pair_table, store, tables

PAGE = "pages/cases/duplicates.py"
_ASKED, _TURN, _LIST = "_pair_asked", "_pair_turn", "_pairs_listed"
_NEXT = ("next", "next")
_DAYS = {7: "最近 7 天", 30: "最近 30 天", 90: "最近 90 天", 366: "最近一年"}
_WIDTHS = {
    "建议": 104,
    "同一人": 60,
    "相似": 56,
    "标记": 60,
    "后一件": 260,
    "收到": 92,
    "前一件": 260,
    "前一件收到": 92,
}
_DECIDED_WIDTHS = {"前一件": 160, "认定": 104, "理由": 240, "认定人": 90, "时间": 130, "现在": 160}


def link(one: str, other: str, *, label: str = "并排对照并认定") -> None:
    """Draw the way to two cases side by side."""
    st.page_link(
        PAGE,
        label=label,
        icon=":material/compare:",
        query_params={"one": one, "other": other},
    )


def carry_out() -> None:
    """Do what a button of the last run asked for, by the versions that were shown with it.

    To be called before the address is read, which it turns to the next pair.
    """
    if _TURN in st.session_state:
        pair = st.session_state.pop(_TURN)
        if pair == _NEXT:
            _go_on()
        else:
            _turn_to(pair)
    asked: tuple[Callable[[Session], Any], str] | None = st.session_state.pop(_ASKED, None)
    if asked is None:
        return
    work, message = asked
    try:
        with store.writing() as session:
            work(session)
    except RuleError as refusal:
        forms.show_refusal(refusal)
        return
    forms.flash(message)
    forms.show_flash()
    _go_on()


def _ask(work: Callable[[Session], Any], message: str) -> None:
    """Keep what was pressed: a callback, whose versions are those of the run that drew it."""
    st.session_state[_ASKED] = (work, message)


def _go_on() -> None:
    """Turn to the next pair of the list, or back to the list."""
    here = (st.query_params.get("one", ""), st.query_params.get("other", ""))
    waiting: list[tuple[str, str]] = st.session_state.get(_LIST, [])
    place = next((n for n, pair in enumerate(waiting) if set(pair) == set(here)), None)
    if place is None:
        return
    st.session_state[_LIST] = waiting = waiting[:place] + waiting[place + 1 :]
    _turn_to(waiting[place] if place < len(waiting) else None)


def _turn(pair: tuple[str, str] | None) -> None:
    """Ask for another pair, the next one, or the list: a callback."""
    st.session_state[_TURN] = pair


def _turn_to(pair: tuple[str, str] | None) -> None:
    for name in ("one", "other"):
        st.query_params.pop(name, None)
    if pair is not None:
        st.query_params.from_dict({"one": pair[0], "other": pair[1]})


def compare(one: str, other: str) -> None:
    """Draw two cases with what they share, and let the office decide; raises Missing."""
    today = store.today()
    shown = store.kept(
        "comparison",
        (one, other, today),
        lambda session: comparison.comparison(session, one, other, today=today),
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "返回清单",
            key="pair_back",
            icon=":material/arrow_back:",
            type="tertiary",
            on_click=_turn,
            args=(None,),
        )
        waiting = len(st.session_state.get(_LIST, []))
        if waiting > 1 and shown.decided is None:
            st.button(
                f"先跳过，看下一对（还有 {waiting - 1} 对）",
                key="pair_skip",
                type="tertiary",
                shortcut="N",
                on_click=_turn,
                args=(_NEXT,),
            )
    if shown.decided:
        _decided(shown, shown.decided)
    else:
        _choices(shown)
    heads = (f"后一件 {shown.later.number}", f"前一件 {shown.earlier.number}")
    pair_table.draw(
        (heads[0], pair_table.told(shown.later)),
        (heads[1], pair_table.told(shown.earlier)),
        person=shown.shared.same_person,
    )
    for name in ("content", "answer"):
        pair_table.texts(
            (heads[0], str(shown.later.values[name] or "")),
            (heads[1], str(shown.earlier.values[name] or "")),
            alike=shown.texts if name == "content" else None,
            answers=name == "answer",
        )
    with st.container(horizontal=True):
        for file in (shown.later, shown.earlier):
            st.page_link(
                "pages/cases/detail.py",
                label=f"打开 {file.number}",
                query_params={"case": file.number},
            )


def _choices(shown: Comparison) -> None:
    later, earlier = shown.later, shown.earlier
    st.markdown(
        f"建议：**{shown.proposal.kind.label}**。{shown.proposal.why}。由您认定，可以撤销。"
    )
    reason = st.text_input(
        "理由（可以不填）", key=f"pair_reason_{later.id}_{earlier.id}", max_chars=REASON_MAX
    )
    for place, (column, kind) in enumerate(
        zip(st.columns(len(SameKind)), SameKind, strict=True), start=1
    ):
        with column:
            st.button(
                kind.label,
                key=f"decide_{kind.value}",
                type="primary" if kind is shown.proposal.kind else "secondary",
                shortcut=str(place),
                width="stretch",
                on_click=_ask,
                args=(
                    partial(
                        commands.decide_pair,
                        case_id=later.id,
                        other_id=earlier.id,
                        kind=kind,
                        reason=reason or "",
                        version=later.version,
                        other_version=earlier.version,
                        today=store.today(),
                        now=store.now(),
                    ),
                    _said(kind, later, earlier),
                ),
            )
            st.caption(EFFECTS[kind])


def _said(kind: SameKind, later: CaseFile, earlier: CaseFile) -> str:
    if kind is SameKind.DOUBLE:
        return f"{later.number} 已并入 {earlier.number}，在“已认定”里可以撤销"
    return f"已认定为“{kind.label}”，在“已认定”里可以撤销"


def _decided(shown: Comparison, decided: Decision) -> None:
    reason = f"，理由：{decided.reason}" if decided.reason else ""
    when = f"{store.local(decided.at):%Y-%m-%d %H:%M}"
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        words = f"已由 {decided.actor} 于 {when} 认定为“{decided.kind.label}”{reason}。"
        st.text(f"{words}{EFFECTS[decided.kind]}。", width="stretch")
        st.button(
            "撤销这个认定",
            key="undo_pair",
            on_click=_ask,
            args=(
                partial(
                    commands.undo_decision,
                    pair_id=decided.id,
                    version=shown.later.version,
                    other_version=shown.earlier.version,
                    today=store.today(),
                    now=store.now(),
                ),
                "认定已撤销，两件都恢复原样",
            ),
        )


def waiting(batch_id: int | None) -> None:
    """Draw the pairs to decide on: of a period, or the marks of one import."""
    days = 30
    if batch_id is None:
        days = st.selectbox(
            "后一件的收到日期",
            list(_DAYS),
            index=1,
            format_func=_DAYS.__getitem__,
            key="days",
            bind="query-params",
            width=200,
        )
    today = store.today()
    with st.spinner("正在查找…"):
        found = store.kept(
            "likely_pairs",
            (days, batch_id, today),
            lambda session: likely_pairs.report(
                session,
                first=today - timedelta(days=days - 1),
                last=today,
                today=today,
                batch_id=batch_id,
            ),
        )
    st.session_state[_LIST] = [(pair.later, pair.earlier) for pair in found.pairs]
    if not found.pairs:
        st.success("没有待认定的疑似重复。", icon=":material/task_alt:")
        return
    more = f"，另有 {found.more} 对，认定之后补上来" if found.more else ""
    st.caption(
        f"待认定 {len(found.pairs)} 对{more}。登记和导入时标记的排在前面，其余按相似程度。"
        "同一人只比对本办留存的校验值，不显示姓名电话。"
    )
    if found.unread:
        st.warning(f"这段时间案件太多，最早的 {found.unread} 件没有比对，请缩短时间。")
    st.button(
        "从第一对开始认定",
        key="pair_start",
        type="primary",
        shortcut="Enter",
        on_click=_turn,
        args=((found.pairs[0].later, found.pairs[0].earlier),),
    )
    _table(found.pairs)


def _table(pairs: Sequence[Pair]) -> None:
    columns = {
        "建议": [pair.proposal.kind.label for pair in pairs],
        "同一人": [pair_table.SAME[pair.shared.same_person] for pair in pairs],
        "相似": [f"{pair.shared.likeness}%" for pair in pairs],
        "标记": ["已标记" if pair.marked else "" for pair in pairs],
        "后一件": [pair.later_title for pair in pairs],
        "收到": [str(pair.later_on) for pair in pairs],
        "前一件": [pair.earlier_title for pair in pairs],
        "前一件收到": [str(pair.earlier_on) for pair in pairs],
    }
    tables.opening_table(
        [pair.later for pair in pairs],
        columns,
        _WIDTHS,
        opens=[f"{pair.later} {pair.earlier}" for pair in pairs],
        on_open=_open,
        key="pairs",
        alt="疑似重复的案件，每行一对",
    )


def _open(pair: str) -> None:
    one, other = pair.split()
    _turn((one, other))


def decided_list() -> None:
    """Draw the latest decisions; each opens the two side by side, where it is taken back."""
    found = store.kept("decisions", None, duplicates.decisions)
    if not found:
        st.info("还没有认定过。认定之后列在这里，随时可以撤销。")
        return
    st.caption("点编号并排对照，在那里撤销。")
    tables.opening_table(
        [each.later for each in found],
        {
            "前一件": [each.earlier for each in found],
            "认定": [each.kind.label for each in found],
            "理由": [each.reason for each in found],
            "认定人": [each.actor for each in found],
            "时间": [f"{store.local(each.at):%Y-%m-%d %H:%M}" for each in found],
            "现在": [f"已由 {each.undone_by} 撤销" if each.undone_at else "有效" for each in found],
        },
        _DECIDED_WIDTHS,
        opens=[f"{each.later} {each.earlier}" for each in found],
        on_open=_open,
        key="decided",
        alt="认定过的案件，每行一对",
    )
