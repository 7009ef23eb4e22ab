"""What was entered in the days of a round, so that a zero report beside it is asked about."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models.sweeps import SweepReport, SweepRound
from db.models.units import Unit


def entered(session: Session, unit_id: int, *, first: date, last: date) -> int:
    """Count what the units under `unit_id` reported as found in rounds that end in these days."""
    path = session.scalar(select(Unit.path).where(Unit.id == unit_id))
    below = select(Unit.id).where(Unit.path.startswith(path or "/"), Unit.id != unit_id)
    return (
        session.scalar(
            select(func.coalesce(func.sum(SweepReport.found), 0))
            .join(SweepRound, SweepRound.id == SweepReport.round_id)
            .where(SweepReport.unit_id.in_(below), SweepRound.last_on.between(first, last))
        )
        or 0
    )
