"""Which rows and columns an .xls hides: its own records tell, which the reader of cells leaves out."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_STREAMS = ("Workbook", "Book")
_END = 0xFFFFFFFA  # sector numbers from here on are marks: end of chain, free, of the table itself
_SHORT, _LONG = struct.Struct("<H"), struct.Struct("<I")
_RECORD = struct.Struct("<HH")
_BEGIN, _STOP, _SHEET, _ROW, _COLUMNS = 0x0809, 0x000A, 0x0085, 0x0208, 0x007D
_ROW_HIDDEN, _COLUMNS_HIDDEN = 0x20, 0x01


@dataclass(frozen=True, slots=True)
class Hidden:
    """What one sheet hides, counted from 0."""

    rows: frozenset[int]
    columns: frozenset[int]


def hidden_in(content: bytes) -> list[Hidden] | None:
    """List what each worksheet hides, in the order of the file.

    None where the file is built so that this cannot be told, though its cells can be read.
    """
    try:
        stream = _stream(content)
        return [_hidden(stream, start) for start in _sheets(stream)]
    except (struct.error, ValueError):
        return None


def _stream(content: bytes) -> bytes:
    """Put the workbook's stream together from the sectors of the compound file it lies in."""
    size = 1 << _SHORT.unpack_from(content, 30)[0]

    def sector(number: int) -> bytes:
        return content[(number + 1) * size : (number + 2) * size]

    places = list(struct.unpack_from("<109I", content, 76))
    further, count = struct.unpack_from("<II", content, 68)
    for _ in range(count):
        *more, further = struct.unpack(f"<{size // 4}I", sector(further))
        places += more
    table = [
        entry
        for place in places
        if place < _END
        for entry in struct.unpack(f"<{size // 4}I", sector(place))
    ]

    def chained(start: int) -> bytes:
        parts: list[bytes] = []
        while start < _END:
            if start >= len(table) or len(parts) > len(table):
                raise ValueError("a chain of sectors leads nowhere")
            parts.append(sector(start))
            start = table[start]
        return b"".join(parts)

    folder = chained(_LONG.unpack_from(content, 48)[0])
    smallest = _LONG.unpack_from(content, 56)[0]
    found = {}
    for at in range(0, len(folder), 128):
        length = _SHORT.unpack_from(folder, at + 64)[0]
        name = folder[at : at + max(length - 2, 0)].decode("utf-16-le", "replace")
        found[name] = struct.unpack_from("<II", folder, at + 116)
    start, length = next((found[name] for name in _STREAMS if name in found), (_END, 0))
    if length < smallest:
        raise ValueError("the stream lies among the small ones, or nowhere")
    return chained(start)[:length]


def _records(stream: bytes, at: int) -> Iterator[tuple[int, int]]:
    """Give each record's kind and where its data begins, charts within the sheet included."""
    depth = 0
    while True:
        kind, length = _RECORD.unpack_from(stream, at)
        at += _RECORD.size
        yield kind, at
        depth += (kind == _BEGIN) - (kind == _STOP)
        if depth == 0:
            return
        at += length


def _sheets(stream: bytes) -> list[int]:
    """List where the worksheets begin; charts and macros are sheets of another kind."""
    found = (struct.unpack_from("<IBB", stream, at) for k, at in _records(stream, 0) if k == _SHEET)
    return [start for start, _, kind in found if kind == 0]


def _hidden(stream: bytes, start: int) -> Hidden:
    rows: set[int] = set()
    columns: set[int] = set()
    for kind, at in _records(stream, start):
        if kind == _ROW:
            if _SHORT.unpack_from(stream, at + 12)[0] & _ROW_HIDDEN:
                rows.add(_SHORT.unpack_from(stream, at)[0])
        elif kind == _COLUMNS:
            first, last, _, _, marks = struct.unpack_from("<5H", stream, at)
            if marks & _COLUMNS_HIDDEN:
                columns.update(range(first, last + 1))
    return Hidden(frozenset(rows), frozenset(columns))
