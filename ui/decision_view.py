"""One decision on the screen: what it says, the unit's reports with evidence, the office's word."""

import streamlit as st

from db.commands import meeting_decisions as commands
from db.commands.cases import NewFile
from db.queries.meeting_decisions import DecisionRow, ReportRow
from rules import attachments
from rules.meetings import REPORT_MAX, Verdict
from rules.permissions import Action, Actor
from ui import forms, meeting_list, signin, store, tables

_LIMIT_MB = 20


def draw(row: DecisionRow, reports: tuple[ReportRow, ...], actor: Actor) -> None:
    """Draw the decision with what was reported on it and what is to be done with that."""
    st.title(forms.plain(row.text))
    tables.facts_table(
        {
            "责任单位": row.unit,
            "时限": f"{row.due_on}（含当天）",
            "状态": row.standing,
            "议题": row.item or "—",
            "会议": f"{row.held_on} {row.meeting_title}",
        }
    )
    st.page_link(
        meeting_list.PAGE,
        label=f"会议 {row.meeting}",
        icon=":material/groups_3:",
        query_params={"meeting": row.meeting},
    )
    own = actor.sees_all_cases or row.unit_id in actor.unit_ids
    if actor.may(Action.REPORT_DECISION) and own and row.done_on is None and not row.waiting_since:
        _reporting(row)
    for report in reports:
        with st.container(border=True):
            _report(row, report, actor)


def _reporting(row: DecisionRow) -> None:
    record, at = f"report-{row.id}", f"-{row.id}"
    version = forms.pinned_version(record, row.version, field=f"report_text{at}")
    st.subheader("报告落实情况")
    with st.form(record, width=720):
        text = st.text_area("落实情况", key=f"report_text{at}", max_chars=REPORT_MAX, height=110)
        upload = st.file_uploader("证明材料", list(attachments.ALLOWED), key=f"report_file{at}")
        submitted = st.form_submit_button(
            "报告", type="primary", key=f"report_save{at}", shortcut="Ctrl+Enter"
        )
    if submitted:
        file = NewFile(upload.name, upload.getvalue()) if upload else None
        forms.save(
            lambda session: commands.report_decision(
                session,
                row.id,
                text=text or "",
                file=file,
                limit_mb=_LIMIT_MB,
                version=version,
                today=store.today(),
                now=store.now(),
            ),
            record=record,
            message="已报告，等联席办认可",
        )


def _report(row: DecisionRow, report: ReportRow, actor: Actor) -> None:
    verdict = report.verdict.label if report.verdict else "待认可"
    st.markdown(f"**{report.reported_on} 报告（{verdict}）** {forms.plain(report.actor)}")
    st.text(report.text)
    if report.file:

        def read() -> bytes:
            with store.writing() as session:
                return commands.download_evidence(session, report.id)

        st.download_button(
            f"下载 {forms.plain(report.file)}",
            signin.on_click(read),
            file_name=report.file,
            key=f"report_take-{report.id}",
            on_click="ignore",
        )
    if report.verdict is not None:
        why = f"：{report.verdict_why}" if report.verdict_why else ""
        st.text(f"{report.verdict_by} {report.verdict.label}{why}")
    elif actor.may(Action.MANAGE_MEETINGS):
        _judging(row, report)


def _judging(row: DecisionRow, report: ReportRow) -> None:
    why = st.text_input("退回的原因（退回时填写）", key=f"verdict_why-{report.id}", max_chars=300)
    with st.container(horizontal=True):
        for verdict, label, said in (
            (Verdict.ACCEPTED, "认可，完成", "已认可"),
            (Verdict.SENT_BACK, "退回", "已退回"),
        ):
            pressed = st.button(
                label,
                type="primary" if verdict is Verdict.ACCEPTED else "secondary",
                key=f"verdict_{verdict.value}-{report.id}",
            )
            if pressed:
                _judge(row, report, verdict, why or "", said)


def _judge(row: DecisionRow, report: ReportRow, verdict: Verdict, why: str, said: str) -> None:
    forms.save(
        lambda session: commands.judge_report(
            session, report.id, verdict, why=why, version=row.version, now=store.now()
        ),
        message=said,
    )
