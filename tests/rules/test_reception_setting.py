"""What a rule of reception asks for in words, and what of it may be set."""

from dataclasses import replace
from datetime import date

import pytest

from rules.reception_defaults import DEFAULT_RULES
from rules.reception_setting import Asked, asked, problems, said
from rules.reception_terms import Demand, Level, Per, PeriodType, RoleGroup

TODAY = date(2026, 11, 20)
MONTHLY = asked(next(rule for rule in DEFAULT_RULES if rule.code == "county_month"))
DAILY = Asked(
    name="每个工作日一名县领导",
    level=Level.COUNTY,
    group=RoleGroup.ALL,
    period_type=PeriodType.ORDINARY,
    demand=Demand.EVERY_WORKDAY,
    at_least=1,
    per=Per.DAY,
    clause="县联席办〔2026〕3号",
)


def test_the_defaults_are_said_as_the_clauses_say_them() -> None:
    told = {rule.code: said(rule) for rule in DEFAULT_RULES}

    assert told == {
        "city_quarter": "每位市领导每季度至少接访 1 天",
        "county_month": "每位县领导每月至少接访 1 天",
        "township_week": "每位乡镇领导每周至少接访 1 天",
        "member_centre": "每个成员单位每个工作日至少 1 名领导在人民来访接待中心接访",
        "city_special": "特护期每天至少 1 名市领导接访",
        "county_special": "特护期每天至少 1 名县领导接访",
        "township_special": "特护期每个乡镇每天至少 1 名领导接访",
        "county_principals_special": "特护期每位县党政主要领导每周至少接访 1 天",
    }


def test_a_rule_of_nobody_is_said_to_be_off() -> None:
    assert said(replace(MONTHLY, at_least=0)) == "不再要求"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"clause": ""}, "clause"),
        ({"at_least": -1}, "at_least"),
        ({"at_least": 32}, "at_least"),
        ({"per": Per.DAY}, "per"),
        ({"demand": Demand.EVERY_DAY}, "per"),
    ],
)
def test_what_may_not_stand_is_named(changed: dict[str, object], field: str) -> None:
    wrong = replace(MONTHLY, **changed)  # type: ignore[arg-type]

    found = problems(wrong, valid_from=TODAY, valid_to=None, today=TODAY)

    assert [problem.field for problem in found] == [field]


def test_what_may_stand_has_no_problem() -> None:
    most = replace(MONTHLY, at_least=31)
    for rule in (MONTHLY, DAILY, most, replace(MONTHLY, at_least=0)):
        assert problems(rule, valid_from=TODAY, valid_to=None, today=TODAY) == []


def test_the_past_is_not_changed() -> None:
    def wrong(valid_from: date | None, valid_to: date | None = None) -> list[str]:
        found = problems(MONTHLY, valid_from=valid_from, valid_to=valid_to, today=TODAY)
        return [problem.field for problem in found]

    assert wrong(date(2026, 11, 19)) == wrong(None) == ["valid_from"]
    assert wrong(TODAY, TODAY) == ["valid_to"]
    assert wrong(TODAY, date(2026, 11, 21)) == []
