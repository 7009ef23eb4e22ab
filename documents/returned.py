"""The workbook given back to a clerk: only the rejected rows, the bad cells red, the reasons said."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from io import BytesIO
from typing import Any

import openpyxl
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from documents.workbook import Sheet
from rules.cases import clean
from rules.columns import CASES, RETURNED, RETURNED_HEADER, Vocabulary, map_columns
from rules.headers import Header
from rules.ledger_rows import CellProblem
from rules.ledger_words import filled_cells, is_ditto, total_label
from rules.merged import Line, Range, filled_from

_BAD = PatternFill("solid", fgColor="FFC7CE")
_HEAD = PatternFill("solid", fgColor="F2F2F2")
_FORBIDDEN_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_REASON_WIDTH = 60
_MOST_TEXT = 32_767  # characters an Excel cell holds


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row of the uploaded sheet, by its number there, and what is wrong with it."""

    number: int
    problems: Sequence[CellProblem]


def returned_workbook(
    content: bytes | None,
    sheet: Sheet,
    header: Header,
    rejected: Sequence[RejectedRow],
    *,
    mapping: Mapping[int, str] | None = None,
    words: Vocabulary = CASES,
) -> bytes:
    """Write the rejected rows under the sheet's own title and header, to correct and upload again.

    同上 and merged cells are written out, for the row they lean on may be gone. `content` is not
    needed: the sheet's values are enough, and .xls and .csv come back as .xlsx likewise.
    """
    mapping = mapping or map_columns(header.names, None, words)
    keep = [i for i in range(_width(sheet, header)) if mapping.get(i) != RETURNED]
    book = openpyxl.Workbook()
    page: Worksheet = book.active
    page.title = sheet.name.translate(_FORBIDDEN_IN_NAMES).strip(" '")[:31] or "退回"
    _write_head(page, sheet, header, keep)
    filled = _filled(mapping, words)
    covered = filled_from(sheet.rows, sheet.merged, header.last_row + 1, filled)
    for at, row in enumerate(rejected, start=header.last_row + 1):
        bad = {problem.column for problem in row.problems}
        for place, column in enumerate(keep, start=1):
            cell = page.cell(at, place)
            _put(cell, _value(sheet, header, row.number, column, filled, covered))
            if column in bad:
                cell.fill = _BAD
        reasons = page.cell(at, len(keep) + 1)
        _put(reasons, _reasons(row, header))
        reasons.alignment = Alignment(wrap_text=True, vertical="top")
    page.freeze_panes = page.cell(header.last_row + 1, 1)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _width(sheet: Sheet, header: Header) -> int:
    return max(len(header.names), max((len(row) for row in sheet.rows), default=0))


def _filled(mapping: Mapping[int, str], words: Vocabulary) -> list[int]:
    filled = words.fills | words.fills_with_warning
    return [i for i, target in mapping.items() if target in filled]


def _write_head(page: Worksheet, sheet: Sheet, header: Header, keep: Sequence[int]) -> None:
    places = {column: place for place, column in enumerate(keep, start=1)}
    for number, row in enumerate(sheet.rows[: header.last_row], start=1):
        for column, place in places.items():
            _put(page.cell(number, place), row[column] if column < len(row) else None)
            if number >= header.first_row:
                page.cell(number, place).fill = _HEAD
                page.cell(number, place).font = Font(bold=True)
    for top, left, bottom, right in _apart(sheet.merged, header.last_row, _width(sheet, header)):
        inside = [places[c] for c in range(left, right + 1) if c in places]
        if inside:
            page.merge_cells(
                start_row=top, start_column=inside[0], end_row=bottom, end_column=inside[-1]
            )
    last = len(keep) + 1
    reason = page.cell(header.first_row, last)
    reason.value, reason.fill, reason.font = RETURNED_HEADER, _BAD, Font(bold=True)
    if header.last_row > header.first_row:
        page.merge_cells(
            start_row=header.first_row, start_column=last, end_row=header.last_row, end_column=last
        )
    page.column_dimensions[get_column_letter(last)].width = _REASON_WIDTH


def _apart(merged: Sequence[Range], last_row: int, width: int) -> Iterator[Range]:
    """Leave the ranges of the head that overlap no later one: Excel calls the others damage."""
    lines = [Line() for _ in range(last_row)]
    for top, left, bottom, right in reversed(merged):
        if bottom > last_row:
            continue
        right = min(right, width - 1)
        over = lines[top - 1 : bottom]
        free = sum(len(list(line.take(left, right))) for line in over)
        if free == len(over) * (right - left + 1):
            yield top, left, bottom, right


def _value(
    sheet: Sheet,
    header: Header,
    number: int,
    column: int,
    filled: Sequence[int],
    covered: Mapping[tuple[int, int], Any],
) -> Any:
    row = sheet.rows[number - 1]
    cell = row[column] if column < len(row) else None
    if cell is None or cell == "":
        return covered.get((number, column))
    if column in filled and isinstance(cell, str) and is_ditto(cell):
        return _above(sheet, header, number, column)
    return cell


def _above(sheet: Sheet, header: Header, number: int, column: int) -> Any:
    """Return what 同上 in this row stands for; the mark itself where nothing stands above."""
    for row in reversed(sheet.rows[header.last_row : number - 1]):
        cell = row[column] if column < len(row) else None
        if cell in (None, "") or (isinstance(cell, str) and is_ditto(cell)):
            continue
        if total_label(filled_cells(row)) is None:
            return cell
    return sheet.rows[number - 1][column]


def _put(cell: Cell, value: Any) -> None:
    """Write a value; text stays text whatever it begins with, so that no formula comes alive."""
    if value is None or value == "":
        return
    if isinstance(value, bool | int | float | date | time):
        cell.value = value
        return
    text = clean(str(value))[:_MOST_TEXT]
    cell.value = text
    cell.data_type = "s"
    if text[:1] in ("=", "+", "-", "@"):
        cell.quotePrefix = True


def _reasons(row: RejectedRow, header: Header) -> str:
    told = []
    for problem in row.problems:
        known = problem.column is not None and problem.column < len(header.names)
        name = header.names[problem.column] if known and problem.column is not None else ""
        told.append(f"“{name}”：{problem.message}" if name else problem.message)
    return f"原第 {row.number} 行\n" + "\n".join(told)
