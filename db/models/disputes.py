"""The ledger of disputes: matters found by the sweep, their steps, levels, papers and sign-off."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    false,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, deferred, mapped_column
from sqlalchemy.sql.elements import ColumnElement

from db.models.base import (
    Audited,
    Base,
    BigId,
    Moment,
    PrimaryKey,
    Scoped,
    UtcDateTime,
    Versioned,
    coded,
)
from rules.case_terms import Performance, Satisfaction, Tick, VisitKind
from rules.dispute_terms import (
    DisputeOutcome,
    DisputeState,
    DisputeStep,
    GradeStage,
    MediationChannel,
    PairKind,
    PaperKind,
    RiskLevel,
    Tier,
)
from rules.permissions import Actor
from rules.terms import Role


class DisputeClass(Versioned, Audited, Base):
    """A class of disputes, in at most two levels, with its 行业主管 and its 内容分类.

    A list apart from `codes`: the two are counted by different rules, and `code_id` lets them
    be compared.
    """

    __tablename__ = "dispute_classes"

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(50), unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("dispute_classes.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    code_id: Mapped[int | None] = mapped_column(ForeignKey("codes.id"))
    position: Mapped[int] = mapped_column(default=100)
    active: Mapped[bool] = mapped_column(default=True)


class Dispute(Versioned, Scoped, Audited, Base):
    """One dispute (矛盾纠纷): the matter. Who is party to it stands in DisputeParty, never here.

    `unit_id` found it, `area_id` is where it is, `township_id` the township of that then;
    `outcome` says in which column it is counted, whatever its state.
    """

    __tablename__ = "disputes"
    __table_args__ = (
        Index(
            "ix_disputes_found_on",
            "found_on",
            "id",
            "state",
            "outcome",
            "unit_id",
            "duty_unit_id",
            "lead_id",
        ),
        Index("ix_disputes_state", "state", "found_on", "id", "outcome", "unit_id", "duty_unit_id"),
        # The whole ledger is counted in this order, and the red ones that are open found at once.
        Index(
            "ix_disputes_counts",
            "state",
            "outcome",
            "level",
            "unit_id",
            "duty_unit_id",
            "lead_id",
        ),
        Index(
            "ix_disputes_level",
            "level",
            "state",
            "found_on",
            "id",
            "outcome",
            "unit_id",
            "duty_unit_id",
            "lead_id",
        ),
        Index("ix_disputes_area", "area_id", "found_on", "id", "state", "outcome"),
        Index("ix_disputes_township", "township_id", "found_on", "id", "state", "outcome", "level"),
        Index("ix_disputes_unit", "unit_id", "found_on", "id", "state", "outcome"),
        Index("ix_disputes_duty_unit", "duty_unit_id", "found_on", "id", "state", "outcome"),
        Index("ix_disputes_class", "class_id", "found_on", "id", "state", "outcome"),
        Index(
            "ix_disputes_map",
            "state",
            "township_id",
            "level",
            "due_on",
            "found_on",
            "unit_id",
            "duty_unit_id",
            "lead_id",
        ),
        Index(
            "ix_disputes_table",
            "found_on",
            "class_id",
            "unit_id",
            "outcome",
            "channel",
            "state",
            "case_id",
            "resolved_on",
            "duty_unit_id",
            "lead_id",
        ),
        Index(
            "ix_disputes_round",
            "round_id",
            "state",
            "outcome",
            "found_on",
            "resolved_on",
            "left_on",
            "signed_on",
            "unit_id",
            "duty_unit_id",
            "lead_id",
        ),
        Index("ix_disputes_row_hash", "row_hash"),
        Index("ix_disputes_batch", "batch_id"),
        CheckConstraint(
            "state <> 'signed_off' OR (signed_on IS NOT NULL AND outcome IN ('resolved', 'routed'))",
            name="ck_disputes_signed_off",
        ),
    )

    id: Mapped[PrimaryKey]
    number: Mapped[str] = mapped_column(String(32), unique=True)
    state: Mapped[DisputeState] = mapped_column(coded(DisputeState))
    outcome: Mapped[DisputeOutcome] = mapped_column(
        coded(DisputeOutcome), default=DisputeOutcome.UNRESOLVED
    )
    tier: Mapped[Tier] = mapped_column(coded(Tier))
    round_id: Mapped[int | None] = mapped_column(ForeignKey("sweep_rounds.id"))
    title: Mapped[str] = mapped_column(String(200))
    class_id: Mapped[int] = mapped_column(ForeignKey("dispute_classes.id"))
    content: Mapped[str] = mapped_column(Text, default="")
    found_on: Mapped[date]
    happened_on: Mapped[date | None]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    finder: Mapped[str] = mapped_column(String(64), default="")
    reported_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    area_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    township_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    grid: Mapped[str] = mapped_column(String(100), default="")
    place: Mapped[str] = mapped_column(String(100), default="")
    involved: Mapped[str] = mapped_column(String(200), default="")
    people: Mapped[int] = mapped_column(default=1)
    people_approx: Mapped[bool] = mapped_column(default=False)
    amount_fen: Mapped[int | None] = mapped_column(BigInteger)
    amount_approx: Mapped[bool] = mapped_column(default=False)
    cross: Mapped[bool] = mapped_column(default=False)
    group: Mapped[bool] = mapped_column(default=False)
    may_petition: Mapped[bool] = mapped_column(default=False)
    level: Mapped[RiskLevel | None] = mapped_column(coded(RiskLevel))
    level_stage: Mapped[GradeStage | None] = mapped_column(coded(GradeStage))
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("leaders.id"), index=True)
    town_head: Mapped[str] = mapped_column(String(64), default="")
    village_head: Mapped[str] = mapped_column(String(64), default="")
    grid_worker: Mapped[str] = mapped_column(String(64), default="")
    duty_unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    handler: Mapped[str] = mapped_column(String(64), default="")
    team: Mapped[str] = mapped_column(String(200), default="")
    co_units: Mapped[str] = mapped_column(String(200), default="")
    plan: Mapped[str] = mapped_column(Text, default="")
    channel: Mapped[MediationChannel | None] = mapped_column(coded(MediationChannel))
    organ_id: Mapped[int | None] = mapped_column(ForeignKey("network_nodes.id"))
    due_on: Mapped[date | None]
    assigned_on: Mapped[date | None]
    resolved_on: Mapped[date | None]
    left_on: Mapped[date | None]
    signed_on: Mapped[date | None]
    archive_number: Mapped[str] = mapped_column(String(64), default="")
    assessed_on: Mapped[date | None]
    assessment: Mapped[str] = mapped_column(String(500), default="")
    remark: Mapped[str] = mapped_column(Text, default="")
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    merged_into_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("disputes.id"), index=True)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batches.id"))
    row_hash: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool] | None:
        """The office sees all; a unit what its subtree found or is to resolve; a leader what he leads."""
        if actor.sees_all_cases:
            return None
        own: list[ColumnElement[bool]] = []
        if Role.UNIT in actor.roles and actor.unit_ids:
            units = sorted(actor.unit_ids)
            own += [cls.unit_id.in_(units), cls.duty_unit_id.in_(units)]
        if Role.LEADER in actor.roles and actor.leader_id is not None:
            own.append(cls.lead_id == actor.leader_id)
        return or_(*own) if own else false()


class OfDispute(Scoped):
    """A row that hangs on a dispute and is seen by whoever sees the dispute."""

    dispute_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("disputes.id", ondelete="CASCADE"), index=True
    )

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool] | None:
        """Follow the dispute."""
        criteria = Dispute.visible_to(actor)
        return None if criteria is None else cls.dispute_id.in_(select(Dispute.id).where(criteria))


class DisputeParty(OfDispute, Audited, Base):
    """A party, only where a name is needed; encrypted, hashed and apart, as Petitioner."""

    __tablename__ = "dispute_parties"
    restricted = frozenset(
        {"name_encrypted", "phone_encrypted", "address_encrypted", "name_hash", "phone_hash"}
    )

    id: Mapped[PrimaryKey]
    position: Mapped[int] = mapped_column(default=0)
    representative: Mapped[bool] = mapped_column(default=False)
    name_encrypted: Mapped[bytes] = mapped_column(LargeBinary)
    phone_encrypted: Mapped[bytes | None] = mapped_column(LargeBinary)
    address_encrypted: Mapped[bytes | None] = mapped_column(LargeBinary)
    name_hash: Mapped[bytes] = mapped_column(LargeBinary(16), index=True)
    phone_hash: Mapped[bytes | None] = mapped_column(LargeBinary(16), index=True)


class DisputeStepRow(OfDispute, Audited, Base):
    """A step as it was taken, only ever added; `details` by rules.dispute_steps.FIELDS."""

    __tablename__ = "dispute_steps"

    id: Mapped[PrimaryKey]
    step: Mapped[DisputeStep] = mapped_column(coded(DisputeStep))
    happened_on: Mapped[date]
    state_before: Mapped[DisputeState] = mapped_column(coded(DisputeState))
    state_after: Mapped[DisputeState] = mapped_column(coded(DisputeState))
    text: Mapped[str] = mapped_column(Text, default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    actor: Mapped[str] = mapped_column(String(64))
    actor_unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    at: Mapped[Moment]


class DisputeGrade(OfDispute, Audited, Base):
    """One step of deciding the level: by whom (`who`), when, why, and who wrote it down."""

    __tablename__ = "dispute_grades"

    id: Mapped[PrimaryKey]
    stage: Mapped[GradeStage] = mapped_column(coded(GradeStage))
    level: Mapped[RiskLevel] = mapped_column(coded(RiskLevel))
    who: Mapped[str] = mapped_column(String(64))
    decided_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(500), default="")
    actor: Mapped[str] = mapped_column(String(64))
    actor_unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    at: Mapped[Moment]


class DisputeEntry(OfDispute, Audited, Base):
    """A line of progress (化解情况) somebody wrote."""

    __tablename__ = "dispute_entries"

    id: Mapped[PrimaryKey]
    happened_on: Mapped[date]
    text: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(String(64))
    actor_unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    at: Mapped[Moment]


class DisputeTick(OfDispute, Audited, Base):
    """One of 四包: who answers for it, and the day it was done."""

    __tablename__ = "dispute_ticks"
    __table_args__ = (Index("uq_dispute_ticks_dispute_id_tick", "dispute_id", "tick", unique=True),)

    id: Mapped[PrimaryKey]
    tick: Mapped[Tick] = mapped_column(coded(Tick))
    who: Mapped[str] = mapped_column(String(64), default="")
    done_on: Mapped[date | None]


class DisputePaper(OfDispute, Audited, Base):
    """A paper of the file; its scan is kept in the store where there is one."""

    __tablename__ = "dispute_papers"
    restricted = frozenset({"content"})

    id: Mapped[PrimaryKey]
    kind: Mapped[PaperKind] = mapped_column(coded(PaperKind))
    number: Mapped[str] = mapped_column(String(64), default="")
    issued_on: Mapped[date]
    name: Mapped[str] = mapped_column(String(200), default="")
    media_type: Mapped[str] = mapped_column(String(100), default="")
    size: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str] = mapped_column(String(64), default="")
    content: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    actor: Mapped[str] = mapped_column(String(64))
    at: Mapped[Moment]


class DisputeLook(Versioned, OfDispute, Audited, Base):
    """回访 or 回头看: due by itself after the sign-off, done by a person, who is named."""

    __tablename__ = "dispute_looks"
    __table_args__ = (Index("ix_dispute_looks_due_on", "due_on", "done_on"),)

    id: Mapped[PrimaryKey]
    kind: Mapped[VisitKind] = mapped_column(coded(VisitKind))
    due_on: Mapped[date]
    done_on: Mapped[date | None]
    done_by: Mapped[str | None] = mapped_column(String(64))
    satisfaction: Mapped[Satisfaction | None] = mapped_column(coded(Satisfaction))
    accepted: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str] = mapped_column(Text, default="")
    dropped_on: Mapped[date | None]


_WHOLE = (
    "signed_on IS NULL OR (head_name <> '' AND head_on IS NOT NULL AND result <> '' "
    "AND approved_by IS NOT NULL AND approved_by <> requested_by "
    "AND head_recorded_by IS NOT NULL AND approved_by <> head_recorded_by)"
)


class DisputeSignOff(Versioned, OfDispute, Audited, Base):
    """销号 of one dispute: the unit's head signs, and another of the office approves.

    The store itself refuses one without both, or approved by whoever asked for it.
    """

    __tablename__ = "dispute_sign_offs"
    __table_args__ = (CheckConstraint(_WHOLE, name="ck_dispute_sign_offs_whole"),)

    id: Mapped[PrimaryKey]
    requested_by: Mapped[str] = mapped_column(String(64))
    requested_at: Mapped[Moment]
    result: Mapped[str] = mapped_column(Text)
    performance: Mapped[Performance] = mapped_column(coded(Performance))
    performed_until: Mapped[date | None]
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


class DisputePair(OfDispute, Audited, Base):
    """What a person decided two like disputes are; `former` is what undoing brings back.

    `dispute_id` is the one found later, `other_id` the one that is kept.
    """

    __tablename__ = "dispute_pairs"

    id: Mapped[PrimaryKey]
    other_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("disputes.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[PairKind] = mapped_column(coded(PairKind))
    reason: Mapped[str] = mapped_column(String(200), default="")
    former: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    actor: Mapped[str] = mapped_column(String(64))
    at: Mapped[Moment]
    undone_by: Mapped[str | None] = mapped_column(String(64))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
