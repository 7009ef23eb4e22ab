"""What becomes of each case put on the list of a batch: asked before it is done, and by the doing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from db.models.batches import Batch, BatchCase
from db.models.cases import Case
from db.models.units import Leader, Unit
from db.queries import procedure, units
from db.queries.duty import barred_problems
from db.queries.evaluation_outcomes import in_the_way
from db.queries.leaders import leaders as all_leaders
from rules import batches as rules
from rules.batches import Handing, Line
from rules.case_terms import Step
from rules.cases import listed_title
from rules.deadlines import Facts
from rules.errors import Invalid, Problem
from rules.limits import Terms
from rules.procedure import step_problems
from rules.terms import CaseState
from rules.units import normalise_name


@dataclass(frozen=True, slots=True)
class Wanted:
    """A case to be on the list; what is None stays as it is or comes from case and batch.

    `unit_else` and `lead_else` are for cases that have none; `line` is where it is written.
    """

    case_id: int
    unit_id: int | None = None
    lead_id: int | None = None
    due_on: date | None = None
    note: str | None = None
    unit_else: int | None = None
    lead_else: int | None = None
    line: Line | None = None


@dataclass(frozen=True, slots=True)
class Examined:
    """What becomes of it: `handing` is None where `problems` refuse it.

    `assigns` says that 交办 is taken on `on`; `reason` why it is not. `elsewhere` names the
    other open batches that hold the case (防止多头办理).
    """

    case_id: int
    number: str
    title: str
    handing: Handing | None
    assigns: bool
    on: date
    reason: str
    unit_id: int | None
    unit: str
    lead_id: int | None
    lead: str
    due_on: date
    note: str
    row_id: int | None
    elsewhere: tuple[str, ...]
    problems: tuple[Problem, ...]


def meant(
    session: Session,
    lines: Iterable[Line],
    *,
    unit_else: int | None = None,
    lead_else: int | None = None,
) -> tuple[list[Wanted], list[Problem]]:
    """Find the cases, units and leaders that lines name; say of each name what is wrong with it."""
    lines = list(lines)
    ids = _case_ids(session, [line.number for line in lines])
    by_name = units.resolve_units(session)
    leaders: dict[str, list[int]] = {}
    for leader in (each for each in all_leaders(session) if each.active):
        leaders.setdefault(leader.name, []).append(leader.id)
    wanted: dict[int, Wanted] = {}
    problems: list[Problem] = []
    for line in lines:
        found = ids.get(line.number, [])
        unit_id = by_name.get(normalise_name(line.unit))
        named = leaders.get(_bare(line.lead), [])
        told = _unmatched(line, found, unit_id, named)
        if not told and (first := wanted.get(found[0])) is not None and first.line:
            told = [line.problem("number", f"“{line.number}”与{first.line.place}是同一件")]
        problems += told
        if not told:
            wanted[found[0]] = Wanted(
                found[0],
                unit_id,
                named[0] if named else None,
                line.due_on,
                line.note or None,
                unit_else,
                lead_else,
                line,
            )
    return [*wanted.values()], problems


def named(session: Session, numbers: Sequence[str]) -> list[int]:
    """Return the cases of these numbers, ours or the source's; raises Invalid telling each that is wrong."""
    ids = _case_ids(session, numbers)
    problems = [
        problem
        for number in numbers
        for problem in _unmatched(Line(number, number), ids.get(number, []), None, ())
    ]
    if problems:
        raise Invalid(problems)
    return [ids[number][0] for number in numbers]


def _case_ids(session: Session, numbers: Sequence[str]) -> dict[str, list[int]]:
    """Find cases by our number or by the source's; a source's number may name several."""
    rows = session.execute(
        select(Case.id, Case.number, Case.source_number).where(
            or_(Case.number.in_(numbers), Case.source_number.in_(numbers))
        )
    )
    found: dict[str, list[int]] = {}
    for case_id, number, source in rows:
        for name in {number, source or number}:
            found.setdefault(name, []).append(case_id)
    return found


def _bare(name: str) -> str:
    """Take the post off a name: 张三（副县长） and 张三 are one."""
    return name.split("\uff08")[0].split("(")[0].strip()


def _unmatched(
    line: Line, ids: Sequence[int], unit_id: int | None, leaders: Sequence[int]
) -> list[Problem]:
    found = []
    if not ids:
        found.append(
            line.problem("number", f"没有编号为“{line.number}”的案件，或不在您的查看范围内")
        )
    elif len(ids) > 1:
        found.append(
            line.problem("number", f"原编号“{line.number}”有 {len(ids)} 件，请改用案件编号")
        )
    if line.unit and unit_id is None:
        found.append(line.problem("unit", f"单位表里没有“{line.unit}”，或有不止一个"))
    if line.lead and len(leaders) != 1:
        found.append(line.problem("lead", f"在任领导里没有“{line.lead}”，或有不止一位"))
    return found


def examined(
    session: Session, batch_id: int, wanted: Sequence[Wanted], *, today: date
) -> list[Examined]:
    """Say of each case what becomes of it on the list of an open batch, in the order asked for."""
    batch = session.scalars(select(Batch).where(Batch.id == batch_id)).one()
    ids = [each.case_id for each in wanted]
    cases = {case.id: case for case in session.scalars(select(Case).where(Case.id.in_(ids)))}
    rows = {
        row.case_id: row
        for row in session.scalars(
            select(BatchCase).where(BatchCase.batch_id == batch_id, BatchCase.case_id.in_(ids))
        )
    }
    elsewhere = _elsewhere(session, batch_id, ids)
    terms = procedure.terms(session)
    names = _Names(session)
    return [
        _examined(
            session,
            batch,
            each,
            cases[each.case_id],
            rows.get(each.case_id),
            names,
            terms,
            elsewhere=tuple(elsewhere.get(each.case_id, ())),
            today=today,
        )
        for each in wanted
        if each.case_id in cases
    ]


class _Names:
    """What units and leaders are called."""

    def __init__(self, session: Session) -> None:
        units = session.execute(select(Unit.id, Unit.name))
        self.units = {row.id: row.name for row in units}
        leaders = session.execute(select(Leader.id, Leader.name))
        self.leaders = {row.id: row.name for row in leaders}


def _elsewhere(session: Session, batch_id: int, ids: Sequence[int]) -> dict[int, list[str]]:
    rows = session.execute(
        select(BatchCase.case_id, Batch.name)
        .join(Batch, BatchCase.batch_id == Batch.id)
        .where(BatchCase.case_id.in_(ids), Batch.closed_at.is_(None), Batch.id != batch_id)
        .order_by(Batch.id)
    )
    found: dict[int, list[str]] = {}
    for case_id, name in rows:
        found.setdefault(case_id, []).append(name)
    return found


def _examined(
    session: Session,
    batch: Batch,
    wanted: Wanted,
    case: Case,
    row: BatchCase | None,
    names: _Names,
    terms: Terms,
    *,
    elsewhere: tuple[str, ...],
    today: date,
) -> Examined:
    line = wanted.line or Line(case.number, case.number)
    taken = [each for each in procedure.steps(session, case.id) if not each.withdrawn]
    facts = procedure.facts_of(case, taken)
    unit_id = wanted.unit_id or (row.unit_id if row else None) or case.unit_id or wanted.unit_else
    lead_id = wanted.lead_id or (row.lead_id if row else None) or case.lead_id or wanted.lead_else
    due_on = wanted.due_on or (row.due_on if row else batch.due_on)
    note = wanted.note if wanted.note is not None else (row.note if row else "")
    moves = row is None or unit_id not in (row.unit_id, case.unit_id)
    days = [batch.held_on if row is None else today, *(each.happened_on for each in taken)]
    on = max(days)
    problems: list[Problem] = []
    reason = ""
    ended = in_the_way(session, "交办", case_id=case.id) if row is None else None
    if told := ended or rules.hindrance(facts):
        problems.append(line.problem("number", told))
    elif moves and (told := rules.not_assigned(facts, terms, on=on)):
        reason = told
        if unit_id != case.unit_id:
            now_with = names.units.get(case.unit_id or 0, "（未定）")
            problems.append(line.problem("unit", f"{told}；现由“{now_with}”办理，不能改交"))
    assigns = moves and not problems and not reason
    if len(note) > rules.NOTE_MAX:
        problems.append(line.problem("note", f"备注最多 {rules.NOTE_MAX} 个字"))
    problems += _target_problems(session, case, line, unit_id, lead_id, today=today)
    problems += _day_problems(
        line, facts, unit_id, due_on, batch, assigns=assigns, on=on, today=today
    )
    return Examined(
        case_id=case.id,
        number=case.number,
        title=listed_title(case.title, case.purpose),
        handing=None if problems else _handing(row, assigns, (unit_id, lead_id, due_on, note)),
        assigns=assigns and not problems,
        on=on,
        reason=reason,
        unit_id=unit_id,
        unit=names.units.get(unit_id or 0, ""),
        lead_id=lead_id,
        lead=names.leaders.get(lead_id or 0, ""),
        due_on=due_on,
        note=note,
        row_id=row.id if row else None,
        elsewhere=elsewhere if row is None else (),
        problems=tuple(problems),
    )


def _handing(row: BatchCase | None, assigns: bool, values: tuple[object, ...]) -> Handing:
    if row is None:
        return Handing.ASSIGN if assigns else Handing.KEEP
    same = values == (row.unit_id, row.lead_id, row.due_on, row.note)
    return Handing.SAME if same else Handing.CHANGE


def _target_problems(
    session: Session,
    case: Case,
    line: Line,
    unit_id: int | None,
    lead_id: int | None,
    *,
    today: date,
) -> list[Problem]:
    """Say why a unit or a leader may not be given the case: none, ended, recused or accused."""
    found = []
    if unit_id is None:
        found.append(line.problem("unit", "没有责任单位，请写明交给谁"))
    barred = barred_problems(session, case.id, unit_id=unit_id, lead_id=lead_id, today=today)
    return found + [
        line.problem("unit" if each.field == "unit_id" else "lead", each.message) for each in barred
    ]


def _day_problems(
    line: Line,
    facts: Facts,
    unit_id: int | None,
    due_on: date,
    batch: Batch,
    *,
    assigns: bool,
    on: date,
    today: date,
) -> list[Problem]:
    if not assigns:
        early = due_on < batch.held_on
        told = f"办结时限 {due_on} 早于交办会日期 {batch.held_on}"
        return [line.problem("due_on", told)] if early else []
    values = {"unit_id": unit_id, "until": due_on}
    registered = facts
    if facts.state is CaseState.RECEIVED:
        registered = replace(facts, state=CaseState.REGISTERED)
    return [
        line.problem("due_on" if each.field == "until" else "number", each.message)
        for each in step_problems(Step.ASSIGN, values, registered, on=on, today=today)
        if each.field != "unit_id"
    ]
