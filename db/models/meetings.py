"""Meetings that remember: who came, what was on the agenda, what was decided and what came of it."""

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
from db.models.evaluations import Evaluation
from rules.briefings import HearingBody
from rules.meetings import ItemKind, MeetingKind, Presence, Verdict
from rules.permissions import Actor
from rules.terms import Purpose, Role


class Meeting(Versioned, Scoped, Audited, Base):
    """One meeting; once its minutes are issued neither it nor what hangs on it changes.

    `opening` is how the decisions of last time stood when it began, `content` the minutes as
    they were issued.
    """

    __tablename__ = "meetings"
    __table_args__ = (Index("ix_meetings_kind_held_on", "kind", "held_on", "id"),)
    restricted = frozenset({"content"})

    id: Mapped[PrimaryKey]
    number: Mapped[str] = mapped_column(String(32), unique=True)
    kind: Mapped[MeetingKind] = mapped_column(coded(MeetingKind))
    title: Mapped[str] = mapped_column(String(100))
    held_on: Mapped[date]
    place: Mapped[str] = mapped_column(String(100), default="")
    chair_id: Mapped[int | None] = mapped_column(ForeignKey("leaders.id"))
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    opening: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON)
    issued_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    issued_by: Mapped[str] = mapped_column(String(64), default="")
    sha256: Mapped[str] = mapped_column(String(64), default="")
    content: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[Moment]

    @classmethod
    def begun(cls) -> ColumnElement[bool]:
        """Whether it has begun, or was put in with its minutes after it was over."""
        return or_(cls.opened_at.is_not(None), cls.issued_at.is_not(None))

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool] | None:
        """The office and the leaders see all, a unit those it was asked to or has to do with."""
        if actor.sees_all_meetings:
            return None
        if Role.UNIT not in actor.roles or not actor.unit_ids:
            return false()
        units = sorted(actor.unit_ids)
        # The tables themselves: of the models the actor's own scope would be asked again.
        asked, item, decided = (model.__table__ for model in (MeetingUnit, AgendaItem, Decision))
        return or_(
            *(
                cls.id.in_(select(each.c.meeting_id).where(each.c.unit_id.in_(units)))
                for each in (asked, item, decided)
            )
        )


class OfMeeting(Scoped):
    """A row of a meeting that belongs to a unit: seen by it, by what it stands under, by office and leaders."""

    meeting_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("meetings.id", ondelete="CASCADE"), index=True
    )

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool] | None:
        """Leave a unit its own and its subtree's."""
        if actor.sees_all_meetings:
            return None
        if Role.UNIT in actor.roles and actor.unit_ids:
            column: ColumnElement[Any] = cls.unit_id  # type: ignore[attr-defined]
            return column.in_(sorted(actor.unit_ids))
        return false()


class MeetingUnit(Versioned, OfMeeting, Audited, Base):
    """A unit asked to a meeting, under the name it then had, and whether it came."""

    __tablename__ = "meeting_units"
    __table_args__ = (Index("uq_meeting_units_one", "meeting_id", "unit_id", unique=True),)

    id: Mapped[PrimaryKey]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    unit_name: Mapped[str] = mapped_column(String(100))
    position: Mapped[int] = mapped_column(default=0)
    presence: Mapped[Presence | None] = mapped_column(coded(Presence))
    note: Mapped[str] = mapped_column(String(100), default="")


def _ordinary(item: Any) -> ColumnElement[bool]:
    """Whether an item is about no accusation, those included that were found to be one later (§30)."""
    cases: Any = Case.__table__
    evaluations: Any = Evaluation.__table__
    accused = select(cases.c.id).where(cases.c.purpose == Purpose.ACCUSATION)
    judged = select(evaluations.c.id).where(evaluations.c.case_id.in_(accused))
    return and_(
        or_(item.case_id.is_(None), item.case_id.not_in(accused)),
        or_(item.evaluation_id.is_(None), item.evaluation_id.not_in(judged)),
    )


class AgendaItem(OfMeeting, Audited, Base):
    """What a meeting deals with, in its order; `unit_id` is the unit that reports on it."""

    __tablename__ = "agenda_items"
    __table_args__ = (
        CheckConstraint(
            "(kind = 'text') = (case_id IS NULL AND hotspot_id IS NULL AND batch_id IS NULL "
            "AND evaluation_id IS NULL AND dispute_id IS NULL)",
            name="ck_agenda_items_text",
        ),
    )

    id: Mapped[PrimaryKey]
    position: Mapped[int]
    kind: Mapped[ItemKind] = mapped_column(coded(ItemKind))
    title: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(Text, default="")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("cases.id"))
    hotspot_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("hotspots.id"))
    batch_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("batches.id"))
    evaluation_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("evaluations.id"))
    dispute_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("disputes.id"))

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool] | None:
        """As others of the meeting, and what is an accusation for the office alone (§30)."""
        if actor.sees_all_cases:
            return None
        own = super().visible_to(actor)
        return _ordinary(cls) if own is None else and_(own, _ordinary(cls))


class Decision(Versioned, OfMeeting, Audited, Base):
    """议定事项: what one unit is to do by when; `line` is what was typed in the meeting."""

    __tablename__ = "decisions"
    __table_args__ = (
        Index("ix_decisions_due_on", "done_on", "due_on"),
        Index("ix_decisions_unit_id", "unit_id", "done_on", "due_on"),
    )

    id: Mapped[PrimaryKey]
    item_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("agenda_items.id"), index=True)
    position: Mapped[int]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    unit_name: Mapped[str] = mapped_column(String(100))
    text: Mapped[str] = mapped_column(String(500))
    due_on: Mapped[date]
    line: Mapped[str] = mapped_column(String(1000), default="")
    # The day of the report that waits for the office, and of the one that was accepted.
    waiting_since: Mapped[date | None]
    done_on: Mapped[date | None]
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[Moment]

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool] | None:
        """As others of the meeting; one on what is an accusation is the office's alone (§30)."""
        if actor.sees_all_cases:
            return None
        own = super().visible_to(actor)
        return cls.ordinary() if own is None else and_(own, cls.ordinary())

    @classmethod
    def ordinary(cls) -> ColumnElement[bool]:
        """Whether it is on nothing that is an accusation, or has become one."""
        items: Any = AgendaItem.__table__
        hidden = select(items.c.id).where(~_ordinary(items.c))
        return or_(cls.item_id.is_(None), cls.item_id.not_in(hidden))


class OfDecision(Scoped):
    """A row that hangs on a decision and is seen by whoever sees that."""

    decision_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("decisions.id", ondelete="CASCADE"), index=True
    )

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool] | None:
        """Follow the decision."""
        criteria = Decision.visible_to(actor)
        if criteria is None:
            return None
        return cls.decision_id.in_(select(Decision.id).where(criteria))


class DecisionReport(OfDecision, Audited, Base):
    """What a unit says it has done, with its evidence, and what the office said to that."""

    __tablename__ = "decision_reports"
    restricted = frozenset({"content"})

    id: Mapped[PrimaryKey]
    text: Mapped[str] = mapped_column(Text)
    reported_on: Mapped[date]
    name: Mapped[str] = mapped_column(String(200), default="")
    media_type: Mapped[str] = mapped_column(String(100), default="")
    size: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str] = mapped_column(String(64), default="")
    content: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    actor: Mapped[str] = mapped_column(String(64))
    at: Mapped[Moment]
    verdict: Mapped[Verdict | None] = mapped_column(coded(Verdict))
    verdict_why: Mapped[str] = mapped_column(String(300), default="")
    verdict_by: Mapped[str] = mapped_column(String(64), default="")
    verdict_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class MeetingCorrection(Scoped, Audited, Base):
    """What is to be known beside minutes that were issued, by whom; the minutes stay as they are."""

    __tablename__ = "meeting_corrections"

    id: Mapped[PrimaryKey]
    meeting_id: Mapped[int] = mapped_column(BigId, ForeignKey("meetings.id"), index=True)
    text: Mapped[str] = mapped_column(String(500))
    actor: Mapped[str] = mapped_column(String(64))
    at: Mapped[Moment]

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool] | None:
        """Whoever sees all of a meeting: it may speak of any unit."""
        return None if actor.sees_all_meetings else false()


class CommitteeBriefing(Scoped, Audited, Base):
    """One time a body heard how petitions stand; `unit_id` is the township of a township's."""

    __tablename__ = "committee_briefings"
    __table_args__ = (Index("ix_committee_briefings_held_on", "held_on"),)

    id: Mapped[PrimaryKey]
    body: Mapped[HearingBody] = mapped_column(coded(HearingBody))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    held_on: Mapped[date]
    subject: Mapped[str] = mapped_column(String(200))
    actor: Mapped[str] = mapped_column(String(64))
    at: Mapped[Moment]

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool] | None:
        """The office and the leaders see all, a township its own."""
        if actor.sees_all_meetings:
            return None
        if Role.UNIT in actor.roles and actor.unit_ids:
            return cls.unit_id.in_(sorted(actor.unit_ids))
        return false()
