"""Leaders: who there are, what each is in charge of, and when he is away."""

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from db.models.receptions import LeaderContact, LeaderField, LeaderLeave
from db.models.units import Leader, Unit
from db.queries.units import resolve_units
from db.scope import actor_of
from rules import leaders as rules
from rules.cases import clean
from rules.errors import Conflict, Invalid, Missing, NotAllowed, Problem
from rules.leaders import Standing
from rules.permissions import Action
from rules.reception_terms import Body, Level, Rank
from rules.units import at_line, normalise_name


def add_leader(
    session: Session,
    name: str,
    post: str,
    *,
    position: int = 100,
    level: Level = Level.COUNTY,
    body: Body = Body.GOVERNMENT,
    rank: Rank = Rank.DEPUTY,
    unit_id: int | None = None,
    portfolio: str = "",
    term_from: date | None = None,
    term_to: date | None = None,
) -> int:
    """Add a leader who receives and leads cases, and return his id; raises Invalid."""
    actor_of(session).require(Action.MANAGE_UNITS)
    standing = Standing(
        name=name.strip(),
        post=post.strip(),
        level=level,
        body=body,
        rank=rank,
        unit_id=unit_id,
        portfolio=clean(portfolio),
        term_from=term_from,
        term_to=term_to,
        position=position,
    )
    if problems := _problems(session, standing):
        raise Invalid(problems)
    leader = Leader()
    _set(leader, standing)
    session.add(leader)
    session.flush()
    return leader.id


def add_leaders(session: Session, text: str, *, today: date) -> int:
    """Add every leader of the pasted lines behind the others, or none; returns how many.

    Raises Invalid with each problem named by its line. Who stands in the list already, by
    name and post, is a problem: a second paste must not double him.
    """
    actor_of(session).require(Action.MANAGE_UNITS)
    lines, problems = rules.read_lines(text, today=today)
    units = resolve_units(session)
    known = {
        (normalise_name(name), normalise_name(post))
        for name, post in session.execute(select(Leader.name, Leader.post).where(Leader.active))
    }
    position = session.scalar(select(func.max(Leader.position))) or 0
    for line in lines:
        unit_id = units.get(normalise_name(line.unit)) if line.unit else None
        found = []
        if line.unit and unit_id is None:
            found.append(Problem("unit_id", f"没有名为“{line.unit}”的单位"))
        position = min(position + 1, rules.POSITION_MAX)
        standing = replace(line.standing, unit_id=unit_id, position=position)
        found = found or _problems(session, standing)
        key = normalise_name(standing.name), normalise_name(standing.post)
        if key in known:
            found.append(Problem("name", f"{standing.name}（{standing.post}）已经在名单中"))
        problems += at_line(line.number, found)
        known.add(key)
        if not found:
            leader = Leader()
            _set(leader, standing)
            session.add(leader)
    if problems:
        raise Invalid(sorted(problems, key=_line_of))
    session.flush()
    return len(lines)


def change_leader(
    session: Session,
    leader_id: int,
    *,
    version: int,
    today: date,
    name: str,
    post: str,
    position: int,
    active: bool,
    level: Level,
    body: Body,
    rank: Rank,
    unit_id: int | None,
    term_from: date | None,
    term_to: date | None,
) -> None:
    """Change a leader; one who has left office is set inactive and stays in old records.

    `term_to` is the first day he is out of office, today where he left and none is said.
    """
    actor_of(session).require(Action.MANAGE_UNITS)
    leader = _leader(session, leader_id, version)
    standing = Standing(
        name=name.strip(),
        post=post.strip(),
        level=level,
        body=body,
        rank=rank,
        unit_id=unit_id,
        portfolio=leader.portfolio,
        term_from=term_from,
        term_to=rules.term_end(term_to, active=active, today=today),
        position=position,
    )
    problems = _problems(session, standing)
    problems += rules.in_office_problems(standing.term_to, active=active, today=today)
    if problems:
        raise Invalid(problems)
    _set(leader, standing)
    leader.active = active


def set_charge(
    session: Session,
    leader_id: int,
    *,
    version: int,
    portfolio: str,
    fields: Iterable[int],
    contacts: Iterable[int],
) -> None:
    """Say what a leader is in charge of (分管), by words and by classes, and his contact points.

    Whoever manages units may, and whoever makes the roster, which asks for all three.
    """
    _may_arrange(session)
    leader = _leader(session, leader_id, version)
    portfolio = clean(portfolio)
    if len(portfolio) > rules.PORTFOLIO_MAX:
        raise Invalid([Problem("portfolio", f"分管工作最多 {rules.PORTFOLIO_MAX} 个字")])
    leader.portfolio = portfolio
    # The version of the leader stands for what hangs on him, too.
    flag_modified(leader, "portfolio")
    _replace(session, LeaderField, "code_id", leader_id, set(fields))
    _replace(session, LeaderContact, "unit_id", leader_id, set(contacts))


def add_leave(
    session: Session,
    leader_id: int,
    *,
    first_on: date | None,
    last_on: date | None,
    reason: str = "",
) -> int:
    """Record days a leader is away, both ends in, and return the row's id.

    Turns that are planned on these days stay as they are: whoever records the leave is
    shown them (db/queries/leaders.py) and changes the roster.
    """
    actor_of(session).require(Action.ROSTER)
    _hold(session, leader_id)
    reason = clean(reason)
    _check_leave(session, leader_id, first_on, last_on, reason)
    leave = LeaderLeave(leader_id=leader_id, first_on=first_on, last_on=last_on, reason=reason)
    session.add(leave)
    session.flush()
    return leave.id


def change_leave(
    session: Session,
    leave_id: int,
    *,
    version: int,
    first_on: date | None,
    last_on: date | None,
    reason: str,
) -> None:
    """Change days of leave, unless somebody has since `version` was read."""
    leave = _leave(session, leave_id, version)
    reason = clean(reason)
    _check_leave(session, leave.leader_id, first_on, last_on, reason, but=leave_id)
    assert first_on is not None
    assert last_on is not None
    leave.first_on, leave.last_on, leave.reason = first_on, last_on, reason


def remove_leave(session: Session, leave_id: int, *, version: int) -> None:
    """Remove days of leave, as for one that was not taken; the audit chain keeps them."""
    session.delete(_leave(session, leave_id, version))


def _may_arrange(session: Session) -> None:
    actor = actor_of(session)
    if not (actor.may(Action.ROSTER) or actor.may(Action.MANAGE_UNITS)):
        words = f"您的账号没有“{Action.ROSTER.value}”的权限，如有需要请联系系统管理员"
        raise NotAllowed(words)


def _leader(session: Session, leader_id: int, version: int) -> Leader:
    leader = session.get(Leader, leader_id)
    if leader is None:
        raise Missing("该领导不存在")
    if leader.version != version:
        raise Conflict(f"领导“{leader.name}”已被他人修改，请核对后重新提交")
    return leader


def _hold(session: Session, leader_id: int) -> None:
    """Let nobody else record leave of the same leader meanwhile."""
    held = select(Leader.id).where(Leader.id == leader_id).with_for_update(key_share=True)
    if session.scalar(held) is None:
        raise Missing("该领导不存在")


def _leave(session: Session, leave_id: int, version: int) -> LeaderLeave:
    actor_of(session).require(Action.ROSTER)
    leave = session.get(LeaderLeave, leave_id)
    if leave is None:
        raise Missing("该请假记录不存在，可能已被他人删除")
    _hold(session, leave.leader_id)
    if leave.version != version:
        raise Conflict("该请假记录已被他人修改，请核对后重新提交")
    return leave


def _check_leave(
    session: Session,
    leader_id: int,
    first_on: date | None,
    last_on: date | None,
    reason: str,
    *,
    but: int | None = None,
) -> None:
    others = session.execute(
        select(LeaderLeave.first_on, LeaderLeave.last_on)
        .where(LeaderLeave.leader_id == leader_id, LeaderLeave.id != (but or 0))
        .order_by(LeaderLeave.first_on)
    )
    spans = [(row.first_on, row.last_on) for row in others]
    if problems := rules.leave_problems(first_on, last_on, reason, spans):
        raise Invalid(problems)


def _problems(session: Session, standing: Standing) -> list[Problem]:
    unit = session.get(Unit, standing.unit_id) if standing.unit_id else None
    return rules.problems(standing, unit=unit.kind if unit else None)


def _set(leader: Leader, standing: Standing) -> None:
    for name, value in asdict(standing).items():
        setattr(leader, name, value)


def _replace(
    session: Session,
    model: type[LeaderField] | type[LeaderContact],
    column: str,
    leader_id: int,
    wanted: set[int],
) -> None:
    rows = session.scalars(select(model).where(model.leader_id == leader_id))
    held = {getattr(row, column): row for row in rows}
    for key in held.keys() - wanted:
        session.delete(held[key])
    for key in sorted(wanted - held.keys()):
        session.add(model(**{"leader_id": leader_id, column: key}))


def _line_of(problem: Problem) -> int:
    return int(problem.message.split()[1]) if problem.message.startswith("第 ") else 0
