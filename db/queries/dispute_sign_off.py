"""The sign-off of a dispute as its page shows it, and the looks back that are due."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models.disputes import (
    Dispute,
    DisputeEntry,
    DisputeLook,
    DisputePaper,
    DisputeSignOff,
    DisputeStepRow,
)
from db.models.units import Unit
from rules import dispute_sign_off as rules
from rules.case_terms import Performance, Satisfaction, VisitKind
from rules.dispute_sign_off import Facts, Look
from rules.dispute_steps import HANDLING

PAGE = 50


@dataclass(frozen=True, slots=True)
class SignOffRow:
    """A request for a sign-off and what became of it."""

    id: int
    version: int
    requested_by: str
    result: str
    performance: Performance
    performed_until: date | None
    head_name: str
    head_on: date | None
    approved_by: str
    signed_on: date | None
    refused_on: date | None
    refused_why: str
    withdrawn_on: date | None
    withdrawn_why: str

    @property
    def standing(self) -> bool:
        """Whether it waits or holds."""
        return self.refused_on is None and self.withdrawn_on is None


@dataclass(frozen=True, slots=True)
class LookRow:
    """A call back or a look back; `done_on` is None for one that waits."""

    id: int
    version: int
    kind: VisitKind
    due_on: date
    done_on: date | None
    done_by: str
    satisfaction: Satisfaction | None
    accepted: bool
    text: str
    dropped: bool


@dataclass(frozen=True, slots=True)
class SignOffFile:
    """A dispute's sign-off; `missing` is what the one that waits lacks, `barred` why I may not."""

    current: SignOffRow | None
    past: tuple[SignOffRow, ...]
    looks: tuple[LookRow, ...]
    missing: tuple[str, ...]
    barred: str | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A dispute that waits for somebody: its number, title and unit, since or until when."""

    number: str
    title: str
    unit: str
    on: date
    what: str


def sign_off_file(session: Session, dispute_id: int, *, reader: str, today: date) -> SignOffFile:
    """Return the sign-off of a dispute as `reader` finds it."""
    found = session.scalars(
        select(DisputeSignOff)
        .where(DisputeSignOff.dispute_id == dispute_id)
        .order_by(DisputeSignOff.id)
    ).all()
    rows = [_row(each) for each in found]
    waiting = standing(session, dispute_id)
    facts = gate(session, waiting) if waiting is not None and waiting.signed_on is None else None
    return SignOffFile(
        current=next((row for row in reversed(rows) if row.standing), None),
        past=tuple(row for row in rows if not row.standing),
        looks=tuple(_look(each) for each in _looks(session, dispute_id)),
        missing=tuple(rules.missing(facts, today=today)) if facts else (),
        barred=rules.approver_problem(facts, reader) if facts else None,
    )


def standing(session: Session, dispute_id: int) -> DisputeSignOff | None:
    """Return the request of a dispute that waits or holds, for the commands of this store."""
    return session.scalar(
        select(DisputeSignOff).where(
            DisputeSignOff.dispute_id == dispute_id,
            DisputeSignOff.refused_on.is_(None),
            DisputeSignOff.withdrawn_on.is_(None),
        )
    )


def gate(session: Session, request: DisputeSignOff) -> Facts:
    """Return what the gate asks of a request."""
    row = session.get_one(Dispute, request.dispute_id)
    papers = session.scalars(
        select(DisputePaper.kind).where(DisputePaper.dispute_id == row.id).distinct()
    )
    return Facts(
        state=row.state,
        outcome=row.outcome,
        papers=frozenset(papers),
        performance=request.performance,
        performed_until=request.performed_until,
        looks=tuple(
            Look(look.kind.label, look.due_on, look.done_on, look.accepted)
            for look in _looks(session, row.id)
            if look.dropped_on is None
        ),
        head_name=request.head_name,
        head_on=request.head_on,
        hands=_hands(session, row, request),
    )


def waiting(session: Session) -> list[Waiting]:
    """List the disputes whose sign-off waits for the office, the oldest first."""
    found = session.execute(
        select(Dispute.number, Dispute.title, Unit.name, DisputeSignOff.requested_at)
        .join(DisputeSignOff, DisputeSignOff.dispute_id == Dispute.id)
        .join(Unit, Unit.id == func.coalesce(Dispute.duty_unit_id, Dispute.unit_id))
        .where(
            DisputeSignOff.signed_on.is_(None),
            DisputeSignOff.refused_on.is_(None),
            DisputeSignOff.withdrawn_on.is_(None),
        )
        .order_by(DisputeSignOff.id)
        .limit(PAGE)
    )
    return [
        Waiting(number, title, unit, at.date(), "待联席办审核销号")
        for number, title, unit, at in found
    ]


def looks_due(session: Session, *, today: date) -> list[Waiting]:
    """List the looks back that are due by today and not done, the longest due first."""
    found = session.execute(
        select(Dispute.number, Dispute.title, Unit.name, DisputeLook.due_on, DisputeLook.kind)
        .join(DisputeLook, DisputeLook.dispute_id == Dispute.id)
        .join(Unit, Unit.id == func.coalesce(Dispute.duty_unit_id, Dispute.unit_id))
        .where(
            DisputeLook.done_on.is_(None),
            DisputeLook.dropped_on.is_(None),
            DisputeLook.due_on <= today,
        )
        .order_by(DisputeLook.due_on, DisputeLook.id)
        .limit(PAGE)
    )
    return [
        Waiting(number, title, unit, due_on, kind.label)
        for number, title, unit, due_on, kind in found
    ]


def _hands(session: Session, row: Dispute, request: DisputeSignOff) -> frozenset[str]:
    """Name the accounts that entered or handled a dispute, or asked for its sign-off."""
    found = {row.created_by, request.requested_by, request.head_recorded_by}
    found |= set(
        session.scalars(
            select(DisputeStepRow.actor).where(
                DisputeStepRow.dispute_id == row.id, DisputeStepRow.step.in_(HANDLING)
            )
        )
    )
    found |= set(
        session.scalars(select(DisputeEntry.actor).where(DisputeEntry.dispute_id == row.id))
    )
    found |= set(
        session.scalars(select(DisputePaper.actor).where(DisputePaper.dispute_id == row.id))
    )
    return frozenset(name for name in found if name)


def _looks(session: Session, dispute_id: int) -> list[DisputeLook]:
    """Looks in the order they were done, those that wait last."""
    found = session.scalars(select(DisputeLook).where(DisputeLook.dispute_id == dispute_id))
    return sorted(found, key=lambda look: (look.done_on or date.max, look.due_on, look.id))


def _look(look: DisputeLook) -> LookRow:
    return LookRow(
        id=look.id,
        version=look.version,
        kind=look.kind,
        due_on=look.due_on,
        done_on=look.done_on,
        done_by=look.done_by or "",
        satisfaction=look.satisfaction,
        accepted=look.accepted,
        text=look.text,
        dropped=look.dropped_on is not None,
    )


def _row(found: DisputeSignOff) -> SignOffRow:
    return SignOffRow(
        id=found.id,
        version=found.version,
        requested_by=found.requested_by,
        result=found.result,
        performance=found.performance,
        performed_until=found.performed_until,
        head_name=found.head_name,
        head_on=found.head_on,
        approved_by=found.approved_by or "",
        signed_on=found.signed_on,
        refused_on=found.refused_on,
        refused_why=found.refused_why,
        withdrawn_on=found.withdrawn_on,
        withdrawn_why=found.withdrawn_why,
    )
