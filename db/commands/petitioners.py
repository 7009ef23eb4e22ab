"""Who brought a matter: written, corrected and, for a reason, shown in clear."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from db.bulk import insert_row
from db.commands import identity
from db.commands.writable import writable_case
from db.models.cases import Case, Petitioner
from db.scope import actor_of
from rules.errors import Conflict, Missing
from rules.people import Person, PersonEdit
from rules.permissions import Action


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
    new = identity.edited(session, _rows_of(session, case_id), edits, today=today)
    for values in new:
        session.add(Petitioner(case_id=case_id, **values))
    if session.new or session.deleted or any(map(session.is_modified, session.dirty)):
        case.updated_at = now
        # Even in the same moment: forms are compared by the version.
        flag_modified(case, "updated_at")


def reveal_people(session: Session, case_id: int, *, reason: str) -> list[Person]:
    """Return who brought the matter in clear, and note who looked and why.

    Raises Invalid without a reason. The caller shows it for a minute and no longer.
    """
    actor = actor_of(session)
    actor.require(Action.REVEAL)
    case = session.get(Case, case_id)
    if case is None:
        raise Missing("该案件不存在，或不在您的查看范围内")
    return identity.revealed(
        session, _rows_of(session, case_id), entity="cases", entity_id=case.id, reason=reason
    )


def people_rows(session: Session, case_id: int, people: Sequence[Person]) -> list[dict[str, Any]]:
    """Return the petitioners of a case as rows of the restricted table, encrypted and hashed."""
    return [{"case_id": case_id, **row} for row in identity.sealed(session, people)]


def add_people(session: Session, case_id: int, people: Sequence[Person]) -> None:
    """Note who brought a case just registered."""
    for row in people_rows(session, case_id, people):
        insert_row(session, Petitioner, row)


def _rows_of(session: Session, case_id: int) -> list[Petitioner]:
    found = select(Petitioner).where(Petitioner.case_id == case_id).order_by(Petitioner.position)
    return list(session.scalars(found))
