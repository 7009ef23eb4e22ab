"""Cases that resemble one another: what repeats what, and what may be the same matter."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from db.engine import cipher_of
from db.models.cases import Case, Petitioner
from db.models.units import Unit
from rules.terms import CaseState

_RECENT_DAYS = 180
_CANDIDATES = 400


@dataclass(frozen=True, slots=True)
class Reference:
    """Another case, with enough to judge it by."""

    id: int
    number: str
    title: str
    received_on: date
    state: CaseState
    unit: str
    excerpt: str
    similarity: int = 0


def reference(session: Session, case_id: int | None) -> Reference | None:
    """Return the case of that id in short; None when there is none the actor may see."""
    return next(iter(_references(session, [case_id])), None) if case_id else None


def repeats_of(session: Session, case_id: int) -> list[Reference]:
    """List the cases that are linked to this one as its repeats, the newest first."""
    return [_reference(row) for row in session.execute(_REPEATS, {"case_id": case_id})]


def suspects_of(session: Session, case_id: int) -> list[Reference]:
    """List the cases marked as perhaps the same matter as this one, the newest first."""
    return [_reference(row) for row in session.execute(_SUSPECTS, {"case_id": case_id})]


def likely_duplicates(
    session: Session,
    *,
    title: str,
    person: str,
    township_id: int | None,
    today: date,
    percent: int,
    exclude: Collection[int] = (),
    limit: int = 5,
) -> list[Reference]:
    """List the cases that may be the same matter, the most alike first.

    Candidates are those of the same name (by hash) or of the same township in the last
    half year; the texts are then compared. A case of the same name counts from half of
    `percent` on, since the same people seldom write twice about different things.
    """
    found: dict[int, tuple[Any, int]] = {}
    columns = (Case.id, Case.title, Case.content)
    if person.strip():
        name_hash = cipher_of(session).lookup(person)
        same_name = (
            select(*columns)
            .join(Petitioner, Petitioner.case_id == Case.id)
            .where(Petitioner.name_hash == name_hash, _STANDS)
            .order_by(Case.received_on.desc())
            .limit(50)
        )
        _compare(session.execute(same_name), title, percent // 2, found)
    if len(title.strip()) >= 4:
        nearby = (
            select(*columns)
            .where(Case.received_on >= today - timedelta(days=_RECENT_DAYS), _STANDS)
            .order_by(Case.received_on.desc(), Case.id.desc())
            .limit(_CANDIDATES)
        )
        if township_id is not None:
            nearby = nearby.where(Case.township_id == township_id)
        _compare(session.execute(nearby), title, percent, found)
    for case_id in exclude:
        found.pop(case_id, None)
    best = sorted(found.items(), key=lambda item: -item[1][1])[:limit]
    references = {r.id: r for r in _references(session, [case_id for case_id, _ in best])}
    return [
        replace(references[case_id], similarity=score)
        for case_id, (_, score) in best
        if case_id in references
    ]


def _compare(rows: Any, title: str, percent: int, found: dict[int, tuple[Any, int]]) -> None:
    for row in rows:
        score = round(
            max(
                fuzz.ratio(title, row.title, score_cutoff=percent),
                fuzz.partial_ratio(title, row.content[:200], score_cutoff=percent)
                if len(title) >= 8
                else 0,
            )
        )
        if score >= percent and score > found.get(row.id, (None, -1))[1]:
            found[row.id] = (row, score)


_REFERENCE: Any = (
    select(
        Case.id,
        Case.number,
        Case.title,
        Case.received_on,
        Case.state,
        Unit.name,
        Case.content,
    )
    .outerjoin(Unit, Case.unit_id == Unit.id)
    .order_by(Case.received_on.desc())
    .limit(20)
)
_CHOSEN = _REFERENCE.where(Case.id.in_(bindparam("ids", expanding=True)))
_STANDS = Case.state != CaseState.MERGED
_REPEATS = _REFERENCE.where(Case.repeat_of_id == bindparam("case_id"), _STANDS)
_SUSPECTS = _REFERENCE.where(Case.suspect_of_id == bindparam("case_id"), _STANDS)


def _references(session: Session, ids: Sequence[int]) -> list[Reference]:
    return [_reference(row) for row in session.execute(_CHOSEN, {"ids": ids})]


def _reference(row: Any) -> Reference:
    return Reference(row[0], row[1], row[2], row[3], row[4], row[5] or "", row[6][:120])
