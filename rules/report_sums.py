"""Sums in a report: parts that miss their whole, and units that are added to each other."""

import re
from collections.abc import Iterator, Sequence

from rules.report_numbers import Number, Passage, moves, unit_of

_SUM = re.compile(r"合计|共计|总计|小计|一共")
_PARTIAL = re.compile(r"等|主要|部分|左右|超过|余")


def sum_problem(text: str, numbers: Sequence[Number]) -> tuple[Number, str] | None:
    """Say where a sum is none: parts after 其中 that miss their whole, units added to each other."""
    counts = [each for each in numbers if each.unit not in ("%", "百分点") and not moves(each.lead)]
    for at, each in enumerate(counts):
        if at >= 2 and _SUM.search(each.lead):
            parts = counts[:at]
            units = {part.unit for part in parts}
            added = sum(part.value for part in parts)
            if len(units) > 1 and added == each.value:
                told = "、".join(sorted(units))
                return each, f"单位不同的数不能相加：{told}"
            if len(units) == 1 and units == {each.unit} and added != each.value:
                return each, f"各部分合计{added}{each.unit}，不是{each.text}"
    if "其中" not in text:
        return None
    where = next((at for at, each in enumerate(counts) if "其中" in each.lead), 0)
    if not where:
        return None
    whole, parts = counts[where - 1], counts[where:]
    if any(part.unit != whole.unit for part in parts):
        return None
    added = sum(part.value for part in parts)
    if added > whole.value and len(parts) > 1:
        return whole, f"其中各部分合计{added}{whole.unit}，多于{whole.text}"
    if added != whole.value and len(parts) >= 3 and not _PARTIAL.search(text):
        return (
            whole,
            f"其中各部分合计{added}{whole.unit}，与{whole.text}相差{abs(added - whole.value)}",
        )
    return None


def columns(passages: Sequence[Passage]) -> Iterator[tuple[int, str, str]]:
    """Hold the 合计 row of each table against the rows above: which cell, its header, what is wrong."""
    found: dict[tuple[int, str], list[tuple[int, Passage]]] = {}
    for at, passage in enumerate(passages):
        if passage.table:
            found.setdefault((passage.table, passage.header), []).append((at, passage))
    for (_, header), cells in found.items():
        for place, (at, cell) in enumerate(cells):
            if not _SUM.search(cell.label) or place < 2 or not _whole(cell.text):
                continue
            above = [each for _, each in cells[:place] if not _SUM.search(each.label)]
            if not all(_whole(each.text) for each in above):
                continue
            units = {unit for each in above if (unit := unit_of(each.label))}
            added = sum(int(each.text) for each in above)
            if len(units) > 1 and added == int(cell.text):
                why = f"单位不同的数不能相加：{'、'.join(sorted(units))}"
            elif len(units) <= 1 and added != int(cell.text):
                why = f"各行合计 {added}，不是 {cell.text}"
            else:
                continue
            yield at, header, why


def _whole(text: str) -> bool:
    return text.isascii() and text.isdigit()
