"""How often who reports: what every county begins with, and its own laid over it."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models.sweeps import SweepRuleRow
from rules.sweep_defaults import DEFAULT_RULES
from rules.sweeps import SweepRule, in_force


@dataclass(frozen=True, slots=True)
class OwnRule:
    """A cadence the county laid, and who did when."""

    rule: SweepRule
    set_by: str
    set_at: datetime


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One code on a day: what is in force, the default, and the county's own, the latest first."""

    code: str
    name: str
    current: SweepRule
    default: SweepRule
    own: tuple[OwnRule, ...]


def rules_of_sweep(session: Session) -> tuple[SweepRule, ...]:
    """Return every rule there is or was, defaults first; rules/sweeps.py `in_force` says which binds."""
    return DEFAULT_RULES + tuple(each.rule for each in _own(session))


def lines(session: Session, *, on: date) -> list[RuleLine]:
    """List the rules code by code as they stand on `on`."""
    own = _own(session)
    current = in_force([*DEFAULT_RULES, *(each.rule for each in own)], on=on)
    return [
        RuleLine(
            default.code,
            default.name,
            current[default.code],
            default,
            tuple(each for each in reversed(own) if each.rule.code == default.code),
        )
        for default in DEFAULT_RULES
    ]


def _own(session: Session) -> list[OwnRule]:
    names = {rule.code: rule.name for rule in DEFAULT_RULES}
    found = session.scalars(select(SweepRuleRow).order_by(SweepRuleRow.valid_from, SweepRuleRow.id))
    return [
        OwnRule(
            SweepRule(
                code=row.code,
                name=names[row.code],
                level=row.level,
                period_type=row.period_type,
                cadence=row.cadence,
                due_days=row.due_days,
                due_time=row.due_time,
                rolls=row.rolls,
                clause=row.clause,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
            ),
            row.set_by,
            row.set_at,
        )
        for row in found
    ]
