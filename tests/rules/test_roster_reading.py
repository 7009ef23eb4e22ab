from datetime import UTC, date, datetime

import pytest

from rules.receptions import Place
from rules.roster_reading import as_turns, pasted_rows, read

TODAY = date(2026, 11, 20)


def said(rows: list[list[object]], *, year: int = 2026) -> list[tuple[date, str]]:
    return [(turn.on, turn.name) for turn in read(rows, year=year, today=TODAY).turns]


def test_a_real_sheet_is_read_with_its_title_merged_days_and_same_as_above() -> None:
    rows: list[list[object]] = [
        ["某县2027年1月份县级领导接访安排表", None, None, None],
        ["日 期", "星期", "接访领导", "接访地点"],
        ["1月4日", "星期一", "王 强（县委书记）", "县信访局"],
        [None, None, "李敏", "同上"],
        ["1月5日（星期二）", None, "同上", "〃"],
        [datetime(2027, 1, 6, tzinfo=UTC), None, "赵一、钱二", "县信访局"],
        ["备注：因公务调整的另行告知", None, None, None],
    ]

    found = read(rows, year=2026, today=TODAY)

    assert said(rows) == [
        (date(2027, 1, 4), "王强"),
        (date(2027, 1, 4), "李敏"),
        (date(2027, 1, 5), "李敏"),
        (date(2027, 1, 6), "赵一"),
        (date(2027, 1, 6), "钱二"),
    ]
    assert {turn.place for turn in found.turns} == {"县信访局"}
    assert found.problems == ()
    assert found.passed_over == ("第 7 行：备注：因公务调整的另行告知",)


def test_days_from_one_to_another_are_each_a_turn() -> None:
    rows: list[list[object]] = [["时间", "领导"], ["12月30日至1月2日", "王强"]]

    assert [on for on, _ in said(rows)] == [
        date(2026, 12, 30),
        date(2026, 12, 31),
        date(2027, 1, 1),
        date(2027, 1, 2),
    ]


def test_pasted_lines_need_no_heading() -> None:
    rows: list[list[object]] = [list(row) for row in pasted_rows("12月7日\t王强\n12月8日，李敏")]

    assert said(rows) == [(date(2026, 12, 7), "王强"), (date(2026, 12, 8), "李敏")]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([["日期", "接访领导"], ["不知道", "王强"]], "第 2 行：日期“不知道”读不出来"),
        ([["日期", "接访领导"], ["12月7日", None]], "第 2 行：没有写接访领导"),
        ([["日期", "接访领导"], [None, "王强"]], "第 2 行：没有日期"),
        ([["甲", "乙"], ["丙", "丁"]], "没有找到表头"),
        ([["日期", "接访领导"]], "表头下面没有班次"),
        ([["日期", "接访领导"], ["2月30日至3月1日", "王强"]], "读不出来"),
    ],
)
def test_what_cannot_be_read_is_told_by_its_row(rows: list[list[object]], message: str) -> None:
    found = read(rows, year=2026, today=TODAY)

    assert found.turns == ()
    assert message in found.problems[0].message


def test_places_are_found_by_name_and_names_of_nobody_left_out() -> None:
    rows: list[list[object]] = [
        ["日期", "领导", "地点"],
        ["12月7日", "王强、某人", "县信访局一楼接访大厅"],
    ]
    turns = read(rows, year=2026, today=TODAY).turns

    made = as_turns(turns, {"王强": 3, "某人": None}, [Place(8, "接访大厅"), Place(9, "别处")])

    assert [(turn.leader_id, turn.place_id) for turn in made] == [(3, 8)]


@pytest.mark.parametrize(
    ("text", "days", "told"),
    [
        ("12月30日-1月2日\t王强", 4, ""),
        ("2028年3月5日-2月29日\t王强", 0, "日期"),
        ("12月31日\t王强\n1月1日\t李敏\n1月2日\t王强", 3, ""),
        ("2026年12月31日\t王强\n2026年1月1日\t李敏", 0, "请核对年份"),
        ("9999年12月1日\t王强", 0, "请核对年份"),
        ("9999年12月1日\t王强\n12月7日\t李敏", 0, "请核对年份"),
    ],
)
def test_days_over_new_year_are_read_and_impossible_ones_are_said(
    text: str, days: int, told: str
) -> None:
    found = read(pasted_rows(text), year=2026, today=TODAY)

    assert len(found.turns) == days
    assert told in "".join(problem.message for problem in found.problems)
