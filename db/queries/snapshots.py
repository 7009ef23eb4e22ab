"""Snapshots of situations read: the list of them, and the material of one."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models.meetings import Meeting
from db.models.snapshots import Snapshot
from rules.errors import Missing
from rules.panel_terms import Material
from rules.snapshots import read_kept

LISTED = 200


@dataclass(frozen=True, slots=True)
class SnapshotRow:
    """A snapshot in the list; `meeting` is the number of the meeting it was taken for."""

    number: str
    meeting: str
    first_on: date
    last_on: date
    place: str
    store_version: int
    at: datetime
    created_by: str


def listing(session: Session, *, meeting_id: int | None = None) -> list[SnapshotRow]:
    """List the snapshots, of a meeting where one is named, the latest first."""
    wanted = (
        select(
            Snapshot.number,
            Meeting.number,
            Snapshot.first_on,
            Snapshot.last_on,
            Snapshot.place,
            Snapshot.store_version,
            Snapshot.at,
            Snapshot.created_by,
        )
        .outerjoin(Meeting, Meeting.id == Snapshot.meeting_id)
        .order_by(Snapshot.id.desc())
        .limit(LISTED)
    )
    if meeting_id is not None:
        wanted = wanted.where(Snapshot.meeting_id == meeting_id)
    return [
        SnapshotRow(
            number=row[0],
            meeting=row[1] or "",
            first_on=row.first_on,
            last_on=row.last_on,
            place=row.place,
            store_version=row.store_version,
            at=row.at,
            created_by=row.created_by,
        )
        for row in session.execute(wanted)
    ]


def snapshot(session: Session, number: str) -> Material:
    """Return the material of a snapshot; raises Missing for a number there is none of in sight."""
    content = session.scalar(select(Snapshot.content).where(Snapshot.number == number.strip()))
    if content is None:
        raise Missing(f"没有编号为“{number}”的形势快照，或不在您的查看范围内")
    return read_kept(content, number=number.strip())
