"""The sweep as the home page tells it: what is owed now, who is missing, what waits for somebody."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from db.models.disputes import Dispute, DisputeLook, DisputeSignOff
from db.models.network import EarlySign
from db.models.units import Unit
from db.queries import office, sweeps
from db.scope import actor_of
from rules.dispute_steps import OPEN
from rules.dispute_terms import DisputeState, EarlyState, RiskLevel
from rules.permissions import Action
from rules.sweep_figures import reminders
from rules.sweep_terms import SlotState
from rules.sweeps import Slot
from rules.terms import UnitKind

_UNFILED = (SlotState.MISSING, SlotState.PENDING)


@dataclass(frozen=True, slots=True)
class Waits:
    """How many matters in the actor's sight wait, by what for."""

    red: int = 0
    review: int = 0
    sign_offs: int = 0
    looks: int = 0
    signs: int = 0


@dataclass(frozen=True, slots=True)
class SweepToday:
    """What the actor's own unit has not reported yet, and how many reports of others are missing.

    `overdue` and `soon` count those of units in sight, the own one left out; `soon` within
    `hours` of the due time.
    """

    owed: tuple[Slot, ...]
    overdue: int
    soon: int
    hours: int
    waits: Waits


def sweep_today(session: Session, *, today: date, now: datetime) -> SweepToday:
    """Read what the sweep asks of the actor today."""
    actor = actor_of(session)
    slots = sweeps.open_slots(session, today=today, now=now)
    own = [s for s in slots if s.unit_id == actor.unit_id and s.state in _UNFILED]
    hours = office.parameter(session, "sweep_remind_hours", on=today)
    assert isinstance(hours, int)
    others = [s for s in slots if s.unit_id != actor.unit_id]
    named = reminders(others, now=now, ahead_hours=hours)
    return SweepToday(
        owed=tuple(sorted(own, key=lambda slot: (slot.round.due_at, slot.round.id))),
        overdue=sum(len(each.units) for each in named if each.overdue),
        soon=sum(len(each.units) for each in named if not each.overdue),
        hours=hours,
        waits=_waits(session, today=today),
    )


def _waits(session: Session, *, today: date) -> Waits:
    """Count what waits; who writes nothing on disputes is told of the red ones alone."""
    actor = actor_of(session)
    disputes = select(func.count(Dispute.id))
    red = disputes.where(Dispute.level == RiskLevel.RED, Dispute.state.in_(OPEN))
    if not actor.may(Action.RECORD_DISPUTE):
        return Waits(red=_count(session, red))
    review = disputes.where(Dispute.state == DisputeState.SUBMITTED)
    if not actor.sees_all_cases:
        # What it is to resolve is none of its to review, and a village reviews nothing.
        reviewing = select(Unit.id).where(Unit.id == actor.unit_id, Unit.kind != UnitKind.VILLAGE)
        review = review.where(Dispute.unit_id.in_(sorted(actor.unit_ids)), reviewing.exists())
    asked = select(func.count(DisputeSignOff.id)).where(
        DisputeSignOff.signed_on.is_(None),
        DisputeSignOff.refused_on.is_(None),
        DisputeSignOff.withdrawn_on.is_(None),
    )
    looks = select(func.count(DisputeLook.id)).where(
        DisputeLook.due_on <= today,
        DisputeLook.done_on.is_(None),
        DisputeLook.dropped_on.is_(None),
    )
    signs = select(func.count(EarlySign.id)).where(EarlySign.state == EarlyState.OPEN)
    return Waits(*(_count(session, each) for each in (red, review, asked, looks, signs)))


def _count(session: Session, statement: Select[int]) -> int:
    return session.scalar(statement) or 0
