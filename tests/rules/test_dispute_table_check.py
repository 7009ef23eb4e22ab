"""核对: what counts as the same figure, and forms read from the grids offices write."""

from typing import Any

import pytest

from rules.dispute_table import TableColumn, TableLine, form
from rules.dispute_table_check import Match, Typed, check, read_grid
from rules.dispute_terms import DisputeOutcome
from rules.errors import Invalid
from tests.rules.test_dispute_table import KINDS, OCTOBER, counted

FORM = form(
    OCTOBER,
    [counted(count=2), counted(outcome=DisputeOutcome.RESOLVED, count=4)],
    KINDS,
)  # 山林土地: 6 found in villages, 4 of them mediated and resolved


def typed(
    text: str, line: TableLine = TableLine.FOUND, row: str = "山林土地", **more: Any
) -> Match:
    found = Typed("C5", row, TableColumn.VILLAGE, line, text, **more)
    return check(FORM, [found])[0].match


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("6", Match.SAME),
        (" ６ ", Match.SAME),
        ("6.0", Match.SAME),
        ("6件", Match.SAME),
        ("7", Match.OTHER),
        ("-6", Match.UNKNOWN),
        ("六", Match.UNKNOWN),
        ("—", Match.OTHER),
    ],
)
def test_a_number_is_the_same_however_it_is_written(text: str, match: Match) -> None:
    assert typed(text) is match


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("66.7%", Match.SAME),
        ("66.7", Match.SAME),
        ("67%", Match.SAME),
        ("66.67%", Match.SAME),
        ("66.6%", Match.OTHER),
        ("—", Match.OTHER),
        ("百分之六十", Match.UNKNOWN),
        ("nan", Match.UNKNOWN),
    ],
)
def test_a_rate_is_compared_with_the_decimals_that_were_typed(text: str, match: Match) -> None:
    assert typed(text, TableLine.MEDIATION_RATE) is match


def test_a_share_of_a_workbook_is_a_rate() -> None:
    assert typed("0.6667", TableLine.MEDIATION_RATE, percent=True) is Match.SAME
    assert typed("0.5", TableLine.MEDIATION_RATE, percent=True) is Match.OTHER


def test_a_dash_is_the_same_as_nothing() -> None:
    assert typed("—", row="房屋宅基地") is Match.SAME
    assert typed("", TableLine.SUCCESS_RATE, row="房屋宅基地") is Match.SAME
    assert typed("0%", TableLine.SUCCESS_RATE, row="房屋宅基地") is Match.OTHER


def test_a_class_we_have_not_is_told_and_not_taken_for_another() -> None:
    assert typed("6", row="村务管理") is Match.UNKNOWN


GRID: list[list[object]] = [
    ["矛盾纠纷排查情况表（2026年10月）"],
    ["填报单位：某县", None, None],
    ["类别", "项目", "县市区", "乡镇 街道", "村居", "小计", "年度累计"],
    ["合计", "排查数", 0.0, 0.0, 6.0, 6.0, 6.0],
    ["山林土地", "排查数", 0.0, 0.0, 5.0, 6.0, 6.0],
    [None, "调处数", None, None, 4.0, 4.0, 4.0],
    ["", "调处率", "—", "—", 0.6667, "66.7%", "66.7%"],
    ["审核人：", None, None, None, None, None, None],
]


def test_a_form_is_read_with_its_names_carried_down_and_each_cell_named() -> None:
    found = check(FORM, read_grid(GRID))

    wrong = [each for each in found if each.match is not Match.SAME]
    assert [(w.typed.place, w.typed.row, w.typed.text, w.ours) for w in wrong] == [
        ("E5", "山林土地", "5", "6")
    ]
    assert len(found) == 20


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([["姓名", "电话"], ["张三", "138"]], "没有找到表头"),
        ([["类别", "项目", "乡镇", "村居"], ["山林土地", "其他", 1, 2]], "排查数"),
        ([], "没有找到表头"),
    ],
)
def test_what_is_no_form_is_refused_in_words(rows: list[list[object]], words: str) -> None:
    with pytest.raises(Invalid, match=words):
        read_grid(rows)
