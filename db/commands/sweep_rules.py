"""The county's own cadences of the sweep: laid from a day on, taken back before they begin."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models.sweeps import SweepRuleRow
from db.scope import actor_of
from rules import sweep_setting as rules
from rules.cases import clean
from rules.errors import Invalid, Missing, Problem
from rules.permissions import Action
from rules.sweep_defaults import DEFAULT_RULES
from rules.sweep_setting import Asked

_BY_CODE = {rule.code: rule for rule in DEFAULT_RULES}


def set_rule(
    session: Session,
    code: str,
    wanted: Asked,
    *,
    valid_from: date | None,
    valid_to: date | None = None,
    today: date,
    now: datetime,
) -> None:
    """Let the units of a level report in another cadence from a day on, or not at all.

    The round that has begun is left alone. What is laid for the same day is replaced;
    `valid_to` is the first day it no longer holds, when the default holds again.
    """
    actor = actor_of(session)
    actor.require(Action.MANAGE_SWEEPS)
    default = _BY_CODE.get(code)
    if default is None:
        raise Missing("没有这条频次规则")
    clause = clean(wanted.clause)
    problems = rules.rule_problems(wanted, valid_from=valid_from, valid_to=valid_to, today=today)
    if problems:
        raise Invalid(problems)
    assert valid_from is not None
    assert wanted.due_time is not None
    row = _row(session, code, valid_from)
    if row is None:
        row = SweepRuleRow(code=code, valid_from=valid_from)
        session.add(row)
    row.level, row.period_type = default.level, default.period_type
    row.cadence, row.due_days = wanted.cadence, wanted.due_days
    row.due_time, row.rolls = f"{wanted.due_time:%H:%M}", wanted.rolls
    row.clause, row.valid_to = clause, valid_to
    row.set_by, row.set_at = actor.name, now


def take_back(session: Session, code: str, *, valid_from: date, today: date) -> None:
    """Take back a cadence that has not begun; one that has is history and stays."""
    actor_of(session).require(Action.MANAGE_SWEEPS)
    if valid_from <= today:
        raise Invalid([Problem("valid_from", "已经施行的频次不能删除，请从今天或以后起另设")])
    found = _row(session, code, valid_from)
    if found is None:
        raise Missing("该频次不存在，可能已被他人删除")
    session.delete(found)


def _row(session: Session, code: str, valid_from: date) -> SweepRuleRow | None:
    return session.scalar(
        select(SweepRuleRow).where(SweepRuleRow.code == code, SweepRuleRow.valid_from == valid_from)
    )
