"""The audit chain and its head, which also carries the store version."""

from typing import Any

from sqlalchemy import JSON, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, BigId, Moment, coded
from rules.terms import AuditAction


class AuditEntry(Base):
    """One link: `hash` covers every column and the link before it; written once, never changed."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index("ix_audit_entries_entity", "entity", "entity_id"),)

    seq: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    at: Mapped[Moment]
    account_id: Mapped[int | None]
    actor: Mapped[str] = mapped_column(String(64))
    action: Mapped[AuditAction] = mapped_column(coded(AuditAction))
    entity: Mapped[str] = mapped_column(String(40))
    entity_id: Mapped[int | None] = mapped_column(BigId)
    changes: Mapped[dict[str, Any]] = mapped_column(JSON)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class LedgerHead(Base):
    """The single row (id 1) every writing transaction locks last.

    `version` is the store version: cached figures are keyed by it. `key_check` is made
    with the field key, so that a wrong key is found before anything is read with it.
    """

    __tablename__ = "ledger_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(BigId)
    length: Mapped[int] = mapped_column(BigId)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    key_check: Mapped[bytes | None] = mapped_column(LargeBinary)
