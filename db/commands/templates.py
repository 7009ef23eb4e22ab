"""The office's own templates of Word documents: taken in, and given up for those of the program."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models.office import OfficeTemplate
from db.scope import actor_of
from rules.errors import Invalid, Missing, Problem
from rules.permissions import Action

BYTES_MAX = 5 * 1024 * 1024


def keep_template(
    session: Session, name: str, content: bytes, *, file_name: str, now: datetime
) -> None:
    """Use a template of the office's own for documents of this name, in place of any before.

    Whether its names can be filled is asked before (documents/word_template.problems).
    """
    actor = actor_of(session)
    actor.require(Action.ROSTER)
    if not content or len(content) > BYTES_MAX:
        raise Invalid([Problem("template", "模板应在 5 MB 以内，且不能是空文件")])
    found = _found(session, name)
    if found is None:
        found = OfficeTemplate(name=name)
        session.add(found)
    found.content, found.file_name = content, file_name[-200:]
    found.actor, found.at = actor.name, now


def give_up_template(session: Session, name: str) -> None:
    """Go back to the template that comes with the program."""
    actor_of(session).require(Action.ROSTER)
    found = _found(session, name)
    if found is None:
        raise Missing("本来用的就是系统自带的模板")
    session.delete(found)


def _found(session: Session, name: str) -> OfficeTemplate | None:
    return session.scalar(select(OfficeTemplate).where(OfficeTemplate.name == name))
