"""Carrying out an import of a list of evaluators, and taking a batch of it back."""

import hashlib
from datetime import datetime

from sqlalchemy import delete, exists, func, or_, select
from sqlalchemy.orm import Session

from db import audit
from db.bulk import insert_rows
from db.commands.evaluators import sealed
from db.commands.imports import Result, Source
from db.models.evaluations import EvaluationSeat, Evaluator, Objection
from db.models.imports import ImportBatch
from db.queries.evaluator_import import EvaluatorPlan
from db.scope import actor_of
from rules.errors import Missing, RuleError
from rules.permissions import Action
from rules.terms import AuditAction, ImportMode, Outcome, SerialKind


def carry_out(
    session: Session, plan: EvaluatorPlan, *, source: Source, mode: ImportMode, now: datetime
) -> Result:
    """Write the new evaluators of a plan, all or nothing.

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
        kind=SerialKind.EVALUATOR,
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
    rows = [
        {
            **row.values,
            "phone_encrypted": sealed(session, row.phone),
            "batch_id": batch.id,
            "version": 1,
        }
        for row in new
    ]
    insert_rows(session, Evaluator, rows)
    audit.record(
        session,
        AuditAction.IMPORT,
        "import_batches",
        batch.id,
        counts=counts,
        rows_sha256=hashlib.sha256(b"".join(row.row_hash for row in new)).hexdigest(),
    )
    return Result(counts, batch.id)


def undo(session: Session, batch_id: int, *, now: datetime) -> int:
    """Take a batch of evaluators back, as long as nobody changed or drew any of them; returns how many."""
    actor = actor_of(session)
    actor.require(Action.IMPORT)
    batch = session.get(ImportBatch, batch_id)
    if batch is None or batch.kind is not SerialKind.EVALUATOR:
        raise Missing(f"没有第 {batch_id} 批评价员导入")
    if batch.undone_at is not None:
        raise RuleError(f"第 {batch_id} 批导入已经撤销过")
    brought = Evaluator.batch_id == batch_id
    used = [
        exists().where(model.evaluator_id == Evaluator.id) for model in (EvaluationSeat, Objection)
    ]
    touched = session.scalars(
        select(Evaluator.name).where(brought, or_(Evaluator.version > 1, *used))
    ).all()
    if touched:
        shown = "、".join(touched[:5])
        raise RuleError(
            f"第 {batch_id} 批导入之后，已有 {len(touched)} 名被修改或抽中（如 {shown}），不能整批撤销"
        )
    removed = session.scalar(select(func.count()).select_from(Evaluator).where(brought)) or 0
    session.execute(
        delete(Evaluator).where(brought), execution_options={"synchronize_session": False}
    )
    batch.undone_by, batch.undone_at = actor.name, now
    audit.record(session, AuditAction.UNDO, "import_batches", batch_id, removed=removed, restored=0)
    return removed
