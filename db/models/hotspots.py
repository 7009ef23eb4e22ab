"""Hotspots: matters that belong together, and the proposals a person has dismissed."""

from datetime import date

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, false, or_
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.elements import ColumnElement

from db.models.base import Audited, Base, BigId, Moment, PrimaryKey, Scoped, Versioned, coded
from db.models.cases import OfCase
from rules.case_terms import HotspotState
from rules.permissions import Actor
from rules.terms import Role


class Hotspot(Versioned, Scoped, Audited, Base):
    """One thing at one place that several matters report; it holds no person."""

    __tablename__ = "hotspots"

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(100), unique=True)
    state: Mapped[HotspotState] = mapped_column(coded(HotspotState))
    code_id: Mapped[int | None] = mapped_column(ForeignKey("codes.id"))
    place: Mapped[str] = mapped_column(String(100), default="")
    township_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    first_on: Mapped[date | None]
    last_on: Mapped[date | None]
    words: Mapped[str] = mapped_column(String(200), default="")
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("leaders.id"))
    lead_unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    sector_unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    members: Mapped[str] = mapped_column(String(500), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[Moment]
    ended_on: Mapped[date | None]

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool] | None:
        """The office and the room see all; a leader and a unit what they lead."""
        if actor.sees_all_cases or Role.SCREEN in actor.roles:
            return None
        own: list[ColumnElement[bool]] = []
        if Role.UNIT in actor.roles and actor.unit_ids:
            units = sorted(actor.unit_ids)
            own += [cls.lead_unit_id.in_(units), cls.sector_unit_id.in_(units)]
        if Role.LEADER in actor.roles and actor.leader_id is not None:
            own.append(cls.lead_id == actor.leader_id)
        return or_(*own) if own else false()


class HotspotCase(OfCase, Audited, Base):
    """A case that belongs to a hotspot; one case may belong to several."""

    __tablename__ = "hotspot_cases"
    __table_args__ = (
        Index("uq_hotspot_cases_hotspot_id_case_id", "hotspot_id", "case_id", unique=True),
    )

    id: Mapped[PrimaryKey]
    hotspot_id: Mapped[int] = mapped_column(BigId, ForeignKey("hotspots.id", ondelete="CASCADE"))
    added_by: Mapped[str] = mapped_column(String(64))
    added_at: Mapped[Moment]


class DismissedProposal(Scoped, Audited, Base):
    """A proposed group that a person said is none; it comes back only when it has grown."""

    __tablename__ = "dismissed_proposals"

    id: Mapped[PrimaryKey]
    fingerprint: Mapped[str] = mapped_column(String(64), index=True)
    words: Mapped[str] = mapped_column(String(200))
    matters: Mapped[int]
    members: Mapped[bytes] = mapped_column(LargeBinary)
    reason: Mapped[str] = mapped_column(String(200), default="")
    actor: Mapped[str] = mapped_column(String(64))
    at: Mapped[Moment]

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool] | None:
        """The office's alone."""
        return None if actor.sees_all_cases else false()
