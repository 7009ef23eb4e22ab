"""跟踪督办 of a verdict 不满意 on the screen: plan, result beside the judged opinion, the decision."""

import streamlit as st

from db.commands import evaluation_outcomes as commands
from db.queries.evaluation_outcomes import AnswerRow, FollowUpFile, OutcomeFile
from db.queries.evaluations import EvaluationFile
from rules.permissions import Action, Actor
from ui import evaluation_forms, forms, store


def draw(file: EvaluationFile, outcome: OutcomeFile, actor: Actor) -> None:
    """Draw the 督办 of this evaluation, where its panel was not satisfied."""
    found = outcome.follow_up
    if found is None:
        return
    st.markdown("**督办**")
    until = f"{found.ended_on} 结束" if found.ended_on else "正在督办"
    st.caption(
        f"{found.opened_on} 起，整改方案 {found.plan_due_on} 前、处理结果 {found.result_due_on} 前"
        f"报送；{until}。不得作出与原意见相同或基本相同的处理意见。"
    )
    if found.plan_on is not None:
        with st.expander(f"整改方案（{found.plan_on}）"):
            st.text(found.plan)
    for answer in found.answers:
        _answer(found, answer)
    if found.ended_on is not None:
        return
    waiting = found.waiting
    own = actor.sees_all_cases or file.judged_unit_id in actor.unit_ids
    if waiting is not None:
        if actor.may(Action.MANAGE_EVALUATIONS):
            _judging(file, waiting)
        return
    if own and actor.may(Action.HANDLE_CASE):
        _handing(file, found)


def _answer(found: FollowUpFile, answer: AnswerRow) -> None:
    state = {None: "待认定", True: "已认可", False: "已退回"}[answer.accepted]
    same = "，**基本相同**" if answer.like else ""
    label = f"{answer.handed_on} 报送的处理结果：{state}，与原意见相似 {answer.likeness}%{same}"
    with st.expander(label, expanded=answer.accepted is None):
        left, right = st.columns(2)
        with left.container(border=True, gap="xsmall"):
            st.caption("评价不满意的原处理意见")
            st.text(found.judged or "（未登记）")
        with right.container(border=True, gap="xsmall"):
            st.caption("这次报送的处理结果")
            st.text(answer.text)
        if answer.decided_on is not None:
            why = f"：{answer.why}" if answer.why else ""
            st.caption(forms.plain(f"{answer.decided_on} {answer.decided_by}{state}{why}"))


def _handing(file: EvaluationFile, found: FollowUpFile) -> None:
    what = "整改方案" if found.plan_on is None else "处理结果"
    at = f"{file.id}-{len(found.answers)}-{what}"
    with st.form(f"handing-{at}"):
        text = st.text_area(what, key=f"handed_text-{at}", max_chars=5000, height=110)
        handed_on = forms.date_input("报送日期", key=f"handed_on-{at}")
        submitted = st.form_submit_button(f"报送{what}", type="primary", key=f"handed_save-{at}")
    if not submitted:
        return
    command = commands.hand_plan if found.plan_on is None else commands.hand_result
    forms.save(
        lambda session: command(
            session,
            file.id,
            text=text or "",
            handed_on=handed_on,
            version=file.version,
            today=store.today(),
            now=store.now(),
        ),
        beside=evaluation_forms.beside(file),
        message=lambda alike: f"已报送{what}" + (f"，与原意见相似 {alike}%" if alike else ""),
    )


def _judging(file: EvaluationFile, waiting: AnswerRow) -> None:
    if waiting.like:
        st.error(
            f"与原处理意见相似 {waiting.likeness}%，基本相同，不能认可；"
            "对照后确有不同的，写明理由再认可。"
        )
    with st.form(f"judging-{waiting.id}"):
        accepted = st.segmented_control(
            "认定",
            [True, False],
            format_func=lambda each: "认可" if each else "退回重新处理",
            key=f"judge-{waiting.id}",
        )
        why = st.text_input("理由", key=f"judge_why-{waiting.id}", max_chars=500)
        submitted = st.form_submit_button(
            "保存认定", type="primary", key=f"judge_save-{waiting.id}"
        )
    if submitted:
        forms.save(
            lambda session: commands.judge_result(
                session,
                file.id,
                accepted=accepted,
                why=why or "",
                version=file.version,
                today=store.today(),
                now=store.now(),
            ),
            beside=evaluation_forms.beside(file),
            message="认定已保存",
        )
