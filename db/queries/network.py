"""The registry of the network read: entries, what places lack, and the changes to be filed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models.network import NetworkFiling, NetworkNode
from db.models.units import Unit
from db.queries import units
from db.scope import actor_of
from rules import network as rules
from rules.dispute_terms import NodeKind
from rules.network import Gap, Node, Place
from rules.terms import UnitKind
from rules.units import in_force

_FILED = 200


@dataclass(frozen=True, slots=True)
class NodeRow:
    """An entry of the registry; `mine` says whether the actor may change it."""

    id: int
    version: int
    kind: NodeKind
    unit_id: int
    unit: str
    name: str
    grid: str
    full_time: bool | None
    valid_from: date | None
    valid_to: date | None
    mine: bool


@dataclass(frozen=True, slots=True)
class FilingRow:
    """A change of the network and whether it is on file."""

    id: int
    unit: str
    told: str
    actor: str
    at: datetime
    filed_on: date | None
    filed_by: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """横向到边、纵向到底: how many places there are, and those that lack something."""

    places: int
    gaps: tuple[Gap, ...]

    @property
    def covered(self) -> int:
        """How many places have all."""
        return self.places - len(self.gaps)


def nodes(
    session: Session,
    *,
    kind: NodeKind | None = None,
    unit_ids: Sequence[int] | None = None,
    on: date | None = None,
) -> list[NodeRow]:
    """List entries by unit and kind; with `on` those in use on that day alone."""
    actor = actor_of(session)
    statement = select(NetworkNode)
    if kind is not None:
        statement = statement.where(NetworkNode.kind == kind)
    if unit_ids is not None:
        statement = statement.where(NetworkNode.unit_id.in_(unit_ids))
    tree = units.tree(session)
    place = {row.id: at for at, row in enumerate(tree)}
    names = {row.id: row.path_name for row in tree}
    kinds = list(NodeKind)
    found = [
        NodeRow(
            id=node.id,
            version=node.version,
            kind=node.kind,
            unit_id=node.unit_id,
            unit=names.get(node.unit_id, ""),
            name=node.name,
            grid=node.grid,
            full_time=node.full_time,
            valid_from=node.valid_from,
            valid_to=node.valid_to,
            mine=actor.sees_all_cases or node.unit_id in actor.unit_ids,
        )
        for node in session.scalars(statement)
        if on is None or in_force(node.valid_from, node.valid_to, on=on)
    ]
    return sorted(found, key=lambda row: (place.get(row.unit_id, 0), kinds.index(row.kind), row.id))


def coverage(session: Session, *, unit_ids: Sequence[int] | None = None, on: date) -> Coverage:
    """Say which townships and villages lack what on a day; `unit_ids` narrows the places.

    The 网格 or 组 of a village are those its grid workers stand for.
    """
    entries = [
        Node(n.unit_id, n.kind, n.grid, n.valid_from, n.valid_to)
        for n in session.scalars(select(NetworkNode))
    ]
    grids: dict[int, set[str]] = {}
    for node in entries:
        if (
            node.kind is NodeKind.GRID_WORKER
            and node.grid
            and in_force(node.valid_from, node.valid_to, on=on)
        ):
            grids.setdefault(node.unit_id, set()).add(node.grid)
    wanted = None if unit_ids is None else set(unit_ids)
    places = [
        Place(unit.id, unit.path_name, unit.kind, tuple(sorted(grids.get(unit.id, ()))))
        for unit in units.units_valid(session, on=on)
        if unit.kind in (UnitKind.TOWNSHIP, UnitKind.VILLAGE)
        and (wanted is None or unit.id in wanted)
    ]
    return Coverage(len(places), tuple(rules.gaps(places, entries, on=on)))


def filings(session: Session, *, waiting: bool) -> list[FilingRow]:
    """List the changes that wait to be filed, or the newest that are, as far as the actor's units go."""
    actor = actor_of(session)
    statement = (
        select(NetworkFiling, Unit.name)
        .join(NetworkNode, NetworkNode.id == NetworkFiling.node_id)
        .join(Unit, Unit.id == NetworkNode.unit_id)
        .where(NetworkFiling.filed_on.is_(None) if waiting else NetworkFiling.filed_on.is_not(None))
        .order_by(NetworkFiling.id.desc())
        .limit(_FILED)
    )
    if not actor.sees_all_cases:
        statement = statement.where(NetworkNode.unit_id.in_(sorted(actor.unit_ids)))
    return [
        FilingRow(
            filing.id,
            unit,
            filing.told,
            filing.actor,
            filing.at,
            filing.filed_on,
            filing.filed_by or "",
        )
        for filing, unit in session.execute(statement)
    ]
