"""The county's own rules of reception: laid from a day on, switched off, taken back before they begin."""

from dataclasses import replace
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models.receptions import ReceptionRuleRow
from db.queries.reception_rules import lines
from db.scope import actor_of
from rules import reception_setting as rules
from rules.cases import clean
from rules.errors import Invalid, Missing, Problem
from rules.permissions import Action
from rules.reception_setting import Asked, asked
from rules.reception_terms import Per
from rules.receptions import ReceptionRule


def add_rule(
    session: Session,
    wanted: Asked,
    *,
    valid_from: date | None,
    valid_to: date | None = None,
    today: date,
    now: datetime,
) -> str:
    """Lay a rule of the county's own making from a day on, and return its code."""
    actor_of(session).require(Action.ROSTER)
    code = f"own-{uuid4().hex[:12]}"
    _lay(session, code, wanted, valid_from=valid_from, valid_to=valid_to, today=today, now=now)
    return code


def set_rule(
    session: Session,
    code: str,
    *,
    at_least: int,
    per: Per,
    clause: str,
    valid_from: date | None,
    valid_to: date | None = None,
    today: date,
    now: datetime,
) -> None:
    """Ask for another number from a day on, 0 for none; whom and in which period it binds stays.

    What is laid for the same day is replaced; what has begun before today is history.
    `valid_to` is the first day it no longer holds, when the default holds again.
    """
    actor_of(session).require(Action.ROSTER)
    wanted = replace(
        asked(_latest(session, code, today)), at_least=at_least, per=per, clause=clause
    )
    _lay(session, code, wanted, valid_from=valid_from, valid_to=valid_to, today=today, now=now)


def take_back(session: Session, code: str, *, valid_from: date, today: date) -> None:
    """Take back a rule that has not begun; one that has is history and stays."""
    actor_of(session).require(Action.ROSTER)
    if valid_from <= today:
        message = "已经施行的规则不能删除，请从今天或以后起另设"
        raise Invalid([Problem("valid_from", message)])
    found = _row(session, code, valid_from)
    if found is None:
        raise Missing("该规则不存在，可能已被他人删除")
    session.delete(found)


def _latest(session: Session, code: str, today: date) -> ReceptionRule:
    for line in lines(session, on=today):
        if line.code == code:
            return line.current or line.default or line.own[0].rule
    raise Missing("该规则不存在，可能已被他人删除")


def _row(session: Session, code: str, valid_from: date | None) -> ReceptionRuleRow | None:
    return session.scalar(
        select(ReceptionRuleRow).where(
            ReceptionRuleRow.code == code, ReceptionRuleRow.valid_from == valid_from
        )
    )


def _lay(
    session: Session,
    code: str,
    wanted: Asked,
    *,
    valid_from: date | None,
    valid_to: date | None,
    today: date,
    now: datetime,
) -> None:
    wanted = replace(wanted, name=clean(wanted.name), clause=clean(wanted.clause))
    if problems := rules.problems(wanted, valid_from=valid_from, valid_to=valid_to, today=today):
        raise Invalid(problems)
    assert valid_from is not None
    row = _row(session, code, valid_from)
    if row is None:
        row = ReceptionRuleRow(code=code, valid_from=valid_from)
        session.add(row)
    row.name, row.level, row.role_group = wanted.name, wanted.level, wanted.group
    row.period_type, row.demand, row.per = wanted.period_type, wanted.demand, wanted.per
    row.at_least, row.clause, row.at_centre = wanted.at_least, wanted.clause, wanted.at_centre
    row.valid_to = valid_to
    row.set_by, row.set_at = actor_of(session).name, now
