"""Carrying out an import of a ledger of disputes, and taking a batch of it back."""

from collections import Counter
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from db.bulk import insert_rows, reserve_ids
from db.commands import identity, import_batches
from db.commands.disputes import derived
from db.commands.import_batches import Result, Source
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
from db.models.network import EarlySign
from db.queries import office
from db.queries.dispute_import import DisputePlan, PlannedDispute
from db.scope import actor_of
from rules import disputes as rules
from rules.cases import Kind
from rules.permissions import Action
from rules.terms import ImportMode, Outcome, SerialKind


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
    batch = import_batches.begin(
        session, counts, kind=SerialKind.DISPUTE, source=source, mode=mode, now=now
    )
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
    return import_batches.entered(session, batch, (row.row_hash for row in new))


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
    batch = import_batches.to_take_back(session, batch_id, SerialKind.DISPUTE, called="纠纷")
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
    import_batches.refuse_touched(batch, touched, counted="件", how="修改或办理")
    below = [(DisputeParty, DisputeParty.dispute_id), (DisputeEntry, DisputeEntry.dispute_id)]
    return import_batches.take_back(session, batch, brought, rows=Dispute, below=below, now=now)
