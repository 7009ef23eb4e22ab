"""The county's own rules of reception over those every county begins with."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from db.commands import reception_rules as commands
from db.engine import Store
from db.models.receptions import ReceptionRuleRow
from db.queries import reception_rules
from rules import reception_rules as rules
from rules.errors import Invalid, Missing
from rules.reception_defaults import DEFAULT_RULES
from rules.reception_setting import asked
from rules.reception_terms import Demand, Level, Per, PeriodType, RoleGroup
from tests.conftest import NOW, OFFICE, TODAY

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


def _set(store: Store, at_least: int, valid_from: date, **given: Any) -> None:
    with store.writing(OFFICE) as session:
        commands.set_rule(
            session,
            "county_month",
            at_least=at_least,
            per=Per.MONTH,
            clause="县联席办〔2026〕3号",
            valid_from=valid_from,
            today=TODAY,
            now=NOW,
            **given,
        )


def _monthly(store: Store, on: date) -> list[int]:
    with store.reading(OFFICE) as session:
        found = rules.in_force(reception_rules.rules_of_reception(session), on=on)
    return [rule.at_least for rule in found if rule.code == "county_month"]


def test_a_rule_set_from_a_day_on_leaves_the_past_alone(store: Store) -> None:
    _set(store, 2, date(2026, 12, 1))
    _set(store, 0, date(2027, 2, 1))

    assert _monthly(store, date(2026, 11, 30)) == [1]
    assert _monthly(store, date(2026, 12, 1)) == [2]
    assert _monthly(store, date(2027, 2, 1)) == []
    with pytest.raises(Invalid, match="已经过去"):
        _set(store, 3, date(2026, 11, 19))


def test_a_rule_that_ends_gives_the_default_back(store: Store) -> None:
    _set(store, 4, TODAY, valid_to=date(2026, 12, 1))

    assert _monthly(store, date(2026, 11, 30)) == [4]
    assert _monthly(store, date(2026, 12, 1)) == [1]


def test_the_same_day_is_set_once_and_what_has_not_begun_is_taken_back(store: Store) -> None:
    _set(store, 2, date(2026, 12, 1))
    _set(store, 3, date(2026, 12, 1))
    _set(store, 2, TODAY)
    with store.reading(OFFICE) as session:
        (line,) = [x for x in reception_rules.lines(session, on=TODAY) if x.code == "county_month"]
    assert [each.rule.at_least for each in line.own] == [3, 2]
    assert line.own[0].set_by == OFFICE.name

    with store.writing(OFFICE) as session:
        commands.take_back(session, "county_month", valid_from=date(2026, 12, 1), today=TODAY)
    with pytest.raises(Invalid, match="已经施行"), store.writing(OFFICE) as session:
        commands.take_back(session, "county_month", valid_from=TODAY, today=TODAY)

    assert _monthly(store, date(2026, 12, 1)) == [2]


def test_a_rule_of_the_countys_own_making_holds_beside_the_others(store: Store) -> None:
    wanted = replace(
        asked(MONTHLY), name="主要领导每月两天", group=RoleGroup.PRINCIPALS, at_least=2
    )
    with store.writing(OFFICE) as session:
        code = commands.add_rule(session, wanted, valid_from=TODAY, today=TODAY, now=NOW)
        another = commands.add_rule(session, wanted, valid_from=TODAY, today=TODAY, now=NOW)

    assert code != another
    assert _monthly(store, TODAY) == [1]
    with store.reading(OFFICE) as session:
        found = {line.code: line for line in reception_rules.lines(session, on=TODAY)}
    assert found[code].default is None
    assert found[code].current is not None
    with store.writing(OFFICE) as session:
        commands.set_rule(
            session,
            code,
            at_least=0,
            per=Per.MONTH,
            clause="废止",
            valid_from=date(2026, 12, 1),
            today=TODAY,
            now=NOW,
        )
    with store.reading(OFFICE) as session:
        later = {x.code: x for x in reception_rules.lines(session, on=date(2026, 12, 1))}
    assert later[code].current is None
    assert (later[code].name, later[code].own[0].rule.group) == (
        "主要领导每月两天",
        RoleGroup.PRINCIPALS,
    )


def test_a_rule_that_is_not_there_cannot_be_set(store: Store) -> None:
    with pytest.raises(Missing), store.writing(OFFICE) as session:
        commands.set_rule(
            session,
            "own-x",
            at_least=1,
            per=Per.MONTH,
            clause="某文件",
            valid_from=TODAY,
            today=TODAY,
            now=NOW,
        )
