"""Inserting many rows past the unit of work: one statement, the driver's own values."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Dialect, FromClause, func, insert, select, text
from sqlalchemy.orm import Session
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from db.models.base import Base

_CHUNK = 1000


def insert_rows(
    session: Session,
    model: type[Base],
    rows: Sequence[dict[str, Any]],
    done: Callable[[int], None] = lambda count: None,
) -> None:
    """Insert rows past the unit of work; the batch's own audit entry stands for them."""
    table = model.__table__
    connection = session.connection()
    for start in range(0, len(rows), _CHUNK):
        chunk = rows[start : start + _CHUNK]
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(*_for_driver(table, chunk, connection.dialect))
        else:
            connection.execute(insert(table), chunk)  # type: ignore[arg-type]
        done(min(start + _CHUNK, len(rows)))


def _for_driver(
    table: FromClause, rows: Sequence[dict[str, Any]], dialect: Dialect
) -> tuple[str, list[tuple[Any, ...]]]:
    """Return the statement and its rows as the driver wants them, column by column.

    SQLAlchemy prepares row by row, which takes three times as long as SQLite's insert.
    """
    compiled = insert(table).compile(dialect=dialect, column_keys=list(rows[0]))  # type: ignore[arg-type]
    columns = []
    for name in compiled.positiontup or ():
        column = table.c[name]
        process = column.type.dialect_impl(dialect).bind_processor(dialect)
        if name in rows[0]:
            values = [row[name] for row in rows]
        else:
            assert isinstance(column.default, ScalarElementColumnDefault), name
            values = [column.default.arg] * len(rows)
        columns.append(_processed(values, process) if process else values)
    return str(compiled), list(zip(*columns, strict=True))


def _processed(values: Sequence[Any], process: Callable[[Any], Any]) -> list[Any]:
    """Turn values into the driver's own; codes and days, of which there are few, once each."""
    try:
        distinct = set(values)
    except TypeError:
        return [*map(process, values)]
    if len(distinct) * 4 > len(values):
        return [*map(process, values)]
    known = {value: process(value) for value in distinct}
    return [known[value] for value in values]


def reserve_ids(session: Session, model: type[Base], count: int) -> list[int]:
    """Take ids for rows that are to be inserted; on SQLite the write lock is held already."""
    if session.get_bind().dialect.name == "sqlite":
        first = (session.scalar(select(func.max(model.__table__.c.id))) or 0) + 1
        return list(range(first, first + count))
    sequence = text(
        "SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)"
    )
    return list(session.scalars(sequence, {"name": model.__tablename__, "count": count}))
