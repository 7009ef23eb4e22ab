"""Run as a process of its own to read one .xls: a broken one makes the reader end its process.

Imports nothing of the project, to start fast; takes the file on stdin and answers on stdout.
"""

import pickle
import sys
from io import BytesIO

from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

MEMORY = 2 * 2**30
MOST_CELLS = 8_000_000


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit; the process still ends alone
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read(content: bytes) -> object:
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
    except PasswordError:
        return "password"
    sheets = []
    for found in book.sheets_metadata:
        if found.typ is not SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(found.name)
        end = sheet.end
        if end is not None and (end[0] + 1) * (end[1] + 1) > MOST_CELLS:
            return end
        rows = sheet.to_python(skip_empty_area=False) if end is not None else []
        hidden = found.visible is not SheetVisibleEnum.Visible
        sheets.append((found.name, rows, sheet.merged_cell_ranges or [], hidden))
    return sheets


if __name__ == "__main__":
    _limit_memory()
    pickle.dump(_read(sys.stdin.buffer.read()), sys.stdout.buffer, protocol=5)
