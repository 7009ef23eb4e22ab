"""The audit chain as the auditor reads it: filtered, paged, in words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from db.models.audit import AuditEntry
from db.scope import actor_of
from rules.audit import describe, entity_label
from rules.errors import RuleError
from rules.permissions import Action
from rules.terms import AuditAction

PAGE_ROWS = 50
EXPORT_ROWS = 100_000


@dataclass(frozen=True, slots=True)
class Filters:
    """What entries are asked for; None asks for all. The moments are half-open."""

    actor: str | None = None
    action: AuditAction | None = None
    entity: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry in words."""

    seq: int
    at: datetime
    actor: str
    action: AuditAction
    entity: str
    entity_id: int | None
    changes: str


@dataclass(frozen=True, slots=True)
class EntryPage:
    """A page of entries, the newest first, and how many there are in all."""

    rows: list[EntryRow]
    total: int
    pages: int


@dataclass(frozen=True, slots=True)
class Choices:
    """What entries may be filtered by: who has acted, and on what (code to label)."""

    actors: list[str]
    entities: dict[str, str]


def entries(session: Session, filters: Filters, *, page: int = 1) -> EntryPage:
    """Return a page of the entries asked for; pages count from 1."""
    actor_of(session).require(Action.READ_AUDIT)
    total = session.scalar(_narrowed(select(func.count()).select_from(AuditEntry), filters)) or 0
    pages = max(1, -(-total // PAGE_ROWS))
    first = (min(max(page, 1), pages) - 1) * PAGE_ROWS
    return EntryPage(_rows(session, filters, limit=PAGE_ROWS, offset=first), total, pages)


def export_rows(session: Session, filters: Filters) -> list[EntryRow]:
    """Return all entries asked for; raises RuleError when they are too many for one file."""
    actor_of(session).require(Action.READ_AUDIT)
    found = _rows(session, filters, limit=EXPORT_ROWS + 1, offset=0)
    if len(found) > EXPORT_ROWS:
        raise RuleError(f"一次最多导出 {EXPORT_ROWS} 条，请缩小时间范围")
    return found


def choices(session: Session) -> Choices:
    """Return what the chain can be filtered by."""
    actor_of(session).require(Action.READ_AUDIT)
    actors = session.scalars(select(AuditEntry.actor).distinct().order_by(AuditEntry.actor))
    entities = session.scalars(select(AuditEntry.entity).distinct().order_by(AuditEntry.entity))
    return Choices(list(actors), {entity: entity_label(entity) for entity in entities})


def _rows(session: Session, filters: Filters, *, limit: int, offset: int) -> list[EntryRow]:
    content = actor_of(session).sees_all_cases
    statement = _narrowed(select(AuditEntry), filters).order_by(AuditEntry.seq.desc())
    return [
        EntryRow(
            seq=entry.seq,
            at=entry.at,
            actor=entry.actor,
            action=entry.action,
            entity=entity_label(entry.entity),
            entity_id=entry.entity_id,
            changes=describe(entry.action, entry.entity, entry.changes, content=content),
        )
        for entry in session.scalars(statement.limit(limit).offset(offset))
    ]


def _narrowed(statement: Select[Any], filters: Filters) -> Select[Any]:
    if filters.actor is not None:
        statement = statement.where(AuditEntry.actor == filters.actor)
    if filters.action is not None:
        statement = statement.where(AuditEntry.action == filters.action)
    if filters.entity is not None:
        statement = statement.where(AuditEntry.entity == filters.entity)
    if filters.since is not None:
        statement = statement.where(AuditEntry.at >= filters.since)
    if filters.until is not None:
        statement = statement.where(AuditEntry.at < filters.until)
    return statement
