"""Freezing 《矛盾纠纷排查情况表》: by hand once its period is over, else by the first look after."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from db import audit
from db.commands.locks import hold_units
from db.models.dispute_tables import DisputeTable
from db.queries import dispute_tables as queries
from db.scope import actor_of
from rules.dispute_table import TITLE, Period, TableColumn, kept
from rules.errors import RuleError
from rules.permissions import Action
from rules.terms import AuditAction


def freeze(session: Session, period: Period, *, today: date, now: datetime) -> int:
    """Freeze the county's form of a period for good, as the disputes stand now; returns its id."""
    actor = actor_of(session)
    actor.require(Action.MANAGE_SWEEPS)
    if not period.ended(today):
        raise RuleError(f"{period.name}到 {period.last_on} 才结束，结束以后才能定稿")
    hold_units(session)
    if queries.frozen(session, period) is not None:
        raise RuleError(f"{period.name}{TITLE}已经定稿，请刷新")
    return _freeze(session, period, by=actor.name, now=now)


def keep_up(session: Session, *, today: date, now: datetime) -> int:
    """Freeze what is due by itself; returns how many forms."""
    actor_of(session).require(Action.MANAGE_SWEEPS)
    hold_units(session)
    found = queries.due(session, today=today)
    for period in found:
        _freeze(session, period, by=None, now=now)
    return len(found)


def note_export(session: Session, period: Period, *, rows: int, filters: Sequence[str]) -> None:
    """Write into the audit that a form was taken along."""
    actor_of(session).require(Action.EXPORT)
    told = [f"{period.name}{TITLE}", *filters]
    audit.record(session, AuditAction.EXPORT, DisputeTable.__tablename__, rows=rows, filters=told)


def _freeze(session: Session, period: Period, *, by: str | None, now: datetime) -> int:
    form = queries.live(session, period)
    whole = form.total.cells[TableColumn.SUBTOTAL]
    row = DisputeTable(
        span=period.span,
        first_on=period.first_on,
        found=whole.found,
        resolved=whole.resolved,
        rows=kept(form),
        frozen_by=by,
        frozen_at=now,
    )
    session.add(row)
    session.flush()
    return row.id
