"""Word documents from templates that an office edits in Word itself.

A template holds names in double braces, as {{标题}}; a row of a table that holds names with a dot,
as {{班次.日期}}, is repeated for each line of that list. Whatever look a name has, its text takes.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from io import BytesIO
from pathlib import Path
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from docx.table import Table, _Row
from docx.text.paragraph import Paragraph

from documents.containers import BROKEN, inspect_docx
from rules.cases import clean
from rules.errors import Invalid, Problem, RuleError

TEMPLATES = Path(__file__).parent / "templates"
_NAME = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")


def default(name: str) -> bytes:
    """Return the template of this name that comes with the program."""
    return (TEMPLATES / f"{name}.docx").read_bytes()


def fill(
    template: bytes,
    values: Mapping[str, str],
    lists: Mapping[str, Sequence[Mapping[str, str]]] | None = None,
) -> bytes:
    """Return the document with every name replaced; a name nobody knows stays and is seen.

    A value of several lines makes as many lines of its paragraph. Raises Invalid for a
    template that is no Word file.
    """
    document = _opened(template)
    for table in _tables(document):
        for row in list(table.rows):
            _repeat(table, row, lists or {})
    for paragraph in _paragraphs(document):
        _replace(paragraph, values)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def names_in(template: bytes) -> set[str]:
    """Return the names a template asks for."""
    paragraphs = _paragraphs(_opened(template))
    return {name for paragraph in paragraphs for name in _NAME.findall(paragraph.text)}


def problems(
    template: bytes, *, names: Iterable[str], lists: Mapping[str, Iterable[str]]
) -> list[Problem]:
    """List what is wrong with a county's own template: no Word file, or a name nobody fills."""
    try:
        inspect_docx(template)
        used = names_in(template)
    except RuleError as refusal:
        return [Problem("template", str(refusal))]
    known = {*names, *(f"{name}.{column}" for name, columns in lists.items() for column in columns)}
    return [
        Problem(
            "template",
            f"模板中的“{{{{{name}}}}}”不是可填的内容，可用的有：{'、'.join(sorted(known))}",
        )
        for name in sorted(used - known)
    ]


def _opened(template: bytes) -> Any:
    try:
        document = Document(BytesIO(template))
        if document.element.body is None:
            raise ValueError("no body")
        _paragraphs(document)  # a header that is not there is told here and not while it is filled
        return document
    except BROKEN as error:
        message = "模板不是 Word 文档（.docx），请用 Word 或 WPS 另存为 .docx 后再上传"
        raise Invalid([Problem("template", message)]) from error


def _tables(document: Any) -> list[Table]:
    return list(document.tables)


def _paragraphs(document: Any) -> list[Paragraph]:
    found = list(document.paragraphs)
    for table in _tables(document):
        found += _of_table(table)
    for section in document.sections:
        for part in (section.header, section.footer):
            found += part.paragraphs
    return found


def _of_table(table: Table) -> list[Paragraph]:
    return [
        paragraph
        for cell in {cell._tc: cell for row in table.rows for cell in row.cells}.values()
        for paragraph in cell.paragraphs
    ]


def _repeat(table: Table, row: _Row, lists: Mapping[str, Sequence[Mapping[str, str]]]) -> None:
    text = "\n".join(paragraph.text for cell in row.cells for paragraph in cell.paragraphs)
    asked = next(
        (name.split(".")[0] for name in _NAME.findall(text) if name.split(".")[0] in lists), None
    )
    if asked is None:
        return
    for line in lists[asked]:
        copy = deepcopy(row._tr)
        row._tr.addprevious(copy)
        named = {f"{asked}.{column}": value for column, value in line.items()}
        for element in copy.iter(qn("w:p")):
            _replace(Paragraph(element, table._parent), named)
    table._tbl.remove(row._tr)


def _replace(paragraph: Paragraph, values: Mapping[str, str]) -> None:
    """Replace names even where Word has cut one into several runs; the first run's look stays."""
    text = paragraph.text
    if "{{" not in text:
        return
    new = _NAME.sub(lambda match: clean(values.get(match[1], match[0])), text)
    if new == text or not paragraph.runs:
        return
    first, *others = paragraph.runs
    first.text = new
    for run in others:
        run.text = ""
