"""What came of reception: turns held, visits, people and matters counted apart, and the outcomes.

Counted from the tables past scope, for whoever may see the county's figures; accusations are in
none of them (条例 §30), and no name is read.
"""

from dataclasses import astuple, dataclass, fields
from datetime import date

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from db.models.receptions import ContactVisit, Visit
from db.models.units import Leader
from db.queries import visit_rows
from db.queries.reception_days import Span, days, received
from rules.reception_terms import VisitOutcome

_VISIT = Visit.__table__.c


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


def figures(session: Session, span: Span, *, collective_min: int) -> ReceptionFigures:
    """Count a span of days, of all leaders or of one level."""
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
        .where(received(span))
    ).one()
    found = days(span)
    leaders, sessions = connection.execute(
        select(func.count(func.distinct(found.c.leader)), func.count())
    ).one()
    contact = ContactVisit.__table__.c
    solved_there = connection.scalar(
        select(func.coalesce(func.sum(contact.solved), 0)).where(
            span.of(contact.visited_on, contact.leader_id)
        )
    )
    *counts, solved_here = (int(each) for each in visits)
    solved = solved_here + int(solved_there or 0)
    return ReceptionFigures(*[int(leaders), int(sessions), *counts, solved])


def by_day(session: Session, span: Span, *, collective_min: int) -> list[tuple[date, int, int]]:
    """Count the visits of each day that has any, and the 集体访 among them."""
    rows = session.connection().execute(
        select(_VISIT.received_on, func.count(), _times(_VISIT.people >= collective_min))
        .where(received(span))
        .group_by(_VISIT.received_on)
    )
    return [(day, count, int(groups)) for day, count, groups in rows]


@dataclass(frozen=True, slots=True)
class LeaderFigures:
    """One of the leaders a figure counts: his 场次 and his visits."""

    leader_id: int
    name: str
    sessions: int
    batches: int


def by_leader(session: Session, span: Span) -> list[LeaderFigures]:
    """List the leaders the figure 接访领导 counts, in their order; the sums are its figures."""
    found, leader = days(span), Leader.__table__.c
    rows = session.connection().execute(
        select(
            leader.id,
            leader.name,
            func.count().label("sessions"),
            func.sum(found.c.batches).label("batches"),
        )
        .select_from(found.join(Leader.__table__, found.c.leader == leader.id))
        .group_by(leader.id, leader.name, leader.position)
        .order_by(leader.position, leader.id)
    )
    return [LeaderFigures(row.id, row.name, int(row.sessions), int(row.batches)) for row in rows]


def codes() -> tuple[str, ...]:
    """The codes of the figures, in the order they are shown."""
    return tuple(each.name for each in fields(ReceptionFigures))


def values(figures: ReceptionFigures) -> dict[str, int]:
    """Map the codes to their counts."""
    return dict(zip(codes(), astuple(figures), strict=True))


def _times(criteria: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((criteria, 1), else_=0)), 0)
