"""Secret addresses of calendars: made for a level or a leader, and revoked."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from db.engine import cipher_of
from db.models.receptions import CalendarLink
from db.models.units import Leader
from db.scope import actor_of
from rules.errors import Invalid, Missing, Problem
from rules.permissions import Action
from rules.reception_terms import Level

LABEL_MAX = 100


@dataclass(frozen=True, slots=True)
class Link:
    """A link just made: its secret is shown once and kept nowhere."""

    id: int
    secret: str


def make_link(
    session: Session, *, level: Level, leader_id: int | None, label: str, now: datetime
) -> Link:
    """Make an address of the turns of a level, or of one leader; only its hash is kept."""
    actor = actor_of(session)
    actor.require(Action.ROSTER)
    if len(label) > LABEL_MAX:
        raise Invalid([Problem("label", f"说明最多 {LABEL_MAX} 个字")])
    if leader_id is not None and session.get(Leader, leader_id) is None:
        raise Missing("该领导不存在，请重新选择")
    secret = secrets.token_urlsafe(32)
    link = CalendarLink(
        secret_hash=cipher_of(session).token_hash(secret),
        level=level,
        leader_id=leader_id,
        label=label.strip(),
        created_by=actor.name,
        created_at=now,
    )
    session.add(link)
    session.flush()
    return Link(link.id, secret)


def revoke_link(session: Session, link_id: int, *, now: datetime) -> None:
    """Let an address answer nobody any more, from the next question on."""
    actor = actor_of(session)
    actor.require(Action.ROSTER)
    link = session.get(CalendarLink, link_id)
    if link is None or link.revoked_at is not None:
        raise Missing("该订阅已经作废")
    link.revoked_at, link.revoked_by = now, actor.name
