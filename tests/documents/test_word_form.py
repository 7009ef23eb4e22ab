"""Word forms: names replaced wherever they stand, the look of the template kept."""

from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest

from documents import word_form
from rules.errors import RuleError


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that saves a document as the template 表.docx."""
    monkeypatch.setattr(word_form, "TEMPLATES", tmp_path)
    return lambda document: document.save(str(tmp_path / "表.docx"))


def _made(values: dict[str, str]) -> Any:
    return docx.Document(BytesIO(word_form.filled("表.docx", values)))


def test_a_name_that_word_has_parted_into_runs_is_one(template: Any) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph()
    paragraph.add_run("编号：{{编").bold = True
    paragraph.add_run("号}}")
    template(document)

    made = _made({"编号": "JF20260001"})
    assert made.paragraphs[0].text == "编号：JF20260001"
    assert made.paragraphs[0].runs[0].bold


def test_lines_break_in_a_cell_and_a_merged_cell_is_filled_once(template: Any) -> None:
    document = docx.Document()
    table = document.add_table(rows=1, cols=3)
    cell = table.cell(0, 0).merge(table.cell(0, 2))
    cell.paragraphs[0].add_run("{{ 内容 }}")
    document.sections[0].footer.paragraphs[0].add_run("{{水印}}")
    template(document)

    made = _made({"内容": "一\n二", "水印": "内部资料"})
    assert made.tables[0].cell(0, 0).text == "一\n二"
    assert made.sections[0].footer.paragraphs[0].text == "内部资料"


def test_what_looks_like_a_name_in_a_value_stays_text(template: Any) -> None:
    document = docx.Document()
    document.add_paragraph("{{甲}}{{乙}}{{丙}}")
    template(document)

    assert _made({"甲": "{{乙}}", "乙": "二"}).paragraphs[0].text == "{{乙}}二{{丙}}"


def test_a_template_that_is_away_is_said(template: Any) -> None:
    with pytest.raises(RuleError, match=r"表\.docx 打不开"):
        word_form.filled("表.docx", {})


def test_a_template_that_is_no_word_file_is_said(template: Any, tmp_path: Path) -> None:
    (tmp_path / "表.docx").write_bytes(b"no zip")
    with pytest.raises(RuleError, match="打不开"):
        word_form.filled("表.docx", {})


def test_the_form_of_a_visit_asks_for_what_it_is_given() -> None:
    asked = word_form.names_in("接访登记表.docx")
    given = dict.fromkeys(asked, "甲")
    made = docx.Document(BytesIO(word_form.filled("接访登记表.docx", given)))
    assert {"编号", "接访领导", "来访人", "领导批示", "承办单位", "办理时限", "水印"} <= asked
    assert not [p.text for p in made.paragraphs if "{{" in p.text]
    assert not [c.text for row in made.tables[0].rows for c in row.cells if "{{" in c.text]
