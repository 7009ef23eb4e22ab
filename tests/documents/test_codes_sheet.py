"""内容分类 as a file: what is read, and what is said of what is not."""

from io import BytesIO

import pytest
from openpyxl import Workbook

from documents.codes_sheet import read
from tests.conftest import real_data

HEADER = ("一级分类", "二级分类", "三级分类")


def _sheet(*rows: tuple[str | None, ...], header: tuple[str, ...] = HEADER) -> bytes:
    book = Workbook()
    book.active.append(header)
    for row in rows:
        book.active.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def test_rows_are_read_and_merged_cells_filled_from_above() -> None:
    rows, problems = read(
        _sheet(
            ("民政", "低保", "低保申请"),
            (None, None, "低保复核"),
            (None, "救灾", None),
            ("交通运输", None, None),
        )
    )

    assert problems == []
    assert rows == [
        ("民政", "低保", "低保申请"),
        ("民政", "低保", "低保复核"),
        ("民政", "救灾", ""),
        ("交通运输", "", ""),
    ]


def test_columns_are_found_by_their_header() -> None:
    rows, _ = read(
        _sheet(("1", "低保", "民政", ""), header=("序号", "二级分类", "一级分类", "三级分类"))
    )

    assert rows == [("民政", "低保", "")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_is_read_in_the_encodings_of_excel(encoding: str) -> None:
    content = "一级分类,二级分类,三级分类\r\n民政,低保,低保申请\r\n".encode(encoding)

    assert read(content) == ([("民政", "低保", "低保申请")], [])


@pytest.mark.parametrize(
    ("row", "cell"),
    [
        (("民政", None, "低保申请"), "B2"),
        (("民政", "低保/救灾", "低保申请"), "B2"),
        (("长" * 61, "低保", "低保申请"), "A2"),
        ((None, "低保", "低保申请"), "A2"),
    ],
)
def test_a_bad_row_is_named_by_its_cell(row: tuple[str | None, ...], cell: str) -> None:
    rows, problems = read(_sheet(row))

    assert rows == []
    assert [problem.field for problem in problems] == [cell]


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0broken", b"\x00\x01\x02", b"\xff\xfe\xfa\xfb"],
)
def test_what_is_no_table_is_said_and_never_raises(content: bytes) -> None:
    rows, problems = read(content)

    assert rows == []
    assert len(problems) == 1


def test_a_table_without_classes_is_said() -> None:
    assert read(_sheet())[1][0].message == "表头之下没有分类"


@pytest.mark.shared_data
def test_the_real_list_is_read_whole() -> None:
    rows, problems = read((real_data() / "content_classification.xlsx").read_bytes())

    assert problems == []
    assert len(rows) == len(set(rows)) == 517
    assert len({row[0] for row in rows}) == 15
