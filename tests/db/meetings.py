"""Meetings brought along their way; no test of its own."""

from datetime import date, timedelta
from typing import Any

from db.commands import meeting_decisions as decisions
from db.commands import meetings as commands
from db.commands.cases import NewFile, Opened
from db.commands.meetings import Planned
from db.engine import Store
from db.models.meetings import Decision, Meeting
from db.queries import meeting_decisions, meetings
from db.queries.meetings import MeetingFile
from rules.meetings import Came, ItemKind, MeetingKind, Presence, Verdict
from rules.permissions import Actor
from rules.terms import Role
from tests.conftest import NOW, OFFICE, TODAY

DAY = timedelta(days=1)
PDF = NewFile("方案.pdf", b"%PDF-1.4 plan")
LEADER = Actor(None, "林县长", frozenset({Role.LEADER}))


def of_unit(unit_id: int) -> Actor:
    """Somebody of a unit."""
    return Actor(None, "住建局小王", frozenset({Role.UNIT}), unit_id, frozenset({unit_id}))


def add(store: Store, *unit_ids: int, held_on: date = TODAY, **given: Any) -> Opened:
    """Put a meeting in, of the joint meeting unless told otherwise."""
    values: dict[str, Any] = {
        "kind": MeetingKind.JOINT,
        "title": f"{held_on} 联席会议",
        "held_on": held_on,
        "unit_ids": unit_ids,
        **given,
    }
    with store.writing(OFFICE) as session:
        return commands.add_meeting(session, Planned(**values), now=NOW)


def version(store: Store, found: Opened) -> int:
    """The version of a meeting as it stands."""
    with store.reading(OFFICE) as session:
        return session.get_one(Meeting, found.id).version


def open_(store: Store, found: Opened, *, today: date = TODAY) -> None:
    """Begin a meeting."""
    with store.writing(OFFICE) as session:
        commands.open_meeting(
            session, found.id, version=version(store, found), today=today, now=NOW
        )


def opened(store: Store, *unit_ids: int, held_on: date = TODAY, **given: Any) -> Opened:
    """A meeting that has begun on its day."""
    found = add(store, *unit_ids, held_on=held_on, **given)
    open_(store, found, today=held_on)
    return found


def item(
    store: Store, found: Opened, kind: ItemKind, reference: str, unit_id: int | None = None
) -> int:
    """Put an item on the agenda."""
    with store.writing(OFFICE) as session:
        return commands.add_item(
            session, found.id, kind, reference, unit_id=unit_id, version=version(store, found)
        )


def decide(
    store: Store,
    found: Opened,
    *unit_ids: int,
    text: str = "拿出整改方案",
    due_on: date = TODAY + 10 * DAY,
    item_id: int | None = None,
) -> list[int]:
    """Take a decision down."""
    with store.writing(OFFICE) as session:
        return decisions.record_decision(
            session,
            found.id,
            unit_ids=unit_ids,
            due_on=due_on,
            text=text,
            item_id=item_id,
            now=NOW,
        )


def decision(store: Store, decision_id: int) -> Decision:
    """A decision as it lies in the store."""
    with store.reading(OFFICE) as session:
        row = session.get_one(Decision, decision_id)
        session.expunge(row)
        return row


def report(store: Store, decision_id: int, *, by: Actor = OFFICE, today: date = TODAY) -> int:
    """Report on a decision with a file."""
    with store.writing(by) as session:
        return decisions.report_decision(
            session,
            decision_id,
            text="方案已印发",
            file=PDF,
            limit_mb=1,
            version=decision(store, decision_id).version,
            today=today,
            now=NOW,
        )


def judge(
    store: Store, decision_id: int, report_id: int, verdict: Verdict, *, why: str = ""
) -> None:
    """Say the office's word to a report."""
    with store.writing(OFFICE) as session:
        decisions.judge_report(
            session,
            report_id,
            verdict,
            why=why,
            version=decision(store, decision_id).version,
            now=NOW,
        )


def attend(store: Store, found: Opened, *unit_ids: int) -> None:
    """Write down that units came."""
    with store.writing(OFFICE) as session:
        came = [Came(key, Presence.PRESENT) for key in unit_ids]
        commands.record_attendance(
            session, found.id, came, version=seen(store, found).attendance_version
        )


def issue(store: Store, found: Opened, content: bytes = b"minutes") -> None:
    """Issue the minutes."""
    with store.writing(OFFICE) as session:
        commands.issue(
            session,
            found.id,
            draw=lambda _file: content,
            version=version(store, found),
            today=TODAY,
            now=NOW,
        )


def seen(store: Store, found: Opened, *, by: Actor = OFFICE, today: date = TODAY) -> MeetingFile:
    """A meeting as somebody sees it."""
    with store.reading(by) as session:
        return meetings.meeting_file(session, found.number, today=today)


def listed(
    store: Store, *, by: Actor = OFFICE, today: date = TODAY, **wanted: Any
) -> list[meeting_decisions.DecisionRow]:
    """The decisions somebody sees."""
    with store.reading(by) as session:
        asked = meeting_decisions.DecisionFilter(**wanted)
        return list(meeting_decisions.listing(session, asked, page=1, today=today).rows)
