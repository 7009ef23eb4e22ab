"""Why a leader is on a day, in sentences that the facts bear out."""

from dataclasses import replace
from datetime import date

from rules.receptions import Given, Leave, Place
from rules.roster_reasons import why
from tests.rosters import CENTRE, basis, county_leaders, jiayin, leader, rules_of, turn

MONDAY = date(2026, 3, 9)
MARCH = date(2026, 3, 1), date(2026, 3, 31)


def told(own, *others, roster=(), settled=None, receivers=None, rules=(), **changed):
    ground = basis(*MARCH, receivers=receivers or county_leaders(3), rules=rules, **changed)
    return why(
        own, [own, *others, *roster], ground, settled, topics={77: "环境保护"}, units={7: "桃源镇"}
    )


def test_how_often_he_and_the_others_received_this_year():
    earlier = (
        turn(1, date(2026, 1, 5), 1),
        turn(2, date(2026, 1, 6), 2),
        turn(3, date(2026, 2, 3), 2),
        turn(4, date(2025, 12, 31), 3),  # another year
    )
    settled = Given(earlier=earlier)

    assert told(turn(9, MONDAY, 3), settled=settled)[0] == (
        "本年此前接访 0 次，当天可接访的 3 人中最少"
    )
    assert told(turn(9, MONDAY, 2), settled=settled)[0] == (
        "本年此前接访 2 次，当天可接访的 3 人平均 1.0 次"
    )
    tied = told(turn(9, MONDAY, 1), turn(8, date(2026, 3, 2), 3), settled=settled)
    assert tied[0] == "本年此前接访 1 次，当天可接访的 3 人中并列最少"


def test_turns_after_the_day_do_not_count_for_it():
    later = turn(8, date(2026, 3, 10), 1)

    assert "接访 0 次" in told(turn(9, MONDAY, 1), later)[0]


def test_the_day_he_owes_is_said_and_a_spare_one_is_not():
    month = rules_of("county_month")
    own, spare = turn(9, MONDAY, 3), turn(8, date(2026, 3, 2), 3)

    assert told(own, rules=month)[0] == "2026年3月应接访 1 天（县领导每月接访，衡阳市21条·八）"
    assert not [text for text in told(own, spare, rules=month) if "应接访" in text]


def test_portfolio_and_contact_point_are_said_by_name():
    receivers = (leader(1, portfolio=(77, 78), contacts=(7,)), leader(2, portfolio=(77,)))
    places = (CENTRE, Place(5, "桃源镇接访点", 1, 7))
    settled = Given(topics={MONDAY: frozenset({77})})
    own = turn(9, MONDAY, 1, place_id=5)

    found = told(own, settled=settled, receivers=receivers, places=places)

    assert "分管环境保护，当天有相应的约访事项" in found
    assert "桃源镇是其联系点" in found
    elsewhere = told(turn(9, MONDAY, 1), settled=Given(), receivers=receivers, places=places)
    assert not [text for text in elsewhere if "分管" in text or "联系点" in text]


def test_who_is_away_and_how_long_ago_his_last_turn_was():
    receivers = (
        leader(1),
        leader(2, name="李四", leaves=(Leave(MONDAY, MONDAY),)),
        leader(3, name="王五", term_to=MONDAY),
    )

    found = told(turn(9, MONDAY, 1), turn(8, date(2026, 3, 2), 1), receivers=receivers)

    assert found[-2:] == ("距上一次接访（3月2日）7 天", "当天李四请假，王五不在任")


def test_days_off_are_compared_on_days_off():
    ground, roster = jiayin()
    (sunday,) = [turn for turn in roster if turn.on == date(2022, 10, 30)]

    assert any("在休息日接访" in text for text in why(sunday, roster, ground))
    assert not any("在休息日接访" in text for text in told(turn(9, MONDAY, 1)))


def test_a_turn_set_by_hand_says_so_and_a_substitutes_reasons_are_his_own():
    own = turn(9, MONDAY, 1)
    settled = Given(fixed=(own,))

    assert told(own, settled=settled)[0] == "由办公室排定"
    month = rules_of("county_month")
    stood_in = replace(own, substitute_id=3)
    assert told(stood_in, rules=month)[0].startswith("2026年3月应接访")
    assert told(replace(own, leader_id=99)) == ()
