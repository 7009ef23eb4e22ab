"""Which rules bind when, and what they come to on parts of a period."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from rules.reception_defaults import DEFAULT_RULES
from rules.reception_rules import Demands, in_force, period_of, periods
from rules.reception_terms import Demand, Level, Per, PeriodType
from rules.receptions import Leave, SpecialPeriod
from tests.rosters import COUNTY_RULES, basis, county_leaders, leader, rules_of

(MONTHLY,) = rules_of("county_month")
(DAILY,) = rules_of("county_special")
MARCH = date(2026, 3, 1), date(2026, 3, 31)
TOWNSHIP_WEEK = rules_of("township_week")


def owed(ground):
    """What the only leader owes in each period."""
    return {duty.first: duty.owed for duty in Demands(ground).duties()}


@pytest.mark.parametrize(
    ("on", "per", "span"),
    [
        (date(2026, 1, 1), Per.WEEK, (date(2025, 12, 29), date(2026, 1, 4))),
        (date(2026, 2, 28), Per.MONTH, (date(2026, 2, 1), date(2026, 2, 28))),
        (date(2024, 2, 29), Per.QUARTER, (date(2024, 1, 1), date(2024, 3, 31))),
        (date(2026, 12, 31), Per.QUARTER, (date(2026, 10, 1), date(2026, 12, 31))),
        (date(2026, 5, 5), Per.DAY, (date(2026, 5, 5), date(2026, 5, 5))),
    ],
)
def test_the_period_of_a_day(on, per, span):
    assert period_of(on, per) == span


def test_periods_reach_over_both_ends():
    found = list(periods(*MARCH, Per.WEEK))

    assert found[0] == (date(2026, 2, 23), date(2026, 3, 1))
    assert found[-1] == (date(2026, 3, 30), date(2026, 4, 5))
    assert len(found) == 6


def test_the_defaults_are_those_of_the_measures():
    each = {r.level: r.per for r in DEFAULT_RULES if r.period_type is PeriodType.ORDINARY}
    daily = {r.level for r in DEFAULT_RULES if r.demand is Demand.EVERY_DAY}

    assert each == {
        Level.CITY: Per.QUARTER,
        Level.COUNTY: Per.MONTH,
        Level.TOWNSHIP: Per.WEEK,
        Level.MEMBER: Per.DAY,
    }
    assert daily == {Level.CITY, Level.COUNTY, Level.TOWNSHIP}
    assert len({rule.code for rule in DEFAULT_RULES}) == len(DEFAULT_RULES)
    assert all(rule.clause and rule.at_least == 1 for rule in DEFAULT_RULES)


def test_a_countys_own_rule_lies_over_the_default_while_it_is_in_force():
    own = replace(MONTHLY, at_least=2, valid_from=date(2026, 3, 1), valid_to=date(2026, 5, 1))

    def at_least(on):
        return [rule.at_least for rule in in_force((own, MONTHLY), on=on)]

    assert at_least(date(2026, 2, 28)) == [1]
    assert at_least(date(2026, 3, 1)) == [2]
    assert at_least(date(2026, 4, 30)) == [2]
    assert at_least(date(2026, 5, 1)) == [1]


def test_zero_switches_a_rule_off_from_its_day_on():
    off = replace(DAILY, at_least=0, valid_from=date(2026, 3, 10))

    assert in_force((DAILY, off), on=date(2026, 3, 9)) == [DAILY]
    assert in_force((DAILY, off), on=date(2026, 3, 10)) == []


def test_a_change_within_a_month_binds_from_the_next():
    more = replace(MONTHLY, at_least=3, valid_from=date(2026, 3, 10))
    ground = basis(
        date(2026, 2, 1), date(2026, 4, 30), rules=(MONTHLY, more), receivers=(leader(1),)
    )

    assert list(owed(ground).values()) == [1, 1, 3]


@pytest.mark.parametrize(
    ("valid_from", "days"), [(date(2026, 3, 16), 1), (date(2026, 3, 17), 0), (None, 1)]
)
def test_a_new_rule_is_owed_when_half_of_the_month_is_left(valid_from, days):
    ground = basis(*MARCH, rules=(replace(MONTHLY, valid_from=valid_from),), receivers=(leader(1),))

    assert sum(owed(ground).values()) == days


@pytest.mark.parametrize(
    ("term", "days"),
    [
        ({"term_from": date(2026, 3, 16)}, 1),
        ({"term_from": date(2026, 3, 17)}, 0),
        ({"term_to": date(2026, 3, 17)}, 1),
        ({"term_to": date(2026, 3, 16)}, 0),
        ({"term_from": date(2026, 4, 1)}, 0),
    ],
)
def test_whoever_is_in_office_for_half_the_month_owes_its_day(term, days):
    ground = basis(*MARCH, rules=(MONTHLY,), receivers=(leader(1, **term),))

    assert sum(owed(ground).values()) == days


def test_of_four_days_a_month_half_a_month_owes_two():
    rule = replace(MONTHLY, at_least=4)
    ground = basis(*MARCH, rules=(rule,), receivers=(leader(1, term_from=date(2026, 3, 16)),))

    assert sum(owed(ground).values()) == 2


@pytest.mark.parametrize("offset", range(7))
def test_a_special_period_of_seven_days_is_one_week_wherever_it_begins(offset):
    first = date(2026, 3, 2) + timedelta(days=offset)
    ground = basis(
        *MARCH,
        rules=rules_of("county_principals_special"),
        receivers=county_leaders(1)[1:],
        specials=(SpecialPeriod(1, "特护期", first, first + timedelta(days=6)),),
    )

    assert sum(owed(ground).values()) == 1


def test_periods_that_overlap_count_their_days_once():
    first = date(2026, 3, 2)
    nested = (
        SpecialPeriod(1, "外", first, first + timedelta(days=2)),
        SpecialPeriod(2, "内", first, first + timedelta(days=1)),
        SpecialPeriod(3, "又一", first, first + timedelta(days=2)),
    )
    ground = basis(
        *MARCH,
        rules=rules_of("county_principals_special"),
        receivers=county_leaders(1)[1:],
        specials=nested,
    )

    assert sum(owed(ground).values()) == 0


def test_leave_lessens_nothing_while_a_day_is_left_to_receive():
    most = leader(1, leaves=(Leave(date(2026, 3, 1), date(2026, 3, 30)),))
    whole = leader(1, leaves=(Leave(*MARCH),))

    assert sum(owed(basis(*MARCH, rules=(MONTHLY,), receivers=(most,))).values()) == 1
    assert sum(owed(basis(*MARCH, rules=(MONTHLY,), receivers=(whole,))).values()) == 0


def test_the_week_that_is_all_holiday_is_owed_by_nobody():
    ground = basis(
        date(2026, 2, 2),
        date(2026, 3, 1),
        rules=TOWNSHIP_WEEK,
        receivers=(leader(1, Level.TOWNSHIP, unit_id=9),),
    )

    assert owed(ground) == {
        date(2026, 2, 2): 1,
        date(2026, 2, 9): 1,
        date(2026, 2, 16): 0,  # the Spring Festival
        date(2026, 2, 23): 1,
    }


def test_a_period_lies_where_it_ends():
    ground = basis(*MARCH, rules=TOWNSHIP_WEEK, receivers=(leader(1, Level.TOWNSHIP, unit_id=9),))

    open_ = {duty.first: duty.open for duty in Demands(ground).duties()}

    assert open_[date(2026, 2, 23)] is False
    assert open_[date(2026, 3, 30)] is True
    assert sum(open_.values()) == 1


def test_daily_cover_makes_days_off_days_of_reception_for_its_level_only():
    saturday = date(2026, 3, 7)
    ground = basis(*MARCH, rules=COUNTY_RULES, specials=(SpecialPeriod(1, "两会", *MARCH),))
    demands = Demands(ground)

    assert demands.may_receive(leader(3), saturday)
    assert not demands.may_receive(leader(4, Level.TOWNSHIP, unit_id=9), saturday)
