"""A finished Word report to the passages its numbers stand in: paragraphs, and cells of tables."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from docx.table import Table

from documents.containers import BROKEN, Unreadable, inspect_docx
from rules.report_numbers import Passage

MOST_PASSAGES = 20_000
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_NUMERIC = re.compile(r"^[+\-－]?[\d.,，%％—（）/() ]*$")
_BROKEN = "Word 文档读不出来，请用 Word 或 WPS 打开后另存为 .docx 再上传"


def read(content: bytes, *, limit_bytes: int) -> list[Passage]:
    """Return the passages in the order of the report; raises Unreadable, in Chinese, for what is none."""
    if len(content) > limit_bytes:
        size, limit = len(content) / 2**20, limit_bytes / 2**20
        raise Unreadable(f"文件有 {size:.1f} MB，最大 {limit:.1f} MB")
    inspect_docx(content)
    try:
        document = Document(BytesIO(content))
        found: list[Passage] = []
        for passage in _passages(document):
            found.append(passage)
            if len(found) > MOST_PASSAGES:
                raise Unreadable(f"文档超过 {MOST_PASSAGES} 段，请拆分后上传")
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


def _cells(table: Table, number: int) -> Iterator[Passage]:
    header: list[str] = []
    for at, row in enumerate(table._tbl.tr_lst, start=1):
        texts = [_text(cell) for cell in row.tc_lst]
        if at == 1:
            header = texts
        label = ""
        for place, text in enumerate(texts):
            where = f"表 {number} 第 {at} 行第 {place + 1} 列"
            named = bool(place) and at > 1
            if text.strip():
                yield Passage(
                    where,
                    text,
                    table=number if named else 0,
                    label=label if named else "",
                    header=header[place] if named and place < len(header) else "",
                )
            if not _NUMERIC.match(text):
                label = f"{label}，{text}" if label else text


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
