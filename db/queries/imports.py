"""What an import would do, row by row, before anything is written."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.engine import cipher_of
from db.models.cases import Case, Petitioner
from db.models.imports import ImportBatch, ImportLayout
from db.models.units import Leader
from db.queries import codes, office, units
from db.scope import actor_of
from rules import cases as rules
from rules.cases import FIELDS, QUALIFIERS
from rules.errors import Problem
from rules.ledgers import CellProblem, LedgerRow, Reading, cell_problem
from rules.masking import redact
from rules.numerals import plain_digits
from rules.people import Person, people_problems
from rules.permissions import Action
from rules.terms import Outcome
from rules.units import normalise_name

_CHUNK = 500
_SAME_MATTER = 55  # a number met again belongs to the same matter from this likeness on

# What a ledger may say beside the facts; kept with its label in the remark.
_NOTES = {
    "co_unit": "协办单位",
    "batch": "交办批次",
    "deadline_note": "办结时限",
    "state_note": "办理状态",
    "satisfaction_note": "满意度",
}
_TIMELINE = ("plan", "progress")


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One row of the sheet and what is to become of it.

    `changes` maps a field to (what the register has, what the sheet has); `suspect_of` is
    the id of a case it resembles, or the negative row number of another row of the sheet.
    """

    number: int
    outcome: Outcome
    values: Mapping[str, Any] = field(default_factory=dict)
    people: tuple[Person, ...] = ()
    entries: tuple[str, ...] = ()
    case_id: int | None = None
    version: int | None = None
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    suspect_of: int | None = None
    row_hash: bytes = b""
    problems: tuple[CellProblem, ...] = ()
    warnings: tuple[CellProblem, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do; `unresolved` lists names of units, leaders and classes not known."""

    rows: list[PlannedRow]
    unresolved: Mapping[str, tuple[str, ...]]

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


@dataclass(frozen=True, slots=True)
class _Known:
    """A case the sheet may speak of."""

    id: int
    version: int
    case: Mapping[str, Any]
    row_hash: bytes | None
    name_hash: bytes | None


def plan(session: Session, reading: Reading, *, today: date) -> Plan:
    """Say what would become of every row of a reading; nothing is written.

    A row is matched by our own number, else by the source's number, else by its whole
    content, so that the same file brings nothing the second time. An empty cell never
    erases what the register has.
    """
    actor_of(session).require(Action.IMPORT)
    names = _Names(session, today)
    limit = office.parameter(session, "representatives_max", on=today)
    assert isinstance(limit, int)
    keyed = hashlib.blake2b(digest_size=16, key=cipher_of(session).lookup("row"))
    prepared = [
        _prepared(keyed, reading, row, names, today=today, limit=limit) for row in reading.rows
    ]
    prepared = _without_repeats(reading, prepared)
    planned = _matched(session, reading, prepared)
    planned = _suspected(session, planned, today=today)
    ignored = [
        PlannedRow(row.number, Outcome.IGNORED, reason=row.reason) for row in reading.ignored
    ]
    return Plan(
        sorted([*planned, *ignored], key=lambda row: row.number),
        {name: tuple(sorted(missing)) for name, missing in names.missing.items() if missing},
    )


def layout(session: Session, layout_key: str) -> dict[str, str]:
    """Return what a person decided for headers of this look, by rules.columns.column_keys."""
    found = session.get(ImportLayout, layout_key)
    return dict(found.mapping) if found else {}


def batches(session: Session, *, limit: int = 30) -> list[BatchRow]:
    """List the latest batches, the newest first."""
    actor_of(session).require(Action.IMPORT)
    found = session.scalars(select(ImportBatch).order_by(ImportBatch.id.desc()).limit(limit))
    return [
        BatchRow(b.id, b.file_name, b.sheet, b.counts, b.actor, b.at, b.undone_by, b.undone_at)
        for b in found
    ]


class _Names:
    """Resolves the sheet's names of units, leaders and classes, and notes what it cannot."""

    def __init__(self, session: Session, today: date) -> None:
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
        return found


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
    values = dict(row.values)
    problems = list(row.problems)
    row_hash = _row_hash(keyed, values)
    for name, kind in _RESOLVED.items():
        text = values.get(name)
        if name == "code":
            text = _code_text(values)
        if not text:
            continue
        found = getattr(names, kind)(str(text))
        if found is None:
            label = {"unit": "单位", "leader": "领导", "code": "内容分类"}[kind]
            message = f"{label}“{text}”不在系统的{label}表中：请先补充，或在导入时指定对应关系"
            problems.append(cell_problem(reading, row, Problem(name, message)))
        else:
            values["code_id" if name == "code" else name] = found
    people = _people(values)
    notes = [f"{label}：{values[name]}" for name, label in _NOTES.items() if values.get(name)]
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
        row_hash=row_hash,
        problems=tuple(problems),
        warnings=row.warnings,
    )


def _code_text(values: Mapping[str, Any]) -> str:
    levels = [str(values[name]) for name in ("code_1", "code_2", "code_3") if values.get(name)]
    return "/".join(levels) or str(values.get("code") or "")


def _people(values: Mapping[str, Any]) -> tuple[Person, ...]:
    name = str(values.get("petitioner") or "")
    if not name:
        return ()
    return (Person(name, str(values.get("phone") or ""), str(values.get("address") or "")),)


def _row_hash(keyed: "hashlib.blake2b", values: Mapping[str, Any]) -> bytes:
    """Hash a row's whole content, keyed: the same row is known again, its name is not."""
    content = repr(sorted((name, str(value)) for name, value in values.items()))
    digest = keyed.copy()
    digest.update(content.encode())
    return digest.digest()


def _without_repeats(reading: Reading, rows: Iterable[PlannedRow]) -> list[PlannedRow]:
    """Ignore a row that stands twice; reject another that claims a number already taken."""
    by_hash: dict[bytes, int] = {}
    by_number: dict[str, int] = {}
    kept = []
    for row in rows:
        key = str(row.values.get("number") or row.values.get("source_number") or "")
        if row.row_hash in by_hash:
            reason = f"与第 {by_hash[row.row_hash]} 行完全相同"
            row = replace(row, outcome=Outcome.IGNORED, reason=reason, problems=())
        elif key and key in by_number:
            message = f"编号“{key}”与第 {by_number[key]} 行重复而内容不同"
            row = _rejected(reading, row, "source_number", message, key)
        else:
            by_hash[row.row_hash] = row.number
            if key:
                by_number[key] = row.number
        kept.append(row)
    return kept


def _matched(session: Session, reading: Reading, rows: Sequence[PlannedRow]) -> list[PlannedRow]:
    open_rows = [row for row in rows if row.outcome is Outcome.INSERTED]
    by_number = _known(session, Case.number, [r.values.get("number") for r in open_rows])
    by_source = _known(
        session, Case.source_number, [r.values.get("source_number") for r in open_rows]
    )
    bare = [r.row_hash for r in open_rows if not r.values.get("source_number")]
    by_hash = _known(session, Case.row_hash, bare)
    return [
        _compared(session, reading, row, by_number, by_source, by_hash)
        if row.outcome is Outcome.INSERTED
        else row
        for row in rows
    ]


def _compared(
    session: Session,
    reading: Reading,
    row: PlannedRow,
    by_number: Mapping[Any, _Known],
    by_source: Mapping[Any, _Known],
    by_hash: Mapping[Any, _Known],
) -> PlannedRow:
    values = dict(row.values)
    number, version = values.pop("number", None), values.pop("version", None)
    row = replace(row, values=values)
    source = values.get("source_number")
    known = by_number.get(number) or by_source.get(source) or by_hash.get(row.row_hash)
    if known is None:
        if number:
            return _rejected(
                reading, row, "number", f"没有编号为“{number}”的案件，或不在您的查看范围内", number
            )
        return row
    row = replace(row, case_id=known.id, version=known.version)
    if known.row_hash == row.row_hash:
        return replace(row, outcome=Outcome.UNCHANGED)
    if not number and not _same_matter(row, known):
        message = (
            f"编号“{source}”在系统里是另一件（“{known.case['title'][:30]}”，"
            f"{known.case['received_on']}收到）：请核对编号"
        )
        return _rejected(reading, row, "source_number", message, source)
    changes = _difference(session, row, known)
    if not changes:
        return replace(row, outcome=Outcome.UNCHANGED)
    if version is not None and str(version) != str(known.version):
        message = (
            f"该案件在导出之后已被他人修改（版本 {version} → {known.version}）：请重新导出再改"
        )
        return _rejected(reading, row, "version", message, version)
    return replace(row, outcome=Outcome.UPDATED, changes=changes)


def _same_matter(row: PlannedRow, known: _Known) -> bool:
    if row.values["received_on"] == known.case["received_on"]:
        return True
    return fuzz.ratio(row.values["title"], known.case["title"]) >= _SAME_MATTER


_COMPARED = frozenset(FIELDS) - {"repeat_of_id"}


def _difference(session: Session, row: PlannedRow, known: _Known) -> dict[str, tuple[Any, Any]]:
    changes = {
        name: (known.case[name], value)
        for name, value in row.values.items()
        if name in _COMPARED and value not in ("", None) and value != known.case[name]
    }
    # What our own export masked comes back masked, and must not replace the original.
    changes = {n: c for n, c in changes.items() if not (type(c[0]) is str and redact(c[0]) == c[1])}
    if row.people:
        name_hash = cipher_of(session).lookup(row.people[0].name)
        if name_hash != known.name_hash:
            changes["petitioner"] = (None, row.people[0].name)
    return changes


def _rejected(reading: Reading, row: PlannedRow, name: str, message: str, value: Any) -> PlannedRow:
    ledger_row = LedgerRow(row.number, {name: value}, (), ())
    problem = cell_problem(reading, ledger_row, Problem(name, message))
    return replace(row, outcome=Outcome.REJECTED, problems=(*row.problems, problem))


def _known(session: Session, column: Any, wanted: Iterable[Any]) -> dict[Any, _Known]:
    keys = sorted({key for key in wanted if key})
    found: dict[Any, _Known] = {}
    for start in range(0, len(keys), _CHUNK):
        chunk = keys[start : start + _CHUNK]
        for case in session.scalars(select(Case).where(column.in_(chunk))):
            found[getattr(case, column.key)] = _Known(
                case.id,
                case.version,
                {name: getattr(case, name) for name in FIELDS},
                case.row_hash,
                None,
            )
        session.expunge_all()
    hashes = _first_names(session, [known.id for known in found.values()])
    return {key: replace(known, name_hash=hashes.get(known.id)) for key, known in found.items()}


def _first_names(session: Session, ids: Sequence[int]) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    for start in range(0, len(ids), _CHUNK):
        rows = session.execute(
            select(Petitioner.case_id, Petitioner.name_hash).where(
                Petitioner.case_id.in_(ids[start : start + _CHUNK]), Petitioner.position == 0
            )
        )
        found.update(rows.all())
    return found


def _suspected(session: Session, rows: Sequence[PlannedRow], *, today: date) -> list[PlannedRow]:
    """Mark new rows that resemble a case or an earlier row: same place, near date, like words."""
    new = [row for row in rows if row.outcome is Outcome.INSERTED]
    if not new:
        return list(rows)
    days = office.parameter(session, "duplicate_days", on=today)
    percent = office.parameter(session, "duplicate_percent", on=today)
    assert isinstance(days, int)
    assert isinstance(percent, int)
    index = _TitleIndex(days, percent)
    received = [row.values["received_on"] for row in new]
    statement = select(Case.id, Case.township_id, Case.received_on, Case.title).where(
        Case.received_on >= min(received) - timedelta(days=days),
        Case.received_on <= max(received) + timedelta(days=days),
    )
    for case_id, township_id, on, title in session.execute(statement):
        index.add(case_id, township_id, on, title)
    marked = {}
    for row in new:
        place, on = row.values.get("township_id"), row.values["received_on"]
        alike = index.like(place, on, row.values["title"])
        if alike is not None:
            marked[row.number] = alike
        index.add(-row.number, place, on, row.values["title"])
    return [
        replace(row, suspect_of=marked[row.number]) if row.number in marked else row for row in rows
    ]


class _TitleIndex:
    """Titles by place and day, so that a row is compared with its neighbours only."""

    def __init__(self, days: int, percent: int) -> None:
        self._days, self._percent = days, percent
        self._titles: dict[tuple[int | None, int], list[tuple[str, int]]] = {}

    def add(self, key: int, place: int | None, on: date, title: str) -> None:
        """Take in one title under its place and day."""
        self._titles.setdefault((place, on.toordinal()), []).append((title, key))

    def like(self, place: int | None, on: date, title: str) -> int | None:
        """Return the key of the title most alike within the days, from the percentage on."""
        day = on.toordinal()
        near = [
            item
            for offset in range(-self._days, self._days + 1)
            for item in self._titles.get((place, day + offset), ())
        ]
        if not near:
            return None
        best = process.extractOne(
            title, [text for text, _ in near], scorer=fuzz.ratio, score_cutoff=self._percent
        )
        return near[best[2]][1] if best else None
