"""How one row of a ledger is read: typed values, what is filled down, and what is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rules.cells import people_in_text, shown
from rules.columns import NOT_READ, Vocabulary
from rules.headers import Header
from rules.ledger_columns import Column, column_reader
from rules.ledger_words import DITTO_STARTS, is_ditto
from rules.merged import Grid, Range, filled_from

TITLE_FROM_CONTENT = 60
_SENTENCE_ENDS = "。！?;\uff01\uff1f\uff1b\n"
_OUR_NUMBER = (6, 4, 6)  # 510722-2026-000017, as rules/cases forms it
_SERIAL_DIGITS = 4  # a number no longer than that only counts the rows of its sheet
_NOTED_IN_REMARK = ("co_unit", "batch")


@dataclass(frozen=True, slots=True)
class CellProblem:
    """One thing to tell about one cell; `column` is None where no column holds the field."""

    row: int
    column: int | None
    cell: str
    field: str
    message: str
    value: str


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One matter as the sheet has it; units, leaders and codes are still the sheet's text.

    `assumed` are the fields whose values the import was told to take and the sheet does not say.
    """

    number: int
    values: dict[str, Any]
    problems: tuple[CellProblem, ...]
    warnings: tuple[CellProblem, ...]
    assumed: frozenset[str] = frozenset()


def cell_name(row: int, column: int | None) -> str:
    """Name a cell as Excel does, C12; without a column only its row."""
    if column is None:
        return f"第 {row} 行"
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


class RowReader:
    """Reads the rows of one sheet in their order; it remembers what 同上 refers to."""

    def __init__(
        self,
        grid: Grid,
        header: Header,
        mapping: Mapping[int, str],
        *,
        today: date,
        year: int | None,
        money_unit: str,
        merged: Sequence[Range],
        said: Mapping[str, Any],
        defaults: Mapping[str, Any],
        states: Mapping[int, str],
        words: Vocabulary,
    ) -> None:
        """Prepare one reading function and one cache of readings for each mapped column."""
        self._columns = [
            column_reader(
                index,
                target,
                unit=_unit(header, index) or money_unit,
                today=today,
                year=year,
                words=words,
            )
            for index, target in mapping.items()
            if target not in NOT_READ
        ]
        self._places = {column.target: column.index for column in self._columns}
        self._covered = filled_from(grid, merged, header.last_row + 1, mapping)
        self._above: dict[int, Any] = {}
        self._said = dict(said)
        self._defaults = dict(defaults)
        self._states = states
        self._words, self._labels = words, words.labels
        self.serials = 0  # rows whose 编号 was only a running number

    def read(self, number: int, row: Sequence[Any]) -> LedgerRow:
        """Read one row; what cannot be read is left out of its values and named as a problem."""
        values: dict[str, Any] = {}
        problems: list[CellProblem] = []
        warnings: list[CellProblem] = []
        above, covered = self._above, self._covered
        for column in self._columns:
            index = column.index
            cell = row[index]
            kind = type(cell)
            if cell is None or cell == "":
                cell = self._covered_value(number, column, warnings) if covered else None
                if cell is None:
                    continue
            elif kind is str and cell[0] in DITTO_STARTS and is_ditto(cell):
                cell = self._repeated(number, column, cell, problems, warnings)
                if cell is None:
                    continue
            elif column.fills:
                above[index] = cell
            if column.as_is and type(cell) is str and column.as_is(cell):
                values[column.target] = cell
                continue
            found = column.cache.get(cell) if kind is not bool else None
            if found is None:
                found = column.read(cell)
                if not column.as_is:
                    column.cache[cell] = found
            if found.value is not None:
                values[column.target] = found.value
                if column.extra:
                    values[column.extra] = found.extra
            if found.problem:
                problems.append(self._note(number, column, found.problem, cell))
            elif found.warning:
                warnings.append(self._note(number, column, found.warning, cell))
        self._complete(number, values, warnings)
        assumed = self._defaults.keys() - values.keys()
        values |= {name: self._defaults[name] for name in assumed}
        return LedgerRow(number, values, tuple(problems), tuple(warnings), frozenset(assumed))

    def _complete(self, number: int, values: dict[str, Any], warnings: list[CellProblem]) -> None:
        """Add what follows from the other cells of the row and is said of the whole sheet."""
        if "title" not in values and (content := values.get("content")):
            values["title"] = first_sentence(content)
            if "title" in self._places:
                warnings.append(self._derived(number, "title", "标题为空，取自反映内容的第一句"))
        if "people" not in values and (people := people_in_text(values.get("petitioner") or "")):
            values["people"], values["people_approx"] = people, False
            warnings.append(self._derived(number, "people", f"人数 {people} 取自信访人一栏"))
        if "number" in values and not _is_our_number(values["number"]):
            values.setdefault("source_number", values.pop("number"))
        if _is_serial(values.get("source_number")):
            del values["source_number"]
            self.serials += 1
        notes = [f"{self._labels[t]}：{values.pop(t)}" for t in _NOTED_IN_REMARK if t in values]
        if notes:
            values["remark"] = "\n".join([*filter(None, [values.get("remark")]), *notes])
        if number in self._states:
            values.setdefault("state_note", self._states[number])
        for name, value in self._said.items():
            values.setdefault(name, value)

    def _covered_value(
        self, number: int, column: Column, warnings: list[CellProblem]
    ) -> Any | None:
        """Return the value of the merged cell over this one; None where nothing is filled down."""
        cell = self._covered.get((number, column.index))
        if cell is None or cell == "":
            return None
        if column.fills and column.target in self._words.fills:
            return cell
        label = self._labels[column.target]
        message = f"合并单元格：“{label}”沿用上面的“{_short(cell)}”，请核对"
        if not column.fills:
            message = f"合并单元格：“{label}”不沿用上面的“{_short(cell)}”，本行留空"
        warnings.append(self._note(number, column, message, cell))
        return cell if column.fills else None

    def _repeated(
        self,
        number: int,
        column: Column,
        mark: str,
        problems: list[CellProblem],
        warnings: list[CellProblem],
    ) -> Any | None:
        """Return what 同上 stands for; None, with a problem, where it may not or cannot stand."""
        label, mark = self._labels[column.target], mark.strip()
        cell = self._above.get(column.index)
        if not column.fills:
            message = f"“{label}”不能写“{mark}”，请填写具体内容"
            problems.append(self._note(number, column, message, mark))
            return None
        if cell is None:
            message = f"“{mark}”上面没有可以沿用的“{label}”"
            problems.append(self._note(number, column, message, mark))
            return None
        if column.target in self._words.fills_with_warning:
            message = f"“{mark}”按上面的“{_short(cell)}”读入，请核对"
            warnings.append(self._note(number, column, message, mark))
        return cell

    def _derived(self, number: int, field: str, message: str) -> CellProblem:
        index = self._places.get(field)
        return CellProblem(number, index, cell_name(number, index), field, message, "")

    def _note(self, number: int, column: Column, message: str, cell: Any) -> CellProblem:
        place = cell_name(number, column.index)
        return CellProblem(number, column.index, place, column.target, message, shown(cell))


def first_sentence(content: str) -> str:
    """Take the first sentence of a text for its title, 60 characters at most."""
    head = content[: TITLE_FROM_CONTENT + 1]
    end = min((i for c in _SENTENCE_ENDS if (i := head.find(c)) > 0), default=len(head))
    title = head[:end]
    return title if len(title) <= TITLE_FROM_CONTENT else f"{title[: TITLE_FROM_CONTENT - 1]}…"


def _unit(header: Header, index: int) -> str:
    return header.units[index] if index < len(header.units) else ""


def _is_our_number(text: str) -> bool:
    parts = text.split("-")
    return tuple(map(len, parts)) == _OUR_NUMBER and all(part.isdecimal() for part in parts)


def _is_serial(number: str | None) -> bool:
    return number is not None and len(number) <= _SERIAL_DIGITS and number.isdecimal()


def _short(cell: Any) -> str:
    text = shown(cell)
    return text if len(text) <= 12 else f"{text[:12]}…"
