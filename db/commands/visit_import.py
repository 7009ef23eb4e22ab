"""Carrying out an import of a ledger of receptions, and taking a batch of it back."""

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from db.bulk import insert_rows, reserve_ids
from db.commands import identity, import_batches
from db.commands.import_batches import Result, Source
from db.commands.serials import take_serials
from db.models.receptions import Visit, VisitNotice, Visitor
from db.queries.ledger_plans import PlannedLine
from db.queries.visit_import import VisitPlan
from db.scope import actor_of
from rules import visits as rules
from rules.cases import Kind
from rules.permissions import Action
from rules.terms import ImportMode, Outcome, SerialKind


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
    batch = import_batches.begin(
        session, counts, kind=SerialKind.VISIT, source=source, mode=mode, now=now
    )
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
    return import_batches.entered(session, batch, (row.row_hash for row in new))


def _visit(visit_id: int, row: PlannedLine, number: str, batch_id: int) -> dict[str, Any]:
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
    batch = import_batches.to_take_back(session, batch_id, SerialKind.VISIT, called="接访")
    brought = Visit.batch_id == batch_id
    told = Visit.id.in_(select(VisitNotice.visit_id))
    touched = session.scalars(
        select(Visit.number).where(
            brought, or_(Visit.version > 1, Visit.case_id.is_not(None), told)
        )
    ).all()
    import_batches.refuse_touched(batch, touched, counted="批次", how="修改或办理")
    below = [(Visitor, Visitor.visit_id)]
    return import_batches.take_back(session, batch, brought, rows=Visit, below=below, now=now)
