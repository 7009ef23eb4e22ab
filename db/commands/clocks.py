"""Telling a case its nearest clock, at once for a save, and in the background for rows in bulk."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from db.engine import Store
from db.models.audit import LedgerHead
from db.models.cases import Case
from db.models.procedure import CaseStep
from db.queries import procedure
from db.queries.procedure import StepTaken, facts_of
from rules.deadlines import Facts, half_on, limit_on, nearest, readings
from rules.limits import Terms
from rules.permissions import SYSTEM
from rules.steps import OPEN

# What a case is told; none of it is part of its version or of the audit.
_UNTOLD = {
    "due_on": None,
    "due_from": None,
    "half_on": None,
    "due_clock": None,
    "paused": False,
    "limit_on": None,
    "wound": True,
}


def told(facts: Facts, terms: Terms, *, today: date) -> dict[str, Any]:
    """Return the columns that a case's facts tell of its nearest clock.

    They hold until something is written: a light is told from them when read.
    """
    clocks = readings(facts, terms, today=today)
    found, last = nearest(clocks), limit_on(clocks)
    if found is None:
        return {**_UNTOLD, "limit_on": last}
    return {
        "due_on": found.due.on,
        "due_from": found.started_on,
        "half_on": half_on(found),
        "due_clock": found.clock,
        "paused": found.due.on is None,
        "limit_on": last,
        "wound": True,
    }


def wind(session: Session, target: Case, *, today: date) -> None:
    """Tell a case its clock in the transaction that changed it."""
    session.flush()
    facts = facts_of(target, procedure.steps(session, target.id))
    for name, value in told(facts, procedure.terms(session), today=today).items():
        setattr(target, name, value)


def unwind_open(session: Session) -> None:
    """Have every open case told anew: a parameter or the calendar has changed."""
    session.execute(
        update(Case.__table__)  # type: ignore[arg-type]
        .where(Case.__table__.c.state.in_(sorted(OPEN)))
        .values(wound=False)
    )


_CASES: Any = select(
    *(getattr(Case, name) for name in ("id", "unit_id", "first_unit_id", *procedure.CASE_FACTS))
)
_TOLD = (
    update(Case.__table__)  # type: ignore[arg-type]
    .where(Case.__table__.c.id == bindparam("case_id"), ~Case.__table__.c.wound)
    .values({name: bindparam(f"new_{name}") for name in _UNTOLD})
)


_NEWER = update(LedgerHead.__table__).values(  # type: ignore[arg-type]
    version=LedgerHead.__table__.c.version + 1
)


def catch_up(store: Store, *, today: date, limit: int = 400) -> int:
    """Tell up to `limit` cases that came in bulk their clock; returns how many were told.

    Short transactions past the unit of work, so that nobody waits for it.
    """
    with store.reading(SYSTEM) as session:
        waiting = session.scalars(select(Case.id).where(~Case.wound).limit(limit)).all()
    if not waiting:
        return 0
    with store.writing(SYSTEM) as session:
        terms = procedure.terms(session)
        steps = _steps(session, waiting)
        rows = [
            {
                "case_id": row.id,
                **{
                    f"new_{name}": value
                    for name, value in told(
                        facts_of(row, steps.get(row.id, ())), terms, today=today
                    ).items()
                },
            }
            for row in session.execute(_CASES.where(Case.id.in_(waiting)))
        ]
        connection = session.connection()
        connection.execute(_TOLD, rows)
        # What screens keep was read before this.
        connection.execute(_NEWER)
    return len(waiting)


def _steps(session: Session, ids: Sequence[int]) -> Mapping[int, list[StepTaken]]:
    """Read the steps of those of the cases that have any."""
    stepped = session.scalars(select(CaseStep.case_id).where(CaseStep.case_id.in_(ids)).distinct())
    return {case_id: procedure.steps(session, case_id) for case_id in stepped}
