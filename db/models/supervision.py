"""What follows a case: supervision, looks back, liability, and its sign-off (销号)."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, and_, false
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.elements import ColumnElement

from db.models.base import Audited, Base, Moment, PrimaryKey, UtcDateTime, Versioned, coded
from db.models.cases import OfCase
from rules.case_terms import (
    ExitReason,
    Liability,
    Performance,
    Rung,
    Satisfaction,
    Trigger,
    VisitKind,
)
from rules.permissions import Actor


class FollowUp(Versioned, OfCase, Audited, Base):
    """督办: drafted by the system or a person, sent by a person, answered by the unit."""

    __tablename__ = "follow_ups"
    __table_args__ = (Index("ix_follow_ups_due_on", "due_on", "answered_on"),)

    id: Mapped[PrimaryKey]
    rung: Mapped[Rung] = mapped_column(coded(Rung))
    trigger: Mapped[Trigger] = mapped_column(coded(Trigger))
    reason: Mapped[str] = mapped_column(String(500))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    text: Mapped[str] = mapped_column(Text)
    drafted_at: Mapped[Moment]
    drafted_by: Mapped[str] = mapped_column(String(64))
    sent_on: Mapped[date | None]
    sent_by: Mapped[str | None] = mapped_column(String(64))
    due_on: Mapped[date | None]
    answered_on: Mapped[date | None]
    answered_by: Mapped[str | None] = mapped_column(String(64))
    problem: Mapped[str] = mapped_column(Text, default="")
    progress: Mapped[str] = mapped_column(Text, default="")
    why_not: Mapped[str] = mapped_column(Text, default="")
    next_step: Mapped[str] = mapped_column(Text, default="")
    promised_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    ended_why: Mapped[str] = mapped_column(String(200), default="")

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool] | None:
        """Follow the case; what has not been sent is the office's own."""
        criteria = super().visible_to(actor)
        return None if criteria is None else and_(criteria, cls.sent_on.is_not(None))


class LookBack(Versioned, OfCase, Audited, Base):
    """回访 or 回头看 of a closed case: due by itself, done by a person, who is named."""

    __tablename__ = "look_backs"
    __table_args__ = (Index("ix_look_backs_due_on", "due_on", "done_on"),)

    id: Mapped[PrimaryKey]
    kind: Mapped[VisitKind] = mapped_column(coded(VisitKind))
    due_on: Mapped[date]
    done_on: Mapped[date | None]
    done_by: Mapped[str | None] = mapped_column(String(64))
    with_office: Mapped[Satisfaction | None] = mapped_column(coded(Satisfaction))
    with_unit: Mapped[Satisfaction | None] = mapped_column(coded(Satisfaction))
    repeated: Mapped[bool] = mapped_column(default=False)
    outcome: Mapped[str] = mapped_column(Text, default="")
    dropped_on: Mapped[date | None]


class LiabilityRecord(OfCase, Audited, Base):
    """责任倒查: which unit caused it, which failed to resolve it, by which article."""

    __tablename__ = "liability_records"

    id: Mapped[PrimaryKey]
    reason: Mapped[Liability] = mapped_column(coded(Liability))
    caused_unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    failed_unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    text: Mapped[str] = mapped_column(Text)
    decided_on: Mapped[date]
    actor: Mapped[str] = mapped_column(String(64))
    at: Mapped[Moment]

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool] | None:
        """The office's alone: what is found out about a unit is not for its desk to read first."""
        return None if actor.sees_all_cases else false()


_WHOLE = (
    "signed_on IS NULL OR (head_name <> '' AND head_on IS NOT NULL AND result <> '' "
    "AND approved_by IS NOT NULL AND approved_by <> requested_by "
    "AND head_recorded_by IS NOT NULL AND approved_by <> head_recorded_by)"
)


class SignOff(Versioned, OfCase, Audited, Base):
    """销号 of one case: asked for by who handled it, approved by the unit's head and by another.

    The store itself refuses a sign-off without both approvals, or approved by whoever asked
    for it or wrote down the head's approval.
    """

    __tablename__ = "sign_offs"
    __table_args__ = (CheckConstraint(_WHOLE, name="ck_sign_offs_whole"),)

    id: Mapped[PrimaryKey]
    requested_by: Mapped[str] = mapped_column(String(64))
    requested_at: Mapped[Moment]
    result: Mapped[str] = mapped_column(Text)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("case_documents.id"))
    performance: Mapped[Performance] = mapped_column(coded(Performance))
    performed_until: Mapped[date | None]
    exit_reason: Mapped[ExitReason] = mapped_column(coded(ExitReason))
    head_name: Mapped[str] = mapped_column(String(64), default="")
    head_on: Mapped[date | None]
    head_recorded_by: Mapped[str | None] = mapped_column(String(64))
    approved_by: Mapped[str | None] = mapped_column(String(64))
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    signed_on: Mapped[date | None]
    refused_on: Mapped[date | None]
    refused_why: Mapped[str] = mapped_column(String(500), default="")
    withdrawn_on: Mapped[date | None]
    withdrawn_why: Mapped[str] = mapped_column(String(500), default="")


class CaseOpening(Base):
    """Who has opened a closed case's page, once each: sign-off in bulk refuses what nobody opened."""

    __tablename__ = "case_openings"

    case_id: Mapped[int] = mapped_column(
        ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[int] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True
    )
    at: Mapped[Moment]
