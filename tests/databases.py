"""PostgreSQL databases for tests: one for each process, put back as it was before each test.

To make a database from its template takes half a second, to empty the few tables a test wrote
in takes a twentieth of that. What a test did to the schema, or much growth, is answered by a new
one.
"""

import uuid
from dataclasses import dataclass
from typing import Any, LiteralString, Self

import psycopg
from psycopg import sql
from sqlalchemy import create_engine, text

_GROWTH = 64 * 1024 * 1024
_SIZE = "SELECT pg_database_size(current_database())"
_SHAPE = """
SELECT (SELECT md5(string_agg(concat(oid, relname), ',' ORDER BY oid)) FROM pg_class
         WHERE relnamespace = 'public'::regnamespace),
       (SELECT md5(string_agg(concat(oid, tgname, tgenabled), ',' ORDER BY oid)) FROM pg_trigger),
       (SELECT md5(string_agg(concat(oid, prosrc), ',' ORDER BY oid)) FROM pg_proc
         WHERE pronamespace = 'public'::regnamespace)
"""
_OTHERS = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
# Says one statement that sets every sequence back.
_SEQUENCES = """
SELECT 'SELECT ' || string_agg(format('setval(%L, %s, %L)', sequencename,
         COALESCE(last_value, start_value), last_value IS NOT NULL), ', ')
  FROM pg_sequences WHERE schemaname = 'public'
"""


def create(server: str, name: str, template: str) -> str:
    """Make a database from a template and return its address."""
    run(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
    return address(server, name)


def drop(server: str, name: str) -> None:
    """Drop a database, whoever is still connected to it."""
    run(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def address(server: str, name: str) -> str:
    """Return the address of a database of a server."""
    return server.replace("/postgres?", f"/{name}?")


def run(server: str, *statements: str) -> None:
    """Run statements outside of any transaction."""
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def connect(url: str) -> psycopg.Connection[Any]:
    """Connect to a database by the address a store has, outside of any transaction."""
    return psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://"), autocommit=True)


@dataclass
class Rows:
    """All that stands in the tables of a database, to be put there again."""

    filled: str
    tables: dict[str, bytes]
    sequences: str

    @classmethod
    def of(cls, connection: psycopg.Connection[Any]) -> Self:
        """Take what stands in a database."""
        names = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        )
        filled = " UNION ALL ".join(
            f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for (name,) in names
        )
        tables = {name: _copied(connection, name) for (name,) in connection.execute(filled)}
        return cls(filled, tables, _value(connection, _SEQUENCES))

    def put(self, connection: psycopg.Connection[Any]) -> None:
        """Empty a database of the same tables and write this into it."""
        with connection.transaction():
            connection.execute("SET LOCAL session_replication_role = replica")
            for (name,) in connection.execute(self.filled).fetchall():
                connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
            for name, rows in self.tables.items():
                into = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(name))
                with connection.cursor().copy(into) as copy:
                    copy.write(rows)
            connection.execute(self.sequences)


@dataclass
class Reused:
    """A database made from `template` once; each `fresh` empties it again."""

    server: str
    template: str
    _name: str = ""
    _shape: Any = None
    _size: int = 0
    _rows: Rows | None = None

    def fresh(self) -> str:
        """Return an address no test had before, of a database that is as the template is."""
        if not self._name or not self._put_back():
            self._make()
        # What is kept in memory by the address of a store is then never another test's.
        own = address(self.server, self._name)
        return f"{own}&application_name=t{uuid.uuid4().hex}"

    def close(self) -> None:
        """Drop the database."""
        if self._name:
            drop(self.server, self._name)

    def _connect(self) -> psycopg.Connection[Any]:
        return connect(address(self.server, self._name))

    def _make(self) -> None:
        self.close()
        self._name = f"t{uuid.uuid4().hex}"
        create(self.server, self._name, self.template)
        with self._connect() as connection:
            self._rows = Rows.of(connection)
            self._shape = connection.execute(_SHAPE).fetchone()
            self._size = _value(connection, _SIZE)

    def _put_back(self) -> bool:
        """Empty what was written in and write what the template holds; False where it is spoilt."""
        with self._connect() as connection:
            connection.execute(_OTHERS)
            grown = _value(connection, _SIZE) - self._size > _GROWTH
            if grown or connection.execute(_SHAPE).fetchone() != self._shape:
                return False
            assert self._rows
            self._rows.put(connection)
        return True


def _value(connection: psycopg.Connection[Any], statement: LiteralString) -> Any:
    row = connection.execute(statement).fetchone()
    assert row is not None
    return row[0]


def _copied(connection: psycopg.Connection[Any], name: str) -> bytes:
    out = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(name))
    with connection.cursor().copy(out) as copy:
        return b"".join(bytes(block) for block in copy)
