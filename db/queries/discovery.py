"""What discovery reads of the matters of a period, and which of its proposals are still open.

Accusations (§30) and matters joined to another are not read. The office's alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from db.models.cases import Case, Petitioner
from db.models.hotspots import DismissedProposal, HotspotCase
from db.models.units import Unit
from db.scope import actor_of
from rules import hotspots as rules
from rules.hotspots import Dismissal, Left
from rules.permissions import Action
from rules.terms import CaseState, Purpose

PAGE = 50
_Township = aliased(Unit)
# No engine takes any number of values in one statement.
_AT_ONCE = 1000
_READ = and_(
    Case.purpose.is_distinct_from(Purpose.ACCUSATION),
    Case.state != CaseState.MERGED,
)


@dataclass(frozen=True, slots=True)
class MatterRow:
    """A matter as discovery reads it; `person_key` only tells two who wrote apart."""

    id: int
    title: str
    content: str
    received_on: date
    place: str
    people: int
    person_key: bytes | None


@dataclass(frozen=True, slots=True)
class MatterLine:
    """A matter of a proposal, as the one who decides sees it."""

    id: int
    number: str
    title: str
    received_on: date
    township: str
    township_id: int | None
    code_id: int | None
    unit: str
    state: CaseState


@dataclass(frozen=True, slots=True)
class DismissedRow:
    """A proposal that was dismissed, by whom and why."""

    id: int
    words: str
    matters: int
    reason: str
    actor: str
    at: datetime


def first_day(session: Session) -> date | None:
    """Return the day of the earliest matter; None where there is none."""
    actor_of(session).require(Action.DIRECT_CASE)
    return session.scalar(select(func.min(Case.received_on)))


def matters_read(session: Session, *, first: date, last: date) -> int:
    """Count what `matters` would return; both days are in."""
    actor_of(session).require(Action.DIRECT_CASE)
    among = Case.received_on.between(first, last)
    return session.scalar(select(func.count()).select_from(Case).where(among, _READ)) or 0


def matters(session: Session, *, first: date, last: date, read: int) -> list[MatterRow]:
    """Return the matters of a period, both days in, with the first `read` characters of each text."""
    actor_of(session).require(Action.DIRECT_CASE)
    rows = session.execute(
        select(
            Case.id,
            Case.title,
            func.substr(Case.content, 1, read),
            Case.received_on,
            func.coalesce(Unit.name, ""),
            Case.people,
            _WRITER,
        )
        .outerjoin(Unit, Case.township_id == Unit.id)
        .where(Case.received_on.between(first, last), _READ)
        .order_by(Case.id)
    )
    return [MatterRow(*row) for row in rows]


_WRITER: Any = (
    select(Petitioner.name_hash)
    .where(Petitioner.case_id == Case.id)
    .order_by(Petitioner.position, Petitioner.id)
    .limit(1)
    .correlate(Case)
    .scalar_subquery()
)


def undecided(session: Session, found: Sequence[tuple[str, Sequence[int]]]) -> list[Left]:
    """Return what is left to decide of proposals, each its fingerprint and ids, in their order.

    Left out are what was dismissed and has not grown, and matters that are in a hotspot, have
    become accusations or are there no more; `fingerprint` is the one given.
    """
    actor_of(session).require(Action.DIRECT_CASE)
    ids = {case_id for _, members in found for case_id in members}
    there: set[int] = set()
    held: dict[int, set[int]] = {}
    for part in _parts(ids):
        there.update(session.scalars(select(Case.id).where(Case.id.in_(part), _READ)))
        links = select(HotspotCase.case_id, HotspotCase.hotspot_id)
        for case_id, hotspot_id in session.execute(links.where(HotspotCase.case_id.in_(part))):
            held.setdefault(case_id, set()).add(hotspot_id)
    kept = select(DismissedProposal.fingerprint, DismissedProposal.members)
    dismissals = [
        Dismissal(mark, rules.unpacked(members)) for mark, members in session.execute(kept)
    ]
    decided = (
        rules.left(
            fingerprint,
            [case_id for case_id in members if case_id in there],
            dismissals=dismissals,
            held=held,
        )
        for fingerprint, members in found
    )
    return [each for each in decided if each is not None]


def matter_lines(session: Session, ids: Iterable[int]) -> list[MatterLine]:
    """Return the matters of a proposal, the newest first."""
    actor_of(session).require(Action.DIRECT_CASE)
    found = []
    for part in _parts(ids):
        rows = session.execute(
            select(
                Case.id,
                Case.number,
                Case.title,
                Case.received_on,
                func.coalesce(_Township.name, ""),
                Case.township_id,
                Case.code_id,
                func.coalesce(Unit.name, ""),
                Case.state,
            )
            .outerjoin(_Township, Case.township_id == _Township.id)
            .outerjoin(Unit, Case.unit_id == Unit.id)
            .where(Case.id.in_(part), _READ)
        )
        found += [MatterLine(*row) for row in rows]
    return sorted(found, key=lambda line: (line.received_on, line.id), reverse=True)


def dismissed_count(session: Session) -> int:
    """Count the proposals that were dismissed."""
    return session.scalar(select(func.count()).select_from(DismissedProposal)) or 0


def dismissed(session: Session, *, page: int) -> list[DismissedRow]:
    """Return a page of the proposals that were dismissed, the latest first."""
    rows = session.scalars(
        select(DismissedProposal)
        .order_by(DismissedProposal.at.desc(), DismissedProposal.id.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    return [
        DismissedRow(row.id, row.words, row.matters, row.reason, row.actor, row.at) for row in rows
    ]


def _parts(ids: Iterable[int]) -> Iterable[list[int]]:
    wanted = sorted(set(ids))
    return (wanted[at : at + _AT_ONCE] for at in range(0, len(wanted), _AT_ONCE))
