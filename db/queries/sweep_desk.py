"""One unit's desk of the sweep: what it is to report now, what it reported, what stands beside it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models.sweeps import SweepCorrection, SweepReport, SweepRound
from db.models.units import Unit
from db.queries import sweep_items, sweeps
from db.queries.sweep_items import NOTHING, Entered
from rules.sweep_terms import SlotState
from rules.sweeps import Filing, Round, SweepUnit, standing

_HISTORY = 40


@dataclass(frozen=True, slots=True)
class DeskSlot:
    """One round at a unit's desk; `version` is None while nothing is filed.

    `entered` counts what was entered under the unit in the days of an open round.
    """

    round: Round
    state: SlotState
    unit_name: str
    classes: tuple[str, ...] = ()
    round_note: str = ""
    zero: bool = False
    found: int = 0
    resolved: int = 0
    note: str = ""
    filed_at: datetime | None = None
    filed_by: str = ""
    changed_at: datetime | None = None
    changed_by: str = ""
    version: int | None = None
    entered: Entered = NOTHING


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """What stands beside a closed round."""

    round_id: int
    unit_id: int
    round: str
    unit: str
    text: str
    reason: str
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Desk:
    """What a unit is to report now, the most urgent first, and what it reported before."""

    unit: SweepUnit
    open: tuple[DeskSlot, ...]
    past: tuple[DeskSlot, ...]
    corrections: tuple[CorrectionRow, ...] = field(default=())


def desk(session: Session, unit_id: int, *, today: date, now: datetime) -> Desk:
    """Read what a unit is to report now and what it reported; raises Missing out of sight."""
    own = sweeps.unit(session, unit_id)
    filed = {
        row.round_id: row
        for row in session.scalars(select(SweepReport).where(SweepReport.unit_id == unit_id))
    }
    open_rows = session.scalars(sweeps.begun(today)).all()
    past_rows = session.scalars(
        select(SweepRound)
        .where(SweepRound.id.in_(filed), SweepRound.closed_at.is_not(None))
        .order_by(SweepRound.last_on.desc(), SweepRound.id.desc())
        .limit(_HISTORY)
    ).all()
    classes = sweeps.classes(session, [*open_rows, *past_rows])

    def slot(row: SweepRound) -> DeskSlot:
        return _desk_slot(session, row, filed.get(row.id), own, classes[row.id], now)

    waiting = [slot(row) for row in open_rows if row.id in filed or sweeps.value(row).expects(own)]
    waiting.sort(key=lambda each: (each.filed_at is not None, each.round.due_at, each.round.id))
    return Desk(
        own,
        tuple(waiting),
        tuple(slot(row) for row in past_rows),
        tuple(corrections(session, unit_id=unit_id)),
    )


def report(session: Session, round_id: int, unit_id: int, *, now: datetime) -> DeskSlot | None:
    """Return what a unit of the actor's sight filed in a round; None where it owes nothing there."""
    row = session.get(SweepRound, round_id)
    if row is None:
        return None
    own = sweeps.unit(session, unit_id)
    filed = session.scalar(
        select(SweepReport).where(SweepReport.round_id == round_id, SweepReport.unit_id == unit_id)
    )
    if filed is None and not sweeps.value(row).expects(own):
        return None
    return _desk_slot(session, row, filed, own, sweeps.classes(session, [row])[row.id], now)


def corrections(
    session: Session, *, unit_id: int | None = None, round_ids: Iterable[int] | None = None
) -> list[CorrectionRow]:
    """List what stands beside closed rounds, of one unit or of some rounds, the latest first."""
    statement = (
        select(SweepCorrection, SweepRound.name, Unit.name)
        .join(SweepRound, SweepRound.id == SweepCorrection.round_id)
        .join(Unit, Unit.id == SweepCorrection.unit_id)
        .order_by(SweepCorrection.at.desc(), SweepCorrection.id.desc())
    )
    if unit_id is not None:
        statement = statement.where(SweepCorrection.unit_id == unit_id)
    if round_ids is not None:
        statement = statement.where(SweepCorrection.round_id.in_(list(round_ids)))
    return [
        CorrectionRow(
            row.round_id, row.unit_id, name, unit, row.text, row.reason, row.actor, row.at
        )
        for row, name, unit in session.execute(statement)
    ]


def _desk_slot(
    session: Session,
    row: SweepRound,
    report: SweepReport | None,
    own: SweepUnit,
    classes: tuple[str, ...],
    now: datetime,
) -> DeskSlot:
    each, entered = sweeps.value(row), NOTHING
    if row.closed_at is None:
        entered = sweep_items.entered(session, row, own.id)
    if report is None:
        state = standing(each.due_at, None, now=now)
        return DeskSlot(each, state, own.name, classes, row.note, entered=entered)
    filing = Filing(
        row.id,
        own.id,
        report.unit_name,
        report.zero,
        report.found,
        report.resolved,
        report.filed_at,
        report.filed_by,
    )
    return DeskSlot(
        each,
        standing(each.due_at, filing, now=now),
        report.unit_name,
        classes,
        row.note,
        zero=report.zero,
        found=report.found,
        resolved=report.resolved,
        note=report.note,
        filed_at=report.filed_at,
        filed_by=report.filed_by,
        changed_at=report.changed_at,
        changed_by=report.changed_by or "",
        version=report.version,
        entered=entered,
    )
