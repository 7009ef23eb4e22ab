"""Which case a row of a ledger speaks of, and what resembles it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.audit import plain_value
from db.engine import cipher_of
from db.models.cases import Case
from db.queries import office
from db.queries.duplicates import kept_number
from db.queries.import_known import Known, completed, known_cases
from rules.cases import FIELDS
from rules.errors import Problem
from rules.ledgers import CellProblem, LedgerRow, Reading, cell_problem
from rules.masking import mask_name, mask_phone, redact
from rules.people import ANONYMOUS, Person
from rules.steps import DATES
from rules.terms import CaseState, Outcome


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One row of the sheet and what is to become of it.

    `changes` maps a field to (what the register has, what it will have), `entries` are the
    lines to be added; `suspect_of` is the id of a case it resembles, or the negative row
    number of another row of the sheet. `kept` maps a field that somebody changed by hand
    to (what the register has and keeps, what the sheet has). `assumed` are fields the sheet
    does not tell: they are for new cases, and of others fill only what is empty; `resembles` says in words what `suspect_of` is.
    """

    number: int
    outcome: Outcome
    values: Mapping[str, Any] = field(default_factory=dict)
    people: tuple[Person, ...] = ()
    entries: tuple[str, ...] = ()
    case_id: int | None = None
    version: int | None = None
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    kept: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    assumed: frozenset[str] = frozenset()
    suspect_of: int | None = None
    resembles: str = ""
    row_hash: bytes = b""
    problems: tuple[CellProblem, ...] = ()
    warnings: tuple[CellProblem, ...] = ()
    reason: str = ""


PERSON = ("petitioner", "phone", "address")  # in `changes`: fields of the first petitioner
ENTRIES = "progress"  # in `changes`: lines to be added to the timeline
_CHUNK = 500
_SHOWN = 60  # characters of a title, where a row is said to resemble it
_SAME_MATTER = 55  # a number met again belongs to the same matter from this likeness on


def without_repeats(reading: Reading, rows: Iterable[PlannedRow]) -> list[PlannedRow]:
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


def matched(session: Session, reading: Reading, rows: Sequence[PlannedRow]) -> list[PlannedRow]:
    """Match rows to cases by our number, the source's, or their whole content, and compare them.

    What is matched becomes UNCHANGED, UPDATED with its changes, or REJECTED where the
    number belongs to another matter or somebody has saved the case since the export.
    """
    open_rows = [row for row in rows if row.outcome is Outcome.INSERTED]
    wanted: dict[str, list[Any]] = {
        "number": [r.values.get("number") for r in open_rows],
        "source_number": [r.values.get("source_number") for r in open_rows],
        "row_hash": [r.row_hash for r in open_rows if not r.values.get("source_number")],
    }
    found = {name: known_cases(session, getattr(Case, name), wanted[name]) for name in wanted}
    meant = {row.number: known.id for row in open_rows if (known := _meant(row, found))}
    whole = completed(
        session, [*{k.id: k for each in found.values() for k in each.values()}.values()]
    )
    return [
        _compared(session, reading, row, whole.get(meant.get(row.number, 0)))
        if row.outcome is Outcome.INSERTED
        else row
        for row in rows
    ]


def _meant(row: PlannedRow, found: Mapping[str, Mapping[Any, Known]]) -> Known | None:
    return (
        found["number"].get(row.values.get("number"))
        or found["source_number"].get(row.values.get("source_number"))
        or found["row_hash"].get(row.row_hash)
    )


def _compared(
    session: Session, reading: Reading, row: PlannedRow, known: Known | None
) -> PlannedRow:
    values = dict(row.values)
    number, version = values.pop("number", None), values.pop("version", None)
    row = replace(row, values=values)
    source = values.get("source_number")
    if known is None:
        if number:
            return _rejected(
                reading, row, "number", f"没有编号为“{number}”的案件，或不在您的查看范围内", number
            )
        return row
    if known.merged:
        kept = kept_number(session, known.id)
        reason = f"系统里已并入 {kept}，不再更新；有新情况请写在 {kept} 上"
        return replace(row, outcome=Outcome.IGNORED, reason=reason)
    row = replace(row, case_id=known.id, version=known.version)
    if known.row_hash == row.row_hash:
        return _filled_in(session, row, known)
    if not number and not _same_matter(row, known):
        message = (
            f"编号“{source}”在系统里是另一件（“{known.case['title'][:30]}”，"
            f"{known.case['received_on']}收到）：请核对编号"
        )
        return _rejected(reading, row, "source_number", message, source)
    row = replace(row, entries=tuple(e for e in row.entries if e not in known.entries))
    changes = _difference(session, row, known)
    changes = {
        name: change
        for name, change in changes.items()
        if name not in row.assumed or _never_filled(known, name)
    }
    if str(version) != str(known.version):
        row, changes = _without_typed(row, known, changes)
    if known.stepped:
        followed = {name: changes.pop(name) for name in DATES & changes.keys()}
        row = replace(row, kept={**row.kept, **followed})
    if "remark" in changes:
        row = replace(row, values={**row.values, "remark": changes["remark"][1]})
    if not changes:
        return replace(row, outcome=Outcome.UNCHANGED)
    if version is not None and str(version) != str(known.version):
        message = (
            f"该案件在导出之后已被他人修改（版本 {version} → {known.version}）：请重新导出再改"
        )
        return _rejected(reading, row, "version", message, version)
    return replace(row, outcome=Outcome.UPDATED, changes=changes)


def _filled_in(session: Session, row: PlannedRow, known: Known) -> PlannedRow:
    """Let a row that came in before bring only what could not be told then, as a unit's name."""
    fields = row.assumed | {"township_id", "unit_id", "first_unit_id", "lead_id", "code_id"}
    changes = {
        name: change
        for name, change in _difference(session, row, known).items()
        if name in fields and _never_filled(known, name)
    }
    outcome = Outcome.UPDATED if changes else Outcome.UNCHANGED
    return replace(row, outcome=outcome, changes=changes, entries=())


def _never_filled(known: Known, name: str) -> bool:
    return known.case[name] is None and not any((known.former or {}).get(name, ()))


def _same_matter(row: PlannedRow, known: Known) -> bool:
    """Ask for like words: matters of one day are many, and serials start anew each year."""
    return any(
        fuzz.ratio(row.values.get(name) or "", known.case[name] or "") >= _SAME_MATTER
        for name in ("title", "content")
        if row.values.get(name) and known.case[name]
    )


_COMPARED = frozenset(FIELDS) - {"repeat_of_id"}


def _difference(session: Session, row: PlannedRow, known: Known) -> dict[str, tuple[Any, Any]]:
    changes = {
        name: (known.case[name], value)
        for name, value in row.values.items()
        if name in _COMPARED and value not in ("", None) and value != known.case[name]
    }
    # What our own export masked comes back masked, and must not replace the original.
    changes = {n: c for n, c in changes.items() if not (type(c[0]) is str and redact(c[0]) == c[1])}
    if "remark" in changes:
        have, told = changes.pop("remark")
        if missing := _missing_lines(have, told, ()):
            changes["remark"] = (have, "\n".join([*filter(None, [have]), *missing]))
    changes |= _person_changes(session, row, known)
    if row.entries:
        changes[ENTRIES] = (None, "\n".join(row.entries))
    return changes


def _without_typed(
    row: PlannedRow, known: Known, changes: Mapping[str, tuple[Any, Any]]
) -> tuple[PlannedRow, dict[str, tuple[Any, Any]]]:
    """Take out what somebody changed by hand since: the sheet still has the value of before.

    Not asked of our own export of this very version, whose writer knew what stood there.
    """
    former = known.former or {}
    left, kept = dict(changes), {}
    for name, (have, told) in changes.items():
        if name == "remark":
            before = [text for text in former.get(name, ()) if isinstance(text, str)]
            missing = _missing_lines(have, told, before)
            left[name] = (have, "\n".join([*filter(None, [have]), *missing]))
            typed = not missing
        elif name in PERSON:
            typed = known.typed_person
        else:
            typed = plain_value(told) in former.get(name, ())
        if typed:
            kept[name] = (have, told)
            del left[name]
    return replace(row, kept=kept), left


def _missing_lines(have: str, told: str, before: Iterable[str]) -> list[str]:
    """List the lines the remark does not have yet, nor had before somebody took them out."""
    there = {line.strip() for text in (have, *before) for line in text.splitlines()}
    return [line for line in told.splitlines() if line.strip() not in {*there, ""}]


def _person_changes(session: Session, row: PlannedRow, known: Known) -> dict[str, tuple[Any, Any]]:
    """Compare who brought it field by field; what the sheet leaves empty is no change.

    The register's side of a change is never in clear. Names and numbers that our own export
    masked, or wrote into one cell, are no change either.
    """
    if not row.people:
        return {}
    sheet, there = row.people[0], known.person or Person("")
    same = cipher_of(session).lookup
    told = {
        "petitioner": (sheet.name, there.name, (ANONYMOUS, mask_name(there.name))),
        "phone": (sheet.phone, there.phone, ("", mask_phone(there.phone))),
        "address": (sheet.address, there.address, ("",)),
    }
    changes: dict[str, tuple[Any, Any]] = {
        name: (mask_phone(have) if name == "phone" else None, value)
        for name, (value, have, nothing) in told.items()
        if value not in nothing and same(value) != same(have)
    }
    if _exported(row, there):
        changes.pop("petitioner", None)
    if changes and known.person is None:
        changes.setdefault("petitioner", (None, sheet.name))
    return changes


def _exported(row: PlannedRow, there: Person) -> bool:
    """Say whether the cell holds all the people of the case, as our export writes them."""
    shown = f"{there.name} {there.phone}".strip()
    name = row.people[0].name
    return bool(there.phone) and (name == shown or name.startswith(f"{shown}、"))


def _rejected(reading: Reading, row: PlannedRow, name: str, message: str, value: Any) -> PlannedRow:
    ledger_row = LedgerRow(row.number, {name: value}, (), ())
    problem = cell_problem(reading, ledger_row, Problem(name, message))
    return replace(row, outcome=Outcome.REJECTED, problems=(*row.problems, problem))


def suspected(session: Session, rows: Sequence[PlannedRow], *, today: date) -> list[PlannedRow]:
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
        Case.state != CaseState.MERGED,
    )
    for case_id, township_id, on, title in session.execute(statement):
        index.add(case_id, township_id, on, title)
    alike: dict[int, int] = {}
    for row in new:
        place, on = row.values.get("township_id"), row.values["received_on"]
        title = row.values["title"]
        found = index.like(place, on, title)
        if found is not None:
            alike[row.number] = found
        index.add(-row.number, place, on, title)
    words = _named(session, new, alike.values())
    return [
        replace(row, suspect_of=alike[row.number], resembles=redact(words[alike[row.number]]))
        if row.number in alike
        else row
        for row in rows
    ]


def _named(session: Session, new: Sequence[PlannedRow], keys: Iterable[int]) -> dict[int, str]:
    """Say in words what rows resemble: a case by its id, a row of this sheet by less than nothing."""
    words = {-row.number: f"本表第 {row.number} 行 {row.values['title'][:_SHOWN]}" for row in new}
    ids = sorted({key for key in keys if key > 0})
    for start in range(0, len(ids), _CHUNK):
        chunk = select(Case.id, Case.number, Case.title).where(
            Case.id.in_(ids[start : start + _CHUNK])
        )
        for case_id, number, title in session.execute(chunk):
            words[case_id] = f"{number} {title[:_SHOWN]}"
    return words


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
