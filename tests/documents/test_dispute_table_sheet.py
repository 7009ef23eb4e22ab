"""《矛盾纠纷排查情况表》 as a workbook: the shape offices know, sums that are there, and read back."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from documents import dispute_table_sheet as sheet
from documents.containers import Unreadable
from rules.dispute_progress import Early
from rules.dispute_table import Kind, TableColumn, form
from rules.dispute_table_check import Match, check
from rules.dispute_terms import DisputeOutcome
from rules.errors import Invalid
from rules.terms import UnitKind
from tests.rules.test_dispute_table import KINDS, OCTOBER, counted

FORM = form(
    OCTOBER,
    [
        counted(count=2),
        counted(outcome=DisputeOutcome.RESOLVED, count=4),
        counted(2, UnitKind.TOWNSHIP, DisputeOutcome.PARTLY),
        counted(2, UnitKind.DEPARTMENT, DisputeOutcome.ROUTED, in_period=False),
    ],
    KINDS,
)
ABOUT = sheet.About(
    unit="某县信访工作联席会议办公室",
    filled_on="2026年11月20日",
    filled_by="小李",
    reviewed_by="王主任",
    as_of="2026-11-20 10:00",
    state="已定稿：小李，2026-11-03 09:00",
)
EARLY = [Early(None, "合计", 4, 1), Early(1, "山林土地", 4, 1)]
LIMIT = 2**20


def test_the_form_has_its_title_its_lines_and_a_block_for_each_class() -> None:
    book = load_workbook(BytesIO(sheet.write(FORM, EARLY, ABOUT)))
    page = book["排查情况表"]

    assert page["A1"].value == "矛盾纠纷排查情况表（2026年10月）"
    assert "A1:G1" in [str(each) for each in page.merged_cells.ranges]
    assert "A5:A9" in [str(each) for each in page.merged_cells.ranges]
    assert page["A2"].value == "填报单位：某县信访工作联席会议办公室"
    assert page["E2"].value == "填报日期：2026年11月20日"
    assert page["E3"].value == "单位：件"
    assert [cell.value for cell in page[4]] == ["类别", "项目", *(c.label for c in TableColumn)]
    assert [page.cell(row, 1).value for row in (5, 10, 15)] == ["合计", "山林土地", "房屋宅基地"]
    assert [page.cell(5, column).value for column in range(2, 8)] == ["排查数", 0, 1, 6, 7, 8]
    assert page["E12"].value == pytest.approx(4 / 6)
    assert page["E12"].number_format == "0.0%"
    assert page["C7"].value == "—"
    assert "审核人：王主任" in page["A20"].value
    assert "填表人：小李" in page["A20"].value


def test_the_sum_of_each_line_is_the_sum_of_its_classes() -> None:
    page = load_workbook(BytesIO(sheet.write(FORM, EARLY, ABOUT)))["排查情况表"]

    for line in (0, 1, 3):
        for column in range(3, 8):
            parts = [page.cell(row + line, column).value for row in (10, 15)]
            assert page.cell(5 + line, column).value == sum(parts)


def test_what_the_numbers_mean_goes_along() -> None:
    book = load_workbook(BytesIO(sheet.write(FORM, EARLY, ABOUT)))

    notes = " ".join(str(row[1].value) for row in book["说明"])
    assert "部分化解单独计，不算成功" in notes
    assert "已定稿：小李" in notes
    early = book["早发现率"]
    assert [cell.value for cell in early[2]] == ["合计", 4, 1, 0.25]
    assert "早发现率 = " in early["A4"].value
    assert [cell.value for cell in book["构成"][5]][:5] == ["合计", "小计", 7, 5, 4]


def test_our_own_form_read_back_is_the_same_in_every_cell() -> None:
    typed = sheet.read(sheet.write(FORM, EARLY, ABOUT), "表.xlsx", limit_bytes=LIMIT)

    found = check(FORM, typed)

    assert len(found) == 3 * 5 * 5
    assert {each.match for each in found} == {Match.SAME}


def test_a_figure_changed_in_the_file_is_found_with_its_cell() -> None:
    book = load_workbook(BytesIO(sheet.write(FORM, EARLY, ABOUT)))
    book["排查情况表"]["E10"] = 5
    stream = BytesIO()
    book.save(stream)

    found = check(FORM, sheet.read(stream.getvalue(), "表.xlsx", limit_bytes=LIMIT))

    assert [(x.typed.place, x.ours) for x in found if x.match is not Match.SAME] == [("E10", "6")]


def test_a_name_that_begins_like_a_formula_stays_text() -> None:
    odd = form(OCTOBER, [counted(5)], [Kind(5, "=1+1", None, True)])
    book = load_workbook(BytesIO(sheet.write(odd, [Early(5, "=1+1", 1, 0)], ABOUT)))

    assert book["排查情况表"]["A10"].data_type == "s"
    assert (book["早发现率"]["A2"].value, book["构成"]["A7"].value) == ("=1+1", "=1+1")
    assert {cell.data_type for row in book["早发现率"] for cell in row} <= {"s", "n"}
    assert {cell.data_type for row in book["构成"] for cell in row} <= {"s", "n"}


@pytest.mark.parametrize(
    ("content", "error", "words"),
    [
        (b"%PDF-1.4", Unreadable, "PDF"),
        ("姓名,电话\n张三,138\n".encode(), Invalid, "没有找到表头"),
    ],
)
def test_another_file_is_refused_in_words(
    content: bytes, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        sheet.read(content, "表.csv", limit_bytes=LIMIT)
