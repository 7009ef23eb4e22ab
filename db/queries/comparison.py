"""Two matters side by side, registered or not yet: what they share, and what is proposed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.engine import cipher_of
from db.models.cases import Petitioner
from db.queries import duplicates, office
from db.queries.case_file import CaseFile, case_file
from db.queries.duplicates import Decision
from db.scope import actor_of
from rules import duplicates as rules
from rules.duplicates import Keys, Proposal, Shared
from rules.people import ANONYMOUS, Person
from rules.permissions import Action
from rules.terms import Channel

_READ = 1_000  # characters of a text: what it is about stands at its beginning


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two cases, what they share, what is proposed of them, and what was decided if anything was.

    `texts` is how like their contents are in per cent, None where one has none.
    """

    later: CaseFile
    earlier: CaseFile
    shared: Shared
    proposal: Proposal
    texts: int | None
    decided: Decision | None


@dataclass(frozen=True, slots=True)
class Unfiled:
    """A matter that is not in the register: it is being typed, or stands in a ledger."""

    title: str
    content: str
    people: Sequence[Person]
    received_on: date | None
    channel: Channel


def comparison(session: Session, one: str, other: str, *, today: date) -> Comparison:
    """Compare two cases by their numbers, whichever is named first; raises Missing for either."""
    actor_of(session).require(Action.EDIT_CASE)
    a, b = case_file(session, one), case_file(session, other)
    first = rules.later_first((a.values["received_on"], a.id), (b.values["received_on"], b.id))
    later, earlier = (a, b) if first else (b, a)
    keys = people_keys(session, [a.id, b.id])
    shared = Shared(
        rules.same_person(keys.get(a.id, ()), keys.get(b.id, ())),
        a.values["received_on"] == b.values["received_on"],
        a.values["channel"] is b.values["channel"],
        likeness(_words(a), _words(b)),
    )
    return Comparison(
        later,
        earlier,
        shared,
        rules.proposed(shared, percent=percent(session, today=today)),
        _alike(str(a.values["content"]), str(b.values["content"])),
        duplicates.standing(session, a.id, b.id),
    )


def against(
    session: Session, number: str, matter: Unfiled, *, today: date
) -> tuple[CaseFile, Shared, Proposal]:
    """Compare a matter that is not registered with a case; raises Missing where the actor sees none."""
    actor_of(session).require(Action.REGISTER)
    file = case_file(session, number)
    shared = Shared(
        rules.same_person(
            keys_of(session, matter.people), people_keys(session, [file.id]).get(file.id, ())
        ),
        file.values["received_on"] == matter.received_on,
        file.values["channel"] is matter.channel,
        likeness((matter.title, matter.content), _words(file)),
    )
    return file, shared, rules.proposed(shared, percent=percent(session, today=today))


def between(
    session: Session, one: Unfiled, other: Unfiled, *, today: date
) -> tuple[Shared, Proposal]:
    """Compare two matters neither of which is registered, as two rows of a ledger."""
    actor_of(session).require(Action.REGISTER)
    shared = Shared(
        rules.same_person(keys_of(session, one.people), keys_of(session, other.people)),
        one.received_on == other.received_on,
        one.channel is other.channel,
        likeness((one.title, one.content), (other.title, other.content)),
    )
    return shared, rules.proposed(shared, percent=percent(session, today=today))


def keys_of(session: Session, people: Sequence[Person]) -> list[Keys]:
    """Return people as the keyed hashes of the store would know them."""
    lookup = cipher_of(session).lookup
    known = [(person.name.strip(), person.phone.strip()) for person in people]
    return [
        Keys(lookup(name) if name and name != ANONYMOUS else None, lookup(phone) if phone else None)
        for name, phone in known
    ]


def percent(session: Session, *, today: date) -> int:
    """Return from which likeness on the county takes two texts for like."""
    found = office.parameter(session, "duplicate_percent", on=today)
    assert isinstance(found, int)
    return found


def likeness(one: tuple[str, str], other: tuple[str, str]) -> int:
    """Say how like two matters are in per cent, by title and content; titles alone where one has none."""
    titles = fuzz.ratio(one[0], other[0])
    texts = _alike(one[1], other[1])
    return round(titles if texts is None else (titles + texts) / 2)


def people_keys(session: Session, ids: Sequence[int]) -> dict[int, list[Keys]]:
    """Return who brought each case, as the keyed hashes know them: enough to compare, not to name."""
    nobody = cipher_of(session).lookup(ANONYMOUS)
    rows = session.execute(
        select(Petitioner.case_id, Petitioner.name_hash, Petitioner.phone_hash).where(
            Petitioner.case_id.in_(ids)
        )
    )
    return _grouped((row[0], Keys(None if row[1] == nobody else row[1], row[2])) for row in rows)


def _grouped(rows: Iterable[tuple[int, Keys]]) -> dict[int, list[Keys]]:
    found: dict[int, list[Keys]] = {}
    for case_id, keys in rows:
        found.setdefault(case_id, []).append(keys)
    return found


def _words(file: CaseFile) -> tuple[Any, Any]:
    return file.values["title"], file.values["content"]


def _alike(one: str, other: str) -> int | None:
    if not (one.strip() and other.strip()):
        return None
    return round(fuzz.ratio(one[:_READ], other[:_READ]))
