"""Who brought a matter: written, corrected and, for a reason, shown in clear."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from db import audit
from db.bulk import insert_row
from db.commands.writable import writable_case
from db.engine import cipher_of
from db.models.cases import Case, Petitioner
from db.queries import office
from db.scope import actor_of
from rules import cases
from rules.errors import Conflict, Invalid, Missing, Problem
from rules.people import Person, PersonEdit, people_problems
from rules.permissions import Action
from rules.policy import Value
from rules.terms import AuditAction


def edit_people(
    session: Session,
    case_id: int,
    edits: Sequence[PersonEdit],
    *,
    version: int,
    today: date,
    now: datetime,
) -> None:
    """Correct who brought the matter, add others and take some out.

    The first edits speak of those the case has, in their order, the others are new; what
    an edit leaves empty stays as it is, so nobody need see a name to correct a phone. The
    values never reach the audit chain in clear. Raises Conflict when the case was saved
    since `version`, and Invalid for what may not stand.
    """
    actor_of(session).require(Action.EDIT_CASE)
    case = writable_case(session, case_id)
    if case.version != version:
        raise Conflict(f"“{case.title}”已被他人修改，请刷新后重新填写信访人")
    rows = _rows_of(session, case_id)
    known = edits[: len(rows)]
    new = [edit.person() for edit in edits[len(rows) :] if not edit.is_empty]
    kept = [
        (row, edit.merged(_person(session, row)))
        for row, edit in zip(rows, known, strict=True)
        if not edit.removed
    ]
    people = [*(person for _, person in kept), *new]
    if problems := petitioner_problems(people, office.in_force(session, on=today)):
        raise Invalid(problems)
    for row, edit in zip(rows, known, strict=True):
        if edit.removed:
            session.delete(row)
    for position, (row, person) in enumerate(kept):
        _correct(session, row, person, position)
    for place, values in enumerate(people_rows(session, case_id, new), start=len(kept)):
        session.add(Petitioner(**(values | {"position": place})))
    if session.new or session.deleted or any(map(session.is_modified, session.dirty)):
        case.updated_at = now
        # Even in the same moment: forms are compared by the version.
        flag_modified(case, "updated_at")


def _correct(session: Session, row: Petitioner, person: Person, position: int) -> None:
    """Set what differs and nothing else: encrypting the same again would look like a change."""
    cipher, before = cipher_of(session), _person(session, row)
    if person.name != before.name:
        row.name_encrypted = cipher.encrypt(person.name)
        row.name_hash = cipher.lookup(person.name)
    if person.phone != before.phone:
        row.phone_encrypted = cipher.encrypt(person.phone)
        row.phone_hash = cipher.lookup(person.phone)
    if person.address != before.address:
        row.address_encrypted = cipher.encrypt(person.address)
    row.representative, row.position = person.representative, position


def reveal_people(session: Session, case_id: int, *, reason: str) -> list[Person]:
    """Return who brought the matter in clear, and note who looked and why.

    Raises Invalid without a reason. The caller shows it for a minute and no longer.
    """
    actor = actor_of(session)
    actor.require(Action.REVEAL)
    case = session.get(Case, case_id)
    if case is None:
        raise Missing("该案件不存在，或不在您的查看范围内")
    words = cases.clean(reason)
    if len(words) < 2:
        raise Invalid([Problem("reason", "请填写查看身份信息的理由")])
    audit.record(session, AuditAction.REVEAL, "cases", case.id, reason=words[:200])
    return [_person(session, row) for row in _rows_of(session, case_id)]


def petitioner_problems(people: Sequence[Person], parameters: Mapping[str, Value]) -> list[Problem]:
    """List what is wrong with petitioners under the office's parameters."""
    limit = parameters["representatives_max"]
    assert isinstance(limit, int)
    return people_problems(people, representatives_max=limit)


def people_rows(session: Session, case_id: int, people: Sequence[Person]) -> list[dict[str, Any]]:
    """Return the petitioners of a case as rows of the restricted table, encrypted and hashed."""
    cipher = cipher_of(session)
    return [
        {
            "case_id": case_id,
            "position": position,
            "representative": person.representative,
            "name_encrypted": cipher.encrypt(person.name.strip()),
            "phone_encrypted": cipher.encrypt(person.phone) if person.phone else None,
            "address_encrypted": cipher.encrypt(person.address) if person.address else None,
            "name_hash": cipher.lookup(person.name),
            "phone_hash": cipher.lookup(person.phone) if person.phone else None,
        }
        for position, person in enumerate(people)
    ]


def add_people(session: Session, case_id: int, people: Sequence[Person]) -> None:
    """Note who brought a case just registered."""
    for row in people_rows(session, case_id, people):
        insert_row(session, Petitioner, row)


def _rows_of(session: Session, case_id: int) -> list[Petitioner]:
    found = select(Petitioner).where(Petitioner.case_id == case_id).order_by(Petitioner.position)
    return list(session.scalars(found))


def _person(session: Session, row: Petitioner) -> Person:
    cipher = cipher_of(session)
    return Person(
        name=cipher.decrypt(row.name_encrypted),
        phone=cipher.decrypt(row.phone_encrypted) if row.phone_encrypted else "",
        address=cipher.decrypt(row.address_encrypted) if row.address_encrypted else "",
        representative=row.representative,
    )
