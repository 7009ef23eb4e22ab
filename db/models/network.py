"""The network of the sweep, what is filed of its changes, and the early signs units report."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.elements import ColumnElement

from db.models.base import (
    Audited,
    Base,
    Moment,
    PrimaryKey,
    Scoped,
    UtcDateTime,
    Versioned,
    coded,
)
from rules.dispute_terms import EarlyState, NodeKind
from rules.permissions import Actor
from rules.terms import Role


class NetworkNode(Versioned, Audited, Base):
    """An organisation or a member of staff of a township or village; it ends and keeps its name.

    Everybody who works on disputes may read it: it says who is in which office, of whom
    nothing private is kept.
    """

    __tablename__ = "network_nodes"
    __table_args__ = (Index("ix_network_nodes_unit", "unit_id", "kind"),)

    id: Mapped[PrimaryKey]
    kind: Mapped[NodeKind] = mapped_column(coded(NodeKind))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    name: Mapped[str] = mapped_column(String(100))
    grid: Mapped[str] = mapped_column(String(100), default="")
    full_time: Mapped[bool | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class NetworkFiling(Audited, Base):
    """A change of the network, filed with the county's joint meeting (备案, S4-58)."""

    __tablename__ = "network_filings"

    id: Mapped[PrimaryKey]
    node_id: Mapped[int] = mapped_column(
        ForeignKey("network_nodes.id", ondelete="CASCADE"), index=True
    )
    told: Mapped[str] = mapped_column(String(500))
    actor: Mapped[str] = mapped_column(String(64))
    at: Mapped[Moment]
    filed_on: Mapped[date | None]
    filed_by: Mapped[str | None] = mapped_column(String(64))


class EarlySign(Versioned, Scoped, Audited, Base):
    """苗头信息: a matter that may grow, reported by a unit; it names nobody."""

    __tablename__ = "early_signs"
    __table_args__ = (Index("ix_early_signs_reported_at", "reported_at", "id", "state", "unit_id"),)

    id: Mapped[PrimaryKey]
    number: Mapped[str] = mapped_column(String(32), unique=True)
    state: Mapped[EarlyState] = mapped_column(coded(EarlyState), default=EarlyState.OPEN)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    place: Mapped[str] = mapped_column(String(100), default="")
    people: Mapped[int | None]
    people_approx: Mapped[bool] = mapped_column(default=False)
    since_on: Mapped[date | None]
    content: Mapped[str] = mapped_column(Text, default="")
    asked: Mapped[str] = mapped_column(Text, default="")
    learned_at: Mapped[Moment]
    reported_at: Mapped[Moment]
    dispute_id: Mapped[int | None] = mapped_column(ForeignKey("disputes.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    closed_why: Mapped[str] = mapped_column(String(200), default="")
    settled_by: Mapped[str | None] = mapped_column(String(64))
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    created_by: Mapped[str] = mapped_column(String(64))

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool] | None:
        """The office sees all, a unit what its subtree reported."""
        if actor.sees_all_cases:
            return None
        if Role.UNIT in actor.roles and actor.unit_ids:
            return cls.unit_id.in_(sorted(actor.unit_ids))
        return false()
