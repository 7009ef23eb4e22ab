"""Leader reception: who receives when by which rule, who came, what was decided, and letters read."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    false,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.elements import ColumnElement

from db.models.base import Audited, Base, Moment, PrimaryKey, Scoped, UtcDateTime, Versioned, coded
from rules.case_terms import Satisfaction
from rules.permissions import Actor
from rules.reception_terms import (
    CompanionKind,
    ContactKind,
    Demand,
    Level,
    Per,
    PeriodType,
    ReceptionKind,
    RoleGroup,
    TurnState,
    VisitOutcome,
)
from rules.terms import Cause, Purpose, Repeat, Role


class LeaderLeave(Versioned, Audited, Base):
    """Days a leader is away, both ends in."""

    __tablename__ = "leader_leaves"

    id: Mapped[PrimaryKey]
    leader_id: Mapped[int] = mapped_column(ForeignKey("leaders.id"), index=True)
    first_on: Mapped[date]
    last_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200), default="")


class LeaderAlias(Audited, Base):
    """Another way a leader's name is written in rosters from elsewhere, told once by a person."""

    __tablename__ = "leader_aliases"

    id: Mapped[PrimaryKey]
    leader_id: Mapped[int] = mapped_column(ForeignKey("leaders.id"), index=True)
    alias: Mapped[str] = mapped_column(String(64), unique=True)


class LeaderField(Audited, Base):
    """A class of 内容分类 a leader is in charge of (分管)."""

    __tablename__ = "leader_fields"
    __table_args__ = (UniqueConstraint("leader_id", "code_id"),)

    id: Mapped[PrimaryKey]
    leader_id: Mapped[int] = mapped_column(ForeignKey("leaders.id"))
    code_id: Mapped[int] = mapped_column(ForeignKey("codes.id"))


class LeaderContact(Audited, Base):
    """A township or unit that is a leader's contact point (联系点)."""

    __tablename__ = "leader_contacts"
    __table_args__ = (UniqueConstraint("leader_id", "unit_id"),)

    id: Mapped[PrimaryKey]
    leader_id: Mapped[int] = mapped_column(ForeignKey("leaders.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))


class Companion(Versioned, Audited, Base):
    """A lawyer or another who sits with the leader."""

    __tablename__ = "companions"

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(64))
    kind: Mapped[CompanionKind] = mapped_column(coded(CompanionKind))
    organisation: Mapped[str] = mapped_column(String(100), default="")
    active: Mapped[bool] = mapped_column(default=True)


class ReceptionPlace(Versioned, Audited, Base):
    """Where leaders receive: so many at once; one of them is 人民来访接待中心."""

    __tablename__ = "reception_places"

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(100), unique=True)
    address: Mapped[str] = mapped_column(String(200), default="")
    capacity: Mapped[int] = mapped_column(default=1)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    centre: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)


class ReceptionRuleRow(Audited, Base):
    """The county's own rule of reception, laid over the default of its code from a day on."""

    __tablename__ = "reception_rules"
    __table_args__ = (UniqueConstraint("code", "valid_from"),)

    id: Mapped[PrimaryKey]
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(100))
    level: Mapped[Level] = mapped_column(coded(Level))
    role_group: Mapped[RoleGroup] = mapped_column(coded(RoleGroup))
    period_type: Mapped[PeriodType] = mapped_column(coded(PeriodType))
    demand: Mapped[Demand] = mapped_column(coded(Demand))
    at_least: Mapped[int]
    per: Mapped[Per] = mapped_column(coded(Per))
    clause: Mapped[str] = mapped_column(String(200))
    at_centre: Mapped[bool] = mapped_column(default=False)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    set_by: Mapped[str] = mapped_column(String(64))
    set_at: Mapped[Moment]


class Roster(Versioned, Audited, Base):
    """A plan of reception of one level, or of one township or member unit, for a span of days.

    `seed` is what a generated roster was made with; None for one made by hand or read in.
    """

    __tablename__ = "rosters"
    __table_args__ = (Index("ix_rosters_span", "level", "unit_id", "first_on"),)

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(100))
    level: Mapped[Level] = mapped_column(coded(Level))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    first_on: Mapped[date]
    last_on: Mapped[date]
    seed: Mapped[int | None]
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[Moment]


class TurnRow(Versioned, Audited, Base):
    """One leader's day of reception; its id outlives a swap, a new date and a substitute.

    `planned_leader_id` is whom the roster first named, so that both names are kept. A
    public fact: leaders' names only, seen by everybody who is signed in.
    """

    __tablename__ = "turns"
    __table_args__ = (
        Index("ix_turns_held_on", "held_on", "leader_id", "state"),
        Index("ix_turns_leader", "leader_id", "held_on", "state"),
    )

    id: Mapped[PrimaryKey]
    roster_id: Mapped[int] = mapped_column(ForeignKey("rosters.id", ondelete="CASCADE"), index=True)
    held_on: Mapped[date]
    hours: Mapped[str] = mapped_column(String(40), default="")
    leader_id: Mapped[int] = mapped_column(ForeignKey("leaders.id"))
    planned_leader_id: Mapped[int] = mapped_column(ForeignKey("leaders.id"))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("reception_places.id"))
    kind: Mapped[ReceptionKind] = mapped_column(coded(ReceptionKind), default=ReceptionKind.FIXED)
    companions: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[TurnState] = mapped_column(coded(TurnState), default=TurnState.PLANNED)
    substitute_id: Mapped[int | None] = mapped_column(ForeignKey("leaders.id"))
    reason: Mapped[str] = mapped_column(String(200), default="")
    told_on: Mapped[date | None]
    recorded_by: Mapped[str | None] = mapped_column(String(64))
    recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    why: Mapped[list[str]] = mapped_column(JSON, default=list)


class ReceptionTopic(Audited, Base):
    """A matter booked for a day of reception, by its class alone: a roster lets it meet its leader."""

    __tablename__ = "reception_topics"

    id: Mapped[PrimaryKey]
    held_on: Mapped[date] = mapped_column(index=True)
    code_id: Mapped[int] = mapped_column(ForeignKey("codes.id"))
    note: Mapped[str] = mapped_column(String(100), default="")
    actor: Mapped[str] = mapped_column(String(64))
    at: Mapped[Moment]


class Publication(Audited, Base):
    """A roster as it was published: never changed, the next one stands beside it.

    `rows` are the lines of the notice and `changes` what differs from the one before, in words.
    """

    __tablename__ = "publications"
    __table_args__ = (UniqueConstraint("roster_id", "number"),)

    id: Mapped[PrimaryKey]
    roster_id: Mapped[int] = mapped_column(ForeignKey("rosters.id"))
    number: Mapped[int]
    published_on: Mapped[date]
    notice: Mapped[dict[str, Any]] = mapped_column(JSON)
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    changes: Mapped[list[str]] = mapped_column(JSON)
    actor: Mapped[str] = mapped_column(String(64))
    at: Mapped[Moment]


class CalendarLink(Audited, Base):
    """A secret address under which a calendar program reads the turns; only its hash is kept.

    `leader_id` None gives all leaders of the level.
    """

    __tablename__ = "calendar_links"
    restricted = frozenset({"secret_hash"})

    id: Mapped[PrimaryKey]
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    level: Mapped[Level] = mapped_column(coded(Level))
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("leaders.id"))
    label: Mapped[str] = mapped_column(String(100), default="")
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[Moment]
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    revoked_by: Mapped[str | None] = mapped_column(String(64))


class _OfLeader(Scoped):
    """A matter a leader received or read: the office sees all, a unit its own, a leader his own.

    An accusation is the office's alone (条例 §30), as in the register of cases.
    """

    leader_id: Mapped[int]
    unit_id: Mapped[int | None]
    purpose: Mapped[Purpose | None]

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool] | None:
        """Leave a unit what is given to its subtree and a leader what is his."""
        if actor.sees_all_cases:
            return None
        own: list[ColumnElement[bool]] = []
        if Role.UNIT in actor.roles and actor.unit_ids:
            own.append(cls.unit_id.in_(sorted(actor.unit_ids)))
        if Role.LEADER in actor.roles and actor.leader_id is not None:
            own.append(cls.leader_id == actor.leader_id)
        ordinary = cls.purpose.is_distinct_from(Purpose.ACCUSATION)
        return or_(*own) & ordinary if own else false()


class Visit(Versioned, _OfLeader, Audited, Base):
    """One visit to a leader (one 批次): how many came, about what, and what he decided.

    Who came stands in Visitor, never here. `turn_id` is the turn it fell in, None for a
    ledger of old; `leader_id` is who received in person.
    """

    __tablename__ = "visits"
    __table_args__ = (
        Index("ix_visits_received_on", "received_on", "id", "leader_id", "unit_id", "purpose"),
        Index("ix_visits_leader", "leader_id", "received_on"),
        Index("ix_visits_unit", "unit_id", "received_on"),
    )

    id: Mapped[PrimaryKey]
    number: Mapped[str] = mapped_column(String(32), unique=True)
    turn_id: Mapped[int | None] = mapped_column(ForeignKey("turns.id"), index=True)
    leader_id: Mapped[int] = mapped_column(ForeignKey("leaders.id"))
    received_on: Mapped[date]
    received_time: Mapped[str] = mapped_column(String(5), default="")
    place: Mapped[str] = mapped_column(String(100), default="")
    kind: Mapped[ReceptionKind] = mapped_column(coded(ReceptionKind), default=ReceptionKind.FIXED)
    people: Mapped[int]
    repeat: Mapped[Repeat] = mapped_column(coded(Repeat), default=Repeat.FIRST)
    purpose: Mapped[Purpose | None] = mapped_column(coded(Purpose))
    title: Mapped[str] = mapped_column(String(200))
    content: Mapped[str] = mapped_column(Text, default="")
    code_id: Mapped[int | None] = mapped_column(ForeignKey("codes.id"))
    cause: Mapped[Cause | None] = mapped_column(coded(Cause))
    township_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    co_units: Mapped[str] = mapped_column(String(200), default="")
    handler: Mapped[str] = mapped_column(String(64), default="")
    companions: Mapped[str] = mapped_column(String(200), default="")
    recorder: Mapped[str] = mapped_column(String(64), default="")
    outcome: Mapped[VisitOutcome | None] = mapped_column(coded(VisitOutcome))
    instruction: Mapped[str] = mapped_column(Text, default="")
    due_on: Mapped[date | None]
    result: Mapped[str] = mapped_column(Text, default="")
    closed_on: Mapped[date | None]
    satisfaction: Mapped[Satisfaction | None] = mapped_column(coded(Satisfaction))
    called_back: Mapped[str] = mapped_column(String(200), default="")
    remark: Mapped[str] = mapped_column(Text, default="")
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batches.id"), index=True)
    row_hash: Mapped[bytes | None] = mapped_column(LargeBinary(16), index=True)
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]


class _OfVisit(Scoped):
    """A row that hangs on a visit and is seen by whoever sees the visit."""

    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id", ondelete="CASCADE"), index=True)

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool] | None:
        """Follow the visit."""
        criteria = Visit.visible_to(actor)
        return None if criteria is None else cls.visit_id.in_(select(Visit.id).where(criteria))


class Visitor(_OfVisit, Audited, Base):
    """Who came: at most five representatives; encrypted, hashed and apart, as Petitioner."""

    __tablename__ = "visitors"
    restricted = frozenset(
        {"name_encrypted", "phone_encrypted", "address_encrypted", "name_hash", "phone_hash"}
    )

    id: Mapped[PrimaryKey]
    position: Mapped[int] = mapped_column(default=0)
    representative: Mapped[bool] = mapped_column(default=True)
    name_encrypted: Mapped[bytes] = mapped_column(LargeBinary)
    phone_encrypted: Mapped[bytes | None] = mapped_column(LargeBinary)
    address_encrypted: Mapped[bytes | None] = mapped_column(LargeBinary)
    name_hash: Mapped[bytes] = mapped_column(LargeBinary(16), index=True)
    phone_hash: Mapped[bytes | None] = mapped_column(LargeBinary(16), index=True)


class VisitNotice(_OfVisit, Audited, Base):
    """Who was told of a 集体访 to come at once (S4-20), and when."""

    __tablename__ = "visit_notices"

    id: Mapped[PrimaryKey]
    whom: Mapped[str] = mapped_column(String(100))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    at: Mapped[Moment]
    actor: Mapped[str] = mapped_column(String(64))


class Letter(Versioned, _OfLeader, Audited, Base):
    """阅批来信 (S3a-05): a letter a leader read, his words, who answers, by when, and the answer."""

    __tablename__ = "letters"
    __table_args__ = (Index("ix_letters_leader", "leader_id", "annotated_on"),)

    id: Mapped[PrimaryKey]
    number: Mapped[str] = mapped_column(String(32), unique=True)
    leader_id: Mapped[int] = mapped_column(ForeignKey("leaders.id"))
    received_on: Mapped[date | None]
    annotated_on: Mapped[date] = mapped_column(index=True)
    purpose: Mapped[Purpose | None] = mapped_column(coded(Purpose))
    title: Mapped[str] = mapped_column(String(200))
    instruction: Mapped[str] = mapped_column(Text)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    due_on: Mapped[date | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_on: Mapped[date | None]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]


class ContactVisit(Versioned, Scoped, Audited, Base):
    """A leader at his contact point (联系点, S4-07), or among the people (下访): when, what he did.

    The office sees all, a leader his own, a unit those to it and to what stands under it.
    """

    __tablename__ = "contact_visits"
    __table_args__ = (Index("ix_contact_visits_leader", "leader_id", "visited_on"),)

    id: Mapped[PrimaryKey]
    leader_id: Mapped[int] = mapped_column(ForeignKey("leaders.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    visited_on: Mapped[date]
    kind: Mapped[ContactKind] = mapped_column(coded(ContactKind))
    note: Mapped[str] = mapped_column(Text, default="")
    solved: Mapped[int] = mapped_column(default=0)
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[Moment]

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool] | None:
        """Leave a unit the visits to its subtree and a leader his own."""
        if actor.sees_all_cases:
            return None
        own: list[ColumnElement[bool]] = []
        if Role.UNIT in actor.roles and actor.unit_ids:
            own.append(cls.unit_id.in_(sorted(actor.unit_ids)))
        if Role.LEADER in actor.roles and actor.leader_id is not None:
            own.append(cls.leader_id == actor.leader_id)
        return or_(*own) if own else false()
