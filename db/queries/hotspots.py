"""热点 as screens read them: the board, one hotspot with its figures, and those of a case.

Figures are counted past the scope of the matters, for whoever may see the hotspot: who leads it or
projects it is owed how many there are, and of each matter no more than scope leaves him.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from db.models.cases import Case
from db.models.hotspots import Hotspot, HotspotCase
from db.models.office import Code
from db.models.units import Leader, Unit
from rules import hotspots as rules
from rules.case_terms import HotspotState
from rules.errors import Missing
from rules.hotspots import Counts
from rules.steps import OPEN
from rules.terms import CaseState, Channel, Purpose

PAGE = 50
_LATELY = timedelta(weeks=4)


@dataclass(frozen=True, slots=True)
class HotspotRow:
    """A hotspot on the board; `weeks` are the matters of each of the last weeks, the oldest first."""

    id: int
    name: str
    state: HotspotState
    place: str
    code: str
    lead: str
    lead_unit: str
    counts: Counts
    weeks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """A page of hotspots, and how many there are in each state."""

    rows: tuple[HotspotRow, ...]
    page: int
    pages: int
    by_state: dict[HotspotState, int]


@dataclass(frozen=True, slots=True)
class HotspotFile:
    """One hotspot: `values` by column as its form holds them, `names` what ids among them mean.

    `weeks` are Mondays with the matters of the week, from the first report on.
    """

    id: int
    version: int
    state: HotspotState
    ended_on: date | None
    values: dict[str, Any]
    names: dict[str, str]
    counts: Counts
    weeks: tuple[tuple[date, int], ...]
    created_by: str
    created_at: datetime

    @property
    def name(self) -> str:
        """What it is called."""
        return str(self.values["name"])


@dataclass(frozen=True, slots=True)
class HotspotName:
    """A hotspot by its name."""

    id: int
    name: str
    state: HotspotState


FIELDS = (
    "name",
    "code_id",
    "place",
    "township_id",
    "first_on",
    "last_on",
    "words",
    "lead_id",
    "lead_unit_id",
    "sector_unit_id",
    "members",
    "note",
)


def board(session: Session, states: Sequence[HotspotState], *, page: int, today: date) -> Board:
    """Return a page of the hotspots in these states, all for none, the liveliest first."""
    by_state = dict.fromkeys(HotspotState, 0)
    counted = select(Hotspot.state, func.count()).group_by(Hotspot.state)
    by_state.update((row[0], row[1]) for row in session.execute(counted))
    total = sum(by_state[state] for state in states or HotspotState)
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    lately = (
        select(_LINKS.c.hotspot_id, func.count().label("matters"))
        .join(_CASES, _COUNTED)
        .where(_CASES.c.received_on > today - _LATELY)
        .group_by(_LINKS.c.hotspot_id)
        .subquery()
    )
    rows = session.execute(
        select(Hotspot, Code.path, Leader.name, Unit.name)
        .outerjoin(Code, Hotspot.code_id == Code.id)
        .outerjoin(Leader, Hotspot.lead_id == Leader.id)
        .outerjoin(Unit, Hotspot.lead_unit_id == Unit.id)
        .outerjoin(lately, lately.c.hotspot_id == Hotspot.id)
        .where(Hotspot.state.in_(states or list(HotspotState)))
        .order_by(
            Hotspot.state == HotspotState.ENDED,
            func.coalesce(lately.c.matters, 0).desc(),
            Hotspot.id.desc(),
        )
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    ).all()
    ids = [row.Hotspot.id for row in rows]
    counts = counts_of(session, ids, today=today)
    since = rules.week_of(today) - timedelta(weeks=rules.BOARD_WEEKS - 1)
    days = _days(session, ids, since=since)
    found = tuple(
        HotspotRow(
            id=hotspot.id,
            name=hotspot.name,
            state=hotspot.state,
            place=hotspot.place,
            code=code or "",
            lead=lead or "",
            lead_unit=unit or "",
            counts=counts.get(hotspot.id, Counts()),
            weeks=tuple(
                count
                for _, count in rules.by_week(
                    days.get(hotspot.id, ()), until=today, weeks=rules.BOARD_WEEKS
                )
            ),
        )
        for hotspot, code, lead, unit in rows
    )
    return Board(found, page, pages, by_state)


def hotspot_file(session: Session, hotspot_id: int, *, today: date) -> HotspotFile:
    """Return a hotspot; raises Missing where there is none the actor may see."""
    row = session.execute(_FILE.where(Hotspot.id == hotspot_id)).one_or_none()
    if row is None:
        raise Missing("该热点不存在，或不在您的查看范围内")
    hotspot: Hotspot = row[0]
    counts = counts_of(session, [hotspot_id], today=today).get(hotspot_id, Counts())
    until = today
    if hotspot.ended_on is not None:
        until = max(hotspot.ended_on, counts.last_on or hotspot.ended_on)
    weeks = rules.weeks_shown(counts.first_on, until=until)
    since = rules.week_of(until) - timedelta(weeks=weeks - 1)
    days = _days(session, [hotspot_id], since=since).get(hotspot_id, ())
    return HotspotFile(
        id=hotspot.id,
        version=hotspot.version,
        state=hotspot.state,
        ended_on=hotspot.ended_on,
        values={name: getattr(hotspot, name) for name in FIELDS},
        names={name: label or "" for name, label in zip(_NAMED, row[1:], strict=True)},
        counts=counts,
        weeks=rules.by_week(days, until=until, weeks=weeks),
        created_by=hotspot.created_by,
        created_at=hotspot.created_at,
    )


def hotspots_of(session: Session, case_id: int) -> list[HotspotName]:
    """List the hotspots a case belongs to, of those the actor may see."""
    return _names(
        session,
        select(Hotspot.id, Hotspot.name, Hotspot.state)
        .join(HotspotCase, HotspotCase.hotspot_id == Hotspot.id)
        .where(HotspotCase.case_id == case_id),
    )


def names(session: Session) -> list[HotspotName]:
    """List every hotspot the actor may see by its name."""
    return _names(session, select(Hotspot.id, Hotspot.name, Hotspot.state))


def _names(session: Session, statement: Any) -> list[HotspotName]:
    rows = session.execute(statement.order_by(Hotspot.name, Hotspot.id))
    return [HotspotName(row.id, row.name, row.state) for row in rows]


_NAMED = ("code_id", "township_id", "lead_id", "lead_unit_id", "sector_unit_id")
_Town, _LeadUnit, _Sector = aliased(Unit), aliased(Unit), aliased(Unit)
_FILE: Any = (
    select(Hotspot, Code.path, _Town.name, Leader.name, _LeadUnit.name, _Sector.name)
    .outerjoin(Code, Hotspot.code_id == Code.id)
    .outerjoin(_Town, Hotspot.township_id == _Town.id)
    .outerjoin(Leader, Hotspot.lead_id == Leader.id)
    .outerjoin(_LeadUnit, Hotspot.lead_unit_id == _LeadUnit.id)
    .outerjoin(_Sector, Hotspot.sector_unit_id == _Sector.id)
)

# The tables themselves, which scope does not narrow, and what of them is counted for anybody.
_CASES: Any = Case.__table__
_LINKS: Any = HotspotCase.__table__
_COUNTED = and_(
    _LINKS.c.case_id == _CASES.c.id,
    _CASES.c.purpose.is_distinct_from(Purpose.ACCUSATION),
    _CASES.c.state != CaseState.MERGED,
)


def counts_of(session: Session, ids: Sequence[int], *, today: date) -> dict[int, Counts]:
    """Count the matters of hotspots, past the scope; one that has none is left out."""
    visit = _CASES.c.channel == Channel.VISIT
    running = _CASES.c.state.in_(sorted(OPEN))
    statement = (
        select(
            _LINKS.c.hotspot_id,
            func.count(),
            func.count().filter(visit),
            func.coalesce(func.sum(_CASES.c.people).filter(visit), 0),
            func.count().filter(running),
            func.count().filter(running, _CASES.c.due_on < today),
            func.min(_CASES.c.received_on),
            func.max(_CASES.c.received_on),
        )
        .join(_CASES, _COUNTED)
        .where(_LINKS.c.hotspot_id.in_(ids))
        .group_by(_LINKS.c.hotspot_id)
    )
    return {row[0]: Counts(*row[1:]) for row in session.connection().execute(statement)}


def _days(
    session: Session, ids: Sequence[int], *, since: date
) -> dict[int, list[tuple[date, int]]]:
    statement = (
        select(_LINKS.c.hotspot_id, _CASES.c.received_on, func.count())
        .join(_CASES, _COUNTED)
        .where(_LINKS.c.hotspot_id.in_(ids), _CASES.c.received_on >= since)
        .group_by(_LINKS.c.hotspot_id, _CASES.c.received_on)
    )
    found: dict[int, list[tuple[date, int]]] = {}
    for hotspot_id, day, count in session.connection().execute(statement):
        found.setdefault(hotspot_id, []).append((day, count))
    return found
