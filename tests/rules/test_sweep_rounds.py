"""The days of rounds, their due times and names; one slot for each unit, whatever the cadence."""

from collections import Counter
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.reception_terms import PeriodType
from rules.receptions import SpecialPeriod
from rules.sweep_defaults import DEFAULT_RULES
from rules.sweep_rounds import PlannedRound, due_at, period_name, period_of, plan
from rules.sweep_terms import Cadence, RoundKind
from rules.sweeps import Round, SweepRule, SweepUnit, slots
from rules.terms import UnitKind
from rules.units import in_force
from rules.workdays import Calendar, is_workday
from tests.rosters import real_calendar
from tests.sweeps import CLOCK, at

REAL = real_calendar(2026)
TOWNSHIP = next(rule for rule in DEFAULT_RULES if rule.code == "township")
DAILY = next(rule for rule in DEFAULT_RULES if rule.code == "township_special")
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


def rule(cadence: Cadence, **changed: object) -> SweepRule:
    values: dict[str, object] = {
        "code": "township",
        "name": "乡镇定期排查",
        "level": UnitKind.TOWNSHIP,
        "period_type": PeriodType.ORDINARY,
        "rolls": True,
        "clause": "本县",
    }
    return SweepRule(cadence=cadence, **{**values, **changed})  # type: ignore[arg-type]


def planned(
    *rules: SweepRule,
    first: date = FIRST,
    last: date = LAST,
    specials: tuple[SpecialPeriod, ...] = (),
    calendar: Calendar = REAL,
) -> list[PlannedRound]:
    return plan(rules, specials, calendar, first=first, last=last, close_days=7, clock=CLOCK)


def test_a_year_has_24_rounds_of_townships_12_of_departments_and_4_of_the_city() -> None:
    counts = Counter(each.code for each in planned(*DEFAULT_RULES))

    assert counts == {"township": 24, "department": 12, "county": 12, "city": 4}


@pytest.mark.parametrize(
    ("cadence", "on", "span"),
    [
        (Cadence.DAY, date(2026, 2, 28), (date(2026, 2, 28), date(2026, 2, 28))),
        (Cadence.WEEK, date(2026, 12, 31), (date(2026, 12, 28), date(2027, 1, 3))),
        (Cadence.HALF_MONTH, date(2026, 2, 15), (date(2026, 2, 1), date(2026, 2, 15))),
        (Cadence.HALF_MONTH, date(2028, 2, 16), (date(2028, 2, 16), date(2028, 2, 29))),
        (Cadence.MONTH, date(2026, 12, 31), (date(2026, 12, 1), date(2026, 12, 31))),
        (Cadence.QUARTER, date(2026, 5, 2), (date(2026, 4, 1), date(2026, 6, 30))),
        (Cadence.HALF_YEAR, date(2026, 7, 1), (date(2026, 7, 1), date(2026, 12, 31))),
    ],
)
def test_a_period_has_the_days_the_office_means(
    cadence: Cadence, on: date, span: tuple[date, date]
) -> None:
    assert period_of(on, cadence) == span


@pytest.mark.parametrize(
    ("last_on", "due_on"),
    [
        (date(2026, 9, 15), date(2026, 9, 15)),  # a Tuesday
        (date(2026, 8, 15), date(2026, 8, 17)),  # a Saturday
        (date(2026, 2, 28), date(2026, 2, 28)),  # a Saturday that is worked (调休)
        (date(2026, 2, 15), date(2026, 2, 24)),  # 春节, from the 15th to the 23rd
    ],
)
def test_a_due_day_that_is_not_worked_gives_way_to_the_next_that_is(
    last_on: date, due_on: date
) -> None:
    assert due_at(last_on, TOWNSHIP, REAL, CLOCK) == at(due_on, 18)


def test_in_a_special_period_nothing_rolls() -> None:
    assert due_at(date(2026, 2, 17), DAILY, REAL, CLOCK) == at(date(2026, 2, 17), 18)


def test_days_after_the_end_are_counted_before_it_rolls() -> None:
    later = rule(Cadence.HALF_MONTH, due_days=2, due_time="12:00")

    assert due_at(date(2026, 8, 13), later, REAL, CLOCK) == at(date(2026, 8, 17), 12)


def test_the_round_that_has_begun_is_left_alone_by_a_new_cadence() -> None:
    found = planned(
        rule(Cadence.HALF_MONTH),
        rule(Cadence.WEEK, valid_from=date(2026, 11, 20)),
        first=date(2026, 11, 10),
        last=date(2026, 12, 10),
    )

    assert [(each.first_on, each.last_on) for each in found] == [
        (date(2026, 11, 1), date(2026, 11, 15)),
        (date(2026, 11, 16), date(2026, 11, 30)),
        (date(2026, 12, 1), date(2026, 12, 6)),
        (date(2026, 12, 7), date(2026, 12, 13)),
    ]
    assert found[2].name == "2026年12月1日至6日"


def test_a_level_that_is_switched_on_later_owes_nothing_before() -> None:
    (found,) = planned(
        rule(Cadence.NONE),
        rule(Cadence.MONTH, valid_from=date(2026, 12, 10)),
    )

    assert (found.first_on, found.last_on) == (date(2026, 12, 10), date(2026, 12, 31))


def test_a_special_period_opens_a_round_a_day_and_ends_with_it() -> None:
    found = planned(
        DAILY, specials=(SpecialPeriod(1, "两会", date(2026, 3, 2), date(2026, 3, 12)),)
    )

    assert len(found) == 11
    assert {each.kind for each in found} == {RoundKind.SPECIAL}
    assert found[0].name == "两会 2026年3月2日"
    assert (found[-1].last_on, found[-1].due_at) == (date(2026, 3, 12), at(date(2026, 3, 12), 18))


def test_a_weekly_special_round_is_cut_at_both_ends_of_its_period() -> None:
    weekly = rule(
        Cadence.WEEK, code="township_special", period_type=PeriodType.SPECIAL, rolls=False
    )
    found = planned(
        weekly, specials=(SpecialPeriod(1, "两会", date(2026, 3, 4), date(2026, 3, 12)),)
    )

    assert [(each.first_on.day, each.last_on.day) for each in found] == [(4, 8), (9, 12)]


def test_special_periods_that_overlap_ask_for_no_day_twice() -> None:
    found = planned(
        DAILY,
        specials=(
            SpecialPeriod(1, "全国两会", date(2026, 3, 2), date(2026, 3, 12)),
            SpecialPeriod(2, "省两会", date(2026, 3, 10), date(2026, 3, 14)),
        ),
    )

    assert [each.first_on.day for each in found] == list(range(2, 15))
    assert "全国两会、省两会" in found[0].name


@pytest.mark.parametrize(
    ("first", "last", "cadence", "name"),
    [
        (date(2026, 11, 1), date(2026, 11, 15), Cadence.HALF_MONTH, "2026年11月上半月"),
        (date(2026, 11, 16), date(2026, 11, 30), Cadence.HALF_MONTH, "2026年11月下半月"),
        (date(2026, 11, 1), date(2026, 11, 30), Cadence.MONTH, "2026年11月"),
        (date(2026, 10, 1), date(2026, 12, 31), Cadence.QUARTER, "2026年第4季度"),
        (date(2026, 7, 1), date(2026, 12, 31), Cadence.HALF_YEAR, "2026年下半年"),
        (date(2026, 12, 28), date(2027, 1, 3), Cadence.WEEK, "2026年12月28日至2027年1月3日"),
        (date(2026, 11, 20), date(2026, 12, 2), Cadence.MONTH, "2026年11月20日至12月2日"),
        (date(2026, 11, 20), date(2026, 11, 20), Cadence.DAY, "2026年11月20日"),
    ],
)
def test_a_round_is_called_as_the_office_calls_it(
    first: date, last: date, cadence: Cadence, name: str
) -> None:
    assert period_name(first, last, cadence) == name


DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
CADENCES = st.sampled_from([each for each in Cadence if each is not Cadence.NONE])


@st.composite
def _rules(draw: st.DrawFn) -> tuple[SweepRule, ...]:
    """A cadence and up to three more laid over it from some day on, rolling or not."""
    first = rule(draw(CADENCES), rolls=draw(st.booleans()), due_days=draw(st.integers(0, 5)))
    laid = draw(st.lists(st.tuples(CADENCES, DAYS), max_size=3, unique_by=lambda pair: pair[1]))
    return first, *(rule(cadence, valid_from=since) for cadence, since in laid)


@st.composite
def _calendar(draw: st.DrawFn) -> Calendar:
    return Calendar(draw(st.dictionaries(DAYS, st.booleans(), max_size=60)), frozenset({2026}))


@st.composite
def _units(draw: st.DrawFn) -> list[SweepUnit]:
    spans = draw(st.lists(st.tuples(st.none() | DAYS, st.none() | DAYS), min_size=1, max_size=5))
    return [
        SweepUnit(number, f"第{number}乡", UnitKind.TOWNSHIP, None, "", since, until)
        for number, (since, until) in enumerate(spans)
    ]


@given(rules=_rules(), calendar=_calendar(), units=_units(), first=DAYS)
def test_for_any_cadence_and_calendar_every_unit_has_exactly_one_slot_per_round(
    rules: tuple[SweepRule, ...], calendar: Calendar, units: list[SweepUnit], first: date
) -> None:
    found = planned(*rules, first=first, last=first + timedelta(days=200), calendar=calendar)
    rounds = [
        Round(
            id=number,
            name=each.name,
            kind=each.kind,
            level=each.level,
            first_on=each.first_on,
            last_on=each.last_on,
            due_at=each.due_at,
            closes_at=each.closes_at,
        )
        for number, each in enumerate(found)
    ]

    listed = slots(rounds, units, (), now=datetime(2027, 12, 1, tzinfo=CLOCK))

    owed = [
        (unit.id, each.id)
        for each in rounds
        for unit in units
        if in_force(unit.valid_from, unit.valid_to, on=each.last_on)
    ]
    assert sorted((slot.unit_id, slot.round.id) for slot in listed) == sorted(owed)
    # Every day lies in exactly one round, and a report is due on or after the last of them.
    assert found[0].first_on <= first <= found[0].last_on
    for one, after in pairwise(found):
        assert after.first_on == one.last_on + timedelta(days=1)
    for each in found:
        due = each.due_at.date()
        assert due >= each.last_on
        if all(r.rolls for r in rules):
            assert is_workday(due, calendar)


@given(rules=_rules(), first=DAYS, days=st.integers(0, 60))
def test_planning_further_ahead_changes_nothing_of_what_was_planned(
    rules: tuple[SweepRule, ...], first: date, days: int
) -> None:
    near = planned(*rules, first=first, last=first + timedelta(days=days))
    far = planned(*rules, first=first, last=first + timedelta(days=days + 90))

    assert far[: len(near)] == near
