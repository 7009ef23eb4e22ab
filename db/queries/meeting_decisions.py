"""议定事项 read: as a list with its filter, one with its reports, what is due, whom to remind."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from db.models.meetings import AgendaItem, Decision, DecisionReport, Meeting
from db.queries import office
from db.scope import actor_of
from rules.errors import Missing
from rules.meetings import DecisionState, MeetingKind, Verdict, standing, state

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class DecisionFilter:
    """What the list is narrowed to; `waiting` leaves what waits for the office's word."""

    state: DecisionState | None = None
    unit_id: int | None = None
    kind: MeetingKind | None = None
    waiting: bool = False
    term: str = ""


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A decision as it stands today; `item` is the title of what it was made on."""

    id: int
    version: int
    meeting_id: int
    meeting: str
    meeting_title: str
    kind: MeetingKind
    held_on: date
    item_id: int | None
    item: str
    position: int
    unit_id: int
    unit: str
    text: str
    due_on: date
    waiting_since: date | None
    done_on: date | None
    state: DecisionState
    standing: str


@dataclass(frozen=True, slots=True)
class ReportRow:
    """What a unit reported, and what the office said to it; `file` is empty without evidence."""

    id: int
    text: str
    reported_on: date
    file: str
    actor: str
    at: datetime
    verdict: Verdict | None
    verdict_why: str
    verdict_by: str


@dataclass(frozen=True, slots=True)
class DecisionListing:
    """One page of the list, and how many the filter leaves in each state."""

    rows: tuple[DecisionRow, ...]
    by_state: dict[DecisionState, int]
    page: int
    pages: int

    @property
    def total(self) -> int:
        """How many decisions there are."""
        return sum(self.by_state.values())


@dataclass(frozen=True, slots=True)
class Due:
    """What of the decisions in the actor's sight wants a look: late, due within `days`, waiting."""

    overdue: int
    soon: int
    waiting: int
    days: int


def listing(session: Session, wanted: DecisionFilter, *, page: int, today: date) -> DecisionListing:
    """Return a page, what is open first and the nearest day before; beyond the last page the last."""
    by_state = {
        each: session.scalar(
            _narrowed(select(func.count(Decision.id)), wanted, today=today).where(
                _is(each, today=today)
            )
        )
        or 0
        for each in DecisionState
        if wanted.state in (None, each)
    }
    pages = max(1, -(-sum(by_state.values()) // PER_PAGE))
    page = min(max(page, 1), pages)
    statement = _narrowed(_rows(), wanted, today=today).limit(PER_PAGE)
    found = session.execute(statement.offset((page - 1) * PER_PAGE))
    return DecisionListing(tuple(_row(each, today) for each in found), by_state, page, pages)


def export_rows(
    session: Session, wanted: DecisionFilter, *, today: date, limit: int
) -> list[DecisionRow]:
    """Return all the filter leaves, `limit` at most."""
    found = session.execute(_narrowed(_rows(), wanted, today=today).limit(limit))
    return [_row(each, today) for each in found]


def of_meetings(session: Session, meeting_ids: Sequence[int], *, today: date) -> list[DecisionRow]:
    """List the decisions of meetings in the order they were made."""
    statement = _selected().where(Decision.meeting_id.in_(meeting_ids))
    found = session.execute(statement.order_by(Meeting.held_on, Meeting.id, Decision.position))
    return [_row(each, today) for each in found]


def last_meeting(session: Session, *, by: date) -> int | None:
    """Return the last meeting that had begun by the end of a day and decided anything to be counted."""
    decided = select(Decision.meeting_id).where(Decision.ordinary())
    held = Meeting.held_on <= by
    statement = select(Meeting.id).where(held, Meeting.begun(), Meeting.id.in_(decided))
    return session.scalar(statement.order_by(Meeting.held_on.desc(), Meeting.id.desc()).limit(1))


def counted(
    session: Session, meeting_id: int, *, units: Collection[int] | None = None, today: date
) -> list[DecisionRow]:
    """List the decisions of a meeting that figures count, of some units alone; accusations never."""
    statement = _selected().where(Decision.meeting_id == meeting_id, Decision.ordinary())
    if units is not None:
        statement = statement.where(Decision.unit_id.in_(sorted(units)))
    return [_row(each, today) for each in session.execute(statement.order_by(Decision.position))]


def unfinished_before(
    session: Session, kind: MeetingKind, held_on: date, *, but: Sequence[int], today: date
) -> list[DecisionRow]:
    """List what meetings of a kind before a day left open, those of the ids in `but` left out."""
    statement = _selected().where(
        Meeting.kind == kind,
        Meeting.held_on <= held_on,
        Meeting.id.not_in(but),
        Decision.done_on.is_(None),
    )
    found = session.execute(statement.order_by(Decision.due_on, Decision.id))
    return [_row(each, today) for each in found]


def decision(
    session: Session, decision_id: int, *, today: date
) -> tuple[DecisionRow, tuple[ReportRow, ...]]:
    """Return a decision with its reports, the newest first; raises Missing out of sight."""
    found = session.execute(_selected().where(Decision.id == decision_id)).one_or_none()
    if found is None:
        raise Missing("该议定事项不存在，或不在您的查看范围内")
    reports = session.execute(
        select(
            DecisionReport.id,
            DecisionReport.text,
            DecisionReport.reported_on,
            DecisionReport.name,
            DecisionReport.actor,
            DecisionReport.at,
            DecisionReport.verdict,
            DecisionReport.verdict_why,
            DecisionReport.verdict_by,
        )
        .where(DecisionReport.decision_id == decision_id)
        .order_by(DecisionReport.id.desc())
    )
    return _row(found, today), tuple(ReportRow(*each) for each in reports)


def due(session: Session, *, today: date) -> Due:
    """Count what is late, soon due and waiting for the office; a unit's without its subtree's."""
    actor = actor_of(session)
    days = office.parameter(session, "decision_soon_days", on=today)
    assert isinstance(days, int)
    counted = select(func.count(Decision.id)).where(Decision.done_on.is_(None))
    if not actor.sees_all_meetings:
        counted = counted.where(Decision.unit_id == actor.unit_id)
    soon = (
        Decision.waiting_since.is_(None),
        Decision.due_on >= today,
        Decision.due_on <= today + timedelta(days=days),
    )
    return Due(
        overdue=session.scalar(counted.where(_is(DecisionState.OVERDUE, today=today))) or 0,
        soon=session.scalar(counted.where(*soon)) or 0,
        waiting=session.scalar(counted.where(Decision.waiting_since.is_not(None))) or 0,
        days=days,
    )


def to_remind(session: Session, *, today: date) -> dict[str, list[DecisionRow]]:
    """Map units to what of theirs is late or soon due and was not reported, for the office."""
    days = office.parameter(session, "decision_soon_days", on=today)
    assert isinstance(days, int)
    statement = _selected().where(
        Decision.done_on.is_(None),
        Decision.waiting_since.is_(None),
        Decision.due_on <= today + timedelta(days=days),
    )
    found: dict[str, list[DecisionRow]] = {}
    for each in session.execute(statement.order_by(Decision.due_on, Decision.id)):
        row = _row(each, today)
        found.setdefault(row.unit, []).append(row)
    return found


def _is(wanted: DecisionState, *, today: date) -> Any:
    """As rules.meetings.state says it."""
    if wanted is DecisionState.DONE:
        return Decision.done_on.is_not(None)
    late = Decision.due_on < func.coalesce(Decision.waiting_since, today)
    return and_(Decision.done_on.is_(None), late if wanted is DecisionState.OVERDUE else ~late)


def _selected() -> Any:
    return (
        select(Decision, Meeting, AgendaItem.title)
        .join(Meeting, Meeting.id == Decision.meeting_id)
        .outerjoin(AgendaItem, AgendaItem.id == Decision.item_id)
    )


def _rows() -> Any:
    return _selected().order_by(Decision.done_on.is_not(None), Decision.due_on, Decision.id)


def _narrowed(statement: Any, wanted: DecisionFilter, *, today: date) -> Any:
    if wanted.kind is not None:
        meetings = select(Meeting.id).where(Meeting.kind == wanted.kind)
        statement = statement.where(Decision.meeting_id.in_(meetings))
    if wanted.state is not None:
        statement = statement.where(_is(wanted.state, today=today))
    if wanted.unit_id is not None:
        statement = statement.where(Decision.unit_id == wanted.unit_id)
    if wanted.waiting:
        statement = statement.where(Decision.waiting_since.is_not(None))
    for word in wanted.term.split():
        statement = statement.where(
            or_(
                Decision.text.contains(word, autoescape=True),
                Decision.unit_name.contains(word, autoescape=True),
            )
        )
    return statement


def _row(found: Any, today: date) -> DecisionRow:
    row, meeting, item = found
    days = {"waiting_since": row.waiting_since, "today": today}
    return DecisionRow(
        id=row.id,
        version=row.version,
        meeting_id=row.meeting_id,
        meeting=meeting.number,
        meeting_title=meeting.title,
        kind=meeting.kind,
        held_on=meeting.held_on,
        item_id=row.item_id,
        item=item or "",
        position=row.position,
        unit_id=row.unit_id,
        unit=row.unit_name,
        text=row.text,
        due_on=row.due_on,
        waiting_since=row.waiting_since,
        done_on=row.done_on,
        state=state(row.due_on, row.done_on, **days),
        standing=standing(row.due_on, row.done_on, **days),
    )
