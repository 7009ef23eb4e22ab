"""What follows a case as its page shows it: what calls for 督办, the letters, looks back, liability."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from db.models.cases import Case, CaseEntry
from db.models.duty import CaseDuty, Measure
from db.models.procedure import CaseStep
from db.models.receptions import Visit
from db.models.supervision import FollowUp, LiabilityRecord, LookBack, SignOff
from db.models.units import Leader, Unit
from db.queries import office, procedure
from db.queries.duplicates import merged_into
from rules import supervision as rules
from rules.case_terms import (
    DutySource,
    FollowUpState,
    Liability,
    Rung,
    Satisfaction,
    Step,
    Trigger,
    VisitKind,
)
from rules.deadlines import Facts, half_on, nearest, readings
from rules.reception_terms import VisitOutcome
from rules.supervision import Held, Matter
from rules.terms import CaseState
from rules.visits import CASE_ENDED


@dataclass(frozen=True, slots=True)
class FollowUpRow:
    """A letter of supervision with its answer; `state` is told by today."""

    id: int
    version: int
    rung: Rung
    trigger: Trigger
    reason: str
    unit_id: int | None
    unit: str
    text: str
    drafted_by: str
    sent_on: date | None
    sent_by: str
    due_on: date | None
    answered_on: date | None
    answered_by: str
    problem: str
    progress: str
    why_not: str
    next_step: str
    promised_on: date | None
    ended_on: date | None
    ended_why: str
    state: FollowUpState


@dataclass(frozen=True, slots=True)
class LookBackRow:
    """A look after the close, due or done; those dropped are not listed."""

    id: int
    version: int
    kind: VisitKind
    due_on: date
    done_on: date | None
    done_by: str
    with_office: Satisfaction | None
    with_unit: Satisfaction | None
    repeated: bool
    outcome: str

    @property
    def accepted(self) -> bool:
        """Whether it left the matter at rest."""
        return rules.accepted((self.with_office, self.with_unit), repeated=self.repeated)


@dataclass(frozen=True, slots=True)
class LiabilityRow:
    """What was found out about the units that answer for a case."""

    id: int
    reason: Liability
    caused_unit: str
    failed_unit: str
    text: str
    decided_on: date
    actor: str


@dataclass(frozen=True, slots=True)
class Supervision:
    """What stands on a case beside its procedure; `sent` are the rungs taken so far."""

    held: tuple[Held, ...]
    sent: tuple[Rung, ...]
    follow_ups: tuple[FollowUpRow, ...]
    look_backs: tuple[LookBackRow, ...]
    liabilities: tuple[LiabilityRow, ...]


def supervision(session: Session, case_id: int, *, today: date) -> Supervision:
    """Return what follows a case; raises Missing outside the actor's scope."""
    return Supervision(
        held=tuple(held(session, case_id, today=today)),
        sent=tuple(sent(session, case_id)),
        follow_ups=tuple(_follow_ups(session, case_id, today)),
        look_backs=tuple(look_backs(session, case_id)),
        liabilities=tuple(_liabilities(session, case_id)),
    )


def sent(session: Session, case_id: int) -> list[Rung]:
    """List the rungs that letters of a case were sent on."""
    return list(
        session.scalars(
            select(FollowUp.rung)
            .where(FollowUp.case_id == case_id, FollowUp.sent_on.is_not(None))
            .order_by(FollowUp.id)
        )
    )


def held(session: Session, case_id: int, *, today: date) -> list[Held]:
    """List the triggers of 督办 that hold for a case today, each with its reason."""
    facts = procedure.facts(session, case_id)
    return rules.held(_matter(session, case_id, facts, today), today=today)


def _matter(session: Session, case_id: int, facts: Facts, today: date) -> Matter:
    running = [
        each
        for each in readings(facts, procedure.terms(session), today=today)
        if each.running and not each.rule.right and each.due.on is not None
    ]
    late = tuple((each.clock.label, each.due.on) for each in running if each.late and each.due.on)
    near = nearest(running)
    half = half_on(near) if near and not late else None
    idle = near is not None and half is not None and today > half
    looks = [look for look in look_backs(session, case_id) if look.done_on is not None]
    unhappy = looks[-1] if looks and not looks[-1].accepted else None
    return Matter(
        late=late,
        idle=(near.clock.label, near.started_on)
        if near is not None and idle and not _written(session, case_id, near.started_on)
        else None,
        returned=_returned(session, case_id),
        unhappy=(unhappy.kind.label, unhappy.done_on)
        if unhappy and unhappy.done_on and Satisfaction.DISSATISFIED in _opinions(unhappy)
        else None,
        repeats=tuple(_repeats(session, case_id)),
        unkept=tuple(_unkept(session, case_id, today)),
        unreturned=_unreturned(session, case_id, today),
        superior=_superior(session, case_id),
        handed=tuple(_handed(session, case_id, today)),
    )


def _opinions(look: LookBackRow) -> tuple[Satisfaction | None, ...]:
    return look.with_office, look.with_unit


def _written(session: Session, case_id: int, since: date) -> bool:
    entry = exists().where(CaseEntry.case_id == case_id, CaseEntry.happened_on >= since)
    step = exists().where(
        CaseStep.case_id == case_id,
        CaseStep.happened_on > since,
        CaseStep.withdrawn_by_id.is_(None),
    )
    return bool(session.scalar(select(entry | step)))


def _returned(session: Session, case_id: int) -> int:
    counted = select(func.count()).where(
        CaseStep.case_id == case_id,
        CaseStep.step == Step.OBJECT,
        CaseStep.withdrawn_by_id.is_(None),
        ~procedure.followed_by(*procedure.ROUNDS),
    )
    return session.scalar(counted) or 0


def _repeats(session: Session, case_id: int) -> Iterable[tuple[str, date]]:
    """List the matters that raise this one again since it was closed."""
    former = aliased(Case)
    rows = session.execute(
        select(Case.number, Case.received_on)
        .join(former, Case.repeat_of_id == former.id)
        .where(
            former.id == case_id,
            former.closed_on <= Case.received_on,
            Case.state != CaseState.MERGED,
        )
        .order_by(Case.received_on, Case.id)
    )
    yield from rows


def _unkept(session: Session, case_id: int, today: date) -> Iterable[tuple[str, date]]:
    promises = session.scalars(
        select(FollowUp.promised_on).where(
            FollowUp.case_id == case_id,
            FollowUp.promised_on < today,
            FollowUp.ended_on.is_(None),
        )
    )
    yield from (("督办答复", day) for day in promises if day is not None)
    measures = session.execute(
        select(Measure.text, Measure.due_on).where(
            Measure.case_id == case_id, Measure.due_on < today, Measure.done_on.is_(None)
        )
    )
    yield from ((f"措施“{text[:20]}”", day) for text, day in measures if day is not None)


def _unreturned(session: Session, case_id: int, today: date) -> tuple[date, date] | None:
    """Return when a request to sign off was sent back and its last day, where that is over."""
    refused_on = session.scalar(
        select(SignOff.refused_on)
        .where(SignOff.case_id == case_id)
        .order_by(SignOff.id.desc())
        .limit(1)
    )
    if refused_on is None:
        return None
    days = office.parameter(session, "resubmit_days", on=refused_on)
    assert isinstance(days, int)
    due_on = refused_on + timedelta(days=days)
    return (refused_on, due_on) if due_on < today else None


def _superior(session: Session, case_id: int) -> bool:
    source = select(CaseDuty.id).where(
        CaseDuty.case_id == case_id,
        CaseDuty.source == DutySource.SUPERIOR,
        CaseDuty.left_on.is_(None),
    )
    return session.scalar(source) is not None


def _handed(session: Session, case_id: int, today: date) -> Iterable[tuple[str, str, date]]:
    """List the visits whose leader handed the matter on until a day that is over."""
    ended = select(Case.id).where(Case.id == case_id, Case.state.in_(sorted(CASE_ENDED)))
    rows = session.execute(
        select(Visit.number, Leader.name, Visit.due_on)
        .join(Leader, Visit.leader_id == Leader.id)
        .where(
            Visit.case_id.in_([case_id, *merged_into(session, case_id)]),
            Visit.outcome.in_((VisitOutcome.HANDED, VisitOutcome.LED)),
            Visit.due_on < today,
            Visit.closed_on.is_(None),
            ~ended.exists(),
        )
        .order_by(Visit.due_on, Visit.id)
    )
    yield from ((row[0], row[1], row[2]) for row in rows if row[2] is not None)


def _follow_ups(session: Session, case_id: int, today: date) -> Iterable[FollowUpRow]:
    rows = session.execute(
        select(FollowUp, Unit.name)
        .outerjoin(Unit, FollowUp.unit_id == Unit.id)
        .where(FollowUp.case_id == case_id)
        .order_by(FollowUp.id.desc())
    )
    for f, unit in rows:
        yield FollowUpRow(
            id=f.id,
            version=f.version,
            rung=f.rung,
            trigger=f.trigger,
            reason=f.reason,
            unit_id=f.unit_id,
            unit=unit or "",
            text=f.text,
            drafted_by=f.drafted_by,
            sent_on=f.sent_on,
            sent_by=f.sent_by or "",
            due_on=f.due_on,
            answered_on=f.answered_on,
            answered_by=f.answered_by or "",
            problem=f.problem,
            progress=f.progress,
            why_not=f.why_not,
            next_step=f.next_step,
            promised_on=f.promised_on,
            ended_on=f.ended_on,
            ended_why=f.ended_why,
            state=rules.stage(
                sent_on=f.sent_on,
                due_on=f.due_on,
                answered_on=f.answered_on,
                ended_on=f.ended_on,
                today=today,
            ),
        )


def look_backs(session: Session, case_id: int) -> list[LookBackRow]:
    """List the looks back of a case that were not dropped: those done by their day, then those due."""
    rows = session.scalars(
        select(LookBack).where(LookBack.case_id == case_id, LookBack.dropped_on.is_(None))
    )
    found = [
        LookBackRow(
            id=look.id,
            version=look.version,
            kind=look.kind,
            due_on=look.due_on,
            done_on=look.done_on,
            done_by=look.done_by or "",
            with_office=look.with_office,
            with_unit=look.with_unit,
            repeated=look.repeated,
            outcome=look.outcome,
        )
        for look in rows
    ]
    return sorted(found, key=lambda look: (look.done_on or date.max, look.due_on, look.id))


def _liabilities(session: Session, case_id: int) -> Iterable[LiabilityRow]:
    caused, failed = aliased(Unit), aliased(Unit)
    rows = session.execute(
        select(LiabilityRecord, caused.name, failed.name)
        .outerjoin(caused, LiabilityRecord.caused_unit_id == caused.id)
        .outerjoin(failed, LiabilityRecord.failed_unit_id == failed.id)
        .where(LiabilityRecord.case_id == case_id)
        .order_by(LiabilityRecord.id)
    )
    for r, by, through in rows:
        yield LiabilityRow(r.id, r.reason, by or "", through or "", r.text, r.decided_on, r.actor)
