"""Making a roster, editing it square by square, and writing down what came of each turn."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from db.models.receptions import LeaderAlias, Publication, ReceptionTopic, Roster, TurnRow, Visit
from db.queries import rosters as queries
from db.queries.receivers import receivers
from db.scope import actor_of
from rules import roster_edits as rules
from rules.errors import Conflict, Invalid, Missing, Problem, RuleError
from rules.leaders import NAME_MAX
from rules.permissions import Action
from rules.reception_terms import Level, ReceptionKind, TurnState
from rules.receptions import Basis, Turn
from rules.roster_edits import CellChange
from rules.roster_words import day

HOURS = "08:30-12:00"


def make_roster(
    session: Session,
    *,
    name: str,
    level: Level,
    unit_id: int | None,
    first_on: date | None,
    last_on: date | None,
    now: datetime,
) -> int:
    """Begin a roster, still without turns, and return its id; both days are in.

    Raises Invalid where another roster of the same level and unit has one of the days.
    """
    actor = actor_of(session)
    actor.require(Action.ROSTER)
    problems = rules.span_problems(name, first_on, last_on)
    if level in (Level.TOWNSHIP, Level.MEMBER) and unit_id is None:
        problems.append(Problem("unit_id", f"{level.label}的排班表请选择所属单位"))
    if problems:
        raise Invalid(problems)
    assert first_on is not None
    assert last_on is not None
    rival = session.scalar(
        select(Roster).where(
            Roster.level == level,
            Roster.unit_id.is_not_distinct_from(unit_id),
            Roster.first_on <= last_on,
            Roster.last_on >= first_on,
        )
    )
    if rival is not None:
        message = f"与排班表“{rival.name}”（{rival.first_on} 至 {rival.last_on}）的日期重叠"
        raise Invalid([Problem("first_on", message)])
    roster = Roster(
        name=name.strip(),
        level=level,
        unit_id=unit_id,
        first_on=first_on,
        last_on=last_on,
        created_by=actor.name,
        created_at=now,
    )
    session.add(roster)
    session.flush()
    return roster.id


def remove_roster(session: Session, roster_id: int, *, version: int) -> None:
    """Take away a roster that was never published and of which nothing came."""
    roster = _roster(session, roster_id, version=version)
    if session.scalar(select(func.count()).where(Publication.roster_id == roster_id)):
        raise RuleError(f"“{roster.name}”已经公示，不能删除；需要调整的请修改后重新公示")
    for row in _rows(session, roster_id):
        _remove(session, row)
    # The turns first, of whose end the store would else tell by itself.
    session.flush()
    session.delete(roster)


def edit(session: Session, roster_id: int, changes: Sequence[CellChange]) -> int:
    """Change squares of the calendar; returns how many turns changed.

    A square somebody else changed meanwhile is a Conflict that names it, and nothing is
    saved; squares that nobody else touched are saved beside the other's. Raises Invalid for
    what cannot be: a day on leave, two turns on one day, a place too small.
    """
    roster = _roster(session, roster_id)
    basis = _basis(session, roster)
    rows = {(row.held_on, row.leader_id): row for row in _rows(session, roster_id)}
    before = queries.plain_turns(session, roster_id)
    names = {each.id: each.name for each in receivers(session)}
    if found := rules.rivals(before, changes, names=names):
        raise Conflict("这几格在您编辑期间已被他人修改，请核对后再保存", found, roster.version)
    for change in changes:
        if not roster.first_on <= change.on <= roster.last_on:
            raise Invalid([Problem("turns", f"{day(change.on)}不在这张排班表的日期之内")])
    _accept(session, roster, before, rules.edited(before, changes), basis)
    for change in changes:
        row = rows.get((change.on, change.leader_id))
        if change.after is None:
            if row is not None:
                _remove(session, row)
        elif row is None:
            session.add(_row(roster, change.on, change.leader_id, change.after or None))
        else:
            _still_open(row)
            row.place_id = change.after or None
    _touch(roster)
    return len(changes)


def fill(
    session: Session,
    roster_id: int,
    turns: Sequence[Turn],
    *,
    why: Mapping[int, Sequence[str]],
    seed: int | None,
    version: int,
) -> int:
    """Put turns made at once in the place of those still open; returns how many there are.

    A turn of the same leader on the same day keeps its id, and so does one that took place.
    `why` tells of each turn, by the id it was given, why this person this day; `seed` is what
    they were made with, None for those read from elsewhere. Raises
    Conflict when the roster was changed since `version`.
    """
    roster = _roster(session, roster_id, version=version)
    present = _rows(session, roster_id)
    places = _numbered((turn.on, turn.leader_id) for turn in turns)
    wanted = dict(zip(places, turns, strict=True))
    held = _numbered((row.held_on, row.leader_id) for row in present)
    rows = dict(zip(held, present, strict=True))
    for at, row in rows.items():
        if at not in wanted and row.state is TurnState.PLANNED and row.substitute_id is None:
            _remove(session, row)
    for at, turn in wanted.items():
        found = rows.get(at) or _row(roster, turn.on, turn.leader_id, turn.place_id)
        if found.state is TurnState.PLANNED:
            found.place_id, found.kind = turn.place_id, turn.kind
        found.why = list(why.get(turn.id, ()))
        session.add(found)
    roster.seed = seed
    _touch(roster)
    return len(wanted)


def _numbered(places: Iterable[tuple[date, int]]) -> list[tuple[date, int, int]]:
    """Number the turns a leader has on one day: a roster read from elsewhere may hold two."""
    seen: Counter[tuple[date, int]] = Counter()
    found = []
    for on, leader_id in places:
        found.append((on, leader_id, seen[on, leader_id]))
        seen[on, leader_id] += 1
    return found


def swap(
    session: Session, turn_id: int, other_id: int, *, version: int, other_version: int
) -> None:
    """Exchange the leaders of two turns of one roster; both turns keep their ids."""
    one, other = _turn(session, turn_id, version), _turn(session, other_id, other_version)
    roster = _roster(session, one.roster_id)
    if one.id == other.id or one.roster_id != other.roster_id:
        raise Invalid([Problem("other_id", "请选择同一张排班表中的另一个班次")])
    for row in (one, other):
        _still_open(row)
    before = queries.plain_turns(session, roster.id)
    after = rules.swapped(before, one.id, other.id)
    _accept(session, roster, before, after, _basis(session, roster))
    one.leader_id, other.leader_id = other.leader_id, one.leader_id
    _touch(roster)


def move(session: Session, turn_id: int, *, on: date, version: int) -> None:
    """Put a turn on another day of its roster, where it keeps its id."""
    row = _turn(session, turn_id, version)
    roster = _roster(session, row.roster_id)
    _still_open(row)
    if not roster.first_on <= on <= roster.last_on:
        raise Invalid([Problem("on", f"{day(on)}不在这张排班表的日期之内")])
    before = queries.plain_turns(session, roster.id)
    _accept(session, roster, before, rules.moved(before, row.id, on), _basis(session, roster))
    row.held_on = on
    _touch(roster)


def describe(
    session: Session,
    turn_id: int,
    *,
    hours: str,
    kind: ReceptionKind,
    companions: str,
    version: int,
) -> None:
    """Say when on its day a turn is, of which kind, and who sits with the leader."""
    row = _turn(session, turn_id, version)
    if len(hours) > rules.HOURS_MAX:
        raise Invalid([Problem("hours", f"时段最多 {rules.HOURS_MAX} 个字")])
    if len(companions) > rules.REASON_MAX:
        raise Invalid([Problem("companions", f"陪同最多 {rules.REASON_MAX} 个字")])
    row.hours, row.kind, row.companions = hours.strip(), kind, companions.strip()


def substitute(
    session: Session, turn_id: int, *, substitute_id: int | None, reason: str, version: int
) -> None:
    """Arrange that somebody stands in on a turn, or take him off again; both names are kept."""
    row = _turn(session, turn_id, version)
    roster = _roster(session, row.roster_id)
    _still_open(row)
    if substitute_id == row.leader_id:
        raise Invalid([Problem("substitute_id", "替班领导不能是本人")])
    if len(reason) > rules.REASON_MAX:
        raise Invalid([Problem("reason", f"原因最多 {rules.REASON_MAX} 个字")])
    before = queries.plain_turns(session, roster.id)
    after = rules.stood_in(before, row.id, substitute_id)
    _accept(session, roster, before, after, _basis(session, roster))
    row.substitute_id, row.reason = substitute_id, reason.strip()
    _touch(roster)


def record_attendance(
    session: Session,
    turn_id: int,
    *,
    state: TurnState,
    substitute_id: int | None = None,
    reason: str = "",
    version: int,
    today: date,
    now: datetime,
) -> None:
    """Write down that a turn was held, held by another, or missed and why; 计划 takes it back.

    Only held days count for anybody (domain.md 4.1). A leader may do so for his own turns.
    """
    actor = actor_of(session)
    row = _turn(session, turn_id, version, action=Action.RECEIVE)
    if not actor.may(Action.ROSTER) and actor.leader_id not in (row.leader_id, row.substitute_id):
        raise Missing("该班次不存在，或不是您的班次")
    if state is not TurnState.SUBSTITUTED:
        substitute_id = None
    turn = queries.plain_turn(row)
    if state is not TurnState.PLANNED and (
        problems := rules.attendance_problems(
            turn, state, substitute_id=substitute_id, reason=reason, today=today
        )
    ):
        raise Invalid(problems)
    row.state, row.substitute_id, row.reason = state, substitute_id, reason.strip()
    done = state is not TurnState.PLANNED
    row.recorded_by, row.recorded_at = (actor.name, now) if done else (None, None)


def note_held(session: Session, turn_id: int, *, today: date, now: datetime) -> None:
    """Write down that a turn was held by whoever was to hold it, unless its end is written."""
    row = session.get_one(TurnRow, turn_id)
    if row.state is not TurnState.PLANNED:
        return
    record_attendance(
        session,
        turn_id,
        state=TurnState.SUBSTITUTED if row.substitute_id else TurnState.HELD,
        substitute_id=row.substitute_id,
        reason=row.reason,
        version=row.version,
        today=today,
        now=now,
    )


def remember_aliases(session: Session, aliases: Mapping[str, int]) -> None:
    """Keep how lists from elsewhere write leaders' names, so that each is asked for once only.

    What is too long for a name is used and not kept.
    """
    actor_of(session).require(Action.ROSTER)
    for alias, leader_id in aliases.items():
        if len(alias) > NAME_MAX:
            continue
        kept = session.scalar(select(LeaderAlias).where(LeaderAlias.alias == alias))
        if kept is None:
            session.add(LeaderAlias(alias=alias, leader_id=leader_id))
        else:
            kept.leader_id = leader_id


def tell(session: Session, turn_ids: Sequence[int], *, on: date) -> int:
    """Note that the leaders of these turns have been told; returns how many were not before."""
    actor_of(session).require(Action.ROSTER)
    found = session.scalars(
        select(TurnRow).where(TurnRow.id.in_(turn_ids), TurnRow.told_on.is_(None))
    ).all()
    for row in found:
        row.told_on = on
    return len(found)


def book_topic(session: Session, *, held_on: date, code_id: int, note: str, now: datetime) -> int:
    """Book a matter, by its class, for a day of reception; returns its id."""
    actor = actor_of(session)
    actor.require(Action.ROSTER)
    topic = ReceptionTopic(
        held_on=held_on, code_id=code_id, note=note.strip()[:100], actor=actor.name, at=now
    )
    session.add(topic)
    session.flush()
    return topic.id


def drop_topic(session: Session, topic_id: int) -> None:
    """Take a booked matter off again."""
    actor_of(session).require(Action.ROSTER)
    topic = session.get(ReceptionTopic, topic_id)
    if topic is None:
        raise Missing("该预约议题已不存在")
    session.delete(topic)


def _basis(session: Session, roster: Roster) -> Basis:
    return queries.basis(
        session,
        level=roster.level,
        unit_id=roster.unit_id,
        first=roster.first_on,
        last=roster.last_on,
    )


def _accept(
    session: Session, roster: Roster, before: list[Turn], after: list[Turn], basis: Basis
) -> None:
    """Refuse what cannot be, told by the audit with the turns of others at the same places."""
    beside = list(queries.around(session, basis, roster_id=roster.id).fixed)
    if problems := rules.new_problems([*before, *beside], [*after, *beside], basis):
        raise Invalid(problems)


def _roster(session: Session, roster_id: int, *, version: int | None = None) -> Roster:
    actor_of(session).require(Action.ROSTER)
    roster = session.get(Roster, roster_id)
    if roster is None:
        raise Missing("该排班表不存在，可能已被他人删除")
    if version is not None and roster.version != version:
        raise Conflict(f"“{roster.name}”已被他人修改，请刷新后重试")
    return roster


def _turn(
    session: Session, turn_id: int, version: int, *, action: Action = Action.ROSTER
) -> TurnRow:
    actor_of(session).require(action)
    row = session.get(TurnRow, turn_id)
    if row is None:
        raise Missing("该班次不存在，可能已被他人删除")
    if row.version != version:
        raise Conflict("该班次已被他人修改，请核对最新安排后再试", version=row.version)
    return row


def _rows(session: Session, roster_id: int) -> Sequence[TurnRow]:
    return session.scalars(select(TurnRow).where(TurnRow.roster_id == roster_id)).all()


def _row(roster: Roster, on: date, leader_id: int, place_id: int | None) -> TurnRow:
    return TurnRow(
        roster_id=roster.id,
        held_on=on,
        hours=HOURS,
        leader_id=leader_id,
        planned_leader_id=leader_id,
        place_id=place_id,
        state=TurnState.PLANNED,
        why=[],
    )


def _remove(session: Session, row: TurnRow) -> None:
    _still_open(row)
    if session.scalar(select(func.count()).where(Visit.turn_id == row.id)):
        raise RuleError(f"{day(row.held_on)}的班次已登记来访，不能删除")
    session.delete(row)


def _still_open(row: TurnRow) -> None:
    if row.state is not TurnState.PLANNED:
        message = f"{day(row.held_on)}的班次已登记为“{row.state.label}”，不能再调整"
        raise RuleError(message)


def _touch(roster: Roster) -> None:
    """Raise the version even where only turns changed: a generator must not overwrite them."""
    flag_modified(roster, "name")
