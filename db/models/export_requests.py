"""Requests to take identity out of the house: asked by one, decided by another, used once."""

from typing import Any

from sqlalchemy import JSON, ForeignKey, String, false
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.elements import ColumnElement

from db.models.base import Audited, Base, Moment, PrimaryKey, Scoped, Versioned, coded
from rules.permissions import Action, Actor
from rules.terms import RequestState


class ExportRequest(Versioned, Scoped, Audited, Base):
    """One request; it names no petitioner, so it may be kept as long as the log.

    `wanted` is the filter in a form that can be run again, `filters` the same in words, and
    `rows` what it left when it was asked. RequestState.EXPIRED is never stored.
    """

    __tablename__ = "export_requests"

    id: Mapped[PrimaryKey]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    requester: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[Moment]
    reason: Mapped[str] = mapped_column(String(200))
    wanted: Mapped[dict[str, Any]] = mapped_column(JSON)
    filters: Mapped[list[str]] = mapped_column(JSON)
    with_content: Mapped[bool]
    rows: Mapped[int]
    state: Mapped[RequestState] = mapped_column(coded(RequestState), index=True)
    decided_by: Mapped[str | None] = mapped_column(String(64))
    decided_at: Mapped[Moment | None]
    opinion: Mapped[str] = mapped_column(String(200), default="")
    expires_at: Mapped[Moment | None]
    used_at: Mapped[Moment | None]

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool] | None:
        """Whoever may export identity, any of whom may decide, and whoever reads the audit."""
        seen = actor.may(Action.EXPORT_RESTRICTED) or actor.may(Action.READ_AUDIT)
        return None if seen else false()
