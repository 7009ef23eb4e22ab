"""How a dispute ends: its file of papers, calls on the parties, 销号 with its gate, looks back, its case."""

from datetime import date
from functools import partial

import streamlit as st

import settings
from db.commands import dispute_sign_off as commands
from db.commands import dispute_steps, disputes
from db.commands.cases import NewFile
from db.queries import dispute_sign_off as queries
from db.queries.dispute_file import DisputeFile, PaperRow
from db.queries.dispute_sign_off import LookRow, SignOffFile, SignOffRow
from rules.attachments import ALLOWED
from rules.case_terms import Performance, Satisfaction
from rules.dispute_steps import RULES, Hand
from rules.dispute_terms import DisputeState, DisputeStep, PaperKind
from rules.errors import RuleError
from rules.people import Person
from rules.permissions import Action, Actor
from ui import forms, store, windows

_CALLED = (DisputeState.RESOLVED, DisputeState.ROUTED, DisputeState.REVISITED)


def papers(file: DisputeFile) -> None:
    """Draw the papers of the file and the form that adds one."""
    st.subheader("案卷")
    for paper in file.papers:
        _paper(paper)
    if not file.papers:
        st.caption("还没有案卷材料。销号要求案卷齐全。")
    if file.seat.takes(Hand.DUTY) and file.state is not DisputeState.SIGNED_OFF:
        windows.opened("dispute_paper", "添加案卷材料", partial(_paper_form, file=file))


def _paper(paper: PaperRow) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        number = f" {paper.number}" if paper.number else ""
        st.caption(forms.plain(f"{paper.kind.label}{number} {paper.issued_on}"), width="stretch")
        if not paper.name:
            return
        if st.button("取出", key=f"paper_{paper.id}", type="tertiary"):
            try:
                with store.writing() as session:
                    taken = disputes.download_paper(session, paper.id)
            except RuleError as refusal:
                forms.show_refusal(refusal)
                return
            name, media_type, content = taken
            st.download_button(
                f"下载 {name}",
                content,
                file_name=name,
                mime=media_type,
                key=f"paper_file_{paper.id}",
                on_click="ignore",
            )


def _paper_form(key: str, file: DisputeFile) -> None:
    st.session_state.setdefault("paper_on", store.today())
    with st.form("dispute_paper_form", border=False, clear_on_submit=False):
        kind = st.selectbox(
            "材料种类",
            list(PaperKind),
            index=None,
            format_func=lambda each: each.label,
            key="paper_kind",
            placeholder="请选择",
        )
        number = st.text_input("文号（可不填）", key="paper_number", max_chars=64)
        issued_on = forms.date_input("材料日期", key="paper_on")
        upload = st.file_uploader("扫描件（可不传）", sorted(ALLOWED), key="paper_upload")
        submitted = st.form_submit_button("添加", type="primary", key="paper_save")
    if submitted:
        taken = NewFile(upload.name, upload.getvalue()) if upload is not None else None
        forms.save(
            lambda session: disputes.add_paper(
                session,
                file.id,
                kind=kind,
                number=number or "",
                issued_on=issued_on,
                file=taken,
                limit_mb=settings.current().upload_mb,
                today=store.today(),
                now=store.now(),
            ),
            refilled={key: False, "paper_kind": None, "paper_number": ""},
            message="已添加案卷材料",
        )


def ending(file: DisputeFile, actor: Actor, *, today: date) -> None:
    """Draw calls on the parties, the request for the sign-off with what it lacks, and looks back."""
    with store.reading() as session:
        signing = queries.sign_off_file(session, file.id, reader=actor.name, today=today)
    handles = file.seat.takes(Hand.DUTY)
    st.subheader("回访和销号")
    for look in signing.looks:
        _look(look)
    if handles and file.state in _CALLED:
        windows.opened("dispute_call", "登记回访", partial(_call_form, file=file))
    waiting = [look for look in signing.looks if look.done_on is None and not look.dropped]
    if handles and waiting and file.state is DisputeState.SIGNED_OFF:
        label = f"登记{waiting[0].kind.label}"
        windows.opened("dispute_look", label, partial(_look_form, look=waiting[0]))
    if handles and file.state is DisputeState.REVISITED:
        windows.opened("dispute_request", "申请销号", partial(_request_form, file=file))
    if not signing.looks and not signing.past and file.state not in _CALLED:
        st.caption("化解成功或转入法定途径后回访当事人，认可的再申请销号。")
    for past in signing.past:
        _past(past)
    if signing.current is not None:
        _sign_off(signing, signing.current, file, actor)
    if file.state is DisputeState.SIGNED_OFF and actor.may(Action.SIGN_OFF_DISPUTE):
        windows.opened("dispute_assess", "考评和归档", partial(_assess_form, file=file))
    if file.assessed_on or file.archive_number:
        words = [f"{file.assessed_on} 考评：{file.assessment}"] if file.assessed_on else []
        words += [f"归档号 {file.archive_number}"] if file.archive_number else []
        st.caption(forms.plain("；".join(words)))


def _look(look: LookRow) -> None:
    if look.done_on is None:
        word = "，已不需要" if look.dropped else "，待完成"
        st.caption(f"{look.kind.label} {look.due_on} 到期{word}")
        return
    satisfied = look.satisfaction.label if look.satisfaction else ""
    accepted = "认可" if look.accepted else "不认可"
    st.caption(
        forms.plain(
            f"{look.done_on} {look.kind.label}：{satisfied}，当事人{accepted}（{look.done_by}）{look.text}"
        )
    )


def _satisfaction(key: str) -> Satisfaction | None:
    return st.radio(
        "当事人满意度",
        list(Satisfaction),
        index=None,
        format_func=lambda each: each.label,
        key=key,
        horizontal=True,
    )


def _call_form(key: str, file: DisputeFile) -> None:
    st.session_state.setdefault("call_on", store.today())
    with st.form("dispute_call_form", border=False):
        done_on = forms.date_input("回访日期", key="call_on")
        satisfaction = _satisfaction("call_satisfaction")
        accepted = st.checkbox("当事人认可化解结果", key="call_accepted")
        text = st.text_area("回访情况", key="call_text", max_chars=2000)
        submitted = st.form_submit_button("保存回访", type="primary", key="call_save")
    if submitted:
        forms.save(
            lambda session: commands.call_back(
                session,
                file.id,
                done_on=done_on,
                satisfaction=satisfaction,
                accepted=accepted,
                text=text or "",
                version=file.version,
                today=store.today(),
                now=store.now(),
            ),
            refilled={key: False, "call_text": "", "call_accepted": False},
            message="已登记回访",
        )


def _look_form(key: str, look: LookRow) -> None:
    st.session_state.setdefault("look_on", store.today())
    st.caption(f"{look.kind.label}，{look.due_on} 到期")
    with st.form("dispute_look_form", border=False):
        done_on = forms.date_input("回头看日期", key="look_on")
        satisfaction = _satisfaction("look_satisfaction")
        recurred = st.checkbox("又有反复（撤销销号，重新化解）", key="look_recurred")
        text = st.text_area("回头看情况", key="look_text", max_chars=2000)
        submitted = st.form_submit_button("保存", type="primary", key="look_save")
    if submitted:
        forms.save(
            lambda session: commands.look_back(
                session,
                look.id,
                done_on=done_on,
                satisfaction=satisfaction,
                recurred=recurred,
                text=text or "",
                version=look.version,
                today=store.today(),
                now=store.now(),
            ),
            refilled={key: False, "look_text": "", "look_recurred": False},
            message=f"已登记{look.kind.label}",
        )


def _request_form(key: str, file: DisputeFile) -> None:
    with st.form("dispute_request_form", border=False):
        result = st.text_area("化解结果", key="request_result", max_chars=2000)
        performance = st.selectbox(
            "协议履行情况",
            list(Performance),
            index=None,
            format_func=lambda each: each.label,
            key="request_performance",
            placeholder="请选择",
        )
        until = forms.date_input("分期履行到期日（分期的填）", key="request_until")
        submitted = st.form_submit_button("申请销号", type="primary", key="request_save")
    if submitted:
        forms.save(
            lambda session: commands.request_sign_off(
                session,
                file.id,
                result=result or "",
                performance=performance,
                performed_until=until,
                version=file.version,
                today=store.today(),
                now=store.now(),
            ),
            refilled={key: False, "request_result": ""},
            message="已申请销号",
        )


def _past(past: SignOffRow) -> None:
    if past.refused_on:
        st.caption(forms.plain(f"{past.refused_on} 销号申请退回：{past.refused_why}"))
    elif past.withdrawn_on:
        st.caption(forms.plain(f"{past.withdrawn_on} 撤销销号：{past.withdrawn_why}"))


def _sign_off(signing: SignOffFile, current: SignOffRow, file: DisputeFile, actor: Actor) -> None:
    performed = f"，{current.performed_until} 履行完" if current.performed_until else ""
    st.text(f"申请销号（{current.requested_by}）：{current.result}")
    st.caption(f"协议履行：{current.performance.label}{performed}")
    if current.head_on:
        st.caption(forms.plain(f"{current.head_on} 责任单位负责人 {current.head_name} 签批"))
    if current.signed_on:
        st.success(forms.plain(f"{current.signed_on} 由 {current.approved_by} 审核销号"))
        return
    if not current.head_on and file.seat.takes(Hand.DUTY):
        windows.opened("dispute_head", "登记负责人签批", partial(_head_form, current=current))
    if signing.missing:
        st.warning("还缺：  \n" + "  \n".join(forms.plain(f"· {m}") for m in signing.missing))
    if not actor.may(Action.SIGN_OFF_DISPUTE):
        return
    if signing.barred:
        st.caption(signing.barred)
    with st.container(horizontal=True):
        if st.button(
            "审核销号",
            type="primary",
            key="dispute_approve",
            disabled=bool(signing.missing or signing.barred),
        ):
            forms.save(
                lambda session: commands.approve_sign_off(
                    session,
                    current.id,
                    version=current.version,
                    today=store.today(),
                    now=store.now(),
                ),
                message="已销号",
            )
        windows.opened("dispute_refuse", "退回销号申请", partial(_refuse_form, current=current))


def _head_form(key: str, current: SignOffRow) -> None:
    st.session_state.setdefault("head_on", store.today())
    with st.form("dispute_head_form", border=False):
        name = st.text_input("责任单位负责人", key="head_name", max_chars=64)
        on = forms.date_input("签批日期", key="head_on")
        submitted = st.form_submit_button("保存签批", type="primary", key="head_save")
    if submitted:
        forms.save(
            lambda session: commands.record_head_approval(
                session,
                current.id,
                head_name=name or "",
                head_on=on,
                version=current.version,
                today=store.today(),
            ),
            refilled={key: False, "head_name": ""},
            message="已登记签批",
        )


def _refuse_form(key: str, current: SignOffRow) -> None:
    with st.form("dispute_refuse_form", border=False):
        why = st.text_area("退回理由", key="refuse_why", max_chars=500)
        submitted = st.form_submit_button("退回", type="primary", key="refuse_save")
    if submitted:
        forms.save(
            lambda session: commands.refuse_sign_off(
                session,
                current.id,
                why=why or "",
                version=current.version,
                today=store.today(),
                now=store.now(),
            ),
            refilled={key: False, "refuse_why": ""},
            message="已退回",
        )


def _assess_form(key: str, file: DisputeFile) -> None:
    record = f"dispute-assess-{file.id}"
    started = {
        "assess_on": file.assessed_on or store.today(),
        "assess_text": file.assessment,
        "assess_archive": file.archive_number,
    }
    version = forms.filled(record, file.version, started)
    with st.form(record, border=False):
        on = forms.date_input("考评日期", key="assess_on")
        text = st.text_area("考评意见（对化解工作，不对个人）", key="assess_text", max_chars=500)
        archive = st.text_input("归档号", key="assess_archive", max_chars=64)
        submitted = st.form_submit_button("保存", type="primary", key="assess_save")
    if submitted:
        forms.save(
            lambda session: disputes.assess(
                session,
                file.id,
                assessed_on=on,
                assessment=text or "",
                archive_number=archive or "",
                version=version,
                today=store.today(),
                now=store.now(),
            ),
            record=record,
            refilled={key: False},
        )


def case(file: DisputeFile, actor: Actor) -> None:
    """Draw the case a dispute became or is about, and the ways there."""
    st.subheader("信访事项")
    if file.case is None:
        st.caption("没有关联信访事项。")
    elif not file.case.number:
        st.caption("已关联信访事项，不在您的查看范围内。")
    else:
        state = file.case.state.label if file.case.state else ""
        st.page_link(
            "pages/cases/detail.py",
            label=forms.plain(f"{file.case.number} {file.case.title}（{state}）"),
            icon=":material/description:",
            query_params={"case": file.case.number},
        )
    if not actor.may(Action.SIGN_OFF_DISPUTE) or file.state is DisputeState.PETITIONED:
        return
    if file.case is not None:
        if st.button("取消关联", key="dispute_unlink", type="tertiary"):
            _link(file, "")
        return
    with st.container(horizontal=True):
        windows.opened("dispute_link", "关联已有案件", partial(_link_form, file=file))
        if file.state in RULES[DisputeStep.PETITION].sources:
            windows.opened("dispute_petition", "转信访事项", partial(_petition_form, file=file))


def _link(file: DisputeFile, number: str, key: str = "dispute_link") -> None:
    forms.save(
        lambda session: dispute_steps.link_case(
            session, file.id, number, version=file.version, now=store.now()
        ),
        refilled={key: False},
        message=f"已关联 {number}" if number else "已取消关联",
    )


def _link_form(key: str, file: DisputeFile) -> None:
    st.caption("这件纠纷已有人信访的，关联起来；纠纷照常化解、照常计数。")
    with st.form("dispute_link_form", border=False):
        number = st.text_input("案件编号", key="link_number")
        submitted = st.form_submit_button("关联", type="primary", key="link_save")
    if submitted:
        _link(file, (number or "").strip(), key)


def _petition_form(key: str, file: DisputeFile) -> None:
    st.caption("登记为信访事项，按《信访工作条例》办理；台账里记为转出，两边互相可查。")
    with st.form("dispute_petition_form", border=False):
        reason = st.text_area("转信访事项的理由", key="petition_reason", max_chars=2000)
        name = st.text_input("信访人（可不填）", key="petition_name", autocomplete="off")
        phone = st.text_input("电话（可不填）", key="petition_phone", autocomplete="off")
        submitted = st.form_submit_button("登记为信访事项", type="primary", key="petition_save")
    if submitted:
        people = [Person(name.strip(), (phone or "").strip())] if name and name.strip() else []
        forms.save(
            lambda session: dispute_steps.open_case(
                session,
                file.id,
                reason=reason or "",
                people=people,
                version=file.version,
                today=store.today(),
                now=store.now(),
            ),
            refilled={key: False},
            message=lambda opened: f"已登记案件 {opened.number}",
        )
