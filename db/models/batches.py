"""交办会: cases handed over together, the receipts of the units, and the result as it was closed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.elements import ColumnElement

from db.models.base import (
    Audited,
    Base,
    BigId,
    Moment,
    PrimaryKey,
    Scoped,
    UtcDateTime,
    Versioned,
    coded,
)
from db.models.cases import Case, OfCase
from rules.case_terms import BatchKind
from rules.permissions import Actor


class Batch(Versioned, Scoped, Audited, Base):
    """One hand-over; `results` is written once, when it is closed, and stays as it was."""

    __tablename__ = "batches"

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(100), unique=True)
    kind: Mapped[BatchKind] = mapped_column(coded(BatchKind))
    meeting: Mapped[str] = mapped_column(String(100), default="")
    held_on: Mapped[date]
    due_on: Mapped[date]
    note: Mapped[str] = mapped_column(String(500), default="")
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[Moment]
    closed_by: Mapped[str | None] = mapped_column(String(64))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    results: Mapped[dict[str, Any] | None] = mapped_column(JSON)

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool] | None:
        """The office sees all; others a batch that holds a case of theirs."""
        criteria = Case.visible_to(actor)
        if criteria is None:
            return None
        own = select(BatchCase.batch_id).where(
            BatchCase.case_id.in_(select(Case.id).where(criteria))
        )
        return cls.id.in_(own)


class BatchCase(OfCase, Audited, Base):
    """A case of a batch with the unit, lead and deadline it was handed over with."""

    __tablename__ = "batch_cases"
    __table_args__ = (Index("uq_batch_cases_batch_id_case_id", "batch_id", "case_id", unique=True),)

    id: Mapped[PrimaryKey]
    batch_id: Mapped[int] = mapped_column(BigId, ForeignKey("batches.id"))
    position: Mapped[int]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("leaders.id"))
    due_on: Mapped[date]
    received_by: Mapped[str | None] = mapped_column(String(64))
    received_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    note: Mapped[str] = mapped_column(String(500), default="")
