"""Visits of leaders to their contact points and among the people: recorded, corrected, taken out."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import audit
from db.models.receptions import ContactVisit, LeaderContact
from db.models.units import Leader, Unit
from db.scope import actor_of
from rules import contacts as rules
from rules.cases import clean
from rules.errors import Conflict, Invalid, Missing, NotAllowed, Problem
from rules.permissions import Action
from rules.terms import AuditAction

FIELDS = ("leader_id", "unit_id", "visited_on", "kind", "note", "solved")


def add_visit(session: Session, values: Mapping[str, Any], *, today: date, now: datetime) -> int:
    """Record where a leader went and what came of it, and return its id.

    A leader records his own alone. Raises Invalid, also for a contact point that is none of his.
    """
    actor = actor_of(session)
    actor.require(Action.RECEIVE)
    given = _plain(values)
    _check(session, given, today=today, settled=False)
    visit = ContactVisit(**given, created_by=actor.name, created_at=now)
    session.add(visit)
    session.flush()
    return visit.id


def change_visit(
    session: Session, visit_id: int, values: Mapping[str, Any], *, version: int, today: date
) -> None:
    """Correct a visit, unless somebody has since `version` was read."""
    visit = _visit(session, visit_id, version)
    given = _plain(values)
    settled = all(getattr(visit, name) == given[name] for name in ("leader_id", "unit_id", "kind"))
    _check(session, given, today=today, settled=settled)
    for name, value in given.items():
        setattr(visit, name, value)


def remove_visit(session: Session, visit_id: int, *, version: int) -> None:
    """Take out a visit that was recorded by mistake; the audit chain keeps what it was."""
    session.delete(_visit(session, visit_id, version))


def note_export(session: Session, *, rows: int, filters: Sequence[str]) -> None:
    """Write into the audit that the list of visits was taken along."""
    actor_of(session).require(Action.EXPORT)
    audit.record(
        session, AuditAction.EXPORT, ContactVisit.__tablename__, rows=rows, filters=list(filters)
    )


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: values.get(name) for name in FIELDS}
    given["note"], given["solved"] = clean(given["note"]), given["solved"] or 0
    return given


def _check(session: Session, given: Mapping[str, Any], *, today: date, settled: bool) -> None:
    contact = None if settled else _is_contact(session, given["leader_id"], given["unit_id"])
    problems = rules.problems(given, contact=contact, today=today)
    leader_id = given["leader_id"]
    if leader_id is not None and session.get(Leader, leader_id) is None:
        problems.append(Problem("leader_id", "该领导不存在，请重新选择"))
    if problems:
        raise Invalid(problems)
    _refuse_other(session, leader_id)


def _is_contact(session: Session, leader_id: int | None, unit_id: int | None) -> bool:
    """Whether a unit is a contact point of the leader, or stands under one."""
    unit = session.get(Unit, unit_id) if unit_id is not None else None
    if unit is None:
        return False
    points = session.scalars(
        select(Unit.path)
        .join(LeaderContact, LeaderContact.unit_id == Unit.id)
        .where(LeaderContact.leader_id == leader_id)
    )
    return any(unit.path.startswith(path) for path in points)


def _refuse_other(session: Session, leader_id: int | None) -> None:
    actor = actor_of(session)
    if not actor.sees_all_cases and actor.leader_id != leader_id:
        raise NotAllowed("只能登记您本人的走访，他人的请联系联席办")


def _visit(session: Session, visit_id: int, version: int) -> ContactVisit:
    actor_of(session).require(Action.RECEIVE)
    visit = session.get(ContactVisit, visit_id)
    if visit is None:
        raise Missing("该走访记录不存在，或不在您的查看范围内")
    _refuse_other(session, visit.leader_id)
    if visit.version != version:
        raise Conflict("该走访记录已被他人修改，请核对后重新保存")
    return visit
