"""The rounds of a sweep: kept up with the rules, opened by hand, moved, closed for good."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.commands.locks import hold_units
from db.models.sweeps import SweepReport, SweepRound
from db.queries import office, sweep_plan, sweeps
from db.scope import actor_of
from rules import sweep_setting as rules
from rules.cases import clean
from rules.errors import Conflict, Invalid, Missing, Problem, RuleError
from rules.permissions import Action
from rules.sweep_rounds import PlannedRound
from rules.sweep_terms import RoundKind
from rules.sweeps import is_late
from rules.units import in_force


@dataclass(frozen=True, slots=True)
class Kept:
    """What keeping up did."""

    made: int
    moved: int
    removed: int
    closed: int


def keep_up(session: Session, *, until: date, today: date, now: datetime, clock: ZoneInfo) -> Kept:
    """Make, move, take away and close rounds as db/queries/sweep_plan.py says is to be done."""
    actor = actor_of(session)
    actor.require(Action.MANAGE_SWEEPS)
    hold_units(session)
    wanted = sweep_plan.difference(session, until=until, today=today, now=now, clock=clock)
    for planned in wanted.new:
        row = SweepRound(
            code=planned.code,
            kind=planned.kind,
            level=planned.level,
            first_on=planned.first_on,
            created_by=actor.name,
            created_at=now,
        )
        _fit(row, planned)
        session.add(row)
    for round_id, planned in wanted.moved:
        _fit(session.get_one(SweepRound, round_id), planned)
    for round_id in wanted.gone:
        session.delete(session.get_one(SweepRound, round_id))
    session.flush()
    for round_id in wanted.ended:
        _end(session, _locked(session, round_id), by="系统", now=now)
    return Kept(len(wanted.new), len(wanted.moved), len(wanted.gone), len(wanted.ended))


def open_round(
    session: Session,
    *,
    name: str,
    kind: RoundKind,
    first_on: date | None,
    last_on: date | None,
    due_at: datetime | None,
    unit_ids: Sequence[int],
    class_ids: Sequence[int] = (),
    note: str = "",
    today: date,
    now: datetime,
) -> int:
    """Open a round by hand for chosen units and classes, and return its id; both days are in."""
    actor = actor_of(session)
    actor.require(Action.MANAGE_SWEEPS)
    hold_units(session)
    name, note = clean(name), clean(note)
    problems = rules.round_problems(
        name=name,
        kind=kind,
        first_on=first_on,
        last_on=last_on,
        due_at=due_at,
        units=len(unit_ids),
        now=now,
        today=today,
    )
    if last_on is not None:
        problems += _unit_problems(session, unit_ids, on=last_on)
    if len(note) > rules.NOTE_MAX:
        problems.append(Problem("note", f"要求最多 {rules.NOTE_MAX} 个字"))
    if problems:
        raise Invalid(problems)
    assert first_on is not None
    assert last_on is not None
    assert due_at is not None
    row = SweepRound(
        kind=kind,
        name=name,
        first_on=first_on,
        last_on=last_on,
        due_at=due_at,
        closes_at=due_at + _close_after(session, today),
        unit_ids=sorted(set(unit_ids)),
        class_ids=list(dict.fromkeys(class_ids)),
        note=note,
        created_by=actor.name,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row.id


def move_due(
    session: Session,
    round_id: int,
    *,
    version: int,
    due_at: datetime | None,
    reason: str,
    today: date,
    now: datetime,
) -> None:
    """Give a round another due time, with the reason; not once it is past, for late stays late."""
    row = _round(session, round_id, version)
    reason = clean(reason)
    if row.closed_at is not None or is_late(now, row.due_at):
        raise RuleError(f"“{row.name}”的截止时间已经过去，不能再改；迟报的按迟报登记")
    problems = []
    if due_at is None or is_late(now, due_at) or due_at.date() < row.last_on:
        message = f"新的截止时间应在现在之后，并且不早于本轮的最后一天 {row.last_on}"
        problems.append(Problem("due_at", message))
    if not reason or len(reason) > rules.CLAUSE_MAX:
        problems.append(Problem("reason", f"请填写理由（最多 {rules.CLAUSE_MAX} 个字）"))
    if problems:
        raise Invalid(problems)
    assert due_at is not None
    row.due_at, row.due_reason = due_at, reason
    row.closes_at = due_at + _close_after(session, today)


def close_round(session: Session, round_id: int, *, version: int, now: datetime) -> None:
    """Close a round that is due before it closes by itself; nothing of it changes ever after."""
    row = _round(session, round_id, version)
    if row.closed_at is not None:
        raise RuleError(f"“{row.name}”已经关闭")
    if not is_late(now, row.due_at):
        raise RuleError(f"“{row.name}”还没有到截止时间，不能关闭")
    _end(session, row, by=actor_of(session).name, now=now)


def remove_round(session: Session, round_id: int, *, version: int) -> None:
    """Take away a round opened by hand to which nobody has reported yet."""
    row = _round(session, round_id, version)
    if row.code is not None:
        raise RuleError("按频次产生的轮次不能删除；不再需要的，请修改频次或特护期")
    if row.closed_at is not None or session.scalar(
        select(SweepReport.id).where(SweepReport.round_id == round_id).limit(1)
    ):
        raise RuleError(f"“{row.name}”已有单位报送，不能删除")
    session.delete(row)


def _locked(session: Session, round_id: int) -> SweepRound:
    row = session.get(SweepRound, round_id, with_for_update=True)
    if row is None:
        raise Missing("该轮次不存在，可能已被他人删除")
    return row


def _round(session: Session, round_id: int, version: int) -> SweepRound:
    actor_of(session).require(Action.MANAGE_SWEEPS)
    hold_units(session)
    row = _locked(session, round_id)
    if row.version != version:
        raise Conflict(f"“{row.name}”已被他人修改，请核对后重新提交")
    return row


def _fit(row: SweepRound, planned: PlannedRound) -> None:
    row.name, row.last_on = planned.name, planned.last_on
    row.due_at, row.closes_at = planned.due_at, planned.closes_at


def _end(session: Session, row: SweepRound, *, by: str, now: datetime) -> None:
    """Write down who did not report, and then that the round is closed: the store keeps both."""
    each = sweeps.value(row)
    filed = set(session.scalars(select(SweepReport.unit_id).where(SweepReport.round_id == row.id)))
    for unit in sweeps.units(session):
        if unit.id not in filed and each.expects(unit):
            session.add(SweepReport(round_id=row.id, unit_id=unit.id, unit_name=unit.name))
    session.flush()
    row.closed_by, row.closed_at = by, now
    session.flush()


def _close_after(session: Session, today: date) -> timedelta:
    days = office.parameter(session, "sweep_close_days", on=today)
    assert isinstance(days, int)
    return timedelta(days=days)


def _unit_problems(session: Session, unit_ids: Iterable[int], *, on: date) -> list[Problem]:
    known = {unit.id: unit for unit in sweeps.units(session)}
    gone = [
        known[each].name if each in known else f"编号 {each}"
        for each in unit_ids
        if each not in known or not in_force(known[each].valid_from, known[each].valid_to, on=on)
    ]
    if not gone:
        return []
    return [Problem("unit_ids", f"这些单位在本轮最后一天不在用：{'、'.join(gone[:5])}")]
