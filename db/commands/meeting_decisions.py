"""议定事项 written: taken down in the meeting, reported with evidence, accepted or sent back."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db import audit
from db.commands.cases import NewFile
from db.commands.meetings import writable
from db.models.meetings import AgendaItem, Decision, DecisionReport, Meeting
from db.queries import meetings as queries
from db.scope import actor_of
from rules import attachments
from rules import meetings as rules
from rules.cases import clean
from rules.errors import Conflict, Invalid, Missing, NotAllowed, Problem, RuleError
from rules.meetings import Verdict
from rules.permissions import Action
from rules.terms import AuditAction


def record_decision(
    session: Session,
    meeting_id: int,
    *,
    unit_ids: Sequence[int],
    due_on: date | None,
    text: str,
    item_id: int | None = None,
    line: str = "",
    now: datetime,
) -> list[int]:
    """Take a decision down, one for each unit, each its own task; returns their ids.

    Decisions are only added, by several people at once if need be, so no version is asked for.
    """
    row = _gathering(session, meeting_id)
    names = queries.names_of(session, list(unit_ids))
    ordered = [key for key in dict.fromkeys(unit_ids) if key in names]
    words = clean(text)
    found = rules.decision_problems(
        units=len(ordered), due_on=due_on, text=words, held_on=row.held_on
    )
    if item_id is not None:
        item = session.get(AgendaItem, item_id)
        if item is None or item.meeting_id != row.id:
            found.append(Problem("item_id", "该议题不在这次会议里，请重新选择"))
    if found:
        raise Invalid(found)
    last = session.scalar(select(func.max(Decision.position)).where(Decision.meeting_id == row.id))
    made = [
        Decision(
            meeting_id=row.id,
            item_id=item_id,
            position=place,
            unit_id=key,
            unit_name=names[key],
            text=words,
            due_on=due_on,
            line=clean(line)[:1000],
            created_by=actor_of(session).name,
            created_at=now,
        )
        for place, key in enumerate(ordered, start=(last or 0) + 1)
    ]
    session.add_all(made)
    session.flush()
    return [each.id for each in made]


def change_decision(
    session: Session,
    decision_id: int,
    *,
    unit_id: int | None,
    due_on: date | None,
    text: str,
    version: int,
) -> None:
    """Correct a decision as long as the minutes are not issued."""
    actor_of(session).require(Action.MANAGE_MEETINGS)
    row = _decision(session, decision_id, version)
    meeting = _gathering(session, row.meeting_id)
    names = queries.names_of(session, [unit_id] if unit_id else [])
    words = clean(text)
    if found := rules.decision_problems(
        units=len(names), due_on=due_on, text=words, held_on=meeting.held_on
    ):
        raise Invalid(found)
    assert unit_id is not None
    assert due_on is not None
    row.unit_id, row.unit_name = unit_id, names[unit_id]
    row.due_on, row.text = due_on, words


def remove_decision(session: Session, decision_id: int, *, version: int) -> None:
    """Take a decision back as long as the minutes are not issued and nobody has reported on it."""
    actor_of(session).require(Action.MANAGE_MEETINGS)
    row = _decision(session, decision_id, version)
    _gathering(session, row.meeting_id)
    reported = select(DecisionReport.id).where(DecisionReport.decision_id == row.id).limit(1)
    if session.scalar(reported):
        raise RuleError("责任单位已经报告，不能撤下")
    session.delete(row)


def report_decision(
    session: Session,
    decision_id: int,
    *,
    text: str,
    file: NewFile | None,
    limit_mb: int,
    version: int,
    today: date,
    now: datetime,
) -> int:
    """Report what was done, with the file that proves it; by the unit, or the office for it."""
    actor = actor_of(session)
    actor.require(Action.REPORT_DECISION)
    row = _decision(session, decision_id, version)
    if not actor.sees_all_cases and row.unit_id not in actor.unit_ids:
        raise NotAllowed("只能报告本单位的议定事项")
    if row.done_on is not None:
        raise RuleError("该议定事项已经完成")
    if row.waiting_since is not None:
        raise RuleError("已经报告过，正在等联席办认可")
    words = clean(text)
    found = []
    if not words or len(words) > rules.REPORT_MAX:
        found.append(Problem("text", f"请填写落实情况，最多 {rules.REPORT_MAX} 个字"))
    if file is None:
        found.append(Problem("file", "请上传证明材料"))
    if found:
        raise Invalid(found)
    assert file is not None
    name, media_type = attachments.accepted(file.name, file.content, limit_mb=limit_mb)
    made = DecisionReport(
        decision_id=row.id,
        text=words,
        reported_on=today,
        name=name,
        media_type=media_type,
        size=len(file.content),
        sha256=hashlib.sha256(file.content).hexdigest(),
        content=file.content,
        actor=actor.name,
        at=now,
    )
    session.add(made)
    row.waiting_since = today
    session.flush()
    return made.id


def judge_report(
    session: Session,
    report_id: int,
    verdict: Verdict,
    *,
    why: str = "",
    version: int,
    now: datetime,
) -> None:
    """Accept a report, which ends the decision on the day it was reported, or send it back."""
    actor = actor_of(session)
    actor.require(Action.MANAGE_MEETINGS)
    report = session.get(DecisionReport, report_id)
    if report is None:
        raise Missing("该报告不存在，或不在您的查看范围内")
    row = _decision(session, report.decision_id, version)
    if report.verdict is not None:
        raise RuleError("该报告已经审核过")
    words = clean(why)
    if verdict is Verdict.SENT_BACK and (not words or len(words) > 300):
        raise Invalid([Problem("why", "请填写退回的原因，最多 300 个字")])
    report.verdict, report.verdict_why = verdict, words
    report.verdict_by, report.verdict_at = actor.name, now
    row.waiting_since = None
    if verdict is Verdict.ACCEPTED:
        row.done_on = report.reported_on


def download_evidence(session: Session, report_id: int) -> bytes:
    """Return the file of a report, and note who took it."""
    actor_of(session).require(Action.SEE_MEETINGS)
    found = session.get(DecisionReport, report_id)
    if found is None or found.content is None:
        raise Missing("该证明材料不存在，或不在您的查看范围内")
    if hashlib.sha256(found.content).hexdigest() != found.sha256:
        raise Missing(f"证明材料“{found.name}”的内容与登记的校验值不符，请联系系统管理员")
    audit.record(session, AuditAction.DOWNLOAD, "decision_reports", found.id)
    return found.content


def note_export(session: Session, *, rows: int, filters: Sequence[str]) -> None:
    """Write into the audit that decisions were taken along."""
    actor_of(session).require(Action.EXPORT)
    audit.record(session, AuditAction.EXPORT, "decisions", rows=rows, filters=list(filters))


def _gathering(session: Session, meeting_id: int) -> Meeting:
    row = writable(session, meeting_id)
    if row.opened_at is None:
        raise RuleError("会议还没有开始，请先点“开会”")
    return row


def _decision(session: Session, decision_id: int, version: int) -> Decision:
    row = session.get(Decision, decision_id)
    if row is None:
        raise Missing("该议定事项不存在，或不在您的查看范围内")
    if row.version != version:
        raise Conflict("该议定事项已被他人修改，请核对后重新保存")
    return row
