"""Matters that come back to one a panel was satisfied with: they are registered, and asked about."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from db.models.cases import Case, Petitioner
from db.models.evaluation_outcomes import EvaluationReturn
from db.queries.comparison import keys_of, people_keys
from db.queries.evaluation_outcomes import Satisfied, satisfied, satisfied_case
from rules.duplicates import Keys, same_person
from rules.errors import Missing
from rules.people import Person


@dataclass(frozen=True, slots=True)
class Return:
    """An earlier satisfied verdict a matter comes back to, and what was answered; None while it waits.

    `alike` that the matter may repeat or repeats the earlier one; else the same person brought both.
    """

    earlier: Satisfied
    case_number: str
    alike: bool
    new_facts: bool | None
    text: str
    actor: str
    version: int | None


@dataclass(frozen=True, slots=True)
class Brought:
    """A matter a panel was satisfied with, as it is told to who registers another of the same person."""

    case_id: int
    case_number: str
    earlier: Satisfied


def returns(session: Session, case_id: int) -> list[Return]:
    """List the satisfied verdicts a case comes back to: those on what it is like, then its people's.

    Of the same person's only what was issued by the day the case was received.
    """
    row = session.get(Case, case_id)
    if row is None:
        raise Missing("该案件不存在，或不在您的查看范围内")
    found = []
    alike = list(dict.fromkeys(filter(None, (row.repeat_of_id, row.suspect_of_id))))
    for other_id in alike:
        earlier, other = satisfied(session, case_id=other_id), session.get(Case, other_id)
        if earlier is not None and other is not None:
            found.append(_return(session, case_id, earlier, other.number, alike=True))
    keys = people_keys(session, [case_id]).get(case_id, [])
    for each in _brought_by(session, keys):
        if each.case_id not in (case_id, *alike) and each.earlier.issued_on <= row.received_on:
            found.append(_return(session, case_id, each.earlier, each.case_number, alike=False))
    return found


def brought_by(session: Session, people: Sequence[Person]) -> list[Brought]:
    """List the matters with a satisfied verdict in force that one of these people brought."""
    return _brought_by(session, keys_of(session, people))


def _brought_by(session: Session, keys: Collection[Keys]) -> list[Brought]:
    names = {each.name for each in keys if each.name}
    phones = {each.phone for each in keys if each.phone}
    if not names and not phones:
        return []
    theirs = select(Petitioner.case_id).where(
        or_(Petitioner.name_hash.in_(names), Petitioner.phone_hash.in_(phones))
    )
    rows = session.execute(
        select(Case.id, Case.number).where(Case.id.in_(theirs), satisfied_case()).order_by(Case.id)
    ).all()
    people = people_keys(session, [case_id for case_id, _ in rows])
    found = []
    for case_id, number in rows:
        earlier = satisfied(session, case_id=case_id)
        if earlier is not None and same_person(keys, people.get(case_id, ())):
            found.append(Brought(case_id, number, earlier))
    return found


def _return(
    session: Session, case_id: int, earlier: Satisfied, number: str, *, alike: bool
) -> Return:
    said = session.scalar(
        select(EvaluationReturn).where(
            EvaluationReturn.case_id == case_id,
            EvaluationReturn.evaluation_id == earlier.evaluation_id,
        )
    )
    if said is None:
        return Return(earlier, number, alike, None, "", "", None)
    return Return(earlier, number, alike, said.new_facts, said.text, said.actor, said.version)
