"""A visit as lists show it: who received whom about what, and where its matter stands by now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, case, exists, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from db.models.cases import Case
from db.models.duty import CaseDuty
from db.models.office import Code, ParameterValue
from db.models.receptions import Publication, TurnRow, Visit, VisitNotice, Visitor
from db.models.units import Leader, Unit
from db.queries import office
from db.queries.case_file import masked
from db.queries.duplicates import kept_id
from db.scope import actor_of
from rules import deadlines, policy
from rules import visits as rules
from rules.case_terms import Light
from rules.people import Person
from rules.reception_terms import ReceptionKind, Stage, VisitOutcome
from rules.terms import CaseState, Purpose, Repeat
from rules.visits import Course


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the matter of a visit stands: what the case says of itself, to whoever sees the visit.

    `seen` says whether the actor may open the case as well.
    """

    case_id: int
    number: str
    state: CaseState
    due_on: date | None
    light: Light
    ended: bool
    seen: bool


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One line of the ledger of visits."""

    id: int
    version: int
    number: str
    received_on: date
    received_time: str
    leader_id: int
    leader: str
    post: str
    kind: ReceptionKind
    place: str
    people: int
    collective: bool
    repeat: Repeat
    purpose: Purpose | None
    title: str
    code: str
    township: str
    unit: str
    outcome: VisitOutcome | None
    instruction: str
    due_on: date | None
    light: Light | None
    standing: Standing | None
    stages: tuple[Stage, ...]
    to_do: tuple[str, ...]
    course: Course


_Township = aliased(Unit)
# The tables themselves: where a matter stands is told to whoever sees the visit, past the scope
# of the case, for a leader is owed the end of what he handed on (S5-17).
_CASES: Any = Case.__table__
_DUTIES: Any = CaseDuty.__table__
_VISITS: Any = Visit.__table__.c
_LINKED: Any = _VISITS.case_id.is_not(None)
_STANDING = select(_CASES.c.id, _CASES.c.number, _CASES.c.state, _CASES.c.due_on, _CASES.c.paused)
_PUBLISHED = exists(
    select(literal(1))
    .select_from(TurnRow)
    .join(Publication, Publication.roster_id == TurnRow.roster_id)
    .where(TurnRow.id == Visit.turn_id, Publication.published_on <= Visit.received_on)
)
_TOLD = (
    select(func.count())
    .select_from(VisitNotice)
    .where(VisitNotice.visit_id == Visit.id)
    .scalar_subquery()
)


def ordinary_case() -> Any:
    """The join of a visit to its case: an accusation is told to nobody past the scope (§30)."""
    return and_(
        _VISITS.case_id == _CASES.c.id,
        (_CASES.c.purpose.is_distinct_from(Purpose.ACCUSATION))
        | (_VISITS.purpose == Purpose.ACCUSATION),
    )


def closed() -> Any:
    """Whether what a leader handed on or led has come to its end, by its case where it has one."""
    handed = _VISITS.outcome.in_((VisitOutcome.HANDED, VisitOutcome.LED))
    by_case = and_(_LINKED, _CASES.c.state.in_(sorted(rules.CASE_ENDED)))
    return and_(handed, or_(by_case, and_(~_LINKED, _VISITS.closed_on.is_not(None))))


def solved() -> Any:
    """Whether the problem of a visit was solved, by its case where it has one."""
    by_case = and_(_LINKED, _CASES.c.resolved_on.is_not(None))
    return or_(by_case, and_(~_LINKED, _VISITS.closed_on.is_not(None)))


def cases_table() -> Any:
    """The table of cases, which scope does not narrow."""
    return _CASES


def published() -> Any:
    """Whether the turn of a visit was in a publication by its day."""
    return _PUBLISHED


def led() -> Any:
    """Whether the matter of a visit stands in the ledger of duties, or was to."""
    listed = exists().where(_DUTIES.c.case_id == Visit.case_id, _DUTIES.c.left_on.is_(None))
    return (Visit.outcome == VisitOutcome.LED) | listed


def minimum(session: Session) -> Any:
    """From how many people on a visit is a 集体访, by the parameter in force on its day."""
    rows = session.execute(
        select(ParameterValue.valid_from, ParameterValue.value)
        .where(ParameterValue.key == "collective_min")
        .order_by(ParameterValue.valid_from.desc())
    ).all()
    default = literal(policy.PARAMETERS["collective_min"].default)
    if not rows:
        return default
    whens = [
        (Visit.received_on >= since, literal(policy.parse("collective_min", text)))
        for since, text in rows
    ]
    return case(*whens, else_=default)


def rows(
    session: Session, *criteria: Any, today: date, span: Mapping[str, int], newest: bool = True
) -> list[VisitRow]:
    """Return visits as lines, with where their matters stand; `span` is limit and offset."""
    order = (Visit.received_on.desc(), Visit.id.desc()) if newest else (Visit.id,)
    statement = (
        select(
            Visit,
            Leader.name.label("leader"),
            Leader.post.label("post"),
            Code.path.label("code"),
            _Township.name.label("township"),
            Unit.name.label("unit"),
            (Visit.people >= minimum(session)).label("collective"),
            _PUBLISHED.label("published"),
            led().label("led"),
            _TOLD.label("told"),
            _CASES.c.state.label("case_state"),
        )
        .join(Leader, Visit.leader_id == Leader.id)
        .outerjoin(Code, Visit.code_id == Code.id)
        .outerjoin(_Township, Visit.township_id == _Township.id)
        .outerjoin(Unit, Visit.unit_id == Unit.id)
        .outerjoin(_CASES, ordinary_case())
        .where(*criteria)
        .order_by(*order)
        .limit(span["limit"])
        .offset(span["offset"])
    )
    found = session.execute(statement).all()
    near = office.parameter(session, "near_due_days", on=today)
    assert isinstance(near, int)
    kept = _kept(session, found)
    seen = _seen(session, (each.id for each in kept.values()))
    return [_row(row, kept.get(row.Visit.id), seen, today=today, near_days=near) for row in found]


def _kept(session: Session, found: Sequence[Any]) -> dict[int, Any]:
    """Map visits to their cases, or where one was merged to the case that stands for it."""
    ids = {row.Visit.id: row.Visit.case_id for row in found if row.case_state}
    for row in found:
        if row.case_state is CaseState.MERGED:
            ids[row.Visit.id] = kept_id(session, row.Visit.case_id) or row.Visit.case_id
    rows = session.connection().execute(_STANDING.where(_CASES.c.id.in_(set(ids.values()))))
    cases = {row.id: row for row in rows}
    return {visit: cases[case] for visit, case in ids.items()}


def _seen(session: Session, ids: Iterable[int | None]) -> frozenset[int]:
    wanted = [each for each in ids if each is not None]
    if not wanted or actor_of(session).sees_all_cases:
        return frozenset(wanted)
    return frozenset(session.scalars(select(Case.id).where(Case.id.in_(wanted))))


def _row(row: Any, kept: Any, seen: frozenset[int], *, today: date, near_days: int) -> VisitRow:
    visit: Visit = row.Visit
    course = Course(
        published=bool(row.published),
        outcome=visit.outcome,
        duty=bool(row.led),
        state=kept.state if kept else None,
        closed_on=visit.closed_on,
        due_on=visit.due_on,
    )
    untold = bool(row.collective) and not row.told and not course.carried_out
    return VisitRow(
        id=visit.id,
        version=visit.version,
        number=visit.number,
        received_on=visit.received_on,
        received_time=visit.received_time,
        leader_id=visit.leader_id,
        leader=row.leader,
        post=row.post,
        kind=visit.kind,
        place=visit.place,
        people=visit.people,
        collective=bool(row.collective),
        repeat=visit.repeat,
        purpose=visit.purpose,
        title=visit.title,
        code=row.code or "",
        township=row.township or "",
        unit=row.unit or "",
        outcome=visit.outcome,
        instruction=visit.instruction,
        due_on=visit.due_on,
        light=rules.light_of(course, today=today, near_days=near_days),
        standing=_standing(kept, seen, today=today, near_days=near_days) if kept else None,
        stages=rules.stages(course),
        to_do=rules.left_to_do(
            course, linked=visit.case_id is not None, untold=untold, today=today
        ),
        course=course,
    )


def _standing(kept: Any, seen: frozenset[int], *, today: date, near_days: int) -> Standing:
    return Standing(
        case_id=kept.id,
        number=kept.number,
        state=kept.state,
        due_on=kept.due_on,
        light=deadlines.light(kept.due_on, paused=kept.paused, today=today, near_days=near_days),
        ended=kept.state in rules.CASE_ENDED,
        seen=kept.id in seen,
    )


_VISITORS = select(
    Visitor.visit_id,
    Visitor.name_encrypted,
    Visitor.phone_encrypted,
    Visitor.address_encrypted,
    Visitor.representative,
).order_by(Visitor.visit_id, Visitor.position)
_CHUNK = 500


def masked_visitors(session: Session, ids: Sequence[int]) -> dict[int, tuple[Person, ...]]:
    """Return who came on each of these visits, masked as petitioners are."""
    found: dict[int, list[Any]] = {}
    for start in range(0, len(ids), _CHUNK):
        wanted = Visitor.visit_id.in_(ids[start : start + _CHUNK])
        for row in session.execute(_VISITORS.where(wanted)):
            found.setdefault(row.visit_id, []).append(row)
    return {visit_id: tuple(masked(session, rows)) for visit_id, rows in found.items()}
