"""Taking the steps of a dispute, deciding its level, and making a case of it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from db.audit import plain_value
from db.commands import cases, dispute_after
from db.commands.cases import Opened
from db.commands.writable import writable_case, writable_dispute
from db.models.disputes import Dispute, DisputeClass, DisputeGrade, DisputeStepRow
from db.models.network import NetworkNode
from db.models.units import Unit
from db.queries import case_file, dispute_file
from db.queries.evaluation_outcomes import in_the_way, repeats_judged
from db.scope import actor_of
from rules import dispute_levels as levels
from rules import dispute_procedure as rules
from rules.cases import clean
from rules.dispute_steps import APART, RULES
from rules.dispute_terms import DisputeState, DisputeStep, GradeStage, RiskLevel
from rules.errors import Invalid, Missing, NotAllowed, Problem, RuleError
from rules.people import Person
from rules.permissions import Action
from rules.terms import Channel, Flag


def take_step(
    session: Session,
    dispute_id: int,
    step: DisputeStep,
    *,
    happened_on: date,
    values: Mapping[str, Any],
    version: int,
    today: date,
    now: datetime,
) -> int:
    """Take one step on the day it happened; returns the step's id.

    `values` is keyed by rules.dispute_steps.FIELDS. Raises RuleError where the step is not
    legal from where the dispute stands or not this actor's, Invalid naming what it lacks.
    """
    actor_of(session).require(Action.RECORD_DISPUTE)
    if step in APART:
        raise RuleError(f"{step.label}有专门的办理页面")
    row = writable_dispute(session, dispute_id, version)
    return checked_step(
        session, row, step, values, happened_on=happened_on, today=today, now=now
    ).id


def checked_step(
    session: Session,
    row: Dispute,
    step: DisputeStep,
    values: Mapping[str, Any],
    *,
    happened_on: date,
    today: date,
    now: datetime,
) -> DisputeStepRow:
    """Ask the rules for a step and write it; the way of the steps taken apart as well."""
    facts = dispute_file.facts(session, row)
    if told := rules.blocked(step, facts, dispute_file.seat(session, row)):
        raise RuleError(told)
    rule = RULES[step]
    if unknown := values.keys() - {*rule.needs, *rule.asks}:
        raise KeyError(sorted(unknown)[0])
    given = {n: clean(value) if type(value) is str else value for n, value in values.items()}
    problems = rules.step_problems(step, given, facts, on=happened_on, today=today)
    if step in (DisputeStep.ASSIGN, DisputeStep.ELEVATE) and (
        barred := in_the_way(session, step.label, dispute_id=row.id)
    ):
        raise RuleError(barred)
    if step in (DisputeStep.PARTLY, DisputeStep.RESOLVE) and (
        same := repeats_judged(
            session, str(given.get("text") or ""), dispute_id=row.id, today=today
        )
    ):
        problems.append(Problem("text", same))
    for name, model in (("unit_id", Unit), ("organ_id", NetworkNode)):
        if given.get(name) is not None and session.get(model, given[name]) is None:
            problems.append(Problem(name, "所选的单位或组织已不存在，请重新选择"))
    if problems:
        raise Invalid(problems)
    return write_step(session, row, step, given, happened_on=happened_on, today=today, now=now)


def write_step(
    session: Session,
    row: Dispute,
    step: DisputeStep,
    given: Mapping[str, Any],
    *,
    happened_on: date,
    today: date,
    now: datetime,
) -> DisputeStepRow:
    """Write a step with all that follows from it; whoever calls has asked the rules."""
    actor, before = actor_of(session), row.state
    after = rules.after(step, dispute_file.facts(session, row), given, on=happened_on)
    taken = DisputeStepRow(
        dispute_id=row.id,
        step=step,
        happened_on=happened_on,
        state_before=before,
        state_after=after.state,
        text=given.get("text") or "",
        details={n: plain_value(v) for n, v in given.items() if n != "text" and v is not None},
        actor=actor.name,
        actor_unit_id=actor.unit_id,
        at=now,
    )
    session.add(taken)
    row.state, row.outcome, row.tier = after.state, after.outcome, after.tier
    row.due_on, row.updated_at = after.due_on, now
    for name, value in rules.dates_after(step, on=happened_on).items():
        setattr(row, name, value)
    if step is DisputeStep.ASSIGN:
        row.duty_unit_id = given["unit_id"]
    if step is DisputeStep.SUBMIT:
        row.reported_at = now
    for name in ("handler", "channel", "organ_id"):
        if given.get(name):
            setattr(row, name, given[name])
    why = f"{step.label}：{given.get('reason') or given.get('text') or ''}"
    dispute_after.follow(session, row, before=before, why=why, today=today)
    session.flush()
    return taken


def grade(
    session: Session,
    dispute_id: int,
    *,
    stage: GradeStage,
    level: RiskLevel | None,
    who: str,
    decided_on: date | None,
    reason: str,
    version: int,
    today: date,
    now: datetime,
) -> int:
    """Record one step of deciding the level: 小组初定, 村议定, 乡镇审定, in this order."""
    actor = actor_of(session)
    actor.require(Action.RECORD_DISPUTE)
    row = writable_dispute(session, dispute_id, version)
    seat = dispute_file.seat(session, row)
    if not (seat.office or seat.found_it):
        raise NotAllowed("等级由登记单位和其上级单位评定")
    who, reason = clean(who), clean(reason)
    done = dispute_file.grades(session, dispute_id)
    problems = levels.grade_problems(
        stage,
        level,
        who=who,
        reason=reason,
        decided_on=decided_on,
        grades=[levels.Grade(g.stage, g.level, g.decided_on) for g in done],
        found_by=session.get_one(Unit, row.unit_id).kind,
        above_village=seat.office or not seat.village,
        found_on=row.found_on,
        today=today,
    )
    if problems:
        raise Invalid(problems)
    found = DisputeGrade(
        dispute_id=row.id,
        stage=stage,
        level=level,
        who=who,
        decided_on=decided_on,
        reason=reason,
        actor=actor.name,
        actor_unit_id=actor.unit_id,
        at=now,
    )
    session.add(found)
    row.level, row.level_stage, row.updated_at = level, stage, now
    session.flush()
    return found.id


def open_case(
    session: Session,
    dispute_id: int,
    *,
    reason: str,
    people: Sequence[Person] = (),
    version: int,
    today: date,
    now: datetime,
) -> Opened:
    """Register a dispute as a matter of the register (转信访事项), each linked to the other.

    It is counted as passed on from then; its class tells the 内容分类. The parties are asked for
    anew: a party to a dispute need not be who petitions.
    """
    actor_of(session).require(Action.REGISTER)
    row = writable_dispute(session, dispute_id, version)
    if row.case_id is not None:
        raise Invalid([Problem("case_id", "本件已经关联案件，请先取消关联")])
    written = checked_step(
        session,
        row,
        DisputeStep.PETITION,
        {"reason": reason},
        happened_on=today,
        today=today,
        now=now,
    )
    values: dict[str, Any] = {
        "title": row.title,
        "content": row.content,
        "channel": Channel.SWEEP,
        "received_on": today,
        "township_id": row.township_id,
        "place": row.place,
        "code_id": session.get_one(DisputeClass, row.class_id).code_id,
        "lead_id": row.lead_id,
        "people": row.people,
        "people_approx": row.people_approx,
        "amount_fen": row.amount_fen,
        "amount_approx": row.amount_approx,
        Flag.CROSS.value: row.cross,
        Flag.GROUP.value: row.group,
        "remark": f"由矛盾纠纷 {row.number} 转入：{clean(reason)}",
    }
    opened = cases.open_case(session, values, people=people, today=today, now=now)
    row.case_id = opened.id
    written.details = {**written.details, "case": opened.number}
    return opened


def link_case(
    session: Session, dispute_id: int, number: str, *, version: int, now: datetime
) -> None:
    """Say which matter of the register a dispute is about, or none for an empty number.

    The dispute stays where it is and counts on. One that was made a case keeps its link.
    """
    actor_of(session).require(Action.SIGN_OFF_DISPUTE)
    row = writable_dispute(session, dispute_id, version)
    if row.state is DisputeState.PETITIONED:
        raise RuleError("本件已转为信访事项，关联不能改")
    row.updated_at = now
    if not number.strip():
        row.case_id = None
        return
    case_id = case_file.id_of(session, number.strip())
    if case_id is None:
        raise Missing(f"没有编号为“{number.strip()}”的案件，或不在您的查看范围内")
    row.case_id = writable_case(session, case_id).id
