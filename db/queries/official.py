"""What superiors told, as its screen shows it: the numbers of a period, and all that was entered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models.audit import AuditEntry
from db.models.figures import OfficialCount
from db.models.units import Unit
from db.scope import actor_of
from rules.official import LABELS
from rules.permissions import Action
from rules.terms import AuditAction, UnitKind
from rules.units import in_force

_LISTED = 200


@dataclass(frozen=True, slots=True)
class OfficialRow:
    """One number that was told, of the county where `township` is empty."""

    key: str
    label: str
    unit: str
    first_on: date
    last_on: date
    township_id: int | None
    township: str
    value: int
    source: str
    entered_by: str
    entered_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class Written:
    """Who wrote what on one of these numbers, from the audit chain."""

    at: datetime
    actor: str
    action: AuditAction
    label: str
    before: int | None
    after: int | None


def told(
    session: Session,
    *,
    first_on: date | None = None,
    last_on: date | None = None,
    keys: Sequence[str] = tuple(LABELS),
    limit: int = _LISTED,
) -> list[OfficialRow]:
    """List what was told of some keys, of one period or the latest of all, the latest period first."""
    actor_of(session).require(Action.SEE_SITUATION)
    statement = (
        select(OfficialCount, Unit.name)
        .outerjoin(Unit, OfficialCount.township_id == Unit.id)
        .where(OfficialCount.key.in_(keys))
        .order_by(
            OfficialCount.last_on.desc(),
            OfficialCount.first_on,
            OfficialCount.key,
            OfficialCount.township_id,
        )
        .limit(limit)
    )
    if first_on is not None:
        statement = statement.where(OfficialCount.first_on == first_on)
    if last_on is not None:
        statement = statement.where(OfficialCount.last_on == last_on)
    return [
        OfficialRow(
            row.key,
            *LABELS[row.key],
            row.first_on,
            row.last_on,
            row.township_id,
            name or "",
            row.value,
            row.source,
            row.entered_by,
            row.entered_at,
            row.version,
        )
        for row, name in session.execute(statement)
    ]


def townships(session: Session, *, on: date) -> dict[int, str]:
    """Name the townships in use on a day, whose population can be told."""
    rows = session.execute(
        select(Unit.id, Unit.name, Unit.valid_from, Unit.valid_to)
        .where(Unit.kind == UnitKind.TOWNSHIP)
        .order_by(Unit.path)
    )
    return {row.id: row.name for row in rows if in_force(row.valid_from, row.valid_to, on=on)}


def history(session: Session) -> list[Written]:
    """List the latest writes on these numbers, former values with them."""
    actor_of(session).require(Action.SEE_SITUATION)
    rows = session.scalars(
        select(AuditEntry)
        .where(AuditEntry.entity == OfficialCount.__tablename__)
        .order_by(AuditEntry.seq.desc())
        .limit(_LISTED)
    )
    keys = {row.id: row.key for row in session.execute(select(OfficialCount.id, OfficialCount.key))}
    return [_written(row, keys) for row in rows]


def _written(row: AuditEntry, keys: Mapping[int | None, str]) -> Written:
    # The chain leaves out what is 0, and of a number changed in its source alone the number.
    value = row.changes.get("value", 0)
    before, after = value if isinstance(value, list) else (None, None)
    if row.action is AuditAction.CREATE:
        after = value
    elif row.action is AuditAction.DELETE:
        before = value
    key = row.changes.get("key") or keys.get(row.entity_id, "")
    return Written(row.at, row.actor, row.action, LABELS.get(key, (key, ""))[0], before, after)
