"""Meetings read: the list, and one meeting with who came, its agenda and what it opens with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from db.models.meetings import (
    AgendaItem,
    Decision,
    Meeting,
    MeetingCorrection,
    MeetingUnit,
)
from db.models.units import Leader, Unit
from db.queries import meeting_decisions
from db.queries.meeting_decisions import DecisionRow
from db.scope import actor_of
from rules.errors import Missing
from rules.meetings import DecisionState, ItemKind, MeetingKind, Presence


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """A meeting in the list, with how much of it the actor sees."""

    number: str
    kind: MeetingKind
    title: str
    held_on: date
    place: str
    chair: str
    stage: str
    items: int
    decisions: int


@dataclass(frozen=True, slots=True)
class UnitCame:
    """A unit asked to a meeting; `presence` is None before anybody wrote it down."""

    unit_id: int
    version: int
    name: str
    presence: Presence | None
    note: str


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item of the agenda with the matter it is about; all ids are None for free text."""

    id: int
    position: int
    kind: ItemKind
    title: str
    note: str
    unit_id: int | None
    unit: str
    case_id: int | None
    hotspot_id: int | None
    batch_id: int | None
    evaluation_id: int | None
    dispute_id: int | None


@dataclass(frozen=True, slots=True)
class Memory:
    """What a meeting opens with: the last one of its kind and how its decisions stand.

    `carried` is what still older meetings left open.
    """

    meeting: str
    title: str
    held_on: date | None
    decisions: tuple[DecisionRow, ...]
    states: Mapping[int, DecisionState]
    carried: tuple[DecisionRow, ...]


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """What is to be known beside issued minutes."""

    text: str
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MeetingFile:
    """A meeting with all of it that the actor sees; `whole` says whether that is all there is."""

    id: int
    version: int
    number: str
    kind: MeetingKind
    title: str
    held_on: date
    place: str
    chair_id: int | None
    chair: str
    opened_at: datetime | None
    issued_at: datetime | None
    issued_by: str
    units: tuple[UnitCame, ...]
    items: tuple[ItemRow, ...]
    decisions: tuple[DecisionRow, ...]
    memory: Memory
    corrections: tuple[CorrectionRow, ...]
    whole: bool

    @property
    def attendance_version(self) -> int:
        """The version of who came, which goes on apart from that of the meeting and its agenda."""
        return sum(each.version for each in self.units)

    @property
    def stage(self) -> str:
        """How far the meeting has come."""
        return _stage(self.opened_at, self.issued_at)


def _stage(opened_at: datetime | None, issued_at: datetime | None) -> str:
    if issued_at is not None:
        return "纪要已印发"
    return "筹备" if opened_at is None else "已开会"


def listing(
    session: Session, *, kind: MeetingKind | None = None, year: int | None = None
) -> list[MeetingRow]:
    """List the meetings of a year and kind, the newest first."""
    items = (
        select(func.count(AgendaItem.id))
        .where(AgendaItem.meeting_id == Meeting.id)
        .correlate(Meeting)
        .scalar_subquery()
    )
    decided = (
        select(func.count(Decision.id))
        .where(Decision.meeting_id == Meeting.id)
        .correlate(Meeting)
        .scalar_subquery()
    )
    statement = (
        select(Meeting, Leader.name, items, decided)
        .outerjoin(Leader, Leader.id == Meeting.chair_id)
        .order_by(Meeting.held_on.desc(), Meeting.id.desc())
    )
    if kind is not None:
        statement = statement.where(Meeting.kind == kind)
    if year is not None:
        days = (date(year, 1, 1), date(year, 12, 31))
        statement = statement.where(Meeting.held_on.between(*days))
    return [
        MeetingRow(
            number=row.number,
            kind=row.kind,
            title=row.title,
            held_on=row.held_on,
            place=row.place,
            chair=chair or "",
            stage=_stage(row.opened_at, row.issued_at),
            items=held,
            decisions=made,
        )
        for row, chair, held, made in session.execute(statement)
    ]


def meeting_file(session: Session, number: str, *, today: date) -> MeetingFile:
    """Return the meeting of that number; raises Missing where the actor may see none."""
    row = session.scalar(select(Meeting).where(Meeting.number == number.strip()))
    if row is None:
        raise Missing(f"没有编号为“{number}”的会议，或不在您的查看范围内")
    chair = session.get(Leader, row.chair_id) if row.chair_id else None
    corrections = session.execute(
        select(MeetingCorrection.text, MeetingCorrection.actor, MeetingCorrection.at)
        .where(MeetingCorrection.meeting_id == row.id)
        .order_by(MeetingCorrection.id)
    )
    return MeetingFile(
        id=row.id,
        version=row.version,
        number=row.number,
        kind=row.kind,
        title=row.title,
        held_on=row.held_on,
        place=row.place,
        chair_id=row.chair_id,
        chair=f"{chair.name}（{chair.post}）" if chair else "",
        opened_at=row.opened_at,
        issued_at=row.issued_at,
        issued_by=row.issued_by,
        units=tuple(units(session, row.id)),
        items=tuple(items_of(session, row.id)),
        decisions=tuple(meeting_decisions.of_meetings(session, [row.id], today=today)),
        memory=memory(session, row, today=today),
        corrections=tuple(CorrectionRow(*each) for each in corrections),
        whole=_whole(session, row.id),
    )


def units(session: Session, meeting_id: int) -> list[UnitCame]:
    """List the units a meeting was asked of, in the order they were named."""
    statement = select(MeetingUnit).where(MeetingUnit.meeting_id == meeting_id)
    found = session.scalars(statement.order_by(MeetingUnit.position, MeetingUnit.id))
    return [
        UnitCame(each.unit_id, each.version, each.unit_name, each.presence, each.note)
        for each in found
    ]


def items_of(session: Session, meeting_id: int) -> list[ItemRow]:
    """List the agenda in its order."""
    found = session.execute(
        select(AgendaItem, Unit.name)
        .outerjoin(Unit, Unit.id == AgendaItem.unit_id)
        .where(AgendaItem.meeting_id == meeting_id)
        .order_by(AgendaItem.position, AgendaItem.id)
    )
    return [
        ItemRow(
            id=row.id,
            position=place,
            kind=row.kind,
            title=row.title,
            note=row.note,
            unit_id=row.unit_id,
            unit=unit or "",
            case_id=row.case_id,
            hotspot_id=row.hotspot_id,
            batch_id=row.batch_id,
            evaluation_id=row.evaluation_id,
            dispute_id=row.dispute_id,
        )
        for place, (row, unit) in enumerate(found, start=1)
    ]


def memory(session: Session, row: Meeting, *, today: date) -> Memory:
    """Return what a meeting opens with: as it stood then, once it has been opened."""
    last = before(session, row)
    if last is None:
        return Memory("", "", None, (), {}, ())
    decisions = meeting_decisions.of_meetings(session, [last.id], today=today)
    carried = meeting_decisions.unfinished_before(
        session, row.kind, row.held_on, but=[last.id, row.id], today=today
    )
    kept = {each["id"]: DecisionState.of(each["state"]) for each in row.opening or ()}
    states = {each.id: kept.get(each.id, each.state) for each in decisions}
    return Memory(last.number, last.title, last.held_on, tuple(decisions), states, tuple(carried))


def before(session: Session, row: Meeting) -> Meeting | None:
    """Return the last meeting of its kind that had begun before a meeting, which opens with it."""
    return session.scalars(
        select(Meeting)
        .where(
            Meeting.kind == row.kind,
            tuple_(Meeting.held_on, Meeting.id) < tuple_(row.held_on, row.id),
            Meeting.begun(),
        )
        .order_by(Meeting.held_on.desc(), Meeting.id.desc())
        .limit(1)
    ).first()


def names_of(session: Session, unit_ids: Sequence[int]) -> dict[int, str]:
    """Map units to their names, whether they are in use or have ended."""
    rows = session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(unit_ids)))
    return {row[0]: row[1] for row in rows}


def _whole(session: Session, meeting_id: int) -> bool:
    """Whether scope hides nothing of the meeting: minutes tell all of it."""
    if not actor_of(session).sees_all_meetings:
        return False
    table: Any = AgendaItem.__table__
    everything = session.connection().scalar(
        select(func.count()).select_from(table).where(table.c.meeting_id == meeting_id)
    )
    seen = session.scalar(
        select(func.count(AgendaItem.id)).where(AgendaItem.meeting_id == meeting_id)
    )
    return seen == everything
