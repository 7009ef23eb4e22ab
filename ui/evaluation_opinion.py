"""What follows a vote on the page of an evaluation: the opinion, its copies, its way, and its end."""

import streamlit as st

import settings
from db.commands import evaluation_opinions as commands
from db.commands.cases import NewFile
from db.commands.evaluation_opinions import OpinionText
from db.queries.evaluation_outcomes import DeliveryRow, OpinionRow, OutcomeFile, PublicationRow
from db.queries.evaluations import EvaluationFile
from documents import evaluation_papers
from rules import attachments, evaluation_opinions
from rules.case_terms import Satisfaction
from rules.evaluation_opinions import CLOSED
from rules.evaluation_terms import EvaluationState, Medium, Party, Service, Verdict
from rules.permissions import Action, Actor
from rules.roster_notices import chinese_date
from ui import evaluation_follow_up, evaluation_forms, forms, signin, store, tables, templates

_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_GIVEN = (EvaluationState.ISSUED, EvaluationState.DELIVERED)


def draw(file: EvaluationFile, outcome: OutcomeFile, actor: Actor) -> None:
    """Draw what followed the vote, and for the office what it does next."""
    manages = actor.may(Action.MANAGE_EVALUATIONS)
    _clocks(outcome)
    if outcome.opinion is None:
        if manages:
            _issuing(file, outcome)
        return
    _opinion(file, outcome, outcome.opinion, manages=manages)
    evaluation_follow_up.draw(file, outcome, actor)
    _deliveries(file, outcome, manages=manages)
    _publications(file, outcome, manages=manages)
    _report(file, outcome.opinion, manages=manages)
    _petitioner(file, outcome, manages=manages)
    if manages and file.state is EvaluationState.DELIVERED:
        _ending(file, outcome)


def _clocks(outcome: OutcomeFile) -> None:
    st.subheader("票决以后")
    verdict = outcome.verdict
    with st.container(horizontal=True, vertical_alignment="center"):
        st.badge(
            f"评价小组：{verdict.label}",
            color="green" if verdict is Verdict.SATISFIED else "red",
        )
        st.caption(outcome.counted)
    tables.facts_table({line.step.label: line.words for line in outcome.lines})
    if outcome.why_closed:
        st.info(outcome.why_closed)


def _issuing(file: EvaluationFile, outcome: OutcomeFile) -> None:
    record = f"opinion-{file.id}"
    values = {
        "opinion_text": evaluation_opinions.proposed(outcome.verdict, file.judged_unit),
        "opinion_reasons": "",
        "opinion_advice": "",
        "opinion_signed": file.panel,
        "opinion_issued_on": file.opened_on,
        "opinion_marks": [name for name in CLOSED if name in file.marks],
    }
    version = forms.filled(record, file.version, values)
    with st.form(record):
        st.markdown("**出具第三方评价意见书**")
        text = st.text_area("评价意见", key="opinion_text", max_chars=2000, height=90)
        reasons = st.text_area("理由", key="opinion_reasons", max_chars=2000, height=90)
        advice = st.text_area("建议（可以不填）", key="opinion_advice", max_chars=1000, height=68)
        left, right = st.columns(2)
        signed = left.text_input("落款", key="opinion_signed", max_chars=100)
        with right:
            issued_on = forms.date_input("出具日期", key="opinion_issued_on")
        marks = st.pills(
            "有下列情形的，评价结果不对外公布",
            list(CLOSED),
            selection_mode="multi",
            format_func=lambda each: CLOSED[each],
            key="opinion_marks",
        )
        submitted = st.form_submit_button("出具意见书", type="primary", key="opinion_issue")
    st.caption(f"出具后不能修改。票数只写合计，回避只写情形，并写明：{evaluation_opinions.RIGHTS}")
    if submitted:
        given = OpinionText(
            text=text or "",
            reasons=reasons or "",
            advice=advice or "",
            signed=signed or "",
            issued_on=issued_on,
            marks=frozenset(marks),
        )
        forms.save(
            lambda session: commands.issue(
                session, file.id, given, version=version, today=store.today(), now=store.now()
            ),
            record=record,
            message=lambda number: f"已出具 {number}",
            beside=evaluation_forms.beside(file, version),
        )


def _opinion(
    file: EvaluationFile, outcome: OutcomeFile, opinion: OpinionRow, *, manages: bool
) -> None:
    st.markdown(f"**{opinion.number}**　{opinion.issued_on} 出具")
    tables.facts_table(
        {
            "评价意见": opinion.text,
            "理由": opinion.reasons,
            "建议": opinion.advice or "无",
            "落款": opinion.signed,
        }
    )
    with st.container(horizontal=True):
        if manages:
            _copy(file, opinion, "存档稿（含姓名）", public=False)
        if not outcome.why_closed:
            _copy(file, opinion, "公开稿", public=True)
        if manages:
            for party in Party:
                _receipt(file, opinion, party)


def _copy(file: EvaluationFile, opinion: OpinionRow, label: str, *, public: bool) -> None:
    paper = evaluation_papers.PUBLIC if public else evaluation_papers.OPINION

    def made() -> bytes:
        with store.writing() as session:
            said = commands.take_opinion(session, file.id, public=public)
            template = templates.template(session, paper.template)
        return evaluation_papers.opinion(said.values, said.members, template=template)

    st.download_button(
        label,
        signin.on_click(made),
        file_name=f"{opinion.number}_{label[:3]}.docx",
        mime=_TYPE,
        key=f"opinion_{'public' if public else 'file'}",
        icon=":material/description:",
        on_click="ignore",
    )


def _receipt(file: EvaluationFile, opinion: OpinionRow, party: Party) -> None:
    values = {
        "文号": opinion.number,
        "评价事项": file.title,
        "受送达人": file.judged_unit if party is Party.JUDGED else party.label,
        "权利告知": evaluation_opinions.RIGHTS,
        "落款": opinion.signed,
        "日期": chinese_date(opinion.issued_on),
    }

    def made() -> bytes:
        with store.reading() as session:
            template = templates.template(session, evaluation_papers.RECEIPT.template)
        return evaluation_papers.receipt(values, template=template)

    st.download_button(
        f"送达回证（{'信访人' if party is Party.PETITIONER else '单位'}）",
        signin.on_click(made),
        file_name=f"送达回证_{opinion.number}_{party.label}.docx",
        mime=_TYPE,
        key=f"receipt_{party}",
        icon=":material/receipt_long:",
        on_click="ignore",
    )


def _proof(table: str, row: DeliveryRow | PublicationRow) -> None:
    def read() -> bytes:
        with store.writing() as session:
            return commands.download_proof(session, table, row.id)[2]

    if row.file:
        st.download_button(
            f"下载 {forms.plain(row.file)}",
            signin.on_click(read),
            file_name=row.file,
            key=f"{table}-{row.id}",
            on_click="ignore",
        )


def _upload(label: str, key: str) -> NewFile | None:
    found = st.file_uploader(label, list(attachments.ALLOWED), key=key)
    return NewFile(found.name, found.getvalue()) if found else None


def _deliveries(file: EvaluationFile, outcome: OutcomeFile, *, manages: bool) -> None:
    st.markdown("**送达**")
    for row in outcome.deliveries:
        signed = f"拒绝签收，见证人{row.witness}" if row.refused else "已签收"
        st.text(f"{row.party.label}：{row.delivered_on} {row.way.label}，{signed}")
        _proof("evaluation_deliveries", row)
    served = {row.party for row in outcome.deliveries}
    waiting = [party for party in Party if party not in served]
    if not manages or file.state is not EvaluationState.ISSUED or not waiting:
        return
    opened = st.container(border=True)
    with opened:
        party = st.segmented_control(
            "送达给",
            waiting,
            default=waiting[0],
            format_func=lambda each: each.label,
            required=True,
            key=f"serve_party-{len(waiting)}",
        )
        left, right = st.columns(2)
        way = left.selectbox(
            "方式",
            list(Service),
            format_func=lambda each: each.label,
            key="serve_way",
        )
        with right:
            st.session_state.setdefault("serve_on", store.today())
            delivered_on = forms.date_input("送达日期", key="serve_on")
        refused = st.checkbox("拒绝签收", key="serve_refused")
        witness = ""
        if refused:
            witness = st.text_input("见证人", key="serve_witness", max_chars=64) or ""
        receipt = _upload("送达回证", f"serve_receipt-{len(waiting)}")
        if st.button("登记送达", type="primary", key="serve_save"):
            forms.save(
                lambda session: commands.serve(
                    session,
                    file.id,
                    party=party,
                    way=way,
                    delivered_on=delivered_on,
                    refused=refused,
                    witness=witness,
                    receipt=receipt,
                    limit_mb=settings.current().upload_mb,
                    version=file.version,
                    today=store.today(),
                    now=store.now(),
                ),
                refilled={"serve_refused": False},
                message="送达已登记",
                beside=evaluation_forms.beside(file),
            )


def _publications(file: EvaluationFile, outcome: OutcomeFile, *, manages: bool) -> None:
    if outcome.why_closed:
        return
    st.markdown("**公布结果**")
    for row in outcome.publications:
        until = f" 至 {row.last_on}" if row.last_on else ""
        st.text(f"{row.medium.label}（{row.place}）：{row.first_on}{until}")
        _proof("evaluation_publications", row)
    if not manages or file.state not in _GIVEN:
        return
    count = len(outcome.publications)
    with st.expander("登记一次公布", expanded=not count):
        st.caption("只公布公开稿：没有姓名、电话、门牌号。")
        with st.form(f"publication-{count}", border=False):
            left, right = st.columns(2)
            medium = left.selectbox(
                "方式",
                list(Medium),
                format_func=lambda each: each.label,
                key="public_medium",
            )
            place = right.text_input("张贴地点、频道或网站", key="public_place", max_chars=200)
            with left:
                first_on = forms.date_input("公布日期", key="public_first_on")
            with right:
                last_on = forms.date_input("结束日期（可以不填）", key="public_last_on")
            evidence = _upload("证据（照片、录音录像或网页截图）", f"public_file-{count}")
            submitted = st.form_submit_button("登记公布", type="primary", key="public_save")
    if submitted:
        forms.save(
            lambda session: commands.make_public(
                session,
                file.id,
                medium=medium,
                place=place or "",
                first_on=first_on,
                last_on=last_on,
                evidence=evidence,
                limit_mb=settings.current().upload_mb,
                version=file.version,
                today=store.today(),
                now=store.now(),
            ),
            refilled={"public_place": "", "public_last_on": None},
            message="公布已登记",
            beside=evaluation_forms.beside(file),
        )


def _report(file: EvaluationFile, opinion: OpinionRow, *, manages: bool) -> None:
    st.markdown("**报告上级**")
    if opinion.reported_on is not None:
        st.text(f"{opinion.reported_on} 报告{opinion.reported_to}")
        return
    if not manages or file.state not in _GIVEN:
        st.caption("还没有上报。")
        return
    with st.form("report"):
        left, right = st.columns(2)
        whom = left.text_input("报告给", key="report_to", max_chars=100)
        with right:
            reported_on = forms.date_input("上报日期", key="report_on")
        submitted = st.form_submit_button("登记上报", key="report_save")
    if submitted:
        forms.save(
            lambda session: commands.report(
                session,
                file.id,
                reported_to=whom or "",
                reported_on=reported_on,
                version=file.version,
                today=store.today(),
                now=store.now(),
            ),
            message="上报已登记",
            beside=evaluation_forms.beside(file),
        )


def _petitioner(file: EvaluationFile, outcome: OutcomeFile, *, manages: bool) -> None:
    st.markdown("**信访人的意见**")
    if not manages:
        said = outcome.petitioner_view.label if outcome.petitioner_view else "未询问"
        settled = f"，{outcome.settled_on} 息诉息访" if outcome.settled_on else ""
        st.text(f"{said}{settled}")
        return
    record = f"petitioner-{file.id}"
    values = {
        "view": outcome.petitioner_view,
        "view_asked_on": outcome.asked_on,
        "view_settled_on": outcome.settled_on,
    }
    version = forms.filled(record, file.version, values)
    with st.form(record):
        st.caption("与评价小组的结果分开登记、分开统计。")
        view = st.segmented_control(
            "信访人是否满意",
            list(Satisfaction),
            format_func=lambda each: each.label,
            key="view",
        )
        left, right = st.columns(2)
        with left:
            asked_on = forms.date_input("询问日期", key="view_asked_on")
        with right:
            settled_on = forms.date_input("息诉息访日期", key="view_settled_on")
        submitted = st.form_submit_button("保存", key="view_save")
    if submitted:
        forms.save(
            lambda session: commands.note_petitioner(
                session,
                file.id,
                view=view,
                asked_on=asked_on,
                settled_on=settled_on,
                version=version,
                today=store.today(),
                now=store.now(),
            ),
            record=record,
            beside=evaluation_forms.beside(file, version),
        )


def _ending(file: EvaluationFile, outcome: OutcomeFile) -> None:
    lacks = outcome.end_gate
    for line in lacks:
        st.caption(forms.plain(f"还不能办结：{line}"))
    if st.button("办结", type="primary", key="evaluation_end", disabled=bool(lacks)):
        forms.save(
            lambda session: commands.end(
                session, file.id, version=file.version, today=store.today(), now=store.now()
            ),
            message="第三方评价已办结",
            beside=evaluation_forms.beside(file),
        )
