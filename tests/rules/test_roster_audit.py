"""The audit of rosters over real months, holidays and worked weekends among them."""

from dataclasses import replace
from datetime import date

import pytest

from rules.reception_terms import Counting, Demand, FindingKind, Level, RoleGroup, Standing
from rules.reception_terms import TurnState as State
from rules.receptions import Audit, Leave, Place, ReceivingUnit, SpecialPeriod, Turn
from rules.roster_audit import audit
from tests.rosters import (
    CENTRE,
    CONGRESS,
    COUNTY_RULES,
    away,
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

OCTOBER = days(CONGRESS.first, CONGRESS.last)
MARCH = date(2026, 3, 1), date(2026, 3, 31)


def kinds(result: Audit) -> list[FindingKind]:
    return [finding.kind for finding in result.findings]


def march(**changed):
    """March 2026: each of 21 leaders has a workday of his own, by the month's rule alone."""
    ground = basis(*MARCH, rules=rules_of("county_month"), **changed)
    workdays = [day for day in days(*MARCH) if day.weekday() < 5]
    return ground, turns(zip(workdays, range(1, 22), strict=False))


def test_the_month_of_21_leaders_with_daily_cover_passes():
    ground, roster = jiayin()

    result = audit(roster, ground)

    assert len(roster) == 31
    assert {turn.by for turn in roster} == set(range(1, 22))
    assert result.findings == ()
    assert result.notices == ()


def test_one_day_taken_away_is_exactly_one_finding():
    ground, roster = jiayin()
    taken = next(turn for turn in roster if turn.on == date(2022, 10, 30))

    (finding,) = audit([turn for turn in roster if turn is not taken], ground).findings

    assert finding.kind is FindingKind.UNCOVERED
    assert finding.days == (date(2022, 10, 30),)
    assert finding.rule_code == "county_special"
    assert finding.text == (
        "2022年10月30日（星期日）应有 1 名县领导接访，已排 0 名，差 1 名"
        "（特护期县领导每天接访，衡阳市21条·八）"
    )


@pytest.mark.parametrize("day", OCTOBER)
def test_any_day_taken_away_is_missed_and_nothing_else_is_said(day):
    ground, roster = jiayin()
    (taken,) = [turn for turn in roster if turn.on == day]
    again = sum(turn.by == taken.by for turn in roster) > 1

    found = audit([turn for turn in roster if turn is not taken], ground).findings

    expected = {FindingKind.UNCOVERED}
    if taken.by <= 2:
        expected.add(FindingKind.PRINCIPAL_SHORT)
    elif not again:
        expected.add(FindingKind.SHORT)
    assert {each.kind for each in found} == expected
    assert len(found) == len(expected)
    assert all(day in each.days for each in found)


def test_a_principal_without_his_week_is_named():
    ground, roster = jiayin()
    changed = [
        replace(turn, leader_id=21) if turn.on == date(2022, 10, 10) else turn for turn in roster
    ]

    (finding,) = audit(changed, ground).findings

    assert finding.kind is FindingKind.PRINCIPAL_SHORT
    assert finding.leader_ids == (1,)
    assert finding.text == (
        "领导1（县委书记）在2022年10月10日至10月16日应接访 1 天，已排 0 天，差 1 天"
        "（特护期县党政主要领导每周接访，嘉荫县领导信访接待日制度）"
    )


def test_days_in_a_row_without_cover_are_one_finding():
    ground, roster = jiayin()
    gone = {date(2022, 10, 29), date(2022, 10, 30), date(2022, 10, 31), date(2022, 10, 20)}

    found = audit([turn for turn in roster if turn.on not in gone], ground).findings

    uncovered = [each.days for each in found if each.kind is FindingKind.UNCOVERED]
    assert uncovered == [
        (date(2022, 10, 20),),
        (date(2022, 10, 29), date(2022, 10, 30), date(2022, 10, 31)),
    ]


def test_outside_a_special_period_no_day_needs_cover():
    ground, roster = march()

    assert audit(roster, replace(ground, rules=COUNTY_RULES)).passes


def test_a_special_period_within_another_asks_for_cover_once():
    ground, roster = jiayin()
    inner = SpecialPeriod(2, "开幕", date(2022, 10, 16), date(2022, 10, 22))
    doubled = replace(ground, specials=(CONGRESS, inner, inner))
    without = [turn for turn in roster if turn.on != date(2022, 10, 20)]

    assert kinds(audit(roster, doubled)) == []
    assert kinds(audit(without, doubled)) == kinds(audit(without, ground))


def test_cover_ends_where_the_last_of_overlapping_periods_ends():
    ground, roster = jiayin()
    parts = (
        SpecialPeriod(1, "前", date(2022, 10, 1), date(2022, 10, 12)),
        SpecialPeriod(2, "后", date(2022, 10, 8), date(2022, 10, 20)),
    )
    narrowed = replace(ground, specials=parts, rules=rules_of("county_special"))

    found = audit([t for t in roster if t.on not in (OCTOBER[19], OCTOBER[20])], narrowed).findings

    assert [each.days for each in found if each.kind is FindingKind.UNCOVERED] == [(OCTOBER[19],)]


def test_of_two_demands_for_cover_on_a_day_the_stricter_speaks():
    ground, roster = jiayin()
    (daily,) = rules_of("county_special")
    workday = replace(daily, code="own", name="县规", demand=Demand.EVERY_WORKDAY, at_least=2)
    first = date(2022, 10, 11)

    found = audit(roster, replace(ground, rules=(daily, workday), first=first, last=first)).findings

    assert [(each.rule_code, each.kind) for each in found] == [("own", FindingKind.UNCOVERED)]


@pytest.mark.parametrize(
    ("day", "off"),
    [
        (date(2026, 2, 14), False),  # a Saturday worked before the Spring Festival
        (date(2026, 2, 17), True),  # a Tuesday of the festival
        (date(2026, 2, 21), True),
        (date(2026, 2, 28), False),  # a Saturday worked after it
    ],
)
def test_a_turn_on_a_day_off_is_found_by_the_real_calendar(day, off):
    ground = basis(date(2026, 2, 1), date(2026, 2, 28), receivers=(leader(1),))

    found = audit([turn(1, day, 1)], ground).findings

    assert [each.kind for each in found] == ([FindingKind.DAY_OFF] if off else [])


def test_a_day_off_on_which_the_special_period_wants_cover_is_worked():
    period = SpecialPeriod(1, "两会", date(2026, 3, 4), date(2026, 3, 12))
    sunday = turn(99, date(2026, 3, 8), 5)
    ground, roster = march(specials=(period,))

    assert kinds(audit([*roster, sunday], ground)) == [FindingKind.DAY_OFF]
    covered = replace(ground, rules=COUNTY_RULES)
    assert FindingKind.DAY_OFF not in kinds(audit([*roster, sunday], covered))


def test_a_turn_on_leave_is_told_once():
    ground, roster = march()
    receivers = tuple(away(ground.receivers, 1, date(2026, 3, 1), date(2026, 3, 6)))

    (finding,) = audit(roster, replace(ground, receivers=receivers)).findings

    assert finding.kind is FindingKind.ON_LEAVE
    assert (finding.leader_ids, finding.turn_ids) == ((1,), (1,))
    assert finding.text == (
        "领导1（县委书记）在2026年3月2日（星期一）已请假"
        "（2026年3月1日至3月6日，外出学习），不能接访"
    )


@pytest.mark.parametrize(
    ("term", "found"),
    [
        ({"term_to": date(2026, 3, 2)}, ["2026年3月2日起不再任职"]),
        ({"term_to": date(2026, 3, 3)}, []),
        ({"term_to": date.min}, ["已不在任"]),
        ({"term_from": date(2026, 3, 3)}, ["2026年3月3日才到任"]),
        ({"term_from": date(2026, 3, 2)}, []),
    ],
)
def test_a_turn_outside_the_term_is_found(term, found):
    ground = basis(*MARCH, receivers=(leader(1, **term),), rules=())

    told = audit([turn(1, date(2026, 3, 2), 1)], ground).findings

    assert [each.text.partition("：")[2] for each in told] == found


def test_a_leader_twice_a_day_and_a_place_too_full():
    hall = Place(2, "信访大厅", 2)
    monday = date(2026, 3, 2)
    ground = basis(*MARCH, rules=(), places=(CENTRE, hall))
    roster = [turn(1, monday, 1), turn(2, monday, 1, place_id=2), turn(3, monday, 2)]

    double, full = audit(roster, ground).findings

    assert double.text == (
        "领导1（县委书记）在2026年3月2日（星期一）排了 2 次"
        "（县人民来访接待中心、信访大厅），同一天只能排一次"
    )
    assert full.text == (
        "县人民来访接待中心在2026年3月2日（星期一）排了 2 名领导，最多 1 名，多 1 名：领导1、领导2"
    )
    assert (full.kind, full.place_id, full.turn_ids) == (FindingKind.OVERFULL, 1, (1, 3))


def test_two_leaders_where_two_may_sit_are_no_finding():
    ground = basis(*MARCH, rules=(), places=(Place(1, "信访大厅", 2),))

    assert audit([turn(1, date(2026, 3, 2), 1), turn(2, date(2026, 3, 2), 2)], ground).passes


def test_a_substitutes_day_is_his_own():
    ground, roster = march()
    swapped = [replace(roster[0], substitute_id=2), *roster[1:]]

    (finding,) = audit(swapped, ground).findings

    assert (finding.kind, finding.leader_ids) == (FindingKind.SHORT, (1,))
    checks = {check.leader_id: check.done for check in audit(swapped, ground).duties}
    assert (checks[1], checks[2]) == (0, 2)
    assert audit(swapped, ground, substitute_counts_for_original=True).passes


@pytest.mark.parametrize(
    ("state", "substitute", "done"),
    [
        (State.HELD, None, (1, 1)),
        (State.PLANNED, None, (0, 1)),
        (State.MISSED, None, (0, 1)),
        (State.SUBSTITUTED, 2, (0, 2)),
        (State.MISSED, 2, (0, 1)),
    ],
)
def test_only_days_held_count_when_held_ones_are_asked_for(state, substitute, done):
    ground, roster = march()
    held = [replace(turn, state=State.HELD) for turn in roster[1:]]
    own = replace(roster[0], state=state, substitute_id=substitute)

    result = audit([own, *held], ground, counting=Counting.HELD)

    checks = {check.leader_id: check.done for check in result.duties}
    assert (checks[1], checks[2]) == done
    assert result.passes is (done[0] == 1)
    assert all("实到 0 天" in finding.text for finding in result.findings)


def test_a_plan_is_judged_as_planned_whatever_came_of_it():
    ground, roster = march()

    assert audit([replace(turn, state=State.MISSED) for turn in roster], ground).passes


def test_a_substitution_without_a_name_counts_for_nobody():
    ground, roster = march()
    nameless = replace(roster[0], state=State.SUBSTITUTED)

    assert kinds(audit([nameless, *roster[1:]], ground)) == [
        FindingKind.SHORT,
        FindingKind.NO_SUBSTITUTE,
    ]


def test_a_rule_with_no_leaders_is_one_finding():
    ground = basis(*MARCH, receivers=(leader(3),), specials=(SpecialPeriod(1, "两会", *MARCH),))

    found = audit(turns((day, 3) for day in days(*MARCH)), ground).findings

    assert [each.kind for each in found] == [FindingKind.NOBODY]
    assert "没有在任的县党政主要领导" in found[0].text


def test_a_township_without_leaders_is_named_and_its_neighbour_is_judged_by_itself():
    one, leaders, hall = township(1)
    empty = ReceivingUnit(102, "第2镇", Level.TOWNSHIP)
    first = date(2026, 3, 4)
    ground = basis(
        first,
        first,
        rules=rules_of("township_special"),
        receivers=leaders,
        units=(one, empty),
        places=(hall,),
        specials=(SpecialPeriod(1, "两会", *MARCH),),
    )

    found = audit([turn(1, first, leaders[0].id, place_id=hall.id)], ground).findings

    assert [(each.kind, each.unit_id) for each in found] == [(FindingKind.NOBODY, 102)]
    assert "第2镇领导" in found[0].text
    assert [(each.kind, each.unit_id) for each in audit([], ground).findings] == [
        (FindingKind.NOBODY, 102),
        (FindingKind.UNCOVERED, 101),
    ]


def test_a_member_unit_must_be_at_the_centre_on_workdays():
    bureau = ReceivingUnit(50, "住建局", Level.MEMBER)
    deputy = leader(1, Level.MEMBER, unit_id=50, post="副局长")
    office = Place(2, "住建局信访室", 5, 50)
    friday, monday = date(2026, 3, 6), date(2026, 3, 9)
    ground = basis(
        friday,
        monday,
        rules=rules_of("member_centre"),
        receivers=(deputy,),
        units=(bureau,),
        places=(CENTRE, office),
    )

    assert audit([turn(1, friday, 1), turn(2, monday, 1)], ground).passes
    (finding,) = audit([turn(1, friday, 1), turn(2, monday, 1, place_id=2)], ground).findings
    assert finding.text.startswith("2026年3月9日（星期一）应有 1 名住建局领导在接访中心接访")


def test_an_unknown_leader_and_an_unknown_place_are_named_and_cover_nothing():
    ground, roster = jiayin()
    stranger = replace(roster[-1], leader_id=77, place_id=78)

    assert kinds(audit([*roster[:-1], stranger], ground)) == [
        FindingKind.UNCOVERED,
        FindingKind.UNKNOWN_LEADER,
        FindingKind.UNKNOWN_PLACE,
    ]


def test_a_year_without_holidays_is_a_notice_and_the_roster_is_judged_all_the_same():
    ground = basis(
        date(2027, 1, 1), date(2027, 1, 31), rules=rules_of("county_month"), receivers=(leader(1),)
    )

    result = audit([turn(1, date(2027, 1, 5), 1)], ground)

    assert result.passes
    assert [each.kind for each in result.notices] == [FindingKind.UNKNOWN_YEAR]
    assert "2027 年的节假日和调休尚未录入" in result.notices[0].text


def test_far_more_turns_than_the_others_are_a_notice_but_not_those_a_rule_asks_for():
    ground, roster = march()
    laden = [*roster[:5], *(replace(each, leader_id=21) for each in roster[5:])]

    told = audit(laden, ground).notices

    assert [(each.kind, each.leader_ids) for each in told] == [(FindingKind.OVERUSED, (21,))]
    assert audit(laden, ground, over_use=100).notices == ()
    ground, roster = jiayin()
    assert audit(roster, ground, over_use=1).notices == ()


def test_a_leader_alone_all_month_is_not_over_used_while_the_others_are_away():
    receivers = (
        leader(1),
        leader(2, leaves=(Leave(*MARCH),)),
    )
    ground = basis(*MARCH, receivers=receivers, rules=rules_of("county_month"))

    assert audit(turns((date(2026, 3, day), 1) for day in (2, 3, 4, 5)), ground).notices == ()


def test_the_week_over_new_year_looks_at_the_turns_before():
    _, leaders, hall = township(1, count=1)
    ground = basis(
        date(2026, 1, 1),
        date(2026, 1, 31),
        rules=rules_of("township_week"),
        receivers=leaders,
        places=(hall,),
    )
    by = leaders[0].id
    served = [date(2025, 12, 30), *(date(2026, 1, day) for day in (5, 12, 19, 26))]
    roster: list[Turn] = [turn(n, day, by, place_id=hall.id) for n, day in enumerate(served, 1)]

    assert audit(roster, ground).passes
    (finding,) = audit(roster[1:], ground).findings
    assert "在2025年12月29日至2026年1月4日应接访 1 天" in finding.text
    unknown = replace(ground, known_from=ground.first)
    assert next(check.standing for check in audit(roster[1:], unknown).duties) is Standing.OPEN
    assert audit(roster[1:], unknown).passes


def test_a_period_that_runs_on_is_open_until_it_is_kept():
    ground = basis(*MARCH, rules=rules_of("county_month"), receivers=(leader(1),))
    half = replace(ground, last=date(2026, 3, 15))

    (check,) = audit([], half).duties
    assert (check.standing, check.short) == (Standing.OPEN, 1)
    (check,) = audit([turn(1, date(2026, 3, 2), 1)], half).duties
    assert check.standing is Standing.PASSED
    (check,) = audit([], ground).duties
    assert check.standing is Standing.SHORT


def test_two_turns_on_one_day_are_one_day():
    own = replace(rules_of("county_month")[0], at_least=2)
    ground = basis(*MARCH, rules=(own,), receivers=(leader(1),))
    monday = date(2026, 3, 2)

    (check,) = audit([turn(1, monday, 1), turn(2, monday, 1)], ground).duties

    assert (check.done, check.short) == (1, 1)


def test_every_finding_ends_its_words_in_chinese_marks():
    ground, roster = jiayin()
    broken = [replace(each, leader_id=each.leader_id + 3) for each in roster[::2]]
    result = audit([*broken, broken[0]], replace(ground, receivers=county_leaders(12)))

    texts = [finding.text for finding in (*result.findings, *result.notices)]
    assert len({finding.kind for finding in result.findings}) >= 4
    assert not [text for text in texts if set(text) & set(",;:()?!")]


def test_rule_groups_part_the_leaders():
    principal, deputy = county_leaders()[1:3]

    for group, bound in (
        (RoleGroup.ALL, (True, True)),
        (RoleGroup.PRINCIPALS, (True, False)),
        (RoleGroup.OTHERS, (False, True)),
    ):
        assert (principal.of_group(group), deputy.of_group(group)) == bound
