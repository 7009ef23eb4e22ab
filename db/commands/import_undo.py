"""Taking a batch of imported cases back, as long as nobody has touched any of them."""

import base64
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, exists, func, or_, select
from sqlalchemy.orm import Session

from db import audit
from db.bulk import insert_rows
from db.commands import after_close, import_batches
from db.engine import cipher_of
from db.models.cases import Attachment, Case, CaseEntry, Petitioner
from db.models.disputes import Dispute
from db.models.duplicates import CasePair
from db.models.evaluations import Evaluation
from db.models.imports import ImportChange
from db.models.meetings import AgendaItem
from db.models.network import EarlySign
from db.models.receptions import Letter, Visit
from db.queries.procedure import is_stepped
from db.scope import actor_of
from rules import cases as rules
from rules.terms import (
    AuditAction,
    Precision,
    SerialKind,
)


def undo(session: Session, batch_id: int, *, today: date, now: datetime) -> tuple[int, int]:
    """Take a batch back: cases it brought are removed, cases it changed are as before.

    Returns how many of each. Refused as soon as any of them was touched since, naming the
    first few; the numbers given are not given again.
    """
    batch = import_batches.to_take_back(session, batch_id, SerialKind.CASE, called="")
    touched = _touched(session, batch_id)
    import_batches.refuse_touched(batch, touched, counted="件", how="修改或办理")
    changes = session.scalars(select(ImportChange).where(ImportChange.batch_id == batch_id)).all()
    for change in changes:
        _restore(session, change, today=today, now=now)
    session.flush()
    removed = _remove(session, batch_id)
    batch.undone_by, batch.undone_at = actor_of(session).name, now
    audit.record(
        session,
        AuditAction.UNDO,
        "import_batches",
        batch_id,
        removed=removed,
        restored=len(changes),
    )
    return removed, len(changes)


def _restore(session: Session, change: ImportChange, *, today: date, now: datetime) -> None:
    case = session.get(Case, change.case_id)
    assert case is not None
    end = after_close.end_of(case)
    before = json.loads(cipher_of(session).decrypt(change.before))
    for name, value in before.items():
        if name == "petitioner":
            session.execute(delete(Petitioner).where(Petitioner.case_id == case.id))
            insert_rows(session, Petitioner, [_decoded_person(row) for row in value])
        elif name == "entries":
            for line in session.scalars(select(CaseEntry).where(CaseEntry.id.in_(value))):
                session.delete(line)
        elif name == "row_hash":
            case.row_hash = base64.b64decode(value) if value else None
        else:
            setattr(case, name, _decoded(name, value))
    if not is_stepped(session, case.id):
        case.state = rules.state_of({name: getattr(case, name) for name in rules.FIELDS})
    case.wound = False
    case.updated_at = now
    why = f"撤销第 {change.batch_id} 批导入"
    after_close.follow(session, case, before=end, why=why, today=today)


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


# What holds on to a case without writing on it.
_HELD_BY = (
    AgendaItem.case_id,
    Dispute.case_id,
    EarlySign.case_id,
    Evaluation.case_id,
    Letter.case_id,
    Visit.case_id,
)


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
            Case.repeat_of_id.in_(other),
            Case.batch_id.is_distinct_from(batch_id),
        )
    )
    written += [
        select(Case.number).where(brought, Case.id.in_(select(column).where(column.is_not(None))))
        for column in _HELD_BY
    ]
    decided = or_(CasePair.case_id == Case.id, CasePair.other_id == Case.id)
    written.append(select(Case.number).where(brought, exists().where(decided)))
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
    # A mark nobody has judged goes with what it points at, and is no work of anybody's.
    session.execute(
        Case.__table__.update().where(Case.suspect_of_id.in_(ids)).values(suspect_of_id=None)  # type: ignore[attr-defined]
    )
    session.execute(
        delete(Case).where(Case.batch_id == batch_id),
        execution_options={"synchronize_session": False},
    )
    return count
