"""销号 of a dispute: called back, asked for, approved by two, refused; and looked at again after."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from db.commands.dispute_steps import checked_step
from db.commands.writable import writable_dispute
from db.models.disputes import Dispute, DisputeLook, DisputeSignOff
from db.queries import dispute_file
from db.queries import dispute_sign_off as queries
from db.scope import actor_of
from rules import dispute_sign_off as rules
from rules.case_terms import Performance, Satisfaction, VisitKind
from rules.cases import clean
from rules.dispute_steps import Hand
from rules.dispute_terms import DisputeState, DisputeStep
from rules.errors import Conflict, Invalid, Missing, NotAllowed, Problem, RuleError
from rules.permissions import Action

TEXT_MAX = 2000
HEAD_MAX = 64


def call_back(
    session: Session,
    dispute_id: int,
    *,
    done_on: date | None,
    satisfaction: Satisfaction | None,
    accepted: bool,
    text: str,
    version: int,
    today: date,
    now: datetime,
) -> int:
    """Write down a call on the parties; where they accept, the dispute is 回访通过."""
    row = _handled(session, dispute_id, version)
    if row.state not in (DisputeState.RESOLVED, DisputeState.ROUTED, DisputeState.REVISITED):
        raise RuleError(f"现在是“{row.state.label}”，化解成功或转法定途径后才回访")
    least = row.resolved_on or row.left_on or row.found_on
    words = _told(done_on, satisfaction, text, least=least, today=today)
    assert done_on is not None
    look = DisputeLook(
        dispute_id=row.id,
        kind=VisitKind.CALL_BACK,
        due_on=done_on,
        done_on=done_on,
        done_by=actor_of(session).name,
        satisfaction=satisfaction,
        accepted=accepted,
        text=words,
    )
    session.add(look)
    row.updated_at = now
    if accepted and row.state is not DisputeState.REVISITED:
        checked_step(
            session, row, DisputeStep.REVISIT, {}, happened_on=done_on, today=today, now=now
        )
    session.flush()
    return look.id


def look_back(
    session: Session,
    look_id: int,
    *,
    done_on: date | None,
    satisfaction: Satisfaction | None,
    recurred: bool,
    text: str,
    version: int,
    today: date,
    now: datetime,
) -> None:
    """Do a look back at a dispute that was signed off; one that has recurred is open again (反弹)."""
    look = session.get(DisputeLook, look_id)
    if look is None:
        raise Missing("该回头看不存在，或不在您的查看范围内")
    if look.version != version:
        raise Conflict("该回头看已被他人修改，请核对后重新保存")
    if look.done_on is not None or look.dropped_on is not None:
        raise RuleError("该回头看已完成或不再需要，请刷新")
    row = _handled(session, look.dispute_id, None)
    words = _told(done_on, satisfaction, text, least=row.signed_on or row.found_on, today=today)
    assert done_on is not None
    look.done_on, look.done_by, look.text = done_on, actor_of(session).name, words
    look.satisfaction, look.accepted = satisfaction, not recurred
    row.updated_at = now
    if recurred:
        why = {"reason": f"{look.kind.label}发现反弹：{words}"}
        checked_step(
            session, row, DisputeStep.REBOUND, why, happened_on=done_on, today=today, now=now
        )


def request_sign_off(
    session: Session,
    dispute_id: int,
    *,
    result: str,
    performance: Performance | None,
    performed_until: date | None,
    version: int,
    today: date,
    now: datetime,
) -> int:
    """Ask for the sign-off of a dispute that was called back on; what it lacks may still come."""
    row = _handled(session, dispute_id, version)
    words = clean(result)
    if problems := rules.request_problems(
        result=words, performance=performance, performed_until=performed_until, today=today
    ):
        raise Invalid(problems)
    checked_step(session, row, DisputeStep.REQUEST, {}, happened_on=today, today=today, now=now)
    found = DisputeSignOff(
        dispute_id=row.id,
        requested_by=actor_of(session).name,
        requested_at=now,
        result=words,
        performance=performance,
        performed_until=performed_until,
    )
    session.add(found)
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
    found = _waiting(session, sign_off_id, version)
    _handled(session, found.dispute_id, None)
    name, problems = clean(head_name), []
    if not name or len(name) > HEAD_MAX:
        problems.append(Problem("head_name", f"请填写单位负责人姓名，最多 {HEAD_MAX} 个字"))
    if head_on is None or head_on > today:
        problems.append(Problem("head_on", "请填写签批日期，不晚于今天"))
    if problems:
        raise Invalid(problems)
    found.head_name, found.head_on = name, head_on
    found.head_recorded_by = actor_of(session).name


def approve_sign_off(
    session: Session, sign_off_id: int, *, version: int, today: date, now: datetime
) -> None:
    """Sign a dispute off as a second person of the office.

    Raises Invalid naming everything the gate misses, and why this account may not approve.
    """
    actor = actor_of(session)
    actor.require(Action.SIGN_OFF_DISPUTE)
    found = _waiting(session, sign_off_id, version)
    facts = queries.gate(session, found)
    barred = rules.approver_problem(facts, actor.name)
    told = [*rules.missing(facts, today=today), *([barred] if barred else [])]
    if told:
        raise Invalid([Problem("gate", words) for words in told])
    found.approved_by, found.approved_at, found.signed_on = actor.name, now, today
    # The store's own trigger asks for it before the dispute.
    session.flush()
    row = writable_dispute(session, found.dispute_id)
    checked_step(session, row, DisputeStep.SIGN_OFF, {}, happened_on=today, today=today, now=now)


def refuse_sign_off(
    session: Session, sign_off_id: int, *, why: str, version: int, today: date, now: datetime
) -> None:
    """Send a request back with its reason; another may follow it."""
    actor_of(session).require(Action.SIGN_OFF_DISPUTE)
    found = _waiting(session, sign_off_id, version)
    row = writable_dispute(session, found.dispute_id)
    given = {"reason": why}
    checked_step(session, row, DisputeStep.REFUSE, given, happened_on=today, today=today, now=now)
    found.refused_on, found.refused_why = today, clean(why)[:500]


def _handled(session: Session, dispute_id: int, version: int | None) -> Dispute:
    """Load a dispute that is this actor's to handle."""
    actor_of(session).require(Action.RECORD_DISPUTE)
    row = writable_dispute(session, dispute_id, version)
    if not dispute_file.seat(session, row).takes(Hand.DUTY):
        raise NotAllowed("本件由责任单位或其上级单位办理，您可以查看，不能修改")
    return row


def _told(
    done_on: date | None,
    satisfaction: Satisfaction | None,
    text: str,
    *,
    least: date,
    today: date,
) -> str:
    words, problems = clean(text), []
    if done_on is None or not least <= done_on <= today:
        problems.append(Problem("done_on", f"回访日期应在 {least} 和今天之间"))
    if satisfaction is None:
        problems.append(Problem("satisfaction", "请选择当事人的满意度"))
    if not words or len(words) > TEXT_MAX:
        problems.append(Problem("text", f"请填写回访情况，最多 {TEXT_MAX} 个字"))
    if problems:
        raise Invalid(problems)
    return words


def _waiting(session: Session, sign_off_id: int, version: int) -> DisputeSignOff:
    actor_of(session).require(Action.RECORD_DISPUTE)
    found = session.get(DisputeSignOff, sign_off_id)
    if found is None:
        raise Missing("该销号申请不存在，或不在您的查看范围内")
    if found.version != version:
        raise Conflict("该销号申请已被他人修改，请核对后重新提交")
    if found.refused_on or found.withdrawn_on or found.signed_on:
        raise RuleError("该销号申请已经办完或撤销，请刷新")
    return found
