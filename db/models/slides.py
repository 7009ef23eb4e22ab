"""The slides of a meeting, and what of it is up on the wall of the room."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, false, select
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.elements import ColumnElement

from db.models.base import Audited, Base, BigId, Moment, PrimaryKey, Scoped, Versioned, coded
from rules.panel_terms import Inserted, PanelKind
from rules.permissions import Actor


def of_shown(cls: Any, actor: Actor) -> ColumnElement[bool] | None:
    """The office and the leaders see all, the room what was put up there."""
    if actor.sees_all_meetings:
        return None
    if not actor.sees_county:
        return false()
    # The table itself: of the model the actor's own scope would be asked again.
    projections: Any = Projection.__table__
    found: ColumnElement[bool] = cls.meeting_id.in_(select(projections.c.meeting_id))
    return found


class Slide(Scoped, Audited, Base):
    """One slide of a meeting: a panel in its place, or what was put between them.

    A meeting without any shows the panels as they come. Its version is that of the meeting.
    """

    __tablename__ = "slides"
    __table_args__ = (
        CheckConstraint("(panel IS NULL) <> (inserted IS NULL)", name="ck_slides_one_kind"),
        CheckConstraint(
            "(hotspot_id IS NOT NULL) = (inserted IS NOT NULL AND inserted = 'hotspot') AND "
            "(evaluation_id IS NOT NULL) = (inserted IS NOT NULL AND inserted = 'evaluation')",
            name="ck_slides_matter",
        ),
        CheckConstraint(
            "(item_id IS NOT NULL) = (inserted IS NOT NULL AND inserted = 'item')",
            name="ck_slides_item",
        ),
        Index("uq_slides_item_id", "item_id", unique=True),
        Index("ix_slides_meeting_id", "meeting_id", "position"),
    )

    id: Mapped[PrimaryKey]
    meeting_id: Mapped[int] = mapped_column(BigId, ForeignKey("meetings.id", ondelete="CASCADE"))
    position: Mapped[int]
    panel: Mapped[PanelKind | None] = mapped_column(coded(PanelKind))
    inserted: Mapped[Inserted | None] = mapped_column(coded(Inserted))
    hidden: Mapped[bool] = mapped_column(default=False)
    title: Mapped[str] = mapped_column(String(100), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    hotspot_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("hotspots.id"))
    evaluation_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("evaluations.id"))
    item_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("agenda_items.id"))

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool] | None:
        """Follow what is put up."""
        return of_shown(cls, actor)


class Projection(Versioned, Scoped, Audited, Base):
    """A meeting put up on the wall by the office: on a snapshot, or live where it names none."""

    __tablename__ = "projections"

    id: Mapped[PrimaryKey]
    meeting_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("meetings.id", ondelete="CASCADE"), unique=True
    )
    snapshot_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("snapshots.id"))
    put_by: Mapped[str] = mapped_column(String(64))
    put_at: Mapped[Moment]

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool] | None:
        """Whoever is told the county's counts: it is what the room looks at."""
        return None if actor.sees_county else false()
