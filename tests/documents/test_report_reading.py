"""A Word report to its passages: paragraphs, cells with their row and column, and nothing hostile."""

import zipfile
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from documents import report_reading
from documents.containers import Unreadable

LIMIT = 2**20


def saved(document: Any) -> bytes:
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def test_paragraphs_and_cells_are_told_in_their_order_by_place() -> None:
    document = Document()
    document.add_paragraph("信访总量143件次")
    document.add_paragraph("")
    table = document.add_table(rows=2, cols=3)
    for row, texts in enumerate(
        (("编码", "项目", "本期"), ("received", "信访总量（件次）", "143"))
    ):
        for place, text in enumerate(texts):
            table.cell(row, place).text = text
    document.add_paragraph("末段")

    found = report_reading.read(saved(document), limit_bytes=LIMIT)

    assert [each.place for each in found if not each.place.startswith("表")] == [
        "第 1 段",
        "第 2 段",
    ]
    cell = found[-2]
    assert (cell.place, cell.text, cell.table) == ("表 1 第 2 行第 3 列", "143", 1)
    assert (cell.label, cell.header) == ("received，信访总量（件次）", "本期")
    assert found[-1].text == "末段"


def test_what_was_inserted_under_review_counts_and_what_was_deleted_does_not() -> None:
    document = Document()
    paragraph = document.add_paragraph("总量")
    paragraph._p.append(
        parse_xml(f'<w:ins {nsdecls("w")} w:id="1"><w:r><w:t>143件</w:t></w:r></w:ins>')
    )
    paragraph._p.append(
        parse_xml(f'<w:del {nsdecls("w")} w:id="2"><w:r><w:delText>9件</w:delText></w:r></w:del>')
    )

    (only,) = report_reading.read(saved(document), limit_bytes=LIMIT)

    assert only.text == "总量143件"


def bomb() -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * (64 * 2**20))
    return stream.getvalue()


def with_entity() -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    return stream.getvalue()


def without_relations() -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
    return stream.getvalue()


def nested(document: bytes, depth: int = 300) -> bytes:
    """The document with elements within one another, well-formed and deeper than any reader goes."""
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(document)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "word/document.xml":
                deep = b"<w:smartTag>" * depth + b"</w:smartTag>" * depth
                part = part.replace(b"<w:body>", b"<w:body><w:p>" + deep + b"</w:p>", 1)
            new.writestr(name, part)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "不是 Word 文档"),
        (b"PK\x03\x04", "已损坏"),
        (b"%PDF", "不是 Word 文档"),
        (bomb(), "压缩比异常"),
        (with_entity(), "DOCTYPE"),
        (without_relations(), "读不出来"),
        (nested(saved(Document())), "读不出来"),
        (saved(Document()), "没有文字"),
        (b"PK" + b"x" * LIMIT, "最大 1.0 MB"),
    ],
)
def test_a_hostile_or_empty_file_is_refused_in_words(content: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        report_reading.read(content, limit_bytes=LIMIT)


def test_a_document_without_end_is_refused() -> None:
    document = Document()
    model = document.add_paragraph("一")._p
    for _ in range(report_reading.MOST_PASSAGES):
        model.addnext(parse_xml(f"<w:p {nsdecls('w')}><w:r><w:t>一</w:t></w:r></w:p>"))

    with pytest.raises(Unreadable, match="请拆分"):
        report_reading.read(saved(document), limit_bytes=20 * LIMIT)


def table_of(*rows: tuple[str, ...]) -> Any:
    document = Document()
    table = document.add_table(rows=len(rows), cols=len(rows[0]))
    for at, texts in enumerate(rows):
        for place, text in enumerate(texts):
            table.cell(at, place).text = text
    return document


def heads_of(document: Any) -> dict[str, tuple[str, str]]:
    found = report_reading.read(saved(document), limit_bytes=LIMIT)
    return {each.text: (each.label, each.header) for each in found if each.table}


def test_a_cell_stands_under_all_heads_that_are_merged_over_it() -> None:
    document = table_of(
        ("指标", "本期", "", "同比"),
        ("", "件次", "占比", ""),
        ("来信", "19", "13.3%", "-29.6%"),
    )
    (table,) = document.tables
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(0, 0).merge(table.cell(1, 0))

    found = heads_of(document)

    assert found == {
        "19": ("来信", "本期，件次"),
        "13.3%": ("来信", "本期，占比"),
        "-29.6%": ("来信", "同比"),
    }


def test_a_label_merged_down_names_every_row_it_covers_and_a_number_counts_once() -> None:
    document = table_of(
        ("属地", "形式", "件次", "全年"), ("朝阳镇", "来信", "3", "9"), ("", "来访", "5", "")
    )
    (table,) = document.tables
    table.cell(1, 0).merge(table.cell(2, 0))
    table.cell(1, 3).merge(table.cell(2, 3))

    found = heads_of(document)

    assert {text: label for text, (label, _) in found.items()} == {
        "来信": "朝阳镇",
        "来访": "朝阳镇",
        "3": "朝阳镇，来信",
        "5": "朝阳镇，来访",
        "9": "朝阳镇，来信",
    }


def test_a_title_over_the_whole_table_is_over_no_column() -> None:
    document = table_of(("信访情况表", ""), ("项目", "本期"), ("来信", "19"))
    (table,) = document.tables
    table.cell(0, 0).merge(table.cell(0, 1))

    assert heads_of(document) == {"19": ("来信", "本期")}


def test_a_span_beyond_what_word_draws_ends_there() -> None:
    document = table_of(("项目", "本期"), ("来信", "19"))
    (table,) = document.tables
    table.cell(0, 0)._tc.grid_span = 10**9

    assert heads_of(document) == {"19": ("来信", "项目")}


def test_a_document_of_too_many_words_is_refused() -> None:
    document = Document()
    document.add_paragraph("一" * (report_reading.MOST_SIGNS + 1))

    with pytest.raises(Unreadable, match="10 万字"):
        report_reading.read(saved(document), limit_bytes=20 * LIMIT)
