"""场次: the days on which a leader received, by a turn that was held or by a visit in the ledger.

A leader's two turns on one day, or ten visits to him, are one 场次; a day on which nobody came to
a turn that was held is one as well (domain.md 4.4). Every list and figure counts by this module.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from db.models.receptions import Publication, TurnRow, Visit
from db.models.units import Leader
from rules.reception_terms import Level, TurnState
from rules.terms import Purpose

HELD = (TurnState.HELD, TurnState.SUBSTITUTED)
_TURN, _VISIT = TurnRow.__table__.c, Visit.__table__.c
_PUBLICATION = Publication.__table__.c
_BY = func.coalesce(_TURN.substitute_id, _TURN.leader_id)


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `first` to `last`, both in, None being open, of all leaders, one level or one."""

    first: date | None = None
    last: date | None = None
    level: Level | None = None
    leader_id: int | None = None

    def of(self, day: Any, leader: Any) -> ColumnElement[bool]:
        """Ask whether a row with this day and this leader is within."""
        return and_(
            day >= self.first if self.first else true(),
            day <= self.last if self.last else true(),
            leader == self.leader_id if self.leader_id else true(),
            leader.in_(select(Leader.id).where(Leader.level == self.level))
            if self.level
            else true(),
        )


@dataclass(frozen=True, slots=True)
class ReceptionDay:
    """One 场次: who received on which day, and how many visits the ledger has of it."""

    on: date
    leader_id: int
    leader: str
    batches: int


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """One 场次 of a published roster: whose it is on which day, and whether it was held."""

    on: date
    leader_id: int
    leader: str
    held: bool


def received(span: Span) -> ColumnElement[bool]:
    """Ask whether a visit counts: within the span and no accusation (条例 §30)."""
    return and_(
        span.of(_VISIT.received_on, _VISIT.leader_id),
        _VISIT.purpose.is_distinct_from(Purpose.ACCUSATION),
    )


def by_turn(span: Span) -> Select[tuple[date, int]]:
    """Select day and leader of the turns that were held, by whoever held them."""
    return select(_TURN.held_on.label("day"), _BY.label("leader")).where(
        _TURN.state.in_(HELD), span.of(_TURN.held_on, _BY)
    )


def days(span: Span) -> Subquery:
    """Group by day and leader, past scope: columns day, leader, batches; a row is one 场次."""
    turns = by_turn(span).add_columns(literal(0).label("batch"))
    visits = select(_VISIT.received_on, _VISIT.leader_id, literal(1)).where(received(span))
    rows = union_all(turns, visits).subquery().c
    return (
        select(rows.day, rows.leader, func.sum(rows.batch).label("batches"))
        .group_by(rows.day, rows.leader)
        .subquery()
    )


def planned(span: Span) -> Subquery:
    """Group the turns of rosters that were published by their day: columns day, leader, held.

    A row is one planned 场次, whoever held it; `held` is 1 where he held it or has a visit of that
    day in the ledger, and so where it is one of `days`.
    """
    published = exists().where(
        _PUBLICATION.roster_id == _TURN.roster_id, _PUBLICATION.published_on <= _TURN.held_on
    )
    came = exists().where(
        _VISIT.received_on == _TURN.held_on, _VISIT.leader_id == _BY, received(Span())
    )
    held = case((or_(_TURN.state.in_(HELD), came), 1), else_=0)
    return (
        select(
            _TURN.held_on.label("day"),
            _TURN.leader_id.label("leader"),
            func.max(held).label("held"),
        )
        .where(span.of(_TURN.held_on, _TURN.leader_id), published)
        .group_by(_TURN.held_on, _TURN.leader_id)
        .subquery()
    )


def listed(session: Session, span: Span) -> list[ReceptionDay]:
    """List the 场次 of a span, past scope, by day and by the order of the leaders."""
    found, leader = days(span), Leader.__table__.c
    rows = session.connection().execute(
        select(found.c.day, leader.id, leader.name, found.c.batches)
        .select_from(found.join(Leader.__table__, found.c.leader == leader.id))
        .order_by(found.c.day, leader.position, leader.id)
    )
    return [ReceptionDay(row.day, row.id, row.name, int(row.batches)) for row in rows]


def listed_planned(session: Session, span: Span) -> list[PlannedDay]:
    """List the 场次 that rosters planned for a span in public, by day and by the order of the leaders."""
    found, leader = planned(span), Leader.__table__.c
    rows = session.connection().execute(
        select(found.c.day, leader.id, leader.name, found.c.held)
        .select_from(found.join(Leader.__table__, found.c.leader == leader.id))
        .order_by(found.c.day, leader.position, leader.id)
    )
    return [PlannedDay(row.day, row.id, row.name, bool(row.held)) for row in rows]
