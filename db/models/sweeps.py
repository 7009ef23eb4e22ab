"""The dispute sweep: how often who reports, the rounds of it, and what each unit filed in them."""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.elements import ColumnElement

from db.models.base import Audited, Base, Moment, PrimaryKey, Scoped, UtcDateTime, Versioned, coded
from rules.permissions import Actor
from rules.reception_terms import PeriodType
from rules.sweep_terms import Cadence, RoundKind
from rules.terms import Role, UnitKind


class SweepRuleRow(Audited, Base):
    """The county's own cadence, laid over the default of its code from a day on."""

    __tablename__ = "sweep_rules"
    __table_args__ = (UniqueConstraint("code", "valid_from"),)

    id: Mapped[PrimaryKey]
    code: Mapped[str] = mapped_column(String(40))
    level: Mapped[UnitKind] = mapped_column(coded(UnitKind))
    period_type: Mapped[PeriodType] = mapped_column(coded(PeriodType))
    cadence: Mapped[Cadence] = mapped_column(coded(Cadence))
    due_days: Mapped[int]
    due_time: Mapped[str] = mapped_column(String(5))
    rolls: Mapped[bool]
    clause: Mapped[str] = mapped_column(String(200))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    set_by: Mapped[str] = mapped_column(String(64))
    set_at: Mapped[Moment]


class SweepRound(Versioned, Audited, Base):
    """One round of a sweep, seen by everybody; both days are in.

    `code` is the rule it was made by, None for one opened by hand, which names its units in
    `unit_ids` and what it is about in `class_ids` of 内容分类. `due_reason` is why its due time
    was moved by hand, which the rules then leave alone.
    """

    __tablename__ = "sweep_rounds"
    __table_args__ = (
        UniqueConstraint("code", "first_on"),
        Index("ix_sweep_rounds_last_on", "last_on"),
    )

    id: Mapped[PrimaryKey]
    kind: Mapped[RoundKind] = mapped_column(coded(RoundKind))
    code: Mapped[str | None] = mapped_column(String(40))
    level: Mapped[UnitKind | None] = mapped_column(coded(UnitKind))
    name: Mapped[str] = mapped_column(String(200))
    first_on: Mapped[date]
    last_on: Mapped[date]
    due_at: Mapped[Moment]
    closes_at: Mapped[Moment]
    due_reason: Mapped[str] = mapped_column(String(200), default="")
    unit_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    class_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    note: Mapped[str] = mapped_column(String(500), default="")
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[Moment]
    closed_by: Mapped[str | None] = mapped_column(String(64))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class _OfUnit(Scoped):
    """What a unit reported: seen by itself, by what it stands under, the office and the leaders."""

    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool] | None:
        """Leave a unit its own and its subtree's."""
        if actor.sees_all_sweeps:
            return None
        if Role.UNIT in actor.roles and actor.unit_ids:
            return cls.unit_id.in_(sorted(actor.unit_ids))
        return false()


class SweepReport(Versioned, _OfUnit, Audited, Base):
    """A unit's report of a round, under the name it then had; zero or counts, never a name.

    At the end of a round who filed nothing gets a row without `filed_at`, so that a closed
    round is told from its own rows for ever. `filed_at` is the first filing, by which it is
    late or not; `changed_at` tells of a change while the round was open.
    """

    __tablename__ = "sweep_reports"
    __table_args__ = (UniqueConstraint("round_id", "unit_id"),)

    id: Mapped[PrimaryKey]
    round_id: Mapped[int] = mapped_column(ForeignKey("sweep_rounds.id"))
    unit_name: Mapped[str] = mapped_column(String(100))
    zero: Mapped[bool] = mapped_column(default=False)
    found: Mapped[int] = mapped_column(default=0)
    resolved: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(Text, default="")
    filed_by: Mapped[str] = mapped_column(String(64), default="")
    filed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    changed_by: Mapped[str | None] = mapped_column(String(64))
    changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class SweepCorrection(_OfUnit, Audited, Base):
    """What is to be known beside a closed round, by whom and why; the round stays as it is."""

    __tablename__ = "sweep_corrections"

    id: Mapped[PrimaryKey]
    round_id: Mapped[int] = mapped_column(ForeignKey("sweep_rounds.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(String(200))
    actor: Mapped[str] = mapped_column(String(64))
    at: Mapped[Moment]
