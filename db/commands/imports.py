"""Carrying out an import, remembering its layout, and undoing a batch nobody has touched."""

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Dialect, FromClause, delete, func, insert, select, text
from sqlalchemy.orm import Session
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from db import audit
from db.commands.cases import people_rows
from db.commands.serials import take_serials
from db.engine import cipher_of
from db.models.base import Base
from db.models.cases import Attachment, Case, CaseEntry, Petitioner
from db.models.imports import ImportBatch, ImportChange, ImportLayout
from db.queries import office
from db.queries.imports import Plan, PlannedRow
from db.scope import actor_of
from rules import cases as rules
from rules.errors import Missing, RuleError
from rules.permissions import Action
from rules.terms import (
    AuditAction,
    Channel,
    EntryKind,
    ImportMode,
    Outcome,
    Precision,
    Repeat,
)

_CHUNK = 1000

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Source:
    """The file a batch comes from."""

    file_name: str
    file_hash: str
    sheet: str


@dataclass(frozen=True, slots=True)
class Result:
    """What an import did; `batch` is None when nothing was written."""

    counts: dict[str, int]
    batch: int | None


def carry_out(
    session: Session,
    plan: Plan,
    *,
    source: Source,
    mode: ImportMode,
    today: date,
    now: datetime,
    progress: Progress = lambda done, total: None,
) -> Result:
    """Write what `plan` says in this transaction, all of it or nothing.

    With ALL_OR_NOTHING and a rejected row, nothing is written and every row that would
    have been counts as rejected. Raises Conflict when a case was changed since the plan.
    """
    actor = actor_of(session)
    actor.require(Action.IMPORT)
    rows = plan.rows
    if mode is ImportMode.ALL_OR_NOTHING and any(r.outcome is Outcome.REJECTED for r in rows):
        return Result(Plan(_all_rejected(rows), {}).counts(), None)
    new = [row for row in rows if row.outcome is Outcome.INSERTED]
    changed = [row for row in rows if row.outcome is Outcome.UPDATED]
    counts = plan.counts()
    if not new and not changed:
        return Result(counts, None)
    batch = ImportBatch(
        file_name=source.file_name[-200:],
        file_hash=source.file_hash,
        sheet=source.sheet[:100],
        mode=mode,
        counts=counts,
        actor=actor.name,
        at=now,
    )
    session.add(batch)
    session.flush()
    total = len(new) + len(changed)
    ids = _insert(session, new, batch.id, today=today, now=now, progress=progress, total=total)
    for done, row in enumerate(changed, start=len(new) + 1):
        _update(session, row, batch.id, now=now)
        if done % 100 == 0:
            progress(done, total)
    digest = hashlib.sha256(b"".join(row.row_hash for row in new)).hexdigest()
    audit.record(
        session,
        AuditAction.IMPORT,
        "import_batches",
        batch.id,
        counts=counts,
        first_case=ids[0] if ids else None,
        last_case=ids[-1] if ids else None,
        rows_sha256=digest,
    )
    progress(total, total)
    return Result(counts, batch.id)


def remember_layout(
    session: Session, layout_key: str, mapping: Mapping[str, str], *, now: datetime
) -> None:
    """Keep a mapping corrected by hand, by rules.columns.column_keys, for headers of this look."""
    actor = actor_of(session)
    actor.require(Action.IMPORT)
    kept = session.get(ImportLayout, layout_key)
    if kept is None:
        kept = ImportLayout(layout_key=layout_key)
        session.add(kept)
    kept.mapping = dict(mapping)
    kept.saved_by, kept.saved_at = actor.name, now


def undo(session: Session, batch_id: int, *, now: datetime) -> tuple[int, int]:
    """Take a batch back: cases it brought are removed, cases it changed are as before.

    Returns how many of each. Refused as soon as any of them was touched since, naming the
    first few; the numbers given are not given again.
    """
    actor = actor_of(session)
    actor.require(Action.IMPORT)
    batch = session.get(ImportBatch, batch_id)
    if batch is None:
        raise Missing(f"没有第 {batch_id} 批导入")
    if batch.undone_at is not None:
        raise RuleError(f"第 {batch_id} 批导入已经撤销过")
    touched = _touched(session, batch_id)
    if touched:
        shown = "、".join(touched[:5])
        raise RuleError(
            f"第 {batch_id} 批导入之后，已有 {len(touched)} 件被修改或办理（如 {shown}），不能整批撤销"
        )
    changes = session.scalars(select(ImportChange).where(ImportChange.batch_id == batch_id)).all()
    for change in changes:
        _restore(session, change, now=now)
    session.flush()
    removed = _remove(session, batch_id)
    batch.undone_by, batch.undone_at = actor.name, now
    audit.record(
        session,
        AuditAction.UNDO,
        "import_batches",
        batch_id,
        removed=removed,
        restored=len(changes),
    )
    return removed, len(changes)


def _all_rejected(rows: Sequence[PlannedRow]) -> list[PlannedRow]:
    open_outcomes = (Outcome.INSERTED, Outcome.UPDATED)
    return [
        replace(row, outcome=Outcome.REJECTED, reason="整批退回：有其他行不合格")
        if row.outcome in open_outcomes
        else row
        for row in rows
    ]


# What a case has when the sheet says nothing; every row of one statement names every column.
_EMPTY: dict[str, Any] = {
    **dict.fromkeys([*rules.FIELDS]),
    **{
        f.name: ""
        for f in rules.FIELDS.values()
        if f.kind in (rules.Kind.TEXT, rules.Kind.LONG_TEXT)
    },
    **{f.name: False for f in rules.FIELDS.values() if f.kind is rules.Kind.FLAG},
    "channel": Channel.WEB,
    "people": 1,
    "people_approx": False,
    "amount_approx": False,
    "repeat": Repeat.FIRST,
    "received_precision": Precision.DAY,
    "source_number": None,
}


def _insert(
    session: Session,
    rows: Sequence[PlannedRow],
    batch_id: int,
    *,
    today: date,
    now: datetime,
    progress: Progress,
    total: int,
) -> list[int]:
    if not rows:
        return []
    actor = actor_of(session)
    code = str(office.parameter(session, "county_code", on=today))
    years = Counter(row.values["received_on"].year for row in rows)
    serials = take_serials(session, years)
    ids = _reserve_ids(session, Case, len(rows))
    id_of_row = dict(zip((row.number for row in rows), ids, strict=True))
    cases = []
    for row, case_id in zip(rows, ids, strict=True):
        year = row.values["received_on"].year
        values = {**_EMPTY, **row.values}
        values["registered_on"] = values["registered_on"] or values["received_on"]
        suspect = row.suspect_of
        values.update(
            id=case_id,
            version=1,
            number=rules.number(code, year, serials[year]),
            state=rules.state_of(values),
            batch_id=batch_id,
            row_hash=row.row_hash,
            suspect_of_id=id_of_row.get(-suspect) if suspect and suspect < 0 else suspect,
            created_by=actor.name,
            created_at=now,
            updated_at=now,
        )
        serials[year] += 1
        cases.append(values)
    _write(session, Case, cases, lambda done: progress(done, total))
    _write(
        session,
        Petitioner,
        [
            person
            for row, case_id in zip(rows, ids, strict=True)
            for person in people_rows(session, case_id, row.people)
        ],
    )
    _write(
        session,
        CaseEntry,
        [
            _entry(session, case_id, words, today=today, now=now)
            for row, case_id in zip(rows, ids, strict=True)
            for words in row.entries
        ],
    )
    return ids


def _write(
    session: Session,
    model: type[Base],
    rows: Sequence[dict[str, Any]],
    done: Callable[[int], None] = lambda count: None,
) -> None:
    """Insert rows past the unit of work; the batch's own audit entry stands for them."""
    table = model.__table__
    connection = session.connection()
    for start in range(0, len(rows), _CHUNK):
        chunk = rows[start : start + _CHUNK]
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(*_for_driver(table, chunk, connection.dialect))
        else:
            connection.execute(insert(table), chunk)  # type: ignore[arg-type]
        done(min(start + _CHUNK, len(rows)))


def _for_driver(
    table: FromClause, rows: Sequence[dict[str, Any]], dialect: Dialect
) -> tuple[str, list[tuple[Any, ...]]]:
    """Return the statement and its rows as the driver wants them, column by column.

    SQLAlchemy prepares row by row, which takes three times as long as SQLite's insert.
    """
    compiled = insert(table).compile(dialect=dialect, column_keys=list(rows[0]))  # type: ignore[arg-type]
    columns = []
    for name in compiled.positiontup or ():
        column = table.c[name]
        process = column.type.dialect_impl(dialect).bind_processor(dialect)
        if name in rows[0]:
            values = [row[name] for row in rows]
        else:
            assert isinstance(column.default, ScalarElementColumnDefault), name
            values = [column.default.arg] * len(rows)
        columns.append([*map(process, values)] if process else values)
    return str(compiled), list(zip(*columns, strict=True))


def _reserve_ids(session: Session, model: type[Case], count: int) -> list[int]:
    """Take ids for rows that are to be inserted; on SQLite the write lock is held already."""
    if session.get_bind().dialect.name == "sqlite":
        first = (session.scalar(select(func.max(model.id))) or 0) + 1
        return list(range(first, first + count))
    sequence = text(
        "SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)"
    )
    return list(session.scalars(sequence, {"name": model.__tablename__, "count": count}))


def _entry(
    session: Session, case_id: int, words: str, *, today: date, now: datetime
) -> dict[str, Any]:
    actor = actor_of(session)
    return {
        "case_id": case_id,
        "kind": EntryKind.PROGRESS,
        "happened_on": today,
        "text": words,
        "actor": actor.name,
        "unit_id": actor.unit_id,
        "at": now,
    }


def _update(session: Session, row: PlannedRow, batch_id: int, *, now: datetime) -> None:
    assert row.case_id is not None
    case = session.get(Case, row.case_id)
    if case is None or case.version != row.version:
        raise RuleError(f"第 {row.number} 行对应的案件在预览之后被他人修改，请重新预览")
    before: dict[str, Any] = {}
    for name in row.changes:
        if name == "petitioner":
            before[name] = _people_before(session, case.id)
            session.execute(delete(Petitioner).where(Petitioner.case_id == case.id))
            _write(session, Petitioner, people_rows(session, case.id, row.people))
            continue
        for attribute in (name, rules.QUALIFIERS.get(name)):
            if attribute and attribute in row.values:
                before[attribute] = audit.plain_value(getattr(case, attribute))
                if isinstance(getattr(case, attribute), str) and name in rules.FIELDS:
                    before[attribute] = str(getattr(case, attribute))
                setattr(case, attribute, row.values[attribute])
    before["row_hash"] = base64.b64encode(case.row_hash).decode() if case.row_hash else None
    case.row_hash = row.row_hash
    case.state = rules.state_of({name: getattr(case, name) for name in rules.FIELDS})
    case.updated_at = now
    session.flush()
    content = cipher_of(session).encrypt(json.dumps(before, ensure_ascii=False))
    session.add(
        ImportChange(batch_id=batch_id, case_id=case.id, version=case.version, before=content)
    )


def _people_before(session: Session, case_id: int) -> list[dict[str, Any]]:
    rows = session.scalars(select(Petitioner).where(Petitioner.case_id == case_id))
    return [
        {
            column.key: base64.b64encode(value).decode() if isinstance(value, bytes) else value
            for column in Petitioner.__table__.columns
            if column.key != "id"
            for value in [getattr(row, column.key)]
        }
        for row in rows
    ]


def _restore(session: Session, change: ImportChange, *, now: datetime) -> None:
    case = session.get(Case, change.case_id)
    assert case is not None
    before = json.loads(cipher_of(session).decrypt(change.before))
    for name, value in before.items():
        if name == "petitioner":
            session.execute(delete(Petitioner).where(Petitioner.case_id == case.id))
            _write(session, Petitioner, [_decoded_person(row) for row in value])
        elif name == "row_hash":
            case.row_hash = base64.b64decode(value) if value else None
        else:
            setattr(case, name, _decoded(name, value))
    case.state = rules.state_of({name: getattr(case, name) for name in rules.FIELDS})
    case.updated_at = now


def _decoded_person(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: base64.b64decode(value) if isinstance(value, str) else value
        for name, value in row.items()
    }


def _decoded(name: str, value: Any) -> Any:
    """Turn what JSON kept of a field back into what the column holds."""
    if value is None:
        return None
    if name == "received_precision":
        return Precision.of(value)
    field = rules.FIELDS.get(name)
    if field is None:
        return value
    if field.kind is rules.Kind.DATE:
        return date.fromisoformat(value)
    return field.term.of(value) if field.term else value


def _touched(session: Session, batch_id: int) -> list[str]:
    """List the numbers of the batch's cases that anybody has written on since."""
    brought = Case.batch_id == batch_id
    written = [
        select(Case.number).where(brought, Case.version > 1),
        select(Case.number).where(
            brought,
            Case.id.in_(select(Attachment.case_id)),
        ),
        select(Case.number)
        .join(CaseEntry, CaseEntry.case_id == Case.id)
        .where(brought, CaseEntry.at > Case.created_at),
        select(Case.number)
        .join(ImportChange, ImportChange.case_id == Case.id)
        .where(ImportChange.batch_id == batch_id, Case.version != ImportChange.version),
    ]
    other = select(Case.id).where(brought)
    written.append(
        select(Case.number).where(
            Case.repeat_of_id.in_(other) | Case.suspect_of_id.in_(other),
            Case.batch_id.is_distinct_from(batch_id),
        )
    )
    found: dict[str, None] = {}
    for statement in written:
        found.update(dict.fromkeys(session.scalars(statement)))
    return list(found)


def _remove(session: Session, batch_id: int) -> int:
    ids = select(Case.id).where(Case.batch_id == batch_id)
    count = session.scalar(select(func.count()).select_from(ids.subquery())) or 0
    for model in (Petitioner, CaseEntry):
        session.execute(
            delete(model).where(model.case_id.in_(ids)),
            execution_options={"synchronize_session": False},
        )
    session.execute(
        Case.__table__.update().where(Case.batch_id == batch_id).values(suspect_of_id=None)  # type: ignore[attr-defined]
    )
    session.execute(
        delete(Case).where(Case.batch_id == batch_id),
        execution_options={"synchronize_session": False},
    )
    return count
