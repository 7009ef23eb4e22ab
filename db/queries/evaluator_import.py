"""What an import of a list of evaluators would do, row by row, before anything is written."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models.evaluations import Evaluator, EvaluatorCategory
from db.models.units import Unit
from db.queries import units
from db.queries.ledger_plans import PlannedLine, RowHash, counted
from db.scope import actor_of
from rules import evaluator_columns as words
from rules import evaluators as rules
from rules.errors import Problem
from rules.ledger_rows import CellProblem, LedgerRow
from rules.ledgers import Reading, cell_problem
from rules.permissions import Action
from rules.terms import Outcome, UnitKind
from rules.units import normalise_name

KINDS = {"category": "类别"}
_CELLS = {"category_id": words.CATEGORY, "unit_id": words.UNIT, "village_id": words.VILLAGE}
Names = Mapping[tuple[str, str], int | None]


@dataclass(frozen=True, slots=True)
class PlannedEvaluator(PlannedLine):
    """One row of the sheet and what is to become of it; it brings nobody but the evaluator."""

    phone: str = ""


@dataclass(frozen=True, slots=True)
class EvaluatorPlan:
    """What an import would do; `unresolved` lists categories the table does not have."""

    rows: list[PlannedEvaluator]
    unresolved: Mapping[str, tuple[str, ...]]

    def counts(self) -> dict[str, int]:
        """Count rows by outcome; rows is always the sum of the five outcomes."""
        return counted(self.rows)


def plan(
    session: Session, reading: Reading, *, today: date, names: Names | None = None
) -> EvaluatorPlan:
    """Say what would become of every row of a reading; nothing is written.

    Who is in the pool already, by name, category and unit, brings nothing: entries are changed
    in the pool. A unit that is none of the county's is kept as it is written.
    """
    actor_of(session).require(Action.IMPORT)
    reader = _Reader(session, reading, names or {})
    known = {
        _key(row.name, row.category_id, row.unit_id, row.employer)
        for row in session.scalars(select(Evaluator))
    }
    seen: dict[Any, int] = {}
    planned = []
    for each in map(reader.planned, reading.rows):
        row = each
        if row.outcome is Outcome.INSERTED:
            key = _key(*(row.values.get(n) for n in ("name", "category_id", "unit_id", "employer")))
            if key in known:
                row = replace(row, outcome=Outcome.UNCHANGED, reason="名册里已有")
            elif key in seen:
                told = f"与第 {seen[key]} 行是同一人"
                row = replace(row, outcome=Outcome.IGNORED, reason=told)
            else:
                seen[key] = row.number
        planned.append(row)
    planned += [
        PlannedEvaluator(row.number, Outcome.IGNORED, reason=row.reason) for row in reading.ignored
    ]
    missing = {"category": tuple(sorted(reader.missing))} if reader.missing else {}
    return EvaluatorPlan(sorted(planned, key=lambda row: row.number), missing)


def _key(name: Any, category_id: Any, unit_id: Any, employer: Any) -> tuple[Any, ...]:
    return normalise_name(str(name or "")), category_id, unit_id, normalise_name(employer or "")


class _Reader:
    """Puts the rows of one sheet in the words of the store, and notes the categories it lacks."""

    def __init__(self, session: Session, reading: Reading, names: Names) -> None:
        self._reading, self._names = reading, names
        self._hash = RowHash(session, "evaluator")
        categories = select(EvaluatorCategory.name, EvaluatorCategory.id)
        self._categories = {normalise_name(name): key for name, key in session.execute(categories)}
        self._units = units.resolve_units(session)
        villages = select(Unit.id).where(Unit.kind == UnitKind.VILLAGE)
        self._villages = frozenset(session.scalars(villages))
        self.missing: set[str] = set()

    def planned(self, row: LedgerRow) -> PlannedEvaluator:
        """Read one row into an entry of the pool; all that is wrong with it is named by its cell."""
        said = {name: _text(value) for name, value in row.values.items()}
        values: dict[str, Any] = {
            "name": said.get("name", ""),
            "post": said.get("post", ""),
            "note": said.get("note", ""),
            "valid_from": row.values.get("valid_from"),
            "valid_to": row.values.get("valid_to"),
            "available": words.available(said.get(words.AWAY, "")),
            "category_id": None,
            "unit_id": None,
            "village_id": None,
            "employer": "",
        }
        problems, warnings = list(row.problems), list(row.warnings)
        if called := said.get(words.CATEGORY, ""):
            found = self._categories.get(normalise_name(called))
            if found is None:
                self.missing.add(called)
                found = self._names.get(("category", called))
            values["category_id"] = found
            if found is None:
                told = f"类别“{called}”不在类别表中：请在上面指定，或先在“类别”里添加"
                problems.append(self._at(row, Problem("category_id", told)))
        if unit := said.get(words.UNIT, ""):
            values["unit_id"] = self._units.get(normalise_name(unit))
            values["employer"] = "" if values["unit_id"] else unit
        if village := said.get(words.VILLAGE, ""):
            where = self._units.get(normalise_name(village))
            values["village_id"] = where if where in self._villages else None
            if values["village_id"] is None:
                told = f"“{village}”不在村（社区）表中，不导入：同村的回避提示不出来，请核对"
                warnings.append(self._at(row, Problem("village_id", told)))
        phone = said.get(words.PHONE, "")
        marked = {problem.field for problem in problems}
        problems += [
            self._at(row, each)
            for each in rules.problems(values, phone=phone)
            if _CELLS.get(each.field, each.field) not in marked
        ]
        return PlannedEvaluator(
            number=row.number,
            outcome=Outcome.REJECTED if problems else Outcome.INSERTED,
            values=values,
            phone=phone,
            row_hash=self._hash.of(row),
            problems=tuple(problems),
            warnings=tuple(warnings),
        )

    def _at(self, row: LedgerRow, problem: Problem) -> CellProblem:
        named = replace(problem, field=_CELLS.get(problem.field, problem.field))
        return cell_problem(self._reading, row, named)


def _text(value: Any) -> str:
    return str(value or "").strip()
