"""The figures of the registry (rules/figures.py), counted within the actor's scope.

They stand on the home page, which is looked at over the shoulder: accusations (§30) are counted
for nobody, not even as a number.
"""

from datetime import date

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from db.models.cases import Case
from db.scope import actor_of
from rules.figures import FIGURES, OPEN_STATES, Value
from rules.periods import Period, days_of
from rules.terms import CaseState, Purpose


def figures(session: Session, *, today: date) -> list[Value]:
    """Return every figure of the registry that concerns the actor, counted as of now."""
    criteria, office = _criteria(today), actor_of(session).sees_all_cases
    return [
        Value(figure, _count(session, criteria[code]))
        for code, figure in FIGURES.items()
        if office or not figure.office_only
    ]


def _criteria(today: date) -> dict[str, ColumnElement[bool]]:
    first, last = days_of(Period.THIS_MONTH, today=today)
    is_open = Case.state.in_(OPEN_STATES)
    return {
        "open_cases": is_open,
        "received_this_month": and_(
            Case.received_on.between(first, last), Case.state != CaseState.MERGED
        ),
        "suspected_duplicates": Case.suspect_of_id.is_not(None),
        "without_unit": and_(is_open, Case.unit_id.is_(None)),
    }


def _count(session: Session, criteria: ColumnElement[bool]) -> int:
    ordinary = Case.purpose.is_distinct_from(Purpose.ACCUSATION)
    return session.scalar(select(func.count()).select_from(Case).where(criteria, ordinary)) or 0
