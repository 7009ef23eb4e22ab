"""A finished Word report to the passages its numbers stand in: paragraphs, and cells of tables."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from docx.table import Table

from documents.containers import BROKEN, Unreadable, inspect_docx
from rules.report_numbers import Passage

MOST_PASSAGES = 20_000
MOST_SIGNS = 100_000
_WIDEST = 63  # columns Word can draw; a span says any number
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_NUMERIC = re.compile(r"^[+\-－]?[\d.,，%％—（）/() ]*$")
_DIGIT = re.compile(r"\d")
_BROKEN = "Word 文档读不出来，请用 Word 或 WPS 打开后另存为 .docx 再上传"


def read(content: bytes, *, limit_bytes: int) -> list[Passage]:
    """Return the passages in the order of the report; raises Unreadable, in Chinese, for what is none."""
    if len(content) > limit_bytes:
        size, limit = len(content) / 2**20, limit_bytes / 2**20
        raise Unreadable(f"文件有 {size:.1f} MB，最大 {limit:.1f} MB")
    inspect_docx(content)
    try:
        document = Document(BytesIO(content))
        found, signs = list[Passage](), 0
        for passage in _passages(document):
            found.append(passage)
            signs += len(passage.text)
            if len(found) > MOST_PASSAGES:
                raise Unreadable(f"文档超过 {MOST_PASSAGES} 段，请拆分后上传")
            if signs > MOST_SIGNS:
                raise Unreadable(f"文档超过 {MOST_SIGNS // 10_000} 万字，请拆分后上传")
    except BROKEN as error:
        raise Unreadable(_BROKEN) from error
    if not found:
        raise Unreadable("文档里没有文字，请检查是否传错了文件")
    return found


def _passages(document: Any) -> Iterator[Passage]:
    paragraphs = tables = 0
    for each in document.iter_inner_content():
        if isinstance(each, Table):
            tables += 1
            yield from _cells(each, tables)
            continue
        text = _text(each._p)
        if text.strip():
            paragraphs += 1
            yield Passage(f"第 {paragraphs} 段", text)


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell of a table with the columns it covers; `goes_on` that it is the one above drawn further."""

    text: str
    columns: range
    goes_on: bool

    @property
    def column(self) -> int:
        """The column it begins in."""
        return self.columns.start


def _cells(table: Table, number: int) -> Iterator[Passage]:
    """Tell the cells of a table: what is merged stands for all rows and columns it covers."""
    rows = [_row(row) for row in table._tbl.tr_lst]
    heads = _heads(rows)
    header = _header(rows[:heads])
    above: dict[int, str] = {}
    for at, row in enumerate(rows, start=1):
        label = ""
        for cell in row:
            text = above.get(cell.column, "") if cell.goes_on else cell.text
            above[cell.column] = text
            named = cell.column > 0 and at > heads
            if text.strip() and not cell.goes_on:
                told = (each for column in cell.columns for each in header.get(column, ()))
                yield Passage(
                    f"表 {number} 第 {at} 行第 {cell.column + 1} 列",
                    text,
                    table=number if named else 0,
                    label=label if named else "",
                    header="，".join(dict.fromkeys(told)) if named else "",
                    column=cell.column,
                    head=not named and len(row) > 1,
                )
            if not _NUMERIC.match(text):
                label = f"{label}，{text}" if label else text


def _row(row: Any) -> list[_Cell]:
    found, column = list[_Cell](), row.grid_before
    for cell in row.tc_lst:
        span = max(1, min(cell.grid_span, _WIDEST))
        columns = range(column, column + span)
        found.append(_Cell(_text(cell), columns, cell.vMerge == "continue"))
        column += span
    return found


def _heads(rows: Sequence[Sequence[_Cell]]) -> int:
    """Count the rows a table begins with that are heads: after one with merged cells all without a number."""
    if not rows or not any(len(cell.columns) > 1 for cell in rows[0]):
        return 1
    numbered = (
        at for at, row in enumerate(rows) if at and any(_DIGIT.search(cell.text) for cell in row)
    )
    return next(numbered, 1)


def _header(heads: Sequence[Sequence[_Cell]]) -> dict[int, list[str]]:
    """Say what stands over each column; a row of one cell is the title of the table."""
    found: dict[int, list[str]] = {}
    for row in heads:
        for cell in row if len(row) > 1 else ():
            for column in cell.columns if cell.text.strip() else ():
                found.setdefault(column, []).append(cell.text)
    return found


def _text(element: Any) -> str:
    """The text as it is read: what was inserted under review with it, what was deleted without."""
    found = []
    for node in element.iter(qn("w:t"), qn("w:br"), qn("w:tab"), qn("w:p")):
        if any(above.tag == _FALLBACK for above in node.iterancestors()):
            continue
        if node.tag == qn("w:t"):
            found.append(node.text or "")
        elif node.tag != qn("w:p") or found:
            found.append("\n" if node.tag != qn("w:tab") else " ")
    return "".join(found).strip("\n")
