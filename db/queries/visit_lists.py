"""The ledger of visits: what a filter leaves, page by page, and what it comes to."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, distinct, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from db.models.receptions import Visit, VisitNotice
from db.models.units import Unit
from db.queries import visit_rows
from db.queries.reception_days import Span, by_turn
from db.queries.visit_rows import VisitRow
from db.scope import actor_of
from rules import visits as rules
from rules.people import Person
from rules.permissions import Action
from rules.reception_terms import Level, ReceptionKind, Stage, VisitOutcome
from rules.terms import Purpose, Term
from rules.visits import Figures

PAGE_SIZE = 50
_CASES = visit_rows.cases_table()


class VisitList(Term):
    """How far a visit has come, as the office goes through the ledger or a figure counts it."""

    UNDECIDED = "undecided", "待写处理意见"
    UNOPENED = "unopened", "待立案"
    OPEN = "open", "未落实"
    LATE = "late", "超期未落实"
    UNTOLD = "untold", "集体访待通知"
    CLOSED = "closed", "交办包案已办结"
    SOLVED = "solved", "问题已解决"


@dataclass(frozen=True, slots=True)
class VisitFilter:
    """What the ledger is narrowed to; `first` and `last` are both in, on the day of reception.

    `ordinary` leaves accusations out, as whatever leaves the office does (条例 §30).
    """

    first: date | None = None
    last: date | None = None
    leader_id: int | None = None
    level: Level | None = None
    unit_id: int | None = None
    outcome: VisitOutcome | None = None
    stage: Stage | None = None
    kind: ReceptionKind | None = None
    wanted: VisitList | None = None
    collective: bool = False
    ordinary: bool = False
    term: str = ""


@dataclass(frozen=True, slots=True)
class VisitListing:
    """A page of the ledger with what the whole of it comes to, units apart."""

    figures: Figures
    stages: Mapping[Stage, int]
    late: int
    page: int
    pages: int
    rows: list[VisitRow]


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One line of an export: the visit, who came (masked), and the texts behind it."""

    row: VisitRow
    people: tuple[Person, ...]
    texts: Mapping[str, Any]


def listing(session: Session, wanted: VisitFilter, *, page: int, today: date) -> VisitListing:
    """Return the figures and a page of the ledger; a page after the last is the last."""
    actor_of(session).require(Action.SEE_RECEPTIONS)
    criteria = _criteria(session, wanted, today=today)
    found = figures(session, wanted, today=today)
    pages = max(1, -(-found.batches // PAGE_SIZE))
    page = min(max(page, 1), pages)
    span = {"limit": PAGE_SIZE, "offset": (page - 1) * PAGE_SIZE}
    stages, late = _course(session, criteria, today=today)
    shown = visit_rows.rows(session, criteria, today=today, span=span)
    return VisitListing(found, stages, late, page, pages, shown)


def count(session: Session, wanted: VisitFilter, *, today: date) -> int:
    """Count the visits a filter leaves."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Visit)
            .outerjoin(_CASES, visit_rows.ordinary_case())
            .where(_criteria(session, wanted, today=today))
        )
        or 0
    )


def figures(session: Session, wanted: VisitFilter, *, today: date) -> Figures:
    """Count the sessions, visits, people and matters a filter leaves, never one with another.

    场次 are those of db/queries/reception_days.py; turns, of which nobody may have come, count
    only where nothing but days, a level and a leader narrows.
    """
    criteria = _criteria(session, wanted, today=today)
    row = session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(Visit.people), 0),
            func.count(distinct(Visit.case_id)) + func.count().filter(Visit.case_id.is_(None)),
            func.count().filter(Visit.people >= visit_rows.minimum(session)),
        )
        .select_from(Visit)
        .outerjoin(_CASES, visit_rows.ordinary_case())
        .where(criteria)
    ).one()
    return Figures(_sessions(session, wanted, criteria), *(int(each) for each in row))


def _sessions(session: Session, wanted: VisitFilter, criteria: ColumnElement[bool]) -> int:
    days = (
        select(Visit.received_on, Visit.leader_id)
        .outerjoin(_CASES, visit_rows.ordinary_case())
        .where(criteria)
        .distinct()
    )
    span = Span(wanted.first, wanted.last, wanted.level, wanted.leader_id)
    plain = VisitFilter(span.first, span.last, span.leader_id, span.level)
    actor = actor_of(session)
    own = wanted.leader_id is not None and wanted.leader_id == actor.leader_id
    found = {tuple(row) for row in session.execute(days)}
    if replace(wanted, ordinary=False) == plain and (actor.sees_all_cases or own):
        found |= {tuple(row) for row in session.execute(by_turn(span))}
    return len(found)


def _course(
    session: Session, criteria: ColumnElement[bool], *, today: date
) -> tuple[dict[Stage, int], int]:
    row = session.execute(
        select(
            *(func.count().filter(_passed(stage)) for stage in Stage),
            func.count().filter(_late(today)),
        )
        .select_from(Visit)
        .outerjoin(_CASES, visit_rows.ordinary_case())
        .where(criteria)
    ).one()
    return dict(zip(Stage, row[:-1], strict=True)), row[-1]


def export_rows(
    session: Session, wanted: VisitFilter, *, today: date, limit: int
) -> list[ExportRow]:
    """Return the visits of a filter for a file, the oldest first; accusations never (条例 §30)."""
    actor_of(session).require(Action.EXPORT)
    criteria = _criteria(session, replace(wanted, ordinary=True), today=today)
    span = {"limit": limit, "offset": 0}
    shown = visit_rows.rows(session, criteria, today=today, span=span, newest=False)
    people = visit_rows.masked_visitors(session, [row.id for row in shown])
    texts = _texts(session, [row.id for row in shown])
    return [ExportRow(row, people.get(row.id, ()), texts[row.id]) for row in shown]


def withheld(session: Session, wanted: VisitFilter, *, today: date) -> int:
    """Count the accusations an export of the filter leaves out."""
    criteria = _criteria(session, wanted, today=today)
    statement = (
        select(func.count())
        .select_from(Visit)
        .outerjoin(_CASES, visit_rows.ordinary_case())
        .where(criteria, Visit.purpose == Purpose.ACCUSATION)
    )
    return session.scalar(statement) or 0


_TEXTS = ("content", "cause", "handler", "result", "closed_on", "satisfaction", "called_back")
_CHUNK = 500


def _texts(session: Session, ids: list[int]) -> dict[int, dict[str, Any]]:
    columns = [getattr(Visit, name) for name in (*_TEXTS, "remark")]
    found = {}
    for start in range(0, len(ids), _CHUNK):
        wanted = Visit.id.in_(ids[start : start + _CHUNK])
        for row in session.execute(select(Visit.id, *columns).where(wanted)):
            found[row.id] = dict(row._mapping)
    return found


def _criteria(session: Session, wanted: VisitFilter, *, today: date) -> ColumnElement[bool]:
    """Return the criteria of a filter, for a statement joined to the table of cases."""
    span = Span(wanted.first, wanted.last, wanted.level, wanted.leader_id)
    parts: list[Any] = [span.of(Visit.received_on, Visit.leader_id)]
    if wanted.unit_id:
        parts.append(Visit.unit_id.in_(_subtree(wanted.unit_id)))
    if wanted.outcome:
        parts.append(Visit.outcome == wanted.outcome)
    if wanted.kind:
        parts.append(Visit.kind == wanted.kind)
    if wanted.stage:
        parts.append(_passed(wanted.stage))
    if wanted.collective or wanted.wanted is VisitList.UNTOLD:
        parts.append(Visit.people >= visit_rows.minimum(session))
    if wanted.wanted:
        parts.append(_listed(wanted.wanted, today))
    if wanted.ordinary:
        parts.append(Visit.purpose.is_distinct_from(Purpose.ACCUSATION))
    for word in wanted.term.split():
        columns = (Visit.number, Visit.title, Visit.content, Visit.instruction)
        parts.append(or_(*(column.contains(word, autoescape=True) for column in columns)))
    return and_(*parts)


def _subtree(unit_id: int) -> Any:
    top = aliased(Unit)
    return select(Unit.id).join(top, Unit.path.startswith(top.path)).where(top.id == unit_id)


def _carried_out() -> Any:
    """What rules.visits.Course.carried_out says, in the store's words."""
    at_once = Visit.outcome.in_((VisitOutcome.ANSWERED, VisitOutcome.GUIDED))
    by_case = case(
        (_CASES.c.state.is_not(None), _CASES.c.state.in_(sorted(rules.CASE_ENDED))),
        else_=func.coalesce(at_once, False),
    )
    return or_(Visit.closed_on.is_not(None), by_case)


def _passed(stage: Stage) -> Any:
    match stage:
        case Stage.PUBLISHED:
            return visit_rows.published()
        case Stage.RECEIVED:
            return true()
        case Stage.LED:
            return visit_rows.led()
    return _carried_out()


def _late(today: date) -> Any:
    return and_(Visit.due_on < today, ~_carried_out())


def _listed(wanted: VisitList, today: date) -> Any:
    match wanted:
        case VisitList.UNDECIDED:
            return and_(Visit.outcome.is_(None), ~_carried_out())
        case VisitList.UNOPENED:
            asked = Visit.outcome.in_((VisitOutcome.HANDED, VisitOutcome.LED))
            return and_(asked, Visit.case_id.is_(None), ~_carried_out())
        case VisitList.LATE:
            return _late(today)
        case VisitList.UNTOLD:
            told = select(VisitNotice.visit_id)
            return and_(Visit.id.not_in(told), ~_carried_out())
        case VisitList.CLOSED:
            return visit_rows.closed()
        case VisitList.SOLVED:
            return visit_rows.solved()
    return ~_carried_out()
