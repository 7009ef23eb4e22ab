"""The slides of a meeting written: put in, ordered, hidden; and a meeting put up on the wall."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from db.commands.meetings import writable
from db.models.cases import Case
from db.models.evaluations import Evaluation
from db.models.hotspots import Hotspot
from db.models.meetings import AgendaItem, Meeting
from db.models.slides import Projection, Slide
from db.models.snapshots import Snapshot
from db.queries import room_mask
from db.scope import actor_of
from rules import slides as rules
from rules.cases import clean
from rules.errors import Conflict, Invalid, Missing, Problem, RuleError
from rules.panel_terms import Inserted, PanelKind
from rules.permissions import Action
from rules.terms import Purpose


def add_slide(
    session: Session,
    meeting_id: int,
    kind: Inserted,
    *,
    hotspot_id: int | None = None,
    evaluation: str = "",
    title: str = "",
    text: str = "",
    after: int | None = None,
    version: int,
) -> int:
    """Put a slide behind the one at a place, else at the end; returns its own place.

    `evaluation` is the number of one. What is, or has become, an accusation is refused (§30).
    """
    rows = _deck(session, meeting_id, version)
    found = rules.refused([_kind(row) for row in rows], kind)
    title, text = clean(title), clean(text)
    if kind is Inserted.TEXT:
        found += rules.text_problems(title, text, titled=True)
    evaluation_id = None
    if kind is Inserted.EVALUATION:
        evaluation_id = _evaluation(session, clean(evaluation), found)
    if kind is Inserted.HOTSPOT and (
        hotspot_id is None or session.get(Hotspot, hotspot_id) is None
    ):
        found.append(Problem("hotspot", "请选择热点"))
    if found:
        raise Invalid(found)
    worded = kind is Inserted.TEXT
    row = Slide(
        meeting_id=meeting_id,
        position=0,
        inserted=kind,
        title=title if worded else "",
        text=text if worded else "",
        hotspot_id=hotspot_id if kind is Inserted.HOTSPOT else None,
        evaluation_id=evaluation_id,
    )
    session.add(row)
    place = len(rows) if after is None else max(0, min(after, len(rows)))
    _ordered([*rows[:place], row, *rows[place:]])
    return row.position


def add_agenda(session: Session, meeting_id: int, *, version: int) -> int:
    """Put in a slide for each item of the agenda that has none; returns how many.

    They stand in the order of the agenda behind those there are, else at the end. What is, or has
    become, an accusation is left out (§30).
    """
    rows = _deck(session, meeting_id, version)
    there = {row.item_id for row in rows}
    items = session.scalars(
        select(AgendaItem.id)
        .where(AgendaItem.meeting_id == meeting_id, room_mask.told(AgendaItem))
        .order_by(AgendaItem.position, AgendaItem.id)
    )
    new = [
        Slide(meeting_id=meeting_id, position=0, inserted=Inserted.ITEM, item_id=item_id)
        for item_id in items
        if item_id not in there
    ]
    if not new:
        raise RuleError("议程里没有还没插入的议题")
    session.add_all(new)
    last = max((at for at, row in enumerate(rows, 1) if row.item_id is not None), default=len(rows))
    _ordered([*rows[:last], *new, *rows[last:]])
    return len(new)


def change_slide(
    session: Session, meeting_id: int, position: int, *, title: str = "", text: str, version: int
) -> None:
    """Change the words of a slide that has some; the title of 下步措施 is computed."""
    row = _at(_deck(session, meeting_id, version), position)
    kind = _kind(row)
    if not rules.has_words(kind):
        raise RuleError("这一页由系统按数据生成，没有可以修改的文字")
    own = kind is Inserted.TEXT
    title, text = clean(title) if own else "", clean(text)
    if found := rules.text_problems(title, text, titled=own):
        raise Invalid(found)
    row.title, row.text = title, text


def move_slide(session: Session, meeting_id: int, position: int, *, up: bool, version: int) -> None:
    """Move a slide one place towards the beginning or the end."""
    rows = _deck(session, meeting_id, version)
    _at(rows, position)
    places = rules.swapped(len(rows), position, up=up)
    if places is None:
        return
    one, other = (place - 1 for place in places)
    rows[one], rows[other] = rows[other], rows[one]
    _ordered(rows)


def hide_slide(
    session: Session, meeting_id: int, position: int, *, hidden: bool, version: int
) -> None:
    """Leave a slide out when the meeting is projected, or show it again."""
    _at(_deck(session, meeting_id, version), position).hidden = hidden


def remove_slide(session: Session, meeting_id: int, position: int, *, version: int) -> None:
    """Take an inserted slide out; a panel is hidden instead."""
    rows = _deck(session, meeting_id, version)
    row = _at(rows, position)
    if row.panel is not None:
        raise RuleError("固定的页不能移除，不放映的请隐藏")
    rows.remove(row)
    session.delete(row)
    _ordered(rows)


def reset_slides(session: Session, meeting_id: int, *, version: int) -> None:
    """Put the slides back to the panels in their order; what was put in is gone."""
    _deck(session, meeting_id, version)
    for row in session.scalars(select(Slide).where(Slide.meeting_id == meeting_id)):
        session.delete(row)


def put_up(
    session: Session, meeting_id: int, *, snapshot: str, version: int, now: datetime
) -> None:
    """Put a meeting up in the room, on one of its snapshots or, where none is named, live.

    What is up is no part of the minutes: it goes on being chosen after they are issued.
    `version` is that of what was up before, 0 for nothing.
    """
    actor = actor_of(session)
    actor.require(Action.MANAGE_MEETINGS)
    if session.get(Meeting, meeting_id) is None:
        raise Missing("该会议不存在，或不在您的查看范围内")
    row = _projection(session, meeting_id, version)
    key = None
    if snapshot:
        key = session.scalar(
            select(Snapshot.id).where(
                Snapshot.number == snapshot, Snapshot.meeting_id == meeting_id
            )
        )
        if key is None:
            raise Missing(f"本次会议没有编号为“{snapshot}”的形势快照")
    if row is None:
        row = Projection(meeting_id=meeting_id)
        session.add(row)
    row.snapshot_id, row.put_by, row.put_at = key, actor.name, now
    session.flush()


def take_down(session: Session, meeting_id: int, *, version: int) -> None:
    """Take a meeting off the wall: the room sees it no more."""
    actor_of(session).require(Action.MANAGE_MEETINGS)
    row = _projection(session, meeting_id, version)
    if row is not None:
        session.delete(row)


def _projection(session: Session, meeting_id: int, version: int) -> Projection | None:
    row = session.scalar(select(Projection).where(Projection.meeting_id == meeting_id))
    if (row.version if row else 0) != version:
        raise Conflict("投到会场的内容已被他人修改，请核对后重新保存")
    return row


def _deck(session: Session, meeting_id: int, version: int) -> list[Slide]:
    """Load the slides at the version of the meeting, the panels becoming rows with the first change."""
    meeting = writable(session, meeting_id)
    if meeting.version != version:
        raise Conflict(f"会议 {meeting.number} 已被他人修改，请核对后重新保存")
    # With what hangs on it the version of the meeting rises, so that two cannot order it at once.
    flag_modified(meeting, "title")
    rows = list(
        session.scalars(
            select(Slide).where(Slide.meeting_id == meeting_id).order_by(Slide.position)
        )
    )
    if rows:
        return rows
    rows = [
        Slide(meeting_id=meeting_id, position=place, panel=kind, hidden=False, title="", text="")
        for place, kind in enumerate(PanelKind, start=1)
    ]
    session.add_all(rows)
    session.flush()
    return rows


def _at(rows: Sequence[Slide], position: int) -> Slide:
    if not 1 <= position <= len(rows):
        raise Missing("这一页已经不在了，请刷新后重试")
    return rows[position - 1]


def _ordered(rows: Sequence[Slide]) -> None:
    for place, row in enumerate(rows, start=1):
        row.position = place


def _kind(row: Slide) -> rules.Kind:
    kind = row.panel or row.inserted
    assert kind is not None
    return kind


def _evaluation(session: Session, number: str, found: list[Problem]) -> int | None:
    row = session.scalar(select(Evaluation).where(Evaluation.number == number))
    if row is None:
        found.append(Problem("evaluation", f"没有找到第三方评价“{number}”，请核对编号"))
        return None
    case = session.get(Case, row.case_id) if row.case_id is not None else None
    if case is not None and case.purpose is Purpose.ACCUSATION:
        message = "检举控告不投屏（《信访工作条例》第三十条）"
        found.append(Problem("evaluation", message))
    return row.id
