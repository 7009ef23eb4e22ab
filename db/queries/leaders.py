"""Leaders as screens read them: where each stands, what he is in charge of, and when he is away."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from db.models.receptions import LeaderLeave, ReceptionPlace, TurnRow
from db.models.units import Leader, Unit
from db.queries.receivers import charges
from rules.reception_terms import Body, Level, Rank, TurnState


@dataclass(frozen=True, slots=True)
class LeaderRow:
    """A leader in the order of the roster.

    `fields` are the classes he is in charge of, `contacts` the units that are his contact
    points; `term_to` is the first day he is out of office.
    """

    id: int
    version: int
    name: str
    post: str
    level: Level
    body: Body
    rank: Rank
    unit_id: int | None
    unit: str
    portfolio: str
    fields: tuple[int, ...]
    contacts: tuple[int, ...]
    term_from: date | None
    term_to: date | None
    position: int
    active: bool


@dataclass(frozen=True, slots=True)
class PlannedTurn:
    """A turn that is planned and not held yet."""

    id: int
    on: date
    leader_id: int
    place: str


@dataclass(frozen=True, slots=True)
class LeaveRow:
    """Days a leader is away, both ends in, and the turns planned on them all the same."""

    id: int
    version: int
    leader_id: int
    leader: str
    post: str
    first_on: date
    last_on: date
    reason: str
    turns: tuple[PlannedTurn, ...]


def in_office(on: date) -> ColumnElement[bool]:
    """Ask whether a leader is in office on a day; `term_to` is the first day he is not."""
    return and_(
        Leader.active,
        or_(Leader.term_from.is_(None), Leader.term_from <= on),
        or_(Leader.term_to.is_(None), Leader.term_to > on),
    )


def leaders(session: Session, *, on: date | None = None) -> list[LeaderRow]:
    """List the leaders in their order, those in office on a day or all, who left office last."""
    statement = (
        select(Leader, Unit.name)
        .outerjoin(Unit, Unit.id == Leader.unit_id)
        .order_by(Leader.active.desc(), Leader.position, Leader.id)
    )
    if on is not None:
        statement = statement.where(in_office(on))
    fields, contacts = charges(session)
    return [
        LeaderRow(
            id=leader.id,
            version=leader.version,
            name=leader.name,
            post=leader.post,
            level=leader.level,
            body=leader.body,
            rank=leader.rank,
            unit_id=leader.unit_id,
            unit=unit or "",
            portfolio=leader.portfolio,
            fields=fields[leader.id],
            contacts=contacts[leader.id],
            term_from=leader.term_from,
            term_to=leader.term_to,
            position=leader.position,
            active=leader.active,
        )
        for leader, unit in session.execute(statement)
    ]


def leaves(session: Session, *, since: date) -> list[LeaveRow]:
    """List the leave that ends on `since` or later, the earliest first."""
    found = session.execute(
        select(LeaderLeave, Leader.name, Leader.post)
        .join(Leader, Leader.id == LeaderLeave.leader_id)
        .where(LeaderLeave.last_on >= since)
        .order_by(LeaderLeave.first_on, LeaderLeave.id)
    ).all()
    if not found:
        return []
    planned = defaultdict(list)
    last = max(leave.last_on for leave, _, _ in found)
    first = min(leave.first_on for leave, _, _ in found)
    for turn in planned_turns(session, {x.leader_id for x, _, _ in found}, first=first, last=last):
        planned[turn.leader_id].append(turn)
    return [
        LeaveRow(
            id=leave.id,
            version=leave.version,
            leader_id=leave.leader_id,
            leader=name,
            post=post,
            first_on=leave.first_on,
            last_on=leave.last_on,
            reason=leave.reason,
            turns=tuple(
                turn
                for turn in planned[leave.leader_id]
                if leave.first_on <= turn.on <= leave.last_on
            ),
        )
        for leave, name, post in found
    ]


def planned_turns(
    session: Session, leader_ids: Iterable[int], *, first: date, last: date
) -> list[PlannedTurn]:
    """List the turns in which one of the leaders is to receive, himself or standing in."""
    ids = sorted(leader_ids)
    found = session.execute(
        select(TurnRow, ReceptionPlace.name)
        .outerjoin(ReceptionPlace, ReceptionPlace.id == TurnRow.place_id)
        .where(
            TurnRow.state == TurnState.PLANNED,
            TurnRow.held_on >= first,
            TurnRow.held_on <= last,
            or_(
                TurnRow.substitute_id.in_(ids),
                TurnRow.leader_id.in_(ids) & TurnRow.substitute_id.is_(None),
            ),
        )
        .order_by(TurnRow.held_on, TurnRow.id)
    )
    return [
        PlannedTurn(turn.id, turn.held_on, turn.substitute_id or turn.leader_id, place or "")
        for turn, place in found
    ]
