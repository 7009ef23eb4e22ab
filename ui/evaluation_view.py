"""One evaluation on the screen: what it is about, its run book, conditions, and its history."""

from collections.abc import Mapping

import streamlit as st

from db.commands import evaluations as commands
from db.commands.cases import NewFile
from db.queries.evaluations import EvaluationFile, StandingCondition
from documents import evaluation_papers
from rules import attachments
from rules import evaluation_admission as rules
from rules.evaluation_admission import SENSITIVE, Met
from rules.evaluation_steps import DROPPED, MOVES, OPEN, Line
from rules.evaluation_terms import Condition, EvaluationState, Move, RefusalReason
from rules.permissions import Action, Actor
from rules.roster_notices import chinese_date
from ui import evaluation_forms, forms, signin, store, tables, templates
from ui.options import options

_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_LIMIT_MB = 20


def heading(file: EvaluationFile) -> None:
    """Draw the title with where it stands, and what a person must know before he goes on."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(forms.plain(file.title), width="stretch")
        st.badge(file.state.label, color="red" if file.state in DROPPED else "blue")
    st.caption(forms.plain(f"{file.number} · {file.panel} · {file.route.label}"))
    for line in file.warnings if file.state in OPEN else ():
        st.warning(forms.plain(line))


def facts(file: EvaluationFile) -> None:
    """Draw what is evaluated, and the way to the case or dispute it is about."""
    if file.matter:
        st.page_link(
            "pages/cases/detail.py" if file.is_case else "pages/sweeps/dispute.py",
            label=f"{'案件' if file.is_case else '矛盾纠纷'} {file.matter}",
            icon=":material/description:",
            query_params={"case" if file.is_case else "dispute": file.matter},
        )
    marks = "、".join(label for name, label in SENSITIVE.items() if name in file.marks)
    opinion = " ".join(filter(None, [file.opinion_number, f"{file.opinion_on or ''}"]))
    tables.facts_table(
        {
            "被评价单位": file.judged_unit,
            "申请单位": file.unit,
            "申请日期": f"{file.applied_on}",
            "原处理意见书": opinion or "未填",
            "主要诉求": file.claims,
            "处理情况": file.facts or "未填",
            **({"新事实、新理由": file.new_facts} if file.new_facts else {}),
            **({"有下列情形": marks} if marks else {}),
            **({"不予受理": file.refused_why} if file.refused_why else {}),
        }
    )


def book(file: EvaluationFile) -> None:
    """Draw the five steps as a run book: name, duty, clock, and how far this one has come."""
    st.subheader("五步")
    for place, line in enumerate(file.book, start=1):
        with st.container(border=line.current):
            st.markdown(
                f"{'**▶ ' if line.current else '**'}{place}．{forms.plain(line.name)}** {_when(line)}"
            )
            default = "（原文未载明，本县可改）" if line.default else ""
            st.caption(forms.plain(f"{line.duty}{default}"))
            if line.current and line.due:
                st.caption(forms.plain("；".join(line.due.lines)))


def _when(line: Line) -> str:
    late = "，超期" if line.late else ""
    if line.done_on is not None:
        return f"{line.done_on} 完成{late}"
    if line.due is None or line.due.on is None:
        return ""
    return f"期限 {line.due.on}{late}"


def history(file: EvaluationFile) -> None:
    """Draw what was done, the latest first; each line is only ever added."""
    st.subheader("经过")
    for told in file.history:
        st.markdown(f"**{told.happened_on} {told.move.label}** {forms.plain(told.actor)}")
        st.caption(forms.plain(told.text))


def conditions(file: EvaluationFile, actor: Actor) -> None:
    """Draw the four conditions, each with its evidence, and the forms that fill them."""
    missing = rules.failing(file.met)
    st.subheader("四项条件")
    said = "齐备" if not missing else f"还缺 {len(missing)} 项，缺一项也不能受理"
    st.caption(f"四项条件同时具备才能受理：{said}。")
    may = file.state is EvaluationState.APPLIED and actor.may(Action.APPLY_EVALUATION)
    own = actor.sees_all_cases or file.unit_id in actor.unit_ids
    for each in file.conditions:
        open_to = actor.may(Action.MANAGE_EVALUATIONS) or each.condition is not Condition.CONFIRMED
        _condition(file, each, editable=may and own and open_to)


def _condition(file: EvaluationFile, each: StandingCondition, *, editable: bool) -> None:
    label = rules.condition_label(each.condition, file.level)
    mark = "✓" if each.met.met else "✗"
    state = "具备" if each.met.met else "不具备"
    with st.expander(f"{mark} {label}（{state}）", expanded=False):
        if each.met.met:
            told = f"{each.met.evidence}；{each.met.who}，{each.met.on}"
            st.text(told)
        if each.file:
            _evidence(each)
        if editable:
            _condition_form(file, each)
        elif not each.met.met:
            st.caption("没有填写。")


def _evidence(each: StandingCondition) -> None:
    def read() -> bytes:
        with store.writing() as session:
            return commands.download_evidence(session, each.id)[2]

    st.download_button(
        f"下载 {forms.plain(each.file)}",
        signin.on_click(read),
        file_name=each.file,
        key=f"evidence_take-{each.id}",
        on_click="ignore",
    )


def _condition_form(file: EvaluationFile, each: StandingCondition) -> None:
    record, at = f"condition-{each.id}", f"-{each.id}"
    values = {
        f"met{at}": each.met.met,
        f"evidence{at}": each.met.evidence,
        f"who{at}": each.met.who,
        f"shown_on{at}": each.met.on,
    }
    version = forms.filled(record, file.version, values)
    with st.form(record, border=False):
        met = st.checkbox("具备", key=f"met{at}")
        evidence = st.text_input(
            "证据（文书名称、文号，或谈话记录）", key=f"evidence{at}", max_chars=300
        )
        left, right = st.columns(2)
        who = left.text_input("确认人", key=f"who{at}", max_chars=64)
        with right:
            on = forms.date_input("日期", key=f"shown_on{at}")
        upload = st.file_uploader(
            "证据文件（可以不传）", list(attachments.ALLOWED), key=f"evidence_file{at}"
        )
        submitted = st.form_submit_button("保存", type="primary", key=f"condition_save{at}")
    if submitted:
        given = Met(met=met, evidence=evidence or "", who=who or "", on=on)
        kept = NewFile(upload.name, upload.getvalue()) if upload else None
        forms.save(
            lambda session: commands.set_condition(
                session,
                file.id,
                each.condition,
                given,
                file=kept,
                limit_mb=_LIMIT_MB,
                version=version,
                today=store.today(),
                now=store.now(),
            ),
            record=record,
            beside=evaluation_forms.beside(file, version),
        )


def judging(file: EvaluationFile) -> None:
    """Draw what the office does with an application: marks, admission, refusal with its letter."""
    if file.state is not EvaluationState.APPLIED:
        return
    st.subheader("审核确认")
    _marks(file)
    missing = rules.failing(file.met)
    if missing:
        names = "；".join(rules.condition_label(each, file.level) for each in missing)
        st.caption(forms.plain(f"还不能受理，缺：{names}"))
    if st.button("受理", type="primary", key="evaluation_admit"):
        forms.save(
            lambda session: commands.admit(
                session, file.id, version=file.version, today=store.today(), now=store.now()
            ),
            message="已受理，下一步组建评价小组",
            beside=evaluation_forms.beside(file),
        )
    with st.popover("不予受理", key="evaluation_refusing"):
        reason = st.selectbox(
            "理由",
            list(RefusalReason),
            index=None,
            format_func=lambda each: each.label,
            key="refuse_reason",
            placeholder="请选择",
        )
        text = st.text_area("补充说明", key="refuse_text", max_chars=500, height=80)
        if st.button("不予受理", type="primary", key="evaluation_refuse"):
            forms.save(
                lambda session: commands.refuse(
                    session,
                    file.id,
                    reason=reason,
                    text=text or "",
                    version=file.version,
                    today=store.today(),
                    now=store.now(),
                ),
                message="已登记不予受理，可以打印通知书",
                beside=evaluation_forms.beside(file),
            )


def _marks(file: EvaluationFile) -> None:
    offered = options()
    villages = {key: offered.unit_names[key] for key in offered.townships}
    record = f"marks-{file.id}"
    values = {"marks": sorted(file.marks), "marks_village": file.village_id}
    version = forms.filled(record, file.version, values)
    with st.form(record):
        marks = st.pills(
            "有下列情形的，不作第三方评价",
            list(SENSITIVE),
            selection_mode="multi",
            format_func=lambda each: SENSITIVE[each],
            key="marks",
        )
        village_id = forms.choose(
            "信访人所在村（社区），用来提示同村回避",
            villages,
            key="marks_village",
            empty="（未登记）",
        )
        submitted = st.form_submit_button("保存", key="marks_save")
    if submitted:
        forms.save(
            lambda session: commands.set_marks(
                session,
                file.id,
                frozenset(marks),
                village_id=village_id,
                version=version,
                now=store.now(),
            ),
            record=record,
            beside=evaluation_forms.beside(file, version),
        )


def letter(file: EvaluationFile) -> None:
    """Draw the letter of a refusal, which names the condition that fails."""
    if file.state is not EvaluationState.REFUSED:
        return
    st.subheader("不予受理通知书")
    with store.reading() as session:
        template = templates.template(session, evaluation_papers.REFUSAL.template)
    values = _letter_values(file)
    st.download_button(
        "下载通知书（Word）",
        lambda: evaluation_papers.refusal(values, template=template),
        file_name=f"不予受理通知书_{file.number}.docx",
        mime=_TYPE,
        key="refusal_take",
        icon=":material/description:",
        on_click="ignore",
    )


def _letter_values(file: EvaluationFile) -> Mapping[str, str]:
    on = next(told.happened_on for told in file.history)
    failing = [rules.condition_label(each, file.level) for each in rules.failing(file.met)]
    return {
        "编号": file.number,
        "申请单位": file.unit,
        "申请日期": chinese_date(file.applied_on),
        "评价事项": file.title,
        "理由": file.refused_why,
        "未具备条件": "；".join(failing) or "无",
        "落款": file.panel,
        "日期": chinese_date(on),
    }


def withdrawing(file: EvaluationFile, actor: Actor) -> None:
    """Draw the taking back of an application, before the meeting has begun."""
    if file.state not in MOVES[Move.WITHDRAW].sources:
        return
    if not (actor.sees_all_cases or actor.unit_id == file.unit_id):
        return
    with st.popover("撤回申请", type="tertiary"):
        why = st.text_input("撤回的原因", key="withdraw_why", max_chars=500)
        if st.button("撤回", type="primary", key="evaluation_withdraw"):
            forms.save(
                lambda session: commands.withdraw(
                    session,
                    file.id,
                    why=why or "",
                    version=file.version,
                    today=store.today(),
                    now=store.now(),
                ),
                message="已撤回",
                beside=evaluation_forms.beside(file),
            )
