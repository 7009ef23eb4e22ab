"""Carrying out an import of a ledger of disputes, and taking a batch of it back."""

import hashlib
from collections import Counter
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, exists, func, or_, select
from sqlalchemy.orm import Session

from db import audit
from db.bulk import insert_rows, reserve_ids
from db.commands import identity
from db.commands.disputes import derived
from db.commands.imports import Result, Source
from db.commands.serials import take_serials
from db.models.disputes import (
    Dispute,
    DisputeEntry,
    DisputeGrade,
    DisputePair,
    DisputePaper,
    DisputeParty,
    DisputeStepRow,
)
from db.models.imports import ImportBatch
from db.models.network import EarlySign
from db.queries import office
from db.queries.dispute_import import DisputePlan, PlannedDispute
from db.scope import actor_of
from rules import disputes as rules
from rules.cases import Kind
from rules.errors import Missing, RuleError
from rules.permissions import Action
from rules.terms import AuditAction, ImportMode, Outcome, SerialKind


def carry_out(
    session: Session,
    plan: DisputePlan,
    *,
    source: Source,
    mode: ImportMode,
    today: date,
    now: datetime,
) -> Result:
    """Write the new disputes of a plan, all or nothing; numbers follow the ledger's order.

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
        kind=SerialKind.DISPUTE,
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
    code = str(office.parameter(session, "county_code", on=today))
    years = Counter(row.values["found_on"].year for row in new)
    serials = take_serials(session, years, kind=SerialKind.DISPUTE)
    ids = reserve_ids(session, Dispute, len(new))
    common = {"created_by": actor.name, "created_at": now, "updated_at": now, "reported_at": now}
    disputes, people, entries = [], [], []
    for dispute_id, row in zip(ids, new, strict=True):
        year = row.values["found_on"].year
        number = rules.number(code, year, serials[year])
        serials[year] += 1
        disputes.append(_dispute(session, dispute_id, row, number, batch.id) | common)
        people += [{"dispute_id": dispute_id, **p} for p in identity.sealed(session, row.people)]
        if row.progress:
            entries.append(
                {
                    "dispute_id": dispute_id,
                    "happened_on": row.values["found_on"],
                    "text": row.progress[: rules.ENTRY_MAX],
                    "actor": actor.name,
                    "actor_unit_id": actor.unit_id,
                    "at": now,
                }
            )
    insert_rows(session, Dispute, disputes)
    if people:
        insert_rows(session, DisputeParty, people)
    if entries:
        insert_rows(session, DisputeEntry, entries)
    audit.record(
        session,
        AuditAction.IMPORT,
        "import_batches",
        batch.id,
        counts=counts,
        rows_sha256=hashlib.sha256(b"".join(row.row_hash for row in new)).hexdigest(),
    )
    return Result(counts, batch.id)


def _dispute(
    session: Session, dispute_id: int, row: PlannedDispute, number: str, batch_id: int
) -> dict[str, Any]:
    values = row.values
    empty = {Kind.TEXT: "", Kind.LONG_TEXT: "", Kind.FLAG: False}
    plain = {
        name: values.get(name) if values.get(name) is not None else empty.get(field.kind)
        for name, field in rules.FIELDS.items()
    }
    return {
        "id": dispute_id,
        "version": 1,
        "number": number,
        "batch_id": batch_id,
        "row_hash": row.row_hash,
        **plain,
        **{name: bool(values.get(name)) for name in rules.QUALIFIERS.values()},
        **derived(session, values),
        "state": values["state"],
        "outcome": values["outcome"],
        "resolved_on": values.get("resolved_on"),
    }


def undo(session: Session, batch_id: int, *, now: datetime) -> int:
    """Take a batch of disputes back, as long as nobody has worked on any of them; returns how many.

    The numbers given are not given again.
    """
    actor = actor_of(session)
    actor.require(Action.IMPORT)
    batch = session.get(ImportBatch, batch_id)
    if batch is None or batch.kind is not SerialKind.DISPUTE:
        raise Missing(f"没有第 {batch_id} 批纠纷导入")
    if batch.undone_at is not None:
        raise RuleError(f"第 {batch_id} 批导入已经撤销过")
    brought = Dispute.batch_id == batch_id
    worked = [
        exists().where(model.dispute_id == Dispute.id)
        for model in (DisputeStepRow, DisputeGrade, DisputePaper, DisputePair, EarlySign)
    ]
    later = exists().where(DisputeEntry.dispute_id == Dispute.id, DisputeEntry.at > batch.at)
    paired = exists().where(DisputePair.other_id == Dispute.id)
    touched = session.scalars(
        select(Dispute.number).where(brought, or_(Dispute.version > 1, later, paired, *worked))
    ).all()
    if touched:
        shown = "、".join(touched[:5])
        raise RuleError(
            f"第 {batch_id} 批导入之后，已有 {len(touched)} 件被修改或办理（如 {shown}），不能整批撤销"
        )
    ids = select(Dispute.id).where(brought)
    removed = session.scalar(select(func.count()).select_from(ids.subquery())) or 0
    for statement in (
        delete(DisputeParty).where(DisputeParty.dispute_id.in_(ids)),
        delete(DisputeEntry).where(DisputeEntry.dispute_id.in_(ids)),
        delete(Dispute).where(brought),
    ):
        session.execute(statement, execution_options={"synchronize_session": False})
    batch.undone_by, batch.undone_at = actor.name, now
    audit.record(session, AuditAction.UNDO, "import_batches", batch_id, removed=removed, restored=0)
    return removed
