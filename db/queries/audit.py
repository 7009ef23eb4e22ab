"""The audit chain as the auditor reads it: filtered, paged, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from db import audit as chain
from db.models.audit import AuditEntry, LedgerHead
from db.models.cases import Case
from db.queries import audit_names
from db.scope import actor_of
from rules.audit import WITHHELD, entity_label
from rules.audit_telling import Entry, describe, references, subject
from rules.errors import RuleError
from rules.permissions import Action
from rules.terms import AuditAction

PAGE_ROWS = 50
EXPORT_ROWS = 100_000


@dataclass(frozen=True, slots=True)
class Filters:
    """What entries are asked for; None asks for all. The moments are half-open.

    `number` is that of a matter: its own entries and those of what hangs on it.
    """

    actor: str | None = None
    action: AuditAction | None = None
    entity: str | None = None
    number: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry in words; `case` is the number of the matter it is about if the actor may open it."""

    seq: int
    at: datetime
    actor: str
    action: AuditAction
    entity: str
    subject: str
    case: str | None
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExportRow:
    """An entry in words with its link of the chain, by which a file can be verified.

    `digest` is the SHA-256 of the bytes of `previous` and `body`; `body` is left out where it
    holds a matter's content that the actor may not read.
    """

    entry: EntryRow
    body: str
    previous: bytes
    digest: bytes


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


def entries(session: Session, filters: Filters, *, clock: tzinfo, page: int = 1) -> EntryPage:
    """Return a page of the entries asked for; pages count from 1, moments are told on `clock`."""
    actor_of(session).require(Action.READ_AUDIT)
    wanted = _criteria(session, filters)
    total = session.scalar(select(func.count()).select_from(AuditEntry).where(wanted)) or 0
    pages = max(1, -(-total // PAGE_ROWS))
    first = (min(max(page, 1), pages) - 1) * PAGE_ROWS
    found = session.scalars(_newest(wanted).limit(PAGE_ROWS).offset(first)).all()
    return EntryPage(_rows(session, found, clock), total, pages)


def length(session: Session) -> int:
    """Return how many entries the chain has."""
    return session.scalar(select(LedgerHead.length)) or 0


def touched(session: Session, tables: Sequence[str], *, since: int) -> bool:
    """Say whether an entry after the first `since` is of one of these tables; reads those alone."""
    later = and_(AuditEntry.seq > since, AuditEntry.entity.in_(tables))
    return session.scalar(select(AuditEntry.seq).where(later).limit(1)) is not None


def export_rows(session: Session, filters: Filters, *, clock: tzinfo) -> list[ExportRow]:
    """Return all entries asked for; raises RuleError when they are too many for one file."""
    actor_of(session).require(Action.READ_AUDIT)
    before = aliased(AuditEntry)
    statement = (
        _newest(_criteria(session, filters))
        .add_columns(before.hash)
        .outerjoin(before, before.seq == AuditEntry.seq - 1)
        .limit(EXPORT_ROWS + 1)
    )
    found = session.execute(statement).all()
    if len(found) > EXPORT_ROWS:
        raise RuleError(f"一次最多导出 {EXPORT_ROWS} 条，请缩小时间范围")
    told = _rows(session, [entry for entry, _ in found], clock)
    everything = actor_of(session).sees_all_cases
    return [
        ExportRow(
            entry=row,
            body=_body(entry) if everything or not _entry(entry).withholds() else WITHHELD,
            previous=previous or chain.GENESIS,
            digest=entry.hash,
        )
        for row, (entry, previous) in zip(told, found, strict=True)
    ]


def choices(session: Session) -> Choices:
    """Return what the chain can be filtered by."""
    actor_of(session).require(Action.READ_AUDIT)
    actors = session.scalars(select(AuditEntry.actor).distinct().order_by(AuditEntry.actor))
    entities = session.scalars(select(AuditEntry.entity).distinct().order_by(AuditEntry.entity))
    return Choices(list(actors), {entity: entity_label(entity) for entity in entities})


def _rows(session: Session, found: Sequence[AuditEntry], clock: tzinfo) -> list[EntryRow]:
    content = actor_of(session).sees_all_cases
    told = [_entry(row) for row in found]
    names = audit_names.names(
        session, {row for entry in told for row in references(entry)}, everywhere=True
    )
    opened = _may_be_opened(session, told)
    return [
        EntryRow(
            seq=row.seq,
            at=row.at,
            actor=row.actor,
            action=row.action,
            entity=entity_label(row.entity),
            subject=subject(entry, names),
            case=case,
            changes=tuple(describe(entry, content=content, names=names, clock=clock)),
        )
        for row, entry, case in zip(found, told, opened, strict=True)
    ]


def _entry(row: AuditEntry) -> Entry:
    return Entry(row.action, row.entity, row.entity_id, row.changes)


def _body(row: AuditEntry) -> str:
    return chain.body(row.seq, chain.columns(row))


def _newest(wanted: ColumnElement[bool]) -> Select[Any]:
    return select(AuditEntry).where(wanted).order_by(AuditEntry.seq.desc())


def _may_be_opened(session: Session, told: Sequence[Entry]) -> list[str | None]:
    """Tell of each entry the number of its matter, where the actor may open that."""
    if not actor_of(session).may(Action.SEE_CASES):
        return [None] * len(told)
    hanging = audit_names.cases_of(session, [row for entry in told for row in _own(entry)])
    ids = [entry.case_id or next((hanging.get(row) for row in _own(entry)), None) for entry in told]
    wanted = [("cases", case_id) for case_id in ids if case_id is not None]
    numbers = audit_names.names(session, wanted)
    return [numbers.get(("cases", case_id or 0)) for case_id in ids]


def _own(entry: Entry) -> list[tuple[str, int]]:
    return [] if entry.entity_id is None else [(entry.entity, entry.entity_id)]


def _criteria(session: Session, filters: Filters) -> ColumnElement[bool]:
    wanted: list[ColumnElement[bool]] = []
    if filters.actor is not None:
        wanted.append(AuditEntry.actor == filters.actor)
    if filters.action is not None:
        wanted.append(AuditEntry.action == filters.action)
    if filters.entity is not None:
        wanted.append(AuditEntry.entity == filters.entity)
    if filters.number.strip():
        wanted.append(_of_matter(session, filters.number.strip()))
    if filters.since is not None:
        wanted.append(AuditEntry.at >= filters.since)
    if filters.until is not None:
        wanted.append(AuditEntry.at < filters.until)
    return and_(True, *wanted)


def _of_matter(session: Session, number: str) -> ColumnElement[bool]:
    """Narrow to a matter and what hangs on it, also what has been taken from it since."""
    # Past the scope: the auditor may know which entries are about a matter he cannot open.
    case_id = session.connection().scalar(select(Case.id).where(Case.number == number))
    if case_id is None:
        return false()
    hanging = (
        and_(
            AuditEntry.entity == name,
            AuditEntry.entity_id.in_(select(table.c.id).where(table.c.case_id == case_id)),
        )
        for name, table in audit_names.OF_CASE.items()
    )
    taken = and_(
        AuditEntry.entity.in_(audit_names.OF_CASE),
        AuditEntry.action.in_([AuditAction.CREATE, AuditAction.DELETE]),
        AuditEntry.changes["case_id"].as_integer() == case_id,
    )
    own = and_(AuditEntry.entity == "cases", AuditEntry.entity_id == case_id)
    return or_(own, *hanging, taken)
