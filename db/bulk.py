"""Inserting rows past the unit of work: one statement, the driver's own values."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Dialect, FromClause, LargeBinary, func, insert, select, text
from sqlalchemy.orm import Session
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from db import audit
from db.models.base import Audited, Base, Versioned

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


def insert_row(session: Session, model: type[Base], values: Mapping[str, Any]) -> int:
    """Insert one audited row past the unit of work, which takes as long as all the rest of a save.

    `values` is keyed by the columns; what is left out takes its default. Returns the id.
    """
    assert issubclass(model, Audited)
    row = {**_defaults(model), **values}
    connection, table = session.connection(), model.__table__
    if connection.dialect.name == "sqlite":
        statement, names, processes = _prepared(table, tuple(row), connection.dialect)
        given = tuple(
            value if process is None else process(value)
            for value, process in zip((row[name] for name in names), processes, strict=True)
        )
        row["id"] = connection.exec_driver_sql(statement, given).lastrowid
    else:
        row["id"] = connection.scalar(insert(table).returning(table.c.id), row)  # type: ignore[arg-type]
    audit.created(session, model, row)
    return int(row["id"])


@lru_cache
def _defaults(model: type[Base]) -> dict[str, Any]:
    """Return what columns hold that nobody fills; do not change it."""
    found = {
        column.name: column.default.arg
        for column in model.__table__.c
        if isinstance(column.default, ScalarElementColumnDefault)
    }
    return {**found, **({"version": 1} if issubclass(model, Versioned) else {})}


@lru_cache
def _prepared(
    table: FromClause, names: tuple[str, ...], dialect: Dialect
) -> tuple[str, Sequence[str], Sequence[Callable[[Any], Any] | None]]:
    """Return the insert of `names`, the order it wants them in, and what readies each for the driver."""
    compiled = insert(table).compile(dialect=dialect, column_keys=list(names))  # type: ignore[arg-type]
    order = compiled.positiontup or ()
    return str(compiled), order, [_bound(table, name, dialect) for name in order]


def _bound(table: FromClause, name: str, dialect: Dialect) -> Callable[[Any], Any] | None:
    kind = table.c[name].type
    if isinstance(kind, LargeBinary) and dialect.name == "sqlite":
        # SQLite takes bytes as they are; the driver's own wrapper costs as much as the insert.
        return None
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _for_driver(
    table: FromClause, rows: Sequence[dict[str, Any]], dialect: Dialect
) -> tuple[str, list[tuple[Any, ...]]]:
    """Return the statement and its rows as the driver wants them, column by column.

    SQLAlchemy prepares row by row, which takes three times as long as SQLite's insert.
    """
    compiled = insert(table).compile(dialect=dialect, column_keys=list(rows[0]))  # type: ignore[arg-type]
    columns = []
    for name in compiled.positiontup or ():
        column, process = table.c[name], _bound(table, name, dialect)
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
