"""People in the restricted tables, of a matter or of a visit alike: sealed, corrected, shown in clear."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from db import audit
from db.engine import cipher_of
from db.models.cases import Petitioner
from db.models.receptions import Visitor
from db.queries import office
from rules import cases
from rules.errors import Invalid, Problem
from rules.people import Person, PersonEdit, people_problems
from rules.policy import Value
from rules.terms import AuditAction

Sealed = Petitioner | Visitor


def problems(people: Sequence[Person], parameters: Mapping[str, Value]) -> list[Problem]:
    """List what is wrong with people under the office's parameters."""
    limit = parameters["representatives_max"]
    assert isinstance(limit, int)
    return people_problems(people, representatives_max=limit)


def sealed(session: Session, people: Sequence[Person], *, start: int = 0) -> list[dict[str, Any]]:
    """Return people as rows of a restricted table, encrypted and hashed, placed from `start` on.

    Whom they belong to is the caller's to add.
    """
    cipher = cipher_of(session)
    return [
        {
            "position": position,
            "representative": person.representative,
            "name_encrypted": cipher.encrypt(person.name.strip()),
            "phone_encrypted": cipher.encrypt(person.phone) if person.phone else None,
            "address_encrypted": cipher.encrypt(person.address) if person.address else None,
            "name_hash": cipher.lookup(person.name),
            "phone_hash": cipher.lookup(person.phone) if person.phone else None,
        }
        for position, person in enumerate(people, start=start)
    ]


def edited(
    session: Session, rows: Sequence[Sealed], edits: Sequence[PersonEdit], *, today: date
) -> list[dict[str, Any]]:
    """Correct and take out `rows` as the edits say; returns those to be added, as `sealed` does.

    The first edits speak of the rows in their order, the others are new; what an edit leaves
    empty stays as it is. Raises Invalid for what may not stand.
    """
    known = edits[: len(rows)]
    new = [edit.person() for edit in edits[len(rows) :] if not edit.is_empty]
    kept = [
        (row, edit.merged(opened(session, row)))
        for row, edit in zip(rows, known, strict=True)
        if not edit.removed
    ]
    people = [*(person for _, person in kept), *new]
    if found := problems(people, office.in_force(session, on=today)):
        raise Invalid(found)
    for row, edit in zip(rows, known, strict=True):
        if edit.removed:
            session.delete(row)
    for position, (row, person) in enumerate(kept):
        _correct(session, row, person, position)
    return sealed(session, new, start=len(kept))


def revealed(
    session: Session, rows: Sequence[Sealed], *, entity: str, entity_id: int, reason: str
) -> list[Person]:
    """Return people in clear, and note who looked and why; raises Invalid without a reason."""
    words = cases.clean(reason)
    if len(words) < 2:
        raise Invalid([Problem("reason", "请填写查看身份信息的理由")])
    audit.record(session, AuditAction.REVEAL, entity, entity_id, reason=words[:200])
    return [opened(session, row) for row in rows]


def opened(session: Session, row: Sealed) -> Person:
    """Return one person in clear; whoever asks has noted why."""
    cipher = cipher_of(session)
    return Person(
        name=cipher.decrypt(row.name_encrypted),
        phone=cipher.decrypt(row.phone_encrypted) if row.phone_encrypted else "",
        address=cipher.decrypt(row.address_encrypted) if row.address_encrypted else "",
        representative=row.representative,
    )


def _correct(session: Session, row: Sealed, person: Person, position: int) -> None:
    """Set what differs and nothing else: encrypting the same again would look like a change."""
    cipher, before = cipher_of(session), opened(session, row)
    if person.name != before.name:
        row.name_encrypted = cipher.encrypt(person.name)
        row.name_hash = cipher.lookup(person.name)
    if person.phone != before.phone:
        row.phone_encrypted = cipher.encrypt(person.phone)
        row.phone_hash = cipher.lookup(person.phone)
    if person.address != before.address:
        row.address_encrypted = cipher.encrypt(person.address)
    row.representative, row.position = person.representative, position
