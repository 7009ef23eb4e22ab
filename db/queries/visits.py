"""The reception desk: whose turn it is on a day, what came, and one visit whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from db.models.audit import AuditEntry
from db.models.hotspots import Hotspot, HotspotCase
from db.models.imports import ImportBatch
from db.models.receptions import ReceptionPlace, TurnRow, Visit, VisitNotice
from db.models.supervision import FollowUp
from db.models.units import Leader, Unit
from db.queries import visit_rows
from db.queries.visit_rows import VisitRow
from rules import visits as rules
from rules.case_terms import FollowUpState, Rung
from rules.errors import Missing
from rules.people import Person
from rules.reception_terms import ReceptionKind, TurnState
from rules.supervision import stage
from rules.terms import AuditAction
from rules.visits import FIELDS, ToTell

_MOST = 500


@dataclass(frozen=True, slots=True)
class DayTurn:
    """A turn of the day: who receives in person, and for whom where he stands in."""

    id: int
    version: int
    on: date
    leader_id: int
    leader: str
    post: str
    stands_in_for: str
    hours: str
    place: str
    kind: ReceptionKind
    companions: str
    state: TurnState


@dataclass(frozen=True, slots=True)
class Day:
    """A day at the desk: its turns and its visits."""

    turns: tuple[DayTurn, ...]
    visits: tuple[VisitRow, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """Who was told of a 集体访, by whom and when."""

    whom: str
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True)
class Rewording:
    """A change of the leader's words: what they were before, and who wrote over them when."""

    before: str
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Supervised:
    """A letter of supervision that was sent about the matter, and where it stands."""

    rung: Rung
    sent_on: date
    state: FollowUpState


@dataclass(frozen=True, slots=True)
class VisitFile:
    """One visit as its page shows it; `values` is keyed by rules.visits.FIELDS."""

    row: VisitRow
    values: Mapping[str, Any]
    people: tuple[Person, ...]
    notices: tuple[Notice, ...]
    to_tell: tuple[ToTell, ...]
    rewordings: tuple[Rewording, ...]
    supervised: tuple[Supervised, ...]
    batch: str
    created_by: str
    created_at: datetime


_by, _planned = aliased(Leader), aliased(Leader)
_TURNS = (
    select(TurnRow, _planned, _by, ReceptionPlace.name)
    .join(_planned, TurnRow.leader_id == _planned.id)
    .outerjoin(_by, TurnRow.substitute_id == _by.id)
    .outerjoin(ReceptionPlace, TurnRow.place_id == ReceptionPlace.id)
    .order_by(TurnRow.held_on, _planned.position, _planned.id, TurnRow.id)
)


def day(session: Session, on: date, *, today: date) -> Day:
    """Return what stands on the desk on a day: all its turns, and its visits the actor may see."""
    found = visit_rows.rows(
        session, Visit.received_on == on, today=today, span={"limit": _MOST, "offset": 0}
    )
    return Day(tuple(turns(session, on)), tuple(found))


def turns(session: Session, on: date) -> list[DayTurn]:
    """List who receives on a day, in the order of the leaders."""
    return [_turn(*row) for row in session.execute(_TURNS.where(TurnRow.held_on == on))]


def next_turn(session: Session, leader_id: int, *, today: date) -> DayTurn | None:
    """Return the turn a leader is to hold next in person, today's among them; None without one."""
    by = func.coalesce(TurnRow.substitute_id, TurnRow.leader_id)
    row = session.execute(
        _TURNS.where(
            TurnRow.held_on >= today, by == leader_id, TurnRow.state == TurnState.PLANNED
        ).limit(1)
    ).first()
    return _turn(*row) if row else None


def unrecorded(session: Session, *, today: date) -> int:
    """Count the turns of the last 31 days of which nobody has written down what came of them."""
    since = today - timedelta(days=31)
    statement = select(func.count()).where(
        TurnRow.held_on >= since, TurnRow.held_on < today, TurnRow.state == TurnState.PLANNED
    )
    return session.scalar(statement) or 0


def _turn(turn: TurnRow, planned: Leader, by: Leader | None, place: str | None) -> DayTurn:
    who = by or planned
    return DayTurn(
        id=turn.id,
        version=turn.version,
        on=turn.held_on,
        leader_id=who.id,
        leader=who.name,
        post=who.post,
        stands_in_for=planned.name if by else "",
        hours=turn.hours,
        place=place or "",
        kind=turn.kind,
        companions=turn.companions,
        state=turn.state,
    )


def turn_of(session: Session, on: date, leader_id: int) -> DayTurn | None:
    """Return the turn on which a leader receives in person that day; None where he has none."""
    return next(
        (
            turn
            for turn in turns(session, on)
            if turn.leader_id == leader_id and turn.state is not TurnState.MISSED
        ),
        None,
    )


def visit_file(session: Session, number: str, *, today: date) -> VisitFile:
    """Return the visit of that number; raises Missing when there is none the actor may see."""
    visit = session.scalar(select(Visit).where(Visit.number == number.strip()))
    if visit is None:
        raise Missing(f"没有编号为“{number}”的接访，或不在您的查看范围内")
    row = visit_rows.rows(
        session, Visit.id == visit.id, today=today, span={"limit": 1, "offset": 0}
    )[0]
    batch = session.get(ImportBatch, visit.batch_id) if visit.batch_id else None
    return VisitFile(
        row=row,
        values={name: getattr(visit, name) for name in FIELDS},
        people=visit_rows.masked_visitors(session, [visit.id]).get(visit.id, ()),
        notices=tuple(_notices(session, visit.id)),
        to_tell=tuple(to_tell(session, visit)) if row.collective else (),
        rewordings=tuple(_rewordings(session, visit.id)),
        supervised=_supervised(session, row.standing.case_id, today) if row.standing else (),
        batch=f"第 {batch.id} 批《{batch.file_name}》" if batch else "",
        created_by=visit.created_by,
        created_at=visit.created_at,
    )


def _supervised(session: Session, case_id: int, today: date) -> tuple[Supervised, ...]:
    """List the letters sent about a case, to whoever sees the visit: who is owed its end (S4-24)."""
    letter = FollowUp.__table__.c
    rows = session.connection().execute(
        select(letter.rung, letter.sent_on, letter.due_on, letter.answered_on, letter.ended_on)
        .where(letter.case_id == case_id, letter.sent_on.is_not(None))
        .order_by(letter.id)
    )
    return tuple(
        Supervised(
            row.rung,
            row.sent_on,
            stage(
                sent_on=row.sent_on,
                due_on=row.due_on,
                answered_on=row.answered_on,
                ended_on=row.ended_on,
                today=today,
            ),
        )
        for row in rows
    )


def id_of(session: Session, number: str) -> int | None:
    """Return the id of the visit of that number, if the actor may see it."""
    return session.scalar(select(Visit.id).where(Visit.number == number))


def visits_of(session: Session, case_id: int) -> list[tuple[str, date, str]]:
    """List the visits about a case that the actor may see: number, day, leader; the newest first."""
    rows = session.execute(
        select(Visit.number, Visit.received_on, Leader.name)
        .join(Leader, Visit.leader_id == Leader.id)
        .where(Visit.case_id == case_id)
        .order_by(Visit.received_on.desc(), Visit.id.desc())
    )
    return [(row[0], row[1], row[2]) for row in rows]


def to_tell(session: Session, visit: Visit) -> list[ToTell]:
    """List who is to be told of a 集体访 (S4-20), whether he has been or not."""
    ids = [each for each in (visit.unit_id, visit.township_id) if each is not None]
    names = {
        row.id: row.name
        for row in session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(ids)))
    }
    groups: Sequence[Any] = ()
    if visit.case_id is not None:
        groups = session.execute(
            select(Hotspot.name, Leader.name)
            .join(HotspotCase, HotspotCase.hotspot_id == Hotspot.id)
            .join(Leader, Hotspot.lead_id == Leader.id)
            .where(HotspotCase.case_id == visit.case_id, Hotspot.ended_on.is_(None))
            .order_by(Hotspot.name)
        ).all()
    return rules.to_tell(
        unit=_named(visit.unit_id, names),
        township=_named(visit.township_id, names),
        co_units=visit.co_units,
        groups=[(row[0], row[1]) for row in groups],
    )


def _named(unit_id: int | None, names: Mapping[int, str]) -> tuple[int, str] | None:
    return (unit_id, names[unit_id]) if unit_id is not None and unit_id in names else None


def _notices(session: Session, visit_id: int) -> list[Notice]:
    found = session.scalars(
        select(VisitNotice).where(VisitNotice.visit_id == visit_id).order_by(VisitNotice.at)
    )
    return [Notice(each.whom, each.at, each.actor) for each in found]


def _rewordings(session: Session, visit_id: int) -> list[Rewording]:
    """List what the leader's words were before they were changed, as the audit chain has it."""
    entries = session.scalars(
        select(AuditEntry)
        .where(
            AuditEntry.entity == "visits",
            AuditEntry.entity_id == visit_id,
            AuditEntry.action == AuditAction.UPDATE,
        )
        .order_by(AuditEntry.seq.desc())
    )
    found = []
    for entry in entries:
        before = (entry.changes.get("instruction") or [""])[0]
        if before:
            found.append(Rewording(str(before), entry.actor, entry.at))
    return found
