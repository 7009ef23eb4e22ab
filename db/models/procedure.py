"""The procedure of a case: the steps taken, each added and never changed, and its documents."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Audited, Base, BigId, Moment, PrimaryKey, coded
from db.models.cases import OfCase
from rules.case_terms import DocumentKind, Step
from rules.terms import CaseState


class CaseStep(OfCase, Audited, Base):
    """A step of rules/procedure.py as it was taken; a withdrawal is a step of its own.

    `details` holds what the step carries by rules.steps.FIELDS, dates as ISO text.
    `former` holds the dates and duty of the case before, which withdrawing brings back.
    """

    __tablename__ = "case_steps"
    __table_args__ = (Index("ix_case_steps_step_case_id", "step", "case_id"),)

    id: Mapped[PrimaryKey]
    step: Mapped[Step] = mapped_column(coded(Step))
    happened_on: Mapped[date]
    state_before: Mapped[CaseState] = mapped_column(coded(CaseState))
    state_after: Mapped[CaseState] = mapped_column(coded(CaseState))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    until: Mapped[date | None]
    text: Mapped[str] = mapped_column(Text, default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    former: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    withdrawn_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("case_steps.id"))
    actor: Mapped[str] = mapped_column(String(64))
    actor_unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    at: Mapped[Moment]


class CaseDocument(OfCase, Audited, Base):
    """A paper of the case with the fields its kind must have (rules/case_documents.py).

    `step_id` is the step it stands and falls with: the one that gave the opinion it holds,
    else the one that began its round, none in the first.
    """

    __tablename__ = "case_documents"

    id: Mapped[PrimaryKey]
    kind: Mapped[DocumentKind] = mapped_column(coded(DocumentKind))
    number: Mapped[str] = mapped_column(String(64), default="")
    issued_on: Mapped[date]
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    step_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("case_steps.id"))
    attachment_id: Mapped[int | None] = mapped_column(
        ForeignKey("attachments.id", ondelete="SET NULL")
    )
    actor: Mapped[str] = mapped_column(String(64))
    at: Mapped[Moment]
