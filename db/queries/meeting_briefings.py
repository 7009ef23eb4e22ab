"""听取汇报 read: what was heard in a quarter, and how the three bodies keep their cadence."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models.meetings import CommitteeBriefing
from db.models.units import Unit
from db.queries import office, units
from db.scope import actor_of
from rules.briefings import Finding, Heard, HearingBody, findings, quarter_of
from rules.terms import UnitKind


@dataclass(frozen=True, slots=True)
class BriefingRow:
    """One time a body heard how petitions stand."""

    body: HearingBody
    unit: str
    held_on: date
    subject: str
    actor: str


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter: what the cadence asks, in words, and what was heard in it."""

    first: date
    last: date
    findings: tuple[Finding, ...]
    heard: tuple[BriefingRow, ...]


def quarter(session: Session, day: date, *, today: date) -> Quarter:
    """Judge the quarter `day` lies in; a unit's is of its own township alone."""
    actor = actor_of(session)
    first, last = quarter_of(day)
    rows = session.execute(
        select(CommitteeBriefing, Unit.name)
        .outerjoin(Unit, Unit.id == CommitteeBriefing.unit_id)
        .where(CommitteeBriefing.held_on.between(first, last))
        .order_by(CommitteeBriefing.held_on, CommitteeBriefing.id)
    ).all()
    least = office.parameter(session, "briefing_times", on=min(last, today))
    assert isinstance(least, int)
    judged = findings(
        [Heard(row.body, row.unit_id, row.held_on) for row, _unit in rows],
        townships=townships(session, on=min(last, today)),
        least=least,
        quarter=(first, last),
        today=today,
    )
    if not actor.sees_all_meetings:
        judged = [each for each in judged if each.body is HearingBody.TOWNSHIP]
    heard = tuple(
        BriefingRow(row.body, unit or "", row.held_on, row.subject, row.actor) for row, unit in rows
    )
    return Quarter(first, last, tuple(judged), heard)


def townships(session: Session, *, on: date) -> dict[int, str]:
    """Map the townships in use that the actor answers for to their names."""
    actor = actor_of(session)
    return {
        unit.id: unit.name
        for unit in units.units_valid(session, on=on)
        if unit.kind is UnitKind.TOWNSHIP and (actor.sees_all_meetings or unit.id in actor.unit_ids)
    }
