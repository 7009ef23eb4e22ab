"""Locks that several commands take, so that they mean the same row."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models.units import Unit


def hold_units(session: Session) -> None:
    """Let units, what counts them, and what there is one of in the county change one at a time.

    The rows of the roots are the lock on PostgreSQL; SQLite has one writer anyway.
    """
    roots = select(Unit.id).where(Unit.parent_id.is_(None)).order_by(Unit.id)
    session.execute(roots.with_for_update(key_share=True)).all()
