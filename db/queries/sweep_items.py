"""What was entered in the days of a round, and the round a day of the sweep belongs to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models.disputes import Dispute, DisputeClass
from db.models.office import Code
from db.models.sweeps import SweepReport, SweepRound
from db.models.units import Unit
from rules.dispute_steps import COUNTED
from rules.sweeps import answering


@dataclass(frozen=True, slots=True)
class Entered:
    """How many disputes are known to have been found in a round, and resolved in its days."""

    found: int = 0
    resolved: int = 0

    def __bool__(self) -> bool:
        """Whether a zero report would leave something out."""
        return self.found > 0


NOTHING = Entered()


def entered(session: Session, row: SweepRound, unit_id: int) -> Entered:
    """Count what a unit and those under it found and resolved in the days of a round.

    The ledger, or what the units under it reported in rounds of one kind that end then,
    whichever is more: they tell of the same matters and are not added up. Of a round about
    some 内容分类 disputes of their classes count alone, and reports of the round itself.
    """
    path = session.scalar(select(Unit.path).where(Unit.id == unit_id))
    whole = Unit.path.startswith(path or "/", autoescape=True)
    below = select(Unit.id).where(whole, Unit.id != unit_id)
    found, resolved = func.sum(SweepReport.found), func.sum(SweepReport.resolved)
    reported = (
        select(found, resolved)
        .join(SweepRound, SweepRound.id == SweepReport.round_id)
        .where(SweepReport.unit_id.in_(below))
        .group_by(SweepRound.kind)
    )
    counted = select(func.count(Dispute.id)).where(
        Dispute.unit_id.in_(select(Unit.id).where(whole)), Dispute.state.in_(COUNTED)
    )
    days = row.first_on, row.last_on
    if row.class_ids:
        reported = reported.where(SweepRound.id == row.id)
        counted = counted.where(Dispute.class_id.in_(classes_of(session, row.class_ids)))
    else:
        reported = reported.where(SweepRound.last_on.between(*days))
    told = [(each[0], each[1]) for each in session.execute(reported)]
    told.append(
        (
            session.scalar(counted.where(Dispute.found_on.between(*days))) or 0,
            session.scalar(counted.where(Dispute.resolved_on.between(*days))) or 0,
        )
    )
    return Entered(max(each for each, _ in told), max(each for _, each in told))


def classes_of(session: Session, code_ids: Sequence[int]) -> list[int]:
    """List the classes of disputes that answer to some 内容分类, by what they are compared with.

    A 小类 without a counterpart of its own has that of its 大类.
    """
    paths = {row.id: row.path for row in session.execute(select(Code.id, Code.path))}
    classes = session.execute(
        select(DisputeClass.id, DisputeClass.parent_id, DisputeClass.code_id)
    ).all()
    code_of = {row.id: row.code_id for row in classes}
    wanted = [paths[each] for each in code_ids if each in paths]
    return [
        row.id
        for row in classes
        if answering(paths.get(row.code_id or code_of.get(row.parent_id), ""), wanted)
    ]


def round_of(session: Session, unit_id: int, *, class_id: int, on: date) -> int | None:
    """Return the round in whose days a unit found a dispute of a class; None where none was on.

    A round opened by hand for the unit, or one above it, and for its class goes before that of
    a cadence, and the unit's own level before that of what it stands under.
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
    by_hand = [
        row.id
        for row in rounds
        if not set(chain).isdisjoint(row.unit_ids)
        and (not row.class_ids or class_id in classes_of(session, row.class_ids))
    ]
    if by_hand:
        return by_hand[0]
    for kind in (kinds[each] for each in chain):
        if found := next((row.id for row in rounds if row.level is kind), None):
            return found
    return None
