"""What the office has classified, for learning the likely class of a matter from it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models.cases import Case
from db.models.imports import ImportBatch
from db.queries import codes
from db.queries.codes import CodeRow
from rules.terms import CaseState, Purpose
from rules.units import in_force


@dataclass(frozen=True, slots=True)
class ClassifiedMatter:
    """A matter whose class a person has chosen, by the first level of it."""

    title: str
    content: str
    code_id: int


def matters(session: Session, *, newest: int) -> list[ClassifiedMatter]:
    """List the newest classified matters the actor may see, no accusation (§30) and no double."""
    top = first_levels(codes.codes(session))
    rows = session.execute(
        select(Case.title, Case.content, Case.code_id)
        .where(
            Case.code_id.is_not(None),
            Case.purpose.is_distinct_from(Purpose.ACCUSATION),
            Case.state != CaseState.MERGED,
        )
        .order_by(Case.received_on.desc(), Case.id.desc())
        .limit(newest)
    )
    return [
        ClassifiedMatter(title, content, top[code_id])
        for title, content, code_id in rows
        if code_id is not None
    ]


def names(session: Session, *, today: date) -> dict[int, list[str]]:
    """Return by class of the first level its own name and those below it, as far as they are in use."""
    rows = codes.codes(session)
    top = first_levels(rows)
    offered = {option.id for option in codes.codes_valid(session, on=today)}
    found: dict[int, list[str]] = {}
    for row in rows:
        if row.id in offered and in_force(row.valid_from, row.valid_to, on=today):
            found.setdefault(top[row.id], []).append(row.label)
    return {code_id: list(dict.fromkeys(labels)) for code_id, labels in found.items()}


def first_levels(rows: list[CodeRow]) -> dict[int, int]:
    """Map each class to the one of the first level it is under, or is."""
    top: dict[int, int] = {}
    for row in rows:  # each stands after the one above it
        top[row.id] = row.id if row.parent_id is None else top[row.parent_id]
    return top


def imports(session: Session) -> Iterator[tuple[int, int]]:
    """Yield each import that stands with how many cases it brought, the newest first."""
    found = session.execute(
        select(ImportBatch.id, ImportBatch.counts)
        .where(ImportBatch.undone_at.is_(None))
        .order_by(ImportBatch.id.desc())
        .limit(200)
    )
    for batch_id, counts in found:
        yield batch_id, int(counts["inserted"])
