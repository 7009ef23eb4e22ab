"""Carrying out an import of a ledger of receptions, and taking a batch of it back."""

import hashlib
from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from db import audit
from db.bulk import insert_rows, reserve_ids
from db.commands import identity
from db.commands.imports import Result, Source
from db.commands.serials import take_serials
from db.models.imports import ImportBatch
from db.models.receptions import Visit, VisitNotice, Visitor
from db.queries.visit_import import PlannedVisit, VisitPlan
from db.scope import actor_of
from rules import visits as rules
from rules.cases import Kind
from rules.errors import Missing, RuleError
from rules.permissions import Action
from rules.terms import AuditAction, ImportMode, Outcome, SerialKind


def carry_out(
    session: Session, plan: VisitPlan, *, source: Source, mode: ImportMode, now: datetime
) -> Result:
    """Write the new visits of a plan, all of them or nothing; numbers follow the ledger's order.

    With ALL_OR_NOTHING and a rejected row nothing is written.
    """
    actor = actor_of(session)
    actor.require(Action.IMPORT)
    counts = plan.counts()
    new = [row for row in plan.rows if row.outcome is Outcome.INSERTED]
    refused = mode is ImportMode.ALL_OR_NOTHING and counts[Outcome.REJECTED.value]
    if refused or not new:
        return Result(counts, None)
    batch = ImportBatch(
        kind=SerialKind.VISIT,
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
    years = Counter(row.values["received_on"].year for row in new)
    serials = take_serials(session, years, kind=SerialKind.VISIT)
    ids = reserve_ids(session, Visit, len(new))
    visits, people = [], []
    for visit_id, row in zip(ids, new, strict=True):
        year = row.values["received_on"].year
        visits.append(
            _visit(visit_id, row, rules.number(year, serials[year]), batch.id)
            | {"created_by": actor.name, "created_at": now, "updated_at": now}
        )
        serials[year] += 1
        people += [{"visit_id": visit_id, **one} for one in identity.sealed(session, row.people)]
    insert_rows(session, Visit, visits)
    if people:
        insert_rows(session, Visitor, people)
    audit.record(
        session,
        AuditAction.IMPORT,
        "import_batches",
        batch.id,
        counts=counts,
        rows_sha256=hashlib.sha256(b"".join(row.row_hash for row in new)).hexdigest(),
    )
    return Result(counts, batch.id)


def _visit(visit_id: int, row: PlannedVisit, number: str, batch_id: int) -> dict[str, Any]:
    texts = {
        name: row.values.get(name) or ""
        for name, field in rules.FIELDS.items()
        if field.kind in (Kind.TEXT, Kind.LONG_TEXT)
    }
    others = {name: row.values.get(name) for name in rules.FIELDS if name not in texts}
    return {
        "id": visit_id,
        "version": 1,
        "number": number,
        "batch_id": batch_id,
        "row_hash": row.row_hash,
        **texts,
        **others,
    }


def undo(session: Session, batch_id: int, *, now: datetime) -> int:
    """Take a batch of visits back, as long as nobody has worked on any of them; returns how many.

    The numbers given are not given again.
    """
    actor = actor_of(session)
    actor.require(Action.IMPORT)
    batch = session.get(ImportBatch, batch_id)
    if batch is None or batch.kind is not SerialKind.VISIT:
        raise Missing(f"没有第 {batch_id} 批接访导入")
    if batch.undone_at is not None:
        raise RuleError(f"第 {batch_id} 批导入已经撤销过")
    brought = Visit.batch_id == batch_id
    told = Visit.id.in_(select(VisitNotice.visit_id))
    touched = session.scalars(
        select(Visit.number).where(
            brought, or_(Visit.version > 1, Visit.case_id.is_not(None), told)
        )
    ).all()
    if touched:
        shown = "、".join(touched[:5])
        raise RuleError(
            f"第 {batch_id} 批导入之后，已有 {len(touched)} 批次被修改或办理（如 {shown}），不能整批撤销"
        )
    ids = select(Visit.id).where(brought)
    removed = session.scalar(select(func.count()).select_from(ids.subquery())) or 0
    for statement in (
        delete(Visitor).where(Visitor.visit_id.in_(ids)),
        delete(Visit).where(brought),
    ):
        session.execute(statement, execution_options={"synchronize_session": False})
    batch.undone_by, batch.undone_at = actor.name, now
    audit.record(session, AuditAction.UNDO, "import_batches", batch_id, removed=removed, restored=0)
    return removed
