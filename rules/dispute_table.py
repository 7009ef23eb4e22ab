"""《矛盾纠纷排查情况表》: its periods, what is counted in which cell, its sums, and what differs.

A cell counts the disputes found in its days by what has come of them when it is computed, so
that 排查 = 化解 + 部分化解 + 未化解 + 转出 in each, and in every sum of them.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date, timedelta
from fractions import Fraction

from rules.dispute_procedure import tally_of
from rules.dispute_terms import DisputeOutcome, Tally
from rules.figures import SWEEP_FIGURES
from rules.rates import as_percent, rate
from rules.terms import Term, UnitKind

TITLE = "矛盾纠纷排查情况表"
TOTAL = "合计"


class TableLevel(Term):
    """At which level a dispute was found: by the kind of the unit that found it."""

    COUNTY = "county", "县（区）"
    TOWNSHIP = "township", "乡镇（街道）"
    VILLAGE = "village", "村（社区）"


class TableColumn(Term):
    """The columns of the form: its levels, their sum, and the year up to the end of the period."""

    COUNTY = "county", "县（区）"
    TOWNSHIP = "township", "乡镇（街道）"
    VILLAGE = "village", "村（社区）"
    SUBTOTAL = "subtotal", "小计"
    YEAR = "year", "年度累计"


class TableLine(Term):
    """The lines each class has in the form."""

    FOUND = "found", "排查数"
    MEDIATED = "mediated", "调处数"
    MEDIATION_RATE = "mediation_rate", "调处率"
    SUCCEEDED = "succeeded", "成功数"
    SUCCESS_RATE = "success_rate", "成功率"


class TableSpan(Term):
    """How long the period of a form is."""

    MONTH = "month", "月报"
    QUARTER = "quarter", "季报"
    HALF_YEAR = "half_year", "半年报"
    YEAR = "year", "年报"


LEVELS: dict[UnitKind, TableLevel] = {
    UnitKind.CITY: TableLevel.COUNTY,
    UnitKind.COUNTY: TableLevel.COUNTY,
    UnitKind.DEPARTMENT: TableLevel.COUNTY,
    UnitKind.TOWNSHIP: TableLevel.TOWNSHIP,
    UnitKind.VILLAGE: TableLevel.VILLAGE,
}
RATES = frozenset({TableLine.MEDIATION_RATE, TableLine.SUCCESS_RATE})
_DEFINED = ("found", "mediated", "succeeded", "mediation_rate", "success_rate", "subtotal", "year")
DEFINITIONS = (
    *(f"{SWEEP_FIGURES[code].label}：{SWEEP_FIGURES[code].definition}" for code in _DEFINED),
    "核对关系：排查数 = 化解成功 + 部分化解 + 未化解 + 转出，都按数据截至时的结果",
)
_QUARTERS = "一二三四"
_MONTHS = {TableSpan.MONTH: 1, TableSpan.QUARTER: 3, TableSpan.HALF_YEAR: 6, TableSpan.YEAR: 12}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The days of a form, both ends in."""

    span: TableSpan
    first_on: date

    @property
    def last_on(self) -> date:
        """The last day."""
        month = self.first_on.month + _MONTHS[self.span] - 1
        return date(self.first_on.year, month, monthrange(self.first_on.year, month)[1])

    @property
    def year_on(self) -> date:
        """The first day of its year, from which 年度累计 is counted."""
        return date(self.first_on.year, 1, 1)

    @property
    def name(self) -> str:
        """What it is called, as in 2026年第三季度."""
        year, month = self.first_on.year, self.first_on.month
        match self.span:
            case TableSpan.MONTH:
                return f"{year}年{month}月"
            case TableSpan.QUARTER:
                return f"{year}年第{_QUARTERS[month // 3]}季度"
            case TableSpan.HALF_YEAR:
                return f"{year}年{'上' if month == 1 else '下'}半年"
        return f"{year}年"

    def ended(self, today: date) -> bool:
        """Whether it is over, so that it may be frozen by hand."""
        return today > self.last_on

    def freezes_on(self, after: int) -> date:
        """The day from which the first look freezes it by itself, `after` days past its end."""
        return self.last_on + timedelta(days=after + 1)


def period_of(span: TableSpan, day: date) -> Period:
    """Return the period of this length that a day falls in."""
    months = _MONTHS[span]
    return Period(span, date(day.year, (day.month - 1) // months * months + 1, 1))


def periods(span: TableSpan, *, since: date, today: date) -> list[Period]:
    """List the periods of this length from that of `since` to that of today, the latest first."""
    found = [period_of(span, today)]
    while found[-1].first_on > since:
        found.append(period_of(span, found[-1].first_on - timedelta(days=1)))
    return found


@dataclass(frozen=True, slots=True)
class Counts:
    """What a cell counts; `mediated` is of the others, which are parted by what has come of them."""

    resolved: int = 0
    partly: int = 0
    unresolved: int = 0
    passed_on: int = 0
    mediated: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        """Add cell to cell, column by column."""
        return Counts(
            self.resolved + other.resolved,
            self.partly + other.partly,
            self.unresolved + other.unresolved,
            self.passed_on + other.passed_on,
            self.mediated + other.mediated,
        )

    @property
    def found(self) -> int:
        """排查数: always the sum of the columns."""
        return self.resolved + self.partly + self.unresolved + self.passed_on

    def number(self, line: TableLine) -> int:
        """The number of a line; of a rate what it is counted from."""
        if line is TableLine.FOUND:
            return self.found
        return self.mediated if line is TableLine.MEDIATED else self.resolved

    def share(self, line: TableLine) -> Fraction | None:
        """The rate of a line; None where there is nothing to be a share of."""
        if line is TableLine.MEDIATION_RATE:
            return rate(self.mediated, self.found)
        return rate(self.resolved, self.mediated)

    def shown(self, line: TableLine) -> str:
        """A line as the form prints it."""
        return as_percent(self.share(line)) if line in RATES else f"{self.number(line)}"


@dataclass(frozen=True, slots=True)
class Counted:
    """So many disputes of one kind as the store counts them.

    `begun` that a way of mediation was noted, `in_period` that they were found in the period
    and not before in its year.
    """

    class_id: int
    kind: UnitKind
    outcome: DisputeOutcome
    begun: bool
    in_period: bool
    count: int


@dataclass(frozen=True, slots=True)
class Kind:
    """A class of the list; one of the second level is counted with its 大类."""

    id: int
    name: str
    parent_id: int | None
    active: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A class with its cells; `class_id` None is the sum of all."""

    class_id: int | None
    name: str
    cells: Mapping[TableColumn, Counts]


@dataclass(frozen=True, slots=True)
class Form:
    """A form: the sum of all first, then the classes in the order of the list."""

    period: Period
    rows: tuple[Row, ...]

    @property
    def total(self) -> Row:
        """The row of the sums."""
        return self.rows[0]


def mediated(outcome: DisputeOutcome, *, begun: bool) -> bool:
    """Whether a dispute counts as 调处: 转出 alone is none, where no mediation was begun."""
    return begun or tally_of(outcome) in (Tally.RESOLVED, Tally.PARTLY)


def form(period: Period, counted: Iterable[Counted], kinds: Sequence[Kind]) -> Form:
    """Put a form together; every sum is the sum of its cells, and nothing is counted anew."""
    above = {kind.id: kind.parent_id or kind.id for kind in kinds}
    cells: dict[tuple[int, TableColumn], Counts] = {}
    for each in counted:
        value = _counts(each)
        root = above.get(each.class_id, each.class_id)
        columns = [TableColumn.YEAR]
        if each.in_period:
            columns += [TableColumn.of(LEVELS[each.kind].value), TableColumn.SUBTOTAL]
        for column in columns:
            cells[root, column] = cells.get((root, column), Counts()) + value
    used = {root for root, _ in cells}
    rows = [
        Row(kind.id, kind.name, {c: cells.get((kind.id, c), Counts()) for c in TableColumn})
        for kind in kinds
        if kind.parent_id is None and (kind.active or kind.id in used)
    ]
    sums = {c: sum((row.cells[c] for row in rows), Counts()) for c in TableColumn}
    return Form(period, (Row(None, TOTAL, sums), *rows))


def _counts(each: Counted) -> Counts:
    column = tally_of(each.outcome)
    return Counts(
        resolved=each.count * (column is Tally.RESOLVED),
        partly=each.count * (column is Tally.PARTLY),
        unresolved=each.count * (column is Tally.UNRESOLVED),
        passed_on=each.count * (column is Tally.PASSED_ON),
        mediated=each.count * mediated(each.outcome, begun=each.begun),
    )


def kept(found: Form) -> list[dict[str, object]]:
    """Write a form's rows as the store keeps them."""
    return [
        {
            "class_id": row.class_id,
            "name": row.name,
            "cells": {column.value: list(astuple(row.cells[column])) for column in TableColumn},
        }
        for row in found.rows
    ]


def read_kept(period: Period, rows: Sequence[Mapping[str, object]]) -> Form:
    """Read what `kept` wrote."""
    return Form(period, tuple(_row(row) for row in rows))


def _row(row: Mapping[str, object]) -> Row:
    class_id, cells = row["class_id"], row["cells"]
    assert class_id is None or isinstance(class_id, int)
    assert isinstance(cells, Mapping)
    counts = {column: Counts(*cells[column.value]) for column in TableColumn}
    return Row(class_id, str(row["name"]), counts)


@dataclass(frozen=True, slots=True)
class Difference:
    """A number that is another now than in the frozen form; None where a row is only in one."""

    row: str
    column: TableColumn
    what: str
    frozen: int
    now: int


_NUMBERS = {
    "排查数": "found",
    "调处数": "mediated",
    "成功数": "resolved",
    "部分化解": "partly",
    "未化解": "unresolved",
    "转出": "passed_on",
}


def differences(frozen: Form, now: Form) -> list[Difference]:
    """List what rows changed since a form was frozen, the sums left out where a row tells it.

    A class that was renamed is the same; one that is only in one of the two counts as 0 there.
    """
    return [each for each in _compared(frozen, now) if each.frozen != each.now]


def _compared(frozen: Form, now: Form) -> Iterator[Difference]:
    before = {row.class_id: row for row in frozen.rows}
    after = {row.class_id: row for row in now.rows}
    levels = [c for c in TableColumn if c is not TableColumn.SUBTOTAL]
    for class_id in dict.fromkeys([*before, *after]):
        if class_id is None:
            continue
        old, new = before.get(class_id), after.get(class_id)
        name = (old or new or frozen.total).name
        for column in levels:
            was = old.cells[column] if old else Counts()
            is_ = new.cells[column] if new else Counts()
            for what, number in _NUMBERS.items():
                yield Difference(name, column, what, getattr(was, number), getattr(is_, number))


def in_columns(counts: Counts) -> dict[str, int]:
    """Name the numbers of a cell, the parts of 排查数 among them."""
    return {what: getattr(counts, number) for what, number in _NUMBERS.items()}
