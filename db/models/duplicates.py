"""What a person decided of a pair of like cases; it can be undone."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Audited, Base, BigId, Moment, PrimaryKey, UtcDateTime, coded
from db.models.cases import OfCase
from rules.case_terms import SameKind


class CasePair(OfCase, Audited, Base):
    """A later case and the earlier one it was held against, and what they are to each other.

    `former` is what undoing brings back.
    """

    __tablename__ = "case_pairs"

    id: Mapped[PrimaryKey]
    other_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("cases.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[SameKind] = mapped_column(coded(SameKind))
    reason: Mapped[str] = mapped_column(String(200), default="")
    former: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    actor: Mapped[str] = mapped_column(String(64))
    at: Mapped[Moment]
    undone_by: Mapped[str | None] = mapped_column(String(64))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
