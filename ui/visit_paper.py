"""接访登记表: the form of one visit as Word, masked, or in clear for a reason that is noted."""

from collections.abc import Mapping, Sequence

import streamlit as st

from db import audit
from db.commands import visits as commands
from db.queries.visits import VisitFile
from documents import word_template
from rules.errors import RuleError
from rules.masking import redact
from rules.people import Person
from rules.permissions import Action, Actor
from rules.terms import AuditAction, Repeat
from ui import forms, store, templates

TEMPLATE = "接访登记表"
_READY = "_visit_paper"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def popover(file: VisitFile, actor: Actor) -> None:
    """Draw the making of the form; each one that leaves is an entry."""
    if not actor.may(Action.EXPORT):
        return
    menu = st.popover("登记表", icon=":material/print:", key="visit_paper", on_change="rerun")
    if not menu.open:
        return
    with menu:
        reason = ""
        if actor.may(Action.REVEAL):
            reason = st.text_input(
                "要写明姓名电话的，填理由（记入审计）",
                key="visit_paper_reason",
                placeholder="不填则姓名电话打码",
            )
        if st.button("生成登记表（Word）", type="primary", key="visit_paper_make"):
            _make(file, actor, (reason or "").strip())
        ready = st.session_state.get(_READY)
        if ready and ready[0] == (file.row.number, file.row.version):
            name = f"接访登记表_{file.row.number}.docx"
            st.download_button(
                f"下载 {name}",
                ready[1],
                file_name=name,
                mime=_TYPE,
                key="visit_paper_take",
                on_click="ignore",
            )


def _make(file: VisitFile, actor: Actor, reason: str) -> None:
    moment = f"{store.local(store.now()):%Y-%m-%d %H:%M}"
    try:
        with store.writing() as session:
            people: Sequence[Person] = file.people
            if reason:
                people = commands.reveal_visitors(session, file.row.id, reason=reason)
            values = _values(file, people, clear=bool(reason))
            values["水印"] = f"内部资料 · {actor.name} {moment}"
            made = word_template.fill(templates.template(session, TEMPLATE), values)
            audit.record(
                session,
                AuditAction.EXPORT,
                "visits",
                file.row.id,
                rows=1,
                with_people=bool(reason),
            )
    except RuleError as refusal:
        forms.show_refusal(refusal)
        return
    st.session_state[_READY] = ((file.row.number, file.row.version), made)


def _values(file: VisitFile, people: Sequence[Person], *, clear: bool) -> dict[str, str]:
    """Put a visit in the names of the template; texts are masked with the names."""
    row, given = file.row, file.values

    def text(words: str) -> str:
        return words if clear else redact(words)

    values: Mapping[str, str] = {
        "编号": row.number,
        "接访领导": row.leader,
        "职务": row.post,
        "接访类型": row.kind.label,
        "接访日期": f"{row.received_on:%Y-%m-%d}",
        "来访时间": row.received_time,
        "接访地点": row.place,
        "来访人": "、".join(person.name for person in people),
        "人数": f"{row.people} 人{'（集体访）' if row.collective else ''}",
        "住址": "、".join(filter(None, (person.address for person in people))),
        "联系方式": "、".join(filter(None, (person.phone for person in people))),
        "属地": row.township,
        "初访/重访": "初访" if row.repeat is Repeat.FIRST else "重访",
        "内容分类": row.code,
        "关联案件": row.standing.number if row.standing else "",
        "反映问题及诉求": text("\n".join(filter(None, [row.title, given["content"]]))),
        "领导批示": text(row.instruction),
        "处理方式": row.outcome.label if row.outcome else "",
        "办理时限": f"{row.due_on:%Y-%m-%d}" if row.due_on else "",
        "承办单位": row.unit,
        "协办单位": given["co_units"],
        "陪同人员": given["companions"],
        "记录人": given["recorder"],
        "办理结果": text(given["result"]),
    }
    return dict(values)
