"""Calendars somebody subscribed to, and what a secret address gives."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.engine import cipher_of
from db.models.receptions import CalendarLink
from db.models.units import Leader
from db.queries import office, publications
from db.queries.publications import Published
from db.scope import actor_of
from rules.permissions import Action
from rules.reception_terms import Level


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link somebody may still use, or may no more."""

    id: int
    level: Level
    leader: str
    label: str
    created_by: str
    created_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Feed:
    """What an address gives: the latest publications, and whose turns of them, None for all."""

    name: str
    county_code: str
    leader_id: int | None
    published: tuple[Published, ...]


def links(session: Session) -> list[LinkRow]:
    """List the links, those in use first, the latest of them above."""
    actor_of(session).require(Action.ROSTER)
    found = session.execute(
        select(CalendarLink, Leader.name)
        .outerjoin(Leader, CalendarLink.leader_id == Leader.id)
        .order_by(CalendarLink.revoked_at.is_not(None), CalendarLink.id.desc())
    )
    return [
        LinkRow(
            link.id,
            link.level,
            leader or "",
            link.label,
            link.created_by,
            link.created_at,
            link.revoked_at,
        )
        for link, leader in found
    ]


def feed(session: Session, secret: str, *, first: date, last: date) -> Feed | None:
    """Return what a secret address gives of these days; None for one that is unknown or revoked."""
    row = session.execute(
        select(CalendarLink, Leader.name)
        .outerjoin(Leader, CalendarLink.leader_id == Leader.id)
        .where(
            CalendarLink.secret_hash == cipher_of(session).token_hash(secret),
            CalendarLink.revoked_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    link, leader = row
    return Feed(
        name=f"{leader}接访安排" if leader else f"{link.level.label}领导接访安排",
        county_code=str(office.parameter(session, "county_code", on=last)),
        leader_id=link.leader_id,
        published=tuple(publications.current(session, level=link.level, first=first, last=last)),
    )
