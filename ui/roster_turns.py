"""The turns of a roster as a list, and what may be done with one: swap, stand-in, day, attendance."""

from collections.abc import Mapping, Sequence

import pyarrow as pa
import streamlit as st

from db.commands import rosters as commands
from db.queries.rosters import TurnView
from rules.reception_terms import ReceptionKind, TurnState
from rules.receptions import Basis
from rules.roster_words import day
from ui import forms, store, windows

_WIDTHS = {
    "日期": 186,
    "接访领导": 136,
    "职务": 150,
    "场所": 136,
    "时段": 92,
    "形式": 76,
    "陪同": 60,
    "情况": 124,
    "通知本人": 90,
    "为什么": 360,
}


def listed(views: Sequence[TurnView]) -> None:
    """List the turns by day: who, whom the roster first named, how it ended, and why he."""
    if not views:
        st.info("还没有班次。可以自动排班，也可以在月历中逐格填写。")
        return
    st.dataframe(
        pa.table(
            {
                "日期": [day(view.turn.on) for view in views],
                "接访领导": [who(view) for view in views],
                "职务": [view.post for view in views],
                "场所": [view.place for view in views],
                "时段": [view.hours for view in views],
                "形式": [view.turn.kind.label for view in views],
                "陪同": [view.companions for view in views],
                "情况": [_standing(view) for view in views],
                "通知本人": [str(view.told_on or "") for view in views],
                "为什么": ["；".join(view.why) for view in views],
            }
        ),
        hide_index=True,
        height="content",
        column_config={
            name: st.column_config.TextColumn(width=width) for name, width in _WIDTHS.items()
        },
        alt="班次一览",
    )


def who(view: TurnView) -> str:
    """Name who receives, and beside him who was to: both names are kept."""
    said = f"{view.substitute}（替{view.leader}）" if view.substitute else view.leader
    if view.planned_leader_id != view.turn.leader_id:
        said += f"（原排{view.planned_leader}）"
    return said


def _standing(view: TurnView) -> str:
    return f"{view.turn.state.label}：{view.reason}" if view.reason else view.turn.state.label


def work(views: Sequence[TurnView], basis: Basis) -> None:
    """Draw the windows in which one turn is swapped, handed to another, moved or described."""
    if not views:
        return
    with st.container(horizontal=True):
        windows.opened("turn_swap", "换班", lambda key: _swap(key, views))
        windows.opened("turn_substitute", "替班", lambda key: _substitute(key, views, basis))
        windows.opened("turn_move", "改期", lambda key: _move(key, views, basis))
        windows.opened("turn_describe", "时段和陪同", lambda key: _describe(key, views))
        windows.opened("turn_attendance", "登记实到", lambda key: attendance(key, views, basis))


def _labels(views: Sequence[TurnView]) -> dict[int, str]:
    return {view.turn.id: f"{day(view.turn.on)} {who(view)}" for view in views}


def _chosen(views: Sequence[TurnView], label: str, key: str) -> TurnView:
    labels = _labels(views)
    found = forms.choose(label, labels, key=key)
    return next((view for view in views if view.turn.id == found), views[0])


def _open(views: Sequence[TurnView]) -> list[TurnView]:
    return [view for view in views if view.turn.state is TurnState.PLANNED]


def _swap(key: str, views: Sequence[TurnView]) -> None:
    among = _open(views)
    if len(among) < 2:
        st.info("没有两个还未接访的班次可以换。")
        return
    st.caption("两个班次互换领导，各自的日期和场所不变；原来排的领导留有记录。")
    one = _chosen(among, "班次", "swap_one")
    other = _chosen([view for view in among if view is not one], "换成", "swap_other")
    record = f"swap-{one.turn.id}-{other.turn.id}"
    version = forms.pinned_version(record, one.version, field="swap_one")
    other_version = forms.pinned_version(f"{record}-other", other.version, field="swap_other")
    if st.button("换班", type="primary", key="swap_save"):
        forms.save(
            lambda session: commands.swap(
                session,
                one.turn.id,
                other.turn.id,
                version=version,
                other_version=other_version,
            ),
            record=record,
            refilled={key: False},
            message="已换班",
        )


def _substitute(key: str, views: Sequence[TurnView], basis: Basis) -> None:
    among = _open(views)
    if not among:
        st.info("没有还未接访的班次。")
        return
    view = _chosen(among, "班次", "substitute_turn")
    at = f"-{view.turn.id}"
    people = _people(basis, without=view.turn.leader_id)
    standing = view.turn.substitute_id if view.turn.substitute_id in people else None
    values = {f"substitute_leader{at}": standing, f"substitute_reason{at}": view.reason}
    version = forms.filled(f"substitute{at}", view.version, values)
    chosen = forms.choose("替班领导", people, key=f"substitute_leader{at}", empty="（不替班）")
    reason = st.text_input("原因", key=f"substitute_reason{at}", placeholder="例如：到市里开会")
    st.caption("替班的这一天算在替班领导名下。")
    if st.button("保存", type="primary", key="substitute_save"):
        forms.save(
            lambda session: commands.substitute(
                session,
                view.turn.id,
                substitute_id=chosen,
                reason=reason,
                version=version,
            ),
            record=f"substitute{at}",
            refilled={key: False},
            message="已安排替班" if chosen else "已取消替班",
        )


def _move(key: str, views: Sequence[TurnView], basis: Basis) -> None:
    among = _open(views)
    if not among:
        st.info("没有还未接访的班次。")
        return
    view = _chosen(among, "班次", "move_turn")
    at = f"-{view.turn.id}"
    version = forms.filled(f"move{at}", view.version, {f"move_on{at}": view.turn.on})
    on = st.date_input(
        "改到",
        min_value=basis.first,
        max_value=basis.last,
        format="YYYY-MM-DD",
        key=f"move_on{at}",
    )
    if st.button("改期", type="primary", key="move_save"):
        forms.save(
            lambda session: commands.move(session, view.turn.id, on=on, version=version),
            record=f"move{at}",
            refilled={key: False},
            message="已改期",
        )


def _describe(key: str, views: Sequence[TurnView]) -> None:
    view = _chosen(views, "班次", "describe_turn")
    at = f"-{view.turn.id}"
    values = {
        f"describe_hours{at}": view.hours,
        f"describe_kind{at}": view.turn.kind,
        f"describe_companions{at}": view.companions,
    }
    version = forms.filled(f"turn{at}", view.version, values)
    st.text_input("时段", key=f"describe_hours{at}", placeholder="08:30-12:00")
    st.selectbox(
        "形式",
        list(ReceptionKind),
        format_func=lambda kind: kind.label,
        key=f"describe_kind{at}",
    )
    st.text_input("陪同单位和人员", key=f"describe_companions{at}")
    if st.button("保存", type="primary", key="describe_save"):
        hours, kind, companions = (st.session_state[name] for name in values)
        forms.save(
            lambda session: commands.describe(
                session,
                view.turn.id,
                hours=hours,
                kind=kind,
                companions=companions,
                version=version,
            ),
            refilled={key: False},
            record=f"turn{at}",
        )


def attendance(key: str, views: Sequence[TurnView], basis: Basis) -> None:
    """Draw the form that writes down what came of a turn whose day has come."""
    today = store.today()
    due = [view for view in views if view.turn.on <= today]
    if not due:
        st.info("还没有到期的班次。")
        return
    open_first = sorted(due, key=lambda view: view.turn.state is not TurnState.PLANNED)
    view = _chosen(open_first, "班次", "attendance_turn")
    at = f"-{view.turn.id}"
    people = _people(basis, without=view.turn.leader_id)
    values = {
        f"attendance_state{at}": _likeliest(view),
        f"attendance_by{at}": view.turn.substitute_id
        if view.turn.substitute_id in people
        else None,
        f"attendance_reason{at}": view.reason,
    }
    version = forms.filled(f"attendance{at}", view.version, values)
    state = st.radio(
        "情况",
        list(TurnState),
        format_func=lambda each: "未登记" if each is TurnState.PLANNED else each.label,
        horizontal=True,
        key=f"attendance_state{at}",
    )
    substitute_id = None
    if state is TurnState.SUBSTITUTED:
        substitute_id = forms.choose("替班领导", people, key=f"attendance_by{at}", empty="请选择")
    reason = st.text_input("原因", key=f"attendance_reason{at}")
    st.caption("只有实到和替班的天数计入接访天数。")
    if st.button("保存", type="primary", key="attendance_save"):
        forms.save(
            lambda session: commands.record_attendance(
                session,
                view.turn.id,
                state=state or TurnState.PLANNED,
                substitute_id=substitute_id,
                reason=reason,
                version=version,
                today=today,
                now=store.now(),
            ),
            record=f"attendance{at}",
            refilled={key: False},
        )


def _likeliest(view: TurnView) -> TurnState:
    """What most probably came of a turn of which nothing is written: its arrangement was kept."""
    if view.turn.state is not TurnState.PLANNED:
        return view.turn.state
    return TurnState.SUBSTITUTED if view.turn.substitute_id else TurnState.HELD


def _people(basis: Basis, *, without: int) -> Mapping[int, str]:
    return {
        each.id: f"{each.name}（{each.post}）" for each in basis.receivers if each.id != without
    }
