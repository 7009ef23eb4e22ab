"""Word forms made from a template the office may edit: {{名称}} in it becomes the value of that name."""

import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
from docx.opc.exceptions import OpcError
from docx.text.paragraph import Paragraph

from rules.cases import clean
from rules.errors import RuleError

TEMPLATES = Path(__file__).with_name("templates")
_NAME = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")


def filled(template: str, values: Mapping[str, str]) -> bytes:
    """Return the template of that file name with its names replaced.

    A name no value is given for stays to be seen. Raises RuleError for a template that is
    away or is no Word file.
    """
    try:
        document = docx.Document(str(TEMPLATES / template))
    except (OpcError, OSError, KeyError, ValueError) as error:
        raise RuleError(f"模板 {template} 打不开，请系统管理员核对") from error
    for paragraph in _paragraphs(document):
        _fill(paragraph, values)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def names_in(template: str) -> set[str]:
    """Return the names a template asks for."""
    document = docx.Document(str(TEMPLATES / template))
    return {name for each in _paragraphs(document) for name in _NAME.findall(each.text)}


def _paragraphs(document: Any) -> Iterator[Paragraph]:
    """Yield every paragraph, those of tables, headers and footers too; merged cells come once."""
    seen = set()
    parts = [document, *(p for s in document.sections for p in (s.header, s.footer))]
    for part in parts:
        yield from part.paragraphs
        for table in part.tables:
            for row in table.rows:
                for cell in row.cells:
                    if cell._tc not in seen:
                        seen.add(cell._tc)
                        yield from cell.paragraphs


def _fill(paragraph: Paragraph, values: Mapping[str, str]) -> None:
    """Replace the names of a paragraph; a name Word has parted into runs is still one."""
    text = paragraph.text
    if not _NAME.search(text):
        return
    told = _NAME.sub(lambda m: clean(values.get(m[1], m[0])), text)
    runs = paragraph.runs
    runs[0].text = told
    for run in runs[1:]:
        run.text = ""
