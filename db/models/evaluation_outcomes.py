"""What follows a vote: the opinion, its delivery and publication, 督办, and a matter that comes again."""

from datetime import date

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, declared_attr, deferred, mapped_column

from db.models.base import Audited, Base, BigId, Moment, PrimaryKey, Versioned, coded
from db.models.cases import OfCase
from db.models.evaluations import OfEvaluation
from rules.evaluation_terms import Medium, Party, Service, Verdict


class EvaluationOpinion(Versioned, OfEvaluation, Audited, Base):
    """第三方评价意见书: issued once and never changed; reported to the superior on a day."""

    __tablename__ = "evaluation_opinions"
    __table_args__ = (Index("uq_evaluation_opinions_one", "evaluation_id", unique=True),)

    id: Mapped[PrimaryKey]
    number: Mapped[str] = mapped_column(String(64), unique=True)
    verdict: Mapped[Verdict] = mapped_column(coded(Verdict))
    issued_on: Mapped[date]
    text: Mapped[str] = mapped_column(Text)
    reasons: Mapped[str] = mapped_column(Text)
    advice: Mapped[str] = mapped_column(Text, default="")
    signed: Mapped[str] = mapped_column(String(100))
    reported_to: Mapped[str] = mapped_column(String(100), default="")
    reported_on: Mapped[date | None]
    actor: Mapped[str] = mapped_column(String(64))
    at: Mapped[Moment]


class Proof:
    """A file that proves what its row says."""

    name: Mapped[str] = mapped_column(String(200), default="")
    media_type: Mapped[str] = mapped_column(String(100), default="")
    size: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str] = mapped_column(String(64), default="")

    @declared_attr
    def content(cls) -> Mapped[bytes | None]:  # noqa: N805
        """The file itself, read when it is asked for."""
        return deferred(mapped_column(LargeBinary))


class EvaluationDelivery(Proof, OfEvaluation, Audited, Base):
    """An opinion served to one of the parties: by a receipt, or refused before a witness."""

    __tablename__ = "evaluation_deliveries"
    __table_args__ = (Index("uq_evaluation_deliveries_one", "evaluation_id", "party", unique=True),)
    restricted = frozenset({"content"})

    id: Mapped[PrimaryKey]
    party: Mapped[Party] = mapped_column(coded(Party))
    way: Mapped[Service] = mapped_column(coded(Service))
    delivered_on: Mapped[date]
    refused: Mapped[bool] = mapped_column(default=False)
    witness: Mapped[str] = mapped_column(String(64), default="")
    actor: Mapped[str] = mapped_column(String(64))
    at: Mapped[Moment]


class EvaluationPublication(Proof, OfEvaluation, Audited, Base):
    """Where the public copy of an opinion was shown, from when to when, with its evidence."""

    __tablename__ = "evaluation_publications"
    restricted = frozenset({"content"})

    id: Mapped[PrimaryKey]
    medium: Mapped[Medium] = mapped_column(coded(Medium))
    place: Mapped[str] = mapped_column(String(200))
    first_on: Mapped[date]
    last_on: Mapped[date | None]
    actor: Mapped[str] = mapped_column(String(64))
    at: Mapped[Moment]


class EvaluationFollowUp(Versioned, OfEvaluation, Audited, Base):
    """跟踪督办 of a verdict 不满意: a plan, then a result that is not the judged opinion again.

    `judged` is what that opinion said when the panel refused it; `follow_up_id` the letter of 督办
    that was drafted for a case.
    """

    __tablename__ = "evaluation_follow_ups"
    __table_args__ = (Index("uq_evaluation_follow_ups_one", "evaluation_id", unique=True),)

    id: Mapped[PrimaryKey]
    opened_on: Mapped[date]
    judged: Mapped[str] = mapped_column(Text)
    follow_up_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("follow_ups.id"))
    plan_due_on: Mapped[date]
    result_due_on: Mapped[date]
    plan: Mapped[str] = mapped_column(Text, default="")
    plan_on: Mapped[date | None]
    ended_on: Mapped[date | None]


class EvaluationAnswer(OfEvaluation, Audited, Base):
    """A result the unit handed in under 督办, how like it is to the judged opinion, and what was decided."""

    __tablename__ = "evaluation_answers"

    id: Mapped[PrimaryKey]
    text: Mapped[str] = mapped_column(Text)
    handed_on: Mapped[date]
    likeness: Mapped[int]
    like: Mapped[bool]
    accepted: Mapped[bool | None]
    why: Mapped[str] = mapped_column(String(500), default="")
    decided_by: Mapped[str | None] = mapped_column(String(64))
    decided_on: Mapped[date | None]
    actor: Mapped[str] = mapped_column(String(64))
    at: Mapped[Moment]


class EvaluationReturn(Versioned, OfCase, Audited, Base):
    """A new matter like one a panel was satisfied with: whether it brings new facts, as was asked."""

    __tablename__ = "evaluation_returns"
    __table_args__ = (Index("uq_evaluation_returns_one", "case_id", "evaluation_id", unique=True),)

    id: Mapped[PrimaryKey]
    evaluation_id: Mapped[int] = mapped_column(BigId, ForeignKey("evaluations.id"), index=True)
    new_facts: Mapped[bool]
    text: Mapped[str] = mapped_column(Text, default="")
    actor: Mapped[str] = mapped_column(String(64))
    at: Mapped[Moment]
