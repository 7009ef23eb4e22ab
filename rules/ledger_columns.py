"""How the cells of one mapped column are read, and whether they are filled down."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from rules.cases import QUALIFIERS, Field, Kind
from rules.cells import (
    Parsed,
    ParsedDate,
    read_count,
    read_date,
    read_money,
    read_number_id,
    read_text,
)
from rules.columns import Vocabulary
from rules.ledger_words import read_flag, read_term
from rules.terms import Precision

_NUMBERS = frozenset(["number", "source_number", "phone", "repeat_of_id"])


@dataclass(frozen=True, slots=True)
class Value:
    """A reading in the one shape the loop over cells takes."""

    value: Any
    extra: Any
    warning: str | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column to read; `extra` names its value's companion.

    Text that `as_is` passes needs no reading; other columns repeat themselves and are cached.
    """

    index: int
    target: str
    read: Callable[[Any], Value]
    extra: str | None
    fills: bool
    as_is: Callable[[str], bool] | None
    cache: dict[Any, Value]


def column_reader(
    index: int, target: str, *, unit: str, today: date, year: int | None, words: Vocabulary
) -> Column:
    """Prepare one column; `unit` is the money unit of its header, or '' for 元."""
    read, extra = _reader(
        target, words.fields.get(target), unit=unit or "元", today=today, year=year
    )
    fills = target in words.fills or target in words.fills_with_warning
    as_is = _number_as_is if target in _NUMBERS else _text_as_is if read is _text else None
    return Column(index, target, read, extra, fills, as_is, {})


def _reader(
    target: str, field: Field | None, *, unit: str, today: date, year: int | None
) -> tuple[Callable[[Any], Value], str | None]:
    """Choose how a target's cells are read, and what is kept beside the value."""
    extra = QUALIFIERS.get(target)
    if target in _NUMBERS:
        return partial(_plain, reader=read_number_id), None
    if target == "version":
        return partial(_plain, reader=read_count), None
    match field:
        case Field(kind=Kind.DATE):
            return partial(_date, today=today, year=year, exact=extra is None), extra
        case Field(kind=Kind.COUNT):
            return partial(_plain, reader=read_count), extra
        case Field(kind=Kind.MONEY):
            return partial(_plain, reader=partial(read_money, unit=unit)), extra
        case Field(kind=Kind.FLAG, label=label):
            return partial(_plain, reader=partial(read_flag, label=label)), None
        case Field(term=term) if term:
            return partial(_plain, reader=partial(read_term, term=term)), None
        case _:
            return _text, None


def _text_as_is(cell: str) -> bool:
    return cell.isprintable() and cell[0] not in " #'" and cell[-1] != " "


def _number_as_is(cell: str) -> bool:
    return cell.isascii() and cell.isalnum() and "E" not in cell and "e" not in cell


def _plain(cell: Any, *, reader: Callable[[Any], Parsed[Any]]) -> Value:
    found = reader(cell)
    return Value(found.value, found.approx, found.warning, found.problem)


def _date(cell: Any, *, today: date, year: int | None, exact: bool) -> Value:
    """Read a date; where no precision is kept (`exact`) a vague one is said in a warning."""
    found: ParsedDate = read_date(cell, year=year, today=today)
    warning = found.warning
    if exact and found.value and found.precision is not Precision.DAY and not warning:
        warning = f"“{found.raw}”没有写到日，按 {found.value} 记"
    return Value(found.value, found.precision, warning, found.problem)


def _text(cell: Any) -> Value:
    found = read_text(cell)
    return Value(found.value, None, found.warning, None)
