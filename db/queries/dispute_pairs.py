"""Disputes that may have been entered twice: by place, class, days and the likeness of words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from db.models.disputes import Dispute, DisputePair
from db.models.units import Unit
from db.queries import disputes, office
from db.queries.disputes import DisputeRow
from rules.dispute_steps import COUNTED
from rules.dispute_terms import PairKind

_NEWEST = 1000
_SHOWN = 50
_LEAST = 4  # characters of a title that can be compared


@dataclass(frozen=True, slots=True)
class LikelyPair:
    """Two disputes that may be one, the later first, and how like their words are in per cent."""

    later: DisputeRow
    earlier: DisputeRow
    likeness: int
    same_class: bool


@dataclass(frozen=True, slots=True)
class Like:
    """A dispute already in the ledger that is like one being entered; little of it is told."""

    number: str
    title: str
    unit: str
    found_on: date
    likeness: int


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided on a dispute and another; `later_version` is that of the merged one."""

    id: int
    kind: PairKind
    number: str
    other_number: str
    reason: str
    actor: str
    at: datetime
    later_version: int
    undone_by: str


def likely_pairs(session: Session, *, today: date) -> list[LikelyPair]:
    """List pairs among the newest disputes the actor sees that nobody has decided yet, the likest first.

    Two are held against each other where they lie in one township and were found within the
    county's days; the words must be like, a little less so in one class.
    """
    days, percent = _terms(session, today=today)
    newest = session.execute(
        select(
            Dispute.id,
            Dispute.title,
            Dispute.content,
            Dispute.place,
            Dispute.class_id,
            Dispute.township_id,
            Dispute.found_on,
        )
        .where(Dispute.state.in_(COUNTED), Dispute.township_id.is_not(None))
        .order_by(Dispute.found_on.desc(), Dispute.id.desc())
        .limit(_NEWEST)
    ).all()
    decided = _decided(session)
    by_township: dict[int, list[Any]] = {}
    found: list[tuple[int, bool, int, int]] = []
    for row in newest:
        for other in by_township.setdefault(row.township_id, []):
            if other.found_on - row.found_on > timedelta(days):
                continue
            same = row.class_id == other.class_id
            likeness = _likeness(row, other, percent - 10 * same, told=same)
            if likeness and frozenset((row.id, other.id)) not in decided:
                found.append((likeness, same, other.id, row.id))
        by_township[row.township_id].append(row)
    found.sort(key=lambda each: (-each[0], each[2]))
    rows = {
        row.id: row for row in disputes.rows(session, [i for f in found[:_SHOWN] for i in f[2:]])
    }
    return [
        LikelyPair(rows[later], rows[earlier], likeness, same)
        for likeness, same, later, earlier in found[:_SHOWN]
    ]


def like(
    session: Session,
    *,
    title: str,
    township_id: int | None,
    found_on: date,
    today: date,
    but: Sequence[int] = (),
) -> list[Like]:
    """List the disputes the actor sees that are like one being entered, the likest first."""
    days, percent = _terms(session, today=today)
    if len(title.strip()) < _LEAST:
        return []
    statement = (
        select(Dispute.id, Dispute.number, Dispute.title, Unit.name, Dispute.found_on)
        .join(Unit, Unit.id == Dispute.unit_id)
        .where(
            Dispute.state.in_(COUNTED),
            Dispute.found_on >= found_on - timedelta(days),
            Dispute.found_on <= found_on + timedelta(days),
        )
        .order_by(Dispute.found_on.desc(), Dispute.id.desc())
        .limit(_NEWEST)
    )
    if township_id is not None:
        statement = statement.where(Dispute.township_id == township_id)
    found = [
        Like(number, other, unit, on, round(fuzz.ratio(title, other)))
        for row_id, number, other, unit, on in session.execute(statement)
        if row_id not in but and fuzz.ratio(title, other) >= percent
    ]
    return sorted(found, key=lambda each: -each.likeness)[:5]


def standing(session: Session, one: int, other: int) -> DisputePair | None:
    """Return the decision on two disputes that stands, for the commands of this store."""
    two = (one, other)
    return session.scalar(
        select(DisputePair).where(
            DisputePair.dispute_id.in_(two),
            DisputePair.other_id.in_(two),
            DisputePair.undone_at.is_(None),
        )
    )


_Other = aliased(Dispute)


def decisions(session: Session, dispute_id: int) -> list[Decision]:
    """List what was decided on a dispute, the newest first."""
    found = session.execute(
        select(DisputePair, Dispute.number, Dispute.version, _Other.number)
        .join(Dispute, Dispute.id == DisputePair.dispute_id)
        .join(_Other, _Other.id == DisputePair.other_id)
        .where(or_(DisputePair.dispute_id == dispute_id, DisputePair.other_id == dispute_id))
        .order_by(DisputePair.id.desc())
    )
    return [
        Decision(
            id=pair.id,
            kind=pair.kind,
            number=number,
            other_number=other,
            reason=pair.reason,
            actor=pair.actor,
            at=pair.at,
            later_version=version,
            undone_by=pair.undone_by or "",
        )
        for pair, number, version, other in found
    ]


def _terms(session: Session, *, today: date) -> tuple[int, int]:
    parameters = office.in_force(session, on=today)
    return int(str(parameters["dispute_same_days"])), int(str(parameters["dispute_same_percent"]))


def _decided(session: Session) -> set[frozenset[int]]:
    found = session.execute(
        select(DisputePair.dispute_id, DisputePair.other_id).where(DisputePair.undone_at.is_(None))
    )
    return {frozenset((one, other)) for one, other in found}


def _likeness(one: Any, other: Any, percent: int, *, told: bool = True) -> int:
    """Say how like two are: by their titles, or where `told` by the beginnings of what is told.

    Of two classes the words alone say nothing: a village hall writes many in the same words.
    """
    titles = fuzz.ratio(one.title, other.title, score_cutoff=percent)
    if titles or not told or not one.content or not other.content:
        return round(titles)
    return round(fuzz.ratio(one.content[:200], other.content[:200], score_cutoff=percent))
