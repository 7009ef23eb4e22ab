"""The case register as a list: what a filter leaves, page by page, and how many in each state."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
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
    statement = _ordered(_rows().where(_criteria(session, wanted)), wanted.sort)
    found = session.execute(statement.limit(PAGE_SIZE).offset((max(page, 1) - 1) * PAGE_SIZE))
    return [_row(row) for row in found]


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
    statement = _ordered(_rows().where(_criteria(session, wanted)), wanted.sort)
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
    chips beside it show.
    """
    criteria = _criteria(session, replace(wanted, states=()))
    by_state = {}
    for state in CaseState:
        capped = select(Case.id).where(Case.state == state, criteria).limit(cap + 1).subquery()
        by_state[state] = session.scalar(select(func.count()).select_from(capped)) or 0
    chosen = wanted.states or tuple(CaseState)
    return Counts(
        total=sum(min(by_state[state], cap) for state in chosen),
        by_state={state: min(count, cap) for state, count in by_state.items()},
        capped=any(by_state[state] > cap for state in chosen),
    )


def _rows() -> Select[Any]:
    columns: list[Any] = [
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
    ]
    return (
        select(*columns)
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


def _ordered(statement: Select[Any], sort: Sort) -> Select[Any]:
    match sort:
        case Sort.OLDEST:
            return statement.order_by(Case.received_on, Case.id)
        case Sort.CHANGED:
            return statement.order_by(Case.updated_at.desc(), Case.id.desc())
        case Sort.NUMBER:
            return statement.order_by(Case.number)
    return statement.order_by(Case.received_on.desc(), Case.id.desc())


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
    path = session.scalar(select(Unit.path).where(Unit.id == unit_id))
    if path is None:
        return false()
    ids = session.scalars(select(Unit.id).where(Unit.path.startswith(path))).all()
    return column == unit_id if len(ids) == 1 else column.in_(ids)


def _codes_under(session: Session, code_id: int) -> Sequence[int]:
    path = session.scalar(select(Code.path).where(Code.id == code_id)) or ""
    under = Code.path.startswith(f"{path}/", autoescape=True)
    return session.scalars(select(Code.id).where(or_(Code.id == code_id, under))).all()


def _brought_by(session: Session, name: str) -> ColumnElement[bool]:
    actor_of(session).require(Action.FIND_PERSON)
    name_hash = cipher_of(session).lookup(name)
    return exists().where(Petitioner.case_id == Case.id, Petitioner.name_hash == name_hash)
