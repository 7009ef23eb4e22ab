"""What an import of a ledger of receptions would do, row by row, before anything is written."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from db.models.receptions import Visit
from db.queries import codes, office, receivers, units
from db.queries.ledger_plans import Kept, PlannedLine, RowHash, counted, matched
from db.scope import actor_of
from rules import visit_columns as words
from rules import visits as rules
from rules.case_terms import Satisfaction
from rules.cells import people_in_text, read_date
from rules.errors import Problem
from rules.leaders import bare_name
from rules.ledger_rows import CellProblem, LedgerRow
from rules.ledger_sweep import swept
from rules.ledger_words import read_term, says_closed
from rules.ledgers import Reading, cell_problem
from rules.people import ANONYMOUS, Person, people_problems
from rules.permissions import Action
from rules.reception_terms import ReceptionKind, VisitOutcome
from rules.terms import Cause, Outcome, Repeat
from rules.units import normalise_name

_RESOLVED = {"leader_id": "leader", "township_id": "unit", "unit_id": "unit", "code": "code"}
KINDS = {"leader": "领导", "unit": "单位", "code": "内容分类"}
_APART = re.compile(r"[、,;/\s\uff0c\uff1b]+")
_AND_OTHERS = re.compile(r"等\s*[0-9零一二两三四五六七八九十百千余多]*\s*(?:人|名|户)?.*$")


@dataclass(frozen=True, slots=True)
class VisitChoices:
    """What a person decided for one run.

    `names` gives what a (kind, name) the tables do not have stands for, None leaves the field
    empty and notes the name in the remark, which a leader's cannot be. `closed_on` is the day
    of closing of rows that are done and do not say since when.
    """

    names: Mapping[tuple[str, str], int | None] = field(default_factory=dict)
    closed_on: date | None = None


@dataclass(frozen=True, slots=True)
class VisitPlan:
    """What an import would do; `unresolved` lists names the tables do not have, by kind."""

    rows: list[PlannedLine]
    unresolved: Mapping[str, tuple[str, ...]]
    undated: int = 0

    def counts(self) -> dict[str, int]:
        """Count rows by outcome; rows is always the sum of the five outcomes."""
        return counted(self.rows)


def plan(
    session: Session, reading: Reading, *, today: date, choices: VisitChoices | None = None
) -> VisitPlan:
    """Say what would become of every row of a reading; nothing is written.

    A row that came before, by its whole content or by our own number, brings nothing: visits
    are corrected on their page. Leaders are found by names and aliases, who has left as well.
    """
    actor_of(session).require(Action.IMPORT)
    reader = _Reader(session, reading, choices or VisitChoices(), today=today)
    planned = matched(session, [reader.planned(row) for row in reading.rows], _KEPT)
    ignored = [
        PlannedLine(row.number, Outcome.IGNORED, reason=row.reason) for row in reading.ignored
    ]
    return VisitPlan(
        sorted([*planned, *ignored], key=lambda row: row.number),
        {kind: tuple(sorted(names)) for kind, names in reader.missing.items() if names},
        reader.undated,
    )


class _Reader:
    """Puts the rows of one sheet in the words of the store, and notes the names it lacks."""

    def __init__(
        self, session: Session, reading: Reading, choices: VisitChoices, *, today: date
    ) -> None:
        self._reading, self._choices, self._today = reading, choices, today
        self._hash = RowHash(session, "visit")
        limit = office.parameter(session, "representatives_max", on=today)
        assert isinstance(limit, int)
        self._limit = limit
        self._tables: dict[str, Mapping[str, int]] = {
            "leader": receivers.by_name(session, who_left=True),
            "unit": units.resolve_units(session),
            "code": codes.resolve_codes(session),
        }
        self.missing: dict[str, set[str]] = {kind: set() for kind in KINDS}
        self.undated = 0

    def planned(self, row: LedgerRow) -> PlannedLine:
        """Read one row into values of a visit; all that is wrong with it is named by its cell."""
        values, personal = swept(row.values)
        notes: list[str] = []
        problems, warnings = list(row.problems), list(row.warnings)
        problems += self._resolve(row, values, notes)
        warnings += [self._at(row, Problem(n, m)) for n, m in personal.items()]
        people = _people(values)
        if "people" not in values:
            values["people"] = people_in_text(row.values.get("petitioner") or "") or len(people)
        if (batches := values.get(words.BATCHES)) not in (None, "1", 1):
            message = f"“批次”写的是 {batches}：一行按一批登记，请核对"
            warnings.append(self._at(row, Problem(words.BATCHES, message)))
        values = self._in_our_words(values, notes)
        if values.pop("_undated", False):
            self.undated += self._choices.closed_on is None
            values["closed_on"] = self._choices.closed_on
        if notes:
            values["remark"] = "\n".join([*filter(None, [values.get("remark")]), *notes])
        # What an old ledger does not say of its decision is not asked for.
        whole = {"outcome": None, **{n: v for n, v in values.items() if n in rules.FIELDS}}
        found = rules.problems({**whole, "outcome": None}, today=self._today)
        found += people_problems(people, representatives_max=self._limit)
        told = {problem.field for problem in problems}
        problems += [self._at(row, each) for each in found if each.field not in told]
        return PlannedLine(
            number=row.number,
            outcome=Outcome.REJECTED if problems else Outcome.INSERTED,
            values={**whole, "number": values.get("number")},
            people=people,
            row_hash=self._hash.of(row),
            problems=tuple(problems),
            warnings=tuple(warnings),
        )

    def _resolve(self, row: LedgerRow, values: dict[str, Any], notes: list[str]) -> list[Any]:
        problems = []
        for name, kind in _RESOLVED.items():
            text = str(values.pop(name, "") or "").strip()
            if not text:
                continue
            text = bare_name(text) or text if kind == "leader" else text
            found = self._tables[kind].get(normalise_name(text))
            if found is None:
                self.missing[kind].add(text)
                found = self._choices.names.get((kind, text))
            if found is not None:
                values["code_id" if name == "code" else name] = found
            elif kind != "leader" and (kind, text) in self._choices.names:
                notes.append(f"{words.LABELS[name]}：{text}")
            else:
                label = KINDS[kind]
                message = f"{label}“{text}”不在系统的{label}表中：请在上面指定对应，或先补充"
                problems.append(self._at(row, Problem(name, message)))
        return problems

    def _in_our_words(self, values: dict[str, Any], notes: list[str]) -> dict[str, Any]:
        """Take what is one of our codes as one, and what is not as a note."""
        taken = dict(values)
        for name, read in _CODES.items():
            text = str(taken.pop(name, "") or "").strip()
            found = read(text) if text else None
            if found is not None:
                taken[name] = found
            elif text:
                notes.append(f"{words.LABELS[name]}：{text}")
        if text := str(taken.pop("due_on", "") or ""):
            year = self._reading.heading.year
            due = read_date(text, year=year, today=self._today)
            taken["due_on"] = due.value
            if due.value is None:
                notes.append(f"{words.LABELS['due_on']}：{text}")
        led = str(taken.pop(words.LED, "") or "")
        if led and led not in ("否", "无", "不包案") and not taken.get("outcome"):
            taken["outcome"] = VisitOutcome.LED
            if led not in ("是", "包案", "√"):
                notes.append(f"{words.LABELS[words.LED]}：{led}")
        if source := taken.pop("source_number", None):
            taken["number"] = source
        if (own := taken.get("number")) and not rules.is_number(str(own)):
            notes.append(f"原编号：{taken.pop('number')}")
        taken.setdefault("kind", ReceptionKind.FIXED)
        taken.setdefault("repeat", Repeat.FIRST)
        taken["_undated"] = not taken.get("closed_on") and says_closed(taken.get("result"))
        for name in words.NOT_KEPT:
            taken.pop(name, None)
        return taken

    def _at(self, row: LedgerRow, problem: Problem) -> CellProblem:
        field_name = "code" if problem.field == "code_id" else problem.field
        return cell_problem(self._reading, row, replace(problem, field=field_name))


_CODES: dict[str, Any] = {
    "kind": words.kind_named,
    "outcome": words.outcome_named,
    "cause": lambda text: read_term(text, Cause).value,
    "satisfaction": lambda text: read_term(text, Satisfaction).value,
}


def _people(values: dict[str, Any]) -> tuple[Person, ...]:
    """Take who came out of a row: several names in one cell are several people."""
    text, phone, address = (
        str(values.pop(name, "") or "").strip() for name in ("petitioner", "phone", "address")
    )
    names = [name for name in _APART.split(_AND_OTHERS.sub("", text)) if name]
    if not names and (phone or address):
        names = [ANONYMOUS]
    return tuple(
        Person(name, phone if place == 0 else "", address if place == 0 else "")
        for place, name in enumerate(names)
    )


_KEPT = Kept(Visit, "接访", "leader_id", "received_on", ("同一领导同一天已登记", "内容相近"))
