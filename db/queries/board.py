"""The board of cases: its columns, a page of cards in each, and the load of leads and units."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from db.models.cases import Case
from db.models.duty import CaseDuty, Measure
from db.models.hotspots import Hotspot, HotspotCase
from db.models.units import Leader, Unit
from db.queries.attention import five_ones_badge, lacking
from rules.board import STATES, Grouping, Stage
from rules.case_terms import Light
from rules.deadlines import light
from rules.procedure import OPEN
from rules.terms import CaseState, Purpose

PAGE = 8
_RECENT_DAYS = 30  # how long a closed matter waits in its column for its sign-off


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
) -> list[Column]:
    """Return the columns of the board, the nearest clock first; no accusation stands on it."""
    criteria = _criteria(wanted)
    group = _group(wanted.grouping)
    columns = []
    for stage, states in STATES.items():
        stands = and_(_stands(stage, states, today), *criteria)
        count = session.scalar(_joined(select(func.count()), wanted).where(stands)) or 0
        page = min(pages.get(stage, 1), max(1, -(-count // PAGE)))
        rows = session.execute(
            _joined(_cards(group), wanted)
            .where(stands)
            .order_by(*([group.is_(None), group] if wanted.grouping is not Grouping.NONE else []))
            .order_by(Case.due_on.is_(None), Case.due_on, Case.id)
            .limit(PAGE)
            .offset((page - 1) * PAGE)
        )
        cards = tuple(_card(row, today=today, near_days=near_days) for row in rows)
        columns.append(Column(stage, count, page, cards))
    return columns


def _stands(stage: Stage, states: tuple[CaseState, ...], today: date) -> ColumnElement[bool]:
    stands: ColumnElement[bool] = Case.state.in_(states)
    if stage is Stage.CLOSED:
        stands = and_(stands, Case.closed_on >= today - timedelta(days=_RECENT_DAYS))
    return stands


def _criteria(wanted: BoardFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [Case.purpose.is_distinct_from(Purpose.ACCUSATION)]
    for column, value in (
        (Case.lead_id, wanted.lead_id),
        (Case.unit_id, wanted.unit_id),
        (Case.township_id, wanted.township_id),
    ):
        if value is not None:
            found.append(column == value)
    if wanted.hotspot_id is not None:
        found.append(
            Case.id.in_(
                select(HotspotCase.case_id).where(HotspotCase.hotspot_id == wanted.hotspot_id)
            )
        )
    if wanted.duty or wanted.lacking:
        found.append(and_(CaseDuty.id.is_not(None), CaseDuty.left_on.is_(None)))
    if wanted.lacking:
        found.append(lacking())
    return found


def _group(grouping: Grouping) -> Any:
    return {
        Grouping.LEAD: Leader.name,
        Grouping.UNIT: Unit.name,
        Grouping.TOWNSHIP: _Township.name,
        Grouping.HOTSPOT: select(func.min(Hotspot.name))
        .join(HotspotCase, HotspotCase.hotspot_id == Hotspot.id)
        .where(HotspotCase.case_id == Case.id)
        .correlate(Case)
        .scalar_subquery(),
    }.get(grouping, Unit.name)


def _cards(group: Any) -> Any:
    return select(
        Case.id,
        Case.number,
        Case.title,
        Case.state,
        Unit.name.label("unit"),
        Leader.name.label("lead"),
        group.label("group_name"),
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


def _joined(statement: Any, wanted: BoardFilter) -> Any:
    """Join what the cards name, or for a count only what the filter asks."""
    statement = statement.select_from(Case)
    names = len(statement.column_descriptions) > 1
    if names:
        statement = (
            statement.outerjoin(Unit, Case.unit_id == Unit.id)
            .outerjoin(_Township, Case.township_id == _Township.id)
            .outerjoin(Leader, Case.lead_id == Leader.id)
        )
    if names or wanted.duty or wanted.lacking:
        statement = statement.outerjoin(CaseDuty, CaseDuty.case_id == Case.id)
    return statement


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


def loads(
    session: Session, by: Grouping, *, today: date, near_days: int, limit: int = 100
) -> list[Load]:
    """List the open cases of each lead or unit, who has most overdue first."""
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
        .limit(limit)
    )
    return [
        Load(row[0], row[1], row[2], int(row[3]), int(row[4]), (today - row[5]).days)
        for row in rows
    ]
