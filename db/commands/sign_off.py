"""销号: asked for, approved by the unit's head and by a second person, refused, and taken back."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, select, text
from sqlalchemy.orm import Session

from db.commands import duty
from db.commands.procedure import write_step
from db.commands.rebound import withdraw_if_fresh
from db.commands.supervision import draft_by_itself, end_own_draft
from db.commands.writable import writable_case
from db.models.base import UtcDateTime
from db.models.cases import Attachment, Case
from db.models.duty import CaseDuty
from db.models.procedure import CaseDocument
from db.models.supervision import SignOff
from db.queries import procedure
from db.queries import sign_off as queries
from db.scope import actor_of
from rules import case_documents
from rules import sign_off as rules
from rules import supervision as supervision_rules
from rules.case_terms import DocumentKind, ExitReason, Performance, Step, Trigger
from rules.cases import clean
from rules.errors import Conflict, Invalid, Missing, Problem, RuleError
from rules.permissions import Action
from rules.steps import ENDED
from rules.terms import CaseState

HEAD_MAX = 64
WHY_MAX = 500


def add_document(
    session: Session,
    case_id: int,
    *,
    kind: DocumentKind | None,
    number: str,
    issued_on: date | None,
    details: Mapping[str, str],
    attachment_id: int | None = None,
    today: date,
    now: datetime,
) -> int:
    """Put a paper of the case on record with the fields of its kind; returns its id.

    `attachment_id` is the file of the same case that holds it as it was signed.
    """
    actor = actor_of(session)
    actor.require(Action.HANDLE_CASE)
    writable_case(session, case_id)
    given = {name: clean(value) for name, value in details.items() if clean(value)}
    problems = case_documents.problems(kind, clean(number), issued_on, given, today=today)
    if attachment_id is not None:
        scan = session.get(Attachment, attachment_id)
        if scan is None or scan.case_id != case_id:
            problems.append(Problem("attachment_id", "该附件已不存在，请重新选择"))
    if problems:
        raise Invalid(problems)
    assert kind is not None
    assert issued_on is not None
    found = CaseDocument(
        case_id=case_id,
        kind=kind,
        number=clean(number),
        issued_on=issued_on,
        details=given,
        step_id=procedure.last_step(session, case_id, *_belongs(kind)),
        attachment_id=attachment_id,
        actor=actor.name,
        at=now,
    )
    session.add(found)
    session.flush()
    return found.id


def _belongs(kind: DocumentKind) -> Iterator[Step]:
    yield from procedure.ROUNDS
    if given_by := case_documents.GIVEN_BY.get(kind):
        yield given_by


def request_sign_off(
    session: Session,
    case_id: int,
    *,
    result: str,
    document_id: int | None,
    performance: Performance | None,
    performed_until: date | None = None,
    exit_reason: ExitReason | None = None,
    version: int,
    now: datetime,
) -> int:
    """Ask for the sign-off of a closed case; returns the request's id.

    `exit_reason` is asked only where the close did not say it. What is missing yet is told
    by the gate and may still come. `version` is that of the case. One request stands at a time.
    """
    actor = actor_of(session)
    actor.require(Action.DIRECT_CASE)
    case = writable_case(session, case_id)
    if case.version != version:
        raise Conflict(f"“{case.title}”已被他人修改，请核对后重新提交", version=case.version)
    if case.state is not CaseState.CLOSED:
        raise RuleError(f"案件现在是“{case.state.label}”，办结后才能申请销号")
    if queries.standing(session, case_id) is not None:
        raise RuleError("本件已有销号申请，请刷新")
    given: dict[str, Any] = {
        "result": clean(result),
        "performance": performance,
        "performed_until": performed_until,
        "exit_reason": queries.exit_reason(session, case_id) or exit_reason,
    }
    problems = rules.request_problems(given, closed_on=case.closed_on)
    if document_id is not None:
        papers = {paper.id: paper for paper in queries.documents(session, case_id)}
        if document_id not in papers:
            problems.append(Problem("document_id", "该文书已不存在，请重新选择"))
        elif why := papers[document_id].lapsed:
            problems.append(Problem("document_id", f"该文书{why}，请登记现在有效的文书"))
    if problems:
        raise Invalid(problems)
    found = SignOff(
        case_id=case_id,
        document_id=document_id,
        requested_by=actor.name,
        requested_at=now,
        **given,
    )
    session.add(found)
    # A rival's request at the same moment meets the version of the case.
    case.updated_at = now
    session.flush()
    return found.id


def record_head_approval(
    session: Session,
    sign_off_id: int,
    *,
    head_name: str,
    head_on: date | None,
    version: int,
    today: date,
) -> None:
    """Write down that the head of the unit has signed; the unit itself may do so."""
    actor = actor_of(session)
    actor.require(Action.HANDLE_CASE)
    found = _waiting(session, sign_off_id, version)
    name = clean(head_name)
    problems = []
    if not name:
        problems.append(Problem("head_name", "请填写单位负责人姓名"))
    if len(name) > HEAD_MAX:
        problems.append(Problem("head_name", f"单位负责人姓名最多 {HEAD_MAX} 个字"))
    if head_on is None:
        problems.append(Problem("head_on", "请填写签批日期"))
    elif head_on > today:
        problems.append(Problem("head_on", f"签批日期 {head_on} 晚于今天"))
    if problems:
        raise Invalid(problems)
    found.head_name, found.head_on, found.head_recorded_by = name, head_on, actor.name


def approve_sign_off(
    session: Session, sign_off_id: int, *, version: int, today: date, now: datetime
) -> None:
    """Sign a case off as a second person of the office: its state, its step, its ledger of duties.

    Raises Invalid naming everything the gate misses, and who may not approve.
    """
    actor = actor_of(session)
    actor.require(Action.DIRECT_CASE)
    found = _waiting(session, sign_off_id, version)
    if told := queries.held_up(session, found, approver=actor.name, today=today):
        raise Invalid([Problem("gate", words) for words in told])
    _sign(session, found, today=today, now=now)


def sign_off_in_bulk(
    session: Session, wanted: Mapping[int, int], *, today: date, now: datetime
) -> int:
    """Approve several requests or none; `wanted` maps the id of each to the version seen.

    Beside the gate of each, somebody other than its asker must have opened the case since it
    was closed. Raises Invalid naming each case with all its reasons. Returns how many.
    """
    actor_of(session).require(Action.DIRECT_CASE)
    approver = actor_of(session).name
    if not wanted:
        raise Invalid([Problem("wanted", "请先选择要销号的案件")])
    found = [_waiting(session, key, version) for key, version in wanted.items()]
    problems = []
    for request in found:
        number = writable_case(session, request.case_id).number
        own = queries.lacking(session, request, approver=approver, today=today)
        problems += [Problem(number, f"{number}：{message}") for message in own]
    if problems:
        raise Invalid(problems)
    for request in found:
        _sign(session, request, today=today, now=now)
    return len(found)


def refuse_sign_off(
    session: Session, sign_off_id: int, *, why: str, version: int, today: date
) -> None:
    """Send a request back with its reason; another may follow it."""
    actor_of(session).require(Action.DIRECT_CASE)
    found = _waiting(session, sign_off_id, version)
    found.refused_why, found.refused_on = _why(why, "请填写退回的理由"), today


def withdraw_sign_off(
    session: Session, sign_off_id: int, *, why: str, version: int, today: date, now: datetime
) -> None:
    """Take a request back, or a sign-off that was given: the case is then open again (反弹)."""
    actor_of(session).require(Action.DIRECT_CASE)
    found = _standing(session, sign_off_id, version)
    words = _why(why, "请填写撤销的理由")
    if found.signed_on is None:
        found.withdrawn_on, found.withdrawn_why = today, words
        return
    case = writable_case(session, found.case_id)
    write_step(
        session, case, Step.REBOUND, {"reason": words}, happened_on=today, today=today, now=now
    )


def raised_again(
    session: Session,
    former_id: int | None,
    *,
    number: str,
    received_on: date,
    today: date,
    now: datetime,
) -> None:
    """Follow up a closed case that another one, of `number`, is now said to repeat; None is none.

    A 督办 is drafted by itself; a sign-off not older than the county's window is withdrawn (反弹).
    """
    if former_id is None:
        return
    former = session.get(Case, former_id)
    if former is None or former.closed_on is None or received_on < former.closed_on:
        return
    if former.state not in ENDED:
        return
    why = supervision_rules.raised_again(number, received_on)
    draft_by_itself(session, former, Trigger.REPEATED, why, today=today, now=now)
    withdraw_if_fresh(session, former, raised_on=received_on, why=why, today=today, now=now)


def repeat_withdrawn(
    session: Session, former_id: int, *, number: str, received_on: date, today: date
) -> None:
    """End the draft of 督办 that followed when a case was said to repeat this one, if still a draft."""
    why = supervision_rules.raised_again(number, received_on)
    end_own_draft(session, former_id, Trigger.REPEATED, why, today=today)


# Both engines know it; the ORM has one construct for each.
_OPENING = text(
    "INSERT INTO case_openings (case_id, account_id, at) VALUES (:case_id, :account_id, :at) "
    "ON CONFLICT DO NOTHING"
).bindparams(bindparam("at", type_=UtcDateTime()))


def record_opening(session: Session, case_id: int, *, now: datetime) -> None:
    """Note that the actor has opened a closed case, once; no audit entry, no new store version."""
    account_id = actor_of(session).account_id
    case = session.get(Case, case_id)
    if case is None:
        raise Missing("该案件不存在，或不在您的查看范围内")
    if account_id is not None and case.state in ENDED:
        session.execute(_OPENING, {"case_id": case_id, "account_id": account_id, "at": now})


def _sign(session: Session, request: SignOff, *, today: date, now: datetime) -> None:
    request.approved_by, request.approved_at = actor_of(session).name, now
    request.signed_on = today
    # The store's own trigger asks for it before the case.
    session.flush()
    case = writable_case(session, request.case_id)
    given = {"exit_reason": request.exit_reason, "text": request.result}
    write_step(session, case, Step.SIGN_OFF, given, happened_on=today, today=today, now=now)
    kept = session.scalar(select(CaseDuty).where(CaseDuty.case_id == case.id))
    if kept is not None and kept.left_on is None:
        why = f"销号：{request.exit_reason.label}"
        duty.leave_duty(session, case.id, why=why, version=kept.version, today=today)


def _why(typed: str, lacking: str) -> str:
    words = clean(typed)
    if not words:
        raise Invalid([Problem("why", lacking)])
    if len(words) > WHY_MAX:
        raise Invalid([Problem("why", f"理由最多 {WHY_MAX} 个字")])
    return words


def _standing(session: Session, sign_off_id: int, version: int) -> SignOff:
    found = session.get(SignOff, sign_off_id)
    if found is None:
        raise Missing("该销号申请不存在，或不在您的查看范围内")
    if found.version != version:
        raise Conflict("该销号申请已被他人修改，请核对后重新提交")
    if found.refused_on is not None or found.withdrawn_on is not None:
        raise RuleError("该销号申请已退回或撤销，请刷新")
    writable_case(session, found.case_id)
    return found


def _waiting(session: Session, sign_off_id: int, version: int) -> SignOff:
    found = _standing(session, sign_off_id, version)
    if found.signed_on is not None:
        raise RuleError("本件已经销号，请刷新")
    return found
