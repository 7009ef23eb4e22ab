"""内容分类 as screens and imports read it."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models.office import Code
from db.models.units import Unit
from rules.units import in_force, normalise_name


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A class with its 行业主管 unit."""

    id: int
    version: int
    label: str
    path: str
    level: int
    parent_id: int | None
    unit_id: int | None
    unit: str | None
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class CodeOption:
    """A class that may be chosen, by the labels from the first level down."""

    id: int
    path: str
    level: int


def codes(session: Session) -> list[CodeRow]:
    """List every class, each above those below it; brothers as they were entered."""
    below: dict[int | None, list[tuple[Code, str | None]]] = {}
    statement = select(Code, Unit.name).outerjoin(Unit, Code.unit_id == Unit.id).order_by(Code.id)
    for code, unit in session.execute(statement):
        below.setdefault(code.parent_id, []).append((code, unit))

    rows: list[CodeRow] = []

    def descend(parent_id: int | None) -> None:
        for code, unit in below.get(parent_id, ()):
            rows.append(
                CodeRow(
                    id=code.id,
                    version=code.version,
                    label=code.label,
                    path=code.path,
                    level=code.level,
                    parent_id=code.parent_id,
                    unit_id=code.unit_id,
                    unit=unit,
                    valid_from=code.valid_from,
                    valid_to=code.valid_to,
                )
            )
            descend(code.id)

    descend(None)
    return rows


def codes_valid(session: Session, *, on: date) -> list[CodeOption]:
    """List the classes that may be chosen on `on`: they and all above them are in use."""
    used: set[int | None] = {None}
    options = []
    for row in codes(session):
        if row.parent_id in used and in_force(row.valid_from, row.valid_to, on=on):
            used.add(row.id)
            options.append(CodeOption(row.id, row.path, row.level))
    return options


def resolve_codes(session: Session) -> dict[str, int]:
    """Map every path, and every label that only one class has, to its class.

    Look up with rules.units.normalise_name; ended classes are among them, for old ledgers.
    """
    rows = session.execute(select(Code.id, Code.label, Code.path)).all()
    folded = Counter(normalise_name(row.label) for row in rows)
    found = {
        normalise_name(row.label): row.id for row in rows if folded[normalise_name(row.label)] == 1
    }
    return found | {normalise_name(row.path): row.id for row in rows}
