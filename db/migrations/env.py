"""Alembic's environment: runs on the connection it is handed, else on the settings' store."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Enum

from db.models import Base
from db.models.base import UtcDateTime


def run() -> None:
    """Migrate on the given connection, one transaction for all of it."""
    connection = context.config.attributes.get("connection")
    if connection is None:
        import settings
        from db.engine import open_store

        with open_store(settings.load()).engine.begin() as opened:
            _migrate(opened)
    else:
        _migrate(connection)


def _rendered(kind: str, item: Any, _context: object) -> str | Literal[False]:
    """Write our own column types as what they are in the store, free of our code."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Enum):
        return f"sa.String(length={item.length})"
    return False


def _migrate(connection: object) -> None:
    context.configure(
        connection=connection,  # type: ignore[arg-type]
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=_rendered,
        include_object=lambda _o, name, kind, _r, _c: (
            not (kind == "table" and str(name).startswith("case_search"))
        ),
    )
    with context.begin_transaction():
        context.run_migrations()


run()
