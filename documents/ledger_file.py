"""An uploaded ledger: its sheets, the one that is meant, and where its header stands."""

from collections.abc import Mapping
from dataclasses import dataclass

from documents.workbook import Sheet, likely_sheet, open_workbook
from rules.columns import CASES, Vocabulary
from rules.errors import RuleError
from rules.headers import Header, find_header, header_at


@dataclass(frozen=True, slots=True)
class LedgerFile:
    """A ledger that could be opened and whose header was found.

    `others` names the other sheets that have a header of a ledger and rows below it.
    """

    sheets: tuple[Sheet, ...]
    sheet: Sheet
    header: Header
    others: tuple[str, ...] = ()


class NoHeader(RuleError):
    """No header was found: a person may point at it, on `sheet` or another of `sheets`."""

    def __init__(self, file_name: str, sheets: tuple[Sheet, ...], sheet: Sheet) -> None:
        """Say so in one sentence."""
        super().__init__(
            f"《{file_name}》里没有找到表头：前 15 行中至少要有两列能认出的名称，如“信访人、反映内容、登记时间”"
        )
        self.sheets, self.sheet = sheets, sheet


def open_ledger(
    content: bytes,
    file_name: str,
    *,
    sheet_name: str | None,
    limit_bytes: int,
    header_rows: Mapping[str, int] | None = None,
    known: Mapping[str, str] | None = None,
    words: Vocabulary = CASES,
) -> LedgerFile:
    """Open a workbook at the sheet named, where it has one, else at the one most like a ledger.

    `header_rows` is where a person says that a sheet's header stands, `known` are names he has
    given a target; `words` says what kind of ledger it is. Raises RuleError in Chinese for what cannot be read (documents/workbook.py),
    and NoHeader where no header is found.
    """
    book = open_workbook(content, file_name, limit_bytes=limit_bytes)
    named = next((sheet for sheet in book.sheets if sheet.name == sheet_name), None)
    sheet = named or likely_sheet(book, known, words) or _fullest(book.sheets)
    header = find_header(sheet.rows, sheet.merged, known, words)
    pointed = (header_rows or {}).get(sheet.name)
    if pointed is not None and (header is None or header.first_row != pointed):
        header = header_at(sheet.rows, sheet.merged, pointed, words)
    if header is None:
        raise NoHeader(file_name, book.sheets, sheet)
    others = (
        other.name for other in book.sheets if other is not sheet and _is_ledger(other, words)
    )
    return LedgerFile(book.sheets, sheet, header, tuple(others))


def _fullest(sheets: tuple[Sheet, ...]) -> Sheet:
    return max(sheets, key=lambda sheet: (not sheet.hidden, len(sheet.rows)))


def _is_ledger(sheet: Sheet, words: Vocabulary) -> bool:
    header = find_header(sheet.rows, sheet.merged, None, words)
    return header is not None and len(sheet.rows) > header.last_row
