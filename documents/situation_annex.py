"""The annex of a situation as Excel: every figure, its parts, and the cases behind the main ones."""

from collections.abc import Sequence
from dataclasses import dataclass

from documents import case_sheet
from rules import situation_papers as papers
from rules.panel_terms import Material
from rules.panel_words import spoken
from rules.situation_papers import Listed


@dataclass(frozen=True, slots=True)
class About:
    """What a reader must know: the days the figures stand for in words, who took it, what of the rows."""

    as_of: str
    exported_by: str
    lines: Sequence[str] = ()


def write(material: Material, rows: Sequence[Listed], about: About) -> bytes:
    """Return the workbook: 指标, a sheet for each split that has parts, 明细, 说明.

    Cells are written as values (documents/case_sheet.py), so no name becomes a formula.
    """
    sheets = {name: found for name, found in papers.split_sheets(material).items() if found}
    detail = papers.detail_sheet(rows)
    if detail:
        sheets["明细"] = detail
    figures = papers.figure_sheet(material)
    source = f"快照 {material.number}" if material.number else "实时数据"
    return case_sheet.write(
        figures,
        case_sheet.About(
            title=f"{spoken(material.days)}{material.place}信访形势数据附表（{source}）",
            as_of=about.as_of,
            exported_by=about.exported_by,
            filters=[
                f"统计期间：{material.days.first} 至 {material.days.last}",
                f"统计范围：{material.place}",
                *about.lines,
            ],
            rows=len(figures),
            masking="没有姓名、电话、住址和反映内容",
            sheet="指标",
            counted="指标数",
        ),
        beside=sheets,
    )
