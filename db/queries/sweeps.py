"""The dispute sweep as screens read it: the grid, one unit's desk, the rounds, and corrections."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, and_, extract, or_, select
from sqlalchemy.orm import Session, aliased

from db.models.office import Code
from db.models.sweeps import SweepCorrection, SweepReport, SweepRound
from db.models.units import Unit
from db.queries import sweep_items
from db.scope import actor_of
from rules import sweeps as rules
from rules.errors import Missing
from rules.sweep_figures import Punctuality, punctuality
from rules.sweep_terms import RoundKind, SlotState
from rules.sweeps import Filing, Round, Slot, SweepUnit, standing
from rules.terms import UnitKind
from rules.units import ORDER

_HISTORY = 40


@dataclass(frozen=True, slots=True)
class GridFilter:
    """Which slots the grid shows; `township_id` is a unit with what stands under it.

    With a `state` only the units that stand so in some round shown; with `ahead` rounds that
    have not begun as well.
    """

    year: int
    level: UnitKind
    township_id: int | None = None
    state: SlotState | None = None
    kind: RoundKind | None = None
    ahead: bool = False


@dataclass(frozen=True, slots=True)
class GridRow:
    """One unit and its slot in each round shown, None where it owes nothing."""

    unit_id: int
    name: str
    township: str
    cells: tuple[Slot | None, ...]
    punctuality: Punctuality


@dataclass(frozen=True, slots=True)
class Grid:
    """Units by rounds; `states` counts the slots of all units of the filter, whatever the state.

    `corrected` are the rounds and units that a correction stands beside.
    """

    rounds: tuple[Round, ...]
    rows: tuple[GridRow, ...]
    states: dict[SlotState, int]
    corrected: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class RoundRow:
    """A round in the list of rounds, with how many of its units filed."""

    round: Round
    version: int
    classes: tuple[str, ...]
    note: str
    due_reason: str
    created_by: str
    closed_by: str
    states: dict[SlotState, int]


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
    entered: int = 0


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


def units(session: Session) -> list[SweepUnit]:
    """List the units in the actor's sight in the order of the tree, those that ended among them."""
    found = [_unit(row) for row in session.execute(_in_sight(session))]
    return sorted(found, key=lambda unit: (ORDER.index(unit.kind), unit.township_id or 0, unit.id))


def unit(session: Session, unit_id: int) -> SweepUnit:
    """Return a unit in the actor's sight; raises Missing for any other."""
    row = session.execute(_in_sight(session).where(Unit.id == unit_id)).one_or_none()
    if row is None:
        raise Missing("该单位不存在，或者不在您的范围内")
    return _unit(row)


def _in_sight(session: Session) -> Select[*tuple[Any, ...]]:
    above = aliased(Unit)
    township = and_(above.id == Unit.parent_id, above.kind == UnitKind.TOWNSHIP)
    statement: Select[*tuple[Any, ...]] = select(
        Unit.id,
        Unit.name,
        Unit.kind,
        above.id.label("township_id"),
        above.name.label("township"),
        Unit.valid_from,
        Unit.valid_to,
    ).outerjoin(above, township)
    actor = actor_of(session)
    if actor.sees_all_sweeps:
        return statement
    return statement.where(Unit.id.in_(sorted(actor.unit_ids)))


def _unit(row: Row[Any]) -> SweepUnit:
    return SweepUnit(
        row.id,
        row.name,
        row.kind,
        row.township_id,
        row.township or "",
        row.valid_from,
        row.valid_to,
    )


def years(session: Session) -> list[int]:
    """List the years that have rounds, the latest first."""
    year = extract("year", SweepRound.last_on)
    return [int(found) for found in session.scalars(select(year).distinct().order_by(year.desc()))]


def grid(session: Session, wanted: GridFilter, *, today: date, now: datetime) -> Grid:
    """Read the slots of a year's rounds of one level; rounds opened by hand for its units as well."""
    statement = (
        select(SweepRound)
        .where(
            SweepRound.last_on.between(date(wanted.year, 1, 1), date(wanted.year, 12, 31)),
            or_(SweepRound.level == wanted.level, SweepRound.level.is_(None)),
        )
        .order_by(SweepRound.first_on, SweepRound.id)
    )
    if not wanted.ahead:
        statement = statement.where(SweepRound.first_on <= today)
    if wanted.kind is not None:
        statement = statement.where(SweepRound.kind == wanted.kind)
    found = [value(row) for row in session.scalars(statement)]
    among = {
        unit.id: unit
        for unit in units(session)
        if unit.kind is wanted.level and wanted.township_id in (None, unit.id, unit.township_id)
    }
    by_unit: dict[int, dict[int, Slot]] = defaultdict(dict)
    states = dict.fromkeys(SlotState, 0)
    shown = set()
    every = rules.slots(found, list(among.values()), _filings(session, found), now=now)
    counted = punctuality(every, now=now)
    for slot in every:
        if slot.unit_id in among:
            by_unit[slot.unit_id][slot.round.id] = slot
            states[slot.state] += 1
            shown.add(slot.round.id)
    rounds_shown = tuple(each for each in found if each.id in shown)
    rows = tuple(
        GridRow(
            unit_id,
            unit.name,
            unit.township,
            tuple(by_unit[unit_id].get(each.id) for each in rounds_shown),
            counted.get(unit_id, Punctuality(unit_id)),
        )
        for unit_id, unit in among.items()
        if unit_id in by_unit
        and (
            wanted.state is None
            or any(slot.state is wanted.state for slot in by_unit[unit_id].values())
        )
    )
    beside = select(SweepCorrection.round_id, SweepCorrection.unit_id).where(
        SweepCorrection.round_id.in_(shown)
    )
    return Grid(
        rounds_shown,
        rows,
        states,
        frozenset((row.round_id, row.unit_id) for row in session.execute(beside)),
    )


def open_slots(session: Session, *, today: date, now: datetime) -> list[Slot]:
    """List the slots of every round that has begun and is not closed, in the order of the tree."""
    found = [value(row) for row in session.scalars(_open(today))]
    everybody = units(session)
    order = {unit.id: place for place, unit in enumerate(everybody)}
    listed = slots_of(session, found, now=now)
    return sorted(listed, key=lambda slot: order.get(slot.unit_id, 0))


def slots_of(session: Session, found: Sequence[Round], *, now: datetime) -> list[Slot]:
    """List the slots of some rounds of every unit in sight."""
    # Closed rounds are told by their own rows.
    asked = units(session) if any(each.closed_at is None for each in found) else []
    return rules.slots(found, asked, _filings(session, found), now=now)


def rounds(session: Session, *, year: int, now: datetime) -> list[RoundRow]:
    """List the rounds of a year that units in sight owe a report in, the latest first."""
    rows = session.scalars(
        select(SweepRound)
        .where(SweepRound.last_on.between(date(year, 1, 1), date(year, 12, 31)))
        .order_by(SweepRound.first_on.desc(), SweepRound.id.desc())
    ).all()
    values = [value(row) for row in rows]
    states: dict[int, dict[SlotState, int]] = {
        each.id: dict.fromkeys(SlotState, 0) for each in values
    }
    for slot in rules.slots(values, units(session), _filings(session, values), now=now):
        states[slot.round.id][slot.state] += 1
    classes = _classes(session, rows)
    return [
        RoundRow(
            round=each,
            version=row.version,
            classes=classes[row.id],
            note=row.note,
            due_reason=row.due_reason,
            created_by=row.created_by,
            closed_by=row.closed_by or "",
            states=states[row.id],
        )
        for row, each in zip(rows, values, strict=True)
        if any(states[row.id].values())
    ]


def desk(session: Session, unit_id: int, *, today: date, now: datetime) -> Desk:
    """Read what a unit is to report now and what it reported; raises Missing out of sight."""
    own = unit(session, unit_id)
    filed = {
        row.round_id: row
        for row in session.scalars(select(SweepReport).where(SweepReport.unit_id == unit_id))
    }
    open_rows = session.scalars(_open(today)).all()
    past_rows = session.scalars(
        select(SweepRound)
        .where(SweepRound.id.in_(filed), SweepRound.closed_at.is_not(None))
        .order_by(SweepRound.last_on.desc(), SweepRound.id.desc())
        .limit(_HISTORY)
    ).all()
    classes = _classes(session, [*open_rows, *past_rows])

    def slot(row: SweepRound) -> DeskSlot:
        return _desk_slot(session, row, filed.get(row.id), own, classes[row.id], now)

    waiting = [slot(row) for row in open_rows if row.id in filed or value(row).expects(own)]
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
    own = unit(session, unit_id)
    filed = session.scalar(
        select(SweepReport).where(SweepReport.round_id == round_id, SweepReport.unit_id == unit_id)
    )
    if filed is None and not value(row).expects(own):
        return None
    return _desk_slot(session, row, filed, own, _classes(session, [row])[row.id], now)


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


def value(row: SweepRound) -> Round:
    """Return a round as the rules take it."""
    return Round(
        id=row.id,
        name=row.name,
        kind=row.kind,
        level=row.level,
        first_on=row.first_on,
        last_on=row.last_on,
        due_at=row.due_at,
        closes_at=row.closes_at,
        closed_at=row.closed_at,
        unit_ids=frozenset(row.unit_ids),
    )


def _open(today: date) -> Select[SweepRound]:
    return (
        select(SweepRound)
        .where(SweepRound.closed_at.is_(None), SweepRound.first_on <= today)
        .order_by(SweepRound.due_at, SweepRound.id)
    )


def _filings(session: Session, of: Sequence[Round]) -> list[Filing]:
    if not of:
        return []
    columns = (
        SweepReport.round_id,
        SweepReport.unit_id,
        SweepReport.unit_name,
        SweepReport.zero,
        SweepReport.found,
        SweepReport.resolved,
        SweepReport.filed_at,
        SweepReport.filed_by,
    )
    statement = select(*columns).where(SweepReport.round_id.in_([each.id for each in of]))
    return [Filing(*row) for row in session.execute(statement)]


def _classes(session: Session, rows: Sequence[SweepRound]) -> dict[int, tuple[str, ...]]:
    wanted = {each for row in rows for each in row.class_ids}
    statement = select(Code.id, Code.path).where(Code.id.in_(wanted))
    names = {each.id: each.path for each in session.execute(statement)} if wanted else {}
    return {row.id: tuple(names.get(each, "") for each in row.class_ids) for row in rows}


def _desk_slot(
    session: Session,
    row: SweepRound,
    report: SweepReport | None,
    own: SweepUnit,
    classes: tuple[str, ...],
    now: datetime,
) -> DeskSlot:
    each, entered = value(row), 0
    if row.closed_at is None:
        entered = sweep_items.entered(session, own.id, first=each.first_on, last=each.last_on)
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
