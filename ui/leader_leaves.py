"""Leave of leaders on the screen: recorded with the turns it touches, changed, taken back."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from db.commands import leaders as commands
from db.queries import leaders as queries
from db.queries.leaders import LeaderRow, LeaveRow, PlannedTurn
from ui import forms, store


def draw(leaders: Sequence[LeaderRow], leaves: Sequence[LeaveRow], *, today: date) -> None:
    """Draw who is away today and later, and the form of another leave."""
    listed, beside = st.columns([4, 3], gap="small")
    with beside:
        _add(leaders)
        if leaves:
            st.subheader("修改")
            _change(leaves)
    with listed:
        _list(leaves, today=today)


def _list(leaves: Sequence[LeaveRow], *, today: date) -> None:
    clashing = [row for row in leaves if row.turns]
    if clashing:
        names = "；".join(f"{row.leader} {_days(row.turns)}" for row in clashing)
        st.warning(f"请假期间还排着班，请到“排班”里换人或改期：{forms.plain(names)}")
    if not leaves:
        st.info("今天起没有领导请假。领导请假的，在右边登记，排班时就不会排到。")
        return
    st.dataframe(
        [
            {
                "领导": row.leader,
                "职务": row.post,
                "从": f"{row.first_on}",
                "到（含）": f"{row.last_on}",
                "现在": "请假中" if row.first_on <= today else "未开始",
                "事由": row.reason,
                "期间的班次": _days(row.turns),
            }
            for row in leaves
        ],
        hide_index=True,
        height="content",
        alt="请假一览",
    )


def _days(turns: Sequence[PlannedTurn]) -> str:
    return "、".join(
        f"{turn.on:%m-%d}{f'（{turn.place}）' if turn.place else ''}" for turn in turns
    )


def _add(leaders: Sequence[LeaderRow]) -> None:
    """Draw the form; no st.form, so that the turns are named before anything is saved."""
    st.subheader("登记请假")
    labels = {row.id: f"{row.name}（{row.post}）" for row in leaders}
    leader_id = forms.choose("领导", labels, key="leave_leader", empty="请选择")
    first, last = st.columns(2)
    with first:
        first_on = forms.date_input("从", key="leave_first")
    with last:
        last_on = forms.date_input("到（含）", key="leave_last")
    reason = st.text_input("事由", key="leave_reason", placeholder="例如：参加培训")
    turns: Sequence[PlannedTurn] = ()
    if leader_id is not None and first_on and last_on:
        with store.reading() as session:
            turns = queries.planned_turns(session, [leader_id], first=first_on, last=last_on)
    if turns:
        st.warning(
            f"这几天已经排了 {len(turns)} 个班次：{_days(turns)}。"
            "请假可以登记，班次请到“排班”里换人或改期。"
        )
    if st.button("登记请假", type="primary", key="leave_add", disabled=leader_id is None):
        assert leader_id is not None
        forms.save(
            lambda session: commands.add_leave(
                session, leader_id, first_on=first_on, last_on=last_on, reason=reason or ""
            ),
            refilled={"leave_first": None, "leave_last": None, "leave_reason": ""},
            message=f"已登记：{labels[leader_id]} {first_on} 至 {last_on} 请假",
        )


def _change(leaves: Sequence[LeaveRow]) -> None:
    labels = {row.id: f"{row.leader} {row.first_on} 至 {row.last_on}" for row in leaves}
    chosen = forms.choose("请假记录", labels, key="leave")
    row = next((row for row in leaves if row.id == chosen), leaves[0])
    record, at = f"leave-{row.id}", f"-{row.id}"
    values = {
        f"leave_first{at}": row.first_on,
        f"leave_last{at}": row.last_on,
        f"leave_reason{at}": row.reason,
    }
    version = forms.filled(record, row.version, values)
    with st.form(f"change_leave{at}"):
        first, last = st.columns(2)
        with first:
            first_on = forms.date_input("从", key=f"leave_first{at}")
        with last:
            last_on = forms.date_input("到（含）", key=f"leave_last{at}")
        reason = st.text_input("事由", key=f"leave_reason{at}")
        with st.container(horizontal=True):
            save = st.form_submit_button("保存", type="primary", key=f"leave_set{at}")
            remove = st.form_submit_button("删除这条请假", key=f"leave_drop{at}")
    if save:
        forms.save(
            lambda session: commands.change_leave(
                session,
                row.id,
                version=version,
                first_on=first_on,
                last_on=last_on,
                reason=reason or "",
            ),
            record=record,
        )
    if remove:
        forms.save(
            lambda session: commands.remove_leave(session, row.id, version=version),
            record=record,
            message=f"已删除：{labels[row.id]} 的请假",
        )
