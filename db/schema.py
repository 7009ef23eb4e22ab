"""Bringing the schema to head, on SQLite at start and on PostgreSQL under an advisory lock."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from db import tallies
from db.engine import Store

_LOCK = 7_224_110_501  # any constant that is ours; two replicas may start at once


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def head() -> str:
    """Return the revision the code needs."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def current(connection: Connection) -> str | None:
    """Return the revision the store is at, or None when it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


def migrate(store: Store) -> str:
    """Bring the store to head and seed what every store holds; returns the revision.

    All or nothing on both engines, and safe to run by two processes at once. This alone
    makes the file of a new store: opening a store never does.
    """
    if store.file is not None:
        store.file.touch(mode=0o600)
    with store.engine.execution_options(begin="IMMEDIATE").begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        tallies.keep(connection)
        return str(current(connection))


def downgrade(store: Store, revision: str) -> None:
    """Take the store back to `revision`; for the migration tests and an operator's way back."""
    with store.engine.execution_options(begin="IMMEDIATE").begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
