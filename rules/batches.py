"""交办会: what a batch must satisfy, which case may be handed over how, and what came of it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from rules import procedure
from rules.case_terms import Step
from rules.cells import read_date
from rules.columns import target_of
from rules.deadlines import Facts
from rules.errors import Problem
from rules.limits import Terms
from rules.steps import OPEN
from rules.terms import CaseState, Precision, Purpose, Term

NAME_MAX = 100
NOTE_MAX = 500
AT_ONCE = 1000
_COMMA = re.compile("[,\uff0c]")
_NUMBER_HEADERS = ("number", "source_number")

# What the figures of a batch mean, in the words shown beside them.
RESOLVED = "化解率：已登记化解的 ÷ 交办的"
SETTLED = (
    "停访息诉率：交办之后没有再次信访，并已登记息访或以第三方评价满意办结的 ÷ 交办的（S3a-22）"
)


def batch_problems(values: Mapping[str, Any], *, today: date) -> list[Problem]:
    """List what is wrong with a batch: name, kind, meeting, held_on, due_on, note."""
    found = []
    if not values.get("name"):
        found.append(Problem("name", "请填写批次名称，例如：2026年第一次重复信访交办"))
    for name, label, most in (
        ("name", "批次名称", NAME_MAX),
        ("meeting", "会议名称", NAME_MAX),
        ("note", "说明", NOTE_MAX),
    ):
        if len(values.get(name) or "") > most:
            found.append(Problem(name, f"{label}最多 {most} 个字"))
    if values.get("kind") is None:
        found.append(Problem("kind", "请选择交办类别"))
    held_on, due_on = values.get("held_on"), values.get("due_on")
    if held_on is None:
        found.append(Problem("held_on", "请填写交办会日期"))
    elif held_on > today:
        found.append(Problem("held_on", f"交办会日期 {held_on} 晚于今天，开会当天再建批次"))
    if due_on is None:
        found.append(Problem("due_on", "请填写办结时限"))
    elif held_on is not None and due_on < held_on:
        found.append(Problem("due_on", f"办结时限 {due_on} 早于交办会日期 {held_on}"))
    return found


class Handing(Term):
    """What becomes of a case when it is put on the list of a batch."""

    ASSIGN = "assign", "交办"
    KEEP = "keep", "加入，不另走交办步骤"
    CHANGE = "change", "修改"
    SAME = "same", "已在本批次，未变"


def hindrance(facts: Facts) -> str | None:
    """Say why a case can be on no list of a batch at all, or None where it can."""
    if facts.purpose is Purpose.ACCUSATION:
        return "检举控告不交办责任单位（§30）"
    if facts.state is CaseState.MERGED:
        return "已并入另一件，请交办保留的那一件"
    if facts.state not in OPEN:
        return f"现在是“{facts.state.label}”，要先重新办理才能交办"
    return None


def not_assigned(facts: Facts, terms: Terms, *, on: date) -> str | None:
    """Say why the procedure takes no 交办 of a case now; one only received is registered first."""
    if facts.state is CaseState.RECEIVED:
        return None
    return procedure.blocked(Step.ASSIGN, facts, terms, today=on)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list or a ledger: names as written, and where each stands.

    What is empty is left to the case and to the batch.
    """

    place: str
    number: str
    unit: str = ""
    lead: str = ""
    due_on: date | None = None
    note: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)

    def problem(self, name: str, message: str) -> Problem:
        """Say what is wrong with one part of the line, with its cell before it."""
        return Problem("lines", f"{self.cells.get(name, self.place)}：{message}")


def read_lines(text: str, *, today: date) -> tuple[list[Line], list[Problem]]:
    """Read lines of 编号⇥责任单位⇥包案领导⇥办结时限, all but the number left out at will.

    A line without a tab may part its cells by commas; a header line is passed over. A day
    written without a year lies in this year.
    """
    lines: list[Line] = []
    problems: list[Problem] = []
    for at, row in enumerate(text.splitlines(), start=1):
        cells = [c.strip() for c in (row.split("\t") if "\t" in row else _COMMA.split(row))]
        if not any(cells) or target_of(cells[0]) in _NUMBER_HEADERS:
            continue
        number, unit, lead, due = [*cells, "", "", ""][:4]
        line = Line(f"第 {at} 行", number, unit, lead)
        found = _line_problems(line, cells)
        due_on, told = due_day(due, year=today.year, today=today)
        found += [line.problem("due_on", told)] if told else []
        problems += found
        if not found:
            lines.append(Line(line.place, number, unit, lead, due_on))
    return lines, problems


def _line_problems(line: Line, cells: Sequence[str]) -> list[Problem]:
    found = []
    if not line.number:
        found.append(line.problem("number", "缺少案件编号"))
    if any(cells[4:]):
        found.append(line.problem("number", "多于 4 列：编号、责任单位、包案领导、办结时限"))
    return found


def due_day(cell: Any, *, year: int | None, today: date) -> tuple[date | None, str]:
    """Read a deadline to the day; beside it in words why it cannot be read, else ''."""
    if cell in (None, ""):
        return None, ""
    found = read_date(cell, year=year, today=today)
    if found.problem or found.value is None or found.precision is not Precision.DAY:
        return None, f"办结时限“{found.raw}”要写到年月日，例如 2026-12-31"
    return found.value, ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What has come of one case of a batch; `unit` is whom it was handed to.

    `signed` is a 息访 put on record, `repeated` that it was raised again since the meeting,
    `done_on` the day it was closed or resolved, whichever came first.
    """

    case_id: int
    number: str
    unit: str
    received: bool
    closed: bool
    resolved: bool
    signed: bool
    evaluated: bool
    repeated: bool
    late: bool
    done_on: date | None = None

    @property
    def settled(self) -> bool:
        """停访息诉: not raised again, and signed or evaluated as satisfied (domain.md 2.2)."""
        return not self.repeated and (self.signed or self.evaluated)


@dataclass(frozen=True, slots=True)
class Tally:
    """The figures of a batch or of one unit in it, each a count of 件."""

    assigned: int
    received: int
    closed: int
    resolved: int
    settled: int
    late: int


def tally(outcomes: Iterable[Outcome]) -> Tally:
    """Count what has come of the cases."""
    rows = list(outcomes)
    return Tally(
        assigned=len(rows),
        received=sum(row.received for row in rows),
        closed=sum(row.closed for row in rows),
        resolved=sum(row.resolved for row in rows),
        settled=sum(row.settled for row in rows),
        late=sum(row.late for row in rows),
    )


def burn_down(outcomes: Iterable[Outcome], *, held_on: date, until: date) -> list[tuple[date, int]]:
    """Count for each day from the meeting how many cases were neither closed nor resolved by it."""
    done = [row.done_on for row in outcomes]
    days = [held_on + timedelta(days=n) for n in range(max(0, (until - held_on).days) + 1)]
    return [(day, sum(each is None or each > day for each in done)) for day in days]


def even_pace(total: int, *, held_on: date, due_on: date, day: date) -> float:
    """Tell how much of `total` an even pace from the meeting to the deadline leaves on a day."""
    if day >= due_on:
        return 0.0
    return total * (due_on - day).days / (due_on - held_on).days


def by_unit(outcomes: Iterable[Outcome]) -> dict[str, Tally]:
    """Count by the unit handed to, in the order the units come."""
    units: dict[str, list[Outcome]] = {}
    for row in outcomes:
        units.setdefault(row.unit, []).append(row)
    return {unit: tally(rows) for unit, rows in units.items()}
