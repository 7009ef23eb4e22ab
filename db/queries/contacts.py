"""Visits of leaders to their contact points and among the people, as far as the actor sees them."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import extract, select
from sqlalchemy.orm import Session

from db.models.receptions import ContactVisit
from db.models.units import Leader, Unit
from db.queries import office
from rules.contacts import quarters
from rules.reception_terms import ContactKind


@dataclass(frozen=True, slots=True)
class ContactRow:
    """One visit, when and where, what was done there and how many problems were solved."""

    id: int
    version: int
    leader_id: int
    leader: str
    post: str
    unit_id: int
    unit: str
    visited_on: date
    kind: ContactKind
    note: str
    solved: int
    created_by: str


def visits(session: Session, *, first: date, last: date) -> list[ContactRow]:
    """List the visits of the days, both ends in, the latest first."""
    found = session.execute(
        select(ContactVisit, Leader.name, Leader.post, Unit.name)
        .join(Leader, Leader.id == ContactVisit.leader_id)
        .join(Unit, Unit.id == ContactVisit.unit_id)
        .where(ContactVisit.visited_on >= first, ContactVisit.visited_on <= last)
        .order_by(ContactVisit.visited_on.desc(), ContactVisit.id.desc())
    )
    return [
        ContactRow(
            id=visit.id,
            version=visit.version,
            leader_id=visit.leader_id,
            leader=leader,
            post=post,
            unit_id=visit.unit_id,
            unit=unit,
            visited_on=visit.visited_on,
            kind=visit.kind,
            note=visit.note,
            solved=visit.solved,
            created_by=visit.created_by,
        )
        for visit, leader, post, unit in found
    ]


def years(session: Session) -> list[int]:
    """List the years with any visit, the latest first."""
    year = extract("year", ContactVisit.visited_on)
    return sorted((int(each) for each in session.scalars(select(year).distinct())), reverse=True)


def per_quarter(session: Session, year: int) -> tuple[int, ...]:
    """Return how many visits were asked for in each quarter, as in force on its first day."""
    return tuple(
        int(str(office.parameter(session, "contact_visits_per_quarter", on=first)))
        for first, _ in quarters(year)
    )
