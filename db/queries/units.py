"""The organisation as screens and imports read it: the tree, and what may be chosen."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models.office import Code
from db.models.units import Unit, UnitAlias
from rules.terms import UnitKind
from rules.units import ORDER, in_force, normalise_name


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit of the tree; `path_name` is the names from below the root, parted by slashes."""

    id: int
    version: int
    name: str
    kind: UnitKind
    parent_id: int | None
    depth: int
    path_name: str
    aliases: tuple[str, ...]
    governs: tuple[str, ...]
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class UnitOption:
    """A unit that may be chosen."""

    id: int
    name: str
    kind: UnitKind
    path_name: str
    aliases: tuple[str, ...] = ()


def tree(session: Session) -> list[UnitRow]:
    """List every unit, each above what stands under it; brothers by kind, then as entered.

    `governs` names the classes of 内容分类 whose 行业主管 it is.
    """
    aliases: dict[int, list[str]] = {}
    for unit_id, alias in session.execute(
        select(UnitAlias.unit_id, UnitAlias.alias).order_by(UnitAlias.id)
    ):
        aliases.setdefault(unit_id, []).append(alias)
    governs: dict[int | None, list[str]] = {}
    for governor_id, path in session.execute(
        select(Code.unit_id, Code.path).where(Code.unit_id.is_not(None)).order_by(Code.id)
    ):
        governs.setdefault(governor_id, []).append(path)
    below: dict[int | None, list[Unit]] = {}
    for unit in session.scalars(select(Unit)):
        below.setdefault(unit.parent_id, []).append(unit)
    for brothers in below.values():
        brothers.sort(key=lambda unit: (ORDER.index(unit.kind), unit.id))

    rows: list[UnitRow] = []

    def descend(parent_id: int | None, depth: int, prefix: str) -> None:
        for unit in below.get(parent_id, ()):
            path_name = f"{prefix}/{unit.name}" if prefix else unit.name
            rows.append(
                UnitRow(
                    id=unit.id,
                    version=unit.version,
                    name=unit.name,
                    kind=unit.kind,
                    parent_id=unit.parent_id,
                    depth=depth,
                    path_name=path_name,
                    aliases=tuple(aliases.get(unit.id, ())),
                    governs=tuple(governs.get(unit.id, ())),
                    valid_from=unit.valid_from,
                    valid_to=unit.valid_to,
                )
            )
            # The root's name would stand before every other and tell nobody anything.
            descend(unit.id, depth + 1, path_name if depth else "")

    descend(None, 0, "")
    return rows


def units_valid(session: Session, *, on: date) -> list[UnitOption]:
    """List the units in use on `on` in the order of the tree, for a select box."""
    return [
        UnitOption(row.id, row.name, row.kind, row.path_name, row.aliases)
        for row in tree(session)
        if in_force(row.valid_from, row.valid_to, on=on)
    ]


def resolve_units(session: Session) -> dict[str, int]:
    """Map every name and alias to its unit; look up with rules.units.normalise_name.

    A village of a name that several have is found by its township's name before its own.
    A unit in use wins over one that has ended, and a name that stays doubtful is left out.
    """
    units = session.scalars(select(Unit)).all()
    names = {unit.id: unit.name for unit in units}
    current: dict[str, set[int]] = {}
    ended: dict[str, set[int]] = {}
    for unit in units:
        found = current if unit.valid_to is None else ended
        found.setdefault(normalise_name(unit.name), set()).add(unit.id)
        if unit.parent_id is not None and unit.kind is UnitKind.VILLAGE:
            full = normalise_name(names[unit.parent_id] + unit.name)
            found.setdefault(full, set()).add(unit.id)
    for unit_id, alias in session.execute(select(UnitAlias.unit_id, UnitAlias.alias)):
        current.setdefault(normalise_name(alias), set()).add(unit_id)
    return {name: next(iter(ids)) for name, ids in {**ended, **current}.items() if len(ids) == 1}
