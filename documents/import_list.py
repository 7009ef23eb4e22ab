"""The whole lists of an import's preview as a workbook, where the screen shows their beginning."""

from collections.abc import Mapping, Sequence
from io import BytesIO

from rustpy_xlsxwriter import write_worksheets

_WIDTHS = {"行": 8, "单元格": 10, "栏目": 14}
_OTHER_WIDTH = 50


def write(lists: Mapping[str, Sequence[Mapping[str, str]]]) -> bytes:
    """Return a workbook with one sheet for each list that is not empty; cells are values."""
    kept = {name[:31]: [dict(row) for row in rows] for name, rows in lists.items() if rows}
    stream = BytesIO()
    write_worksheets(
        [*kept.items()],
        stream,
        bold_headers=True,
        freeze_panes={name: {"row": 1, "col": 0} for name in kept},
        column_widths={
            name: {column: _WIDTHS.get(column, _OTHER_WIDTH) for column in rows[0]}
            for name, rows in kept.items()
        },
    )
    return stream.getvalue()
