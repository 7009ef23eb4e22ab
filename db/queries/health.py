"""Whether the store can be worked with: its schema, its version, and what the code needs."""

from functools import lru_cache
from pathlib import Path

from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session

from db.models.audit import LedgerHead

_VERSIONS = Path(__file__).parents[1] / "migrations" / "versions"


@lru_cache(maxsize=1)
def needed_schema() -> str:
    """Return the revision the code needs, told from the file names without loading Alembic."""
    return max(path.name.split("_")[0] for path in _VERSIONS.glob("[0-9]*_*.py"))


def schema_of(session: Session) -> str | None:
    """Return the revision the store is at, or None when it is empty."""
    if not inspect(session.connection()).has_table("alembic_version"):
        return None
    return session.scalar(text("SELECT version_num FROM alembic_version"))


def store_version(session: Session) -> int:
    """Return the counter that every writing transaction raises."""
    return session.scalar(select(LedgerHead.version)) or 0


def is_seeded(session: Session) -> bool:
    """Whether the store holds what every store holds from its first day."""
    return session.scalar(select(LedgerHead.key_check)) is not None
