"""Taking along the papers of a situation: each is noted, whoever takes it."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import audit
from db.models.figures import FigureCount
from db.models.snapshots import Snapshot
from db.scope import actor_of
from rules.errors import Missing
from rules.permissions import Action
from rules.situation_papers import Paper
from rules.terms import AuditAction


def note_export(session: Session, number: str, paper: Paper, *, rows: int) -> None:
    """Write into the audit that a paper of a snapshot was taken along, with how many rows of cases.

    Raises Missing for a snapshot out of sight.
    """
    actor_of(session).require(Action.TAKE_PAPERS)
    found = session.scalar(select(Snapshot.id).where(Snapshot.number == number))
    if found is None:
        raise Missing(f"没有编号为“{number}”的形势快照，或不在您的查看范围内")
    told = [f"{paper.label} {number}"]
    audit.record(
        session, AuditAction.EXPORT, Snapshot.__tablename__, found, rows=rows, filters=told
    )


def note_figures(session: Session, *, rows: int, filters: Sequence[str]) -> None:
    """Write into the audit that the list of figures, or the rows behind one, was taken along."""
    actor_of(session).require(Action.TAKE_PAPERS)
    told = list(filters)
    audit.record(session, AuditAction.EXPORT, FigureCount.__tablename__, rows=rows, filters=told)
