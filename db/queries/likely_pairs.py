"""The report of likely duplicates: pairs nobody has decided on, found without comparing all with all."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from db.engine import cipher_of
from db.models.cases import Case, Petitioner
from db.models.duplicates import CasePair
from db.queries import office
from db.queries.comparison import likeness, people_keys, percent
from db.queries.duplicates import STANDING
from db.scope import actor_of
from rules import duplicates as rules
from rules.duplicates import Proposal, Shared
from rules.people import ANONYMOUS
from rules.permissions import Action
from rules.terms import CaseState

LISTED = 200
WINDOW = 5_000  # cases of a period that are looked at, the newest first
_RECENT_DAYS = 180  # how long before it the same people may have written
_SAME_PEOPLE = 20_000  # rows of them
_PLACE = 300  # titles of one place that one is compared with
_READ = 200


@dataclass(frozen=True, slots=True)
class Pair:
    """Two cases that may be one matter; `marked` says that entry or import found them."""

    later: str
    later_title: str
    later_on: date
    earlier: str
    earlier_title: str
    earlier_on: date
    marked: bool
    shared: Shared
    proposal: Proposal


@dataclass(frozen=True, slots=True)
class Report:
    """The pairs to decide on, those marked first, then the most alike.

    `more` is how many are left out, `unread` how many cases of the period were not looked at.
    """

    pairs: tuple[Pair, ...]
    more: int
    unread: int


_Key = tuple[int, int]
_STANDS = Case.state != CaseState.MERGED
_ROW = (Case.id, Case.number, Case.title, Case.content, Case.channel, Case.received_on)


def report(
    session: Session, *, first: date, last: date, today: date, batch_id: int | None = None
) -> Report:
    """List the likely pairs whose later case was received from `first` to `last`, both in.

    A case is held against those marked as like it, those of the same people, and those of the
    same place within the county's days. With `batch_id` it is held to the marks of that import.
    """
    actor_of(session).require(Action.EDIT_CASE)
    marked = _marked(session, batch_id)
    alike, unread = set(marked), 0
    if batch_id is None:
        period = _period(session, first, last)
        unread = _unread(session, first, last, len(period))
        alike |= _of_same_people(session, period)
        alike |= _of_same_place(session, period, today=today)
    alike -= _settled(session, alike)
    limit = percent(session, today=today)
    pairs = sorted(_pairs(session, alike, marked, limit), key=_first_to_decide)
    return Report(tuple(pairs[:LISTED]), max(0, len(pairs) - LISTED), unread)


def _first_to_decide(pair: Pair) -> tuple[bool, int, str]:
    return not pair.marked, -pair.shared.likeness, pair.later


def _marked(session: Session, batch_id: int | None) -> set[_Key]:
    rows = select(Case.id, Case.suspect_of_id).where(Case.suspect_of_id.is_not(None), _STANDS)
    if batch_id is not None:
        rows = rows.where(Case.batch_id == batch_id)
    found = session.execute(rows.order_by(Case.id.desc()).limit(WINDOW))
    return {_key(row.id, row.suspect_of_id) for row in found}


def _period(session: Session, first: date, last: date) -> list[Any]:
    rows = (
        select(Case.id, Case.township_id, Case.received_on, Case.title)
        .where(Case.received_on.between(first, last), _STANDS)
        .order_by(Case.received_on.desc(), Case.id.desc())
        .limit(WINDOW)
    )
    return list(session.execute(rows))


def _unread(session: Session, first: date, last: date, read: int) -> int:
    if read < WINDOW:
        return 0
    counted = select(func.count()).where(Case.received_on.between(first, last), _STANDS)
    return (session.scalar(counted) or 0) - read


def _of_same_people(session: Session, period: Sequence[Any]) -> set[_Key]:
    """Hold each case of the period against what the same people brought, by name or phone."""
    if not period:
        return set()
    nobody = cipher_of(session).lookup(ANONYMOUS)
    since = min(row.received_on for row in period) - timedelta(days=_RECENT_DAYS)
    ids = {row.id for row in period}
    found: set[_Key] = set()
    for column in (Petitioner.name_hash, Petitioner.phone_hash):
        rows = session.execute(
            select(column, Petitioner.case_id)
            .join(Case, Petitioner.case_id == Case.id)
            .where(Case.received_on >= since, _STANDS, column.is_not(None), column != nobody)
            .order_by(Case.received_on.desc(), Case.id.desc())
            .limit(_SAME_PEOPLE)
        )
        brought: dict[bytes | None, list[int]] = {}
        for key, case_id in rows:
            brought.setdefault(key, []).append(case_id)
        for together in brought.values():
            found |= {
                _key(one, other)
                for place, one in enumerate(together)
                for other in together[place + 1 : place + 20]
                if one != other and (one in ids or other in ids)
            }
    return found


def _of_same_place(session: Session, period: Sequence[Any], *, today: date) -> set[_Key]:
    """Hold each case of the period against those of its place within the county's days."""
    days, least = (
        office.parameter(session, "duplicate_days", on=today),
        percent(session, today=today),
    )
    assert isinstance(days, int)
    places: dict[int | None, list[Any]] = {}
    for row in period:
        places.setdefault(row.township_id, []).append(row)
    found: set[_Key] = set()
    for rows in places.values():
        for place, row in enumerate(rows):
            near = [
                other
                for other in rows[place + 1 : place + 1 + _PLACE]
                if (row.received_on - other.received_on).days <= days
            ]
            like = process.extract(
                row.title,
                [other.title for other in near],
                scorer=fuzz.ratio,
                score_cutoff=least,
                limit=5,
            )
            found |= {_key(row.id, near[at].id) for _, _, at in like}
    return found


def _key(one: int, other: int) -> _Key:
    return (one, other) if one > other else (other, one)


def _settled(session: Session, keys: Iterable[_Key]) -> set[_Key]:
    """Find the pairs that were decided, or linked as a repeat by hand."""
    ids = sorted({case_id for key in keys for case_id in key})
    found: set[_Key] = set()
    for start in range(0, len(ids), 500):
        chunk = ids[start : start + 500]
        decided = select(CasePair.case_id, CasePair.other_id).where(
            CasePair.case_id.in_(chunk), STANDING
        )
        linked = select(Case.id, Case.repeat_of_id).where(
            and_(Case.id.in_(chunk), Case.repeat_of_id.is_not(None))
        )
        rows = [*session.execute(decided), *session.execute(linked)]
        found |= {_key(one, other) for one, other in rows if other is not None}
    return found


def _pairs(session: Session, keys: set[_Key], marked: set[_Key], least: int) -> Iterable[Pair]:
    """Compare the texts of the pairs; of the same people half of `least` is enough."""
    ids = sorted({case_id for key in keys for case_id in key})
    rows: dict[int, Any] = {}
    people: dict[int, Any] = {}
    for start in range(0, len(ids), 500):
        chunk = ids[start : start + 500]
        rows |= {r.id: r for r in session.execute(select(*_ROW).where(Case.id.in_(chunk), _STANDS))}
        people |= people_keys(session, chunk)
    for key in keys:
        if key[0] in rows and key[1] in rows:
            pair = _pair(rows, people, key, marked=key in marked, least=least)
            same = pair.marked or pair.shared.likeness >= least // 2
            if same:
                yield pair


def _pair(
    rows: Mapping[int, Any], people: Mapping[int, Any], key: _Key, *, marked: bool, least: int
) -> Pair:
    later, earlier = sorted(
        (rows[key[0]], rows[key[1]]), key=lambda row: (row.received_on, row.id), reverse=True
    )
    shared = Shared(
        rules.same_person(people.get(later.id, ()), people.get(earlier.id, ())),
        later.received_on == earlier.received_on,
        later.channel is earlier.channel,
        likeness((later.title, later.content), (earlier.title, earlier.content)),
    )
    return Pair(
        later.number,
        later.title,
        later.received_on,
        earlier.number,
        earlier.title,
        earlier.received_on,
        marked,
        shared,
        rules.proposed(shared, percent=least),
    )
