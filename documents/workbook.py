"""Uploaded bytes to plain grids: .xlsx, .xls and text tables; nothing is interpreted here."""

import csv
import pickle
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import openpyxl
from python_calamine import (
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from documents.containers import (
    MOST_ROWS,
    SheetMarks,
    Unreadable,
    inspect_xlsx,
    kind_of,
    refuse_size,
)
from documents.xls_marks import Hidden, hidden_in
from rules.columns import CASES, Vocabulary, map_columns
from rules.headers import find_header
from rules.merged import Range

__all__ = ["Sheet", "Unreadable", "Workbook", "fill_colours", "likely_sheet", "open_workbook"]

_DELIMITERS = (",", "\t", ";")
_XLS_CHILD = Path(__file__).with_name("xls_child.py")
_XLS_SECONDS = 60
_BROKEN = "文件已损坏，读不出来，请用表格软件打开后另存为 .xlsx 再上传"
_LOCKED = "工作簿有打开密码，请去掉密码后重新上传"
_EMPTY = "工作簿里没有任何内容，请检查是否传错了文件"
_SAMPLE = 20  # lines of a text table that decide its delimiter
_THEME_ORDER = (1, 0, 3, 2, 4, 5, 6, 7, 8, 9)  # a cell's theme index counts the light one first
_THEME_COLOUR = re.compile(r'(?:lastClr|srgbClr val)="([0-9A-Fa-f]{6})"')


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet with its true row numbers (rows[0] is row 1) and how much its file hides of it.

    The counts are None where the file does not tell.
    """

    name: str
    rows: list[list[object]]
    merged: tuple[Range, ...] = ()
    hidden: bool = False
    hidden_rows: int | None = 0
    hidden_columns: int | None = 0


@dataclass(frozen=True, slots=True)
class Workbook:
    """The sheets of an uploaded file, in its order."""

    sheets: tuple[Sheet, ...]


def open_workbook(content: bytes, file_name: str, *, limit_bytes: int) -> Workbook:
    """Read every sheet; the content decides the kind, the name only helps to say what is wrong."""
    if len(content) > limit_bytes:
        size, limit = len(content) / 2**20, limit_bytes / 2**20
        raise Unreadable(f"文件有 {size:.1f} MB，最大 {limit:.1f} MB，请拆分后上传")
    match kind_of(content, file_name):
        case "text":
            return Workbook((Sheet(_stem(file_name), _text_rows(content)),))
        case "xlsx":
            return Workbook(_sheets(content, inspect_xlsx(content)))
        case _:
            return Workbook(_xls_sheets(content))


def likely_sheet(
    workbook: Workbook, known: Mapping[str, str] | None = None, words: Vocabulary = CASES
) -> Sheet | None:
    """Choose the sheet whose header names most fields, a visible and a longer one before others."""
    best, chosen = (0, False, 0), None
    for sheet in workbook.sheets:
        header = find_header(sheet.rows, sheet.merged, known, words)
        hits = len(map_columns(header.names, known, words)) if header else 0
        rank = (hits, not sheet.hidden, len(sheet.rows))
        if hits and rank > best:
            best, chosen = rank, sheet
    return chosen


def fill_colours(content: bytes, sheet: Sheet) -> dict[int, str]:
    """Give each coloured row of an .xlsx sheet the fill most of its cells have, as RRGGBB.

    Reads the file a second time, slowly, and no further than the cells that hold anything;
    colours of conditional formats are not seen. Raises Unreadable when the file's styles
    cannot be read.
    """
    inspect_xlsx(content)
    width = max((len(row) for row in sheet.rows), default=0)
    try:
        return _fills(content, sheet.name, rows=len(sheet.rows), columns=width)
    except Exception as error:
        # The reader raises what it meets: ValueError, KeyError, errors of the XML parser.
        raise Unreadable(
            "这个文件的填充颜色读不出来，请不用颜色判断，或另存为 .xlsx 再试"
        ) from error


def _fills(content: bytes, name: str, *, rows: int, columns: int) -> dict[int, str]:
    book = openpyxl.load_workbook(BytesIO(content), read_only=True)
    try:
        theme, page = _theme(book.loaded_theme), book[name]
        # What the sheet says of its own size may be anything.
        page.reset_dimensions()
        colours: dict[int, str] = {}
        cells = page.iter_rows(max_row=rows, max_col=columns)
        for number, row in enumerate(cells, start=1):
            fills = Counter(rgb for cell in row if (rgb := _rgb(cell, theme)))
            if fills:
                colours[number] = fills.most_common(1)[0][0]
    finally:
        book.close()
    return colours


def _sheets(content: bytes, marks: Mapping[str, SheetMarks]) -> tuple[Sheet, ...]:
    try:
        with CalamineWorkbook.from_filelike(BytesIO(content)) as book:
            sheets = tuple(
                _sheet(
                    book.get_sheet_by_name(found.name),
                    marks.get(found.name, SheetMarks()),
                    hidden=found.visible is not SheetVisibleEnum.Visible,
                )
                for found in book.sheets_metadata
                if found.typ is SheetTypeEnum.WorkSheet
            )
    except Unreadable:
        raise
    except PasswordError as error:
        raise Unreadable(_LOCKED) from error
    except BaseException as error:
        # A broken file may make the Rust reader panic, which is no Exception.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise Unreadable(_BROKEN) from error
    if not any(sheet.rows for sheet in sheets):
        raise Unreadable(_EMPTY)
    return sheets


def _xls_sheets(content: bytes) -> tuple[Sheet, ...]:
    """Read an .xls in a process of its own: damage in it aborts the reader, not the server."""
    try:
        done = subprocess.run(  # noqa: S603 — our own script, the file only on stdin
            [sys.executable, "-I", str(_XLS_CHILD)],
            input=content,
            capture_output=True,
            timeout=_XLS_SECONDS,
            check=True,
        )
        found = pickle.loads(done.stdout)  # noqa: S301 — written by our own script
    except (subprocess.SubprocessError, pickle.UnpicklingError, EOFError) as error:
        raise Unreadable(_BROKEN) from error
    if found == "password":
        raise Unreadable(_LOCKED)
    if isinstance(found, tuple):
        refuse_size(found[0] + 1, found[1] + 1)
    for _, rows, _, _ in found:
        refuse_size(len(rows), len(rows[0]) if rows else 0)
    if not any(rows for _, rows, _, _ in found):
        raise Unreadable(_EMPTY)
    marks: Sequence[Hidden | None] = hidden_in(content) or ()
    if len(marks) != len(found):
        marks = [None] * len(found)
    return tuple(
        Sheet(name, rows, _ranges(merged), hidden, *_counted(rows, mark))
        for (name, rows, merged, hidden), mark in zip(found, marks, strict=True)
    )


def _counted(rows: list[list[Any]], hidden: Hidden | None) -> tuple[int | None, int | None]:
    """Count the hidden rows and columns that hold cells; many hide all that is beyond these."""
    if hidden is None:
        return None, None
    width = len(rows[0]) if rows else 0
    return sum(r < len(rows) for r in hidden.rows), sum(c < width for c in hidden.columns)


def _sheet(sheet: CalamineSheet, marks: SheetMarks, *, hidden: bool) -> Sheet:
    end = sheet.end
    if end is not None:
        refuse_size(end[0] + 1, end[1] + 1)
    rows: list[list[Any]] = sheet.to_python(skip_empty_area=False) if end is not None else []
    for number, column, text in marks.errors:
        if number <= len(rows) and column < len(rows[number - 1]):
            rows[number - 1][column] = text
    merged = _ranges(sheet.merged_cell_ranges or [])
    return Sheet(sheet.name, rows, merged, hidden, marks.hidden_rows, marks.hidden_columns)


def _ranges(found: list[tuple[tuple[int, int], tuple[int, int]]]) -> tuple[Range, ...]:
    return tuple((top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in found)


def _text_rows(content: bytes) -> list[list[object]]:
    text = _decoded(content)
    delimiter = _delimiter(text)
    rows: list[list[object]] = []
    try:
        for record in csv.reader(StringIO(text, newline=""), delimiter=delimiter):
            rows.append([*record])
            if len(rows) > MOST_ROWS:
                raise Unreadable(f"文件超过 {MOST_ROWS} 行，请拆分后上传")
    except csv.Error as error:
        place = len(rows) + 1
        raise Unreadable(f"第 {place} 行读不下去，请检查引号是否成对，或另存为 .xlsx") from error
    width = max((len(row) for row in rows), default=0)
    refuse_size(len(rows), width)
    for row in rows:
        row.extend([""] * (width - len(row)))
    return rows


def _decoded(content: bytes) -> str:
    utf_16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if utf_16 else ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("文字编码认不出来，请用表格软件另存为 .xlsx 再上传")


def _delimiter(text: str) -> str:
    """Choose the delimiter that cuts most of the first lines into the same number of cells."""
    lines = text[:100_000].splitlines(keepends=True)[:_SAMPLE]

    def steadiness(delimiter: str) -> tuple[int, int]:
        try:
            widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter))
        except csv.Error:
            return 0, 0
        return max(((count, w) for w, count in widths.items() if w > 1), default=(0, 0))

    return max(_DELIMITERS, key=steadiness)


def _stem(file_name: str) -> str:
    return file_name.rsplit("/", 1)[-1].rsplit("\\", 1)[-1].rsplit(".", 1)[0]


def _theme(xml: bytes | None) -> list[str]:
    found = _THEME_COLOUR.findall((xml or b"").decode("utf-8", "replace"))[:10]
    return [found[i].upper() for i in _THEME_ORDER] if len(found) == len(_THEME_ORDER) else []


def _rgb(cell: Any, theme: list[str]) -> str | None:
    fill = getattr(cell, "fill", None)
    if fill is None or fill.fill_type != "solid":
        return None
    colour = fill.fgColor
    if colour.type == "theme":
        base = theme[colour.theme] if colour.theme < len(theme) else ""
        rgb = _tinted(base, colour.tint) if base else ""
    elif colour.type == "indexed":
        palette = openpyxl.styles.colors.COLOR_INDEX
        rgb = palette[colour.indexed][-6:] if colour.indexed < len(palette) else ""
    else:
        rgb = colour.rgb[-6:].upper()
    return None if rgb in ("", "FFFFFF") else rgb


def _tinted(rgb: str, tint: float) -> str:
    parts = [int(rgb[i : i + 2], 16) for i in (0, 2, 4)]
    moved = [c + (255 - c) * tint if tint > 0 else c * (1 + tint) for c in parts]
    return "".join(f"{round(c):02X}" for c in moved)
