"""Meetings written: put in, attended, opened with what was decided last time, frozen when issued."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from db import audit
from db.commands.cases import Opened
from db.commands.serials import take_serials
from db.models.batches import Batch
from db.models.cases import Case
from db.models.disputes import Dispute
from db.models.evaluations import Evaluation
from db.models.hotspots import Hotspot
from db.models.meetings import AgendaItem, Decision, Meeting, MeetingCorrection, MeetingUnit
from db.models.slides import Slide
from db.models.units import Leader
from db.queries import meetings as queries
from db.queries.meetings import MeetingFile
from db.scope import actor_of
from rules import meetings as rules
from rules.cases import clean
from rules.errors import Conflict, Invalid, Missing, Problem, RuleError
from rules.meetings import Came, ItemKind, MeetingKind
from rules.permissions import Action
from rules.terms import AuditAction, Purpose, SerialKind


@dataclass(frozen=True, slots=True)
class Planned:
    """What a meeting is put in with."""

    kind: MeetingKind | None
    title: str
    held_on: date | None
    place: str = ""
    chair_id: int | None = None
    unit_ids: tuple[int, ...] = ()


def add_meeting(session: Session, given: Planned, *, now: datetime) -> Opened:
    """Put a meeting in and give it the next number of its year."""
    actor = actor_of(session)
    actor.require(Action.MANAGE_MEETINGS)
    values, names = _checked(session, given)
    year = values["held_on"].year
    serial = take_serials(session, {year: 1}, kind=SerialKind.MEETING)[year]
    row = Meeting(
        **values, number=rules.number(year, serial), created_by=actor.name, created_at=now
    )
    session.add(row)
    session.flush()
    _ask(session, row.id, names)
    return Opened(row.id, row.number)


def change_meeting(session: Session, meeting_id: int, given: Planned, *, version: int) -> None:
    """Change a meeting; units left out lose what was written of them, the others keep it."""
    row = _open(session, meeting_id, version)
    values, names = _checked(session, given)
    for name, value in values.items():
        setattr(row, name, value)
    asked = session.scalars(select(MeetingUnit).where(MeetingUnit.meeting_id == row.id)).all()
    for each in asked:
        if each.unit_id not in names:
            session.delete(each)
    known = {each.unit_id for each in asked}
    _ask(session, row.id, {key: name for key, name in names.items() if key not in known})


def record_attendance(
    session: Session, meeting_id: int, came: Sequence[Came], *, version: int
) -> None:
    """Write down of each unit named whether it came; of the others nothing changes.

    `version` is `MeetingFile.attendance_version`, so that what happens to the agenda meanwhile
    costs nobody what he has typed.
    """
    row = writable(session, meeting_id)
    asked = {
        each.unit_id: each
        for each in session.scalars(select(MeetingUnit).where(MeetingUnit.meeting_id == row.id))
    }
    if sum(each.version for each in asked.values()) != version:
        raise Conflict(f"会议 {row.number} 的到会情况已被他人修改，请核对后重新保存")
    given = [Came(each.unit_id, each.presence, clean(each.note)) for each in came]
    if found := rules.attendance_problems(
        given, {key: each.unit_name for key, each in asked.items()}
    ):
        raise Invalid(found)
    for each in given:
        asked[each.unit_id].presence, asked[each.unit_id].note = each.presence, each.note


def open_meeting(
    session: Session, meeting_id: int, *, version: int, today: date, now: datetime
) -> None:
    """Begin a meeting: how the decisions of last time stand is kept as it is told now."""
    row = _open(session, meeting_id, version)
    if row.opened_at is not None:
        raise RuleError("会议已经开始")
    if row.held_on > today:
        raise RuleError(f"会议定在 {row.held_on}，提前召开的请先修改会议日期")
    told = queries.memory(session, row, today=today)
    row.opening = [{"id": key, "state": state.value} for key, state in told.states.items()]
    row.opened_at = now


def add_item(
    session: Session,
    meeting_id: int,
    kind: ItemKind,
    reference: str,
    *,
    unit_id: int | None = None,
    note: str = "",
    version: int,
) -> int:
    """Put an item at the end of the agenda; returns its id.

    `reference` is the number of a case, dispute or evaluation, the name of a hotspot or batch,
    or the free text itself. The unit that reports is the matter's own where none is named. An
    accusation comes on no agenda (§30).
    """
    row = _open(session, meeting_id, version)
    reference, note = clean(reference), clean(note)
    if not reference:
        raise Invalid([Problem("reference", "请填写事项的编号、名称或内容")])
    if len(note) > rules.REPORT_MAX:
        raise Invalid([Problem("note", f"说明最多 {rules.REPORT_MAX} 个字")])
    last, count = session.execute(
        select(func.max(AgendaItem.position), func.count()).where(AgendaItem.meeting_id == row.id)
    ).one()
    if count >= rules.ITEMS_MAX:
        raise Invalid([Problem("reference", f"一次会议最多 {rules.ITEMS_MAX} 项议题")])
    title, own_unit, keys = _matter(session, kind, reference)
    for column, key in keys.items():
        there = select(AgendaItem.id).where(
            AgendaItem.meeting_id == row.id, getattr(AgendaItem, column) == key
        )
        if session.scalar(there) is not None:
            raise Invalid([Problem("reference", "这件事项已经在议程里")])
    item = AgendaItem(
        meeting_id=row.id,
        position=(last or 0) + 1,
        kind=kind,
        title=title[:200],
        note=note,
        unit_id=unit_id or own_unit,
        **keys,
    )
    session.add(item)
    _touched(row)
    session.flush()
    return item.id


def move_item(session: Session, item_id: int, *, up: bool, version: int) -> None:
    """Move an item one place towards the beginning of the agenda or its end."""
    item = _item(session, item_id)
    row = _open(session, item.meeting_id, version)
    order = list(
        session.scalars(
            select(AgendaItem)
            .where(AgendaItem.meeting_id == row.id)
            .order_by(AgendaItem.position, AgendaItem.id)
        )
    )
    at = order.index(item)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(order):
        return
    order[at], order[to] = order[to], order[at]
    for place, each in enumerate(order, start=1):
        each.position = place
    _touched(row)


def remove_item(session: Session, item_id: int, *, version: int) -> None:
    """Take an item off the agenda with its slide, unless something was decided on it."""
    item = _item(session, item_id)
    row = _open(session, item.meeting_id, version)
    if session.scalar(select(Decision.id).where(Decision.item_id == item.id).limit(1)):
        raise RuleError("这项议题已有议定事项，请先撤下议定事项")
    for slide in session.scalars(select(Slide).where(Slide.item_id == item.id)):
        session.delete(slide)
    session.flush()
    session.delete(item)
    _touched(row)


def issue(
    session: Session,
    meeting_id: int,
    *,
    draw: Callable[[MeetingFile], bytes],
    version: int,
    today: date,
    now: datetime,
) -> None:
    """Issue the minutes, which `draw` makes of the meeting as it is read in this transaction.

    From here on triggers refuse every change of the meeting, its agenda and its decisions' words.
    """
    row = _open(session, meeting_id, version)
    file = queries.meeting_file(session, row.number, today=today)
    if row.opened_at is None:
        raise RuleError("会议还没有开始，开会以后才能印发纪要")
    if missing := [each.name for each in file.units if each.presence is None]:
        raise RuleError(f"还有 {len(missing)} 个单位没有登记到会情况：{'、'.join(missing[:8])}")
    row.content = draw(file)
    row.sha256 = hashlib.sha256(row.content).hexdigest()
    row.issued_at, row.issued_by = now, actor_of(session).name


def correct(session: Session, meeting_id: int, *, text: str, now: datetime) -> None:
    """Say beside issued minutes what is to be known; the minutes stay as they are."""
    actor = actor_of(session)
    actor.require(Action.MANAGE_MEETINGS)
    row = session.get(Meeting, meeting_id)
    if row is None or row.issued_at is None:
        raise RuleError("纪要印发以后才登记更正，印发以前请直接修改")
    words = clean(text)
    if not words or len(words) > rules.TEXT_MAX:
        raise Invalid([Problem("text", f"请填写更正的内容，最多 {rules.TEXT_MAX} 个字")])
    session.add(MeetingCorrection(meeting_id=row.id, text=words, actor=actor.name, at=now))


def download_minutes(session: Session, meeting_id: int) -> bytes:
    """Return issued minutes as they were issued, and note who took them."""
    actor = actor_of(session)
    actor.require(Action.SEE_MEETINGS)
    row = session.get(Meeting, meeting_id)
    if row is None or row.content is None:
        raise Missing("会议纪要还没有印发，或不在您的查看范围内")
    if not queries.meeting_file(session, row.number, today=row.held_on).whole:
        raise Missing("会议纪要不在您的查看范围内")
    if hashlib.sha256(row.content).hexdigest() != row.sha256:
        raise Missing("会议纪要的内容与登记的校验值不符，请联系系统管理员")
    audit.record(session, AuditAction.DOWNLOAD, "meetings", row.id)
    return row.content


def writable(session: Session, meeting_id: int) -> Meeting:
    """Load a meeting whose minutes are not issued, for the office."""
    actor_of(session).require(Action.MANAGE_MEETINGS)
    row = session.get(Meeting, meeting_id)
    if row is None:
        raise Missing("该会议不存在，或不在您的查看范围内")
    if row.issued_at is not None:
        raise RuleError("会议纪要已经印发，不能再改；需要说明的请登记更正")
    return row


def _open(session: Session, meeting_id: int, version: int) -> Meeting:
    row = writable(session, meeting_id)
    if row.version != version:
        raise Conflict(f"会议 {row.number} 已被他人修改，请核对后重新保存")
    return row


def _touched(row: Meeting) -> None:
    """Raise the version of the meeting with what hangs on it, so that two cannot order it at once."""
    flag_modified(row, "title")


def _item(session: Session, item_id: int) -> AgendaItem:
    actor_of(session).require(Action.MANAGE_MEETINGS)
    item = session.get(AgendaItem, item_id)
    if item is None:
        raise Missing("该议题不存在，或不在您的查看范围内")
    return item


def _checked(session: Session, given: Planned) -> tuple[dict[str, Any], dict[int, str]]:
    names = queries.names_of(session, given.unit_ids)
    ordered = {key: names[key] for key in given.unit_ids if key in names}
    values: dict[str, Any] = {
        "kind": given.kind,
        "title": clean(given.title),
        "held_on": given.held_on,
        "place": clean(given.place),
    }
    found = rules.meeting_problems(**values, units=len(ordered))
    if given.chair_id is not None and session.get(Leader, given.chair_id) is None:
        found.append(Problem("chair_id", "该领导不存在，请重新选择"))
    if found:
        raise Invalid(found)
    return {**values, "chair_id": given.chair_id}, ordered


def _ask(session: Session, meeting_id: int, names: dict[int, str]) -> None:
    last = session.scalar(
        select(func.max(MeetingUnit.position)).where(MeetingUnit.meeting_id == meeting_id)
    )
    for place, (unit_id, name) in enumerate(names.items(), start=(last or 0) + 1):
        session.add(
            MeetingUnit(meeting_id=meeting_id, unit_id=unit_id, unit_name=name, position=place)
        )


def _matter(
    session: Session, kind: ItemKind, reference: str
) -> tuple[str, int | None, dict[str, int]]:
    """Find what an item is about: its title, its own unit, and the column that points to it."""
    found: Any
    if kind is ItemKind.TEXT:
        if len(reference) > 200:
            raise Invalid([Problem("reference", "议题最多 200 个字")])
        return reference, None, {}
    if kind is ItemKind.CASE:
        found = session.scalar(select(Case).where(Case.number == reference))
        _refuse_accusation(found)
        unit = found.unit_id if found else None
    elif kind is ItemKind.HOTSPOT:
        found = session.scalar(select(Hotspot).where(Hotspot.name == reference))
        unit = found.lead_unit_id if found else None
    elif kind is ItemKind.BATCH:
        found = session.scalar(select(Batch).where(Batch.name == reference))
        unit = None
    elif kind is ItemKind.EVALUATION:
        found = session.scalar(select(Evaluation).where(Evaluation.number == reference))
        if found is not None and found.case_id is not None:
            _refuse_accusation(session.get(Case, found.case_id))
        unit = found.judged_unit_id if found else None
    else:
        found = session.scalar(select(Dispute).where(Dispute.number == reference))
        unit = (found.duty_unit_id or found.unit_id) if found else None
    if found is None:
        message = f"没有找到{kind.label}“{reference}”，请核对编号或名称"
        raise Invalid([Problem("reference", message)])
    title = found.name if kind in (ItemKind.HOTSPOT, ItemKind.BATCH) else found.title
    return title, unit, {f"{kind.value}_id": found.id}


def _refuse_accusation(case: Case | None) -> None:
    if case is not None and case.purpose is Purpose.ACCUSATION:
        message = "检举控告不列入会议议程（《信访工作条例》第三十条）"
        raise Invalid([Problem("reference", message)])
