"""Receptions as they are written down: registered, corrected, told to whom, who came."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from db.bulk import insert_row
from db.commands import identity, rosters
from db.commands.serials import take_serials
from db.commands.writable import writable_case
from db.models.receptions import Visit, VisitNotice, Visitor
from db.models.units import Leader
from db.queries import office, visits
from db.scope import actor_of
from rules import visits as rules
from rules.cases import Kind, clean
from rules.errors import Conflict, FieldConflict, Invalid, Missing, Problem, RuleError
from rules.people import Person, PersonEdit
from rules.permissions import Action
from rules.terms import SerialKind


class Registered(NamedTuple):
    """The visit just registered."""

    id: int
    number: str


def register(
    session: Session,
    values: Mapping[str, Any],
    *,
    people: Sequence[Person] = (),
    case_id: int | None = None,
    held: bool = False,
    today: date,
    now: datetime,
) -> Registered:
    """Register a visit to a leader and give it the next number of its year, JF+年+4 位.

    `values` is keyed by rules.visits.FIELDS; a place, a kind and companions left out are those
    of the leader's turn that day, where he has one. `case_id` is the case it is about, where
    that is known. `held` also writes down that the turn was held, where nobody has written
    yet what came of it. Raises Invalid naming all that is wrong; nobody is ever refused for who he
    is or for what became of his matter before.
    """
    actor = actor_of(session)
    actor.require(Action.RECEIVE)
    plain = cleaned(values)
    turn = None
    if plain.get("received_on") and plain.get("leader_id"):
        turn = visits.turn_of(session, plain["received_on"], plain["leader_id"])
    told = {"place": turn.place, "kind": turn.kind, "companions": turn.companions} if turn else {}
    plain = {**_DEFAULTS, **told, **{n: v for n, v in plain.items() if v not in (None, "")}}
    parameters = office.in_force(session, on=today)
    problems = rules.problems(plain, today=today) + identity.problems(people, parameters)
    problems += receiver_problems(session, plain.get("leader_id"))
    if problems:
        raise Invalid(problems)
    if case_id is not None:
        case_id = writable_case(session, case_id).id
    year = plain["received_on"].year
    number = rules.number(year, take_serials(session, {year: 1}, kind=SerialKind.VISIT)[year])
    row = {
        **plain,
        "number": number,
        "turn_id": turn.id if turn else None,
        "case_id": case_id,
        "recorder": plain.get("recorder") or actor.name,
        "created_by": actor.name,
        "created_at": now,
        "updated_at": now,
    }
    visit_id = insert_row(session, Visit, row)
    for person in identity.sealed(session, people):
        insert_row(session, Visitor, {"visit_id": visit_id, **person})
    if held and turn is not None:
        rosters.note_held(session, turn.id, today=today, now=now)
    return Registered(visit_id, number)


# What a visit is unless somebody says otherwise.
_DEFAULTS = {name: Visit.__table__.c[name].default.arg for name in ("kind", "repeat")}


def change(
    session: Session,
    visit_id: int,
    values: Mapping[str, Any],
    *,
    base: Mapping[str, Any],
    version: int,
    today: date,
    now: datetime,
) -> None:
    """Change fields of a visit, unless somebody has saved it since `version` was read.

    `base` is what the form was filled with; the Conflict names, field by field, what I typed
    and what they saved. What the leader had decided and had said goes into the audit chain.
    """
    actor_of(session).require(Action.RECEIVE)
    visit = take(session, visit_id)
    plain = cleaned(values)
    if visit.version != version:
        raise conflict(visit, plain, base)
    set_values(session, visit, plain, today=today, now=now)


def set_values(
    session: Session, visit: Visit, plain: Mapping[str, Any], *, today: date, now: datetime
) -> None:
    """Write cleaned values on a visit; raises Invalid for a whole that may not stand."""
    whole = {name: getattr(visit, name) for name in rules.FIELDS} | dict(plain)
    problems = rules.problems(whole, today=today)
    if "leader_id" in plain and plain["leader_id"] != visit.leader_id:
        problems += receiver_problems(session, plain["leader_id"])
    if problems:
        raise Invalid(problems)
    for name, value in plain.items():
        setattr(visit, name, value)
    if {"leader_id", "received_on"} & plain.keys():
        turn = visits.turn_of(session, visit.received_on, visit.leader_id)
        visit.turn_id = turn.id if turn else None
    if session.is_modified(visit):
        visit.updated_at = now


def remove_link(session: Session, visit_id: int, *, version: int, now: datetime) -> None:
    """Part a visit from the case it was linked to by mistake; the case stays as it is."""
    actor_of(session).require(Action.EDIT_CASE)
    visit = take(session, visit_id)
    if visit.version != version:
        raise conflict(visit, {}, {})
    if visit.case_id is None:
        raise RuleError("本次接访没有关联案件")
    visit.case_id, visit.updated_at = None, now


def tell(
    session: Session,
    visit_id: int,
    *,
    whom: str,
    unit_id: int | None,
    at: datetime,
    now: datetime,
) -> None:
    """Note who was told of a 集体访, and when (S4-20); notices are only ever added."""
    actor = actor_of(session)
    actor.require(Action.RECEIVE)
    visit = take(session, visit_id)
    words = clean(whom)
    problems = []
    if not words or len(words) > 100:
        problems.append(Problem("whom", "请写明通知了谁，最多 100 个字"))
    if at > now:
        problems.append(Problem("at", "通知时间晚于现在，请核对"))
    if problems:
        raise Invalid(problems)
    session.add(
        VisitNotice(visit_id=visit.id, whom=words, unit_id=unit_id, at=at, actor=actor.name)
    )


def edit_visitors(
    session: Session,
    visit_id: int,
    edits: Sequence[PersonEdit],
    *,
    version: int,
    today: date,
    now: datetime,
) -> None:
    """Correct who came, add others and take some out, as petitioners of a case are."""
    actor_of(session).require(Action.RECEIVE)
    visit = take(session, visit_id)
    if visit.version != version:
        raise Conflict(f"“{visit.title}”已被他人修改，请刷新后重新填写来访人")
    for values in identity.edited(session, visitors(session, visit_id), edits, today=today):
        session.add(Visitor(visit_id=visit_id, **values))
    if session.new or session.deleted or any(map(session.is_modified, session.dirty)):
        visit.updated_at = now
        flag_modified(visit, "updated_at")


def reveal_visitors(session: Session, visit_id: int, *, reason: str) -> list[Person]:
    """Return who came in clear, and note who looked and why; raises Invalid without a reason."""
    actor_of(session).require(Action.REVEAL)
    visit = take(session, visit_id)
    rows = visitors(session, visit_id)
    return identity.revealed(session, rows, entity="visits", entity_id=visit.id, reason=reason)


def visitors(session: Session, visit_id: int) -> list[Visitor]:
    """Return the rows of who came, in their order."""
    found = select(Visitor).where(Visitor.visit_id == visit_id).order_by(Visitor.position)
    return list(session.scalars(found))


def take(session: Session, visit_id: int) -> Visit:
    """Load a visit to write on; raises Missing outside the scope."""
    visit = session.get(Visit, visit_id)
    if visit is None:
        raise Missing("该次接访不存在，或不在您的查看范围内")
    return visit


def cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    """Keep what a visit has, texts stripped; a field it has not is a defect."""
    plain = {}
    for name, value in values.items():
        text = rules.FIELDS[name].kind in (Kind.TEXT, Kind.LONG_TEXT)
        plain[name] = clean(value) if text else value
    return plain


def conflict(visit: Visit, mine: Mapping[str, Any], base: Mapping[str, Any]) -> Conflict:
    """Name what I typed and what they saved, field by field."""
    fields = [
        FieldConflict(name, value, getattr(visit, name), base.get(name))
        for name, value in mine.items()
        if value != getattr(visit, name)
    ]
    message = f"“{visit.title}”在您编辑期间已被他人修改，请逐项核对后再保存"
    return Conflict(message, fields, visit.version)


def receiver_problems(session: Session, leader_id: int | None) -> list[Problem]:
    """Refuse a leader that is none, and another's reception written by a leader himself."""
    actor = actor_of(session)
    if leader_id is None:
        return []
    if session.get(Leader, leader_id) is None:
        return [Problem("leader_id", "该领导已不在名单，请重新选择")]
    if not actor.sees_all_cases and leader_id != actor.leader_id:
        return [Problem("leader_id", "您只能登记自己的接访")]
    return []
