"""The wall map read: the townships with what is open in them, their squares, their boundaries."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from db.models.disputes import Dispute
from db.models.sweep_maps import MapBoundary, MapLayout
from db.models.units import Unit
from db.queries import office
from db.queries.dispute_counts import counted
from db.queries.units import resolve_units
from db.scope import actor_of
from rules.dispute_steps import OPEN
from rules.dispute_terms import RiskLevel
from rules.sweep_map import MapColour, Shape, Square, TownCounts, placed
from rules.terms import UnitKind
from rules.units import in_force

_HISTORY = 5


@dataclass(frozen=True, slots=True)
class Town:
    """A township on the map; one that has ended stays as long as something is open in it."""

    id: int
    name: str
    square: Square
    counts: TownCounts
    in_use: bool = True


@dataclass(frozen=True, slots=True)
class WallMap:
    """The townships in their order, what is open in none of them, and where 集中 begins."""

    towns: tuple[Town, ...]
    elsewhere: TownCounts
    many: dict[MapColour, int]

    @property
    def whole(self) -> TownCounts:
        """The sum of all."""
        all_ = [*(town.counts for town in self.towns), self.elsewhere]
        return TownCounts(
            *(sum(getattr(each, name) for each in all_) for name in ("red", "open", "overdue"))
        )


@dataclass(frozen=True, slots=True)
class Boundary:
    """Boundaries that were brought in, with or without their shapes."""

    id: int
    version: int
    file_name: str
    areas: int
    points: int
    created_by: str
    created_at: datetime
    removed_by: str
    removed_at: datetime | None


def wall_map(session: Session, *, today: date) -> WallMap:
    """Count what is open by township; a unit sees those of its own disputes and subtree."""
    actor = actor_of(session)
    counts = _counts(session, today=today)
    units = [
        unit
        for unit in session.scalars(
            select(Unit).where(Unit.kind == UnitKind.TOWNSHIP).order_by(Unit.id)
        )
        if (unit.id in counts)
        or (
            in_force(unit.valid_from, unit.valid_to, on=today)
            and (actor.counts_all_disputes or unit.id in actor.unit_ids)
        )
    ]
    squares = placed(layout(session)[0], [unit.id for unit in units])
    many = {}
    for colour in MapColour:
        value = office.parameter(session, f"map_{colour.value}_many", on=today)
        assert isinstance(value, int)
        many[colour] = value
    towns = tuple(
        Town(
            unit.id,
            unit.name,
            squares[unit.id],
            counts.get(unit.id, TownCounts()),
            in_force(unit.valid_from, unit.valid_to, on=today),
        )
        for unit in units
    )
    return WallMap(towns, counts.get(None, TownCounts()), many)


def _counts(session: Session, *, today: date) -> dict[int | None, TownCounts]:
    statement = (
        select(
            Dispute.township_id,
            func.sum(case((Dispute.level == RiskLevel.RED, 1), else_=0)),
            func.count(),
            func.sum(case((Dispute.due_on < today, 1), else_=0)),
        )
        .where(Dispute.state.in_(OPEN))
        .group_by(Dispute.township_id)
    )
    return {town: TownCounts(*numbers) for town, *numbers in counted(session, statement)}


def layout(session: Session) -> tuple[dict[int, Square], int]:
    """Return the squares the office has set, and their version; 0 while it has set none."""
    row = session.scalars(select(MapLayout)).one_or_none()
    if row is None:
        return {}, 0
    squares = {int(key): (value[0], value[1]) for key, value in row.squares.items()}
    return squares, row.version


def townships(session: Session, *, today: date) -> dict[int, str]:
    """Name the townships in use, in the order of the map."""
    found = session.scalars(select(Unit).where(Unit.kind == UnitKind.TOWNSHIP).order_by(Unit.id))
    return {u.id: u.name for u in found if in_force(u.valid_from, u.valid_to, on=today)}


def township_names(session: Session, *, today: date) -> dict[str, int]:
    """Map every folded name and alias of the townships in use to the township."""
    ids = set(townships(session, today=today))
    found = resolve_units(session)
    return {name: unit_id for name, unit_id in found.items() if unit_id in ids}


def town_name(session: Session, unit_id: int) -> str | None:
    """Name a township, in use or not."""
    return session.scalar(select(Unit.name).where(Unit.id == unit_id))


def boundaries(session: Session) -> list[Boundary]:
    """List what was brought in lately, the latest first; the first not removed is drawn."""
    found = session.execute(
        select(
            MapBoundary.id,
            MapBoundary.version,
            MapBoundary.file_name,
            MapBoundary.areas,
            MapBoundary.points,
            MapBoundary.created_by,
            MapBoundary.created_at,
            func.coalesce(MapBoundary.removed_by, ""),
            MapBoundary.removed_at,
        )
        .order_by(MapBoundary.id.desc())
        .limit(_HISTORY)
    )
    return [Boundary(*row) for row in found]


def shapes(session: Session) -> dict[int, Shape]:
    """Return the boundaries that are drawn, by township; none where the county has none."""
    found = session.scalars(
        select(MapBoundary.shapes)
        .where(MapBoundary.removed_at.is_(None))
        .order_by(MapBoundary.id.desc())
        .limit(1)
    ).one_or_none()
    return {
        int(unit_id): Shape(shape["polygons"], shape["label"])
        for unit_id, shape in (found or {}).items()
    }
