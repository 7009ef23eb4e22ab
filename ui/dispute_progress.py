"""What is done next with a dispute: its steps, its level, and lines of progress."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any

import streamlit as st

from db.commands import dispute_steps as commands
from db.commands import disputes
from db.queries import disputes as queries
from db.queries import office
from db.queries.dispute_file import DisputeFile
from rules import dispute_levels as levels
from rules.dispute_procedure import Offer
from rules.dispute_steps import FIELDS, LENGTHS, TERMS, Hand
from rules.dispute_terms import DisputeStep, RiskLevel, Tier
from ui import forms, store, windows
from ui.options import options

_SINGLE = frozenset({"handler", "document_number", "proof", "agreement", "approver"})


def next_step(file: DisputeFile) -> None:
    """Draw the steps that can be taken now, and the form of the one that is chosen."""
    st.subheader("下一步")
    offers = {offer.step: offer for offer in file.offers}
    if not offers:
        st.caption("没有您可以办理的步骤。")
        return
    step = st.pills(
        "步骤",
        list(offers),
        default=next(iter(offers)) if len(offers) == 1 else None,
        format_func=lambda each: each.label,
        key=f"dispute_step_{file.id}_{file.state}",
        label_visibility="collapsed",
    )
    if step is not None:
        _step_form(file, offers[step])


def _step_form(file: DisputeFile, offer: Offer) -> None:
    rule, at = offer.rule, f"-{offer.step}-{file.id}"
    record = f"dispute-step{at}"
    names = [*rule.needs, *rule.asks]
    started = {f"step_on{at}": store.today()}
    started |= {f"step_{name}{at}": _start(file, offer.step, name) for name in names}
    version = forms.filled(record, file.version, started)
    with st.form(record):
        with st.container():
            forms.date_input("办理日期", key=f"step_on{at}")
        for name in names:
            _widget(file, name, at, needed=name in rule.needs)
        submitted = st.form_submit_button(
            offer.step.label, type="primary", key=f"take_{offer.step}"
        )
    if submitted:
        given = {name: st.session_state.get(f"step_{name}{at}") for name in names}
        happened_on = st.session_state[f"step_on{at}"]
        forms.save(
            lambda session: commands.take_step(
                session,
                file.id,
                offer.step,
                happened_on=happened_on or store.today(),
                values=given,
                version=version,
                today=store.today(),
                now=store.now(),
            ),
            record=record,
            message=f"已登记：{offer.step.label}",
        )


def _start(file: DisputeFile, step: DisputeStep, name: str) -> Any:
    """What a field of a step begins with: what the dispute has already."""
    match name:
        case "until" if step is DisputeStep.ASSIGN:
            with store.reading() as session:
                days = office.parameter(session, "dispute_days", on=store.today())
            return store.today() + timedelta(int(str(days)))
        case "until":
            return file.values["due_on"]
        case "unit_id":
            return file.values["duty_unit_id"] or _township(file)
        case "handler" | "channel" | "organ_id":
            return file.values[name]
        case "tier":
            order = list(Tier)
            return order[min(order.index(file.tier) + 1, len(order) - 1)]
    return None if name in TERMS or name.endswith("_id") else ""


def _township(file: DisputeFile) -> int | None:
    """The township, to which most that a village finds is given."""
    names = options().unit_names
    return next((key for key, name in names.items() if name == file.township), None)


def _widget(file: DisputeFile, name: str, at: str, *, needed: bool) -> None:
    label, key = FIELDS[name] + ("" if needed else "（可不填）"), f"step_{name}{at}"
    if name in TERMS:
        terms = list(TERMS[name])
        st.selectbox(
            label,
            terms,
            index=None,
            format_func=lambda term: term.label,
            key=key,
            placeholder="请选择",
        )
    elif name == "until":
        forms.date_input(label, key=key)
    elif name == "unit_id":
        _choose(label, dict(options().unit_choices), key)
    elif name == "organ_id":
        offered = store.kept(
            "organs", store.today(), lambda session: queries.organs(session, on=store.today())
        )
        kept = file.values["organ_id"]
        names = {kept: file.names["organ_id"]} if kept and kept not in offered else {}
        _choose(label, {**names, **offered}, key)
    elif name in _SINGLE:
        st.text_input(label, key=key, max_chars=LENGTHS[name])
    else:
        st.text_area(label, key=key, height=90, max_chars=2000)


def _choose(label: str, names: Mapping[int, str], key: str) -> None:
    st.selectbox(
        label,
        list(names),
        index=None,
        format_func=forms.named(names, missing=""),
        key=key,
        placeholder="输入名称筛选",
        filter_mode="contains",
    )


def grading(file: DisputeFile) -> None:
    """Draw how the level was decided, what the criteria propose, and the form of the next decision."""
    st.subheader("等级评定")
    for grade in file.grades:
        reason = f"：{grade.reason}" if grade.reason else ""
        st.caption(
            forms.plain(
                f"{grade.decided_on} {grade.stage.label} {grade.level.label}"
                f"（{grade.who}，{grade.actor}登记）{reason}"
            )
        )
    proposal = file.proposal
    why = "、".join(proposal.why)
    st.caption(forms.plain(f"按本县标准建议：{proposal.level.label}（{why}）。只评事，不评人。"))
    if file.seat.takes(Hand.ENTRY):
        windows.opened("dispute_grade", "评定等级", partial(_grade_form, file=file))


def _grade_form(key: str, file: DisputeFile) -> None:
    today = store.today()
    with store.reading() as session:
        parameters = office.in_force(session, on=today)
    for level, name in zip(RiskLevel, ("red", "yellow", "blue"), strict=True):
        st.caption(forms.plain(f"{level.label}：{parameters[f'dispute_{name}_words']}"))
    done = [levels.Grade(g.stage, g.level, g.decided_on) for g in file.grades]
    stages = levels.next_stages(done, file.found_by)
    record, at = f"dispute-grade-{file.id}", f"-{file.id}-{len(done)}"
    started = {
        f"grade_level{at}": done[-1].level if done else file.proposal.level,
        f"grade_on{at}": today,
        f"grade_who{at}": "",
        f"grade_reason{at}": "",
    }
    version = forms.filled(record, file.version, started)
    with st.form(record, border=False):
        stage = st.radio(
            "环节",
            stages,
            format_func=lambda each: each.label,
            key=f"grade_stage{at}",
            horizontal=True,
        )
        st.radio(
            "等级",
            list(RiskLevel),
            format_func=lambda each: each.label,
            key=f"grade_level{at}",
            horizontal=True,
        )
        st.text_input(
            "评定人", key=f"grade_who{at}", placeholder="如：幸福村两委、刘镇长", max_chars=64
        )
        forms.date_input("评定日期", key=f"grade_on{at}")
        st.text_area("评定依据（与上一环节不同的必填）", key=f"grade_reason{at}", max_chars=500)
        submitted = st.form_submit_button("保存评定", type="primary", key="grade_save")
    if submitted:
        typed = {
            name: st.session_state[f"grade_{name}{at}"] for name in ("level", "who", "on", "reason")
        }
        forms.save(
            lambda session: commands.grade(
                session,
                file.id,
                stage=stage,
                level=typed["level"],
                who=typed["who"] or "",
                decided_on=typed["on"],
                reason=typed["reason"] or "",
                version=version,
                today=today,
                now=store.now(),
            ),
            record=record,
            refilled={key: False},
            message=f"已登记{stage.label}",
        )


def entry(file: DisputeFile, *, today: date) -> None:
    """Draw the form of a line of progress."""
    if not file.seat.takes(Hand.DUTY):
        return
    with st.form("dispute_entry", clear_on_submit=False):
        st.session_state.setdefault("entry_on", today)
        text = st.text_area("化解情况", key="entry_text", height=80, max_chars=2000)
        happened_on = forms.date_input("日期", key="entry_on")
        submitted = st.form_submit_button("填报进展", key="entry_save")
    if submitted:
        forms.save(
            lambda session: disputes.add_entry(
                session,
                file.id,
                happened_on=happened_on,
                text=text or "",
                today=today,
                now=store.now(),
            ),
            refilled={"entry_text": ""},
            message="已填报进展",
        )
