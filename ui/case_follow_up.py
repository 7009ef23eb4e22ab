"""督办 and 责任倒查 on the page of a case: what calls for it, the letters, their answers."""

from functools import partial
from typing import Any

import streamlit as st

from db.commands import supervision as commands
from db.queries.case_file import CaseFile
from db.queries.supervision import FollowUpRow, Supervision
from rules import supervision as rules
from rules.case_terms import FollowUpState, Liability, Rung, Trigger
from rules.permissions import Action, Actor
from rules.terms import Term
from ui import forms, store
from ui.options import options
from ui.windows import opened

_COLOURS: dict[FollowUpState, Any] = {
    FollowUpState.DRAFTED: "gray",
    FollowUpState.SENT: "orange",
    FollowUpState.LATE: "red",
    FollowUpState.ANSWERED: "green",
    FollowUpState.ENDED: "gray",
}


def draw(file: CaseFile, found: Supervision, actor: Actor) -> None:
    """Draw the letters; what calls for one and the drafting are the office's."""
    office = actor.may(Action.DIRECT_CASE)
    if not office and not found.follow_ups:
        return
    st.subheader("督办")
    if office:
        for each in found.held:
            st.caption(f"**{each.trigger.label}**：{forms.plain(each.why)}")
        with st.container(horizontal=True):
            opened(f"draft_{file.id}", "起草督办", partial(_draft, file, found))
            opened(f"liability_{file.id}", "责任倒查", partial(_liability, file))
    for row in found.follow_ups:
        _letter(row, actor)
    for record in found.liabilities:
        units = "、".join(
            f"{label}：{name}"
            for label, name in (("引发责任", record.caused_unit), ("化解责任", record.failed_unit))
            if name
        )
        st.caption(
            f"**责任倒查** {record.reason.label}，{forms.plain(units)}（{record.decided_on}）"
        )
        st.text(record.text)


def term_box(label: str, terms: Any, *, key: str) -> Any:
    """Ask for one of the terms by its label; None until one is chosen."""
    return st.selectbox(
        label,
        [*terms],
        index=None,
        format_func=_label,
        key=key,
        placeholder="请选择",
    )


def _label(term: Term) -> str:
    return term.label


def _draft(file: CaseFile, found: Supervision, key: str) -> None:
    held = dict.fromkeys(each.trigger for each in found.held)
    with st.form(f"{key}_form", border=False):
        trigger: Trigger | None = term_box("督办原因", [*held, *rules.MANUAL], key=f"{key}_trigger")
        rung: Rung | None = term_box("督办方式", Rung, key=f"{key}_rung")
        reason = st.text_area("理由（上面列出的原因可不填）", key=f"{key}_reason", height=80)
        if not st.form_submit_button("起草", type="primary"):
            return
    if trigger is None or rung is None:
        st.error("请选择督办原因和督办方式")
        return
    forms.save(
        partial(
            commands.draft_follow_up,
            case_id=file.id,
            trigger=trigger,
            rung=rung,
            reason=reason,
            today=store.today(),
            now=store.now(),
        ),
        refilled={key: False, f"{key}_reason": ""},
        message="已起草，核对后发出",
    )


def _letter(row: FollowUpRow, actor: Actor) -> None:
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.badge(row.state.label, color=_COLOURS[row.state])
            due = f"，{row.due_on} 前答复" if row.due_on else ""
            st.markdown(f"**{row.rung.label}** {forms.plain(row.unit)}{due}")
        st.caption(f"{row.trigger.label}：{forms.plain(row.reason)}")
        with st.expander("函件正文"):
            st.text(row.text)
        for name, label in rules.ANSWER.items():
            if row.answered_on is not None:
                st.text(f"{label}：{getattr(row, name)}")
        if row.ended_on is not None:
            st.caption(f"{row.ended_on} 结束：{forms.plain(row.ended_why)}")
            return
        with st.container(horizontal=True):
            _actions(row, actor)


def _actions(row: FollowUpRow, actor: Actor) -> None:
    office = actor.may(Action.DIRECT_CASE)
    own = actor.sees_all_cases or row.unit_id in actor.unit_ids
    if row.state is FollowUpState.DRAFTED and office:
        opened(f"send_{row.id}", "核对并发出", partial(_send, row))
    waiting = row.state in (FollowUpState.SENT, FollowUpState.LATE)
    if waiting and own and actor.may(Action.HANDLE_CASE):
        opened(f"answer_{row.id}", "答复", partial(_answer, row))
    if office:
        label = "不发" if row.state is FollowUpState.DRAFTED else "结束督办"
        opened(f"end_{row.id}", label, partial(_end, row))


def _send(row: FollowUpRow, key: str) -> None:
    record = f"{key}_record"
    fields = {f"{key}_text": row.text, f"{key}_unit": row.unit_id}
    version = forms.filled(record, row.version, fields)
    with st.form(f"{key}_form", border=False):
        text = st.text_area("函件正文", key=f"{key}_text", height=260)
        unit_id = forms.choose(
            "责任单位", options().unit_choices, key=f"{key}_unit", empty="请选择"
        )
        due_on = forms.date_input("答复期限（不填按本县天数）", key=f"{key}_due")
        if not st.form_submit_button("发出", type="primary"):
            return
    forms.save(
        partial(
            commands.send_follow_up,
            follow_up_id=row.id,
            text=text,
            unit_id=unit_id,
            due_on=due_on,
            version=version,
            today=store.today(),
        ),
        record=record,
        refilled={key: False},
        message=f"{row.rung.label}已发出",
    )


def _answer(row: FollowUpRow, key: str) -> None:
    record = f"{key}_record"
    version = forms.pinned_version(record, row.version, field=f"{key}_problem")
    with st.form(f"{key}_form", border=False):
        values: dict[str, Any] = {
            name: forms.date_input(label, key=f"{key}_{name}")
            if name == "promised_on"
            else st.text_area(label, key=f"{key}_{name}", height=80)
            for name, label in rules.ANSWER.items()
        }
        if not st.form_submit_button("提交答复", type="primary"):
            return
    forms.save(
        partial(
            commands.answer_follow_up,
            follow_up_id=row.id,
            values=values,
            version=version,
            today=store.today(),
        ),
        record=record,
        refilled={key: False},
        message="答复已提交",
    )


def _end(row: FollowUpRow, key: str) -> None:
    version = forms.pinned_version(f"{key}_record", row.version, field=f"{key}_why")
    with st.form(f"{key}_form", border=False):
        why = st.text_input("结束的原因", key=f"{key}_why")
        if not st.form_submit_button("确定结束", type="primary"):
            return
    forms.save(
        partial(
            commands.end_follow_up,
            follow_up_id=row.id,
            why=why,
            version=version,
            today=store.today(),
        ),
        record=f"{key}_record",
        refilled={key: False},
        message="督办已结束",
    )


def _liability(file: CaseFile, key: str) -> None:
    units = options().unit_choices
    with st.form(f"{key}_form", border=False):
        reason: Liability | None = term_box("追责情形", Liability, key=f"{key}_reason")
        caused = forms.choose("引发责任单位", units, key=f"{key}_caused", empty="无")
        failed = forms.choose("化解责任单位", units, key=f"{key}_failed", empty="无")
        text = st.text_area("倒查情况", key=f"{key}_text", height=80)
        decided_on = forms.date_input("认定日期", key=f"{key}_on")
        if not st.form_submit_button("记录", type="primary"):
            return
    forms.save(
        partial(
            commands.record_liability,
            case_id=file.id,
            reason=reason,
            caused_unit_id=caused,
            failed_unit_id=failed,
            text=text,
            decided_on=decided_on,
            today=store.today(),
            now=store.now(),
        ),
        refilled={key: False, f"{key}_text": ""},
        message="责任倒查已记录",
    )
