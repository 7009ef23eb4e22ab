"""What was decided of pairs of like cases: into which one was merged, and what belongs together."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from db.models.cases import Case
from db.models.duplicates import CasePair
from rules import duplicates as rules
from rules.case_terms import SameKind
from rules.terms import CaseState

LISTED = 50
_TOGETHER = 200  # cases of one matter that several brought; beyond nobody looks at each

STANDING: ColumnElement[bool] = CasePair.undone_at.is_(None)


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided of a pair, by numbers; `undone_by` where it was taken back."""

    id: int
    kind: SameKind
    later: str
    earlier: str
    reason: str
    actor: str
    at: datetime
    undone_by: str
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class Together:
    """The cases of one matter that several brought, itself among them, and how many people."""

    numbers: tuple[str, ...]
    people: int


def standing(session: Session, one_id: int, other_id: int) -> Decision | None:
    """Return what two cases were decided to be, whichever is named first; None where nothing stands."""
    pair = or_(
        and_(CasePair.case_id == one_id, CasePair.other_id == other_id),
        and_(CasePair.case_id == other_id, CasePair.other_id == one_id),
    )
    return next(iter(_decisions(session, select(CasePair).where(pair, STANDING))), None)


def decisions(session: Session) -> list[Decision]:
    """List the latest decisions, the newest first, those taken back among them."""
    return _decisions(session, select(CasePair).order_by(CasePair.id.desc()).limit(LISTED))


_OF_CASE: Any = (
    select(CasePair)
    .where(or_(CasePair.case_id == bindparam("case_id"), CasePair.other_id == bindparam("case_id")))
    .order_by(CasePair.id)
)
_NUMBERS = select(Case.id, Case.number).where(Case.id.in_(bindparam("ids", expanding=True)))


def decisions_of(session: Session, case_id: int) -> list[Decision]:
    """List what was decided of a case, in its order; of a pair half outside the scope nothing."""
    return _decisions(session, _OF_CASE, case_id=case_id)


def _decisions(session: Session, statement: Any, **given: int) -> list[Decision]:
    pairs = session.scalars(statement, given).all()
    ids = {case_id for pair in pairs for case_id in (pair.case_id, pair.other_id)}
    # The numbers by themselves, for what the actor may see is asked of the table, not of an alias.
    number: dict[int, str] = dict(session.execute(_NUMBERS, {"ids": ids}).all()) if ids else {}
    return [
        Decision(
            pair.id,
            pair.kind,
            number[pair.case_id],
            number[pair.other_id],
            pair.reason,
            pair.actor,
            pair.at,
            pair.undone_by or "",
            pair.undone_at,
        )
        for pair in pairs
        if pair.case_id in number and pair.other_id in number
    ]


_MERGERS = and_(CasePair.kind == SameKind.DOUBLE, STANDING)
_KEPT = select(CasePair.other_id).where(CasePair.case_id == bindparam("case_id"), _MERGERS)
_MERGED = select(CasePair.case_id).where(
    CasePair.other_id.in_(bindparam("ids", expanding=True)), _MERGERS
)


def kept_id(session: Session, case_id: int) -> int | None:
    """Return the case that stands for a merged one, past all that were merged in turn."""
    found: int | None = None
    while (case := session.scalar(_KEPT, {"case_id": found or case_id})) is not None:
        found = case
    return found


def kept_number(session: Session, case_id: int) -> str | None:
    """Return the number of the case that stands for a merged one, if the actor may see it."""
    return session.scalar(select(Case.number).where(Case.id == kept_id(session, case_id)))


def merged_into(session: Session, case_id: int) -> list[int]:
    """List the cases that were merged into one, and those that had been merged into these."""
    found: list[int] = []
    last = [case_id]
    while last := list(session.scalars(_MERGED, {"ids": last})):
        found += last
    return found


def together(session: Session, case_id: int) -> Together | None:
    """Return the matter that several brought and this case is of; None where it is linked to none.

    Linked is what is linked to what it is linked to. Cases outside the scope are not counted.
    """
    found, last = {case_id}, {case_id}
    while last and len(found) < _TOGETHER:
        pairs = session.execute(
            select(CasePair.case_id, CasePair.other_id).where(
                or_(CasePair.case_id.in_(last), CasePair.other_id.in_(last)),
                CasePair.kind == SameKind.SHARED,
                STANDING,
            )
        )
        last = {case for pair in pairs for case in pair} - found
        found |= last
    if len(found) == 1:
        return None
    rows = session.execute(
        select(Case.number, Case.state, Case.people)
        .where(Case.id.in_(found))
        .order_by(Case.received_on, Case.id)
    ).all()
    kept = tuple(row.number for row in rows if row.state is not CaseState.MERGED)
    return Together(kept, rules.people_of([(row.state, row.people) for row in rows]))
