"""From a sheet's grid to rows of typed values: every row is read, or ignored with a reason."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rules.cells import read_date, shown
from rules.columns import CASES, NEVER, SEQ, Vocabulary, never_reason, repeated_columns
from rules.errors import Problem
from rules.headers import Header, Heading, heading_of
from rules.ledger_rows import CellProblem, LedgerRow, RowReader, cell_name
from rules.ledger_totals import TotalRow, differences
from rules.ledger_words import RowSieve, channel_named, filled_cells, says_closed, total_label
from rules.merged import Grid, Range
from rules.terms import Channel, Precision

__all__ = [
    "CellProblem",
    "IgnoredRow",
    "LedgerRow",
    "Proposal",
    "Reading",
    "cell_name",
    "cell_problem",
    "closed_undated",
    "closed_without_date",
    "proposed_channel",
    "read_rows",
    "said_by_sheet_name",
]

_FILLED_IN = re.compile("[:\uff1a]")  # 联系电话：…, 填报单位：… and the like are no title
_TITLE = 40  # a longer line above the header is an explanation, which may speak of anything
_PLACE = re.compile("[\u4e00-\u9fff]{1,12}(?:镇|乡|街道|办事处|开发区|社区|村)")
_GROUP_WIDTH = 3  # a cell merged over as many columns heads a group of rows


@dataclass(frozen=True, slots=True)
class IgnoredRow:
    """A row that holds no matter, and why."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was read of one sheet; `rows` and `ignored` are every row below the header."""

    rows: list[LedgerRow]
    ignored: list[IgnoredRow]
    totals: list[str]
    warnings: list[str]
    header: Header
    heading: Heading
    mapping: dict[int, str]
    unmapped: list[str]
    never: list[str]


def read_rows(
    grid: Grid,
    header: Header,
    mapping: Mapping[int, str],
    *,
    today: date,
    year: int | None = None,
    merged: Sequence[Range] = (),
    said: Mapping[str, Any] | None = None,
    defaults: Mapping[str, Any] | None = None,
    states: Mapping[int, str] | None = None,
    words: Vocabulary = CASES,
) -> Reading:
    """Read every row below the header; without `year` the title's year completes 4月5日.

    `said` is what holds of all rows that do not say otherwise, `states` the 办理状态 of single
    rows by their number; `defaults` fill what is still empty and are marked as assumed, for they
    are no word of the sheet's. Whether the values may stand is rules/cases' to say.
    """
    heading = heading_of(grid, header)
    reader = RowReader(
        grid,
        header,
        mapping,
        today=today,
        year=year or heading.year,
        money_unit=heading.money_unit,
        merged=merged,
        said=said or {},
        defaults=defaults or {},
        states=states or {},
        words=words,
    )
    rows, ignored, totals = _split(grid, header, mapping, merged, reader)
    return Reading(
        rows=rows,
        ignored=ignored,
        totals=differences(
            grid,
            header,
            mapping,
            money_unit=heading.money_unit,
            totals=totals,
            rows=[row.number for row in rows],
        ),
        warnings=_sheet_warnings(header, mapping, reader.serials, words),
        header=header,
        heading=heading,
        mapping=dict(mapping),
        unmapped=[name for i, name in enumerate(header.names) if name and i not in mapping],
        never=[
            f"“{header.names[i]}”列不导入：{never_reason(header.names[i])}"
            for i, target in mapping.items()
            if target == NEVER
        ],
    )


def said_by_sheet_name(
    name: str, mapping: Mapping[int, str], *, year: int, today: date
) -> dict[str, Any]:
    """Return what the name of a sheet says of all its rows where no column does (domain 9.2).

    A sheet called 石门镇 holds the matters of that township, one called 4月 those received in
    that month, which is all that is known of their day.
    """
    said: dict[str, Any] = {}
    bare = name.strip().removesuffix("台账").removesuffix("报表").strip()
    columns = set(mapping.values())
    if "township_id" not in columns and _PLACE.fullmatch(bare):
        said["township_id"] = bare
    if "received_on" not in columns:
        found = read_date(bare, year=year, today=today)
        if found.precision is Precision.MONTH and found.value:
            said |= {"received_on": found.value, "received_precision": found.precision}
    return said


@dataclass(frozen=True, slots=True)
class Proposal:
    """A channel to take where a row has none, and in words what tells so."""

    channel: Channel
    told_by: str


def proposed_channel(
    grid: Grid, header: Header, *, sheet_name: str, file_name: str
) -> Proposal | None:
    """Propose the channel that a ledger is named for: 来访登记台账 holds 来访.

    Its title goes before the name of the sheet, and that before the name of the file.
    """
    above = (shown(cell) for row in grid[: header.first_row - 1] for cell in row)
    places = [
        *(("标题", text) for text in above if len(text) <= _TITLE and not _FILLED_IN.search(text)),
        ("工作表名", sheet_name),
        ("文件名", file_name.rpartition(".")[0] or file_name),
    ]
    for place, text in places:
        if channel := channel_named(text):
            return Proposal(channel, f"{place}“{text.strip()}”")
    return None


def closed_without_date(reading: Reading) -> list[int]:
    """List the rows whose state says that they are done and that give no day of it."""
    return [row.number for row in reading.rows if closed_undated(row.values)]


def closed_undated(values: Mapping[str, Any]) -> bool:
    """Say whether a row is done by its state and gives no day of it."""
    return not values.get("closed_on") and says_closed(values.get("state_note"))


def cell_problem(reading: Reading, row: LedgerRow, problem: Problem) -> CellProblem:
    """Place a problem of a field (from rules/cases) on the cell that the field was read from."""
    column = next((i for i, target in reading.mapping.items() if target == problem.field), None)
    place = cell_name(row.number, column)
    value = shown(row.values.get(problem.field))
    return CellProblem(row.number, column, place, problem.field, problem.message, value)


def _split(
    grid: Grid,
    header: Header,
    mapping: Mapping[int, str],
    merged: Sequence[Range],
    reader: RowReader,
) -> tuple[list[LedgerRow], list[IgnoredRow], list[TotalRow]]:
    width = max(len(header.names), max(mapping, default=-1) + 1)
    seq = next((i for i, target in mapping.items() if target == SEQ), None)
    wide = {row for row, left, _, right in merged if right - left + 1 >= _GROUP_WIDTH}
    sieve = RowSieve(grid, header, frozenset(wide))
    rows: list[LedgerRow] = []
    ignored: list[IgnoredRow] = []
    totals: list[TotalRow] = []
    for number, row in enumerate(grid[header.last_row :], start=header.last_row + 1):
        cells = row if len(row) >= width else [*row, *[None] * (width - len(row))]
        filled = filled_cells(cells)
        label = total_label(filled)
        only_seq = len(filled) == 1 and seq is not None and shown(cells[seq]).isdecimal()
        reason = f"{label}行" if label else sieve.reason(number, filled, only_seq)
        if reason is None:
            rows.append(reader.read(number, cells))
            continue
        ignored.append(IgnoredRow(number, reason))
        if label:
            totals.append(TotalRow(number, label))
    return rows, ignored, totals


def _sheet_warnings(
    header: Header, mapping: Mapping[int, str], serials: int, words: Vocabulary
) -> list[str]:
    found = [
        f"“{header.names[i]}”列也是“{words.labels[target]}”，只取前一列"
        for i, target in repeated_columns(header.names, mapping, words).items()
    ]
    targets = set(mapping.values())
    if "title" not in targets and "content" in targets:
        found.append("没有标题列，标题取自反映内容的第一句")
    if serials:
        found.append(f"有 {serials} 行的编号是不超过 4 位的流水号，按序号对待，不作为原编号")
    return found
