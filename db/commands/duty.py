"""包案: taking a case into the ledger of duties, its plan and chain, and who must stay out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db.commands.writable import writable_case
from db.models.duty import CaseDuty, CostShare, DutyLink, Measure, Recusal
from db.queries.duty import barred_problems
from db.queries.evaluation_outcomes import in_the_way
from db.scope import actor_of
from rules import duty as rules
from rules.case_terms import DutySource
from rules.cases import clean
from rules.errors import Conflict, Invalid, Missing, Problem, RuleError
from rules.permissions import Action


@dataclass(frozen=True, slots=True)
class Link:
    """One level of the chain of four as it is to stand."""

    level: int
    unit_id: int | None
    official: str
    post: str = ""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a unit is to bear of a measure, in 分."""

    unit_id: int
    amount_fen: int
    basis: str = ""


def set_duty(
    session: Session,
    case_id: int,
    *,
    source: DutySource,
    lead_id: int | None,
    team: str,
    plan: str,
    owner: str,
    until: date | None,
    ticks: Sequence[str],
    version: int | None,
    case_version: int,
    today: date,
    now: datetime,
) -> None:
    """Take a case into the ledger of duties, or change what stands there.

    `version` is that of the duty as it was read, None where there was none. Nothing is
    required at once: what is missing is named by the badge and asked for every day.
    Raises Invalid for a leader who left office or must stay out, Conflict beside a rival's save.
    """
    actor_of(session).require(Action.DIRECT_CASE)
    case = writable_case(session, case_id)
    found = session.scalar(select(CaseDuty).where(CaseDuty.case_id == case_id))
    if case.version != case_version or (found.version if found else None) != version:
        raise Conflict("包案信息已被他人修改，请核对后重新保存")
    # Who leads it already may have left office: the rest of the duty can still be written.
    taking_over = today if lead_id != case.lead_id else None
    problems = barred_problems(session, case_id, lead_id=lead_id, today=taking_over)
    if told := in_the_way(session, "包案", case_id=case_id):
        problems.append(Problem("source", told))
    problems += rules.length_problems({"team": clean(team), "owner": clean(owner)})
    since = found.since if found else today
    if until is not None and until < since:
        problems.append(Problem("until", f"完成期限 {until} 早于包案日期 {since}"))
    if problems:
        raise Invalid(problems)
    if found is None:
        found = CaseDuty(case_id=case_id, since=since)
        session.add(found)
    found.source = source
    found.team, found.plan, found.owner = clean(team), clean(plan), clean(owner)
    found.until = until
    found.ticks = ",".join(sorted(set(ticks)))
    found.left_on, found.left_why = None, ""
    if case.lead_id != lead_id:
        case.lead_id = lead_id
        case.updated_at = now


def leave_duty(session: Session, case_id: int, *, why: str, version: int, today: date) -> None:
    """Let a case leave the ledger of duties; the reason stays with it."""
    actor_of(session).require(Action.DIRECT_CASE)
    writable_case(session, case_id)
    found = session.scalar(select(CaseDuty).where(CaseDuty.case_id == case_id))
    if found is None or found.left_on is not None:
        raise RuleError("本件不在包案台账中")
    if found.version != version:
        raise Conflict("包案信息已被他人修改，请核对后重新保存")
    if not clean(why):
        raise Invalid([Problem("why", "请填写退出台账的原因")])
    if problems := rules.length_problems({"why": clean(why)}):
        raise Invalid(problems)
    found.left_on, found.left_why = today, clean(why)


def set_chain(session: Session, case_id: int, links: Sequence[Link]) -> None:
    """Write the chain of four anew; an official without a name leaves his level empty."""
    actor_of(session).require(Action.DIRECT_CASE)
    writable_case(session, case_id)
    there = {
        link.level: link
        for link in session.scalars(select(DutyLink).where(DutyLink.case_id == case_id))
    }
    for wanted in links:
        if not 1 <= wanted.level <= rules.LEVELS:
            raise Invalid([Problem("level", f"包保责任最多 {rules.LEVELS} 级")])
        official, post = clean(wanted.official), clean(wanted.post)
        if problems := rules.length_problems({"official": official, "post": post}):
            raise Invalid(problems)
        kept = there.get(wanted.level)
        if not official:
            if kept is not None:
                session.delete(kept)
            continue
        if kept is None:
            kept = DutyLink(case_id=case_id, level=wanted.level)
            session.add(kept)
        kept.unit_id, kept.official, kept.post = wanted.unit_id, official, post


def set_measure(
    session: Session,
    case_id: int,
    values: Mapping[str, Any],
    *,
    measure_id: int | None = None,
    version: int | None = None,
    costs: Sequence[Cost] = (),
    today: date,
) -> int:
    """Add a measure of the plan or change one: kind, text, unit_id, owner, due_on, done_on, evidence.

    Done only with evidence, and never in the future. The unit that handles the case may
    write its own plan. Returns the measure's id.
    """
    actor_of(session).require(Action.HANDLE_CASE)
    writable_case(session, case_id)
    given = {name: clean(v) if type(v) is str else v for name, v in values.items()}
    problems = rules.measure_problems(given, today=today)
    problems += [Problem("amount", "分摊金额应大于 0") for cost in costs if cost.amount_fen <= 0]
    for cost in costs:
        problems += rules.length_problems({"basis": clean(cost.basis)})
    if problems:
        raise Invalid(problems)
    if measure_id is None:
        found = Measure(case_id=case_id)
        session.add(found)
    else:
        found = _measure(session, case_id, measure_id, version)
    for name, value in given.items():
        setattr(found, name, value)
    session.flush()
    for share in session.scalars(select(CostShare).where(CostShare.measure_id == found.id)):
        session.delete(share)
    for cost in costs:
        session.add(
            CostShare(
                case_id=case_id,
                measure_id=found.id,
                unit_id=cost.unit_id,
                amount_fen=cost.amount_fen,
                basis=clean(cost.basis),
            )
        )
    return found.id


def drop_measure(session: Session, case_id: int, measure_id: int, *, version: int) -> None:
    """Take a measure out of the plan; one that is done is history and stays."""
    actor_of(session).require(Action.HANDLE_CASE)
    writable_case(session, case_id)
    found = _measure(session, case_id, measure_id, version)
    if found.done_on is not None:
        raise RuleError("已完成的措施不能删除")
    session.execute(delete(CostShare).where(CostShare.measure_id == found.id))
    session.delete(found)


def recuse(
    session: Session,
    case_id: int,
    *,
    leader_id: int | None = None,
    unit_id: int | None = None,
    accused: bool = False,
    reason: str,
    now: datetime,
) -> None:
    """Decide that a leader or a unit stays out of a case (§28), or is accused by it (§30).

    Raises RuleError while the case is in their hands: it has to be taken from them first.
    """
    actor = actor_of(session)
    actor.require(Action.DIRECT_CASE)
    case = writable_case(session, case_id)
    problems = []
    if (leader_id is None) == (unit_id is None):
        problems.append(Problem("leader_id", "请选择一位领导或一个单位"))
    if not clean(reason):
        problems.append(Problem("reason", "请填写回避的理由"))
    problems += rules.length_problems({"reason": clean(reason)})
    if problems:
        raise Invalid(problems)
    if leader_id is not None and case.lead_id == leader_id:
        raise RuleError("该领导正在包案，请先更换包案领导")
    session.add(
        Recusal(
            case_id=case_id,
            leader_id=leader_id,
            unit_id=unit_id,
            accused=accused,
            reason=clean(reason),
            decided_by=actor.name,
            at=now,
        )
    )
    session.flush()
    in_hand = case.unit_id is not None and unit_id is not None
    if in_hand and barred_problems(session, case_id, unit_id=case.unit_id):
        raise RuleError("案件正由该单位或其下属单位办理，请先改交其他单位")


def lift_recusal(session: Session, case_id: int, recusal_id: int) -> None:
    """Take a decision on recusal back; the audit keeps that it was made."""
    actor_of(session).require(Action.DIRECT_CASE)
    writable_case(session, case_id)
    found = session.get(Recusal, recusal_id)
    if found is None or found.case_id != case_id:
        raise Missing("该回避决定已不存在，请刷新")
    session.delete(found)


def _measure(session: Session, case_id: int, measure_id: int, version: int | None) -> Measure:
    found = session.get(Measure, measure_id)
    if found is None or found.case_id != case_id:
        raise Missing("该措施已不存在，请刷新")
    if found.version != version:
        raise Conflict("该措施已被他人修改，请核对后重新保存")
    return found
