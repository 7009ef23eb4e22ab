"""《矛盾纠纷排查情况表》 as it was frozen: the county's form of a period, never changed again."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.elements import ColumnElement

from db.models.base import Audited, Base, Moment, PrimaryKey, Scoped, coded
from rules.dispute_table import TableSpan
from rules.permissions import Actor


class DisputeTable(Scoped, Audited, Base):
    """A frozen form; `rows` by rules.dispute_table.kept. A trigger refuses every change.

    `frozen_by` None is the first look after its day, which froze it by itself.
    """

    __tablename__ = "dispute_tables"
    __table_args__ = (UniqueConstraint("span", "first_on"),)
    # As long as the form: its sums stand beside it, and the store keeps it unchanged.
    restricted = frozenset({"rows"})

    id: Mapped[PrimaryKey]
    span: Mapped[TableSpan] = mapped_column(coded(TableSpan))
    first_on: Mapped[date]
    found: Mapped[int]
    resolved: Mapped[int]
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    frozen_by: Mapped[str | None] = mapped_column(String(64))
    frozen_at: Mapped[Moment]

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool] | None:
        """The form is of the whole county: for whoever its figures are for."""
        return None if actor.sees_all_sweeps else false()
