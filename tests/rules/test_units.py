"""The tree's order, names that are one however typed, and pasted lines."""

from datetime import date

import pytest

from rules.periods import Days
from rules.terms import UnitKind
from rules.units import (
    Line,
    aliases_from,
    in_force,
    name_problems,
    normalise_name,
    place_problems,
    read_lines,
    span_problems,
    stood,
)

CITY, COUNTY, TOWNSHIP, DEPARTMENT, VILLAGE = UnitKind


@pytest.mark.parametrize(
    ("kind", "parent"),
    [
        (CITY, None),
        (COUNTY, None),
        (COUNTY, CITY),
        (TOWNSHIP, COUNTY),
        (DEPARTMENT, CITY),
        (DEPARTMENT, COUNTY),
        (VILLAGE, TOWNSHIP),
    ],
)
def test_what_may_stand_under_what(kind: UnitKind, parent: UnitKind | None) -> None:
    assert place_problems(kind, parent) == []


def test_nothing_else_may() -> None:
    allowed = sum(
        not place_problems(kind, parent) for kind in UnitKind for parent in (None, *UnitKind)
    )

    assert allowed == 7


def test_a_village_without_a_township_is_told_where_it_belongs() -> None:
    assert "乡镇" in place_problems(VILLAGE, None)[0].message
    assert "村不能设在县之下" in place_problems(VILLAGE, COUNTY)[0].message


@pytest.mark.parametrize("typed", ["县自规局", " 县 自规局", "县自规局\u3000"])
def test_spaces_make_no_other_name(typed: str) -> None:
    assert normalise_name(typed) == "县自规局"


def test_width_and_case_make_no_other_name() -> None:
    assert normalise_name("\uff11\uff12345热线\uff08\uff21座\uff09") == "12345热线(a座)"


@pytest.mark.parametrize("name", ["", " \u3000", "县/局", "县\n局", "长" * 101])
def test_names_that_cannot_be(name: str) -> None:
    assert name_problems(name)


def test_a_name_of_a_hundred_characters_can_be() -> None:
    assert name_problems("长" * 100) == []


def test_a_record_is_in_use_up_to_and_without_the_day_it_ends() -> None:
    first, end = date(2018, 3, 1), date(2024, 6, 1)

    used = [
        in_force(first, end, on=day) for day in (date(2018, 2, 28), first, date(2024, 5, 31), end)
    ]

    assert used == [False, True, True, False]
    assert in_force(None, None, on=end)


def test_a_validity_of_no_day_is_a_problem() -> None:
    day = date(2024, 6, 1)

    assert span_problems(day, day)
    assert not span_problems(day, date(2024, 6, 2))
    assert not span_problems(None, day)


def test_aliases_are_parted_by_any_usual_sign_and_count_once() -> None:
    typed = "县自规局、国土局,县自规局; 规划局\uff0c土地局\uff1b矿产局"

    assert aliases_from(typed) == ("县自规局", "国土局", "规划局", "土地局", "矿产局")


def test_pasted_lines_are_read_with_their_numbers() -> None:
    lines, problems = read_lines(
        "名称\t类别\t上级\t别名\n红星镇\t乡镇\t本县\t红星、红星公社\n\n县教育局\uff0c部门\uff0c本县"
    )

    assert problems == []
    assert lines == [
        Line(2, "红星镇", TOWNSHIP, "本县", ("红星", "红星公社")),
        Line(4, "县教育局", DEPARTMENT, "本县", ()),
    ]


def test_each_bad_line_is_named_and_the_good_are_read() -> None:
    lines, problems = read_lines("\t乡镇\t本县\n红星镇\t公社\t本县\n县教育局\t部门\t本县")

    assert [line.number for line in lines] == [3]
    assert [problem.message[:5] for problem in problems] == ["第 1 行", "第 2 行"]


def test_an_empty_paste_says_what_is_wanted() -> None:
    assert read_lines(" \n")[1][0].message.startswith("请粘贴")


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "first", "last"),
    [
        (None, None, date(2026, 1, 1), date(2026, 12, 31)),
        (None, date(2026, 7, 1), date(2026, 1, 1), date(2026, 6, 30)),
        (date(2026, 7, 1), None, date(2026, 7, 1), date(2026, 12, 31)),
        (date(2025, 7, 1), date(2027, 1, 1), date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_unit_stood_on_these_of_some_days(
    valid_from: date | None, valid_to: date | None, first: date, last: date
):
    year = Days(date(2026, 1, 1), date(2026, 12, 31))
    assert stood(valid_from, valid_to, year) == Days(first, last)


def test_a_unit_that_ended_before_stood_on_none_of_the_days():
    year = Days(date(2026, 1, 1), date(2026, 12, 31))
    assert stood(None, date(2026, 1, 1), year) is None
    assert stood(date(2027, 1, 1), None, year) is None
