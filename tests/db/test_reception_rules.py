"""The county's own rules of reception over those every county begins with."""

from datetime import date
from typing import Any

from db.engine import Store
from db.models.receptions import ReceptionRuleRow
from db.queries import reception_rules
from rules import reception_rules as rules
from rules.reception_defaults import DEFAULT_RULES
from rules.reception_terms import Demand, Level, Per, PeriodType, RoleGroup
from tests.conftest import NOW, OFFICE

MONTHLY = next(rule for rule in DEFAULT_RULES if rule.code == "county_month")


def _row(code: str, valid_from: date, **changed: Any) -> ReceptionRuleRow:
    values: dict[str, Any] = {
        "name": "县领导每月接访",
        "level": Level.COUNTY,
        "role_group": RoleGroup.ALL,
        "period_type": PeriodType.ORDINARY,
        "demand": Demand.EACH_LEADER,
        "at_least": 2,
        "per": Per.MONTH,
        "clause": "本县规定",
        "set_by": "小李",
        "set_at": NOW,
    }
    return ReceptionRuleRow(code=code, valid_from=valid_from, **{**values, **changed})


def test_an_own_rule_lies_over_the_default_from_its_day_on(store: Store) -> None:
    with store.writing(OFFICE) as session:
        session.add(_row("county_month", date(2026, 11, 1)))
        session.add(_row("county_month", date(2027, 1, 1), at_least=0))

    with store.reading(OFFICE) as session:
        found = reception_rules.rules_of_reception(session)

    def monthly(on: date) -> list[int]:
        return [rule.at_least for rule in rules.in_force(found, on=on) if rule.code == MONTHLY.code]

    assert monthly(date(2026, 10, 31)) == [1]
    assert monthly(date(2026, 11, 1)) == [2]
    assert monthly(date(2027, 1, 1)) == []


def test_the_lines_tell_default_current_and_history(store: Store) -> None:
    with store.writing(OFFICE) as session:
        session.add(_row("county_month", date(2026, 6, 1)))
        session.add(_row("county_month", date(2026, 12, 1), at_least=0))
        session.add(_row("own-1", date(2026, 12, 1), name="县领导每天坐班"))

    with store.reading(OFFICE) as session:
        lines = {line.code: line for line in reception_rules.lines(session, on=date(2026, 11, 20))}
        later = {line.code: line for line in reception_rules.lines(session, on=date(2026, 12, 1))}

    monthly = lines["county_month"]
    assert monthly.current is not None
    assert (monthly.current.at_least, monthly.default) == (2, MONTHLY)
    assert [each.rule.valid_from for each in monthly.own] == [date(2026, 12, 1), date(2026, 6, 1)]
    assert monthly.own[1].set_by == "小李"
    assert lines["city_quarter"].own == ()
    assert lines["own-1"].current is None
    assert lines["own-1"].name == "县领导每天坐班"
    assert later["county_month"].current is None
    assert later["own-1"].current is not None
