"""The wall map of townships: where the office put their squares, and the county's own boundaries."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Audited, Base, Moment, PrimaryKey, UtcDateTime, Versioned


class MapLayout(Versioned, Audited, Base):
    """The one layout of squares: row and column by the id of the township, as text in JSON."""

    __tablename__ = "map_layouts"

    id: Mapped[PrimaryKey]
    squares: Mapped[dict[str, list[int]]] = mapped_column(JSON, default=dict)
    set_by: Mapped[str] = mapped_column(String(64))
    set_at: Mapped[Moment]


class MapBoundary(Versioned, Audited, Base):
    """Boundaries of townships as they came in a file, simplified; the latest not removed is drawn.

    `shapes` holds by the id of the township its polygons and where its number stands, in
    degrees. Of the file itself only the hash is kept.
    """

    __tablename__ = "map_boundaries"
    # Coordinates by the thousand: the chain keeps the hash of the file instead.
    restricted = frozenset({"shapes"})

    id: Mapped[PrimaryKey]
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    areas: Mapped[int]
    points: Mapped[int]
    shapes: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[Moment]
    removed_by: Mapped[str | None] = mapped_column(String(64))
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
