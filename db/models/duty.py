"""包案: who answers for a case, with which plan, through which chain, and who must stay out."""

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Audited, Base, BigId, Moment, PrimaryKey, Versioned, coded
from db.models.cases import OfCase
from rules.case_terms import DutySource, MeasureKind


class CaseDuty(Versioned, OfCase, Audited, Base):
    """The duty of one case (五个一、四定四包); the lead himself stands on the case.

    `ticks` are the codes of what has been confirmed, of 四包 and of 五包, comma between.
    """

    __tablename__ = "case_duties"
    __table_args__ = (Index("uq_case_duties_case_id", "case_id", unique=True),)

    id: Mapped[PrimaryKey]
    source: Mapped[DutySource] = mapped_column(coded(DutySource))
    since: Mapped[date]
    team: Mapped[str] = mapped_column(String(500), default="")
    plan: Mapped[str] = mapped_column(Text, default="")
    owner: Mapped[str] = mapped_column(String(100), default="")
    until: Mapped[date | None]
    ticks: Mapped[str] = mapped_column(String(200), default="")
    left_on: Mapped[date | None]
    left_why: Mapped[str] = mapped_column(String(200), default="")


class DutyLink(OfCase, Audited, Base):
    """One level of 四级包保: an official who answers, by name and post; never a petitioner."""

    __tablename__ = "duty_links"
    __table_args__ = (
        Index("uq_duty_links_case_id_level", "case_id", "level", unique=True),
        CheckConstraint("level BETWEEN 1 AND 4", name="ck_duty_links_level"),
    )

    id: Mapped[PrimaryKey]
    level: Mapped[int]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    official: Mapped[str] = mapped_column(String(64))
    post: Mapped[str] = mapped_column(String(100), default="")


class Measure(Versioned, OfCase, Audited, Base):
    """A measure of 一案一策, done only with a day and evidence."""

    __tablename__ = "measures"

    id: Mapped[PrimaryKey]
    kind: Mapped[MeasureKind] = mapped_column(coded(MeasureKind))
    text: Mapped[str] = mapped_column(String(1000))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    owner: Mapped[str] = mapped_column(String(100), default="")
    due_on: Mapped[date | None]
    done_on: Mapped[date | None]
    evidence: Mapped[str] = mapped_column(String(500), default="")
    attachment_id: Mapped[int | None] = mapped_column(
        ForeignKey("attachments.id", ondelete="SET NULL")
    )


class CostShare(OfCase, Audited, Base):
    """What one unit bears of a measure's cost (成本分摊), in 分."""

    __tablename__ = "cost_shares"

    id: Mapped[PrimaryKey]
    measure_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("measures.id", ondelete="CASCADE"), index=True
    )
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    basis: Mapped[str] = mapped_column(String(200), default="")


class Recusal(OfCase, Audited, Base):
    """A leader or unit that must stay out: an interest of its own (§28), or accused by it (§30)."""

    __tablename__ = "recusals"

    id: Mapped[PrimaryKey]
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("leaders.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    accused: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(String(200))
    decided_by: Mapped[str] = mapped_column(String(64))
    at: Mapped[Moment]
