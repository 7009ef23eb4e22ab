"""信访形势分析 as Word: sections from the template, native charts, the figures in the annex."""

from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from docx import Document
from docx.shared import Pt

from documents import situation_report, word_template
from rules.errors import Invalid
from rules.figure_terms import Dimension
from rules.panel_terms import BatchRow
from rules.situation_report import sections
from tests.documents.packages import charts_of, holds, parts_of
from tests.materials import material, month, part

ABOUT = situation_report.About(
    "某县联席办",
    "2026年7月1日",
    "小李",
    datetime(2026, 7, 2, 1, 5, tzinfo=UTC),
    ZoneInfo("Asia/Shanghai"),
)
SOME = material(
    {"received": 143, "on_time": (125, 130), "batches_held": 1, "batch_resolution": (42, 54)},
    {"received": 131},
    parts={
        Dimension.CLASS: (part("城乡建设/拆迁", 1, received=31), part("农业农村", 2, received=23)),
        Dimension.TOWNSHIP: tuple(part(f"第{at}镇", at, received=at) for at in range(1, 60)),
        Dimension.MONTH: (month(1, 20), month(2, 25)),
    },
    batches=(BatchRow("=一季度", date(2026, 1, 5), 54, 42),),
    number="KZ20260001",
)


def made(**given: Any) -> bytes:
    return situation_report.write(SOME, ABOUT, **given)


def opened(content: bytes) -> Any:
    return Document(BytesIO(content))


def test_the_report_says_its_sections_in_order() -> None:
    document = opened(made())
    texts = [p.text for p in document.paragraphs]

    assert texts[0] == "全县信访形势分析"
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert headings[:5] == [each.label for each in sections(SOME)]
    assert any("全县信访总量143件次，同比上升9.2%" in text for text in texts)
    assert not [text for text in texts if "{{" in text]
    footer = document.sections[0].footer.paragraphs[0].text
    assert footer == "快照 KZ20260001　数据截至 2026-07-01 09:30　导出：小李 2026-07-02 09:05"


def test_charts_are_native_and_their_workbooks_hold_the_panels_values() -> None:
    wanted = [
        block.panel.chart
        for blocks in sections(SOME).values()
        for block in blocks
        if block.panel is not None and block.panel.chart is not None
        if len(block.panel.chart.labels) < 59
    ]
    parts = parts_of(made())

    found = charts_of(parts)

    assert len(found) == len(wanted) == 4
    assert all(holds(each, chart) for each, chart in zip(found, wanted, strict=True))
    document = parts["word/document.xml"].decode()
    assert document.count("<c:chart ") == len(wanted)


def test_a_chart_is_laid_over_no_text() -> None:
    """A line of a fixed height clips what stands in it."""
    for paragraph in opened(made()).paragraphs:
        if "<c:chart " in paragraph._p.xml:
            assert paragraph.paragraph_format.line_spacing == 1.0


def test_tables_repeat_their_header_and_break_no_row() -> None:
    table = next(t for t in opened(made()).tables if t.rows[0].cells[0].text == "属地")

    assert len(table.rows) == 60
    assert "w:tblHeader" in table.rows[0]._tr.xml
    assert all("w:cantSplit" in row._tr.xml for row in table.rows)


def test_figure_codes_stand_in_the_annex() -> None:
    annex = opened(made()).tables[-1]

    rows = {row.cells[0].text: [cell.text for cell in row.cells] for row in annex.rows}
    assert rows["编码"] == ["编码", "名称", "数值", "口径"]
    assert rows["batch_resolution"][1:3] == ["交办化解率", "77.8%（42/54）"]
    assert len(rows) == len(SOME.readings) + 1


def test_the_offices_own_words_are_marked() -> None:
    marked = [
        p.text for p in opened(made()).paragraphs if p.runs and p.runs[0].font.highlight_color
    ]

    assert len(marked) == 3
    assert all(text.startswith("【请联席办补充：") for text in marked)


def test_an_own_template_keeps_its_look_and_its_words() -> None:
    document, stream = Document(), BytesIO()
    document.add_paragraph("内部资料")
    paragraph = document.add_paragraph()
    run = paragraph.add_run("{{工作建议}}")
    run.font.size = Pt(30)
    document.core_properties.author = "张三丰"
    document.sections[0].footer.paragraphs[0].text = "{{导出}}"
    document.save(stream)

    found = opened(made(template=stream.getvalue()))

    told = [p.text for p in found.paragraphs]
    assert told == ["内部资料", "【请联席办补充：工作建议，会议还没有议定事项】"]
    assert found.paragraphs[1].runs[0].font.size == Pt(30)
    footer = found.sections[0].footer.paragraphs[0].text
    assert footer == "导出：小李 2026-07-02 09:05"
    assert found.core_properties.author == "某县联席办"


def test_our_template_asks_for_nothing_nobody_fills() -> None:
    found = word_template.problems(
        word_template.default(situation_report.TEMPLATE),
        names=situation_report.NAMES,
        lists=situation_report.LISTS,
    )

    assert found == []


def test_a_broken_template_is_refused_in_words() -> None:
    with pytest.raises(Invalid, match="不是 Word 文档"):
        made(template=b"no")


def test_what_is_said_of_a_table_stands_in_the_sequence_of_the_schema() -> None:
    """Word repairs a document whose margins of cells stand behind the look of the table."""
    order = ("tblStyle", "tblW", "jc", "tblBorders", "tblLayout", "tblCellMar", "tblLook")
    found = [
        [each.tag.partition("}")[2] for each in table._tbl.tblPr] for table in opened(made()).tables
    ]

    assert any("tblCellMar" in told for told in found)
    for told in found:
        assert told == sorted(told, key=order.index)
