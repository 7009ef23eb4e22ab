"""What an import of a ledger of disputes would do, row by row, before anything is written."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models.disputes import Dispute, DisputeClass
from db.models.units import Leader, Unit
from db.queries import office, units
from db.queries.ledger_plans import Kept, PlannedLine, RowHash, counted, matched
from db.scope import actor_of
from rules import dispute_columns as words
from rules import disputes as rules
from rules.cells import people_in_text, read_date
from rules.dispute_rows import named
from rules.dispute_terms import DisputeOutcome, DisputeState
from rules.errors import Problem
from rules.ledger_rows import CellProblem, LedgerRow
from rules.ledger_sweep import swept
from rules.ledgers import Reading, cell_problem
from rules.numerals import plain_digits
from rules.people import Person, people_problems
from rules.permissions import Action
from rules.terms import Outcome
from rules.units import normalise_name

KINDS = {"unit": "单位", "class": "类别", "leader": "领导"}
_RESOLVED = {
    "unit_id": "unit",
    "area_id": "unit",
    "duty_unit_id": "unit",
    "class": "class",
    "lead_id": "leader",
}
# Without them there is no dispute; the others may stay empty, and what was written is noted.
_NEEDED = frozenset({"unit_id", "class"})
_APART = re.compile(r"[、,;/\s\uff0c\uff1b]+")
_AND_OTHERS = re.compile(r"等\s*[0-9零一二两三四五六七八九十百千余多]*\s*(?:人|名|户)?.*$")
_IN_BRACKETS = re.compile(r"^(.+?)[(\uff08](.+)[)\uff09]$", re.DOTALL)
_SAID_SHORT = 20  # a longer text tells a story, of which one word decides nothing


@dataclass(frozen=True, slots=True)
class DisputeChoices:
    """What a person decided for one run: what a (kind, name) the tables lack stands for.

    None leaves the field empty and notes the name in the remark, which a unit that found a
    dispute and its class cannot be.
    """

    names: Mapping[tuple[str, str], int | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlannedDispute(PlannedLine):
    """One row of the sheet and what is to become of it; `progress` becomes its first entry."""

    progress: str = ""


@dataclass(frozen=True, slots=True)
class DisputePlan:
    """What an import would do; `unresolved` lists names the tables do not have, by kind."""

    rows: list[PlannedDispute]
    unresolved: Mapping[str, tuple[str, ...]]

    def counts(self) -> dict[str, int]:
        """Count rows by outcome; rows is always the sum of the five outcomes."""
        return counted(self.rows)


def plan(
    session: Session, reading: Reading, *, today: date, choices: DisputeChoices | None = None
) -> DisputePlan:
    """Say what would become of every row of a reading; nothing is written.

    A row that came before, by its whole content or by our own number, brings nothing: disputes
    are corrected on their page.
    """
    actor_of(session).require(Action.IMPORT)
    reader = _Reader(session, reading, choices or DisputeChoices(), today=today)
    planned = matched(session, [reader.planned(row) for row in reading.rows], _KEPT)
    ignored = [
        PlannedDispute(row.number, Outcome.IGNORED, reason=row.reason) for row in reading.ignored
    ]
    return DisputePlan(
        sorted([*planned, *ignored], key=lambda row: row.number),
        {kind: tuple(sorted(names)) for kind, names in reader.missing.items() if names},
    )


class _Reader:
    """Puts the rows of one sheet in the words of the store, and notes the names it lacks."""

    def __init__(
        self, session: Session, reading: Reading, choices: DisputeChoices, *, today: date
    ) -> None:
        self._reading, self._choices, self._today = reading, choices, today
        self._hash = RowHash(session, "dispute")
        limit = office.parameter(session, "representatives_max", on=today)
        assert isinstance(limit, int)
        self._limit = limit
        leaders = select(Leader.name, Leader.id).order_by(Leader.active, Leader.id.desc())
        classes = select(DisputeClass.name, DisputeClass.id)
        self._tables: dict[str, Mapping[str, int]] = {
            "leader": {normalise_name(name): key for name, key in session.execute(leaders)},
            "class": {normalise_name(name): key for name, key in session.execute(classes)},
            "unit": units.resolve_units(session),
        }
        places = select(Unit.id).where(Unit.kind.in_(("township", "village")))
        self._places = frozenset(session.scalars(places))
        self.missing: dict[str, set[str]] = {kind: set() for kind in KINDS}

    def planned(self, row: LedgerRow) -> PlannedDispute:
        """Read one row into values of a dispute; all that is wrong with it is named by its cell."""
        values, personal = swept(row.values)
        notes: list[str] = []
        problems, warnings = list(row.problems), list(row.warnings)
        problems += self._resolve(row, values, notes)
        warnings += [self._at(row, Problem(n, m)) for n, m in personal.items()]
        people = _people(values)
        if "people" not in values:
            told = people_in_text(row.values.get("petitioner") or "")
            values["people"] = told or max(1, len(people))
        progress = self._in_our_words(values, notes)
        if values.get("area_id") is None and values.get("unit_id") in self._places:
            values["area_id"] = values["unit_id"]
        own = str(values.pop("number", "") or values.pop("source_number", "") or "")
        values.pop("source_number", None)
        if own and not rules.is_number(own):
            notes.append(f"原编号：{own}")
            own = ""
        if notes:
            values["remark"] = "\n".join([*filter(None, [values.get("remark")]), *notes])
        kept = {n: values[n] for n in (*rules.FIELDS, *rules.QUALIFIERS.values()) if n in values}
        found = rules.problems(kept, today=self._today)
        found += people_problems(people, representatives_max=self._limit)
        told_of = {problem.field for problem in problems}
        problems += [
            self._at(row, each)
            for each in found
            if _column(each.field) not in told_of and each.field not in told_of
        ]
        standing = {n: values.get(n) for n in ("state", "outcome", words.RESOLVED_ON)}
        return PlannedDispute(
            number=row.number,
            outcome=Outcome.REJECTED if problems else Outcome.INSERTED,
            values={**kept, **standing, "number": own},
            people=people,
            progress=progress,
            row_hash=self._hash.of(row),
            problems=tuple(problems),
            warnings=tuple(warnings),
        )

    def _resolve(self, row: LedgerRow, values: dict[str, Any], notes: list[str]) -> list[Any]:
        problems = []
        for name, kind in _RESOLVED.items():
            text = str(values.pop(name, "") or "").strip()
            if not text:
                continue
            # 责任单位（责任人） stands in one cell as 城关镇（王建国）.
            bracketed = _IN_BRACKETS.match(text)
            found = self._found(kind, text)
            if found is None and bracketed is not None:
                found = self._found(kind, bracketed[1].strip())
                if found is not None and name == "duty_unit_id":
                    values.setdefault("handler", bracketed[2].strip())
            if found is None:
                self.missing[kind].add(text)
                found = self._choices.names.get((kind, text))
            target = "class_id" if name == "class" else name
            if found is not None:
                values[target] = found
            elif name not in _NEEDED and (kind, text) in self._choices.names:
                notes.append(f"{words.LABELS[name]}：{text}")
            else:
                label = KINDS[kind]
                message = f"{label}“{text}”不在系统的{label}表中：请在上面指定对应，或先补充"
                problems.append(self._at(row, Problem(name, message)))
        return problems

    def _found(self, kind: str, text: str) -> int | None:
        table = self._tables[kind]
        return named(text, table) if kind == "class" else table.get(normalise_name(text))

    def _in_our_words(self, values: dict[str, Any], notes: list[str]) -> str:
        """Take what is one of our codes as one, the rest as a note; returns the words of progress."""
        if text := str(values.pop("channel", "") or "").strip():
            found = words.channel_named(text)
            if found is not None:
                values["channel"] = found
            else:
                notes.append(f"{words.LABELS['channel']}：{text}")
        if text := str(values.pop("due_on", "") or "").strip():
            due = read_date(text, year=self._reading.heading.year, today=self._today)
            values["due_on"] = due.value
            if due.value is None:
                notes.append(f"{words.LABELS['due_on']}：{text}")
        said = {
            name: str(values.pop(name, "") or "").strip()
            for name in (words.STATE, words.SIGNED, words.PROGRESS, words.SUPERVISED)
        }
        short = [
            text
            for name in (words.SIGNED, words.STATE, words.PROGRESS)
            if (text := said[name]) and len(text) <= _SAID_SHORT
        ]
        stands = [told for text in short if (told := words.standing(text)) is not None]
        # The least that is said holds: 未销号 beside 已化解 is not the end of it.
        order = list(DisputeOutcome)
        first = min(stands, key=lambda each: order.index(each[1]), default=None)
        given_out = values.get("duty_unit_id") is not None
        state = DisputeState.ASSIGNED if given_out else DisputeState.SUBMITTED
        values["state"], values["outcome"] = first or (state, DisputeOutcome.UNRESOLVED)
        if values["outcome"] is not DisputeOutcome.RESOLVED:
            values.pop(words.RESOLVED_ON, None)
        return "\n".join(
            f"{words.LABELS[name]}：{text}" if name != words.PROGRESS else text
            for name, text in said.items()
            if text
        )

    def _at(self, row: LedgerRow, problem: Problem) -> CellProblem:
        return cell_problem(self._reading, row, replace(problem, field=_column(problem.field)))


def _column(name: str) -> str:
    return "class" if name == "class_id" else name


def _people(values: dict[str, Any]) -> tuple[Person, ...]:
    """Take the parties out of a row: several names in one cell are several people."""
    text = _AND_OTHERS.sub("", plain_digits(str(values.pop("petitioner", "") or "").strip()))
    phone = str(values.pop("phone", "") or "").strip()
    names = [name for name in _APART.split(text) if name]
    return tuple(Person(name, phone if place == 0 else "") for place, name in enumerate(names))


_KEPT = Kept(Dispute, "纠纷", "unit_id", "found_on", ("同一单位同一天已登记", "名称相近"))
