"""苗头信息 written: reported by a unit, and turned into a dispute, a case, or closed."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from db.commands import cases
from db.commands.cases import Opened
from db.commands.disputes import add_dispute
from db.commands.serials import take_serials
from db.models.network import EarlySign
from db.models.units import Unit
from db.scope import actor_of
from rules import early_signs as rules
from rules.cases import clean
from rules.dispute_terms import EarlyState
from rules.errors import Conflict, Invalid, Missing, NotAllowed, Problem, RuleError
from rules.permissions import Action
from rules.terms import Channel, SerialKind, UnitKind

_TEXTS = ("title", "place", "content", "asked")


def report(
    session: Session,
    values: Mapping[str, Any],
    *,
    unit_id: int | None,
    today: date,
    now: datetime,
) -> Opened:
    """Report a matter that may grow, for a unit of one's own; `now` is when it was reported."""
    actor = actor_of(session)
    actor.require(Action.RECORD_DISPUTE)
    given = {name: values.get(name) for name in rules.FIELDS}
    for name in _TEXTS:
        given[name] = clean(given[name])
    problems = rules.problems(given, today=today, now=now)
    if unit_id is None or session.get(Unit, unit_id) is None:
        problems.append(Problem("unit_id", "请选择报送单位"))
    if problems:
        raise Invalid(problems)
    if not actor.sees_all_cases and unit_id not in actor.unit_ids:
        raise NotAllowed("只能为本单位和下属单位报送")
    serial = take_serials(session, {today.year: 1}, kind=SerialKind.EARLY_SIGN)[today.year]
    row = EarlySign(
        **given,
        people_approx=bool(values.get("people_approx")),
        unit_id=unit_id,
        number=rules.number(today.year, serial),
        reported_at=now,
        created_by=actor.name,
    )
    session.add(row)
    session.flush()
    return Opened(row.id, row.number)


def into_dispute(
    session: Session,
    sign_id: int,
    *,
    class_id: int | None,
    version: int,
    today: date,
    now: datetime,
) -> Opened:
    """Register what was reported as a dispute found by the unit that reported it."""
    actor_of(session).require(Action.RECORD_DISPUTE)
    row = _open(session, sign_id, version)
    values = {
        "title": row.title,
        "class_id": class_id,
        "content": row.content,
        "found_on": today,
        "happened_on": row.since_on,
        "unit_id": row.unit_id,
        "area_id": row.area_id,
        "place": row.place,
        "people": row.people,
        "people_approx": row.people_approx,
        "remark": f"由苗头信息 {row.number} 转入。需要县里：{row.asked}",
    }
    opened = add_dispute(session, values, today=today, now=now)
    row.dispute_id = opened.id
    _settle(session, row, EarlyState.DISPUTE, now=now)
    return opened


def into_case(
    session: Session, sign_id: int, *, version: int, today: date, now: datetime
) -> Opened:
    """Register what was reported as a matter of the register; the office's alone."""
    actor_of(session).require(Action.REGISTER)
    row = _open(session, sign_id, version)
    area = session.get(Unit, row.area_id) if row.area_id else None
    values = {
        "title": row.title,
        "content": row.content,
        "channel": Channel.SWEEP,
        "received_on": today,
        "township_id": area.id if area and area.kind in _PLACES else None,
        "place": row.place,
        "people": row.people or 1,
        "people_approx": row.people_approx,
        "remark": f"由苗头信息 {row.number} 转入。需要县里：{row.asked}",
    }
    opened = cases.open_case(session, values, people=(), today=today, now=now)
    row.case_id = opened.id
    _settle(session, row, EarlyState.CASE, now=now)
    return opened


def close(session: Session, sign_id: int, *, why: str, version: int, now: datetime) -> None:
    """Close what came to nothing or was settled on the spot, and say how."""
    actor_of(session).require(Action.RECORD_DISPUTE)
    row = _open(session, sign_id, version)
    words = clean(why)
    if not words or len(words) > rules.WHY_MAX:
        raise Invalid([Problem("why", f"请写明怎样了结的，最多 {rules.WHY_MAX} 个字")])
    row.closed_why = words
    _settle(session, row, EarlyState.CLOSED, now=now)


_PLACES = (UnitKind.TOWNSHIP, UnitKind.VILLAGE)


def _settle(session: Session, row: EarlySign, state: EarlyState, *, now: datetime) -> None:
    row.state, row.settled_by, row.settled_at = state, actor_of(session).name, now


def _open(session: Session, sign_id: int, version: int) -> EarlySign:
    row = session.get(EarlySign, sign_id)
    if row is None:
        raise Missing("该苗头信息不存在，或不在您的查看范围内")
    if row.version != version:
        raise Conflict(f"苗头信息 {row.number} 已被他人修改，请刷新后重试")
    if row.state is not EarlyState.OPEN:
        raise RuleError(f"苗头信息 {row.number} {row.state.label}，请刷新")
    return row
