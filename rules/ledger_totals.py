"""The totals a ledger writes itself, compared with the sum of its rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from rules.cells import read_count, read_money, read_number
from rules.columns import target_of
from rules.headers import Header
from rules.merged import Grid

_SUMMED = ("people", "amount_fen")


@dataclass(frozen=True, slots=True)
class TotalRow:
    """A row of totals: its number in the sheet and whether it says 合计, 小计 or another word."""

    number: int
    label: str


def differences(
    grid: Grid,
    header: Header,
    mapping: Mapping[int, str],
    *,
    money_unit: str,
    totals: Sequence[TotalRow],
    rows: Sequence[int],
) -> list[str]:
    """Say which written totals differ from the sum of the rows (`rows`, by number) they cover."""
    found = []
    for column, name in enumerate(header.names) if totals else ():
        target = mapping.get(column)
        if not name or (target or target_of(name) or "people") not in _SUMMED:
            continue
        read = partial(_number, unit=header.units[column] or money_unit, target=target)
        for total in totals:
            written = read(_cell(grid, total.number, column))
            if written is None:
                continue
            sums = [
                sum((read(_cell(grid, n, column)) or Decimal(0) for n in covered), Decimal(0))
                for covered in _coverings(total, totals, rows)
            ]
            if sums and written not in sums:
                found.append(
                    (
                        total.number,
                        f"第 {total.number} 行{total.label}“{name}”写的是 {_show(written)}，"
                        f"各行相加为 {_show(sums[0])}",
                    )
                )
    return [sentence for _, sentence in sorted(found)]


def _coverings(total: TotalRow, totals: Sequence[TotalRow], rows: Sequence[int]) -> list[list[int]]:
    """List the rows a total may cover, the likeliest first: sheets put totals above and below."""
    before = max((t.number for t in totals if t.number < total.number), default=0)
    after = min((t.number for t in totals if t.number > total.number), default=1 << 30)
    above = [n for n in rows if before < n < total.number]
    below = [n for n in rows if total.number < n < after]
    all_above = [n for n in rows if n < total.number]
    part_only = total.label == "小计"
    likely = [above, below] if part_only else [all_above, above, list(rows), below]
    return [covered for covered in likely if covered]


def _number(cell: Any, *, unit: str, target: str | None) -> Decimal | None:
    if target == "people":
        count = read_count(cell).value
        return None if count is None else Decimal(count)
    if target == "amount_fen":
        # In the column's own unit, as the clerk wrote the total.
        fen, one = read_money(cell, unit=unit or "元").value, read_money(1, unit=unit or "元").value
        return None if fen is None or not one else Decimal(fen) / one
    return read_number(cell).value


def _cell(grid: Grid, number: int, column: int) -> Any:
    row = grid[number - 1]
    return row[column] if column < len(row) else None


def _show(number: Decimal) -> str:
    return f"{number.normalize():f}"
