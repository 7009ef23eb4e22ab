import io
from datetime import date

import openpyxl

from documents.returned import RejectedRow, returned_workbook
from documents.workbook import Sheet, open_workbook
from rules.columns import RETURNED_HEADER, map_columns
from rules.headers import find_header
from rules.ledgers import Reading, read_rows

TODAY = date(2026, 11, 22)
RED = "00FFC7CE"
ROWS: list[list[object]] = [
    ["平安县2023年台账", "", "", "", ""],
    ["信访人", "信访时间", "乡镇", "信访形式", "反映内容"],
    ["张三", "4月5日", "东河镇", "来访", "甲"],
    ["李四", "4月32日", "同上", "托梦", '=HYPERLINK("http://a","b")'],
    ["合计", "", "", "", ""],
    ["王五", date(2023, 4, 6), "", "来信", "@丙"],
    ["赵六", "不知", "", "来信", "-丁"],
]
SHEET = Sheet("台账[1]", ROWS, merged=((1, 0, 1, 4), (6, 2, 7, 2)))


def read(sheet: Sheet) -> Reading:
    header = find_header(sheet.rows, sheet.merged)
    assert header is not None
    mapping = map_columns(header.names)
    return read_rows(sheet.rows, header, mapping, today=TODAY, merged=sheet.merged)


def returned(sheet: Sheet) -> bytes:
    reading = read(sheet)
    rejected = [RejectedRow(row.number, row.problems) for row in reading.rows if row.problems]
    return returned_workbook(None, sheet, reading.header, rejected)


def page_of(content: bytes):
    return openpyxl.load_workbook(io.BytesIO(content)).active


def test_only_the_rejected_rows_come_back_with_title_header_and_reasons():
    page = page_of(returned(SHEET))

    assert page.title == "台账 1"
    assert page["A1"].value == "平安县2023年台账"
    assert [cell.value for cell in page[2]] == [*ROWS[1], RETURNED_HEADER]
    assert [cell.value for cell in page["A"]][2:] == ["李四", "赵六"]
    assert page["F3"].value.startswith("原第 4 行\n“信访时间”：")
    assert "“信访形式”：“托梦”不在可选范围" in page["F3"].value
    assert "A1:E1" in {str(r) for r in page.merged_cells.ranges}


def test_only_the_bad_cells_are_red():
    page = page_of(returned(SHEET))

    red = {cell.coordinate for row in page["A3:E4"] for cell in row if cell.fill.fgColor.rgb == RED}
    assert red == {"B3", "D3", "B4"}


def test_what_a_row_took_from_the_row_above_is_written_out():
    page = page_of(returned(Sheet("台账", [*ROWS[:5], ["赵六", "不知", "〃", "来信", "丁"]])))

    assert [page["C3"].value, page["C4"].value] == ["东河镇", "东河镇"]


def test_text_that_looks_like_a_formula_stays_text():
    page = page_of(returned(SHEET))

    formula, minus = page["E3"], page["E4"]
    assert (formula.data_type, formula.value) == ("s", '=HYPERLINK("http://a","b")')
    assert (minus.data_type, minus.value, minus.quotePrefix) == ("s", "-丁", True)


def test_a_corrected_workbook_imports_and_its_reasons_are_ignored():
    book = openpyxl.load_workbook(io.BytesIO(returned(SHEET)))
    page = book.active
    page["B3"], page["D3"], page["B4"] = "4月30日", "来访", date(2023, 5, 1)
    stream = io.BytesIO()
    book.save(stream)

    [sheet] = open_workbook(stream.getvalue(), "退回.xlsx", limit_bytes=10**7).sheets
    reading = read(sheet)

    assert [row.problems for row in reading.rows] == [(), ()]
    assert [row.values["received_on"] for row in reading.rows] == [
        date(2023, 4, 30),
        date(2023, 5, 1),
    ]
    assert reading.unmapped == []
    assert reading.warnings == ["没有标题列，标题取自反映内容的第一句"]


def test_a_workbook_returned_twice_has_one_column_of_reasons():
    [sheet] = open_workbook(returned(SHEET), "退回.xlsx", limit_bytes=10**7).sheets

    page = page_of(returned(sheet))

    assert [cell.value for cell in page[2]].count(RETURNED_HEADER) == 1


def test_a_stacked_header_keeps_its_merged_cells_and_the_reasons_stand_beside():
    rows: list[list[object]] = [
        ["信访人", "化解情况", "", "反映内容"],
        ["", "时间", "方式", ""],
        ["张三", "2023-13-45", "调解", "甲\x07乙"],
    ]
    sheet = Sheet("a", rows, merged=((1, 0, 2, 0), (1, 1, 1, 2), (1, 3, 2, 3)))

    content = returned(sheet)

    ranges = {str(r) for r in page_of(content).merged_cells.ranges}
    assert ranges == {"A1:A2", "B1:C1", "D1:D2", "E1:E2"}
    [again] = open_workbook(content, "a.xlsx", limit_bytes=10**7).sheets
    assert read(again).header.names[:4] == read(sheet).header.names
    assert again.rows[2][3] == "甲乙"


def test_ranges_over_one_another_make_no_damaged_workbook():
    overlapping = ((1, 0, 1, 4), (1, 2, 1, 4), (1, 0, 1, 1), (1, 1, 1, 3))
    sheet = Sheet("a", ROWS, merged=overlapping)

    ranges = [str(r) for r in page_of(returned(sheet)).merged_cells.ranges]
    assert ranges == ["B1:D1"]
