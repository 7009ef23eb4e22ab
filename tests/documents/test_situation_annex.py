"""The annex: every figure with what it is made of, its parts, the cases behind, and no formula."""

from datetime import date
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from documents import situation_annex
from rules.figure_terms import Dimension
from rules.situation_papers import Listed
from tests.documents.packages import parts_of
from tests.materials import material, month, part

ABOUT = situation_annex.About("2026-07-01 09:30", "小李", ["明细：只列您能查看的案件"])
SOME = material(
    {"received": 143, "on_time": (125, 130)},
    {"received": 131, "on_time": (100, 110)},
    parts={
        Dimension.UNIT: (part("=住建局", 1, received=31), part("", None, received=2)),
        Dimension.MONTH: (month(1, 20),),
    },
    former={
        Dimension.UNIT: (part("=住建局", 1, received=12),),
        Dimension.MONTH: (month(1, 15, 2025),),
    },
    number="KZ20260001",
)
ROWS = [
    Listed("超期", "XF1", date(2026, 5, 1), "=朝阳镇", "城乡建设/拆迁", "@住建局", "办理中"),
]


def book(rows: list[Listed] = ROWS) -> Any:
    return load_workbook(BytesIO(situation_annex.write(SOME, rows, ABOUT)))


def table(sheet: Any) -> list[dict[str, Any]]:
    head, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_every_figure_is_told_with_what_it_is_made_of() -> None:
    rows = {row["编码"]: row for row in table(book()["指标"])}

    assert set(rows) == set(SOME.readings)
    assert rows["on_time"] == {
        "编码": "on_time",
        "名称": "按期办结率",
        "本期": "96.2%（125/130）",
        "分子": 125,
        "分母": 130,
        "单位": "%",
        "上年同期": "90.9%（100/110）",
        "同比": "+5.2 个百分点",
        "上期": "—",
        "环比": "—",
        "口径": SOME.read("on_time").figure.definition,
        "日期口径": "限办截止日期",
    }
    assert rows["received"]["同比"] == "+9.2%"


def test_each_split_that_has_parts_is_a_sheet_with_counts_as_numbers() -> None:
    found = book()

    assert found.sheetnames == ["指标", "责任单位", "月份", "明细", "说明"]
    assert table(found["责任单位"]) == [
        {"责任单位": "=住建局", "信访总量（件次）": 31, "信访总量（件次）上年同期": 12},
        {"责任单位": "未填", "信访总量（件次）": 2, "信访总量（件次）上年同期": 0},
    ]
    assert [row["月份"] for row in table(found["月份"])] == ["2025年1月", "2026年1月"]


def test_the_cases_behind_are_listed_without_a_word_of_theirs() -> None:
    (row,) = table(book()["明细"])

    assert row == {
        "指标": "超期",
        "案件编号": "XF1",
        "收到日期": "2026-05-01",
        "属地": "=朝阳镇",
        "内容分类": "城乡建设/拆迁",
        "责任单位": "@住建局",
        "状态": "办理中",
    }
    assert "明细" not in book([]).sheetnames


def test_no_name_of_anything_is_a_formula() -> None:
    parts = parts_of(situation_annex.write(SOME, ROWS, ABOUT))

    assert not [name for name, xml in parts.items() if "/worksheets/" in name and b"<f" in xml]


def test_the_notes_say_of_when_and_by_whom() -> None:
    told = {row["内容"] for row in table(book()["说明"])}

    assert "2026年1—6月全县信访形势数据附表（快照 KZ20260001）" in told
    assert {"2026-07-01 09:30", "小李", "明细：只列您能查看的案件"} <= told
