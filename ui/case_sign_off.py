"""回访 and 销号 on the page of a case: the looks back, the request and the approvals."""

from functools import partial
from typing import Any

import streamlit as st

from db.commands import sign_off as commands
from db.commands import supervision as look_commands
from db.queries.case_file import CaseFile
from db.queries.sign_off import SignOffFile, SignOffRow
from db.queries.supervision import LookBackRow, Supervision
from rules.case_terms import ExitReason, Performance, Satisfaction
from rules.permissions import Action, Actor
from rules.steps import ENDED
from rules.terms import CaseState
from ui import forms, store
from ui.case_follow_up import term_box
from ui.windows import opened


def look_backs(file: CaseFile, found: Supervision, actor: Actor) -> None:
    """Draw the looks back of a closed case; the office writes what they found."""
    if file.state not in ENDED and not found.look_backs:
        return
    st.subheader("回访")
    office = actor.may(Action.DIRECT_CASE) and file.state in ENDED
    for row in found.look_backs:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            _look(row)
            if office and row.done_on is None:
                opened(f"look_{row.id}", f"登记{row.kind.label}", partial(_look_form, file, row))
        if row.outcome:
            st.text(row.outcome)
    if office:
        opened(f"call_{file.id}", "另记一次回访", partial(_look_form, file, None))


def _look(row: LookBackRow) -> None:
    if row.done_on is None:
        late = row.due_on <= store.today()
        st.caption(f"**{row.kind.label}** {row.due_on} {'已到期' if late else '到期'}")
        return
    opinions = "，".join(
        f"对{whom}{opinion.label}"
        for whom, opinion in (("信访部门", row.with_office), ("责任单位", row.with_unit))
        if opinion is not None
    )
    again = "，又信访" if row.repeated else ""
    st.caption(f"**{row.kind.label}** {row.done_on} {forms.plain(row.done_by)}：{opinions}{again}")


def _look_form(file: CaseFile, row: LookBackRow | None, key: str) -> None:
    record = f"{key}_record"
    current = row.version if row is not None else 0
    version = forms.pinned_version(record, current, field=f"{key}_outcome")
    with st.form(f"{key}_form", border=False):
        done_on = st.date_input(
            "回访日期", value=store.today(), format="YYYY-MM-DD", key=f"{key}_on"
        )
        with_office: Satisfaction | None = term_box("对信访部门", Satisfaction, key=f"{key}_office")
        with_unit: Satisfaction | None = term_box("对责任单位", Satisfaction, key=f"{key}_unit")
        repeated = st.checkbox("办结后又信访", key=f"{key}_repeated")
        outcome = st.text_area("回访结果", key=f"{key}_outcome", height=80)
        if not st.form_submit_button("保存回访", type="primary"):
            return
    forms.save(
        partial(
            look_commands.do_look_back,
            case_id=file.id,
            values={
                "done_on": done_on,
                "with_office": with_office,
                "with_unit": with_unit,
                "repeated": repeated,
                "outcome": outcome,
            },
            look_back_id=row.id if row is not None else None,
            version=version if row is not None else None,
            today=store.today(),
            now=store.now(),
        ),
        record=record,
        refilled={key: False, f"{key}_outcome": "", f"{key}_repeated": False},
        message="回访已保存",
    )


def draw(file: CaseFile, found: SignOffFile, actor: Actor) -> None:
    """Draw the sign-off of a case that has ended: what it lacks, and who has yet to agree."""
    if file.state not in ENDED and not found.past:
        return
    st.subheader("销号")
    current = found.current
    if current is not None:
        _current(current, found)
    with st.container(horizontal=True):
        if current is None:
            if actor.may(Action.DIRECT_CASE) and file.state is CaseState.CLOSED:
                opened(f"ask_{file.id}", "申请销号", partial(_ask, file, found))
        else:
            _actions(current, found, actor)
    for row in found.past:
        fate = (
            f"{row.refused_on} 退回：{row.refused_why}"
            if row.refused_on
            else f"{row.withdrawn_on} 撤销：{row.withdrawn_why}"
        )
        st.caption(forms.plain(f"{row.requested_by}申请的销号 {fate}"))


def _current(row: SignOffRow, found: SignOffFile) -> None:
    until = f"，履行至 {row.performed_until}" if row.performed_until else ""
    st.caption(
        forms.plain(
            f"{row.requested_by}申请，以“{row.exit_reason.label}”销号，"
            f"协议{row.performance.label}{until}，结果文书：{row.document or '未指明'}"
        )
    )
    st.text(row.result)
    if row.head_on is not None:
        st.caption(forms.plain(f"责任单位负责人 {row.head_name} {row.head_on} 签批"))
    if row.signed_on is not None:
        st.success(forms.plain(f"{row.signed_on} 经 {row.approved_by} 批准销号"))
    elif found.missing:
        st.warning("销号还缺：  \n" + "  \n".join(forms.plain(line) for line in found.missing))
    else:
        st.info("材料齐全，等待联席办另一人批准。")


def _actions(row: SignOffRow, found: SignOffFile, actor: Actor) -> None:
    if row.signed_on is None:
        if actor.may(Action.HANDLE_CASE):
            opened(f"head_{row.id}", "登记负责人签批", partial(_head, row))
        if not actor.may(Action.DIRECT_CASE):
            return
        if found.barred:
            st.caption(found.barred)
        elif not found.missing:
            opened(f"approve_{row.id}", "批准销号", partial(_approve, row))
        opened(f"refuse_{row.id}", "退回申请", partial(_back, row, refuse=True))
    if actor.may(Action.DIRECT_CASE):
        label = "撤回申请" if row.signed_on is None else "撤销销号"
        opened(f"undo_{row.id}", label, partial(_back, row, refuse=False))


def _ask(file: CaseFile, found: SignOffFile, key: str) -> None:
    record = f"{key}_record"
    version = forms.pinned_version(record, file.version, field=f"{key}_result")
    exit_reason = found.exit_reason
    with st.form(f"{key}_form", border=False):
        result = st.text_area("办理结果", key=f"{key}_result", height=80)
        if exit_reason is None:
            exit_reason = term_box("办结方式", ExitReason, key=f"{key}_exit")
        document_id = forms.choose(
            "结果文书",
            {paper.id: paper.label for paper in found.documents if not paper.lapsed},
            key=f"{key}_document",
            empty="尚未登记",
        )
        performance: Performance | None = term_box(
            "协议履行", Performance, key=f"{key}_performance"
        )
        until = forms.date_input("履行到期日（分期履行才填）", key=f"{key}_until")
        if not st.form_submit_button("提交申请", type="primary"):
            return
    forms.save(
        partial(
            commands.request_sign_off,
            case_id=file.id,
            result=result,
            document_id=document_id,
            performance=performance,
            performed_until=until,
            exit_reason=exit_reason,
            version=version,
            now=store.now(),
        ),
        record=record,
        refilled={key: False},
        message="销号申请已提交",
    )


def _head(row: SignOffRow, key: str) -> None:
    record = f"{key}_record"
    version = forms.pinned_version(record, row.version, field=f"{key}_name")
    with st.form(f"{key}_form", border=False):
        name = st.text_input("单位负责人姓名", key=f"{key}_name")
        head_on = st.date_input(
            "签批日期", value=store.today(), format="YYYY-MM-DD", key=f"{key}_on"
        )
        if not st.form_submit_button("保存签批", type="primary"):
            return
    forms.save(
        partial(
            commands.record_head_approval,
            sign_off_id=row.id,
            head_name=name,
            head_on=head_on,
            version=version,
            today=store.today(),
        ),
        record=record,
        refilled={key: False},
        message="签批已登记",
    )


def _approve(row: SignOffRow, key: str) -> None:
    record = f"{key}_record"
    version = forms.pinned_version(record, row.version, field=f"{key}_checked")
    with st.form(f"{key}_form", border=False):
        checked = st.checkbox("已核对办理结果、文书和回访", key=f"{key}_checked")
        if not st.form_submit_button("确定销号", type="primary"):
            return
    if not checked:
        st.error("请先核对材料并勾选")
        return
    forms.save(
        partial(
            commands.approve_sign_off,
            sign_off_id=row.id,
            version=version,
            today=store.today(),
            now=store.now(),
        ),
        record=record,
        refilled={key: False},
        message="已销号",
    )


def _back(row: SignOffRow, key: str, *, refuse: bool) -> None:
    record = f"{key}_record"
    version = forms.pinned_version(record, row.version, field=f"{key}_why")
    if not refuse and row.signed_on is not None:
        st.caption("案件回到“办理中”，重新起算期限。")
    with st.form(f"{key}_form", border=False):
        why = st.text_input("理由", key=f"{key}_why")
        if not st.form_submit_button("确定退回" if refuse else "确定撤销", type="primary"):
            return
    given: dict[str, Any] = {
        "sign_off_id": row.id,
        "why": why,
        "version": version,
        "today": store.today(),
    }
    forms.save(
        partial(commands.refuse_sign_off, **given)
        if refuse
        else partial(commands.withdraw_sign_off, **given, now=store.now()),
        record=record,
        refilled={key: False},
        message="申请已退回" if refuse else "已撤销",
    )
