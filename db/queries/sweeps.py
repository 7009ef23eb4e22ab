"""The dispute sweep as screens read it: units, the grid of reports, and the rounds."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, and_, extract, or_, select
from sqlalchemy.orm import Session, aliased

from db.models.office import Code
from db.models.sweeps import SweepCorrection, SweepReport, SweepRound
from db.models.units import Unit
from db.scope import actor_of
from rules import sweeps as rules
from rules.errors import Missing
from rules.sweep_figures import Punctuality, punctuality
from rules.sweep_terms import RoundKind, SlotState
from rules.sweeps import Filing, Round, Slot, SweepUnit
from rules.terms import UnitKind
from rules.units import ORDER


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
    found = [value(row) for row in session.scalars(begun(today))]
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
    about = classes(session, rows)
    return [
        RoundRow(
            round=each,
            version=row.version,
            classes=about[row.id],
            note=row.note,
            due_reason=row.due_reason,
            created_by=row.created_by,
            closed_by=row.closed_by or "",
            states=states[row.id],
        )
        for row, each in zip(rows, values, strict=True)
        if any(states[row.id].values())
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


def begun(today: date) -> Select[SweepRound]:
    """Select the rounds that have begun and are not closed, the earliest due first."""
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


def classes(session: Session, rows: Sequence[SweepRound]) -> dict[int, tuple[str, ...]]:
    """Name the classes each of these rounds is about, by its id."""
    wanted = {each for row in rows for each in row.class_ids}
    statement = select(Code.id, Code.path).where(Code.id.in_(wanted))
    names = {each.id: each.path for each in session.execute(statement)} if wanted else {}
    return {row.id: tuple(names.get(each, "") for each in row.class_ids) for row in rows}
