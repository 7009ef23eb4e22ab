"""Carrying out an import of a list of evaluators, and taking a batch of it back."""

from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from db.bulk import insert_rows
from db.commands import import_batches
from db.commands.evaluators import sealed
from db.commands.import_batches import Result, Source
from db.models.evaluations import EvaluationSeat, Evaluator, Objection
from db.queries.evaluator_import import EvaluatorPlan
from db.scope import actor_of
from rules.permissions import Action
from rules.terms import ImportMode, Outcome, SerialKind


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
    batch = import_batches.begin(
        session, counts, kind=SerialKind.EVALUATOR, source=source, mode=mode, now=now
    )
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
    return import_batches.entered(session, batch, (row.row_hash for row in new))


def undo(session: Session, batch_id: int, *, now: datetime) -> int:
    """Take a batch of evaluators back, as long as nobody changed or drew any of them; returns how many."""
    batch = import_batches.to_take_back(session, batch_id, SerialKind.EVALUATOR, called="评价员")
    brought = Evaluator.batch_id == batch_id
    used = [
        exists().where(model.evaluator_id == Evaluator.id) for model in (EvaluationSeat, Objection)
    ]
    touched = session.scalars(
        select(Evaluator.name).where(brought, or_(Evaluator.version > 1, *used))
    ).all()
    import_batches.refuse_touched(batch, touched, counted="名", how="修改或抽中")
    return import_batches.take_back(session, batch, brought, rows=Evaluator, now=now)
