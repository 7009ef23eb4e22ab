"""The case register as a list: what a filter leaves, page by page, and how many in each state."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    Subquery,
    and_,
    bindparam,
    exists,
    false,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from db import search
from db.engine import cipher_of
from db.models.cases import Case, Petitioner
from db.models.office import Code
from db.models.units import Leader, Unit
from db.scope import actor_of
from rules import cases as rules
from rules.permissions import Action
from rules.terms import (
    CaseState,
    Channel,
    DateBase,
    Flag,
    Precision,
    Purpose,
    Repeat,
    Term,
)

_Township = aliased(Unit)

PAGE_SIZE = 50
_CHUNK = 500
# Beyond this many the total reads "10000+": exact totals over everything are figures, not lists.
COUNT_CAP = 10_000
# Up to so many are counted state by state in one go.
_FEW = 30_000
# How much of a list is gone through for a word that very many cases hold: for a page first
# so many cases for each page asked for, then more; and for the total.
_WINDOWS = (500, 8_000)
_COUNTED = 30_000
_MANY_UNITS = 50


class Sort(Term):
    """The orders a list can be had in; each is answered by an index."""

    NEWEST = "newest", "收到日期 新→旧"
    OLDEST = "oldest", "收到日期 旧→新"
    CHANGED = "changed", "最近更新"
    NUMBER = "number", "编号"


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What the list is narrowed to; `first` and `last` are both in, on the date `base` names.

    `person` is an exact name, looked up by hash; it is never kept in an address or a view.
    """

    base: DateBase = DateBase.RECEIVED
    first: date | None = None
    last: date | None = None
    states: tuple[CaseState, ...] = ()
    channels: tuple[Channel, ...] = ()
    flags: tuple[Flag, ...] = ()
    unit_id: int | None = None
    township_id: int | None = None
    code_id: int | None = None
    lead_id: int | None = None
    batch_id: int | None = None
    repeat: Repeat | None = None
    suspected: bool = False
    term: str = ""
    person: str = ""
    sort: Sort = Sort.NEWEST


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
    people: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How many cases a filter leaves, and in which states; `capped` means at least so many."""

    total: int
    by_state: dict[CaseState, int]
    capped: bool


def register_page(session: Session, wanted: CaseFilter, *, page: int = 1) -> list[CaseRow]:
    """Return one page of the list, PAGE_SIZE rows, pages numbered from 1."""
    last = max(page, 1) * PAGE_SIZE
    if search.is_frequent(session, wanted.term):
        for size in _WINDOWS:
            found = _walked(session, wanted, first=last - PAGE_SIZE, window=size * max(page, 1))
            if len(found) == PAGE_SIZE:
                return found
    statement = _ordered(_LIST.where(_criteria(session, wanted)), wanted.sort)
    rows = session.execute(statement.limit(PAGE_SIZE).offset(last - PAGE_SIZE))
    return [_row(row) for row in rows]


def _walked(session: Session, wanted: CaseFilter, *, first: int, window: int) -> list[CaseRow]:
    """Return a page of those among the first `window` cases of the list that hold the words."""
    among = _among(session, wanted, wanted.sort, window)
    words = search.matches(session, wanted.term, among=among)
    picked = _ordered(select(among.c.id).where(words), wanted.sort, among.c.key, among.c.id)
    page = picked.limit(PAGE_SIZE).offset(first)
    rows = session.execute(_ordered(_LIST.where(Case.id.in_(page)), wanted.sort))
    return [_row(row) for row in rows]


def _among(session: Session, wanted: CaseFilter, sort: Sort, limit: int) -> CTE:
    """The first `limit` cases of a list, whatever words are searched in it."""
    rest = _criteria(session, replace(wanted, term=""))
    columns = select(Case.id, Case.state, _KEYS[sort].label("key")).where(rest)
    return _ordered(columns, sort).limit(limit).cte()


def export_rows(
    session: Session, wanted: CaseFilter, *, with_people: bool, limit: int
) -> list[ExportRow]:
    """Return all a filter leaves, for an export, at most `limit` rows.

    `people` holds names and phones in clear when asked for, which needs
    Action.EXPORT_RESTRICTED; it is empty otherwise.
    """
    actor_of(session).require(Action.EXPORT)
    if with_people:
        actor_of(session).require(Action.EXPORT_RESTRICTED)
    columns = [Case.version, Case.content, Case.purpose]
    statement = _ordered(_LIST.where(_criteria(session, wanted)), wanted.sort)
    found = session.execute(statement.add_columns(*columns).limit(limit)).all()
    people = _people_of(session, [row[0] for row in found]) if with_people else {}
    return [
        ExportRow(_row(row[:-3]), row[-3], row[-2], row[-1], people.get(row[0], ""))
        for row in found
    ]


def _people_of(session: Session, case_ids: Sequence[int]) -> dict[int, str]:
    cipher = cipher_of(session)
    people: dict[int, list[str]] = {}
    for start in range(0, len(case_ids), _CHUNK):
        chunk = case_ids[start : start + _CHUNK]
        rows = session.execute(
            select(Petitioner.case_id, Petitioner.name_encrypted, Petitioner.phone_encrypted)
            .where(Petitioner.case_id.in_(chunk))
            .order_by(Petitioner.case_id, Petitioner.position)
        )
        for case_id, name, phone in rows:
            shown = cipher.decrypt(name) + (f" {cipher.decrypt(phone)}" if phone else "")
            people.setdefault(case_id, []).append(shown)
    return {case_id: "、".join(names) for case_id, names in people.items()}


def counts(session: Session, wanted: CaseFilter, *, cap: int = COUNT_CAP) -> Counts:
    """Count what the filter leaves, by state; each state is counted up to `cap` and no further.

    The state chosen in the filter narrows the total but not `by_state`, which is what the
    chips beside it show. Of a word that very many cases hold only the first _COUNTED cases
    of the rest of the filter are looked through.
    """
    anywhere = replace(wanted, states=())
    if search.is_frequent(session, wanted.term):
        by_state, stopped = _counted_among(session, anywhere)
    else:
        by_state, stopped = _counted(session, anywhere, cap), False
    chosen = wanted.states or tuple(CaseState)
    return Counts(
        total=sum(min(by_state[state], cap) for state in chosen),
        by_state={state: min(count, cap) for state, count in by_state.items()},
        capped=stopped or any(by_state[state] > cap for state in chosen),
    )


def _counted(session: Session, wanted: CaseFilter, cap: int) -> dict[CaseState, int]:
    """Count by state, in one go where there are few, else each state up to its cap."""
    criteria = _criteria(session, wanted)
    # A period alone leaves many, and each state of it is counted in an index of its own.
    if replace(wanted, first=None, last=None) != CaseFilter(sort=wanted.sort):
        few = select(Case.state).where(criteria).limit(_FEW).subquery()
        by_state = _by_state(session, few)
        if sum(by_state.values()) < _FEW:
            return by_state
    capped = [
        select(Case.id).where(Case.state == state, criteria).limit(cap + 1).subquery()
        for state in CaseState
    ]
    counted = union_all(*(select(func.count()).select_from(each) for each in capped))
    return dict(zip(CaseState, session.scalars(counted), strict=True))


def _counted_among(session: Session, wanted: CaseFilter) -> tuple[dict[CaseState, int], bool]:
    """Count what holds the words among the first cases, and say whether there are others."""
    among = _among(session, wanted, Sort.NEWEST, _COUNTED)
    words = search.matches(session, wanted.term, among=among)
    statement = select(among.c.state, func.count().filter(words), func.count())
    rows = session.execute(statement.group_by(among.c.state)).all()
    found = {state: count for state, count, _ in rows}
    return {s: found.get(s, 0) for s in CaseState}, sum(row[2] for row in rows) >= _COUNTED


def _by_state(session: Session, states: Subquery) -> dict[CaseState, int]:
    rows = session.execute(select(states.c.state, func.count()).group_by(states.c.state))
    found: dict[CaseState, int] = dict(rows.all())
    return {state: found.get(state, 0) for state in CaseState}


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


def _criteria(session: Session, wanted: CaseFilter) -> ColumnElement[bool]:
    on = getattr(Case, rules.date_base_column(wanted.base))
    parts: list[ColumnElement[bool]] = [*(getattr(Case, flag.value) for flag in wanted.flags)]
    if wanted.first:
        parts.append(on >= wanted.first)
    if wanted.last:
        parts.append(on <= wanted.last)
    if wanted.states:
        parts.append(Case.state.in_(wanted.states))
    if wanted.channels:
        parts.append(Case.channel.in_(wanted.channels))
    if wanted.unit_id:
        parts.append(_within(session, Case.unit_id, wanted.unit_id))
    if wanted.township_id:
        parts.append(_within(session, Case.township_id, wanted.township_id))
    if wanted.code_id:
        parts.append(Case.code_id.in_(_codes_under(session, wanted.code_id)))
    if wanted.lead_id:
        parts.append(Case.lead_id == wanted.lead_id)
    if wanted.batch_id:
        parts.append(Case.batch_id == wanted.batch_id)
    if wanted.repeat:
        parts.append(Case.repeat == wanted.repeat)
    if wanted.suspected:
        parts.append(Case.suspect_of_id.is_not(None))
    if wanted.term.strip():
        parts.append(search.matches(session, wanted.term))
    if wanted.person.strip():
        parts.append(_brought_by(session, wanted.person))
    return and_(True, *parts)


def _within(session: Session, column: Any, unit_id: int) -> ColumnElement[bool]:
    """Match a unit with its subtree; the ids are looked up first, so that an index is used."""
    ids = session.scalars(_SUBTREE, {"unit_id": unit_id}).all()
    if not ids:
        return false()
    if len(ids) == 1:
        return column == ids[0]
    # Most of the county is no reason to leave the order of the list: a sum is in no index.
    return (column + 0 if len(ids) > _MANY_UNITS else column).in_(ids)


# Built once: building a statement costs more than SQLite takes to answer it.
_TOP = aliased(Unit)
_SUBTREE = (
    select(Unit.id)
    .join(_TOP, Unit.path.startswith(_TOP.path))
    .where(_TOP.id == bindparam("unit_id"))
)


def _codes_under(session: Session, code_id: int) -> Sequence[int]:
    path = session.scalar(select(Code.path).where(Code.id == code_id)) or ""
    under = Code.path.startswith(f"{path}/", autoescape=True)
    return session.scalars(select(Code.id).where(or_(Code.id == code_id, under))).all()


def _brought_by(session: Session, name: str) -> ColumnElement[bool]:
    actor_of(session).require(Action.FIND_PERSON)
    name_hash = cipher_of(session).lookup(name)
    return exists().where(Petitioner.case_id == Case.id, Petitioner.name_hash == name_hash)
