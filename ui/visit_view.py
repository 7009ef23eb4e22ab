"""One visit on its page: what came, what was decided, who was told, and where its matter stands."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

import streamlit as st
from sqlalchemy.orm import Session

from db.commands import visits as commands
from db.queries.visit_rows import VisitRow
from db.queries.visits import VisitFile
from rules.case_terms import FollowUpState, Light
from rules.permissions import Action, Actor
from rules.reception_terms import Stage
from rules.terms import Purpose, Repeat
from rules.visits import DECIDED, FIELDS
from ui import forms, people_box, store, tables, visit_forms, visit_outcome, windows
from ui.visit_forms import widget

_FACTS = tuple(name for name in FIELDS if name not in DECIDED)
_WIDE = frozenset({"title", "content", "remark"})
_LETTERS: Mapping[FollowUpState, Any] = {
    FollowUpState.SENT: "orange",
    FollowUpState.LATE: "red",
    FollowUpState.ANSWERED: "green",
}
_COLOURS = {Light.OVERDUE: "red", Light.NEAR: "orange", Light.NORMAL: "green"}


def heading(file: VisitFile) -> None:
    """Draw the title with its marks, and how far the visit has come."""
    row = file.row
    st.title(forms.plain(row.title))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if row.collective:
            st.badge("集体访", color="red")
        st.badge("初访" if row.repeat is Repeat.FIRST else "重访", color="gray")
        if row.purpose is Purpose.ACCUSATION:
            st.badge("检举控告", color="red")
        if row.outcome:
            st.badge(row.outcome.label, color="blue")
        for words in row.to_do:
            st.badge(words, color="orange")
        st.caption(f"编号 {row.number} · {row.received_on:%Y-%m-%d} {row.received_time}")
    passed = [f"**{s.label}** ✓" if s in row.stages else s.label for s in Stage]
    st.caption("　→　".join(passed))


def facts(file: VisitFile, actor: Actor) -> None:
    """Draw what came, and the form that corrects it."""
    row, values = file.row, file.values
    st.subheader("来访情况")
    told = {
        "接访领导": f"{row.leader}（{row.post}）",
        "类型和地点": " · ".join(filter(None, [row.kind.label, row.place])),
        "人数": f"{row.people} 人",
        "属地": row.township,
        "内容分类": row.code,
        "信访目的": row.purpose.label if row.purpose else "",
        "产生原因": values["cause"].label if values["cause"] else "",
        "陪同人员": values["companions"],
        "记录人": values["recorder"],
        "备注": values["remark"],
    }
    tables.facts_table({name: text for name, text in told.items() if text})
    if values["content"]:
        st.text(values["content"])
    if actor.may(Action.RECEIVE):
        windows.opened("visit_facts", "修改来访情况", partial(_facts_form, file))
    origin = f"由{file.batch}导入" if file.batch else f"{file.created_by} 登记"
    st.caption(forms.plain(f"{origin}，{store.local(file.created_at):%Y-%m-%d %H:%M}"))


def _facts_form(file: VisitFile, key: str) -> None:
    record = f"visit-facts-{file.row.id}"
    version, base = visit_forms.fill(file, _FACTS, record=record)
    with st.form(f"visit_facts_{file.row.id}", border=False):
        places = None
        for name in _FACTS:
            if name in _WIDE:
                widget(file, name)
                places = None
                continue
            places = places or list(st.columns(2))
            with places.pop(0):
                widget(file, name)
        saved = st.form_submit_button("保存", type="primary", shortcut="Ctrl+Enter")
    if saved:
        mine = visit_forms.changed(visit_forms.given(file, _FACTS), base)
        work = partial(
            commands.change,
            visit_id=file.row.id,
            values=mine,
            base=base,
            version=version,
            today=store.today(),
            now=store.now(),
        )
        visit_forms.save(work, record=record, closes=key, message="已保存")


def visitors(file: VisitFile, actor: Actor) -> None:
    """Draw who came, masked."""
    whose = people_box.Whose(
        number=file.row.number,
        id=file.row.id,
        version=file.row.version,
        label="来访人",
        people=file.people,
        may_edit=actor.may(Action.RECEIVE),
        reveal=commands.reveal_visitors,
        edit=commands.edit_visitors,
    )
    people_box.show(whose, actor)


def decision(file: VisitFile, actor: Actor) -> None:
    """Draw the leader's words as they were said, what was decided, and what they were before."""
    row, values = file.row, file.values
    st.subheader("领导处理意见")
    if row.instruction:
        with st.container(border=True):
            st.text(row.instruction)
            st.caption(f"—— {forms.plain(row.leader)}")
    for former in file.rewordings:
        with st.container(border=True, gap="xsmall"):
            moment = f"{store.local(former.at):%Y-%m-%d %H:%M}"
            st.caption(forms.plain(f"{moment} 由 {former.actor} 修改，原文："))
            st.text(former.before)
    told = {
        "处理方式": row.outcome.label if row.outcome else "（未填）",
        "承办单位": row.unit,
        "协办单位": values["co_units"],
        "责任人": values["handler"],
        "办理时限": _due(row),
        "办理结果": values["result"],
        "办结日期": f"{values['closed_on']:%Y-%m-%d}" if values["closed_on"] else "",
        "满意度": values["satisfaction"].label if values["satisfaction"] else "",
        "回访情况": values["called_back"],
    }
    tables.facts_table({name: text for name, text in told.items() if text})
    if actor.may(Action.RECEIVE):
        label = "修改处理意见" if row.outcome else "写处理意见"
        key = visit_outcome.OPENED
        windows.opened(key, label, lambda at: visit_outcome.form(file, actor, at))


def _due(row: VisitRow) -> str:
    if row.due_on is None:
        return ""
    return f"{row.due_on:%Y-%m-%d}（{row.light.label}）" if row.light else f"{row.due_on:%Y-%m-%d}"


def standing(file: VisitFile, actor: Actor) -> None:
    """Draw where the matter stands: 接访、处理、督办 are one line (S4-24)."""
    st.subheader("事项现状")
    found = file.row.standing
    if found is None:
        words = "已落实，没有立案" if file.row.course.carried_out else "还没有立案"
        st.caption(words)
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(found.state.label, color="blue")
        if not found.ended and found.light in _COLOURS:
            st.badge(found.light.label, color=_COLOURS[found.light])  # type: ignore[arg-type]
        if found.due_on and not found.ended:
            st.caption(f"最近的期限 {found.due_on:%Y-%m-%d}")
    for letter in file.supervised:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.badge(letter.state.label, color=_LETTERS.get(letter.state, "gray"))
            st.caption(f"{letter.rung.label}，{letter.sent_on:%Y-%m-%d} 发出")
    if found.seen:
        st.page_link(
            "pages/cases/detail.py",
            label=f"打开案件 {found.number}",
            icon=":material/description:",
            query_params={"case": found.number},
        )
    else:
        st.caption(f"案件 {found.number}")
    if actor.may(Action.EDIT_CASE):
        windows.opened("visit_unlinks", "关联错了", partial(_unlink_form, file))


def _unlink_form(file: VisitFile, key: str) -> None:
    record = f"visit-unlink-{file.row.id}"
    pinned = forms.pinned_version(record, file.row.version, field="visit_unlink")
    st.caption("解除关联后，案件照旧，接访回到“待立案”。")
    if st.button("解除关联", type="primary", key="visit_unlink"):
        work = partial(commands.remove_link, visit_id=file.row.id, version=pinned, now=store.now())
        visit_forms.save(work, record=record, closes=key, message="已解除关联")


def notices(file: VisitFile, actor: Actor) -> None:
    """Draw who must be told of a 集体访, who has been and when (S4-20)."""
    if not file.row.collective:
        return
    st.subheader("集体访通知")
    st.caption("有关单位和属地及时到现场联合接访，情况即时报告专项小组牵头领导。")
    told = {notice.whom: notice for notice in file.notices}
    for place, each in enumerate(file.to_tell):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{forms.plain(each.whom)}** {forms.plain(each.why)}", width="stretch")
            if each.whom in told:
                st.badge("已通知", color="green")
            elif actor.may(Action.RECEIVE) and st.button("记为已通知", key=f"visit_tell_{place}"):
                _tell(file, each.whom, each.unit_id, store.now())
    for notice in file.notices:
        moment = f"{store.local(notice.at):%m-%d %H:%M}"
        st.caption(forms.plain(f"{moment} 通知 {notice.whom}（{notice.actor} 记）"))
    if actor.may(Action.RECEIVE):
        windows.opened("visit_tells", "补记其他通知", partial(_notice_form, file))


def _notice_form(file: VisitFile, key: str) -> None:
    moment = store.local(store.now())
    st.session_state.setdefault("visit_told_on", moment.date())
    st.session_state.setdefault("visit_told_at", moment.time().replace(second=0, microsecond=0))
    with st.form("visit_notice", border=False):
        whom = st.text_input("通知了谁", key="visit_whom", max_chars=100)
        left, right = st.columns(2)
        on = left.date_input("日期", format="YYYY-MM-DD", key="visit_told_on")
        at = right.time_input("时间", step=60, key="visit_told_at")
        if st.form_submit_button("记下", type="primary"):
            told = datetime.combine(on, at, store.clock()) if on and at else moment
            st.session_state[key] = False
            _tell(
                file, whom or "", None, min(told, moment) if told.date() == moment.date() else told
            )


def _tell(
    file: VisitFile,
    whom: str,
    unit_id: int | None,
    at: datetime,
    refilled: Mapping[str, Any] | None = None,
) -> None:
    def work(session: Session) -> None:
        commands.tell(session, file.row.id, whom=whom, unit_id=unit_id, at=at, now=store.now())

    forms.save(work, refilled=refilled, message="已记下通知")
