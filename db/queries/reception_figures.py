"""What came of reception: turns held, visits, people and matters counted apart, and the outcomes.

Counted from the tables past scope, for whoever may see the county's figures; accusations are in
none of them (条例 §30), and no name is read.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date

from sqlalchemy import ColumnElement, Subquery, and_, case, func, literal, select, union_all
from sqlalchemy.orm import Session

from db.models.receptions import ContactVisit, TurnRow, Visit
from db.models.units import Leader
from db.queries import visit_rows
from rules.reception_terms import TurnState, VisitOutcome
from rules.terms import Purpose

_VISIT, _TURN = Visit.__table__.c, TurnRow.__table__.c
_HELD = (TurnState.HELD, TurnState.SUBSTITUTED)


@dataclass(frozen=True, slots=True)
class ReceptionFigures:
    """The figures of rules/figures.py `RECEPTION_FIGURES`, by their codes."""

    leaders: int = 0
    sessions: int = 0
    batches: int = 0
    people: int = 0
    matters: int = 0
    groups: int = 0
    answered: int = 0
    handed: int = 0
    led: int = 0
    guided: int = 0
    closed: int = 0
    solved: int = 0


def figures(session: Session, first: date, last: date, *, collective_min: int) -> ReceptionFigures:
    """Count the days from `first` to `last`, both ends in."""
    return by_span(session, [(first, last)], collective_min=collective_min)[0]


def by_span(
    session: Session, spans: Sequence[tuple[date, date]], *, collective_min: int
) -> list[ReceptionFigures]:
    """Count several spans of days, each by itself."""
    return [_counted(session, first, last, collective_min) for first, last in spans]


def _counted(session: Session, first: date, last: date, collective_min: int) -> ReceptionFigures:
    connection = session.connection()
    visits = connection.execute(
        select(
            func.count(),
            func.coalesce(func.sum(_VISIT.people), 0),
            func.count(func.distinct(func.coalesce(_VISIT.case_id, -_VISIT.id))),
            _times(_VISIT.people >= collective_min),
            *(_times(_VISIT.outcome == outcome) for outcome in VisitOutcome),
            _times(visit_rows.closed()),
            _times(visit_rows.solved()),
        )
        .select_from(
            Visit.__table__.outerjoin(visit_rows.cases_table(), visit_rows.ordinary_case())
        )
        .where(_received(first, last))
    ).one()
    held = _held(first, last)
    leaders = _leaders(first, last)
    contact = ContactVisit.__table__.c
    sessions = connection.scalar(select(func.count()).select_from(TurnRow.__table__).where(held))
    solved_there = connection.scalar(
        select(func.coalesce(func.sum(contact.solved), 0)).where(
            contact.visited_on.between(first, last)
        )
    )
    there = connection.scalar(select(func.count(func.distinct(leaders.c.leader))))
    *counts, solved_here = (int(each) for each in visits)
    found = [int(there or 0), int(sessions or 0), *counts, solved_here + int(solved_there or 0)]
    return ReceptionFigures(*found)


@dataclass(frozen=True, slots=True)
class LeaderFigures:
    """One of the leaders a figure counts: his turns held in person, and his visits."""

    leader_id: int
    name: str
    sessions: int
    batches: int


def by_leader(session: Session, first: date, last: date) -> list[LeaderFigures]:
    """List the leaders the figure 接访领导 counts, in their order."""
    found, leader = _leaders(first, last), Leader.__table__.c
    rows = session.connection().execute(
        select(
            leader.id,
            leader.name,
            func.sum(found.c.turn).label("sessions"),
            (func.count() - func.sum(found.c.turn)).label("batches"),
        )
        .select_from(found.join(Leader.__table__, found.c.leader == leader.id))
        .group_by(leader.id, leader.name, leader.position)
        .order_by(leader.position, leader.id)
    )
    return [LeaderFigures(row.id, row.name, int(row.sessions), int(row.batches)) for row in rows]


def _leaders(first: date, last: date) -> Subquery:
    """Who received: a row for each turn held (turn is 1) and for each visit (0)."""
    by = func.coalesce(_TURN.substitute_id, _TURN.leader_id).label("leader")
    turns = select(by, literal(1).label("turn")).where(_held(first, last))
    visits = select(_VISIT.leader_id, literal(0)).where(_received(first, last))
    return union_all(turns, visits).subquery()


def _held(first: date, last: date) -> ColumnElement[bool]:
    return and_(_TURN.held_on.between(first, last), _TURN.state.in_(_HELD))


def _received(first: date, last: date) -> ColumnElement[bool]:
    return and_(
        _VISIT.received_on.between(first, last),
        _VISIT.purpose.is_distinct_from(Purpose.ACCUSATION),
    )


def codes() -> tuple[str, ...]:
    """The codes of the figures, in the order they are shown."""
    return tuple(each.name for each in fields(ReceptionFigures))


def values(figures: ReceptionFigures) -> dict[str, int]:
    """Map the codes to their counts."""
    return dict(zip(codes(), astuple(figures), strict=True))


def _times(criteria: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((criteria, 1), else_=0)), 0)
