"""Carrying out an import, and remembering its layout."""

import base64
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import audit
from db.bulk import insert_rows, reserve_ids
from db.commands import after_close, import_batches
from db.commands.import_batches import Result, Source
from db.commands.petitioners import people_rows
from db.commands.serials import take_serials
from db.engine import cipher_of
from db.models.cases import Case, CaseEntry, Petitioner
from db.models.imports import ImportChange, ImportLayout
from db.queries import office
from db.queries.import_matching import PERSON, PlannedRow
from db.queries.imports import Plan
from db.queries.procedure import is_stepped
from db.scope import actor_of
from rules import cases as rules
from rules.errors import RuleError
from rules.people import Person
from rules.permissions import Action
from rules.terms import (
    Channel,
    EntryKind,
    ImportMode,
    Outcome,
    Precision,
    Repeat,
)

Progress = Callable[[int, int], None]


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
    batch = import_batches.begin(session, counts, source=source, mode=mode, now=now)
    total = len(new) + len(changed)
    ids = _insert(session, new, batch.id, today=today, now=now, progress=progress, total=total)
    for done, row in enumerate(changed, start=len(new) + 1):
        _update(session, row, batch.id, today=today, now=now)
        if done % 100 == 0:
            progress(done, total)
    result = import_batches.entered(
        session,
        batch,
        (row.row_hash for row in new),
        first_case=ids[0] if ids else None,
        last_case=ids[-1] if ids else None,
    )
    progress(total, total)
    return result


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
    ids = reserve_ids(session, Case, len(rows))
    id_of_row = dict(zip((row.number for row in rows), ids, strict=True))
    cases = []
    for row, case_id in zip(rows, ids, strict=True):
        year = row.values["received_on"].year
        values = {**_EMPTY, **row.values}
        suspect = row.suspect_of
        values.update(
            id=case_id,
            version=1,
            number=rules.number(code, year, serials[year]),
            state=rules.state_of(values),
            batch_id=batch_id,
            row_hash=row.row_hash,
            suspect_of_id=id_of_row.get(-suspect) if suspect and suspect < 0 else suspect,
            first_lead_id=values["lead_id"],
            created_by=actor.name,
            created_at=now,
            updated_at=now,
        )
        serials[year] += 1
        cases.append(values)
    insert_rows(session, Case, cases, lambda done: progress(done, total))
    insert_rows(
        session,
        Petitioner,
        [
            person
            for row, case_id in zip(rows, ids, strict=True)
            for person in people_rows(session, case_id, row.people)
        ],
    )
    insert_rows(
        session,
        CaseEntry,
        [
            _entry(session, case_id, words, today=today, now=now)
            for row, case_id in zip(rows, ids, strict=True)
            for words in row.entries
        ],
    )
    return ids


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


def _update(
    session: Session, row: PlannedRow, batch_id: int, *, today: date, now: datetime
) -> None:
    assert row.case_id is not None
    case = session.get(Case, row.case_id)
    if case is None or case.version != row.version:
        raise RuleError(f"第 {row.number} 行对应的案件在预览之后被他人修改，请重新预览")
    before: dict[str, Any] = {}
    end = after_close.end_of(case)
    for name in row.changes:
        if name in PERSON:
            continue
        for attribute in (name, rules.QUALIFIERS.get(name)):
            if attribute and attribute in row.values:
                before[attribute] = audit.plain_value(getattr(case, attribute))
                if isinstance(getattr(case, attribute), str) and name in rules.FIELDS:
                    before[attribute] = str(getattr(case, attribute))
                setattr(case, attribute, row.values[attribute])
    if told := [name for name in PERSON if name in row.changes]:
        before["petitioner"] = _people_before(session, case.id)
        _merge_person(session, case.id, row.people[0], told)
    if row.entries:
        before["entries"] = _append(session, case.id, row.entries, today=today, now=now)
    before["row_hash"] = base64.b64encode(case.row_hash).decode() if case.row_hash else None
    case.row_hash = row.row_hash
    if not is_stepped(session, case.id):
        case.state = rules.state_of({name: getattr(case, name) for name in rules.FIELDS})
    case.wound = False
    case.updated_at = now
    session.flush()
    after_close.follow(session, case, before=end, why=f"第 {batch_id} 批导入", today=today)
    content = cipher_of(session).encrypt(json.dumps(before, ensure_ascii=False))
    session.add(
        ImportChange(batch_id=batch_id, case_id=case.id, version=case.version, before=content)
    )


def _append(
    session: Session, case_id: int, entries: Sequence[str], *, today: date, now: datetime
) -> list[int]:
    """Add lines to a timeline and return their ids, by which undoing takes them away again."""
    lines = [
        CaseEntry(**_entry(session, case_id, words, today=today, now=now)) for words in entries
    ]
    session.add_all(lines)
    session.flush()
    return [line.id for line in lines]


def _merge_person(session: Session, case_id: int, person: Person, told: Sequence[str]) -> None:
    """Write what the sheet tells of the first petitioner; the rest of him and the others stay."""
    first = session.scalar(
        select(Petitioner).where(Petitioner.case_id == case_id, Petitioner.position == 0)
    )
    rows = people_rows(session, case_id, [person])
    if first is None:
        insert_rows(session, Petitioner, rows)
        return
    columns = {
        "petitioner": ("name_encrypted", "name_hash"),
        "phone": ("phone_encrypted", "phone_hash"),
        "address": ("address_encrypted",),
    }
    for column in (column for name in told for column in columns[name]):
        setattr(first, column, rows[0][column])


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
