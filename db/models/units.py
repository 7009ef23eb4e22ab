"""The organisation: units in their tree with their aliases, and the leaders who take cases."""

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Audited, Base, PrimaryKey, Versioned, coded
from rules.reception_terms import Body, Level, Rank
from rules.terms import UnitKind


class Unit(Versioned, Audited, Base):
    """A unit of the tree; `path` is the ids from the root, as in /1/5/9/, for its subtree.

    A merged or renamed unit ends (`valid_to`) and keeps its name in old reports.
    """

    __tablename__ = "units"

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(100), index=True)
    kind: Mapped[UnitKind] = mapped_column(coded(UnitKind))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    path: Mapped[str] = mapped_column(String(200), index=True)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class UnitAlias(Audited, Base):
    """Another name people write for a unit, as 县自规局 for 县自然资源和规划局."""

    __tablename__ = "unit_aliases"

    id: Mapped[PrimaryKey]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id", ondelete="CASCADE"), index=True)
    alias: Mapped[str] = mapped_column(String(100), unique=True)


class Leader(Versioned, Audited, Base):
    """A leader who receives and leads cases; `position` is the order 先党委后政府、先正职后副职.

    `unit_id` is the township or member unit he leads, None at the county and the city. The
    term is half-open; who has left for good is not `active`.
    """

    __tablename__ = "leaders"

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(64), index=True)
    post: Mapped[str] = mapped_column(String(100))
    level: Mapped[Level] = mapped_column(coded(Level), default=Level.COUNTY)
    body: Mapped[Body] = mapped_column(coded(Body), default=Body.GOVERNMENT)
    rank: Mapped[Rank] = mapped_column(coded(Rank), default=Rank.DEPUTY)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    portfolio: Mapped[str] = mapped_column(String(200), default="")
    term_from: Mapped[date | None]
    term_to: Mapped[date | None]
    position: Mapped[int] = mapped_column(default=100)
    active: Mapped[bool] = mapped_column(default=True)
