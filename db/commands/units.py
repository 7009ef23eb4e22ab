"""The organisation: adding, renaming, moving and ending units, and their aliases."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, literal, select, update
from sqlalchemy.orm import Session

from db.commands.locks import hold_units
from db.models.units import Unit, UnitAlias
from db.scope import actor_of
from rules import units as rules
from rules.cases import clean
from rules.errors import Conflict, Invalid, Missing, Problem
from rules.permissions import Action
from rules.terms import UnitKind


def add_unit(
    session: Session,
    name: str,
    kind: UnitKind,
    *,
    parent_id: int | None = None,
    aliases: Iterable[str] = (),
    valid_from: date | None = None,
) -> int:
    """Add a unit to the tree and return its id; raises Invalid naming every field."""
    names = _tree(session)
    parent = _parent(session, parent_id)
    name, wanted = clean(name), tuple(map(clean, aliases))
    problems = rules.name_problems(name) + _place_problems(kind, parent)
    problems += names.problems(name, kind, parent_id) + names.alias_problems(wanted, name)
    if problems:
        raise Invalid(problems)
    return _add(session, name, kind, parent, wanted, valid_from).id


def add_units(session: Session, text: str) -> int:
    """Add every unit of the pasted lines or none, and return how many.

    A superior may stand on another line of the same paste, above or below. Raises
    Invalid with each problem named by its line.
    """
    names = _tree(session)
    lines, problems = rules.read_lines(text)
    for line in sorted(lines, key=lambda line: rules.ORDER.index(line.kind)):
        found = names.named(line.parent) if line.parent else []
        if line.parent and len(found) != 1:
            word = f"有 {len(found)} 个名为" if found else "没有名为"
            message = f"{word}“{line.parent}”的上级单位"
            problems += rules.at_line(line.number, [Problem("parent_id", message)])
            continue
        parent = found[0] if found else None
        wrong = _place_problems(line.kind, parent)
        wrong += names.problems(line.name, line.kind, parent.id if parent else None)
        wrong += names.alias_problems(line.aliases, line.name)
        problems += rules.at_line(line.number, wrong)
        if not wrong:
            unit = _add(session, line.name, line.kind, parent, line.aliases, None)
            names.add(unit, line.aliases)
    if problems:
        raise Invalid(sorted(problems, key=_line_of))
    return len(lines)


def change_unit(
    session: Session,
    unit_id: int,
    *,
    version: int,
    name: str,
    kind: UnitKind,
    parent_id: int | None,
    valid_from: date | None,
    valid_to: date | None,
) -> None:
    """Rename, move or end a unit; its subtree moves with it, and old records keep it.

    `valid_to` is the first day it is no longer used, None while it is; ending is
    refused while units stand under it. A name given up stays as an alias, so that old
    ledgers still find the unit.
    """
    names = _tree(session)
    unit = _unit(session, unit_id)
    if unit.version != version:
        raise Conflict(f"单位“{unit.name}”已被他人修改，请核对后重新提交")
    parent = _parent(session, parent_id)
    name = clean(name)
    problems = rules.name_problems(name) + _place_problems(kind, parent)
    problems += rules.span_problems(valid_from, valid_to)
    if valid_to is None:
        problems += names.problems(name, kind, parent_id, but=unit_id)
    problems += _subordinates_problems(session, unit, kind, parent, valid_to)
    if problems:
        raise Invalid(problems)
    if rules.normalise_name(unit.name) != rules.normalise_name(name):
        _keep_old_name(session, unit, name)
    unit.name, unit.kind = name, kind
    unit.valid_from, unit.valid_to = valid_from, valid_to
    if unit.parent_id != parent_id:
        unit.parent_id = parent_id
        _move(session, unit, parent)


def add_alias(session: Session, unit_id: int, alias: str) -> None:
    """Add another name people write for a unit; it must fit no other unit and no other alias."""
    names = _tree(session)
    unit, alias = _unit(session, unit_id), clean(alias)
    if problems := names.alias_problems([alias], unit.name):
        raise Invalid(problems)
    session.add(UnitAlias(unit_id=unit.id, alias=alias))


def remove_alias(session: Session, unit_id: int, alias: str) -> None:
    """Take an alias from a unit; one that is gone already is no error."""
    _tree(session)
    found = session.scalar(
        select(UnitAlias).where(UnitAlias.unit_id == unit_id, UnitAlias.alias == alias)
    )
    if found is not None:
        session.delete(found)


def _tree(session: Session) -> "_Names":
    """Require the action, take the lock under which the tree changes, and read its names.

    The rows of the roots are the lock on PostgreSQL: names are compared folded, which
    no index of both engines can do, and a subtree must not move while another joins it.
    """
    actor_of(session).require(Action.MANAGE_UNITS)
    hold_units(session)
    return _names(session)


def _unit(session: Session, unit_id: int) -> Unit:
    unit = session.get(Unit, unit_id)
    if unit is None:
        raise Missing("该单位不存在")
    return unit


def _parent(session: Session, parent_id: int | None) -> Unit | None:
    return None if parent_id is None else _unit(session, parent_id)


def _add(
    session: Session,
    name: str,
    kind: UnitKind,
    parent: Unit | None,
    aliases: Iterable[str],
    valid_from: date | None,
) -> Unit:
    unit = Unit(
        name=name,
        kind=kind,
        parent_id=parent.id if parent else None,
        path="",
        valid_from=valid_from,
    )
    session.add(unit)
    session.flush()
    _set_path(session, unit, parent)
    session.add_all(UnitAlias(unit_id=unit.id, alias=alias) for alias in aliases)
    session.flush()
    return unit


def _set_path(session: Session, unit: Unit, parent: Unit | None) -> None:
    # Past the mapper: the path follows from the parent and is no change of its own.
    path = f"{parent.path if parent else '/'}{unit.id}/"
    session.execute(update(Unit).where(Unit.id == unit.id).values(path=path))


def _move(session: Session, unit: Unit, parent: Unit | None) -> None:
    session.flush()
    old = unit.path
    new = f"{parent.path if parent else '/'}{unit.id}/"
    session.execute(
        update(Unit)
        .where(Unit.path.startswith(old))
        .values(path=literal(new) + func.substr(Unit.path, len(old) + 1))
        .execution_options(synchronize_session=False)
    )
    session.expire_all()


def _keep_old_name(session: Session, unit: Unit, name: str) -> None:
    """Turn the name given up into an alias, and an alias taken as the name into none."""
    for alias in session.scalars(select(UnitAlias).where(UnitAlias.unit_id == unit.id)):
        if rules.normalise_name(alias.alias) == rules.normalise_name(name):
            session.delete(alias)
    other = session.scalar(
        select(Unit.id).where(Unit.name == unit.name, Unit.id != unit.id).limit(1)
    )
    if other is None:
        session.add(UnitAlias(unit_id=unit.id, alias=unit.name))


def _place_problems(kind: UnitKind, parent: Unit | None) -> list[Problem]:
    if parent is not None and parent.valid_to is not None:
        return [Problem("parent_id", f"上级单位“{parent.name}”已停用，请另选")]
    return rules.place_problems(kind, parent.kind if parent else None)


def _subordinates_problems(
    session: Session, unit: Unit, kind: UnitKind, parent: Unit | None, valid_to: date | None
) -> list[Problem]:
    if parent is not None and parent.path.startswith(unit.path):
        return [Problem("parent_id", "单位不能移到自己或自己的下级之下")]
    below = list(session.scalars(select(Unit).where(Unit.parent_id == unit.id)))
    for child in below:
        if rules.place_problems(child.kind, kind):
            return [
                Problem("kind", f"其下有{child.kind.label}“{child.name}”，类别不能改为{kind.label}")
            ]
    if valid_to is not None:
        used = [child.name for child in below if child.valid_to is None]
        if used:
            names = "、".join(used[:3]) + (f"等 {len(used)} 个" if len(used) > 3 else "")
            return [Problem("valid_to", f"其下还有在用单位（{names}），请先移走或停用")]
    return []


def _line_of(problem: Problem) -> int:
    return int(problem.message.split()[1]) if problem.message.startswith("第 ") else 0


@dataclass(frozen=True, slots=True)
class _Names:
    """The names in use, folded: each unit's that has not ended, and whose alias a name is."""

    units: dict[str, list[Unit]]
    owners: dict[str, int]

    def add(self, unit: Unit, aliases: Iterable[str] = ()) -> None:
        """Take in a unit that has just been made, so that the next line may name it."""
        self.units.setdefault(rules.normalise_name(unit.name), []).append(unit)
        self.owners.update((rules.normalise_name(alias), unit.id) for alias in aliases)

    def named(self, name: str) -> list[Unit]:
        """List the units of that name; villages apart may share one."""
        return self.units.get(rules.normalise_name(name), [])

    def problems(
        self, name: str, kind: UnitKind, parent_id: int | None, *, but: int | None = None
    ) -> list[Problem]:
        """List the other unit this name means already; villages apart may share one."""
        for other in self.named(name):
            apart = kind is other.kind is UnitKind.VILLAGE and other.parent_id != parent_id
            if other.id != but and not apart:
                return [Problem("name", f"单位“{other.name}”已经存在")]
        if self.owners.get(rules.normalise_name(name), but) != but:
            return [Problem("name", f"“{name}”已经是另一个单位的别名")]
        return []

    def alias_problems(self, aliases: Iterable[str], name: str) -> list[Problem]:
        """List the aliases that cannot be, or mean a unit already."""
        found, seen = [], {rules.normalise_name(name)}
        for alias in aliases:
            folded = rules.normalise_name(alias)
            found += rules.name_problems(alias, field="aliases", label="别名")
            if folded in self.units or folded in seen:
                found.append(Problem("aliases", f"别名“{alias}”与已有单位或本行的名称相同"))
            elif folded in self.owners:
                found.append(Problem("aliases", f"别名“{alias}”已经用过"))
            seen.add(folded)
        return found


def _names(session: Session) -> _Names:
    names = _Names({}, {})
    for unit in session.scalars(select(Unit).where(Unit.valid_to.is_(None))):
        names.add(unit)
    for alias, unit_id in session.execute(select(UnitAlias.alias, UnitAlias.unit_id)):
        names.owners[rules.normalise_name(alias)] = unit_id
    return names
