"""The exported register: no live formula, no text lost, and nothing harmed when it comes back."""

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from documents import case_sheet
from documents.ledger_file import open_ledger
from rules.cases import CONTENT_MAX
from rules.columns import map_columns
from rules.ledgers import read_rows
from tests.conftest import TODAY

ABOUT = case_sheet.About("案件登记簿", "2026-11-20 10:00", "小李&王", ["状态：已收到"], 1, "已打码")
DANGEROUS = ["=cmd|' /C calc'!A0", "+1", "-1+2", "@x", "=HYPERLINK(1)", "\t=1", "{=1}"]


def _book(*rows: case_sheet.Row) -> Any:
    return load_workbook(BytesIO(case_sheet.write(rows, ABOUT)))


def _line(book: Any, number: int = 2) -> dict[str, Any]:
    head = [cell.value for cell in book["案件"][1]]
    return dict(zip(head, (cell.value for cell in book["案件"][number]), strict=True))


@pytest.mark.parametrize("text", DANGEROUS)
def test_whatever_a_text_begins_with_it_is_no_formula(text: str) -> None:
    columns = ("案件编号", "标题", "内容分类", "责任单位", "包案领导", "信访人", "反映内容")
    book = _book(dict.fromkeys(columns, text))

    for cell in book["案件"][2]:
        assert (cell.data_type, cell.value, cell.hyperlink) == ("s", text, None)


def test_the_notes_are_text_too() -> None:
    about = case_sheet.About("=1", "=1", "=1", ["=cmd|x"], 1, "@x")
    book = load_workbook(BytesIO(case_sheet.write([], about)))

    cells = [cell for row in book["说明"].iter_rows() for cell in row]
    assert "=cmd|x" in [cell.value for cell in cells]
    assert {cell.data_type for cell in cells} == {"s"}


@pytest.mark.parametrize("character", ["水", "😀"])
def test_the_longest_text_is_whole_in_columns_of_its_own(character: str) -> None:
    text = character * (CONTENT_MAX - 1) + "尾"
    book = _book(
        {"标题": "短", "反映内容": "一句", "人数": 1}, {"标题": "长", "反映内容": text, "人数": 2}
    )

    short, long = _line(book, 2), _line(book, 3)
    assert (short["反映内容"], short["人数"]) == ("一句", 1)
    assert (long["反映内容"], long["人数"]) == (None, 2)
    parts = [value for name, value in long.items() if name.startswith("反映内容全文")]
    assert "".join(part or "" for part in parts) == text
    assert all(len(part.encode("utf-16-le")) <= 2 * case_sheet.CELL_MAX for part in parts)
    assert "反映内容全文1" in str(list(book["说明"].values))


def test_a_text_that_just_fits_gets_no_further_column() -> None:
    book = _book({"标题": "正好", "反映内容": "水" * case_sheet.CELL_MAX})

    assert list(_line(book)) == ["标题", "反映内容"]
    assert len(_line(book)["反映内容"]) == case_sheet.CELL_MAX


def test_what_was_parted_is_not_read_for_the_whole_when_it_comes_back() -> None:
    text = "水" * CONTENT_MAX
    line: case_sheet.Row = {
        "案件编号": "430199-2026-000001",
        "标题": "长",
        "收到日期": "2026-11-01",
    }
    file = case_sheet.write([{**line, "反映内容": text}, {**line, "反映内容": "短"}], ABOUT)
    ledger = open_ledger(file, "登记簿.xlsx", sheet_name=None, limit_bytes=2**24)
    mapping = map_columns(ledger.header.names)
    reading = read_rows(ledger.sheet.rows, ledger.header, mapping, today=TODAY)

    assert "content" not in reading.rows[0].values
    assert reading.rows[1].values["content"] == "短"
    assert reading.unmapped == ["反映内容全文1", "反映内容全文2"]


def test_the_sheet_says_what_it_is_and_who_took_it() -> None:
    book = _book({"标题": "一件"})

    told = dict(list(book["说明"].values)[1:])
    assert (told["导出人"], told["件数"], told["筛选条件"]) == ("小李&王", "1", "状态：已收到")
    assert "小李&王" in book["案件"].oddHeader.center.text.replace("&&", "&")


def test_a_sheet_without_rows_still_says_what_was_asked() -> None:
    about = case_sheet.About("簿", "今天", "小李", [], 0, "已打码")
    book = load_workbook(BytesIO(case_sheet.write([], about)))

    assert ("筛选条件", "无（全部）") in list(book["说明"].values)
