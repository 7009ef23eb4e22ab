"""The slides of a meeting read: their list, the deck composed of a material, what is on the wall."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from db.models.evaluations import Evaluation
from db.models.hotspots import Hotspot
from db.models.meetings import AgendaItem, Meeting
from db.models.slides import Projection, Slide
from db.models.snapshots import Snapshot
from db.queries import room_mask, slide_matters
from db.scope import actor_of
from rules.errors import Missing
from rules.panel_terms import Inserted, Material, Panel, PanelKind
from rules.panels import panel
from rules.slide_pages import paged
from rules.slides import Standing, default_slides, lines_of

LISTED = 20


@dataclass(frozen=True, slots=True)
class Shown:
    """A meeting as it is projected: on a snapshot by its number, or live where that is empty.

    `latest` is the number of its last snapshot, `version` 0 as long as it is not up.
    """

    meeting_id: int
    number: str
    title: str
    held_on: date
    snapshot: str = ""
    latest: str = ""
    version: int = 0
    put_by: str = ""
    put_at: datetime | None = None

    @property
    def is_up(self) -> bool:
        """Whether the office has put it up in the room."""
        return self.version > 0


def shown(session: Session, number: str) -> Shown:
    """Return how a meeting is projected; raises Missing for one the actor, or the room, does not see."""
    found = [_shown(session, row) for row in session.execute(_of(number.strip()))]
    if not found or not (actor_of(session).sees_all_meetings or found[0].is_up):
        raise Missing("没有这次会议，或者会议没有投到会场")
    return found[0]


def put_up(session: Session) -> list[Shown]:
    """List the meetings that are up in the room, the latest first."""
    wanted = _of().where(Projection.id.is_not(None))
    table: Any = Meeting.__table__
    rows = session.execute(wanted.order_by(table.c.held_on.desc(), table.c.id.desc()).limit(LISTED))
    return [_shown(session, row) for row in rows]


def standing(session: Session, meeting_id: int) -> list[Standing]:
    """List the slides of a meeting in their order, those of the beginning where none was changed."""
    rows = session.execute(
        select(Slide, Hotspot.name, Evaluation.number, AgendaItem.title)
        .outerjoin(Hotspot, Hotspot.id == Slide.hotspot_id)
        .outerjoin(Evaluation, Evaluation.id == Slide.evaluation_id)
        .outerjoin(AgendaItem, AgendaItem.id == Slide.item_id)
        .where(Slide.meeting_id == meeting_id)
        .order_by(Slide.position)
    )
    found = []
    # Their place is told anew: an item taken off the agenda leaves a gap.
    for place, (row, hotspot, evaluation, item) in enumerate(rows, start=1):
        kind = row.panel or row.inserted
        assert kind is not None
        found.append(
            Standing(
                place,
                kind,
                row.hidden,
                row.title,
                row.text,
                hotspot or evaluation or item or "",
                row.hotspot_id,
                row.evaluation_id,
                row.item_id,
            )
        )
    return found or default_slides()


def deck(
    session: Session,
    meeting_id: int | None,
    material: Material,
    *,
    today: date,
    now: datetime,
) -> list[Panel]:
    """Compose the slides of a meeting as the stage shows them: each panel takes as many as hold it."""
    told = composed(session, meeting_id, material, today=today, now=now)
    return [page for each in told for page in paged(each)]


def composed(
    session: Session,
    meeting_id: int | None,
    material: Material,
    *,
    today: date,
    now: datetime,
) -> list[Panel]:
    """Compose the panels of a meeting of a material, of none all of them in their order.

    What is put between them is read now, past the scope and masked: of an accusation, and of what
    is gone, there is none.
    """
    found = default_slides() if meeting_id is None else standing(session, meeting_id)
    told = [each for each in found if not each.hidden]
    mask = room_mask.mask(session, [meeting_id])
    given: dict[str, Any] = {"mask": mask, "limits": material.limits, "today": today}
    items: dict[int, Panel] = {}
    if meeting_id is not None and any(each.item_id is not None for each in told):
        items = slide_matters.agenda(session, meeting_id, **given)
    panels: list[Panel] = []
    for each in told:
        lines = [mask.hide(line) for line in lines_of(each.text)]
        if isinstance(each.kind, PanelKind):
            panels.append(panel(each.kind, material, lines=lines))
            continue
        if each.item_id is not None:
            made = items.get(each.item_id)
        else:
            worded = replace(each, title=mask.hide(each.title))
            made = slide_matters.compose(session, worded, lines, **given)
        if made is not None:
            panels.append(made if each.kind is Inserted.TEXT else replace(made, at=now))
    return panels


def _of(number: str | None = None) -> Select[Any]:
    # The table itself: the room sees no meeting, and what is up of one.
    table: Any = Meeting.__table__
    latest = (
        select(Snapshot.number)
        .where(Snapshot.meeting_id == table.c.id)
        .order_by(Snapshot.id.desc())
        .limit(1)
        .correlate(table)
        .scalar_subquery()
    )
    wanted = (
        select(
            table.c.id,
            table.c.number,
            table.c.title,
            table.c.held_on,
            Snapshot.number,
            latest,
            Projection.version,
            Projection.put_by,
            Projection.put_at,
        )
        .select_from(table)
        .outerjoin(Projection, Projection.meeting_id == table.c.id)
        .outerjoin(Snapshot, Snapshot.id == Projection.snapshot_id)
    )
    return wanted if number is None else wanted.where(table.c.number == number)


def _shown(session: Session, row: Any) -> Shown:
    key, number, title, held_on, snapshot, latest, version, put_by, put_at = row
    return Shown(
        key,
        number,
        room_mask.mask(session, [key]).hide(title),
        held_on,
        snapshot or "",
        latest or "",
        version or 0,
        put_by or "",
        put_at,
    )
