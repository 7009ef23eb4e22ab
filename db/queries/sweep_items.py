"""What was entered in the days of a round, and the round a day of the sweep belongs to."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models.disputes import Dispute
from db.models.sweeps import SweepReport, SweepRound
from db.models.units import Unit
from rules.dispute_steps import COUNTED


def entered(session: Session, unit_id: int, *, first: date, last: date) -> int:
    """Count what is known to have been found by a unit and those under it in these days.

    Disputes of the ledger, or what the units under it reported as found in rounds that end
    then, whichever is more: the two tell of the same matters and are not added up. A zero
    report beside it is asked about.
    """
    path = session.scalar(select(Unit.path).where(Unit.id == unit_id))
    whole = Unit.path.startswith(path or "/", autoescape=True)
    below = select(Unit.id).where(whole, Unit.id != unit_id)
    reported = session.scalar(
        select(func.coalesce(func.sum(SweepReport.found), 0))
        .join(SweepRound, SweepRound.id == SweepReport.round_id)
        .where(SweepReport.unit_id.in_(below), SweepRound.last_on.between(first, last))
    )
    in_ledger = session.scalar(
        select(func.count(Dispute.id)).where(
            Dispute.unit_id.in_(select(Unit.id).where(whole)),
            Dispute.found_on.between(first, last),
            Dispute.state.in_(COUNTED),
        )
    )
    return max(reported or 0, in_ledger or 0)


def round_of(session: Session, unit_id: int, *, on: date) -> int | None:
    """Return the round in whose days a unit found something; None where none was on.

    A round opened by hand for the unit, or one above it, goes before that of a cadence, and
    the unit's own level before that of what it stands under.
    """
    unit = session.get_one(Unit, unit_id)
    chain = [int(part) for part in unit.path.split("/") if part][::-1]
    named = select(Unit.id, Unit.kind).where(Unit.id.in_(chain))
    kinds = {row[0]: row[1] for row in session.execute(named)}
    rounds = session.scalars(
        select(SweepRound)
        .where(SweepRound.first_on <= on, SweepRound.last_on >= on)
        .order_by(SweepRound.id.desc())
    ).all()
    by_hand = [row.id for row in rounds if not set(chain).isdisjoint(row.unit_ids)]
    if by_hand:
        return by_hand[0]
    for kind in (kinds[each] for each in chain):
        if found := next((row.id for row in rounds if row.level is kind), None):
            return found
    return None
