"""阅批来信 written: taken into the register, answered, linked to a case or made one."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from db import audit
from db.commands import cases
from db.commands.cases import Opened
from db.commands.serials import take_serials
from db.commands.writable import writable_case
from db.models.receptions import Letter
from db.models.units import Leader
from db.queries import case_file, letters, office
from db.queries.duty import barred_problems
from db.scope import actor_of
from rules import letters as rules
from rules.cases import clean
from rules.errors import Conflict, Invalid, Missing, NotAllowed, Problem
from rules.people import Person
from rules.permissions import Action
from rules.terms import AuditAction, Channel, EntryKind, Purpose, SerialKind

# What the form of a letter holds, beside its answer and its case.
FIELDS = (
    *("leader_id", "received_on", "annotated_on", "purpose"),
    *("title", "instruction", "unit_id", "due_on"),
)


def add_letter(
    session: Session,
    values: Mapping[str, Any],
    *,
    wants_answer: bool = True,
    again: bool = False,
    today: date,
    now: datetime,
) -> Opened:
    """Register a letter and give it the next number of its year, YP+年+4 位.

    With a unit and no day of its own the answer is due after `letter_answer_days`. Another
    批示 that is likely on the same matter refuses it until `again` says that a person has
    looked at that one. A leader registers his own alone.
    """
    actor = actor_of(session)
    actor.require(Action.RECEIVE)
    given = _plain(values)
    parameters = office.in_force(session, on=today)
    annotated = given["annotated_on"]
    if not wants_answer:
        given["due_on"] = None
    elif given["due_on"] is None and given["unit_id"] is not None and annotated is not None:
        given["due_on"] = rules.due_on(annotated, days=int(str(parameters["letter_answer_days"])))
    _check(session, given, today=today)
    if not again:
        percent = int(str(parameters["duplicate_percent"]))
        refuse_second(letters.earlier(session, title=given["title"], today=today, percent=percent))
    assert annotated is not None
    year = annotated.year
    serial = take_serials(session, {year: 1}, kind=SerialKind.LETTER)[year]
    row = Letter(
        **given,
        number=rules.number(year, serial),
        created_by=actor.name,
        created_at=now,
        updated_at=now,
    )
    session.add(row)
    session.flush()
    return Opened(row.id, row.number)


def change_letter(
    session: Session,
    letter_id: int,
    values: Mapping[str, Any],
    *,
    version: int,
    today: date,
    now: datetime,
) -> None:
    """Change a letter, unless somebody has since `version` was read; its number stays.

    The audit chain keeps each change of the words a leader wrote.
    """
    row = _own(session, letter_id, version)
    given = _plain(values)
    _check(session, given, today=today)
    if row.case_id is not None and given["unit_id"] not in (None, row.unit_id):
        _refuse(barred_problems(session, row.case_id, unit_id=given["unit_id"]))
    for name, value in given.items():
        setattr(row, name, value)
    row.updated_at = now


def answer_letter(
    session: Session,
    letter_id: int,
    *,
    answer: str,
    answered_on: date | None,
    version: int,
    today: date,
    now: datetime,
) -> None:
    """Record what came of a letter, by the unit that answers or by the office for it."""
    actor_of(session).require(Action.HANDLE_CASE)
    row = _letter(session, letter_id, version)
    answer = clean(answer)
    _refuse(rules.answer_problems(answer, answered_on, annotated_on=row.annotated_on, today=today))
    row.answer, row.answered_on, row.updated_at = answer, answered_on, now


def link_case(
    session: Session,
    letter_id: int,
    number: str,
    *,
    again: bool = False,
    version: int,
    now: datetime,
    today: date,
) -> None:
    """Link a letter to the case of that number, or to none for an empty one.

    Other letters on the same case refuse it until `again` says that a person has looked at
    them. A letter on an accusation becomes one, so that no unit reads of it (§30).
    """
    row = _own(session, letter_id, version)
    if not number.strip():
        row.case_id, row.updated_at = None, now
        return
    case_id = case_file.id_of(session, number.strip())
    if case_id is None:
        raise Missing(f"没有编号为“{number.strip()}”的案件，或不在您的查看范围内")
    case = writable_case(session, case_id)
    if row.unit_id is not None:
        _refuse(barred_problems(session, case_id, unit_id=row.unit_id))
    if not again:
        found = letters.earlier(
            session, title="", case_id=case_id, but=row.id, today=today, percent=100
        )
        refuse_second(found)
    row.case_id, row.updated_at = case_id, now
    if case.purpose is Purpose.ACCUSATION:
        row.purpose = Purpose.ACCUSATION


def open_case(
    session: Session,
    letter_id: int,
    *,
    channel: Channel = Channel.LETTER,
    content: str = "",
    township_id: int | None = None,
    code_id: int | None = None,
    people: Sequence[Person] = (),
    version: int,
    today: date,
    now: datetime,
) -> Opened:
    """Register the matter of a letter as a case, its leader the first that leads it (S5-17).

    His words stand on the case's timeline as he wrote them.
    """
    actor_of(session).require(Action.REGISTER)
    row = _letter(session, letter_id, version)
    if row.case_id is not None:
        raise Invalid([Problem("case_id", "这封来信已经关联案件，请先取消关联")])
    values = {
        "title": row.title,
        "content": content,
        "channel": channel,
        "received_on": row.received_on or row.annotated_on,
        "purpose": row.purpose,
        "township_id": township_id,
        "unit_id": row.unit_id,
        "code_id": code_id,
        "lead_id": row.leader_id,
    }
    opened = cases.open_case(session, values, people=people, today=today, now=now)
    leader = session.get_one(Leader, row.leader_id)
    cases.add_entry(
        session,
        opened.id,
        kind=EntryKind.OPINION,
        happened_on=row.annotated_on,
        text=f"{leader.name}阅批来信（{row.number}）：{row.instruction}",
        files=[],
        limit_mb=0,
        today=today,
        now=now,
    )
    row.case_id, row.updated_at = opened.id, now
    return opened


def note_export(session: Session, *, rows: int, filters: Sequence[str]) -> None:
    """Write into the audit that the register of letters was taken along."""
    actor_of(session).require(Action.EXPORT)
    audit.record(
        session, AuditAction.EXPORT, Letter.__tablename__, rows=rows, filters=list(filters)
    )


def refuse_second(found: Sequence[letters.Earlier]) -> None:
    """Refuse a 批示 beside others on the same matter, naming the nearest (防多头批示)."""
    if found:
        first = found[0]
        message = (
            f"{first.leader}已于 {first.annotated_on} 就同一事项作过批示（{first.number}），"
            "请先核对；确需再次批示的，请勾选“已核实”后再保存"
        )
        raise Invalid([Problem("again", message)])


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: values.get(name) for name in FIELDS}
    for name in ("title", "instruction"):
        given[name] = clean(given[name])
    return given


def _check(session: Session, given: Mapping[str, Any], *, today: date) -> None:
    problems = rules.problems(given, today=today)
    leader_id = given["leader_id"]
    if leader_id is not None and session.get(Leader, leader_id) is None:
        problems.append(Problem("leader_id", "该领导不存在，请重新选择"))
    _refuse(problems)
    _refuse_other(session, leader_id)


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise Invalid(problems)


def _refuse_other(session: Session, leader_id: int) -> None:
    """Refuse a leader's hand in what another read: the office alone writes for all."""
    actor = actor_of(session)
    if not actor.sees_all_cases and actor.leader_id != leader_id:
        raise NotAllowed("只能登记您本人阅批的来信，他人的请联系联席办")


def _own(session: Session, letter_id: int, version: int) -> Letter:
    actor_of(session).require(Action.RECEIVE)
    row = _letter(session, letter_id, version)
    _refuse_other(session, row.leader_id)
    return row


def _letter(session: Session, letter_id: int, version: int) -> Letter:
    row = session.get(Letter, letter_id)
    if row is None:
        raise Missing("该阅批来信不存在，或不在您的查看范围内")
    if row.version != version:
        raise Conflict(f"阅批来信 {row.number} 已被他人修改，请核对后重新保存")
    return row
