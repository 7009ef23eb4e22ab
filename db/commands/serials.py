"""Numbers: given in the store, one after the other, none lost and none twice."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.models.cases import Serial
from rules.terms import SerialKind


def take_serials(
    session: Session, wanted: Mapping[int, int], *, kind: SerialKind = SerialKind.CASE
) -> dict[int, int]:
    """Take `wanted` serials of each year; returns the first of each.

    The row of the year stays locked to the end of the transaction, so an undone one
    leaves no gap. Years are locked in order, so that two imports cannot block each other.
    """
    take, connection = _take(session.get_bind().dialect.name), session.connection()
    firsts = {}
    for year in sorted(wanted):
        last = connection.execute(
            take, {"kind": kind, "year": year, "wanted": wanted[year]}
        ).scalar_one()
        firsts[year] = last - wanted[year] + 1
    return firsts


@lru_cache(maxsize=2)
def _take(dialect: str) -> Any:
    table: Any = Serial.__table__
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    wanted: Any = bindparam("wanted")
    return (
        insert(table)
        .values(
            kind=bindparam("kind", type_=table.c.kind.type), year=bindparam("year"), last=wanted
        )
        .on_conflict_do_update(
            index_elements=["kind", "year"], set_={"last": table.c.last + wanted}
        )
        .returning(table.c.last)
    )
