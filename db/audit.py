"""The audit chain: one listener writes who changed what from what to what, linked by hash."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from sqlalchemy import bindparam, event, insert, inspect, select, update
from sqlalchemy.orm import Session, object_mapper

from db.models.audit import AuditEntry, LedgerHead
from db.models.base import Audited
from db.models.cases import Case
from db.scope import actor_of
from rules.errors import RuleError
from rules.terms import AuditAction

GENESIS = bytes(32)
_PENDING = "pending_audit"
_HIDDEN = "***"
# Kept or told by the store itself, so that a change of them alone tells nothing.
_SILENT = frozenset({"version", "updated_at", "row_hash"})
# A case is told its clock; the limit of a letter, a measure or a batch is somebody's word.
_TOLD = frozenset({"due_on", "due_from", "half_on", "due_clock", "paused", "limit_on", "wound"})
# Long texts are told apart by their hash: the chain is no second copy of the register.
_LONG = 500


@dataclass(frozen=True, slots=True)
class Pending:
    """An entry that waits for the end of its transaction."""

    action: AuditAction
    entity: str
    entity_id: int | None
    changes: dict[str, Any]


def record(
    session: Session,
    action: AuditAction,
    entity: str,
    entity_id: int | None = None,
    **changes: Any,
) -> None:
    """Add an entry of the caller's own to this transaction, as for an export or a reveal."""
    plain = {name: plain_value(value) for name, value in changes.items()}
    session.info.setdefault(_PENDING, []).append(Pending(action, entity, entity_id, plain))


def plain_value(value: Any) -> Any:
    """Return `value` as JSON keeps it: dates and codes as text, bytes and long texts as a hash."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes):
        return f"sha256:{hashlib.sha256(value).hexdigest()[:16]}"
    if isinstance(value, str) and len(value) > _LONG:
        digest = hashlib.sha256(value.encode()).hexdigest()[:16]
        return f"{value[:80]}…（共 {len(value)} 字，sha256:{digest}）"
    return value


def body(seq: int, values: Mapping[str, Any]) -> str:
    """Return an entry's columns as the text its hash is made over."""
    return json.dumps(
        [
            seq,
            values["at"].astimezone(UTC).isoformat(timespec="microseconds"),
            values["account_id"],
            values["actor"],
            str(values["action"].value),
            values["entity"],
            values["entity_id"],
            values["changes"],
        ],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )


def link(previous: bytes, seq: int, values: Mapping[str, Any]) -> bytes:
    """Return the hash of an entry over all its columns and the hash before it."""
    return hashlib.sha256(previous + body(seq, values).encode()).digest()


def columns(entry: AuditEntry) -> dict[str, Any]:
    """Return what of an entry its hash covers, beside its place in the chain."""
    names = ("at", "account_id", "actor", "action", "entity", "entity_id", "changes")
    return {name: getattr(entry, name) for name in names}


@event.listens_for(Session, "after_flush")
def _collect(session: Session, _context: object) -> None:
    for model in session.new:
        if isinstance(model, Audited):
            _note(session, AuditAction.CREATE, model, _values(model))
    for model in session.dirty:
        if isinstance(model, Audited) and (changes := _changes(model)):
            _note(session, AuditAction.UPDATE, model, changes)
    for model in session.deleted:
        if isinstance(model, Audited):
            _note(session, AuditAction.DELETE, model, _values(model))


def _note(session: Session, action: AuditAction, model: Audited, changes: dict[str, Any]) -> None:
    mapper = object_mapper(model)
    key = mapper.primary_key_from_instance(model)[0]
    if not isinstance(key, int):
        changes = {"key": plain_value(key), **changes}
        key = None
    table = str(mapper.local_table.name)  # type: ignore[attr-defined]
    session.info.setdefault(_PENDING, []).append(Pending(action, table, key, changes))


def created(session: Session, model: type[Audited], row: Mapping[str, Any]) -> None:
    """Note a row inserted past the unit of work, by its columns, as a flush would have."""
    table = str(inspect(model).local_table.name)
    pending = Pending(AuditAction.CREATE, table, row["id"], _told(model, row))
    session.info.setdefault(_PENDING, []).append(pending)


def _values(model: Audited) -> dict[str, Any]:
    state = inspect(model)
    assert state is not None
    columns = state.mapper.columns
    return _told(type(model), {name: v for name, v in state.dict.items() if name in columns})


def _told(model: type[Audited], row: Mapping[str, Any]) -> dict[str, Any]:
    silent = silent_columns(model)
    return {
        name: _HIDDEN if name in model.restricted else plain_value(value)
        for name, value in row.items()
        if name not in silent and value not in (None, "", False)
    }


def silent_columns(model: type[Audited]) -> frozenset[str]:
    """Name the columns of a model that never reach the chain."""
    return _SILENT | _TOLD if model is Case else _SILENT


def _changes(model: Audited) -> dict[str, Any]:
    state = inspect(model)
    assert state is not None
    found: dict[str, Any] = {}
    silent = silent_columns(type(model))
    for attribute in state.mapper.column_attrs:
        if attribute.key in silent:
            continue
        history = state.attrs[attribute.key].history
        if not history.has_changes():
            continue
        before = history.deleted[0] if history.deleted else None
        after = history.added[0] if history.added else None
        if before == after:
            continue
        if attribute.key in model.restricted:
            found[attribute.key] = [_HIDDEN, _HIDDEN]
        else:
            found[attribute.key] = [plain_value(before), plain_value(after)]
    return found


# Built once, and past the unit of work: every save of the workbench waits for these three.
_HEAD = select(
    LedgerHead.__table__.c.version, LedgerHead.__table__.c.length, LedgerHead.__table__.c.hash
).with_for_update()
_ENTRY = insert(AuditEntry.__table__)  # type: ignore[arg-type]
_ADVANCE = update(LedgerHead.__table__).values(  # type: ignore[arg-type]
    version=bindparam("new_version"), length=bindparam("seq"), hash=bindparam("digest")
)


@event.listens_for(Session, "before_commit")
def _write(session: Session) -> None:
    session.flush()
    pending: list[Pending] = session.info.pop(_PENDING, [])
    if not pending:
        return
    actor = actor_of(session)
    now = datetime.now(UTC)
    connection = session.connection()
    head = connection.execute(_HEAD).one_or_none()
    if head is None:
        raise RuleError("数据库尚未初始化：请先运行 python manage.py migrate")
    seq, digest = head.length, head.hash
    rows = []
    for entry in pending:
        seq += 1
        values = {
            "at": now,
            "account_id": actor.account_id,
            "actor": actor.name,
            "action": entry.action,
            "entity": entry.entity,
            "entity_id": entry.entity_id,
            "changes": entry.changes,
        }
        digest = link(digest, seq, values)
        rows.append({"seq": seq, "hash": digest, **values})
    connection.execute(_ENTRY, rows)
    connection.execute(_ADVANCE, {"new_version": head.version + 1, "seq": seq, "digest": digest})


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_PENDING, None)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verifying the chain found; `broken_at` is the first entry that does not fit."""

    entries: int
    broken_at: int | None
    message: str

    @property
    def whole(self) -> bool:
        """Whether every link fits."""
        return self.broken_at is None


def verify(session: Session) -> Verdict:
    """Recompute the whole chain and compare it with the head; reads every entry once."""
    head = session.execute(select(LedgerHead)).scalar_one()
    digest, seq = GENESIS, 0
    statement = select(AuditEntry).order_by(AuditEntry.seq).execution_options(yield_per=2000)
    for entry in session.scalars(statement):
        seq += 1
        digest = link(digest, seq, columns(entry))
        if entry.seq != seq:
            return Verdict(seq, seq, f"审计链断裂：缺少第 {seq} 条记录")
        if entry.hash != digest:
            return Verdict(seq, seq, f"审计链断裂：第 {seq} 条记录被改动过")
        session.expunge(entry)
    if (seq, digest) != (head.length, head.hash):
        return Verdict(
            seq, seq + 1, f"审计链断裂：应有 {head.length} 条，实有 {seq} 条，或链尾不符"
        )
    return Verdict(seq, None, f"审计链完整，共 {seq} 条记录")
