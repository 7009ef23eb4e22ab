"""Sums in a report: parts that miss their whole, and units that are added to each other.

A sum is wrong only where the text says what is added to what: all the rows of a table, a list and
its 合计, a whole and parts that leave nothing out or are more than it.
"""

import re
from collections.abc import Iterator, Sequence

from rules.report_clauses import MOVES
from rules.report_numbers import Number, Passage, unit_of
from rules.report_words import Known, told_of

_SUM = re.compile(r"合计|共计|总计|小计|一共")
_ADDS_UP = re.compile(r"[\s，、：:]*(?:以上|各项)?(?:合计|共计|总计|小计|一共)[为是达]?\s*")
_PARTIAL = re.compile(r"等|主要|部分|左右|超过|余|不含")
_NESTED = re.compile(r"其中|包括|[（(]")
_GOES_ON = re.compile(r"[）)\s]*(?:[、和及与]|以及)")
_FORMER = re.compile(r"同比|环比|同期|上年|去年|上期|上月|较|比")
_REST = re.compile(r"其他|其它|其余")
_LEVELS = (re.compile("国家|国|京|中央"), re.compile("省"), re.compile("市"), re.compile("县"))
_CHANNELS = frozenset({"letters", "visits", "webs", "phones", "others"})
_AGAIN = frozenset({"firsts", "repeats"})

# Columns whose numbers add up to nothing.
_NO_SUM = re.compile(r"排名|名次|序号|位次|编号|平均|人均|率|比|占")
_MOST_DIGITS = 15

Problem = tuple[tuple[int, int], str, str]


def problems(text: str, numbers: Sequence[Number], names: Known) -> Iterator[Problem]:
    """Find the sums of a sentence that are none: where it stands, what it says, what is wrong."""
    counts = [each for each in numbers if each.counts]
    for at, each in enumerate(counts):
        adds_up = at >= 2 and _ADDS_UP.fullmatch(each.lead)
        if adds_up and (why := _listed(counts[:at], each, text)):
            yield each.at, each.text, why
        if at and "其中" in each.lead:
            yield from _parted(counts, at, text, names)


def _listed(parts: Sequence[Number], whole: Number, text: str) -> str:
    """Hold what is said to be the sum of a list against its last parts, however many they are."""
    added, units = parts[-1].value, {parts[-1].unit}
    for part in reversed(parts[:-1]):
        added, units = added + part.value, units | {part.unit}
        if added == whole.value:
            return f"单位不同的数不能相加：{'、'.join(sorted(units))}" if len(units) > 1 else ""
    if units != {whole.unit} or _NESTED.search(text) or _PARTIAL.search(text):
        return ""
    if any(MOVES.search(part.lead) or _FORMER.search(part.lead) for part in parts):
        return ""
    return f"各部分合计{added}{whole.unit}，不是{whole.text}"


def _parted(counts: Sequence[Number], at: int, text: str, names: Known) -> Iterator[Problem]:
    """Hold the parts after 其中 against the whole before it, those of each unit by themselves."""
    end = at + 1
    while end < len(counts) and (not counts[end].lead or _GOES_ON.match(counts[end].lead)):
        end += 1
    for unit in sorted({each.unit for each in counts[at:end]}):
        parts = [each for each in counts[at:end] if each.unit == unit]
        whole = next((each for each in reversed(counts[:at]) if each.unit == unit), None)
        told = [*parts, whole] if whole else []
        if whole is None or any(each.about or _held(each.lead) for each in told):
            continue
        added = sum(part.value for part in parts)
        span = (parts[0].at[0], parts[-1].at[1])
        shown = "、".join(part.text for part in parts)
        if added > whole.value and len(parts) > 1 and len(_kinds(parts, text, names)) == 1:
            yield span, shown, f"其中各部分合计{added}{unit}，多于{whole.text}"
        elif added != whole.value and not _PARTIAL.search(text) and _all_told(parts, text, names):
            why = f"其中各部分合计{added}{unit}，与{whole.text}相差{abs(added - whole.value)}"
            yield span, shown, why


def _held(lead: str) -> bool:
    return bool(MOVES.search(lead) or _FORMER.search(lead))


def _keys(part: Number, text: str, names: Known) -> set[str]:
    return {key for name in names.named(part.lead, told_of(text)) for key in name.keys}


def _kinds(parts: Sequence[Number], text: str, names: Known) -> set[str]:
    """What the parts are told apart by; those told apart by several things may overlap."""
    found = set()
    for part in parts:
        keys = _keys(part, text, names)
        found.add("channel" if keys & _CHANNELS else "again" if keys & _AGAIN else "")
    return found


def _all_told(parts: Sequence[Number], text: str, names: Known) -> bool:
    """Whether parts leave nothing of their whole out: all levels, 初次 and 重复, all channels we know of."""
    if len(parts) < 2:
        return False
    if _REST.search(parts[-1].lead):
        return True
    if all(any(level.search(part.lead) for part in parts) for level in _LEVELS):
        return True
    named = set().union(*(_keys(part, text, names) for part in parts))
    there = {code for code in _CHANNELS if names.value(code)}
    return named >= _AGAIN or (bool(there) and named >= there)


def columns(passages: Sequence[Passage]) -> Iterator[tuple[int, str, str]]:
    """Hold the 合计 row of each table against the rows above: which cell, its header, what is wrong."""
    found: dict[tuple[int, int], list[tuple[int, Passage]]] = {}
    for at, passage in enumerate(passages):
        if passage.table:
            found.setdefault((passage.table, passage.column), []).append((at, passage))
    for cells in found.values():
        if any(_NO_SUM.search(each.header) or "其中" in each.label for _, each in cells):
            continue
        if any(_SUM.search(each.label) for _, each in cells):
            yield from _column(cells)


def _column(cells: Sequence[tuple[int, Passage]]) -> Iterator[tuple[int, str, str]]:
    """A 小计 sums the rows since the one before it, a 合计 these or all rows above."""
    every, since, units, broken, rows = 0, 0, set[str](), False, 0
    for at, cell in cells:
        sums = _SUM.search(cell.label) is not None
        whole = _whole(cell.text)
        if not sums:
            broken = broken or whole is None
            every, since, rows = every + (whole or 0), since + (whole or 0), rows + 1
            units |= {unit} if (unit := unit_of(cell.label)) else set()
            continue
        if whole is not None and not broken and rows >= 2:
            if len(units) > 1 and every == whole:
                yield at, cell.header, f"单位不同的数不能相加：{'、'.join(sorted(units))}"
            elif len(units) <= 1 and whole not in (every, since):
                yield at, cell.header, f"各行合计 {every}，不是 {cell.text}"
        since = 0


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None
