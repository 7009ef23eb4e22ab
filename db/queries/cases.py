"""The case register as a list: what a filter leaves, page by page, and how many in each state."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, bindparam, func, select, union_all
from sqlalchemy.orm import Session, aliased

from db import search
from db.models.cases import Case
from db.models.office import Code
from db.models.units import Leader, Unit
from db.queries.case_filters import Asked, CaseFilter, Form, Sort, asked, criteria
from db.scope import actor_of
from rules.duplicates import COUNTED
from rules.permissions import Action
from rules.terms import CaseState, Channel, Flag, Precision, Purpose, Repeat

_Township = aliased(Unit)

PAGE_SIZE = 50
# Beyond this many the total reads "10000+": exact totals over everything are figures, not lists.
COUNT_CAP = 10_000
# Up to so many are counted state by state in one go.
_FEW = 100_000
# How many of the newest cases of a list are gone through for a word that very many hold, for
# each page asked for: first their texts, then the index as far as they reach.
_IN_TEXT, _IN_INDEX = 500, 8_000


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of the list."""

    id: int
    number: str
    title: str
    state: CaseState
    channel: Channel
    received_on: date
    received_precision: Precision
    code: str
    township: str
    unit: str
    lead: str
    people: int
    people_approx: bool
    repeat: Repeat
    suspected: bool
    flags: tuple[Flag, ...]
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One case of an export: the line of the list and what stands behind it."""

    row: CaseRow
    version: int
    content: str
    purpose: Purpose | None
    people: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many cases a filter leaves, and in which states; `capped` means at least so many.

    `among` says that only so many of the newest were looked through, and there are others.
    """

    total: int
    by_state: dict[CaseState, int]
    capped: bool
    among: int | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A screen of the list: what the filter leaves, one page of it, and which page that is."""

    found: Counts
    page: int
    pages: int
    rows: list[CaseRow]


def listing(session: Session, wanted: CaseFilter, *, page: int) -> Listing:
    """Return the counts and a page of the list; a page after the last is the last."""
    question = asked(session, wanted)
    found = _counts(session, question, _shown(question, wanted), COUNT_CAP)
    pages = max(1, -(-found.total // PAGE_SIZE))
    page = min(max(page, 1), pages)
    return Listing(found, page, pages, _rows(session, question, wanted.sort, page))


def register_page(session: Session, wanted: CaseFilter, *, page: int = 1) -> list[CaseRow]:
    """Return one page of the list, PAGE_SIZE rows, pages numbered from 1."""
    return _rows(session, asked(session, wanted), wanted.sort, max(page, 1))


def _rows(session: Session, question: Asked, sort: Sort, page: int) -> list[CaseRow]:
    span = {"limit": PAGE_SIZE, "offset": (page - 1) * PAGE_SIZE}
    for window, in_text in ((_IN_TEXT, True), (_IN_INDEX, False)) if question.frequent else ():
        walk = _walk(question.form, sort, in_text)
        given = {**question.parameters, **span, "window": window * page}
        rows = session.execute(walk, given).all()
        if len(rows) == PAGE_SIZE:
            return [_row(row) for row in rows]
    rows = session.execute(_page(question.form, sort), question.parameters | span).all()
    return [_row(row) for row in rows]


@lru_cache(maxsize=256)
def _page(form: Form, sort: Sort) -> Select[Any]:
    return _ordered(_LIST.where(criteria(form)), sort).limit(_LIMIT).offset(_OFFSET)


@lru_cache(maxsize=256)
def _walk(form: Form, sort: Sort, in_text: bool) -> Select[Any]:
    """A page of those among the first cases of a list that hold the words."""
    assert form.words
    among = _among(form, sort)
    if in_text:
        case = select(Case.id).where(Case.id == among.c.id, search.in_text(form.words))
        words: ColumnElement[bool] = case.exists()
    else:
        words = search.matches(form.words, among=among)
    picked = _ordered(select(among.c.id).where(words), sort, among.c.key, among.c.id)
    return _ordered(_LIST.where(Case.id.in_(picked.limit(_LIMIT).offset(_OFFSET))), sort)


def _among(form: Form, sort: Sort) -> CTE:
    """The first cases of a list, whatever words are searched in it."""
    columns = select(Case.id, Case.state, _KEYS[sort].label("key"))
    rest = columns.where(criteria(form.without_words()))
    return _ordered(rest, sort).limit(bindparam("window")).cte()


def export_rows(session: Session, wanted: CaseFilter, *, limit: int) -> list[ExportRow]:
    """Return all a filter leaves, for an export, at most `limit` rows; accusations never (§30).

    `people` is empty: names in clear take a second person (db/queries/export_requests.py).
    """
    actor_of(session).require(Action.EXPORT)
    question = asked(session, replace(wanted, accusations=False))
    columns = [Case.version, Case.content, Case.purpose]
    statement = _page(question.form, wanted.sort).add_columns(*columns)
    found = session.execute(statement, question.parameters | {"limit": limit, "offset": 0})
    return [ExportRow(_row(row[:-3]), row[-3], row[-2], row[-1]) for row in found]


def export_count(session: Session, wanted: CaseFilter, *, limit: int) -> int:
    """Count exactly what `export_rows` would return, at most `limit`."""
    actor_of(session).require(Action.EXPORT)
    question = asked(session, replace(wanted, accusations=False))
    few = select(Case.id).where(criteria(question.form)).limit(limit).subquery()
    statement = select(func.count()).select_from(few)
    return session.scalar(statement, question.parameters) or 0


def numbers(session: Session, wanted: CaseFilter, *, limit: int) -> list[str]:
    """List the numbers of what a filter leaves, at most `limit`; accusations never (§30)."""
    question = asked(session, replace(wanted, accusations=False))
    statement = _ordered(select(Case.number).where(criteria(question.form)), wanted.sort)
    return list(session.scalars(statement.limit(limit), question.parameters))


def withheld(session: Session, wanted: CaseFilter) -> int:
    """Count the accusations among what a filter leaves, which `export_rows` leaves out."""
    actor_of(session).require(Action.EXPORT)
    question = asked(session, replace(wanted, accusations=True))
    statement = select(func.count()).select_from(Case).where(criteria(question.form))
    return session.scalar(statement, question.parameters) or 0


def counts(session: Session, wanted: CaseFilter, *, cap: int = COUNT_CAP) -> Counts:
    """Count what the filter leaves, by state; each state is counted up to `cap` and no further.

    The state chosen in the filter narrows the total but not `by_state`, which is what the
    chips beside it show. Of a word that very many cases hold only the newest `cap` cases
    of the rest of the filter are looked through.
    """
    question = asked(session, wanted)
    return _counts(session, question, _shown(question, wanted), cap)


def _shown(question: Asked, wanted: CaseFilter) -> Sequence[CaseState]:
    """Name the states a list shows: those asked for, else all that count, or all for a number."""
    return wanted.states or (COUNTED if "counted" in question.form.parts else tuple(CaseState))


def _counts(session: Session, question: Asked, states: Sequence[CaseState], cap: int) -> Counts:
    anywhere = Asked(question.form.without_states(), question.parameters, question.frequent)
    if question.frequent:
        by_state, among = _counted_among(session, anywhere, cap)
    else:
        by_state, among = _counted(session, anywhere, cap), None
    return Counts(
        total=sum(min(by_state[state], cap) for state in states),
        by_state={state: min(count, cap) for state, count in by_state.items()},
        capped=bool(among) or any(by_state[state] > cap for state in states),
        among=among,
    )


def _counted(session: Session, question: Asked, cap: int) -> dict[CaseState, int]:
    """Count by state, in one go where there are few, else each state up to its cap."""
    form, given = question.form, question.parameters
    # A period alone leaves many, and each state of it is counted in an index of its own.
    if form.words or not set(form.parts) <= {"first", "last"}:
        found: dict[CaseState, int] = dict(session.execute(_few(form), given).all())
        if sum(found.values()) < _FEW:
            return {state: found.get(state, 0) for state in CaseState}
    counted = session.scalars(_state_by_state(form), given | {"window": cap + 1})
    return dict(zip(CaseState, counted, strict=True))


@lru_cache(maxsize=256)
def _few(form: Form) -> Select[Any]:
    few = select(Case.state).where(criteria(form)).limit(_FEW).subquery()
    return select(few.c.state, func.count()).group_by(few.c.state)


@lru_cache(maxsize=256)
def _state_by_state(form: Form) -> Any:
    capped = [
        select(Case.id)
        .where(Case.state == state, criteria(form))
        .limit(bindparam("window"))
        .subquery()
        for state in CaseState
    ]
    return union_all(*(select(func.count()).select_from(each) for each in capped))


def _counted_among(
    session: Session, question: Asked, window: int
) -> tuple[dict[CaseState, int], int | None]:
    """Count what holds the words among the newest cases; how many, where there are others."""
    given = question.parameters | {"window": window}
    rows = session.execute(_found_among(question.form), given).all()
    found = {state: count for state, count, _ in rows}
    full = sum(row[2] for row in rows) >= window
    return {state: found.get(state, 0) for state in CaseState}, window if full else None


@lru_cache(maxsize=256)
def _found_among(form: Form) -> Select[Any]:
    assert form.words
    among = _among(form, Sort.NEWEST)
    words = search.matches(form.words, among=among)
    statement = select(among.c.state, func.count().filter(words), func.count())
    return statement.group_by(among.c.state)


_LIMIT: Any = bindparam("limit")
_OFFSET: Any = bindparam("offset")
_LIST: Any = (
    select(
        Case.id,
        Case.number,
        Case.title,
        Case.state,
        Case.channel,
        Case.received_on,
        Case.received_precision,
        Code.path,
        _Township.name,
        Unit.name,
        Leader.name,
        Case.people,
        Case.people_approx,
        Case.repeat,
        Case.suspect_of_id,
        Case.updated_at,
        *[getattr(Case, flag.value) for flag in Flag],
    )
    .outerjoin(Code, Case.code_id == Code.id)
    .outerjoin(_Township, Case.township_id == _Township.id)
    .outerjoin(Unit, Case.unit_id == Unit.id)
    .outerjoin(Leader, Case.lead_id == Leader.id)
)


def _row(row: Any) -> CaseRow:
    (case_id, number, title, state, channel, on, precision, code, township, unit, lead) = row[:11]
    people, approx, repeat, suspect, updated, *flags = row[11:]
    return CaseRow(
        id=case_id,
        number=number,
        title=title,
        state=state,
        channel=channel,
        received_on=on,
        received_precision=precision,
        code=code or "",
        township=township or "",
        unit=unit or "",
        lead=lead or "",
        people=people,
        people_approx=approx,
        repeat=repeat,
        suspected=suspect is not None,
        flags=tuple(flag for flag, is_set in zip(Flag, flags, strict=True) if is_set),
        updated_at=updated,
    )


_KEYS: dict[Sort, Any] = {
    Sort.NEWEST: Case.received_on,
    Sort.OLDEST: Case.received_on,
    Sort.CHANGED: Case.updated_at,
    Sort.NUMBER: Case.number,
}


def _ordered(
    statement: Select[Any], sort: Sort, key: Any = None, identity: Any = Case.id
) -> Select[Any]:
    key = _KEYS[sort] if key is None else key
    if sort in (Sort.OLDEST, Sort.NUMBER):
        return statement.order_by(key, identity)
    return statement.order_by(key.desc(), identity.desc())
