"""Lines of the entry table: pasted from a sheet, understood by the county's names."""

from datetime import date
from typing import Any

import pytest

from rules.dispute_rows import Names, from_paste, named, read_lines
from rules.people import Person

TODAY = date(2026, 11, 20)
NAMES = Names({"邻里": 1, "房屋宅基地": 2, "山林土地": 3}, {"幸福村": 11, "城关镇": 10})
DEFAULTS: dict[str, Any] = {"unit_id": 11, "area_id": 11, "found_on": TODAY, "finder": "小赵"}


def test_what_is_left_empty_is_taken_from_the_defaults() -> None:
    (read,) = read_lines([{"title": "引水渠"}], DEFAULTS, NAMES, today=TODAY)

    assert read.values == {**DEFAULTS, "title": "引水渠"}
    assert read.problems == []


def test_a_line_is_read_as_people_write_it() -> None:
    line = {
        "title": "宅基地界线",
        "class_id": "宅基地",
        "area_id": "城关镇",
        "found_on": "11月5日",
        "people": "60多人",
        "amount_fen": "3.5万",
        "happened_on": "2026.10.3",
        "petitioner": "赵六、孙七",
    }
    (read,) = read_lines([line], DEFAULTS, NAMES, today=TODAY)

    assert read.problems == []
    assert read.values == {
        **DEFAULTS,
        "title": "宅基地界线",
        "class_id": 2,
        "area_id": 10,
        "found_on": date(2026, 11, 5),
        "people": 60,
        "people_approx": True,
        "amount_fen": 3_500_000,
        "amount_approx": False,
        "happened_on": date(2026, 10, 3),
    }
    assert read.people == (Person("赵六"), Person("孙七"))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("class_id", "外星人"),
        ("area_id", "火星村"),
        ("found_on", "上个赶集日"),
        ("people", "好些"),
        ("amount_fen", "一大笔"),
    ],
)
def test_what_is_not_understood_is_named_by_line_and_column(name: str, text: str) -> None:
    lines = [{"title": ""}, {"title": "甲"}, {"title": "乙", name: text}]
    reads = read_lines(lines, DEFAULTS, NAMES, today=TODAY)

    assert [read.place for read in reads] == [2, 3]
    assert [p.field for read in reads for p in read.problems] == [name]
    assert "第 3 行" in reads[1].problems[0].message


def test_a_name_that_two_hold_is_neither() -> None:
    assert named("地", NAMES.classes) is None
    assert named("山林", NAMES.classes) == 3
    assert named(" ", NAMES.classes) is None


def test_a_paste_with_headings_is_put_under_our_columns() -> None:
    text = "序号\t纠纷名称\t纠纷类型\t人数\n1\t引水渠\t邻里\t5\n2\t林地\t山林土地\t\n"

    assert from_paste(text) == [
        {"title": "引水渠", "class_id": "邻里", "people": "5"},
        {"title": "林地", "class_id": "山林土地"},
    ]


def test_a_paste_without_headings_is_taken_in_our_order() -> None:
    assert from_paste("引水渠\t邻里\t幸福村") == [
        {"title": "引水渠", "class_id": "邻里", "area_id": "幸福村"}
    ]


def test_a_cell_with_a_line_break_stays_one_cell() -> None:
    text = '名称\t简要情况\n引水渠\t"两户争水，\n说了""三次"""\n'

    assert from_paste(text) == [{"title": "引水渠", "content": '两户争水，\n说了"三次"'}]


def test_nothing_pasted_is_nothing() -> None:
    assert from_paste(" \n\t\n") == []
