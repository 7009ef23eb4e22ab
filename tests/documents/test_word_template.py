"""Word documents from templates: names replaced wherever they stand, the look of the template kept."""

import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn

from documents import word_template
from tests.documents.test_report_reading import nested


def _made(document: Any, values: dict[str, str]) -> Any:
    stream = BytesIO()
    document.save(stream)
    return docx.Document(BytesIO(word_template.fill(stream.getvalue(), values)))


def test_a_name_that_word_has_parted_into_runs_is_one() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph()
    paragraph.add_run("编号：{{编").bold = True
    paragraph.add_run("号}}")

    made = _made(document, {"编号": "JF20260001"})
    assert made.paragraphs[0].text == "编号：JF20260001"
    assert made.paragraphs[0].runs[0].bold


def test_lines_break_in_a_cell_and_a_merged_cell_is_filled_once() -> None:
    document = docx.Document()
    table = document.add_table(rows=1, cols=3)
    cell = table.cell(0, 0).merge(table.cell(0, 2))
    cell.paragraphs[0].add_run("{{ 内容 }}")
    document.sections[0].footer.paragraphs[0].add_run("{{水印}}")

    made = _made(document, {"内容": "一\n二", "水印": "内部资料"})
    assert made.tables[0].cell(0, 0).text == "一\n二"
    assert made.sections[0].footer.paragraphs[0].text == "内部资料"


def test_what_looks_like_a_name_in_a_value_stays_text() -> None:
    document = docx.Document()
    document.add_paragraph("{{甲}}{{乙}}{{丙}}")

    assert _made(document, {"甲": "{{乙}}", "乙": "二"}).paragraphs[0].text == "{{乙}}二{{丙}}"


def test_the_form_of_a_visit_asks_for_what_it_is_given() -> None:
    form = word_template.default("接访登记表")
    asked = word_template.names_in(form)

    made = docx.Document(BytesIO(word_template.fill(form, dict.fromkeys(asked, "甲"))))

    assert {"编号", "接访领导", "来访人", "领导批示", "承办单位", "办理时限", "水印"} <= asked
    assert not [p.text for p in made.paragraphs if "{{" in p.text]
    assert not [c.text for row in made.tables[0].rows for c in row.cells if "{{" in c.text]


def _rebuilt(change: Callable[[bytes], bytes], **extra: bytes) -> bytes:
    """Write the template that comes with the program with another document.xml, and more parts."""
    stream = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(word_template.default("接访公示"))) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, change(part) if name == "word/document.xml" else part)
        for name, part in extra.items():
            new.writestr(name, part)
    return stream.getvalue()


def _headless() -> bytes:
    """A document whose header is named and not there."""
    document, stream = docx.Document(), BytesIO()
    document.sections[0].header.is_linked_to_previous = False
    (named,) = document.element.xpath(".//w:headerReference")
    named.set(qn("r:id"), "rId999")
    document.save(stream)
    return stream.getvalue()


_EMPTY = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'


@pytest.mark.parametrize(
    ("template", "told"),
    [
        (_rebuilt(lambda xml: xml + b" " * 20 * 2**20), "压缩比异常"),
        (_rebuilt(lambda xml: xml, **{"word/vbaProject.bin": b"x"}), "带有宏"),
        (_rebuilt(lambda xml: b"<w:document"), "结构不完整"),
        (_rebuilt(lambda xml: b'<!DOCTYPE a [<!ENTITY b "c">]>' + _EMPTY), "DOCTYPE"),
        (_rebuilt(lambda xml: _EMPTY), "不是 Word 文档"),
        (nested(word_template.default("接访公示")), "不是 Word 文档"),
        (_headless(), "不是 Word 文档"),
        (b"PK\x03\x04" + b"0" * 100, "已损坏"),
        (b"JF", "不是 Word 文档"),
    ],
)
def test_a_hostile_template_is_refused_in_words(template: bytes, told: str) -> None:
    (problem,) = word_template.problems(template, names=(), lists={})

    assert told in problem.message
