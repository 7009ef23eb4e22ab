"""信访形势分析 as Word: its five sections with native charts and tables, the figures in an annex.

The template is the office's own or ours. Beside its names in braces, a paragraph that holds the
name of a section alone gives way to the section, each paragraph in that paragraph's look.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, tzinfo
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX
from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Emu, Pt, RGBColor
from docx.text.paragraph import Paragraph

from documents import native_charts, word_template
from rules import situation_report as rules
from rules import text_widths
from rules.panel_terms import Chart, Material, Panel, Table
from rules.panel_words import spoken
from rules.situation_papers import taken
from rules.situation_report import Block, Section

TEMPLATE = "信访形势分析"
FIGURES = ("编码", "名称", "数值", "口径")
NAMES = (
    *("标题", "期间", "编号", "数据截至", "落款", "日期", "导出"),
    *(section.value for section in Section),
)
LISTS: Mapping[str, Sequence[str]] = {"指标": FIGURES}
_CHART_SIZE, _CELL = 9, 8.5
_CHART_HIGH = 0.5  # of its width
# A sheet is too narrow to name more; its table names them all.
_MOST_LABELS = 31
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MARGINS = (
    f'<w:tblCellMar {nsdecls("w")}><w:left w:w="50" w:type="dxa"/>'
    '<w:right w:w="50" w:type="dxa"/></w:tblCellMar>'
)
_FAINT = RGBColor(0x8A, 0x8F, 0x98)


@dataclass(frozen=True, slots=True)
class About:
    """What stands around the report: who signs it, of which day; who takes it and when; the clock."""

    office: str
    on: str
    by: str
    now: datetime
    clock: tzinfo


def write(material: Material, about: About, *, template: bytes | None = None) -> bytes:
    """Return the report; raises Invalid for a template that is no Word file."""
    at = material.at.astimezone(about.clock)
    values = {
        "标题": f"{material.place}信访形势分析",
        "期间": spoken(material.days),
        "编号": f"快照 {material.number}" if material.number else "实时数据",
        "数据截至": f"{at:%Y-%m-%d %H:%M}",
        "落款": about.office,
        "日期": about.on,
        "导出": taken(about.by, about.now.astimezone(about.clock)),
    }
    lines = [
        dict(zip(FIGURES, (row.code, row.label, row.value, row.definition), strict=True))
        for row in rules.figure_rows(material)
    ]
    filled = word_template.fill(
        template or word_template.default(TEMPLATE), values, {"指标": lines}
    )
    document = Document(BytesIO(filled))
    for section, blocks in rules.sections(material).items():
        for paragraph in list(document.paragraphs):
            if paragraph.text.strip() == f"{{{{{section.value}}}}}":
                _Writer(document, paragraph).write(blocks)
    _sign(document, about.office, f"{values['期间']}{values['标题']}")
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _sign(document: Any, office: str, title: str) -> None:
    found = document.core_properties
    found.author = found.last_modified_by = office
    found.title = title
    found.subject = found.keywords = found.comments = found.category = ""


class _Writer:
    """Writes blocks where a paragraph of the template stands, in its look, and takes it away."""

    def __init__(self, document: Any, paragraph: Paragraph) -> None:
        self.document, self.model = document, paragraph
        section = document.sections[-1]
        self.width = section.page_width - section.left_margin - section.right_margin

    def write(self, blocks: Sequence[Block]) -> None:
        """Write the blocks; afterwards the paragraph is gone."""
        for block in blocks:
            if block.panel is None:
                self._text(block.text, own=block.own)
            else:
                self._panel(block.panel)
        self.model._p.getparent().remove(self.model._p)

    def _text(self, text: str, *, own: bool = False) -> None:
        copy = deepcopy(self.model._p)
        self.model._p.addprevious(copy)
        paragraph = Paragraph(copy, self.model._parent)
        first, *others = paragraph.runs
        first.text = text
        for run in others:
            run.text = ""
        if own:
            first.font.highlight_color = WD_COLOR_INDEX.YELLOW

    def _panel(self, panel: Panel) -> None:
        if panel.chart is not None and len(panel.chart.labels) <= _MOST_LABELS:
            self._caption(f"图　{panel.heading}（单位：{panel.chart.unit}）")
            self._chart(panel.chart, panel.heading)
        if panel.table is not None:
            self._caption(f"表　{panel.heading}")
            self._table(panel.table)

    def _plain(self) -> Paragraph:
        element = OxmlElement("w:p")
        self.model._p.addprevious(element)
        paragraph = Paragraph(element, self.model._parent)
        paragraph.paragraph_format.first_line_indent = Pt(0)
        # A template's fixed distance of lines would lay a chart over the text above it.
        paragraph.paragraph_format.line_spacing = 1.0
        return paragraph

    def _caption(self, text: str) -> None:
        paragraph = self._plain()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.keep_with_next = True
        paragraph.paragraph_format.space_before = Pt(8)
        run = paragraph.add_run(text)
        run.bold, run.font.size = True, Pt(10.5)

    def _chart(self, chart: Chart, name: str) -> None:
        package, document = self.document.part.package, self.document.part
        xml, workbook = native_charts.parts(chart, size=_CHART_SIZE)
        taken = {str(part.partname) for part in package.iter_parts()}
        number = next(n for n in range(1, 10_000) if f"/word/charts/chart{n}.xml" not in taken)
        part = Part(PackURI(f"/word/charts/chart{number}.xml"), CT.DML_CHART, xml, package)
        book = PackURI(f"/word/embeddings/chart{number}.xlsx")
        link = part.relate_to(Part(book, _XLSX, workbook, package), RT.PACKAGE)
        if f'r:id="{link}"'.encode() not in xml:
            raise ValueError("the chart does not name its workbook")
        paragraph = self._plain()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        wide, high = int(self.width), int(self.width * _CHART_HIGH)
        paragraph.add_run()._r.append(
            parse_xml(
                f"<w:drawing {nsdecls('w', 'wp', 'a', 'r')}>"
                f'<wp:inline distT="0" distB="0" distL="0" distR="0">'
                f'<wp:extent cx="{wide}" cy="{high}"/>'
                f'<wp:docPr id="{1000 + number}" name="图{number}" descr="{name}"/>'
                "<wp:cNvGraphicFramePr/>"
                '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
                '<c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
                f'r:id="{document.relate_to(part, RT.CHART)}"/>'
                "</a:graphicData></a:graphic></wp:inline></w:drawing>"
            )
        )

    def _table(self, table: Table) -> None:
        made = self.document.add_table(rows=0, cols=len(table.headers))
        self.model._p.addprevious(made._tbl)
        made.style = _grid(self.document)
        made.alignment = WD_TABLE_ALIGNMENT.CENTER
        made.autofit = False
        # The schema's sequence: margins of cells, then the look.
        made._tbl.tblPr.insert_element_before(parse_xml(_MARGINS), "w:tblLook", "w:tblCaption")
        signs = self.width / Pt(_CELL)
        widths = [
            Emu(int(self.width * each / signs))
            for each in text_widths.columns([table.headers, *table.rows], total=signs, pad=1)
        ]
        for column, width in zip(made.columns, widths, strict=True):
            column.width = width
        for at, row in enumerate([table.headers, *table.rows]):
            line = made.add_row()
            if at == 0:
                _repeated(line)
            _unbroken(line)
            for place, (cell, text) in enumerate(zip(line.cells, row, strict=True)):
                cell.width = widths[place]
                _fill(cell.paragraphs[0], text, bold=at == 0)
                if (at - 1, place) in table.faint:
                    cell.paragraphs[0].runs[0].font.color.rgb = _FAINT
        self._plain().paragraph_format.space_after = Pt(4)


def _fill(paragraph: Paragraph, text: str, *, bold: bool) -> None:
    paragraph.paragraph_format.first_line_indent = Pt(0)
    paragraph.paragraph_format.line_spacing = 1.0
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(1.5)
    run = paragraph.add_run(text)
    run.bold, run.font.size = bold, Pt(_CELL)


def _grid(document: Any) -> Any:
    """The style of tables with lines; a template may not have it."""
    return next((each for each in document.styles if each.name == "Table Grid"), None)


def _repeated(row: Any) -> None:
    """Let the header stand at the top of each page the table reaches."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _unbroken(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
