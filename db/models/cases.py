"""The case register: matters, their timeline, files, and apart from all that the people."""

from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
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
from sqlalchemy.orm import Mapped, deferred, mapped_column, validates
from sqlalchemy.sql.elements import ColumnElement

from db.models.base import Audited, Base, BigId, Moment, PrimaryKey, Scoped, Versioned, coded
from rules.case_terms import Clock, Route
from rules.permissions import Actor
from rules.terms import (
    CaseState,
    Cause,
    Channel,
    EntryKind,
    Flag,
    Precision,
    Purpose,
    Repeat,
    Role,
    SerialKind,
)

# What decides who may see a case: an index that holds it answers figures without the case.
_SCOPE = ("purpose", "unit_id", "lead_id")


def _where(criteria: str, *, postgresql: str | None = None) -> dict[str, Any]:
    """Leave out of an index what its question never asks for; written alike on both engines."""
    told = text(criteria)
    return {"sqlite_where": told, "postgresql_where": text(postgresql) if postgresql else told}


class Serial(Base):
    """The last serial of a kind given in a year; its row is the lock under which they are given."""

    __tablename__ = "serials"

    kind: Mapped[SerialKind] = mapped_column(coded(SerialKind), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class Case(Versioned, Scoped, Audited, Base):
    """One matter (信访事项). Who brought it stands in Petitioner, never here."""

    __tablename__ = "cases"
    __table_args__ = (
        # Lists and their counts are answered by these without a look at the cases themselves.
        Index("ix_cases_received_on", "received_on", "id", "state", *_SCOPE),
        Index("ix_cases_updated_at", "updated_at", "id"),
        Index("ix_cases_state", "state", "received_on", "id", "due_on", *_SCOPE),
        Index(
            "ix_cases_closed_on",
            "closed_on",
            "id",
            "state",
            *_SCOPE,
            **_where("closed_on IS NOT NULL"),
        ),
        Index("ix_cases_unit", "unit_id", "received_on", "id", "state", "purpose"),
        Index("ix_cases_township", "township_id", "received_on", "id", "state"),
        Index("ix_cases_lead", "lead_id", "received_on", "id", "state", "purpose"),
        *(
            Index(
                f"ix_cases_{flag.value}",
                "received_on",
                "id",
                "state",
                **_where(f'"{flag.value}" = 1', postgresql=f'"{flag.value}"'),
            )
            for flag in Flag
        ),
        # Open matters by their nearest clock, and those whose clock is yet to be told.
        Index(
            "ix_cases_due_on",
            "due_on",
            "id",
            "half_on",
            "updated_at",
            "state",
            "unit_id",
            "lead_id",
            "purpose",
            **_where("due_on IS NOT NULL"),
        ),
        Index("ix_cases_unwound", "id", **_where("wound = 0", postgresql="NOT wound")),
        # What most cases typed by hand do not have: a save keeps no index of it.
        *(
            Index(f"ix_cases_{column}", column, **_where(f"{column} IS NOT NULL"))
            for column in ("repeat_of_id", "suspect_of_id", "source_number", "batch_id", "row_hash")
        ),
    )

    id: Mapped[PrimaryKey]
    number: Mapped[str] = mapped_column(String(32), unique=True)
    state: Mapped[CaseState] = mapped_column(coded(CaseState))
    title: Mapped[str] = mapped_column(String(200))
    content: Mapped[str] = mapped_column(Text, default="")
    channel: Mapped[Channel] = mapped_column(coded(Channel))
    purpose: Mapped[Purpose | None] = mapped_column(coded(Purpose))
    code_id: Mapped[int | None] = mapped_column(ForeignKey("codes.id"))
    place: Mapped[str] = mapped_column(String(100), default="")
    township_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    first_unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    first_person: Mapped[str] = mapped_column(String(100), default="")
    handler: Mapped[str] = mapped_column(String(100), default="")
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("leaders.id"))
    first_lead_id: Mapped[int | None] = mapped_column(ForeignKey("leaders.id"))
    people: Mapped[int] = mapped_column(default=1)
    people_approx: Mapped[bool] = mapped_column(default=False)
    repeat: Mapped[Repeat] = mapped_column(coded(Repeat), default=Repeat.FIRST)
    repeat_of_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    legacy: Mapped[bool] = mapped_column(default=False)
    cross: Mapped[bool] = mapped_column(default=False)
    group: Mapped[bool] = mapped_column(default=False)
    lawsuit: Mapped[bool] = mapped_column(default=False)
    urgent: Mapped[bool] = mapped_column(default=False)
    received_on: Mapped[date]
    received_precision: Mapped[Precision] = mapped_column(coded(Precision), default=Precision.DAY)
    registered_on: Mapped[date | None]
    forwarded_on: Mapped[date | None]
    accepted_on: Mapped[date | None]
    answered_on: Mapped[date | None]
    delivered_on: Mapped[date | None]
    resolved_on: Mapped[date | None]
    settled_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    declined_on: Mapped[date | None]
    route: Mapped[Route | None] = mapped_column(coded(Route))
    simple: Mapped[bool] = mapped_column(default=False)
    # The nearest running clock, told anew by every write (db/commands/clocks.py); while
    # `wound` is false it waits to be told, as rows do that came in bulk.
    due_on: Mapped[date | None]
    due_from: Mapped[date | None]
    half_on: Mapped[date | None]
    due_clock: Mapped[Clock | None] = mapped_column(coded(Clock))
    paused: Mapped[bool] = mapped_column(default=False)
    # 限办截止: the last day to answer in this round, which stays when it is answered.
    limit_on: Mapped[date | None]
    wound: Mapped[bool] = mapped_column(default=False)
    cause: Mapped[Cause | None] = mapped_column(coded(Cause))
    amount_fen: Mapped[int | None] = mapped_column(BigInteger)
    amount_approx: Mapped[bool] = mapped_column(default=False)
    answer: Mapped[str] = mapped_column(Text, default="")
    remark: Mapped[str] = mapped_column(Text, default="")
    source_number: Mapped[str | None] = mapped_column(String(64))
    suspect_of_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batches.id"))
    row_hash: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]

    @validates("lead_id")
    def _first_stays(self, _name: str, lead_id: int | None) -> int | None:
        """领导首接负责 (S5-17): who led a case first stays with it, whoever leads it later."""
        if self.first_lead_id is None:
            self.first_lead_id = lead_id
        return lead_id

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool] | None:
        """The office sees all; a unit what is assigned to its subtree; a leader what he leads.

        An accusation is the office's alone, whoever it is assigned to (条例 §30).
        """
        if actor.sees_all_cases:
            return None
        ordinary = cls.purpose.is_distinct_from(Purpose.ACCUSATION)
        own: list[ColumnElement[bool]] = []
        if Role.UNIT in actor.roles and actor.unit_ids:
            own.append(cls.unit_id.in_(sorted(actor.unit_ids)))
        if Role.LEADER in actor.roles and actor.leader_id is not None:
            own.append(cls.lead_id == actor.leader_id)
        return and_(or_(*own), ordinary) if own else false()


class OfCase(Scoped):
    """A row that hangs on a case and is seen by whoever sees the case."""

    case_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("cases.id", ondelete="CASCADE"), index=True
    )

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool] | None:
        """Follow the case."""
        criteria = Case.visible_to(actor)
        return None if criteria is None else cls.case_id.in_(select(Case.id).where(criteria))


class CaseEntry(OfCase, Audited, Base):
    """A line of the timeline that somebody wrote; changes of fields stand in the audit chain."""

    __tablename__ = "case_entries"

    id: Mapped[PrimaryKey]
    kind: Mapped[EntryKind] = mapped_column(coded(EntryKind))
    happened_on: Mapped[date]
    text: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(String(64))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    at: Mapped[Moment]


class Attachment(OfCase, Audited, Base):
    """A file of a case, kept in the store so that backup, scope and audit cover it."""

    __tablename__ = "attachments"
    restricted = frozenset({"content"})

    id: Mapped[PrimaryKey]
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("case_entries.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    actor: Mapped[str] = mapped_column(String(64))
    at: Mapped[Moment]


class Petitioner(OfCase, Audited, Base):
    """Who brought the matter: restricted columns are encrypted; the hashes find an exact name.

    There is no person register: a row lives and dies with its case.
    """

    __tablename__ = "petitioners"
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
