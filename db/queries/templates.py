"""Which Word documents have a template of the office's own, and these templates."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models.office import OfficeTemplate


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """A template of the office's own: its file, and who took it in when."""

    name: str
    file_name: str
    actor: str
    at: datetime


def own(session: Session) -> dict[str, TemplateRow]:
    """Map the names of documents to the office's own templates."""
    found = select(
        OfficeTemplate.name, OfficeTemplate.file_name, OfficeTemplate.actor, OfficeTemplate.at
    )
    return {row[0]: TemplateRow(*row) for row in session.execute(found)}


def content(session: Session, name: str) -> bytes | None:
    """Return the office's own template of a name; None where the program's is used."""
    return session.scalar(select(OfficeTemplate.content).where(OfficeTemplate.name == name))
