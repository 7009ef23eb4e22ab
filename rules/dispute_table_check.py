"""核对: figures of 《矛盾纠纷排查情况表》 typed elsewhere, held against ours cell by cell."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction

from rules.dispute_table import RATES, TOTAL, Form, TableColumn, TableLine
from rules.errors import Invalid, Problem
from rules.ledger_rows import cell_name
from rules.rates import as_percent
from rules.terms import Term

_BRACKETS = re.compile(r"[（(].*?[）)]")
_DASHES = frozenset({"", "-", "—", "——", "－", "/", "无"})
_COUNTED = re.compile(r"(\d+)件?")
_OTHER_NAMES = {
    TableColumn.COUNTY: ("县市区", "县区", "县", "县直", "县级"),
    TableColumn.TOWNSHIP: ("乡镇街道", "乡镇", "镇"),
    TableColumn.VILLAGE: ("村居", "村", "村社区"),
    TableColumn.SUBTOTAL: ("合计", "本期合计"),
    TableColumn.YEAR: ("累计", "本年累计"),
}


class Match(Term):
    """What came of holding a typed figure against ours."""

    SAME = "same", "相符"
    OTHER = "other", "不符"
    UNKNOWN = "unknown", "认不出"


@dataclass(frozen=True, slots=True)
class Typed:
    """A figure as somebody else wrote it; `place` is where it stands, as D7.

    A number with `percent` is a share as a workbook keeps it: 0.8 is shown as 80%.
    """

    place: str
    row: str
    column: TableColumn
    line: TableLine
    text: str
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """A typed figure with ours beside it; ours is empty where we have no such row."""

    typed: Typed
    ours: str
    match: Match


def check(form: Form, typed: Iterable[Typed]) -> list[Checked]:
    """Hold each typed figure against ours, in the order they come."""
    rows = {folded(row.name): row for row in form.rows}
    found = []
    for each in typed:
        row = rows.get(folded(each.row))
        if row is None:
            found.append(Checked(each, "", Match.UNKNOWN))
            continue
        counts = row.cells[each.column]
        same = (
            _same_rate(each, counts.share(each.line))
            if each.line in RATES
            else _same_number(each, counts.number(each.line))
        )
        found.append(Checked(each, counts.shown(each.line), same))
    return found


def _same_number(typed: Typed, ours: int) -> Match:
    text = unicodedata.normalize("NFKC", typed.text).replace(",", "").strip()
    if text in _DASHES:
        return Match.SAME if ours == 0 else Match.OTHER
    whole = _COUNTED.fullmatch(text.removesuffix(".0"))
    if whole is None:
        return Match.UNKNOWN
    return Match.SAME if int(whole[1]) == ours else Match.OTHER


def _same_rate(typed: Typed, ours: Fraction | None) -> Match:
    """Compare with as many decimals as were typed: 80% and 80.0% are both ours of 4/5."""
    text = unicodedata.normalize("NFKC", typed.text).strip()
    if text in _DASHES:
        return Match.SAME if ours is None else Match.OTHER
    bare = text.removesuffix("%").strip()
    try:
        value = Decimal(bare)
    except InvalidOperation:
        return Match.UNKNOWN
    if not value.is_finite():
        return Match.UNKNOWN
    if ours is None:
        return Match.OTHER
    if typed.percent:
        return Match.SAME if as_percent(Fraction(value)) == as_percent(ours) else Match.OTHER
    places = max(0, -int(value.as_tuple().exponent))
    percent = Decimal(ours.numerator * 100) / Decimal(ours.denominator)
    rounded = percent.quantize(Decimal(1).scaleb(-min(places, 6)), ROUND_HALF_UP)
    return Match.SAME if rounded == value else Match.OTHER


def read_grid(rows: Sequence[Sequence[object]]) -> list[Typed]:
    """Read the figures of a form as a grid of cells: levels across, a class and its lines down.

    A class is named once above its lines or beside each. Raises Invalid where no row names
    at least two columns of the form.
    """
    head, columns = _header(rows)
    found: list[Typed] = []
    name = ""
    for at, row in enumerate(rows[head + 1 :], start=head + 2):
        texts = [_plain(cell) for cell in row]
        line = next((TABLE_LINES[t] for t in map(folded, texts) if t in TABLE_LINES), None)
        before = min(columns)
        named = [t for t in texts[:before] if t and folded(t) not in TABLE_LINES]
        name = named[0] if named else name
        if line is None or not name:
            continue
        found += [
            Typed(
                cell_name(at, place),
                name,
                column,
                line,
                texts[place],
                line in RATES and _is_share(row[place]),
            )
            for place, column in columns.items()
            if place < len(texts)
        ]
    if not found:
        raise Invalid([Problem("file", "表头下面没有“排查数、调处数、成功数”这样的行")])
    return found


def _header(rows: Sequence[Sequence[object]]) -> tuple[int, dict[int, TableColumn]]:
    for at, row in enumerate(rows[:20]):
        texts = [folded(_plain(cell)) for cell in row]
        found = {
            place: _TABLE_COLUMNS[text]
            for place, text in enumerate(texts)
            if text in _TABLE_COLUMNS and place > 0
        }
        if len(found) >= 2:
            return at, found
    names = "、".join(column.label for column in TableColumn)
    raise Invalid([Problem("file", f"没有找到表头：前 20 行中应有一行写着{names}（至少两列）")])


def folded(text: str) -> str:
    """Fold a name so that one typed with spaces, brackets or half-width signs is the same."""
    plain = unicodedata.normalize("NFKC", _BRACKETS.sub("", text))
    return "".join(plain.split()) or "".join(unicodedata.normalize("NFKC", text).split())


def _is_share(cell: object) -> bool:
    return isinstance(cell, int | float) and 0 <= cell <= 1


def _plain(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


TABLE_LINES = {folded(line.label): line for line in TableLine}
_TABLE_COLUMNS = {
    folded(name): column for column in TableColumn for name in (column.label, *_OTHER_NAMES[column])
}
_TABLE_COLUMNS[TOTAL] = TableColumn.SUBTOTAL
