"""What the office sets for itself: code lists, parameters, the calendar and special periods."""

from datetime import date

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Audited, Base, Moment, PrimaryKey, Versioned


class Code(Versioned, Audited, Base):
    """A class of 内容分类 in one of three levels; `path` is the labels from the first level.

    `unit_id` is the 行业主管 unit, which answers for the field (管行业必须管信访).
    """

    __tablename__ = "codes"

    id: Mapped[PrimaryKey]
    label: Mapped[str] = mapped_column(String(60))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("codes.id"), index=True)
    level: Mapped[int]
    path: Mapped[str] = mapped_column(String(200), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class ParameterValue(Audited, Base):
    """The county's own value of a parameter from a day on; the past keeps the older one."""

    __tablename__ = "parameters"
    __table_args__ = (Index("ix_parameters_key_valid_from", "key", "valid_from", unique=True),)

    id: Mapped[PrimaryKey]
    key: Mapped[str] = mapped_column(String(64))
    value: Mapped[str] = mapped_column(String(500))
    valid_from: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200), default="")
    set_by: Mapped[str] = mapped_column(String(64))
    set_at: Mapped[Moment]


class CalendarYear(Audited, Base):
    """A year whose holidays are known, and where they come from; an absent year is a warning."""

    __tablename__ = "calendar_years"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source: Mapped[str] = mapped_column(String(200))


class CalendarDay(Audited, Base):
    """A day that is not what its weekday says: a holiday, or a weekend worked (调休)."""

    __tablename__ = "calendar_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    workday: Mapped[bool]
    name: Mapped[str] = mapped_column(String(60))


class SpecialPeriod(Versioned, Audited, Base):
    """特护期: a span of days, both ends in, with rules of its own."""

    __tablename__ = "special_periods"

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(60))
    first_on: Mapped[date]
    last_on: Mapped[date]
    note: Mapped[str] = mapped_column(String(200), default="")


class OfficeTemplate(Audited, Base):
    """A Word template of the office's own, used for documents of this name in place of ours."""

    __tablename__ = "office_templates"
    restricted = frozenset({"content"})

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(60), unique=True)
    file_name: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    actor: Mapped[str] = mapped_column(String(64))
    at: Mapped[Moment]
