"""What came of reception: turns held, visits, people and matters counted apart, and the outcomes.

Counted from the tables past scope, for whoever may see the county's figures; accusations are in
none of them (条例 §30), and no name is read.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date

from sqlalchemy import ColumnElement, and_, case, func, or_, select, union_all
from sqlalchemy.orm import Session

from db.models.cases import Case
from db.models.receptions import ContactVisit, Roster, TurnRow, Visit
from rules.reception_terms import Level, TurnState, VisitOutcome
from rules.steps import ENDED
from rules.terms import CaseState, Purpose

_VISIT, _CASE, _TURN = Visit.__table__.c, Case.__table__.c, TurnRow.__table__.c
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
    linked, ended = (
        _VISIT.case_id.is_not(None),
        _CASE.state.in_(sorted({*ENDED, CaseState.DECLINED})),
    )
    closed = or_(and_(linked, ended), and_(~linked, _VISIT.closed_on.is_not(None)))
    solved = or_(
        and_(linked, _CASE.resolved_on.is_not(None)), and_(~linked, _VISIT.closed_on.is_not(None))
    )
    handed = _VISIT.outcome.in_([VisitOutcome.HANDED, VisitOutcome.LED])
    visits = connection.execute(
        select(
            func.count(),
            func.coalesce(func.sum(_VISIT.people), 0),
            func.count(func.distinct(func.coalesce(_VISIT.case_id, -_VISIT.id))),
            _times(_VISIT.people >= collective_min),
            *(_times(_VISIT.outcome == outcome) for outcome in VisitOutcome),
            _times(and_(handed, closed)),
            _times(solved),
        )
        .select_from(Visit.__table__.outerjoin(Case.__table__, _VISIT.case_id == _CASE.id))
        .where(
            _VISIT.received_on.between(first, last),
            _VISIT.purpose.is_distinct_from(Purpose.ACCUSATION),
        )
    ).one()
    held = _TURN.held_on.between(first, last) & _TURN.state.in_(_HELD)
    by = func.coalesce(_TURN.substitute_id, _TURN.leader_id).label("leader")
    received = select(_VISIT.leader_id.label("leader")).where(
        _VISIT.received_on.between(first, last),
        _VISIT.purpose.is_distinct_from(Purpose.ACCUSATION),
    )
    leaders = union_all(select(by).where(held), received).subquery()
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


def years(session: Session, *, level: Level) -> list[int]:
    """List the years a level has rosters of, the latest first."""
    found = session.execute(select(Roster.first_on, Roster.last_on).where(Roster.level == level))
    return sorted({day.year for span in found for day in span}, reverse=True)


def codes() -> tuple[str, ...]:
    """The codes of the figures, in the order they are shown."""
    return tuple(each.name for each in fields(ReceptionFigures))


def values(figures: ReceptionFigures) -> dict[str, int]:
    """Map the codes to their counts."""
    return dict(zip(codes(), astuple(figures), strict=True))


def _times(criteria: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((criteria, 1), else_=0)), 0)
