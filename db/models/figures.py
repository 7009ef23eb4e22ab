"""What figures are read from: counts kept by day and month, and the changes not yet folded in."""

from datetime import date
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Audited, Base, BigId, Moment, PrimaryKey, Versioned

_COUNTY: dict[bool, dict[str, Any]] = {
    whole: {
        f"{engine}_where": text(f"township_id IS {'' if whole else 'NOT '}NULL")
        for engine in ("sqlite", "postgresql")
    }
    for whole in (True, False)
}


class FigureCount(Base):
    """How much of each measure lies on a day, or in a month, for one part of a dimension.

    Only db/tallies.py writes here and knows the measures; `start` is the day, or the first of
    the month. Kept by triggers through `FigureChange`, never by a command.
    """

    __tablename__ = "figure_counts"
    __table_args__ = {"sqlite_with_rowid": False}

    grain: Mapped[str] = mapped_column(String(1), primary_key=True)
    dimension: Mapped[str] = mapped_column(String(10), primary_key=True)
    start: Mapped[date] = mapped_column(Date, primary_key=True)
    part: Mapped[str] = mapped_column(String(32), primary_key=True)
    received: Mapped[int] = mapped_column(Integer, default=0)
    letters: Mapped[int] = mapped_column(Integer, default=0)
    visits: Mapped[int] = mapped_column(Integer, default=0)
    visitors: Mapped[int] = mapped_column(Integer, default=0)
    webs: Mapped[int] = mapped_column(Integer, default=0)
    phones: Mapped[int] = mapped_column(Integer, default=0)
    repeats: Mapped[int] = mapped_column(Integer, default=0)
    office_due: Mapped[int] = mapped_column(Integer, default=0)
    office_done: Mapped[int] = mapped_column(Integer, default=0)
    unit_due: Mapped[int] = mapped_column(Integer, default=0)
    unit_done: Mapped[int] = mapped_column(Integer, default=0)
    limit_due: Mapped[int] = mapped_column(Integer, default=0)
    limit_done: Mapped[int] = mapped_column(Integer, default=0)
    first_answers: Mapped[int] = mapped_column(Integer, default=0)
    closed: Mapped[int] = mapped_column(Integer, default=0)
    resolved: Mapped[int] = mapped_column(Integer, default=0)
    settled: Mapped[int] = mapped_column(Integer, default=0)
    open: Mapped[int] = mapped_column(Integer, default=0)
    open_due: Mapped[int] = mapped_column(Integer, default=0)


class FigureChange(Base):
    """A case as it was before a write (`sign` -1) or after it (+1), by a trigger, until it is folded.

    The columns are those of the case that figures are counted from.
    """

    __tablename__ = "figure_changes"

    id: Mapped[PrimaryKey]
    sign: Mapped[int]
    state: Mapped[str] = mapped_column(String(32))
    channel: Mapped[str] = mapped_column(String(32))
    purpose: Mapped[str | None] = mapped_column(String(32))
    repeat: Mapped[str] = mapped_column(String(32))
    people: Mapped[int]
    code_id: Mapped[int | None] = mapped_column(BigId)
    township_id: Mapped[int | None] = mapped_column(BigId)
    unit_id: Mapped[int | None] = mapped_column(BigId)
    received_on: Mapped[date]
    registered_on: Mapped[date | None]
    forwarded_on: Mapped[date | None]
    accepted_on: Mapped[date | None]
    answered_on: Mapped[date | None]
    resolved_on: Mapped[date | None]
    settled_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    declined_on: Mapped[date | None]
    limit_on: Mapped[date | None]
    due_on: Mapped[date | None]


class FigureBasis(Base):
    """By which definitions the counts were made (id 1): with others they are made anew."""

    __tablename__ = "figure_basis"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    digest: Mapped[str] = mapped_column(String(64))


class OfficialCount(Versioned, Audited, Base):
    """A number that superiors alone know, as they told it: of a period, with its source, of nobody.

    `key` is a figure of rules/official.py; `township_id` is None for the whole county.
    """

    __tablename__ = "official_counts"
    __table_args__ = (
        Index(
            "uq_official_counts_of_a_township",
            *("key", "last_on", "first_on", "township_id"),
            unique=True,
            **_COUNTY[False],
        ),
        Index(
            "uq_official_counts_of_the_county",
            *("key", "last_on", "first_on"),
            unique=True,
            **_COUNTY[True],
        ),
    )

    id: Mapped[PrimaryKey]
    key: Mapped[str] = mapped_column(String(40))
    first_on: Mapped[date]
    last_on: Mapped[date]
    township_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    value: Mapped[int]
    source: Mapped[str] = mapped_column(String(200))
    entered_by: Mapped[str] = mapped_column(String(64))
    entered_at: Mapped[Moment]
