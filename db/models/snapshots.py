"""Snapshots of a situation: what a meeting works on, kept as it was and never changed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, or_
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.elements import ColumnElement

from db.models.base import Audited, Base, BigId, PrimaryKey, Scoped, UtcDateTime
from db.models.slides import of_shown
from rules.permissions import Actor


class Snapshot(Scoped, Audited, Base):
    """The material of a situation by rules.snapshots.kept, of the store version it was read at.

    A trigger refuses every change: what was projected and printed can be looked up for good.
    """

    __tablename__ = "snapshots"
    __table_args__ = (Index("ix_snapshots_meeting_id", "meeting_id", "id"),)
    restricted = frozenset({"content"})

    id: Mapped[PrimaryKey]
    number: Mapped[str] = mapped_column(String(32), unique=True)
    meeting_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("meetings.id"))
    first_on: Mapped[date]
    last_on: Mapped[date]
    place: Mapped[str] = mapped_column(String(100))
    store_version: Mapped[int] = mapped_column(BigId)
    at: Mapped[datetime] = mapped_column(UtcDateTime())
    content: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    created_by: Mapped[str] = mapped_column(String(64))

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool] | None:
        """Whoever is told the county's counts; of a meeting, the room what is put up of it."""
        criteria = of_shown(cls, actor)
        if criteria is None or not actor.sees_county:
            return criteria
        return or_(cls.meeting_id.is_(None), criteria)
