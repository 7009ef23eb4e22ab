import io
import zipfile
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.styles import PatternFill

from documents import containers, workbook
from documents.workbook import Unreadable, fill_colours, likely_sheet, open_workbook
from rules.colours import suggested_state
from rules.columns import map_columns
from rules.headers import find_header
from rules.ledgers import read_rows

LIMIT = 20 * 2**20
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def opened(content: bytes, name="台账.xlsx"):
    return open_workbook(content, name, limit_bytes=LIMIT)


def saved(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def book_of(*rows, title="台账"):
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    return book


def archive(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as opened_archive:
        for name, content in parts.items():
            opened_archive.writestr(name, content)
    return stream.getvalue()


def with_part(content: bytes, name: str, data: bytes) -> bytes:
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a") as opened_archive:
        opened_archive.writestr(name, data)
    return stream.getvalue()


def refusal(content: bytes, name="台账.xlsx", limit=LIMIT) -> str:
    with pytest.raises(Unreadable) as caught:
        open_workbook(content, name, limit_bytes=limit)
    return str(caught.value)


def test_rows_keep_their_true_numbers_when_the_sheet_starts_further_down():
    book = openpyxl.Workbook()
    book.active["C3"] = "信访人"
    book.active["C5"] = "张三"

    [sheet] = opened(saved(book)).sheets

    assert sheet.rows[2][2] == "信访人"
    assert sheet.rows[4][2] == "张三"
    assert len(sheet.rows) == 5


def test_values_come_as_numbers_dates_and_formula_errors():
    book = book_of(["信访人", date(2023, 4, 5), 3, True])
    book.active["A2"] = "#REF!"
    book.active["A2"].data_type = "e"
    book.active["B2"] = date(2023, 4, 6)

    [sheet] = opened(saved(book)).sheets

    assert sheet.rows[0][1:] == [date(2023, 4, 5), 3.0, True]
    assert sheet.rows[1][:2] == ["#REF!", date(2023, 4, 6)]


def test_merged_cells_hidden_rows_columns_and_sheets_are_told():
    book = book_of(["台账", "", ""], ["信访人", "人数", "反映内容"], ["张三", 1, "甲"])
    page = book.active
    page.merge_cells("A1:C1")
    page.row_dimensions[3].hidden = True
    page.column_dimensions["B"].hidden = True
    book.create_sheet("旧").sheet_state = "hidden"
    book["旧"].append(["说明"])

    visible, hidden = opened(saved(book)).sheets

    assert visible.merged == ((1, 0, 1, 2),)
    assert (visible.hidden_rows, visible.hidden_columns, visible.hidden) == (1, 1, False)
    assert visible.rows[2] == ["张三", 1.0, "甲"]
    assert (hidden.name, hidden.hidden) == ("旧", True)


def test_the_likely_sheet_is_the_one_whose_header_names_most_fields():
    book = book_of(["填表说明"], ["请按要求填写"], title="说明")
    book.create_sheet("台账").append(["信访人", "人数", "反映内容"])
    book.create_sheet("空")

    chosen = likely_sheet(opened(saved(book)))

    assert chosen is not None
    assert chosen.name == "台账"
    assert likely_sheet(opened(saved(book_of(["甲", "乙"])))) is None


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_text_table_is_read_in_every_encoding_and_delimiter(encoding, delimiter):
    lines = [["信访人", "反映内容", "人数"], ["张三", "道路,破损,求修", "3"], ["李四", "", "12"]]
    text = "\r\n".join(delimiter.join(f'"{c}"' for c in line) for line in lines)

    [sheet] = opened(text.encode(encoding), "2023台账.csv").sheets

    assert sheet.rows == lines
    assert sheet.name == "2023台账"


def test_a_text_table_without_quotes_is_cut_where_every_line_is_cut_alike():
    text = "信访人\t反映内容\n张三\t甲,乙,丙\n李四\t丁,戊\n"

    assert opened(text.encode(), "a.csv").sheets[0].rows[1] == ["张三", "甲,乙,丙"]


def test_a_cell_of_several_lines_is_one_row_as_the_sheet_counts():
    [sheet] = opened('信访人,反映内容\n张三,"一\n二"\n\n李四,三\n'.encode(), "a.csv").sheets

    assert sheet.rows == [["信访人", "反映内容"], ["张三", "一\n二"], ["", ""], ["李四", "三"]]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "空的"),
        (b" \r\n ", "空的"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n....", "图片"),
        (b"\xff\xd8\xff\xe0....", "图片"),
        (b"Rar!\x1a\x07", "压缩包"),
        (b"\xef\xbb\xbf<html><table></table></html>", "网页"),
        (b'<?xml version="1.0"?><Workbook/>', "网页"),
        (b"abc\x00\x01\x02", "认不出"),
        (b"PK\x03\x04 broken", "损坏"),
        (b"\x81\xff\xff,\xff", "编码"),
        (b'a,"' + b"x" * 200_000, "引号"),
    ],
)
def test_what_is_no_table_is_named_for_what_it_looks_like(content, said):
    assert said in refusal(content)


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (OLE + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "密码"),
        (OLE + "WordDocument".encode("utf-16-le"), "a.xls", "Word"),
        (OLE + "_VBA_PROJECT".encode("utf-16-le"), "a.xls", "宏"),
        (OLE + b"\x00" * 600, "台账.et", "WPS"),
        (OLE + b"\x00" * 600, "台账.xls", "损坏"),
        (OLE + "Workbook".encode("utf-16-le") + b"\x00" * 4096, "台账.xls", "损坏"),
    ],
)
def test_an_old_binary_file_that_cannot_be_read_says_why(content, name, said):
    assert said in refusal(content, name)


def test_an_old_binary_workbook_is_read_like_any_other(xls):
    [sheet] = opened(xls, "台账.xls").sheets

    assert sheet.rows == [
        ["2023年台账", "", ""],
        ["信访人", "信访时间", "乡镇"],
        ["张三", date(2023, 4, 5), "东河镇"],
    ]
    assert sheet.merged == ((1, 0, 1, 2),)


def test_damage_in_an_old_workbook_ends_only_the_process_that_reads_it(monkeypatch, tmp_path, xls):
    aborting = tmp_path / "child.py"
    aborting.write_text("import os; os.abort()")
    monkeypatch.setattr(workbook, "_XLS_CHILD", aborting)

    assert "损坏" in refusal(xls, "台账.xls")


@pytest.mark.parametrize(
    ("part", "said"),
    [("word/document.xml", "Word"), ("content.xml", "OpenDocument"), ("readme.txt", "压缩包")],
)
def test_other_packed_files_are_named(part, said):
    assert said in refusal(archive({part: b"x"}))


def test_a_file_over_the_limit_is_refused_before_it_is_read():
    assert "最大 0.0 MB" in refusal(b"x" * 11, limit=10)


def test_a_workbook_with_macros_is_refused():
    content = with_part(saved(book_of(["信访人"])), "xl/vbaProject.bin", b"x")

    assert "宏" in refusal(content)


def test_a_bomb_is_refused_by_its_directory(monkeypatch):
    content = with_part(saved(book_of(["信访人"])), "xl/media/a.bin", b"")
    bomb = io.BytesIO(content)
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as opened_archive:
        opened_archive.writestr("xl/worksheets/sheet9.xml", b"\x00" * (11 * 2**20))

    assert "压缩比异常" in refusal(bomb.getvalue())
    monkeypatch.setattr(containers, "_MOST_UNPACKED", 1000)
    assert "过大" in refusal(content)


def test_a_lone_cell_in_a_far_corner_does_not_fill_the_memory():
    book = book_of(["信访人", "反映内容"])
    book.active["XFD1048576"] = "x"

    assert "最多 200000 行" in refusal(saved(book))


@pytest.mark.parametrize(
    ("cells", "said"),
    [(["SG1"], "501 列"), (["A200001"], "200001 行"), (["SF1", "A150000"], "范围")],
)
def test_a_sheet_that_reaches_too_far_is_refused(cells, said):
    book = book_of(["信访人"])
    for cell in cells:
        book.active[cell] = "x"

    assert said in refusal(saved(book))


def test_a_wide_sheet_within_the_limits_is_read():
    book = book_of(["信访人"])
    book.active["SF9"] = "x"

    assert len(opened(saved(book)).sheets[0].rows[0]) == 500


def test_formats_without_content_reach_as_far_as_they_like():
    book = book_of(["信访人"], ["张三"])
    book.active["XFD1048576"].fill = PatternFill("solid", fgColor="FFFF00")

    assert opened(saved(book)).sheets[0].rows == [["信访人"], ["张三"]]


def test_a_truncated_or_tampered_workbook_is_refused_in_chinese():
    content = saved(book_of(["信访人"], *[["张三"]] * 50))

    assert "损坏" in refusal(content[: len(content) // 2])
    at = content.find(b"sheet1.xml") + 40
    assert refusal(content[:at] + b"\x00" * 20 + content[at + 20 :])


def test_entities_in_the_xml_are_refused():
    content = archive(
        {
            "xl/_rels/workbook.xml.rels": b"<Relationships/>",
            "xl/workbook.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><workbook/>',
        }
    )

    assert "DOCTYPE" in refusal(content)


def test_a_workbook_without_content_is_refused():
    assert "没有任何内容" in refusal(saved(openpyxl.Workbook()))


def test_a_renamed_workbook_is_read_by_its_content():
    assert opened(saved(book_of(["信访人"])), "a.csv").sheets[0].rows == [["信访人"]]


def test_the_fill_most_cells_of_a_row_have_suggests_its_state():
    book = book_of(["信访人", "人数"], ["张三", 1], ["李四", 2], ["王五", 3])
    page = book.active
    for cell, rgb in {"A2": "92D050", "B2": "92D050", "A3": "FFFF00", "A4": "FFFFFF"}.items():
        page[cell].fill = PatternFill("solid", fgColor=rgb)

    content = saved(book)
    colours = fill_colours(content, opened(content, "台账.xlsx").sheets[0])

    assert colours == {2: "92D050", 3: "FFFF00"}
    assert [suggested_state(rgb) for rgb in colours.values()] == ["已办结", "临期"]


def changed_part(content: bytes, name: str, part: bytes) -> bytes:
    """The same workbook with another part in the place of one."""
    out = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(out, "w") as new:
        for item in old.namelist():
            new.writestr(item, part if item == name else old.read(item))
    return out.getvalue()


def test_fills_are_read_no_further_than_the_cells_that_hold_anything():
    book = book_of(["信访人", "人数"], ["张三", 1])
    book.active["A2"].fill = PatternFill("solid", fgColor="92D050")
    book.active["XFD1048576"].fill = PatternFill("solid", fgColor="FF0000")
    content = saved(book)

    assert fill_colours(content, opened(content, "台账.xlsx").sheets[0]) == {2: "92D050"}


def test_fills_that_cannot_be_read_are_refused_in_words():
    content = saved(book_of(["信访人"], ["张三"]))
    sheet = opened(content, "台账.xlsx").sheets[0]
    broken = changed_part(content, "xl/styles.xml", b"<styleSheet><fonts></styleSheet>")

    with pytest.raises(Unreadable, match="填充颜色读不出来"):
        fill_colours(broken, sheet)


def test_a_ledger_with_many_habits_is_read_end_to_end():
    book = book_of(
        ["平安县2023年信访台账"],
        ["填报单位:东河镇", "", "", "单位:万元"],
        ["序号", "信访人", "化解情况", "", "涉及\n金额"],
        ["", "", "时间", "方式", ""],
        [1, "张三等5人", "4月5日", "调解", 26],
        [2, "李四", 45021, "〃", "约3.5"],
        ["合 计", "", "", "", 30],
    )
    page = book.active
    for cells in ("A1:E1", "A3:A4", "B3:B4", "C3:D3", "E3:E4"):
        page.merge_cells(cells)

    sheet = likely_sheet(opened(saved(book)))
    assert sheet is not None
    header = find_header(sheet.rows, sheet.merged)
    assert header is not None
    reading = read_rows(
        sheet.rows,
        header,
        map_columns(header.names),
        today=date(2026, 11, 22),
        merged=sheet.merged,
    )

    first, second = (row.values for row in reading.rows)
    assert first["resolved_on"] == second["resolved_on"] == date(2023, 4, 5)
    assert (first["people"], second["progress"]) == (5, "调解")
    assert (first["amount_fen"], second["amount_fen"]) == (26_000_000, 3_500_000)
    assert reading.totals == ["第 7 行合计“涉及金额”写的是 30，各行相加为 29.5"]
