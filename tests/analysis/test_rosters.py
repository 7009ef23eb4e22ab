"""Rosters made by the solver: what they keep, what they prefer, and what they say when they cannot."""

import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.roster_weights import Weights, labels
from analysis.rosters import Outcome, Roster, generate
from rules.reception_terms import Demand, FindingKind, Level
from rules.receptions import Basis, Given, Leave, Place, ReceivingUnit, SpecialPeriod, Turn
from rules.roster_audit import audit
from tests.conftest import ROOT
from tests.rosters import (
    CENTRE,
    COUNTY_RULES,
    basis,
    county_leaders,
    days,
    jiayin,
    leader,
    rules_of,
    township,
    turn,
    turns,
)

WEEK = date(2026, 3, 9), date(2026, 3, 15)
MARCH = date(2026, 3, 1), date(2026, 3, 31)
DAILY = rules_of("county_special")
GUARD = (SpecialPeriod(1, "两会", *MARCH),)


def small(count: int = 4, **changed) -> Basis:
    """A special week with daily cover by a few leaders, and no other rule."""
    values = {"rules": DAILY, "receivers": county_leaders(count), "specials": GUARD}
    return basis(*WEEK, **{**values, **changed})


def by_day(roster: Roster) -> dict[date, int]:
    return {turn.on: turn.leader_id for turn in roster.turns}


def findings(roster: Roster, ground: Basis, settled: Given | None = None):
    settled = settled or Given()
    return audit([*settled.earlier, *settled.fixed, *roster.turns], ground).findings


def test_the_month_of_21_leaders_is_made_with_one_leader_a_day():
    ground, _ = jiayin()

    roster = generate(ground)

    result = audit(roster.turns, ground)
    assert (roster.outcome, roster.clashes) == (Outcome.MADE, ())
    assert (result.findings, result.notices) == ((), ())
    assert len(roster.turns) == 31
    assert [turn.id for turn in roster.turns] == [-n for n in range(1, 32)]


def test_the_same_seed_makes_the_same_roster_and_another_seed_another():
    ground = small(10)

    first, again, other = (generate(ground, seed=seed).turns for seed in (7, 7, 8))

    assert first == again
    assert first != other


def test_townships_are_made_each_by_itself():
    made = [township(number, count=3) for number in (1, 2)]
    ground = basis(
        *MARCH,
        rules=rules_of("township_week", "township_special"),
        units=tuple(unit for unit, _, _ in made),
        receivers=tuple(each for _, leaders, _ in made for each in leaders),
        places=tuple(hall for _, _, hall in made),
        specials=(SpecialPeriod(1, "两会", date(2026, 3, 4), date(2026, 3, 12)),),
        known_from=MARCH[0],
    )
    told: list[float] = []

    roster = generate(ground, progress=told.append)

    assert roster.outcome is Outcome.MADE
    assert findings(roster, ground) == ()
    halls = {each.id: each.unit_id for each in ground.receivers}
    assert {turn.place_id == halls[turn.leader_id] for turn in roster.turns} == {True}
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_where_one_township_cannot_the_others_are_made():
    made = [township(number, count=2) for number in (1, 2)]
    away = Leave(date(2026, 3, 10), date(2026, 3, 10))
    receivers = [each for _, leaders, _ in made for each in leaders]
    receivers[:2] = [replace(each, leaves=(away,)) for each in receivers[:2]]
    ground = basis(
        *WEEK,
        rules=rules_of("township_special"),
        units=tuple(unit for unit, _, _ in made),
        receivers=tuple(receivers),
        places=tuple(hall for _, _, hall in made),
        specials=GUARD,
    )

    roster = generate(ground)

    assert roster.outcome is Outcome.IMPOSSIBLE
    assert [clash.unit_id for clash in roster.clashes] == [101]
    assert {turn.leader_id // 1000 for turn in roster.turns} == {2}


def test_member_units_send_their_own_to_the_centre_on_workdays():
    units = tuple(ReceivingUnit(number, f"第{number}局", Level.MEMBER) for number in (50, 51))
    receivers = tuple(
        leader(unit.id * 10 + n, Level.MEMBER, unit_id=unit.id) for unit in units for n in (1, 2)
    )
    centre = replace(CENTRE, capacity=2)
    ground = basis(
        *WEEK, rules=rules_of("member_centre"), receivers=receivers, units=units, places=(centre,)
    )

    roster = generate(ground)

    assert findings(roster, ground) == ()
    assert len(roster.turns) == 10
    (clash,) = generate(replace(ground, places=(CENTRE,))).clashes
    assert "县人民来访接待中心每天最多 1 名领导" in clash.conditions
    assert len(clash.conditions) == 3


def test_turns_set_by_hand_stay_and_their_days_are_not_filled_again():
    ground = small()
    settled = Given(fixed=(turn(5, date(2026, 3, 11), 3), turn(6, date(2026, 3, 14), 3)))

    roster = generate(ground, settled)

    assert findings(roster, ground, settled) == ()
    assert len(roster.turns) == 5
    assert not {turn.on for turn in settled.fixed} & set(by_day(roster))


def test_a_turn_of_somebody_elses_roster_fills_the_place():
    ground = small()
    settled = Given(fixed=(turn(5, date(2026, 3, 11), 99),))

    (clash,) = generate(ground, settled).clashes

    assert clash.conditions == (
        "县人民来访接待中心每天最多 1 名领导",
        "2026年3月11日（星期三）要有 1 名县领导接访（特护期县领导每天接访，衡阳市21条·八）",
    )


def test_a_turn_set_by_hand_on_leave_is_named_with_the_leave_alone():
    away = leader(3, leaves=(Leave(date(2026, 3, 11), date(2026, 3, 12), "住院"),))
    ground = small(receivers=(*county_leaders(2), away))

    roster = generate(ground, Given(fixed=(turn(5, date(2026, 3, 11), 3),)))

    assert roster.outcome is Outcome.IMPOSSIBLE
    assert roster.turns == ()
    (clash,) = roster.clashes
    assert set(clash.conditions) == {
        "领导3（副县长）2026年3月11日（星期三）接访已由办公室排定",
        "领导3（副县长）2026年3月11日至3月12日请假（住院）",
    }


def test_the_smallest_clash_names_those_away_and_the_day_and_no_more():
    day = date(2026, 3, 11)
    on_leave = tuple(replace(each, leaves=(Leave(day, day),)) for each in county_leaders(3))
    others_away = Leave(date(2026, 3, 13), date(2026, 3, 13))
    ground = small(
        receivers=(*on_leave[:2], replace(on_leave[2], leaves=(Leave(day, day), others_away)))
    )

    (clash,) = generate(ground).clashes

    assert sorted(text[:3] for text in clash.conditions) == ["202", "领导1", "领导2", "领导3"]
    assert not [text for text in clash.conditions if "3月13日" in text]


def test_a_week_all_holiday_but_one_day_cannot_hold_everybodys_week():
    _, leaders, hall = township(1, count=2)
    ground = basis(
        date(2026, 2, 9),
        date(2026, 2, 15),
        rules=rules_of("township_week"),
        receivers=tuple(
            replace(each, leaves=(Leave(date(2026, 2, 9), date(2026, 2, 13)),)) for each in leaders
        ),
        places=(replace(hall, capacity=1),),
    )

    (clash,) = generate(ground).clashes

    assert "休息日不排接访" in clash.conditions
    assert sum("应接访 1 天" in text for text in clash.conditions) == 2


def test_a_rule_with_no_leaders_is_said_and_the_rest_is_made():
    ground = small(rules=COUNTY_RULES, receivers=(leader(5),))

    roster = generate(ground)

    assert roster.outcome is Outcome.IMPOSSIBLE
    (clash,) = roster.clashes
    assert clash.conditions[0].startswith("没有在任的县党政主要领导")
    assert {each.kind for each in findings(roster, ground)} == {FindingKind.NOBODY}


def test_leave_terms_days_off_and_worked_weekends_are_kept():
    (month,) = rules_of("county_month")
    ground = basis(
        date(2026, 2, 1),
        date(2026, 2, 28),
        rules=(month, replace(month, code="day", demand=Demand.EVERY_WORKDAY)),
        receivers=(
            leader(1, leaves=(Leave(date(2026, 2, 1), date(2026, 2, 12)),)),
            leader(2, term_from=date(2026, 2, 10)),
            leader(3, term_to=date(2026, 2, 24)),
        ),
    )

    roster = generate(ground)

    assert findings(roster, ground) == ()
    assert {date(2026, 2, 14), date(2026, 2, 28)} <= set(by_day(roster))
    assert not set(days(date(2026, 2, 15), date(2026, 2, 23))) & set(by_day(roster))


def test_whoever_received_often_this_year_receives_less_now():
    earlier = turns((date(2026, 1, day), 1) for day in range(5, 15))

    roster = generate(small(receivers=(leader(1), leader(2))), Given(earlier=tuple(earlier)))

    assert Counter(by_day(roster).values())[2] >= 6


def test_last_years_turns_weigh_nothing():
    earlier = turns((date(2025, 12, day), 1) for day in range(5, 15))

    roster = generate(small(receivers=(leader(1), leader(2))), Given(earlier=tuple(earlier)))

    assert min(Counter(by_day(roster).values()).values()) == 3


def test_a_newcomer_is_not_made_to_catch_up_on_the_year():
    earlier = turns((date(2026, 1, 5) + timedelta(days=n), 1 + n % 2) for n in range(40))
    newcomer = leader(3, term_from=WEEK[0])

    roster = generate(
        small(receivers=(leader(1), leader(2), newcomer)), Given(earlier=tuple(earlier))
    )

    assert max(Counter(by_day(roster).values()).values()) == 3


def test_days_off_go_to_whoever_had_fewer():
    earlier = [turn(n, date(2026, 3, n), 1) for n in (1, 7, 8)]
    earlier += [turn(10 + n, date(2026, 3, n), 2) for n in (2, 3, 4)]

    roster = by_day(
        generate(small(receivers=(leader(1), leader(2))), Given(earlier=tuple(earlier)))
    )

    assert {roster[date(2026, 3, 14)], roster[date(2026, 3, 15)]} == {2}


def test_the_topic_booked_brings_the_leader_in_charge():
    receivers = (*county_leaders(3), leader(4, portfolio=(77,)))
    topics = {date(2026, 3, 12): frozenset({77, 78})}

    for seed in range(3):
        roster = generate(small(receivers=receivers), Given(topics=topics), seed=seed)
        assert by_day(roster)[date(2026, 3, 12)] == 4


def test_the_township_open_on_a_day_gets_whose_contact_point_it_is():
    village_hall = Place(9, "桃源镇接访点", 1, 700)
    receivers = (*county_leaders(3), leader(4, contacts=(700,)))
    ground = small(receivers=receivers, places=(CENTRE, village_hall))
    open_places = {date(2026, 3, 12): frozenset({9})}

    for seed in range(3):
        roster = generate(ground, Given(open_places=open_places), seed=seed)
        there = [(turn.on, turn.leader_id) for turn in roster.turns if turn.place_id == 9]
        assert (date(2026, 3, 12), 4) in there
        assert findings(roster, ground) == ()


def test_a_wish_left_out_weighs_nothing():
    receivers = (leader(1), leader(2), leader(3, portfolio=(77,)))
    topics = {day: frozenset({77}) for day in days(*WEEK)}
    ground = small(receivers=receivers)
    unfair = Weights(even=0, days_off=0, special_days=0, spacing=0, portfolio=5)

    roster = generate(ground, Given(topics=topics), weights=unfair)

    assert set(by_day(roster).values()) == {3}
    even = generate(ground, Given(topics=topics), weights=Weights(portfolio=0))
    assert sorted(Counter(by_day(even).values()).values()) == [2, 2, 3]


def test_every_weight_has_a_chinese_label():
    assert set(labels()) == set(Weights.__dataclass_fields__)
    assert all(label and not label.isascii() for label in labels().values())


@pytest.mark.parametrize("questions", [0, 1, 2])
def test_a_stop_returns_nothing(questions):
    asked = iter([False] * questions)
    ground, _ = jiayin()

    roster = generate(ground, stop=lambda: next(asked, True))

    assert (roster.outcome, roster.turns) == (Outcome.STOPPED, ())


def test_a_year_of_months_starves_nobody():
    (month,) = rules_of("county_month")
    rules = (month, replace(month, code="day", name="县规", demand=Demand.EVERY_WORKDAY))
    receivers = (
        *county_leaders(6),
        leader(7, leaves=(Leave(date(2026, 4, 1), date(2026, 5, 31)),)),
        leader(8, term_from=date(2026, 7, 1)),
    )
    earlier: list[Turn] = []
    for number in range(1, 13):
        first = date(2026, number, 1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        ground = basis(first, last, rules=rules, receivers=receivers)
        roster = generate(ground, Given(earlier=tuple(earlier)), seed=number)
        assert findings(roster, ground, Given(earlier=tuple(earlier))) == ()
        earlier += roster.turns

    counts = Counter(turn.leader_id for turn in earlier)
    whole_year = [counts[number] for number in range(1, 8)]
    assert max(whole_year) - min(whole_year) <= 2
    assert counts[8] >= min(whole_year) / 2 - 1


def test_weeks_that_cross_months_are_left_possible_for_the_next():
    unit, leaders, hall = township(1, count=5)
    hall = replace(hall, capacity=2)
    earlier: list[Turn] = []
    for number in range(3, 10):
        first = date(2026, number, 1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        ground = basis(
            first,
            last,
            rules=rules_of("township_week"),
            receivers=leaders,
            units=(unit,),
            places=(hall,),
            known_from=MARCH[0],
        )
        roster = generate(ground, Given(earlier=tuple(earlier)))
        assert roster.outcome is Outcome.MADE, roster.clashes
        assert findings(roster, ground, Given(earlier=tuple(earlier))) == ()
        earlier += roster.turns


def test_the_solver_is_loaded_when_a_roster_is_made_and_no_earlier():
    code = "import sys, analysis.rosters; print([m for m in sys.modules if 'ortools' in m])"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert run.stdout.strip() == "[]"


@st.composite
def grounds(draw) -> tuple[Basis, Given]:
    """A few leaders over some weeks of a real calendar, with leave, terms, turns set by hand."""
    first = draw(st.sampled_from([date(2026, 1, 28), date(2025, 12, 25), date(2026, 9, 21)]))
    last = first + timedelta(days=draw(st.integers(6, 20)))
    offset = st.integers(-3, 23).map(lambda n: first + timedelta(days=n))

    def span() -> tuple[date, date]:
        begun = draw(offset)
        return begun, begun + timedelta(days=draw(st.integers(0, 8)))

    receivers = []
    for each in county_leaders(draw(st.integers(3, 6))):
        leaves = tuple(Leave(*span()) for _ in range(draw(st.integers(0, 2))))
        term = draw(
            st.sampled_from([{}, {}, {"term_from": draw(offset)}, {"term_to": draw(offset)}])
        )
        receivers.append(replace(each, leaves=leaves, **term))
    extra = draw(st.sampled_from([(), tuple(replace(r, at_least=2) for r in DAILY)]))
    rules = (*rules_of("county_month", "county_principals_special"), *(extra or DAILY))
    ground = basis(
        first,
        last,
        rules=rules,
        receivers=tuple(receivers),
        specials=tuple(SpecialPeriod(n, "特护期", *span()) for n in range(draw(st.integers(0, 2)))),
        places=(replace(CENTRE, capacity=draw(st.integers(1, 2))), Place(2, "信访局")),
        known_from=draw(st.sampled_from([None, first])),
    )
    ids = st.integers(1, len(receivers))
    fixed = [turn(n, draw(offset), draw(ids)) for n in range(1, draw(st.integers(1, 3)))]
    before = [turn(50 + n, first - timedelta(days=n), draw(ids)) for n in range(1, 5)]
    inside = tuple(each for each in fixed if first <= each.on <= last)
    return ground, Given(fixed=inside, earlier=tuple(before))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(grounds())
def test_whatever_is_made_passes_the_audit_and_what_cannot_be_says_why(made):
    ground, settled = made

    roster = generate(ground, settled)

    if roster.outcome is Outcome.MADE:
        assert findings(roster, ground, settled) == ()
    else:
        assert roster.outcome is Outcome.IMPOSSIBLE
        assert roster.clashes
        assert all(clash.conditions for clash in roster.clashes)
