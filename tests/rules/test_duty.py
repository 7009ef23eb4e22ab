from datetime import date

import pytest

from rules.case_terms import MeasureKind
from rules.duty import (
    Candidate,
    Duty,
    badge,
    five_ones,
    four_settled,
    measure_problems,
    missing,
    proposed,
    read_costs,
    takes,
)
from rules.errors import Invalid

TODAY = date(2026, 11, 20)
WHOLE = Duty(lead=True, team="专班", plan="方案", owner="李", until=TODAY)


def test_a_whole_duty_lacks_nothing():
    assert badge(five_ones(WHOLE)) == "5/5"
    assert missing(four_settled(WHOLE)) == []


@pytest.mark.parametrize(
    ("duty", "told"),
    [
        (Duty(lead=False), "1/5 缺一名领导、一套班子、一个方案、一抓到底"),
        (Duty(lead=True, team=" ", measures=1), "3/5 缺一套班子、一抓到底"),
        (Duty(lead=True, team="专班", plan="x", owner="李"), "4/5 缺一抓到底"),
        (Duty(lead=True, team="专班", plan="x", until=TODAY), "4/5 缺一抓到底"),
    ],
)
def test_the_badge_names_what_is_missing(duty: Duty, told: str):
    assert badge(five_ones(duty)) == told


def test_the_proposal_goes_by_who_received_it_then_load_then_order():
    leaders = [Candidate(1, "甲", 1, 5), Candidate(2, "乙", 2, 3), Candidate(3, "丙", 1, 3)]

    assert [c.id for c in proposed(leaders)] == [3, 2, 1]
    assert [c.id for c in proposed(leaders, first_lead=1)] == [1, 3, 2]
    assert [c.id for c in proposed(leaders, barred=[3])] == [2, 1]


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({}, ["text", "kind"]),
        ({"text": "x" * 1001, "kind": MeasureKind.WORK}, ["text"]),
        (
            {"text": "x", "kind": MeasureKind.WORK, "done_on": date(2026, 11, 21)},
            ["done_on", "evidence"],
        ),
        ({"text": "x", "kind": MeasureKind.WORK, "done_on": TODAY, "evidence": "照片"}, []),
    ],
)
def test_a_measure_says_all_it_lacks(values, fields):
    assert [p.field for p in measure_problems(values, today=TODAY)] == fields


def test_costs_are_read_line_by_line_and_every_bad_line_is_named():
    units = {"县财政局": 1, "县住建局": 2}

    assert read_costs("县财政局 2万 会议 纪要\n\n县住建局\t500", units=units) == [
        (1, 2_000_000, "会议 纪要"),
        (2, 50_000, ""),
    ]
    with pytest.raises(Invalid) as told:
        read_costs("没有局 5\n县财政局\n县财政局 许多", units=units)
    assert len(told.value.problems) == 3


def test_the_countys_wording_of_the_five_takes():
    assert takes("包掌握情况、 包息访息诉,") == ["包掌握情况", "包息访息诉"]
