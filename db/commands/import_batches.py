"""The batch of an import: begun, entered in the chain by its rows, and taken back whole.

What one kind of ledger writes stays with its own commands; this is the same for all of them.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from db import audit
from db.models.imports import ImportBatch
from db.scope import actor_of
from rules.errors import Missing, RuleError
from rules.permissions import Action
from rules.terms import AuditAction, ImportMode, SerialKind


@dataclass(frozen=True, slots=True)
class Source:
    """Where the rows came from; `file_hash` is the sha256 of the file in hex."""

    file_name: str
    file_hash: str
    sheet: str


@dataclass(frozen=True, slots=True)
class Result:
    """What an import did; `batch` is None when nothing was written."""

    counts: dict[str, int]
    batch: int | None


def begin(
    session: Session,
    counts: Mapping[str, int],
    *,
    kind: SerialKind = SerialKind.CASE,
    source: Source,
    mode: ImportMode,
    now: datetime,
) -> ImportBatch:
    """Begin a batch; its rows carry its id."""
    batch = ImportBatch(
        kind=kind,
        file_name=source.file_name[-200:],
        file_hash=source.file_hash,
        sheet=source.sheet[:100],
        mode=mode,
        counts=dict(counts),
        actor=actor_of(session).name,
        at=now,
    )
    session.add(batch)
    session.flush()
    return batch


def entered(
    session: Session, batch: ImportBatch, row_hashes: Iterable[bytes], **told: Any
) -> Result:
    """Enter a batch in the audit chain by the hash over its rows, and say what was done."""
    audit.record(
        session,
        AuditAction.IMPORT,
        "import_batches",
        batch.id,
        counts=batch.counts,
        **told,
        rows_sha256=hashlib.sha256(b"".join(row_hashes)).hexdigest(),
    )
    return Result(dict(batch.counts), batch.id)


def to_take_back(session: Session, batch_id: int, kind: SerialKind, *, called: str) -> ImportBatch:
    """Load a batch to take back; raises Missing or RuleError where there is none to."""
    actor_of(session).require(Action.IMPORT)
    batch = session.get(ImportBatch, batch_id)
    if batch is None or batch.kind is not kind:
        raise Missing(f"没有第 {batch_id} 批{called}导入")
    if batch.undone_at is not None:
        raise RuleError(f"第 {batch_id} 批导入已经撤销过")
    return batch


def refuse_touched(batch: ImportBatch, touched: Sequence[str], *, counted: str, how: str) -> None:
    """Refuse to take a batch back of which some were worked on, naming the first of them."""
    if touched:
        shown = "、".join(touched[:5])
        raise RuleError(
            f"第 {batch.id} 批导入之后，已有 {len(touched)} {counted}被{how}（如 {shown}），不能整批撤销"
        )


def take_back(
    session: Session,
    batch: ImportBatch,
    brought: ColumnElement[bool],
    *,
    rows: type[Any],
    below: Sequence[tuple[type[Any], Any]] = (),
    now: datetime,
) -> int:
    """Delete the rows a batch brought, first what hangs on them; returns how many rows.

    `below` are models with the column that names the row they hang on.
    """
    ids = select(rows.id).where(brought)
    removed = session.scalar(select(func.count()).select_from(ids.subquery())) or 0
    for statement in (
        *(delete(model).where(column.in_(ids)) for model, column in below),
        delete(rows).where(brought),
    ):
        session.execute(statement, execution_options={"synchronize_session": False})
    batch.undone_by, batch.undone_at = actor_of(session).name, now
    audit.record(session, AuditAction.UNDO, "import_batches", batch.id, removed=removed, restored=0)
    return removed
