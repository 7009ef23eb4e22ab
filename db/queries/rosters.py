"""Rosters and their turns, and what a roster is made from and judged by."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from db.models.receptions import Publication, ReceptionPlace, ReceptionTopic, Roster, TurnRow
from db.models.units import Leader, Unit
from db.queries import office, receivers, reception_rules
from rules.errors import Missing
from rules.reception_rules import period_of
from rules.reception_terms import Level, Per
from rules.receptions import Basis, Given, Turn


@dataclass(frozen=True, slots=True)
class RosterRow:
    """A roster in a list; `published` is how often it was, the last time on `published_on`."""

    id: int
    version: int
    name: str
    level: Level
    unit_id: int | None
    unit: str
    first_on: date
    last_on: date
    seed: int | None
    turns: int
    published: int
    published_on: date | None


@dataclass(frozen=True, slots=True)
class TurnView:
    """A turn with all that is kept of it; names are those of today."""

    turn: Turn
    version: int
    roster_id: int
    hours: str
    leader: str
    post: str
    portfolio: str
    planned_leader_id: int
    planned_leader: str
    substitute: str
    substitute_post: str
    substitute_portfolio: str
    place: str
    companions: str
    reason: str
    told_on: date | None
    recorded_by: str | None
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A matter booked for a day of reception (预约议题): its class, never a person."""

    id: int
    held_on: date
    code_id: int
    note: str


def rosters(session: Session) -> list[RosterRow]:
    """List the rosters, the latest first."""
    counted = (
        select(TurnRow.roster_id, func.count().label("turns"))
        .group_by(TurnRow.roster_id)
        .subquery()
    )
    published = (
        select(
            Publication.roster_id,
            func.count().label("times"),
            func.max(Publication.published_on).label("last"),
        )
        .group_by(Publication.roster_id)
        .subquery()
    )
    found = session.execute(
        select(Roster, Unit.name, counted.c.turns, published.c.times, published.c.last)
        .outerjoin(Unit, Roster.unit_id == Unit.id)
        .outerjoin(counted, counted.c.roster_id == Roster.id)
        .outerjoin(published, published.c.roster_id == Roster.id)
        .order_by(Roster.first_on.desc(), Roster.level, Roster.id.desc())
    )
    return [
        RosterRow(
            id=row.id,
            version=row.version,
            name=row.name,
            level=row.level,
            unit_id=row.unit_id,
            unit=unit or "",
            first_on=row.first_on,
            last_on=row.last_on,
            seed=row.seed,
            turns=turns or 0,
            published=times or 0,
            published_on=last,
        )
        for row, unit, turns, times, last in found
    ]


def turns(session: Session, roster_id: int) -> list[TurnView]:
    """List the turns of a roster by day; raises Missing where there is no such roster."""
    if session.get(Roster, roster_id) is None:
        raise Missing("该排班表不存在，可能已被他人删除")
    return _views(session, TurnRow.roster_id == roster_id)


def turns_between(
    session: Session, first: date, last: date, *, level: Level | None = None
) -> list[TurnView]:
    """List the turns from `first` to `last`, both ends in, of one level or of all."""
    within = TurnRow.held_on.between(first, last)
    if level is None:
        return _views(session, within)
    of_level = select(Roster.id).where(Roster.level == level)
    return _views(session, within, TurnRow.roster_id.in_(of_level))


def topics(session: Session, first: date, last: date) -> list[TopicRow]:
    """List the matters booked for the days from `first` to `last`."""
    found = session.scalars(
        select(ReceptionTopic)
        .where(ReceptionTopic.held_on.between(first, last))
        .order_by(ReceptionTopic.held_on, ReceptionTopic.id)
    )
    return [TopicRow(row.id, row.held_on, row.code_id, row.note) for row in found]


def basis(session: Session, *, level: Level, unit_id: int | None, first: date, last: date) -> Basis:
    """Return what a roster of `level` for these days is judged by; `unit_id` narrows it to one unit.

    Only rules and leaders of the level take part, so that a county's roster owes nothing for
    its townships.
    """
    of_level = [
        each
        for each in receivers.receivers(session)
        if each.level is level and (unit_id is None or each.unit_id == unit_id)
    ]
    units = [
        each
        for each in receivers.receiving_units(session, on=first)
        if each.level is level and (unit_id is None or each.id == unit_id)
    ]
    return Basis(
        first=first,
        last=last,
        rules=tuple(r for r in reception_rules.rules_of_reception(session) if r.level is level),
        receivers=tuple(of_level),
        calendar=office.calendar(session),
        specials=receivers.specials(session, first=first, last=last),
        places=receivers.places(session),
        units=tuple(units),
        known_from=session.scalar(select(func.min(TurnRow.held_on))),
    )


def around(session: Session, of: Basis, *, roster_id: int | None) -> Given:
    """Return the turns beside a roster: of the year before it, and of others in its days.

    Those of other rosters in the same days are `fixed`: nobody sits twice, and places are shared.
    """
    begun = min(
        of.first.replace(month=1, day=1),
        period_of(of.first, Per.WEEK)[0],
        period_of(of.first, Per.QUARTER)[0],
    )
    end = period_of(of.last, Per.WEEK)[1]
    rows = session.scalars(
        select(TurnRow).where(
            TurnRow.held_on.between(begun, end), TurnRow.roster_id != (roster_id or 0)
        )
    ).all()
    ours = {each.id for each in of.receivers}
    booked: dict[date, set[int]] = {}
    for topic in topics(session, of.first, of.last):
        booked.setdefault(topic.held_on, set()).add(topic.code_id)
    return Given(
        fixed=tuple(plain_turn(row) for row in rows if of.first <= row.held_on <= of.last),
        earlier=tuple(
            plain_turn(row) for row in rows if row.held_on < of.first and row.leader_id in ours
        ),
        topics={on: frozenset(codes) for on, codes in booked.items()},
    )


def plain_turns(session: Session, roster_id: int) -> list[Turn]:
    """List the turns of a roster as the rules know them."""
    found = select(TurnRow).where(TurnRow.roster_id == roster_id).order_by(TurnRow.held_on)
    return [plain_turn(row) for row in session.scalars(found)]


def plain_turn(row: TurnRow) -> Turn:
    """Return a turn as the rules know it."""
    return Turn(
        id=row.id,
        on=row.held_on,
        leader_id=row.leader_id,
        place_id=row.place_id,
        kind=row.kind,
        state=row.state,
        substitute_id=row.substitute_id,
    )


def _views(session: Session, *criteria: Any) -> list[TurnView]:
    planned, substitute = aliased(Leader), aliased(Leader)
    found = session.execute(
        select(
            TurnRow,
            Leader,
            planned.name,
            substitute,
            ReceptionPlace.name,
        )
        .join(Leader, TurnRow.leader_id == Leader.id)
        .join(planned, TurnRow.planned_leader_id == planned.id)
        .outerjoin(substitute, TurnRow.substitute_id == substitute.id)
        .outerjoin(ReceptionPlace, TurnRow.place_id == ReceptionPlace.id)
        .where(*criteria)
        .order_by(TurnRow.held_on, Leader.position, TurnRow.id)
    )
    return [
        TurnView(
            turn=plain_turn(row),
            version=row.version,
            roster_id=row.roster_id,
            hours=row.hours,
            leader=leader.name,
            post=leader.post,
            portfolio=leader.portfolio,
            planned_leader_id=row.planned_leader_id,
            planned_leader=planned_name,
            substitute=second.name if second else "",
            substitute_post=second.post if second else "",
            substitute_portfolio=second.portfolio if second else "",
            place=place or "",
            companions=row.companions,
            reason=row.reason,
            told_on=row.told_on,
            recorded_by=row.recorded_by,
            why=tuple(row.why),
        )
        for row, leader, planned_name, second, place in found
    ]
