"""Third-party evaluation: the pool, the platforms, and one evaluation from application to meeting."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    and_,
    false,
    or_,
    select,
    text,
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
from db.models.cases import Case
from rules.case_terms import Satisfaction
from rules.evaluation_terms import (
    ApplicationRoute,
    Condition,
    EvaluationState,
    Move,
    Objector,
    PanelLevel,
    PanelPost,
    RecusalReason,
    RefusalReason,
    SeatKind,
    TemporaryKind,
)
from rules.permissions import Actor
from rules.terms import Purpose, Role


class EvaluationPanel(Versioned, Audited, Base):
    """A platform (评价小组): the county's, or that of a township or department (`unit_id`)."""

    __tablename__ = "evaluation_panels"

    id: Mapped[PrimaryKey]
    level: Mapped[PanelLevel] = mapped_column(coded(PanelLevel))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    office: Mapped[str] = mapped_column(String(100), default="")


class PanelMember(Versioned, Audited, Base):
    """Somebody's post in a platform, for his term; who follows him is another row."""

    __tablename__ = "panel_members"

    id: Mapped[PrimaryKey]
    panel_id: Mapped[int] = mapped_column(ForeignKey("evaluation_panels.id"), index=True)
    post: Mapped[PanelPost] = mapped_column(coded(PanelPost))
    name: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(100), default="")
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class EvaluatorCategory(Versioned, Audited, Base):
    """A category of the pool; `seats` is how many of a panel it usually has."""

    __tablename__ = "evaluator_categories"

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(50), unique=True)
    seats: Mapped[int] = mapped_column(default=1)
    position: Mapped[int] = mapped_column(default=100)
    active: Mapped[bool] = mapped_column(default=True)


class Evaluator(Versioned, Audited, Base):
    """One of the pool, a volunteer; his phone is encrypted as identities are."""

    __tablename__ = "evaluators"
    restricted = frozenset({"phone_encrypted"})

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(60), index=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("evaluator_categories.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    employer: Mapped[str] = mapped_column(String(100), default="")
    post: Mapped[str] = mapped_column(String(100), default="")
    village_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    phone_encrypted: Mapped[bytes | None] = mapped_column(LargeBinary)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    available: Mapped[bool] = mapped_column(default=True)
    note: Mapped[str] = mapped_column(String(200), default="")
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batches.id"), index=True)


class FormerUnit(Audited, Base):
    """Where an evaluator worked, and the day he left: 回避 looks back for years."""

    __tablename__ = "evaluator_former_units"

    id: Mapped[PrimaryKey]
    evaluator_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("evaluators.id", ondelete="CASCADE"), index=True
    )
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    left_on: Mapped[date]


_ONE_MATTER = "(case_id IS NULL) <> (dispute_id IS NULL)"
_ON_ITS_WAY = "state NOT IN ('refused', 'withdrawn') AND ended_on IS NULL"


class Evaluation(Versioned, Scoped, Audited, Base):
    """One evaluation of a case or a dispute; whoever brought that stands there and never here.

    `unit_id` applies, `judged_unit_id` is the unit whose handling is evaluated. What the petitioner
    himself says afterwards (`petitioner_view`, `settled_on`) is apart from the panel's verdict.
    """

    __tablename__ = "evaluations"
    __table_args__ = (
        CheckConstraint(_ONE_MATTER, name="ck_evaluations_one_matter"),
        Index("ix_evaluations_state", "state", "applied_on", "id"),
        # Of one matter one evaluation is on its way, whoever writes.
        *(
            Index(
                f"uq_evaluations_open_{matter}",
                f"{matter}_id",
                unique=True,
                sqlite_where=text(_ON_ITS_WAY),
                postgresql_where=text(_ON_ITS_WAY),
            )
            for matter in ("case", "dispute")
        ),
    )

    id: Mapped[PrimaryKey]
    number: Mapped[str] = mapped_column(String(32), unique=True)
    state: Mapped[EvaluationState] = mapped_column(coded(EvaluationState))
    route: Mapped[ApplicationRoute] = mapped_column(coded(ApplicationRoute))
    panel_id: Mapped[int] = mapped_column(ForeignKey("evaluation_panels.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("cases.id"), index=True)
    dispute_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("disputes.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    judged_unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    village_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    title: Mapped[str] = mapped_column(String(100))
    claims: Mapped[str] = mapped_column(Text, default="")
    facts: Mapped[str] = mapped_column(Text, default="")
    opinion_number: Mapped[str] = mapped_column(String(64), default="")
    opinion_on: Mapped[date | None]
    lawsuit: Mapped[bool] = mapped_column(default=False)
    secret: Mapped[bool] = mapped_column(default=False)
    privacy: Mapped[bool] = mapped_column(default=False)
    minor: Mapped[bool] = mapped_column(default=False)
    applied_on: Mapped[date]
    confirmed_on: Mapped[date | None]
    refused_for: Mapped[RefusalReason | None] = mapped_column(coded(RefusalReason))
    refused_why: Mapped[str] = mapped_column(String(1000), default="")
    formed_on: Mapped[date | None]
    noticed_on: Mapped[date | None]
    held_on: Mapped[date | None]
    opened_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    host: Mapped[str] = mapped_column(String(64), default="")
    observers: Mapped[str] = mapped_column(String(200), default="")
    petitioner_came: Mapped[bool] = mapped_column(default=False)
    judged_came: Mapped[bool] = mapped_column(default=False)
    agenda_item: Mapped[int] = mapped_column(default=0)
    new_facts: Mapped[str] = mapped_column(Text, default="")
    petitioner_view: Mapped[Satisfaction | None] = mapped_column(coded(Satisfaction))
    asked_on: Mapped[date | None]
    settled_on: Mapped[date | None]
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool] | None:
        """The office sees all; leaders what is no accusation, units of that what is their own.

        What was found to be an accusation after it was applied for is the office's alone (§30).
        """
        if actor.sees_all_cases:
            return None
        # The table itself: of the model the actor would see no accusation that could be left out.
        cases: Any = Case.__table__
        accused = select(cases.c.id).where(cases.c.purpose == Purpose.ACCUSATION)
        ordinary = or_(cls.case_id.is_(None), cls.case_id.not_in(accused))
        if Role.LEADER in actor.roles:
            return ordinary
        if Role.UNIT in actor.roles and actor.unit_ids:
            units = sorted(actor.unit_ids)
            own = or_(cls.unit_id.in_(units), cls.judged_unit_id.in_(units))
            return and_(own, ordinary)
        return false()


class OfEvaluation(Scoped):
    """A row that hangs on an evaluation and is seen by whoever sees that."""

    evaluation_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("evaluations.id", ondelete="CASCADE"), index=True
    )

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool] | None:
        """Follow the evaluation."""
        criteria = Evaluation.visible_to(actor)
        if criteria is None:
            return None
        return cls.evaluation_id.in_(select(Evaluation.id).where(criteria))


class ConditionRow(OfEvaluation, Audited, Base):
    """One of the four conditions: whether it is met, by which evidence, who says so, since when."""

    __tablename__ = "evaluation_conditions"
    __table_args__ = (
        Index("uq_evaluation_conditions_one", "evaluation_id", "condition", unique=True),
    )
    restricted = frozenset({"content"})

    id: Mapped[PrimaryKey]
    condition: Mapped[Condition] = mapped_column(coded(Condition))
    met: Mapped[bool] = mapped_column(default=False)
    evidence: Mapped[str] = mapped_column(String(300), default="")
    who: Mapped[str] = mapped_column(String(64), default="")
    shown_on: Mapped[date | None]
    name: Mapped[str] = mapped_column(String(200), default="")
    media_type: Mapped[str] = mapped_column(String(100), default="")
    size: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str] = mapped_column(String(64), default="")
    content: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))


class EvaluationStep(OfEvaluation, Audited, Base):
    """A move as it was made, only ever added; `details` is what was decided with it."""

    __tablename__ = "evaluation_steps"

    id: Mapped[PrimaryKey]
    move: Mapped[Move] = mapped_column(coded(Move))
    happened_on: Mapped[date]
    state_before: Mapped[EvaluationState | None] = mapped_column(coded(EvaluationState))
    state_after: Mapped[EvaluationState] = mapped_column(coded(EvaluationState))
    text: Mapped[str] = mapped_column(Text, default="")
    actor: Mapped[str] = mapped_column(String(64))
    at: Mapped[Moment]


class EvaluationDraw(OfEvaluation, Audited, Base):
    """A draw with all it takes to draw again: the seed, and the pool as it stood.

    One that was annulled stays, so that nobody draws until he likes what comes.
    """

    __tablename__ = "evaluation_draws"
    restricted = frozenset({"snapshot"})

    id: Mapped[PrimaryKey]
    seed: Mapped[str] = mapped_column(String(64))
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSON)
    snapshot_sha256: Mapped[str] = mapped_column(String(64))
    members: Mapped[list[int]] = mapped_column(JSON)
    alternates: Mapped[list[int]] = mapped_column(JSON)
    size: Mapped[int]
    quorum: Mapped[int]
    pressed_by: Mapped[Objector] = mapped_column(coded(Objector))
    witness: Mapped[str] = mapped_column(String(64), default="")
    actor: Mapped[str] = mapped_column(String(64))
    at: Mapped[Moment]
    annulled_on: Mapped[date | None]
    annulled_why: Mapped[str] = mapped_column(String(500), default="")


class EvaluationSeat(OfEvaluation, Audited, Base):
    """Somebody on a panel, as he stood when he came to it; who left it stays with the day.

    He was sent the brief of the facts on `briefed_on`, and said on `promised_on` that he comes.
    """

    __tablename__ = "evaluation_seats"

    id: Mapped[PrimaryKey]
    draw_id: Mapped[int | None] = mapped_column(ForeignKey("evaluation_draws.id"), index=True)
    kind: Mapped[SeatKind] = mapped_column(coded(SeatKind))
    position: Mapped[int] = mapped_column(default=0)
    evaluator_id: Mapped[int | None] = mapped_column(ForeignKey("evaluators.id"), index=True)
    temporary: Mapped[TemporaryKind | None] = mapped_column(coded(TemporaryKind))
    name: Mapped[str] = mapped_column(String(60))
    category: Mapped[str] = mapped_column(String(50), default="")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    declared: Mapped[str] = mapped_column(String(200), default="")
    seated: Mapped[bool] = mapped_column(default=False)
    left_on: Mapped[date | None]
    left_for: Mapped[RecusalReason | None] = mapped_column(coded(RecusalReason))
    briefed_on: Mapped[date | None]
    promised_on: Mapped[date | None]
    present: Mapped[bool] = mapped_column(default=False)


class Objection(Versioned, OfEvaluation, Audited, Base):
    """Somebody asks that one of the pool or of the panel stay out; the office decides and says why."""

    __tablename__ = "evaluation_objections"

    id: Mapped[PrimaryKey]
    evaluator_id: Mapped[int | None] = mapped_column(ForeignKey("evaluators.id"), index=True)
    seat_id: Mapped[int | None] = mapped_column(ForeignKey("evaluation_seats.id"), index=True)
    raised_by: Mapped[Objector] = mapped_column(coded(Objector))
    reason: Mapped[RecusalReason] = mapped_column(coded(RecusalReason))
    text: Mapped[str] = mapped_column(String(500), default="")
    raised_on: Mapped[date]
    upheld: Mapped[bool | None]
    decided_by: Mapped[str | None] = mapped_column(String(64))
    decided_on: Mapped[date | None]
    why: Mapped[str] = mapped_column(String(500), default="")


class EvaluationNotice(Audited, Base):
    """What was told to the public before a meeting; it names nobody and is everybody's to read."""

    __tablename__ = "evaluation_notices"

    id: Mapped[PrimaryKey]
    evaluation_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("evaluations.id", ondelete="CASCADE"), index=True
    )
    number: Mapped[int]
    published_on: Mapped[date]
    held_on: Mapped[date]
    days: Mapped[int]
    notice: Mapped[dict[str, Any]] = mapped_column(JSON)
    changes: Mapped[list[str]] = mapped_column(JSON)
    actor: Mapped[str] = mapped_column(String(64))
    at: Mapped[Moment]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class EvaluationQuestion(OfEvaluation, Audited, Base):
    """A question of the meeting and what was answered."""

    __tablename__ = "evaluation_questions"

    id: Mapped[PrimaryKey]
    asked_by: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(String(500))
    answer: Mapped[str] = mapped_column(Text, default="")
    actor: Mapped[str] = mapped_column(String(64))
    at: Mapped[Moment]
