"""阅批来信 read: the register with its filter, one letter, other 批示 on its matter, and counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy import and_, extract, func, or_, select
from sqlalchemy.orm import Session, aliased

from db.models.cases import Case
from db.models.receptions import Letter
from db.models.units import Leader, Unit
from db.scope import actor_of
from rules.errors import Missing
from rules.letters import SAME_DAYS, LetterState, state
from rules.terms import CaseState, Purpose, Role

PER_PAGE = 50
_CANDIDATES = 2000
_LEAST = 4  # characters of a title that can be compared


@dataclass(frozen=True, slots=True)
class LetterFilter:
    """What the register is narrowed to; days both ends in, `term` words that all must occur."""

    first: date | None = None
    last: date | None = None
    leader_id: int | None = None
    unit_id: int | None = None
    state: LetterState | None = None
    term: str = ""


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A letter; `case_number` is empty for a case the actor may not see."""

    id: int
    version: int
    number: str
    leader_id: int
    leader: str
    received_on: date | None
    annotated_on: date
    purpose: Purpose | None
    title: str
    instruction: str
    unit_id: int | None
    unit: str
    due_on: date | None
    answer: str
    answered_on: date | None
    case_id: int | None
    case_number: str
    case_title: str
    case_state: CaseState | None
    created_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of the register and how many letters the filter leaves in each state."""

    rows: tuple[LetterRow, ...]
    by_state: dict[LetterState, int]
    page: int
    pages: int

    @property
    def total(self) -> int:
        """How many letters there are."""
        return sum(self.by_state.values())


@dataclass(frozen=True, slots=True)
class Earlier:
    """Another 批示 that is or may be on the same matter.

    `likeness` is per cent, 100 for the same case. Of one outside the actor's scope only who
    wrote it and when is told, so that two leaders do not decide the same matter apart.
    """

    number: str
    leader: str
    annotated_on: date
    likeness: int
    same_case: bool
    title: str = ""
    instruction: str = ""
    unit: str = ""


def listing(session: Session, wanted: LetterFilter, *, page: int, today: date) -> Listing:
    """Return a page of the register, the newest 批示 first; beyond the last page the last."""
    by_state = _by_state(session, wanted, today=today)
    total = sum(by_state.values())
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(page, 1), pages)
    statement = _narrowed(_rows(), wanted, today=today)
    statement = statement.limit(PER_PAGE).offset((page - 1) * PER_PAGE)
    return Listing(tuple(map(_row, session.execute(statement))), by_state, page, pages)


def export_rows(
    session: Session, wanted: LetterFilter, *, today: date, limit: int
) -> tuple[list[LetterRow], int]:
    """Return the letters that may leave the office, and how many accusations are kept back (§30)."""
    ordinary = Letter.purpose.is_distinct_from(Purpose.ACCUSATION)
    statement = _narrowed(_rows(), wanted, today=today)
    rows = session.execute(statement.where(ordinary).limit(limit))
    counted = _narrowed(select(func.count(Letter.id)), wanted, today=today)
    kept_back = session.scalar(counted.where(~ordinary)) or 0
    return [_row(row) for row in rows], kept_back


def letter(session: Session, number: str) -> LetterRow:
    """Return the letter of that number; raises Missing where the actor may see none."""
    row = session.execute(_rows().where(Letter.number == number.strip())).one_or_none()
    if row is None:
        raise Missing(f"没有编号为“{number}”的阅批来信，或不在您的查看范围内")
    return _row(row)


def earlier(
    session: Session,
    *,
    title: str,
    case_id: int | None = None,
    but: int | None = None,
    today: date,
    percent: int,
) -> list[Earlier]:
    """List other 批示 on the same case, or of a title alike within two years, the likeliest first.

    Asked past the scope, since the other leader's 批示 is just what one does not see;
    accusations are told to the office alone (§30).
    """
    actor, table = actor_of(session), Letter.__table__.c
    leader, unit = Leader.__table__, Unit.__table__
    statement = (
        select(
            table.id,
            table.number,
            table.annotated_on,
            table.title,
            table.instruction,
            table.case_id,
            table.leader_id,
            table.unit_id,
            leader.c.name.label("leader"),
            unit.c.name.label("unit"),
        )
        .join(leader, leader.c.id == table.leader_id)
        .outerjoin(unit, unit.c.id == table.unit_id)
        .where(
            table.id != (but or 0),
            or_(
                table.annotated_on >= today - timedelta(days=SAME_DAYS),
                and_(table.case_id.is_not(None), table.case_id == case_id),
            ),
        )
        .order_by(table.annotated_on.desc(), table.id.desc())
        .limit(_CANDIDATES)
    )
    if not actor.sees_all_cases:
        statement = statement.where(table.purpose.is_distinct_from(Purpose.ACCUSATION))
    found = []
    for row in session.connection().execute(statement):
        same = case_id is not None and row.case_id == case_id
        likeness = 100 if same else _likeness(title, row.title, percent)
        if likeness < percent:
            continue
        seen = (
            actor.sees_all_cases
            or (Role.LEADER in actor.roles and row.leader_id == actor.leader_id)
            or (Role.UNIT in actor.roles and row.unit_id in actor.unit_ids)
        )
        words = (row.title, row.instruction, row.unit or "") if seen else ()
        found.append(
            Earlier(row.number, row.leader, row.annotated_on, likeness, same, *words),
        )
    return sorted(found, key=lambda each: (-each.likeness, -each.annotated_on.toordinal()))


def counts(session: Session) -> dict[int, dict[int, int]]:
    """Count the letters of each leader and year of the 批示, as far as the actor sees them."""
    year = extract("year", Letter.annotated_on)
    found: dict[int, dict[int, int]] = {}
    statement = select(Letter.leader_id, year, func.count()).group_by(Letter.leader_id, year)
    for leader_id, counted, number in session.execute(statement):
        found.setdefault(leader_id, {})[int(counted)] = number
    return found


def leader_names(session: Session) -> dict[int, str]:
    """Name the leaders who read letters, in their order, those who have left among them."""
    read = select(Letter.leader_id).distinct()
    found = session.execute(
        select(Leader.id, Leader.name, Leader.post)
        .where(Leader.id.in_(read))
        .order_by(Leader.position, Leader.id)
    )
    return {row.id: f"{row.name}（{row.post}）" for row in found}


def _likeness(title: str, other: str, percent: int) -> int:
    if len(title.strip()) < _LEAST:
        return 0
    return round(fuzz.ratio(title, other, score_cutoff=percent))


def _by_state(session: Session, wanted: LetterFilter, *, today: date) -> dict[LetterState, int]:
    found: dict[LetterState, int] = {}
    grouped = _narrowed(
        select(Letter.due_on, Letter.answered_on.is_not(None), func.count()), wanted, today=today
    )
    answered = Letter.answered_on.is_not(None)
    for due, done, number in session.execute(grouped.group_by(Letter.due_on, answered)):
        stands = LetterState.ANSWERED if done else state(due, None, today=today)
        found[stands] = found.get(stands, 0) + number
    return {each: found[each] for each in LetterState if each in found}


_CaseOf = aliased(Case)


def _rows() -> Any:
    return (
        select(
            Letter,
            Leader.name,
            Unit.name,
            _CaseOf.number,
            _CaseOf.title,
            _CaseOf.state,
        )
        .join(Leader, Leader.id == Letter.leader_id)
        .outerjoin(Unit, Unit.id == Letter.unit_id)
        .outerjoin(_CaseOf, _CaseOf.id == Letter.case_id)
        .order_by(Letter.annotated_on.desc(), Letter.id.desc())
    )


def _narrowed(statement: Any, wanted: LetterFilter, *, today: date) -> Any:
    conditions = []
    if wanted.first is not None:
        conditions.append(Letter.annotated_on >= wanted.first)
    if wanted.last is not None:
        conditions.append(Letter.annotated_on <= wanted.last)
    if wanted.leader_id is not None:
        conditions.append(Letter.leader_id == wanted.leader_id)
    if wanted.unit_id is not None:
        conditions.append(Letter.unit_id == wanted.unit_id)
    open_still = Letter.answered_on.is_(None)
    match wanted.state:
        case LetterState.ANSWERED:
            conditions.append(Letter.answered_on.is_not(None))
        case LetterState.NO_ANSWER:
            conditions += [open_still, Letter.due_on.is_(None)]
        case LetterState.OVERDUE:
            conditions += [open_still, Letter.due_on < today]
        case LetterState.WAITING:
            conditions += [open_still, Letter.due_on >= today]
    conditions += [
        or_(
            Letter.title.contains(word, autoescape=True),
            Letter.instruction.contains(word, autoescape=True),
            Letter.number == word,
        )
        for word in wanted.term.split()
    ]
    return statement.where(*conditions)


def _row(found: Sequence[Any]) -> LetterRow:
    row, leader, unit, number, title, case_state = found
    return LetterRow(
        id=row.id,
        version=row.version,
        number=row.number,
        leader_id=row.leader_id,
        leader=leader,
        received_on=row.received_on,
        annotated_on=row.annotated_on,
        purpose=row.purpose,
        title=row.title,
        instruction=row.instruction,
        unit_id=row.unit_id,
        unit=unit or "",
        due_on=row.due_on,
        answer=row.answer,
        answered_on=row.answered_on,
        case_id=row.case_id,
        case_number=number or "",
        case_title=title or "",
        case_state=case_state,
        created_by=row.created_by,
        created_at=row.created_at,
    )
