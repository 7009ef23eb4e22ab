"""Whom and what the room is not told of a meeting: names are read here to be hidden, and for nothing else."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, or_, select, true, union
from sqlalchemy.orm import Session

from db.engine import cipher_of
from db.models.base import Scoped
from db.models.batches import BatchCase
from db.models.cases import Petitioner
from db.models.disputes import Dispute, DisputeParty
from db.models.evaluations import Evaluation
from db.models.hotspots import HotspotCase
from db.models.meetings import AgendaItem, Meeting
from db.models.slides import Slide
from db.models.units import Unit
from db.queries import meetings
from db.scope import past_scope
from rules.masking import hide_names, redact
from rules.permissions import Actor
from rules.terms import Role, UnitKind

# Who sees what the room may: everything of a meeting but what is an accusation (§30).
_ROOM = Actor(None, "投屏", frozenset({Role.LEADER}))
_VILLAGE = "某村"


@dataclass(frozen=True, slots=True)
class Mask:
    """The people behind all that is dealt with, and the villages of the county."""

    names: frozenset[str]
    villages: tuple[str, ...]

    def hide(self, text: str, *, few: bool = True) -> str:
        """Hide people, phones, ids and cards in a text, and villages unless many matters stand behind it.

        The office's own words stand for one matter, so of them `few` is true (domain.md 8.3).
        """
        shown = redact(hide_names(text, self.names))
        for village in self.villages if few else ():
            shown = shown.replace(village, _VILLAGE)
        return shown


def told(model: type[Scoped]) -> ColumnElement[bool]:
    """Which rows of a model the room is told: none that is of an accusation, or has become one."""
    criteria = model.visible_to(_ROOM)
    return true() if criteria is None else criteria


def mask(
    session: Session, meeting_ids: Iterable[int | None] = (), *, batch_ids: Collection[int] = ()
) -> Mask:
    """Return what hides the people of meetings, of their agendas, slides and last time's, and of batches."""
    named = {key for key in meeting_ids if key is not None}
    with past_scope(session):
        asked = named | {last.id for key in named if (last := _before(session, key)) is not None}
        villages = session.scalars(select(Unit.name).where(Unit.kind == UnitKind.VILLAGE))
        longest_first = tuple(sorted(villages, key=len, reverse=True))
        names = _people(session, asked, batch_ids) if asked or batch_ids else ()
        return Mask(frozenset(names), longest_first)


def _before(session: Session, meeting_id: int) -> Meeting | None:
    return meetings.before(session, session.get_one(Meeting, meeting_id))


def _people(session: Session, meeting_ids: set[int], batch_ids: Collection[int]) -> Iterable[str]:
    """Name who brought the matters and who is party to them: of a group, of all that is in it."""

    def on_agenda(column: str) -> Select[tuple[int]]:
        item = select(getattr(AgendaItem, column)).where(AgendaItem.meeting_id.in_(meeting_ids))
        return item.where(getattr(AgendaItem, column).is_not(None))

    def shown(column: str) -> Select[tuple[int]]:
        slide = select(getattr(Slide, column)).where(Slide.meeting_id.in_(meeting_ids))
        return slide.where(getattr(Slide, column).is_not(None))

    hotspots = union(on_agenda("hotspot_id"), shown("hotspot_id"))
    evaluated = union(on_agenda("evaluation_id"), shown("evaluation_id"))
    judged = Evaluation.id.in_(evaluated)
    disputes: CompoundSelect[Any] = union(
        on_agenda("dispute_id"),
        select(Evaluation.dispute_id).where(judged, Evaluation.dispute_id.is_not(None)),
    )
    cases: CompoundSelect[Any] = union(
        on_agenda("case_id"),
        select(HotspotCase.case_id).where(HotspotCase.hotspot_id.in_(hotspots)),
        select(BatchCase.case_id).where(
            or_(BatchCase.batch_id.in_(on_agenda("batch_id")), BatchCase.batch_id.in_(batch_ids))
        ),
        select(Evaluation.case_id).where(judged, Evaluation.case_id.is_not(None)),
        select(Dispute.case_id).where(Dispute.id.in_(disputes), Dispute.case_id.is_not(None)),
    )
    cipher = cipher_of(session)
    for wanted in (
        select(Petitioner.name_encrypted).where(Petitioner.case_id.in_(cases)),
        select(DisputeParty.name_encrypted).where(DisputeParty.dispute_id.in_(disputes)),
    ):
        for sealed in session.scalars(wanted):
            yield cipher.decrypt(sealed)
