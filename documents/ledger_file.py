"""An uploaded ledger: its sheets, the one that is meant, and where its header stands."""

from dataclasses import dataclass

from documents.workbook import Sheet, likely_sheet, open_workbook
from rules.errors import RuleError
from rules.headers import Header, find_header


@dataclass(frozen=True, slots=True)
class LedgerFile:
    """A ledger that could be opened and whose header was found."""

    sheets: tuple[Sheet, ...]
    sheet: Sheet
    header: Header


def open_ledger(
    content: bytes, file_name: str, *, sheet_name: str | None, limit_bytes: int
) -> LedgerFile:
    """Open a workbook at the sheet named, where it has one, else at the one most like a ledger.

    Raises RuleError in Chinese for what cannot be read (documents/workbook.py), and where
    no header is found.
    """
    book = open_workbook(content, file_name, limit_bytes=limit_bytes)
    named = next((sheet for sheet in book.sheets if sheet.name == sheet_name), None)
    sheet = named or likely_sheet(book)
    header = find_header(sheet.rows, sheet.merged) if sheet else None
    if sheet is None or header is None:
        raise RuleError(
            f"《{file_name}》里没有找到表头：前 15 行中至少要有两列能认出的名称，如“信访人、反映内容、登记时间”"
        )
    return LedgerFile(book.sheets, sheet, header)
