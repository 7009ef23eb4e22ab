"""What an import would do, row by row, before anything is written."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.engine import cipher_of
from db.models.imports import ImportBatch, ImportLayout
from db.models.units import Leader
from db.queries import codes, office, units
from db.queries.import_matching import PlannedRow, matched, suspected, without_repeats
from db.scope import actor_of
from rules import cases as rules
from rules.cases import FIELDS, QUALIFIERS
from rules.columns import LABELS
from rules.errors import Problem
from rules.ledger_sweep import swept
from rules.ledgers import LedgerRow, Reading, cell_problem, closed_undated
from rules.numerals import plain_digits
from rules.people import ANONYMOUS, Person, people_problems
from rules.permissions import Action
from rules.terms import Channel, Outcome, SerialKind
from rules.units import normalise_name

# What a ledger may say beside the facts; kept with its label in the remark.
_NOTES = {
    "co_unit": "协办单位",
    "batch": "交办批次",
    "deadline_note": "办结时限",
    "state_note": "办理状态",
    "satisfaction_note": "满意度",
}
_TIMELINE = ("plan", "progress")
# What a row is assumed to be is no part of its content: whatever was chosen counts as this.
_USUAL = {"channel": Channel.WEB}


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person decided for one run.

    `names` gives what a (kind, name) that the tables do not have stands for; None leaves the
    field empty and notes the name in the remark, as `unknown_blank` does for all others.
    `closed_on` is the day of closing of rows that are done and do not say since when. `classes`
    are the classes taken over, by number of row, for rows that give none.
    """

    names: Mapping[tuple[str, str], int | None] = field(default_factory=dict)
    unknown_blank: bool = False
    closed_on: date | None = None
    classes: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do; `unresolved` lists names of units, leaders and classes not known."""

    rows: list[PlannedRow]
    unresolved: Mapping[str, tuple[str, ...]]
    choices: Choices = field(default_factory=Choices)

    def undecided(self, kind: str) -> list[str]:
        """List the unresolved names of a kind whose rows are refused for them."""
        if self.choices.unknown_blank:
            return []
        names = self.unresolved.get(kind, ())
        return [name for name in names if (kind, name) not in self.choices.names]

    def counts(self) -> dict[str, int]:
        """Count rows by outcome; rows is always the sum of the five outcomes."""
        by_outcome = Counter(row.outcome for row in self.rows)
        return {
            "rows": len(self.rows),
            **{outcome.value: by_outcome[outcome] for outcome in Outcome},
            "suspected_duplicates": sum(
                row.suspect_of is not None and row.outcome is Outcome.INSERTED for row in self.rows
            ),
        }


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch as the list of batches shows it."""

    id: int
    file_name: str
    sheet: str
    counts: Mapping[str, Any]
    actor: str
    at: datetime
    undone_by: str | None
    undone_at: datetime | None


def plan(
    session: Session, reading: Reading, *, today: date, choices: Choices | None = None
) -> Plan:
    """Say what would become of every row of a reading; nothing is written.

    A row is matched by our own number, else by the source's number, else by its whole
    content, so that the same file brings nothing the second time. An empty cell never
    erases what the register has.
    """
    actor_of(session).require(Action.IMPORT)
    choices = choices or Choices()
    names = _Names(session, choices)
    limit = office.parameter(session, "representatives_max", on=today)
    assert isinstance(limit, int)
    keyed = hashlib.blake2b(digest_size=16, key=cipher_of(session).lookup("row"))
    prepared = [
        _chosen(_prepared(keyed, reading, row, names, today=today, limit=limit), row, choices)
        for row in reading.rows
    ]
    prepared = without_repeats(reading, prepared)
    planned = matched(session, reading, prepared)
    planned = suspected(session, planned, today=today)
    ignored = [
        PlannedRow(row.number, Outcome.IGNORED, reason=row.reason) for row in reading.ignored
    ]
    return Plan(
        sorted([*planned, *ignored], key=lambda row: row.number),
        {name: tuple(sorted(missing)) for name, missing in names.missing.items() if missing},
        choices,
    )


def unknown_names(session: Session, reading: Reading) -> dict[str, tuple[str, ...]]:
    """List the names of units, leaders and classes that the tables do not have, by kind."""
    actor_of(session).require(Action.IMPORT)
    names = _Names(session, Choices())
    for row in reading.rows:
        for name, kind in _RESOLVED.items():
            if text := _name_text(name, row.values):
                getattr(names, kind)(text)
    return {kind: tuple(sorted(missing)) for kind, missing in names.missing.items() if missing}


def layout(session: Session, layout_key: str) -> dict[str, str]:
    """Return what a person decided for headers of this look, by rules.columns.column_keys."""
    found = session.get(ImportLayout, layout_key)
    return dict(found.mapping) if found else {}


def batches(
    session: Session, *, kind: SerialKind = SerialKind.CASE, limit: int = 30
) -> list[BatchRow]:
    """List the latest batches of cases, or of visits, the newest first."""
    actor_of(session).require(Action.IMPORT)
    found = session.scalars(
        select(ImportBatch)
        .where(ImportBatch.kind == kind)
        .order_by(ImportBatch.id.desc())
        .limit(limit)
    )
    return [
        BatchRow(b.id, b.file_name, b.sheet, b.counts, b.actor, b.at, b.undone_by, b.undone_at)
        for b in found
    ]


class _Names:
    """Resolves the sheet's names of units, leaders and classes, and notes what it cannot."""

    def __init__(self, session: Session, choices: Choices) -> None:
        self._choices = choices
        self._units = units.resolve_units(session)
        self._codes = codes.resolve_codes(session)
        leaders = select(Leader.name, Leader.id).where(Leader.active)
        self._leaders = dict(session.execute(leaders).all())
        self.missing: dict[str, set[str]] = {"unit": set(), "leader": set(), "code": set()}

    def unit(self, text: str) -> int | None:
        """Find a unit by name or alias."""
        return self._found("unit", normalise_name(text), self._units, text)

    def leader(self, text: str) -> int | None:
        """Find a leader by name; 张三(副县长) and 张三 are one."""
        bare = plain_digits(text).split("(")[0].strip()
        return self._found("leader", bare, self._leaders, text)

    def code(self, text: str) -> int | None:
        """Find a class by its path, or by its label where that is the only one."""
        return self._found("code", normalise_name(text), self._codes, text)

    def _found(self, kind: str, key: str, table: Mapping[str, int], text: str) -> int | None:
        found = table.get(key)
        if found is None:
            self.missing[kind].add(text)
            found = self._choices.names.get((kind, text))
        return found

    def left_blank(self, kind: str, text: str) -> bool:
        """Say whether an unknown name is only to be noted."""
        if (kind, text) in self._choices.names:
            return self._choices.names[kind, text] is None
        return self._choices.unknown_blank


_RESOLVED = {
    "township_id": "unit",
    "unit_id": "unit",
    "first_unit_id": "unit",
    "lead_id": "leader",
    "code": "code",
}


_KNOWN = frozenset(FIELDS) | frozenset(QUALIFIERS.values()) | {"number", "version"}


def _prepared(
    keyed: "hashlib.blake2b",
    reading: Reading,
    row: LedgerRow,
    names: _Names,
    *,
    today: date,
    limit: int,
) -> PlannedRow:
    row_hash = _row_hash(keyed, row)
    values, personal = swept(row.values)
    row = replace(row, values=dict(values))
    problems = list(row.problems)
    blank: list[str] = []
    for name, kind in _RESOLVED.items():
        text = _name_text(name, values)
        if not text:
            continue
        found = getattr(names, kind)(text)
        if found is not None:
            values["code_id" if name == "code" else name] = found
            continue
        values.pop(name, None)
        if names.left_blank(kind, text):
            blank.append(f"{LABELS[name]}：{text}")
            continue
        label = {"unit": "单位", "leader": "领导", "code": "内容分类"}[kind]
        message = f"{label}“{text}”不在系统的{label}表中：请先补充，或在导入时指定对应关系"
        problems.append(cell_problem(reading, row, Problem(name, message)))
    people = _people(values)
    warnings = list(row.warnings)
    # A title made from the content would only say the same again.
    told_of = {n: m for n, m in personal.items() if n != "title" or n in reading.mapping.values()}
    warnings += [cell_problem(reading, row, Problem(n, m)) for n, m in told_of.items()]
    if people and not values.get("petitioner"):
        message = f"没有姓名而有电话或住址，信访人按“{ANONYMOUS}”登记"
        warnings.append(cell_problem(reading, row, Problem("petitioner", message)))
    notes = [f"{label}：{values[name]}" for name, label in _NOTES.items() if values.get(name)]
    notes += blank
    if notes:
        values["remark"] = "\n".join([*filter(None, [values.get("remark")]), *notes])
    entries = tuple(str(values[name]) for name in _TIMELINE if values.get(name))
    kept = {name: value for name, value in values.items() if name in _KNOWN and value is not None}
    if isinstance(kept.get("repeat_of_id"), str):
        del kept["repeat_of_id"]
    found_problems = [*rules.problems(kept, today=today)]
    found_problems += people_problems(people, representatives_max=limit)
    told = {problem.field for problem in problems}
    problems += [cell_problem(reading, row, p) for p in found_problems if p.field not in told]
    return PlannedRow(
        number=row.number,
        outcome=Outcome.REJECTED if problems else Outcome.INSERTED,
        values=kept,
        people=people,
        entries=entries,
        assumed=row.assumed,
        row_hash=row_hash,
        problems=tuple(problems),
        warnings=tuple(warnings),
    )


def _chosen(planned: PlannedRow, row: LedgerRow, choices: Choices) -> PlannedRow:
    """Give a row what was chosen for the run and the sheet does not tell: its day of closing, its class."""
    told: dict[str, Any] = {}
    if choices.closed_on is not None and closed_undated(row.values):
        told["closed_on"] = choices.closed_on
    if (code_id := choices.classes.get(row.number)) is not None and without_class(row):
        told["code_id"] = code_id
    if not told:
        return planned
    values = {**planned.values, **told}
    return replace(planned, values=values, assumed=planned.assumed | told.keys())


def without_class(row: LedgerRow) -> bool:
    """Say whether a row of the sheet gives no class at all."""
    return not _code_text(row.values)


def _name_text(name: str, values: Mapping[str, Any]) -> str:
    return _code_text(values) if name == "code" else str(values.get(name) or "")


def _code_text(values: Mapping[str, Any]) -> str:
    levels = [str(values[name]) for name in ("code_1", "code_2", "code_3") if values.get(name)]
    return "/".join(levels) or str(values.get("code") or "")


def _people(values: Mapping[str, Any]) -> tuple[Person, ...]:
    """Return who brought it; whoever left only a phone or an address can still be answered."""
    name, phone, address = (str(values.get(n) or "") for n in ("petitioner", "phone", "address"))
    return (Person(name or ANONYMOUS, phone, address),) if name or phone or address else ()


def _row_hash(keyed: "hashlib.blake2b", row: LedgerRow) -> bytes:
    """Hash a row's whole content, keyed: the same row is known again, its name is not."""
    values = {**row.values, **{name: _USUAL[name] for name in row.assumed & _USUAL.keys()}}
    content = repr(sorted((name, str(value)) for name, value in values.items()))
    digest = keyed.copy()
    digest.update(content.encode())
    return digest.digest()
