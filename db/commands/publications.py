"""Publishing a roster: what was published stays, the next publication stands beside it."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models.receptions import Publication, Roster
from db.queries import publications as queries
from db.scope import actor_of
from rules import roster_notices as rules
from rules.errors import Conflict, Invalid, Missing
from rules.permissions import Action
from rules.roster_notices import Notice


def publish(
    session: Session, roster_id: int, notice: Notice, *, version: int, now: datetime
) -> int:
    """Publish a roster as it stands and return the number of the publication, 1 for the first.

    `version` is that of the roster whose lines were seen: who changed it since is a Conflict,
    for nobody is to publish what he did not read. Raises Invalid for a notice without lines.
    """
    actor = actor_of(session)
    actor.require(Action.ROSTER)
    roster = session.get(Roster, roster_id)
    if roster is None:
        raise Missing("该排班表不存在，可能已被他人删除")
    if roster.version != version:
        raise Conflict("排班表刚刚被他人修改，请核对最新安排后再公示")
    lines = queries.lines(session, roster_id)
    if problems := rules.problems(notice, lines):
        raise Invalid(problems)
    last = queries.latest(session, roster_id)
    number = 1 + (
        session.scalar(
            select(func.max(Publication.number)).where(Publication.roster_id == roster_id)
        )
        or 0
    )
    session.add(
        Publication(
            roster_id=roster_id,
            number=number,
            published_on=notice.published_on,
            notice=asdict(notice) | {"published_on": notice.published_on.isoformat()},
            rows=[line.stored() for line in lines],
            changes=rules.changes(last.lines, lines) if last else [],
            actor=actor.name,
            at=now,
        )
    )
    session.flush()
    return number
