"""What a leader decides on a visit, and the case it opens or joins in the same step (S5-17, S4-24)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.commands import cases, duty, identity, procedure, visits
from db.commands.writable import writable_case
from db.models.cases import Case
from db.models.duty import CaseDuty
from db.models.receptions import Visit
from db.models.units import Leader
from db.queries import office
from db.queries.evaluation_outcomes import in_the_way
from db.scope import actor_of
from rules import visits as rules
from rules.case_terms import DutySource, Step
from rules.errors import Invalid, Problem
from rules.permissions import Action
from rules.reception_terms import VisitOutcome
from rules.steps import RULES
from rules.terms import EntryKind, Flag


@dataclass(frozen=True, slots=True)
class Matter:
    """What becomes of the matter: a case of its own, one that is there, or none yet.

    `suspect_of` is a case the new one may be the same as, for a person to judge later.
    """

    opens: bool = False
    case_id: int | None = None
    suspect_of: int | None = None


NONE_YET = Matter()


def decide(
    session: Session,
    visit_id: int,
    values: Mapping[str, Any],
    *,
    matter: Matter = NONE_YET,
    base: Mapping[str, Any],
    version: int,
    today: date,
    now: datetime,
) -> str | None:
    """Write down what the leader decided, and open or join the case of it; returns its number.

    `values` is keyed by rules.visits.DECIDED. A case that is opened has the people of the
    visit and the leader as 首接领导; what is handed on is assigned to the unit until the day
    named, and a 包案 stands in the ledger of duties under the leader. A leader himself only
    writes what he decided: the office opens the case. Everything or nothing is written.
    """
    actor = actor_of(session)
    actor.require(Action.RECEIVE)
    visit = visits.take(session, visit_id)
    plain = visits.cleaned(values)
    joined = None if matter.opens else (matter.case_id or visit.case_id)
    handing = plain.get("outcome") in (VisitOutcome.HANDED, VisitOutcome.LED)
    if handing and joined is not None and visit.outcome is not plain["outcome"]:
        told = in_the_way(session, plain["outcome"].label, case_id=joined)
        if told is not None:
            raise Invalid([Problem("outcome", told)])
    if visit.version != version:
        raise visits.conflict(visit, plain, base)
    said = (visit.outcome, visit.instruction)
    visits.set_values(session, visit, plain, today=today, now=now)
    if visit.outcome is None:
        raise Invalid([Problem("outcome", "请选择处理方式")])
    if matter.opens or matter.case_id is not None:
        if visit.case_id is not None:
            raise Invalid([Problem("case_id", "本次接访已经关联了案件")])
        visit.case_id = (
            _opened(session, visit, matter.suspect_of, today=today, now=now)
            if matter.opens
            else writable_case(session, matter.case_id or 0).id
        )
    elif visit.case_id is None or said == (visit.outcome, visit.instruction):
        return None
    if actor.may(Action.DIRECT_CASE):
        _hand_on(session, visit, today=today, now=now)
    # A leader does not see every case he handed on; its page shows his words from the visit.
    if session.get(Case, visit.case_id) is not None:
        _note(session, visit, today=today, now=now)
    return session.scalar(select(Case.number).where(Case.id == visit.case_id))


def _opened(
    session: Session, visit: Visit, suspect_of: int | None, *, today: date, now: datetime
) -> int:
    """Register the matter of a visit as a case of its own."""
    people = [identity.opened(session, row) for row in visits.visitors(session, visit.id)]
    minimum = office.parameter(session, "collective_min", on=visit.received_on)
    assert isinstance(minimum, int)
    actor = actor_of(session)
    values = {
        "title": visit.title,
        "content": visit.content,
        "channel": rules.channel_of(visit.kind),
        "purpose": visit.purpose,
        "code_id": visit.code_id,
        "cause": visit.cause,
        "township_id": visit.township_id,
        "unit_id": visit.unit_id,
        "first_unit_id": actor.unit_id,
        "first_person": visit.recorder,
        "handler": visit.handler,
        "lead_id": visit.leader_id if visit.outcome is VisitOutcome.LED else None,
        "people": visit.people,
        "repeat": visit.repeat,
        Flag.GROUP.value: rules.is_collective(visit.people, minimum=minimum),
        "received_on": visit.received_on,
    }
    return cases.open_case(
        session,
        values,
        people=people,
        today=today,
        now=now,
        suspect_of=suspect_of,
        first_lead_id=visit.leader_id,
    ).id


def _hand_on(session: Session, visit: Visit, *, today: date, now: datetime) -> None:
    """Assign the case to the unit until the day, and take a 包案 into the ledger of duties.

    A case that is in a unit's hands already stays there, under the procedure it is in.
    """
    assert visit.case_id is not None
    case = writable_case(session, visit.case_id)
    handed = visit.outcome in (VisitOutcome.HANDED, VisitOutcome.LED) and visit.unit_id is not None
    if handed and case.state in RULES[Step.ASSIGN].sources:
        procedure.take_step(
            session,
            case.id,
            Step.ASSIGN,
            happened_on=today,
            values={
                "unit_id": visit.unit_id,
                "until": visit.due_on,
                "text": f"领导接访{visit.outcome.label if visit.outcome else ''}（{visit.number}）",
            },
            version=case.version,
            today=today,
            now=now,
        )
        session.flush()
    if visit.outcome is VisitOutcome.LED:
        found = session.scalar(select(CaseDuty).where(CaseDuty.case_id == case.id))
        duty.set_duty(
            session,
            case.id,
            source=found.source if found else DutySource.RECEPTION,
            lead_id=visit.leader_id,
            team=found.team if found else "",
            plan=found.plan if found else "",
            owner=visit.handler or (found.owner if found else ""),
            until=visit.due_on,
            ticks=found.ticks.split(",") if found and found.ticks else [],
            version=found.version if found else None,
            case_version=case.version,
            today=today,
            now=now,
        )


def _note(session: Session, visit: Visit, *, today: date, now: datetime) -> None:
    """Tell the case what the leader said of it, word for word."""
    assert visit.case_id is not None
    assert visit.outcome is not None
    leader = session.get_one(Leader, visit.leader_id)
    lines = [f"{visit.number} {leader.name}接访：{visit.outcome.label}"]
    if visit.instruction:
        lines.append(f"批示：{visit.instruction}")
    cases.add_entry(
        session,
        visit.case_id,
        kind=EntryKind.OPINION,
        happened_on=visit.received_on,
        text="\n".join(lines),
        files=(),
        limit_mb=0,
        today=today,
        now=now,
    )
