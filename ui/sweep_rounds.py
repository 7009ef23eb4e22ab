"""The rounds on the screen: opening one by hand, the list of a year, moving, closing, taking away."""

from collections.abc import Sequence
from datetime import date, datetime, time

import pyarrow as pa
import streamlit as st

from db.commands import sweep_rounds as commands
from db.queries import sweep_plan
from db.queries.sweeps import RoundRow
from rules.sweep_defaults import LEVELS
from rules.sweep_figures import FILED
from rules.sweep_setting import BY_HAND, ROLLING
from rules.sweep_terms import RoundKind, SlotState
from rules.sweeps import Round, SweepUnit, is_late
from rules.terms import UnitKind
from ui import forms, store
from ui.options import options

_ROW, _HEAD, _TALL = 34, 37, 460
_DUE = time(18, 0)
_NEW = ("sweep_name", "sweep_note")


def ahead() -> None:
    """Draw the button that makes the rounds of a year ahead."""
    if st.button("生成未来一年的轮次", key="sweep_year", type="tertiary", icon=":material/event:"):
        today = store.today()
        forms.save(
            lambda session: commands.keep_up(
                session,
                until=today + sweep_plan.YEAR,
                today=today,
                now=store.now(),
                clock=store.clock(),
            ),
            message=lambda kept: f"已生成 {kept.made} 轮，改动 {kept.moved} 轮",
        )


def opening(units: Sequence[SweepUnit], key: str) -> None:
    """Draw the form of a round opened by hand, for whole levels or chosen units."""
    today = store.today()
    defaults = {
        "sweep_first": today,
        "sweep_last": today,
        "sweep_due": today,
        "sweep_due_time": _DUE,
    }
    for name, value in defaults.items():
        st.session_state.setdefault(name, value)
    offered = options()
    here = {unit.id: unit for unit in units if unit.id in offered.units}
    with st.form("sweep_open", border=False):
        kind = st.radio("类别", BY_HAND, format_func=_label, key="sweep_kind", horizontal=True)
        name = st.text_input("名称", key="sweep_name", placeholder="例如：岁末年初欠薪问题专项排查")
        left, right = st.columns(2)
        with left:
            first_on = forms.date_input("开始日期", key="sweep_first")
        with right:
            last_on = forms.date_input("结束日期（含）", key="sweep_last")
        with left:
            due_on = forms.date_input("截止日期", key="sweep_due")
        due_time = right.time_input("截止时刻", key="sweep_due_time")
        levels = st.multiselect(
            "报送单位：整个层级",
            list(UnitKind),
            format_func=lambda level: LEVELS[level],
            key="sweep_levels",
            placeholder="不选就只按下面选的单位",
        )
        chosen = st.multiselect(
            "报送单位：逐个选择",
            list(here),
            format_func=forms.named(offered.unit_names, missing=""),
            key="sweep_units",
            placeholder="可以与整个层级合用",
            select_all=False,
        )
        classes = st.multiselect(
            "排查内容（不选就是各类都排查）",
            offered.codes,
            format_func=forms.named(offered.code_names, missing=""),
            key="sweep_classes",
            placeholder="内容分类",
            select_all=False,
        )
        note = st.text_area("要求", key="sweep_note", height=80)
        submitted = st.form_submit_button("发起", type="primary", key="sweep_open_submit")
    if submitted:
        wanted = {*chosen, *(unit.id for unit in here.values() if unit.kind in levels)}
        forms.save(
            lambda session: commands.open_round(
                session,
                name=name or "",
                kind=kind or RoundKind.CAMPAIGN,
                first_on=first_on,
                last_on=last_on,
                due_at=_moment(due_on, due_time),
                unit_ids=sorted(wanted),
                class_ids=classes,
                note=note or "",
                today=today,
                now=store.now(),
            ),
            refilled={key: False, **dict.fromkeys(_NEW, "")},
            message=f"已发起，{len(wanted)} 个单位应报",
        )


def listed(rows: Sequence[RoundRow], *, manages: bool) -> None:
    """Draw the rounds of a year with what is filed, and what may be done with one of them."""
    now = store.now()
    st.caption(
        f"{ROLLING}。截止后还可以补报（按迟报登记），到“停止接收”的时间自动关闭，关闭后不再变动。"
    )
    if not rows:
        st.info("这一年还没有轮次。")
        return
    st.dataframe(
        pa.table(columns(rows, now=now)),
        hide_index=True,
        row_height=_ROW,
        height=min(len(rows) * _ROW + _HEAD + 2, _TALL),
        key="sweep_rounds",
        alt="排查轮次",
        column_config={
            name: st.column_config.TextColumn(width=width) for name, width in _WIDTHS.items()
        },
    )
    if manages:
        _manage(rows, now=now)


_WIDTHS = {
    "轮次": 190,
    "报送": 140,
    "起止": 170,
    "截止": 124,
    "停止接收": 124,
    "状态": 72,
    "应报": 50,
    "已报": 50,
    "迟报": 50,
    "缺报": 50,
    "未到期": 56,
    "排查内容": 150,
    "备注": 200,
}


def columns(rows: Sequence[RoundRow], *, now: datetime) -> dict[str, list[str]]:
    """Return the rounds in words by heading."""
    return {
        "轮次": [row.round.name for row in rows],
        "报送": [_whose(row) for row in rows],
        "起止": [f"{row.round.first_on} 至 {row.round.last_on:%m-%d}" for row in rows],
        "截止": [_minute(row.round.due_at) for row in rows],
        "停止接收": [_minute(row.round.closes_at) for row in rows],
        "状态": [_standing(row.round, now=now) for row in rows],
        "应报": [str(sum(row.states.values())) for row in rows],
        "已报": [str(sum(row.states[state] for state in FILED)) for row in rows],
        "迟报": [str(row.states[SlotState.LATE]) for row in rows],
        "缺报": [str(row.states[SlotState.MISSING]) for row in rows],
        "未到期": [str(row.states[SlotState.PENDING]) for row in rows],
        "排查内容": [
            "、".join(each.rsplit("/", 1)[-1] for each in row.classes) or "各类" for row in rows
        ],
        "备注": [_remark(row) for row in rows],
    }


def _manage(rows: Sequence[RoundRow], *, now: datetime) -> None:
    open_rows = sorted(
        (row for row in rows if row.round.closed_at is None),
        key=lambda row: (row.round.due_at, row.round.id),
    )
    if not open_rows:
        return
    st.subheader("改截止时间、关闭、撤销")
    labels = {row.round.id: f"{row.round.name}　{_whose(row)}" for row in open_rows}
    chosen = forms.choose("轮次", labels, key="sweep_managed")
    row = next((each for each in open_rows if each.round.id == chosen), open_rows[0])
    record, at = f"sweep-round-{row.round.id}", f"-{row.round.id}"
    due = store.local(row.round.due_at)
    filled = {f"due{at}": due.date(), f"due_time{at}": due.time(), f"due_reason{at}": ""}
    version = forms.filled(record, row.version, filled)
    if is_late(now, row.round.due_at):
        st.caption(f"已过截止时间，{_minute(row.round.closes_at)} 自动关闭。关闭后不再接收报送。")
        if st.button("现在关闭", key=f"close{at}"):
            forms.save(
                lambda session: commands.close_round(
                    session, row.round.id, version=version, now=store.now()
                ),
                record=record,
                message=f"已关闭：{row.round.name}",
            )
    else:
        _move(row, version=version, record=record, at=at)
    if row.round.level is None and st.button("撤销这一轮", key=f"remove{at}"):
        forms.save(
            lambda session: commands.remove_round(session, row.round.id, version=version),
            record=record,
            message=f"已撤销：{row.round.name}",
        )


def _move(row: RoundRow, *, version: int, record: str, at: str) -> None:
    with st.form(f"move{at}"):
        first, second, third = st.columns([1, 1, 2])
        with first:
            due_on = forms.date_input("截止日期", key=f"due{at}")
        due_time = second.time_input("截止时刻", key=f"due_time{at}")
        reason = third.text_input("理由", key=f"due_reason{at}", placeholder="例如：县里统一安排")
        submitted = st.form_submit_button("改截止时间", key=f"move{at}_submit")
    if submitted:
        forms.save(
            lambda session: commands.move_due(
                session,
                row.round.id,
                version=version,
                due_at=_moment(due_on, due_time),
                reason=reason or "",
                today=store.today(),
                now=store.now(),
            ),
            record=record,
            message=f"已改：{row.round.name}的截止时间",
        )


def _whose(row: RoundRow) -> str:
    if row.round.level is not None:
        return LEVELS[row.round.level]
    return f"{len(row.round.unit_ids)} 个单位"


def _standing(each: Round, *, now: datetime) -> str:
    if each.closed_at is not None:
        return "已关闭"
    if store.today() < each.first_on:
        return "未开始"
    return "补报中" if is_late(now, each.due_at) else "进行中"


def _remark(row: RoundRow) -> str:
    moved = f"改过截止时间：{row.due_reason}" if row.due_reason else ""
    opened = f"{row.created_by}发起" if row.round.level is None else ""
    return "；".join(filter(None, (opened, moved, row.note)))


def _moment(on: date | None, at: time | None) -> datetime | None:
    return None if on is None or at is None else datetime.combine(on, at, store.clock())


def _minute(moment: datetime) -> str:
    return f"{store.local(moment):%Y-%m-%d %H:%M}"


def _label(kind: RoundKind) -> str:
    return kind.label
