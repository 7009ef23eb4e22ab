"""Import batches: what came in from which file, and what undoing it would restore."""

from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Audited, Base, BigId, Moment, PrimaryKey, coded
from rules.terms import ImportMode, SerialKind


class ImportBatch(Audited, Base):
    """One run of the importer; `counts` holds rows and one number for each Outcome.

    `kind` says whether its rows are cases or visits.
    """

    __tablename__ = "import_batches"

    id: Mapped[PrimaryKey]
    kind: Mapped[SerialKind] = mapped_column(coded(SerialKind), default=SerialKind.CASE)
    file_name: Mapped[str] = mapped_column(String(200))
    file_hash: Mapped[str] = mapped_column(String(64))
    sheet: Mapped[str] = mapped_column(String(100))
    mode: Mapped[ImportMode] = mapped_column(coded(ImportMode))
    counts: Mapped[dict[str, Any]] = mapped_column(JSON)
    actor: Mapped[str] = mapped_column(String(64))
    at: Mapped[Moment]
    undone_by: Mapped[str | None] = mapped_column(String(64))
    undone_at: Mapped[Moment | None]


class ImportChange(Base):
    """What a batch changed in a case that was already there; encrypted, it may hold names."""

    __tablename__ = "import_changes"

    id: Mapped[PrimaryKey]
    batch_id: Mapped[int] = mapped_column(
        ForeignKey("import_batches.id", ondelete="CASCADE"), index=True
    )
    case_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("cases.id", ondelete="CASCADE"), index=True
    )
    version: Mapped[int]
    before: Mapped[bytes] = mapped_column(LargeBinary)


class ImportLayout(Base):
    """The columns a person has mapped by hand, remembered by the look of the header."""

    __tablename__ = "import_layouts"

    layout_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON)
    saved_by: Mapped[str] = mapped_column(String(64))
    saved_at: Mapped[Moment]
