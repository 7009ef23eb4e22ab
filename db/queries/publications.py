"""What was published of rosters, and how a roster would be published now."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models.receptions import Publication, Roster
from db.queries import rosters
from rules.reception_terms import Level
from rules.roster_notices import Line, Notice, restored


@dataclass(frozen=True, slots=True)
class Published:
    """A roster as it was published, with what differed from the one before, in words."""

    id: int
    roster_id: int
    number: int
    notice: Notice
    lines: tuple[Line, ...]
    changes: tuple[str, ...]
    actor: str
    at: datetime


def lines(session: Session, roster_id: int) -> list[Line]:
    """List the turns of a roster as a notice published now would say them."""
    found = []
    for view in rosters.turns(session, roster_id):
        stands_in = view.turn.substitute_id is not None
        found.append(
            Line(
                turn_id=view.turn.id,
                on=view.turn.on,
                leader=view.substitute if stands_in else view.leader,
                post=view.substitute_post if stands_in else view.post,
                portfolio=view.substitute_portfolio if stands_in else view.portfolio,
                hours=view.hours,
                place=view.place,
                kind=view.turn.kind,
                companions=view.companions,
                leader_id=view.turn.by,
                instead_of=view.leader if stands_in else "",
            )
        )
    return found


def of_roster(session: Session, roster_id: int) -> list[Published]:
    """List what was published of a roster, the latest first."""
    found = session.scalars(
        select(Publication)
        .where(Publication.roster_id == roster_id)
        .order_by(Publication.number.desc())
    )
    return [_published(row) for row in found]


def leaders_of(session: Session, roster_id: int) -> dict[int, str]:
    """Map who has a turn of a roster, or stands in on one, to his name."""
    return {line.leader_id: line.leader for line in lines(session, roster_id)}


def one(session: Session, publication_id: int) -> Published | None:
    """Return a publication by its id; None where there is none."""
    row = session.get(Publication, publication_id)
    return None if row is None else _published(row)


def latest(session: Session, roster_id: int) -> Published | None:
    """Return the latest publication of a roster."""
    return next(iter(of_roster(session, roster_id)), None)


def current(session: Session, *, level: Level, first: date, last: date) -> list[Published]:
    """List the latest publication of each roster of a level that shares a day with these days."""
    found = session.scalars(
        select(Roster.id)
        .where(Roster.level == level, Roster.first_on <= last, Roster.last_on >= first)
        .order_by(Roster.first_on, Roster.id)
    )
    each = (latest(session, roster_id) for roster_id in found)
    return [published for published in each if published is not None]


def _published(row: Publication) -> Published:
    return Published(
        id=row.id,
        roster_id=row.roster_id,
        number=row.number,
        notice=_notice(row.notice),
        lines=tuple(restored(line) for line in row.rows),
        changes=tuple(row.changes),
        actor=row.actor,
        at=row.at,
    )


def _notice(stored: dict[str, Any]) -> Notice:
    return Notice(
        **{
            **stored,
            "notes": tuple(stored["notes"]),
            "published_on": date.fromisoformat(stored["published_on"]),
        }
    )
