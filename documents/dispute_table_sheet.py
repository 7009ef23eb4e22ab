"""《矛盾纠纷排查情况表》 as the workbook offices know, and such a workbook read for 核对."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter

from documents.workbook import open_workbook
from rules.dispute_progress import Early
from rules.dispute_table import (
    DEFINITIONS,
    RATES,
    TITLE,
    Counts,
    Form,
    TableColumn,
    TableLine,
    in_columns,
)
from rules.dispute_table_check import Typed, read_grid
from rules.errors import Invalid
from rules.figures import SWEEP_FIGURES
from rules.rates import rate

_THIN = Side(style="thin")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)
_HEAD_ROW = 4
_WIDTHS = (16, 10, 12, 14, 14, 12, 12)


_EARLY = f"{SWEEP_FIGURES['early_rate'].label} = {SWEEP_FIGURES['early_rate'].definition}"


@dataclass(frozen=True, slots=True)
class About:
    """What stands around the form; `state` says whether it is frozen, by whom and when."""

    unit: str
    filled_on: str
    filled_by: str
    reviewed_by: str
    as_of: str
    state: str
    lines: Sequence[str] = ()


def write(form: Form, early: Sequence[Early], about: About) -> bytes:
    """Return the workbook: the form to print and sign, how 排查数 is made up, 早发现率, and 说明."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "排查情况表"
    _form(sheet, form, about)
    _parts(book.create_sheet("构成"), form)
    _early(book.create_sheet("早发现率"), early)
    _notes(book.create_sheet("说明"), form, about)
    mark = f"{about.filled_by} {about.as_of}".replace("&", "&&")
    for each in book.worksheets:
        each.page_setup.paperSize = 9
        each.page_setup.fitToWidth, each.page_setup.fitToHeight = 1, 0
        each.sheet_properties.pageSetUpPr.fitToPage = True
        each.oddHeader.right.text = "内部资料"
        each.oddFooter.left.text = mark
        each.oddFooter.right.text = "第 &P 页 共 &N 页"
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _form(sheet: Any, form: Form, about: About) -> None:
    columns = list(TableColumn)
    last = get_column_letter(2 + len(columns))
    sheet.merge_cells(f"A1:{last}1")
    _put(sheet, "A1", f"{TITLE}（{form.period.name}）", font=Font(bold=True, size=16), box=False)
    sheet.row_dimensions[1].height = 30
    for cells, text in (
        ("A2:D2", f"填报单位：{about.unit}"),
        (f"E2:{last}2", f"填报日期：{about.filled_on}"),
        ("A3:D3", about.state),
        (f"E3:{last}3", "单位：件"),
    ):
        sheet.merge_cells(cells)
        _put(sheet, cells.split(":")[0], text, align=_LEFT, box=False)
    for place, text in enumerate(["类别", "项目", *(c.label for c in columns)], start=1):
        _put(sheet, (_HEAD_ROW, place), text, font=Font(bold=True))
    at = _HEAD_ROW + 1
    for row in form.rows:
        sheet.merge_cells(
            start_row=at, end_row=at + len(TableLine) - 1, start_column=1, end_column=1
        )
        for line in TableLine:
            _put(sheet, (at, 1), row.name if line is TableLine.FOUND else None)
            _put(sheet, (at, 2), line.label)
            for place, column in enumerate(columns, start=3):
                _number(sheet, (at, place), row.cells[column], line)
            at += 1
    sheet.merge_cells(start_row=at, end_row=at, start_column=1, end_column=2 + len(columns))
    signed = f"审核人：{about.reviewed_by or '　　　　　　'}　　　填表人：{about.filled_by}"
    _put(sheet, (at, 1), signed, align=_LEFT, box=False)
    for place, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = sheet.cell(_HEAD_ROW + 1, 3)
    sheet.print_title_rows = f"1:{_HEAD_ROW}"


def _parts(sheet: Any, form: Form) -> None:
    names = list(in_columns(Counts()))
    _heading(sheet, ["类别", "列", *names])
    for row in form.rows:
        for column in TableColumn:
            _append(sheet, [row.name, column.label, *in_columns(row.cells[column]).values()])


def _early(sheet: Any, early: Sequence[Early]) -> None:
    _heading(sheet, ["类别", "排查数", "信访之前已化解", "早发现率"])
    for each in early:
        _append(sheet, [each.name, each.disputes, each.early, _share(each.early, each.disputes)])
        sheet.cell(sheet.max_row, 4).number_format = "0.0%"
    _append(sheet, [_EARLY])


def _notes(sheet: Any, form: Form, about: About) -> None:
    _heading(sheet, ["项目", "内容"])
    sheet.column_dimensions["B"].width = 90
    for name, text in (
        ("名称", f"{form.period.name}{TITLE}"),
        ("起止日期", f"{form.period.first_on} 至 {form.period.last_on}"),
        ("数据截至", about.as_of),
        ("定稿", about.state),
        *(("口径", text) for text in (*DEFINITIONS, _EARLY)),
        *(("说明", text) for text in about.lines),
        ("身份信息", "只有件数，没有人名"),
    ):
        _append(sheet, [name, text])
        sheet.cell(sheet.max_row, 2).alignment = _LEFT


def read(content: bytes, file_name: str, *, limit_bytes: int) -> list[Typed]:
    """Read the figures of a form somebody else filled in, from the first sheet that is one.

    Raises Invalid, or Unreadable, in Chinese where there is none.
    """
    refused: Invalid | None = None
    for sheet in open_workbook(content, file_name, limit_bytes=limit_bytes).sheets:
        try:
            return read_grid(sheet.rows)
        except Invalid as error:
            refused = refused or error
    assert refused is not None
    raise refused


def _number(sheet: Any, at: tuple[int, int], counts: Counts, line: TableLine) -> None:
    if line in RATES:
        share = counts.share(line)
        _put(sheet, at, "—" if share is None else float(share))
        sheet.cell(*at).number_format = "0.0%"
    else:
        _put(sheet, at, counts.number(line))


def _share(part: int, whole: int) -> float | str:
    found = rate(part, whole)
    return "—" if found is None else float(found)


def _heading(sheet: Any, names: Sequence[str]) -> None:
    sheet.append(list(names))
    for place in range(1, len(names) + 1):
        sheet.cell(1, place).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(place)].width = 16
    sheet.freeze_panes = "A2"


def _put(
    sheet: Any,
    at: str | tuple[int, int],
    value: object,
    *,
    font: Font | None = None,
    align: Alignment = _MIDDLE,
    box: bool = True,
) -> None:
    cell = sheet[at] if isinstance(at, str) else sheet.cell(*at)
    cell.border, cell.alignment = (_BOX, align) if box else (Border(), align)
    if value is None:
        return
    cell.value = value
    if isinstance(value, str):
        # A name that begins with = is a name and no formula.
        cell.data_type = "s"
    if font is not None:
        cell.font = font


def _append(sheet: Any, values: Sequence[object]) -> None:
    row = sheet.max_row + 1
    for place, value in enumerate(values, start=1):
        cell = sheet.cell(row, place, value)
        if isinstance(value, str):
            cell.data_type = "s"
