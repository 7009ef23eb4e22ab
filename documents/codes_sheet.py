"""The three-level 内容分类 as a sheet or CSV file: bytes in, rows and problems out."""

import csv
from io import BytesIO, StringIO
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from rules.codes import LABEL_MAX, LEVELS, SEPARATOR
from rules.errors import Problem

Row = tuple[str, str, str]


def read(content: bytes) -> tuple[list[Row], list[Problem]]:
    """Read the rows that can be read, and say of every other what stops it, by its cell.

    A cell left empty by merging takes the label above it; a row may end after the first
    or the second level.
    """
    try:
        cells = _cells(content)
    except PasswordError:
        return [], [Problem("文件", "文件设有打开密码，请另存为没有密码的文件后再导入")]
    except (CalamineError, UnicodeDecodeError, csv.Error):
        return [], [Problem("文件", "文件打不开，请另存为 .xlsx 或 .csv 后再导入")]
    header = [str(cell).strip() for cell in cells[0]] if cells else []
    if not all(level in header for level in LEVELS):
        return [], [Problem("A1", f"第一行应有表头：{'、'.join(LEVELS)}")]
    columns = [header.index(level) for level in LEVELS]
    rows: list[Row] = []
    problems: list[Problem] = []
    above: Row = ("", "", "")
    for number, line in enumerate(cells[1:], start=2):
        row = _filled([str(line[c]).strip() if c < len(line) else "" for c in columns], above)
        if row == ("", "", ""):
            continue
        found = _problems(number, row, columns)
        problems += found
        if not found:
            rows.append(row)
            above = row
    if not rows and not problems:
        problems.append(Problem("A2", "表头之下没有分类"))
    return rows, problems


def _cells(content: bytes) -> list[list[Any]]:
    if content[:2] == b"PK" or content[:4] == b"\xd0\xcf\x11\xe0":
        sheet = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0)
        return sheet.to_python(skip_empty_area=False)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030")
    if "\x00" in text:
        raise csv.Error("not a text file")
    return list(csv.reader(StringIO(text)))


def _filled(cells: list[str], above: Row) -> Row:
    first, second, third = cells
    if not any(cells):
        return "", "", ""
    if not first:
        first = above[0]
    if not second and third and first == above[0]:
        second = above[1]
    return first, second, third


def _problems(number: int, row: Row, columns: list[int]) -> list[Problem]:
    found = []
    for label, column, level in zip(row, columns, LEVELS, strict=True):
        cell = f"{_letter(column)}{number}"
        if len(label) > LABEL_MAX:
            found.append(Problem(cell, f"{cell}：{level}超过 {LABEL_MAX} 个字"))
        elif SEPARATOR in label or "\n" in label:
            found.append(Problem(cell, f"{cell}：{level}“{label}”不能含有斜杠或换行"))
    if row[2] and not row[1]:
        cell = f"{_letter(columns[1])}{number}"
        found.append(Problem(cell, f"{cell}：有三级分类而缺少二级分类"))
    if not row[0]:
        cell = f"{_letter(columns[0])}{number}"
        found.append(Problem(cell, f"{cell}：缺少一级分类"))
    return found


def _letter(column: int) -> str:
    return chr(ord("A") + column) if column < 26 else f"第{column + 1}列"
