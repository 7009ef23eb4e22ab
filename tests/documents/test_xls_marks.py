import struct

from documents.workbook import open_workbook
from documents.xls_marks import Hidden, hidden_in

_ROW = struct.Struct("<HHH")


def _row(number: int) -> bytes:
    """The beginning of the record of one row: its kind, its length, its number."""
    return _ROW.pack(0x0208, 16, number)


def with_hidden_row(xls: bytes, number: int) -> bytes:
    """Set the mark of a hidden row, as 隐藏 and a filter do."""
    at = xls.index(_row(number)) + 4 + 12
    return xls[:at] + bytes([xls[at] | 0x20]) + xls[at + 1 :]


def with_hidden_columns(xls: bytes, first: int, last: int) -> bytes:
    """Put in a record of hidden columns; the free space behind the stream makes room for it."""
    record = struct.pack("<HH6H", 0x007D, 12, first, last, 0, 0, 1, 0)
    at, end = xls.index(_row(0)), 512 + 4096
    assert not any(xls[end - len(record) : end])
    return xls[:at] + record + xls[at : end - len(record)] + xls[end:]


def test_nothing_hidden_is_told_as_nothing(xls):
    assert hidden_in(xls) == [Hidden(frozenset(), frozenset())]


def test_hidden_rows_and_columns_of_an_old_workbook_are_told(xls):
    content = with_hidden_columns(with_hidden_row(xls, 2), 1, 255)
    assert hidden_in(content) == [Hidden(frozenset([2]), frozenset(range(1, 256)))]

    [sheet] = open_workbook(content, "台账.xls", limit_bytes=2**20).sheets
    assert (sheet.hidden_rows, sheet.hidden_columns) == (1, 2)
    assert sheet.rows[2][0] == "张三"


def test_an_unusual_file_is_not_taken_for_one_that_hides_nothing(xls):
    among_small_ones = xls[:56] + struct.pack("<I", 8192) + xls[60:]
    endless = xls[: 512 * 9] + struct.pack("<I", 0) + xls[512 * 9 + 4 :]

    assert hidden_in(among_small_ones) is None
    assert hidden_in(endless) is None
    assert hidden_in(xls[:700]) is None
    assert hidden_in(b"") is None
