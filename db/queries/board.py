"""The board of cases: its columns, a page of cards in each, and the load of leads and units."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, exists, func, null, or_, select
from sqlalchemy.orm import Session, aliased

from db.models.cases import Case
from db.models.duty import CaseDuty, Measure
from db.models.hotspots import Hotspot, HotspotCase
from db.models.units import Leader, Unit
from db.queries import office
from db.queries.attention import five_ones_badge, lacking
from rules.board import STATES, Grouping, Stage
from rules.case_terms import Light
from rules.deadlines import light
from rules.steps import OPEN
from rules.terms import CaseState, Purpose

PAGE = 8
LOADS = 100


@dataclass(frozen=True, slots=True)
class BoardFilter:
    """Which cases the board shows; `duty` those in the ledger of duties, `lacking` those not whole."""

    lead_id: int | None = None
    unit_id: int | None = None
    township_id: int | None = None
    hotspot_id: int | None = None
    duty: bool = False
    lacking: bool = False
    grouping: Grouping = Grouping.NONE


@dataclass(frozen=True, slots=True)
class Card:
    """A case on the board; `group` is what it is put together by, `duty` its badge or nothing."""

    id: int
    number: str
    title: str
    state: CaseState
    unit: str
    lead: str
    group: str
    light: Light
    due_on: date | None
    days: int
    people: int
    people_approx: bool
    duty: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column: how many cases stand in it, and a page of them."""

    stage: Stage
    count: int
    page: int
    cards: tuple[Card, ...]

    @property
    def pages(self) -> int:
        """How many pages it has, one at least."""
        return max(1, -(-self.count // PAGE))


@dataclass(frozen=True, slots=True)
class Load:
    """The open cases of a lead or a unit; `waiting_days` is the longest anybody waits."""

    id: int
    name: str
    open: int
    near: int
    overdue: int
    waiting_days: int


_Township = aliased(Unit)
_Planned = exists().where(Measure.case_id == Case.id)


def board(
    session: Session,
    wanted: BoardFilter,
    *,
    pages: Mapping[Stage, int],
    today: date,
    near_days: int,
    moved: int | None = None,
) -> list[Column]:
    """Return the columns of the board, the nearest clock first; no accusation stands on it.

    What is closed waits for its sign-off, the newest first, for as long as the county keeps it
    there. The case `moved` leads its column, so that whoever moved it sees where it went.
    """
    form = _form(wanted, moved=moved is not None)
    kept = office.parameter(session, "board_closed_days", on=today)
    assert isinstance(kept, int)
    given = {
        **{name: value for name in _VALUES if (value := getattr(wanted, name)) is not None},
        "closed_since": today - timedelta(days=kept),
        "moved": moved,
    }
    columns = []
    for stage in Stage:
        count = session.scalar(_count(stage, form.parts), given) or 0
        page = min(pages.get(stage, 1), max(1, -(-count // PAGE)))
        span = {"limit": PAGE, "offset": (page - 1) * PAGE}
        rows = session.execute(_page(stage, form), given | span)
        cards = tuple(_card(row, today=today, near_days=near_days) for row in rows)
        columns.append(Column(stage, count, page, cards))
    return columns


def hotspot_names(session: Session) -> dict[int, str]:
    """Return the hotspots the actor may see that have not ended, by id in the order of names."""
    rows = session.execute(
        select(Hotspot.id, Hotspot.name).where(Hotspot.ended_on.is_(None)).order_by(Hotspot.name)
    )
    return {row.id: row.name for row in rows}


# Statements are kept by the form of a filter, its values are parameters: to build one costs
# more than the store takes to answer it.
_VALUES = ("lead_id", "unit_id", "township_id", "hotspot_id")
_LIMIT: Any = bindparam("limit")
_OFFSET: Any = bindparam("offset")


@dataclass(frozen=True, slots=True)
class _Form:
    parts: tuple[str, ...]
    grouping: Grouping
    moved: bool


def _form(wanted: BoardFilter, *, moved: bool) -> _Form:
    parts = [name for name in _VALUES if getattr(wanted, name) is not None]
    parts += [name for name in ("duty", "lacking") if getattr(wanted, name)]
    return _Form(tuple(parts), wanted.grouping, moved)


_LISTED = and_(CaseDuty.id.is_not(None), CaseDuty.left_on.is_(None))
_CRITERIA: dict[str, ColumnElement[bool]] = {
    **{name: getattr(Case, name) == bindparam(name) for name in _VALUES[:3]},
    "hotspot_id": Case.id.in_(
        select(HotspotCase.case_id).where(HotspotCase.hotspot_id == bindparam("hotspot_id"))
    ),
    "duty": _LISTED,
    "lacking": and_(_LISTED, lacking()),
}


# What is closed is found by its day: most of all cases are closed, and an index on the state, a
# unit or a township finds all of them.
_WAITING = and_(
    func.lower(Case.state).in_(STATES[Stage.CLOSED]), Case.closed_on >= bindparam("closed_since")
)
_OF_WAITING = {
    **_CRITERIA,
    **{name: getattr(Case, name) + 0 == bindparam(name) for name in _VALUES[:3]},
}


def _stands(stage: Stage, parts: tuple[str, ...]) -> ColumnElement[bool]:
    waits = stage is Stage.CLOSED
    criteria = _OF_WAITING if waits else _CRITERIA
    return and_(
        _WAITING if waits else Case.state.in_(STATES[stage]),
        Case.purpose.is_distinct_from(Purpose.ACCUSATION),
        *(criteria[part] for part in parts),
    )


def _narrowed(statement: Any, stage: Stage, parts: tuple[str, ...]) -> Any:
    if {"duty", "lacking"} & {*parts}:
        statement = statement.outerjoin(CaseDuty, CaseDuty.case_id == Case.id)
    return statement.where(_stands(stage, parts))


@lru_cache(maxsize=256)
def _count(stage: Stage, parts: tuple[str, ...]) -> Any:
    return _narrowed(select(func.count()).select_from(Case), stage, parts)


_NEAREST = (Case.due_on.is_(None), Case.due_on, Case.id)
_NEWEST = (Case.closed_on.desc(), Case.id.desc())


@lru_cache(maxsize=256)
def _page(stage: Stage, form: _Form) -> Any:
    """A page of a column: its cases are picked first, and only theirs are put together."""
    group, join = _GROUPS[form.grouping]
    grouped = [] if form.grouping is Grouping.NONE else [group.is_(None), group]
    # Asked for only where it was: else an index brings the newest closed without sorting all.
    first = [Case.id != bindparam("moved")] if form.moved else []
    order = (*first, *grouped, *(_NEWEST if stage is Stage.CLOSED else _NEAREST))
    picked = select(Case.id)
    if join is not None:
        picked = picked.outerjoin(*join)
    picked = _narrowed(picked, stage, form.parts).order_by(*order)
    cards = _CARDS.add_columns(group.label("group_name"))
    return cards.where(Case.id.in_(picked.limit(_LIMIT).offset(_OFFSET))).order_by(*order)


_OF_LEAD = (Leader, Case.lead_id == Leader.id)
_OF_UNIT = (Unit, Case.unit_id == Unit.id)
_OF_TOWNSHIP = (_Township, Case.township_id == _Township.id)
# What the cards are put together by, and what the cases are joined with to know it.
_GROUPS: dict[Grouping, tuple[Any, Any]] = {
    Grouping.NONE: (null(), None),
    Grouping.LEAD: (Leader.name, _OF_LEAD),
    Grouping.UNIT: (Unit.name, _OF_UNIT),
    Grouping.TOWNSHIP: (_Township.name, _OF_TOWNSHIP),
    Grouping.HOTSPOT: (
        select(func.min(Hotspot.name))
        .join(HotspotCase, HotspotCase.hotspot_id == Hotspot.id)
        .where(HotspotCase.case_id == Case.id)
        .correlate(Case)
        .scalar_subquery(),
        None,
    ),
}
_CARDS = (
    select(
        Case.id,
        Case.number,
        Case.title,
        Case.state,
        Unit.name.label("unit"),
        Leader.name.label("lead"),
        Case.due_on,
        Case.paused,
        Case.received_on,
        Case.people,
        Case.people_approx,
        Case.lead_id,
        CaseDuty.id.label("duty_id"),
        CaseDuty.left_on,
        CaseDuty.team,
        CaseDuty.plan,
        CaseDuty.owner,
        CaseDuty.until,
        _Planned.label("planned"),
    )
    .outerjoin(*_OF_UNIT)
    .outerjoin(*_OF_TOWNSHIP)
    .outerjoin(*_OF_LEAD)
    .outerjoin(CaseDuty, CaseDuty.case_id == Case.id)
)


def _card(row: Any, *, today: date, near_days: int) -> Card:
    in_ledger = row.duty_id is not None and row.left_on is None
    return Card(
        id=row.id,
        number=row.number,
        title=row.title,
        state=row.state,
        unit=row.unit or "",
        lead=row.lead or "",
        group=row.group_name or "",
        light=light(row.due_on, paused=row.paused, today=today, near_days=near_days),
        due_on=row.due_on,
        days=(today - row.received_on).days,
        people=row.people,
        people_approx=row.people_approx,
        duty=five_ones_badge(row) if in_ledger else "",
    )


def loads(session: Session, by: Grouping, *, today: date, near_days: int) -> list[Load]:
    """List the open cases of each lead or unit, who has most overdue first, LOADS at most."""
    model, key = (Leader, Case.lead_id) if by is Grouping.LEAD else (Unit, Case.unit_id)
    soon = today + timedelta(days=near_days)
    overdue = func.sum(case((Case.due_on < today, 1), else_=0))
    rows = session.execute(
        select(
            model.id,
            model.name,
            func.count(),
            func.sum(case((Case.due_on.between(today, soon), 1), else_=0)),
            overdue,
            func.min(Case.received_on),
        )
        .join(model, key == model.id)
        .where(
            Case.state.in_(sorted(OPEN)),
            or_(Case.purpose.is_(None), Case.purpose != Purpose.ACCUSATION),
        )
        .group_by(model.id, model.name)
        .order_by(overdue.desc(), func.count().desc(), model.id)
        .limit(LOADS)
    )
    return [
        Load(row[0], row[1], row[2], int(row[3]), int(row[4]), (today - row[5]).days)
        for row in rows
    ]
