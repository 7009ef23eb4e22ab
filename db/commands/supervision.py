"""督办 of a case, its looks back, and who answers for it: drafted by the system, sent by a person."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.commands.rebound import withdraw_if_fresh
from db.commands.writable import writable_case
from db.engine import cipher_of
from db.models.cases import Case, Petitioner
from db.models.supervision import FollowUp, LiabilityRecord, LookBack
from db.models.units import Unit
from db.queries import office
from db.queries import supervision as queries
from db.queries.duty import barred_problems
from db.scope import actor_of
from rules import masking
from rules import supervision as rules
from rules.case_terms import Liability, Rung, Trigger, VisitKind
from rules.cases import clean
from rules.errors import Conflict, Invalid, Missing, NotAllowed, Problem, RuleError
from rules.permissions import Action
from rules.steps import ENDED
from rules.terms import Purpose

_ITSELF = "系统"  # who has drafted what nobody asked for


def draft_follow_up(
    session: Session,
    case_id: int,
    *,
    trigger: Trigger,
    rung: Rung,
    reason: str,
    today: date,
    now: datetime,
) -> int:
    """Draft a letter of supervision to the unit that has the case; returns its id.

    A trigger that is computed brings its own reason and must hold; a manual one needs one.
    Raises RuleError for a rung that does not follow on what was sent, and for an accusation,
    of which no unit is told (§30).
    """
    actor = actor_of(session)
    actor.require(Action.DIRECT_CASE)
    case = writable_case(session, case_id)
    if case.purpose is Purpose.ACCUSATION:
        raise RuleError("检举控告不向责任单位发督办（§30）")
    words = clean(reason)
    if trigger not in rules.MANUAL:
        whys = [h.why for h in queries.held(session, case_id, today=today) if h.trigger is trigger]
        if not whys:
            raise RuleError(f"“{trigger.label}”现在不成立，请刷新")
        words = "；".join([*whys, *([words] if words else [])])[: rules.REASON_MAX]
    if not words:
        raise Invalid([Problem("reason", "请填写督办的理由")])
    if len(words) > rules.REASON_MAX:
        raise Invalid([Problem("reason", f"理由最多 {rules.REASON_MAX} 个字")])
    if told := rules.rung_problem(rung, trigger, queries.sent(session, case_id)):
        raise Invalid([Problem("rung", told)])
    drafted = _draft(
        session, case, trigger, rung, words, drafted_by=actor.name, today=today, now=now
    )
    return drafted.id


def draft_by_itself(
    session: Session, case: Case, trigger: Trigger, reason: str, *, today: date, now: datetime
) -> None:
    """Draft a 督办 because the matter was raised again or left somebody dissatisfied.

    Once for each reason that still stands, and never for an accusation.
    """
    standing = select(FollowUp.id).where(
        FollowUp.case_id == case.id, FollowUp.trigger == trigger, FollowUp.ended_on.is_(None)
    )
    if case.purpose is Purpose.ACCUSATION or session.scalar(standing.limit(1)) is not None:
        return
    _draft(session, case, trigger, Rung.SUPERVISE, reason, drafted_by=_ITSELF, today=today, now=now)


def end_own_draft(
    session: Session, case_id: int, trigger: Trigger, reason: str, *, today: date
) -> None:
    """End a draft that `draft_by_itself` made for a reason that does not hold any more."""
    drafts = select(FollowUp).where(
        FollowUp.case_id == case_id,
        FollowUp.trigger == trigger,
        FollowUp.reason == reason,
        FollowUp.drafted_by == _ITSELF,
        FollowUp.sent_on.is_(None),
        FollowUp.ended_on.is_(None),
    )
    for draft in session.scalars(drafts):
        draft.ended_on, draft.ended_why = today, "重复信访的认定已撤销"


def _draft(
    session: Session,
    case: Case,
    trigger: Trigger,
    rung: Rung,
    reason: str,
    *,
    drafted_by: str,
    today: date,
    now: datetime,
) -> FollowUp:
    parameters = office.in_force(session, on=today)
    days = parameters["urge_answer_days"]
    assert isinstance(days, int)
    unit = session.scalar(select(Unit.name).where(Unit.id == case.unit_id))
    text = rules.letter(
        rules.Letter(
            rung=rung,
            unit=unit or "（待定责任单位）",
            number=case.number,
            title=case.title,
            received_on=case.received_on,
            forwarded_on=case.forwarded_on,
            why=reason,
            days=days,
            county=str(parameters["county_name"]),
            on=today,
        )
    )
    drafted = FollowUp(
        case_id=case.id,
        rung=rung,
        trigger=trigger,
        reason=reason,
        unit_id=case.unit_id,
        text=masking.hide_names(text, _names(session, case.id)),
        drafted_at=now,
        drafted_by=drafted_by,
    )
    session.add(drafted)
    session.flush()
    return drafted


def _names(session: Session, case_id: int) -> list[str]:
    cipher = cipher_of(session)
    found = session.scalars(select(Petitioner.name_encrypted).where(Petitioner.case_id == case_id))
    return [cipher.decrypt(each) for each in found]


def send_follow_up(
    session: Session,
    follow_up_id: int,
    *,
    text: str,
    unit_id: int | None,
    due_on: date | None,
    version: int,
    today: date,
) -> None:
    """Send a draft as it was corrected; from here on the unit sees it.

    Without `due_on` the answer is due after the county's own days. Raises Invalid where no
    unit is chosen, or one that must stay out, and where a petitioner is named.
    """
    actor = actor_of(session)
    actor.require(Action.DIRECT_CASE)
    found = _follow_up(session, follow_up_id, version)
    if found.sent_on is not None or found.ended_on is not None:
        raise RuleError("这份督办已经发出或已结束，请刷新")
    if writable_case(session, found.case_id).purpose is Purpose.ACCUSATION:
        raise RuleError("检举控告不向责任单位发督办（§30）")
    words = clean(text)
    if due_on is None:
        days = office.parameter(session, "urge_answer_days", on=today)
        assert isinstance(days, int)
        due_on = today + timedelta(days=days)
    problems = []
    if not words:
        problems.append(Problem("text", "督办内容不能为空"))
    if len(words) > rules.TEXT_MAX:
        problems.append(Problem("text", f"督办内容最多 {rules.TEXT_MAX} 个字"))
    if masking.hide_names(words, _names(session, found.case_id)) != words:
        problems.append(Problem("text", "督办内容里有信访人姓名，请删去后再发"))
    if unit_id is None:
        problems.append(Problem("unit_id", "请选择责任单位"))
    else:
        problems += barred_problems(session, found.case_id, unit_id=unit_id, today=today)
    if due_on < today:
        problems.append(Problem("due_on", f"答复期限 {due_on} 早于今天"))
    if problems:
        raise Invalid(problems)
    found.text, found.unit_id = words, unit_id
    found.sent_on, found.sent_by, found.due_on = today, actor.name, due_on


def answer_follow_up(
    session: Session, follow_up_id: int, values: Mapping[str, Any], *, version: int, today: date
) -> None:
    """Answer a letter as the unit it was sent to, or for it in the office.

    `values` is keyed by rules.supervision.ANSWER; Invalid names each of them that is missing.
    """
    actor = actor_of(session)
    actor.require(Action.HANDLE_CASE)
    found = _follow_up(session, follow_up_id, version)
    if found.sent_on is None or found.answered_on is not None or found.ended_on is not None:
        raise RuleError("这份督办没有等待答复，请刷新")
    if not actor.sees_all_cases and found.unit_id not in actor.unit_ids:
        raise NotAllowed("这份督办不是发给您单位的")
    given = {
        name: clean(value) if isinstance(value, str) else value
        for name, value in values.items()
        if name in rules.ANSWER
    }
    if problems := rules.answer_problems(given, today=today):
        raise Invalid(problems)
    for name, value in given.items():
        setattr(found, name, value)
    found.answered_on, found.answered_by = today, actor.name


def end_follow_up(
    session: Session, follow_up_id: int, *, why: str, version: int, today: date
) -> None:
    """End a letter with its reason: what was asked is done, or the draft is not to be sent."""
    actor_of(session).require(Action.DIRECT_CASE)
    found = _follow_up(session, follow_up_id, version)
    if found.ended_on is not None:
        raise RuleError("这份督办已经结束，请刷新")
    words = clean(why)
    if not words:
        raise Invalid([Problem("why", "请填写结束的原因")])
    if len(words) > rules.WHY_MAX:
        raise Invalid([Problem("why", f"结束的原因最多 {rules.WHY_MAX} 个字")])
    found.ended_on, found.ended_why = today, words


def do_look_back(
    session: Session,
    case_id: int,
    values: Mapping[str, Any],
    *,
    look_back_id: int | None = None,
    version: int | None = None,
    today: date,
    now: datetime,
) -> int:
    """Write what a look back found: done_on, with_office, with_unit, repeated, outcome.

    Without `look_back_id` it is a 回访 between those that were planned. Somebody dissatisfied,
    or the matter raised again, has a 督办 drafted by itself; raised again soon after its sign-off,
    it is open again (反弹). Returns the look back's id.
    """
    actor = actor_of(session)
    actor.require(Action.DIRECT_CASE)
    case = writable_case(session, case_id)
    if case.state not in ENDED or case.closed_on is None:
        raise RuleError(f"案件现在是“{case.state.label}”，办结后才回访")
    given: dict[str, Any] = {
        name: clean(value) if type(value) is str else value for name, value in values.items()
    }
    problems = rules.look_back_problems(given, closed_on=case.closed_on, today=today)
    if problems:
        raise Invalid(problems)
    if look_back_id is None:
        found = LookBack(case_id=case_id, kind=VisitKind.CALL_BACK, due_on=given["done_on"])
        session.add(found)
    else:
        found = _look_back(session, case_id, look_back_id, version)
    for name in ("done_on", "with_office", "with_unit", "outcome"):
        setattr(found, name, given[name])
    found.repeated = bool(given.get("repeated"))
    found.done_by = actor.name
    done_on: date = given["done_on"]
    session.flush()
    if not rules.accepted((found.with_office, found.with_unit), repeated=False):
        why = rules.unhappy(found.kind.label, done_on)
        draft_by_itself(session, case, Trigger.DISSATISFIED, why, today=today, now=now)
    if found.repeated:
        why = f"{done_on} {found.kind.label}时了解到办结后又信访"
        draft_by_itself(session, case, Trigger.REPEATED, why, today=today, now=now)
        withdraw_if_fresh(session, case, raised_on=done_on, why=why, today=today, now=now)
    return found.id


def record_liability(
    session: Session,
    case_id: int,
    *,
    reason: Liability | None,
    caused_unit_id: int | None,
    failed_unit_id: int | None,
    text: str,
    decided_on: date | None,
    today: date,
    now: datetime,
) -> int:
    """Write down which unit answers for a case by §42-45; it is added, never changed."""
    actor = actor_of(session)
    actor.require(Action.DIRECT_CASE)
    writable_case(session, case_id)
    words = clean(text)
    problems = rules.liability_problems(
        reason,
        caused_unit_id=caused_unit_id,
        failed_unit_id=failed_unit_id,
        text=words,
        decided_on=decided_on,
        today=today,
    )
    for unit_id in (caused_unit_id, failed_unit_id):
        if unit_id is not None and session.get(Unit, unit_id) is None:
            problems.append(Problem("caused_unit_id", "该单位已不存在，请重新选择"))
    if problems:
        raise Invalid(problems)
    assert reason is not None
    assert decided_on is not None
    found = LiabilityRecord(
        case_id=case_id,
        reason=reason,
        caused_unit_id=caused_unit_id,
        failed_unit_id=failed_unit_id,
        text=words,
        decided_on=decided_on,
        actor=actor.name,
        at=now,
    )
    session.add(found)
    session.flush()
    return found.id


def _follow_up(session: Session, follow_up_id: int, version: int) -> FollowUp:
    found = session.get(FollowUp, follow_up_id)
    if found is None:
        raise Missing("这份督办不存在，或不在您的查看范围内")
    if found.version != version:
        raise Conflict("这份督办已被他人修改，请核对后重新提交")
    writable_case(session, found.case_id)
    return found


def _look_back(session: Session, case_id: int, look_back_id: int, version: int | None) -> LookBack:
    found = session.get(LookBack, look_back_id)
    if found is None or found.case_id != case_id or found.dropped_on is not None:
        raise Missing("该回访已取消，请刷新")
    if found.version != version:
        raise Conflict("该回访已被他人修改，请核对后重新保存")
    if found.done_on is not None:
        raise RuleError("该回访已经完成，请刷新")
    return found
