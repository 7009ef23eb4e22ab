"""The rules of reception: what every county begins with, and its own laid over them."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models.receptions import ReceptionRuleRow
from rules import reception_rules as rules
from rules.reception_defaults import DEFAULT_RULES
from rules.receptions import ReceptionRule


@dataclass(frozen=True, slots=True)
class OwnRule:
    """A rule the county laid, and who did when."""

    rule: ReceptionRule
    set_by: str
    set_at: datetime


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One code on a day: what every county begins with, and the county's own, the latest first.

    `current` is what is in force, None where it is switched off or has not begun. `default`
    is None for a rule of the county's own making.
    """

    code: str
    name: str
    current: ReceptionRule | None
    default: ReceptionRule | None
    own: tuple[OwnRule, ...]


def rules_of_reception(session: Session) -> tuple[ReceptionRule, ...]:
    """Return every rule there is or was, defaults first; rules/reception_rules.py says which binds."""
    return DEFAULT_RULES + tuple(each.rule for each in _own(session))


def lines(session: Session, *, on: date) -> list[RuleLine]:
    """List the rules code by code as they stand on `on`, those of the county's making last."""
    own = _own(session)
    in_force = {
        rule.code: rule
        for rule in rules.in_force([*DEFAULT_RULES, *(each.rule for each in own)], on=on)
    }
    defaults = {rule.code: rule for rule in DEFAULT_RULES}
    found = []
    for code in dict.fromkeys([*defaults, *(each.rule.code for each in own)]):
        laid = tuple(each for each in reversed(own) if each.rule.code == code)
        current, default = in_force.get(code), defaults.get(code)
        named = current or default or laid[0].rule
        found.append(RuleLine(code, named.name, current, default, laid))
    return found


def _own(session: Session) -> list[OwnRule]:
    found = session.scalars(
        select(ReceptionRuleRow).order_by(ReceptionRuleRow.valid_from, ReceptionRuleRow.id)
    )
    return [
        OwnRule(
            ReceptionRule(
                code=row.code,
                name=row.name,
                level=row.level,
                group=row.role_group,
                period_type=row.period_type,
                demand=row.demand,
                at_least=row.at_least,
                per=row.per,
                clause=row.clause,
                at_centre=row.at_centre,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
            ),
            row.set_by,
            row.set_at,
        )
        for row in found
    ]
