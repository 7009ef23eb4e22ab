"""Registering a matter and everything that is later written on it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from db import audit
from db.bulk import insert_row
from db.commands import after_close, identity
from db.commands.petitioners import add_people
from db.commands.serials import take_serials
from db.commands.sign_off import raised_again
from db.commands.writable import writable_case
from db.models.cases import Attachment, Case, CaseEntry
from db.queries import office
from db.queries.duplicates import kept_number
from db.queries.duty import barred_problems
from db.queries.procedure import is_stepped
from db.scope import actor_of
from rules import attachments, cases, procedure
from rules.errors import Conflict, FieldConflict, Invalid, Missing, Problem
from rules.people import Person
from rules.permissions import Action
from rules.terms import AuditAction, CaseState, EntryKind, Repeat

ENTRY_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Opened:
    """The case just registered."""

    id: int
    number: str


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file to be kept: its name as given and its bytes."""

    name: str
    content: bytes


def open_case(
    session: Session,
    values: Mapping[str, Any],
    *,
    people: Sequence[Person],
    today: date,
    now: datetime,
    suspect_of: int | None = None,
    first_lead_id: int | None = None,
) -> Opened:
    """Register a matter and give it the next number of its year, 县区划+年+流水.

    `values` is keyed by rules.cases.FIELDS and their qualifiers; `suspect_of` is a case it may
    be the same matter as, for a person to judge later, unless it is said to repeat one.
    `first_lead_id` is the leader who received it, where he is not to lead it as well. Raises
    Invalid naming every field that is wrong; nobody is ever refused because of who he is.
    """
    actor = actor_of(session)
    actor.require(Action.REGISTER)
    plain = _plain(values)
    if plain.get("repeat_of_id"):
        plain["repeat"], suspect_of = Repeat.REPEAT, None
    plain.setdefault("registered_on", today)
    parameters = office.in_force(session, on=today)
    problems = cases.problems(plain, today=today)
    problems += identity.problems(people, parameters)
    problems += _repeat_problems(session, plain.get("repeat_of_id"))
    if problems:
        raise Invalid(problems)
    year = plain["received_on"].year
    code = str(parameters["county_code"])
    serial = take_serials(session, {year: 1})[year]
    number = cases.number(code, year, serial)
    row = {
        **plain,
        "number": number,
        "state": cases.state_of(plain),
        "suspect_of_id": None if suspect_of is None else writable_case(session, suspect_of).id,
        # 领导首接负责 (S5-17): who leads a case first stays with it.
        "first_lead_id": first_lead_id or plain.get("lead_id"),
        "created_by": actor.name,
        "created_at": now,
        "updated_at": now,
    }
    case_id = insert_row(session, Case, row)
    add_people(session, case_id, people)
    raised_again(
        session,
        plain.get("repeat_of_id"),
        number=number,
        received_on=plain["received_on"],
        today=today,
        now=now,
    )
    return Opened(case_id, number)


def change_case(
    session: Session,
    case_id: int,
    values: Mapping[str, Any],
    *,
    base: Mapping[str, Any],
    version: int,
    today: date,
    now: datetime,
) -> None:
    """Change a case's fields, unless somebody has saved it since `version` was read.

    `base` is what the form was filled with; the Conflict then raised names, field by
    field, what I typed and what they saved. Raises Invalid for wrong values.
    """
    actor_of(session).require(Action.EDIT_CASE)
    case = writable_case(session, case_id)
    plain = _plain(values)
    if case.version != version:
        raise _conflict(case, plain, base)
    if plain.get("repeat_of_id") == case_id:
        raise Invalid([Problem("repeat_of_id", "不能把案件关联为自己的重复件")])
    if plain.get("repeat_of_id"):
        plain["repeat"], case.suspect_of_id = Repeat.REPEAT, None
    problems = cases.problems(plain, today=today, new=False)
    problems += _repeat_problems(session, plain.get("repeat_of_id"))
    dates = {name: getattr(case, name) for name in cases.FIELDS if name.endswith("_on")}
    dates.update({name: value for name, value in plain.items() if name in dates})
    known = {problem.field for problem in problems}
    whole = {name: getattr(case, name) for name in cases.FIELDS} | plain
    problems += [p for p in cases.way_problems(whole) if p.field not in known]
    problems += [p for p in cases.date_order_problems(dates) if p.field not in known]
    followed = case.batch_id is None or is_stepped(session, case_id)
    if followed:
        typed = {name: (getattr(case, name), value) for name, value in plain.items()}
        problems += procedure.typed_date_problems(typed)
    problems += barred_problems(
        session,
        case_id,
        **{
            name: plain[name]
            for name in ("unit_id", "lead_id")
            if plain.get(name) not in (None, getattr(case, name))
        },
        today=today,
    )
    if problems:
        raise Invalid(problems)
    former_id, before = case.repeat_of_id, after_close.end_of(case)
    for name, value in plain.items():
        setattr(case, name, value)
    if not followed:
        case.state = cases.state_of(dates)
    if session.is_modified(case):
        case.updated_at = now
        case.wound = False
    after_close.follow(session, case, before=before, why="办结日期已改", today=today)
    if case.repeat_of_id != former_id:
        raised_again(
            session,
            case.repeat_of_id,
            number=case.number,
            received_on=case.received_on,
            today=today,
            now=now,
        )


def add_entry(
    session: Session,
    case_id: int,
    *,
    kind: EntryKind,
    happened_on: date,
    text: str,
    files: Sequence[NewFile],
    limit_mb: int,
    today: date,
    now: datetime,
) -> int:
    """Write a line on the timeline with its files; returns its id.

    Entries are only ever added, so two people writing at once never conflict.
    """
    actor = actor_of(session)
    actor.require(Action.RECORD_PROGRESS)
    case = writable_case(session, case_id)
    words, kept = _checked_entry(text, happened_on, files, limit_mb=limit_mb, today=today)
    entry = CaseEntry(
        case_id=case.id,
        kind=kind,
        happened_on=happened_on,
        text=words,
        actor=actor.name,
        unit_id=actor.unit_id,
        at=now,
    )
    session.add(entry)
    session.flush()
    for file, name, media_type in kept:
        session.add(
            Attachment(
                case_id=case.id,
                entry_id=entry.id,
                name=name,
                media_type=media_type,
                size=len(file.content),
                sha256=hashlib.sha256(file.content).hexdigest(),
                content=file.content,
                actor=actor.name,
                at=now,
            )
        )
    # Past the unit of work: a line on the timeline is no rival of a form that stands open.
    touched = update(Case.__table__).where(Case.__table__.c.id == case.id)  # type: ignore[arg-type]
    session.connection().execute(touched.values(updated_at=now))
    return entry.id


def _checked_entry(
    text: str, happened_on: date, files: Sequence[NewFile], *, limit_mb: int, today: date
) -> tuple[str, list[tuple[NewFile, str, str]]]:
    """Return the words and each file with its name and media type; raises Invalid naming all."""
    words = cases.clean(text)
    problems = []
    if not words and not files:
        problems.append(Problem("text", "请填写内容或添加附件"))
    if len(words) > ENTRY_MAX:
        problems.append(Problem("text", f"内容有 {len(words)} 个字，最多 {ENTRY_MAX} 个字"))
    if happened_on > today:
        problems.append(Problem("happened_on", f"日期 {happened_on} 晚于今天"))
    kept = []
    for file in files:
        try:
            kept.append((file, *attachments.accepted(file.name, file.content, limit_mb=limit_mb)))
        except Invalid as refusal:
            problems += refusal.problems
    if problems:
        raise Invalid(problems)
    return words, kept


def download(session: Session, attachment_id: int) -> tuple[str, str, bytes]:
    """Return a file's name, media type and bytes, and note who took it.

    Raises Missing outside the actor's scope, and when the bytes no longer fit their hash.
    """
    found = session.get(Attachment, attachment_id)
    if found is None:
        raise Missing("该附件不存在，或不在您的查看范围内")
    if hashlib.sha256(found.content).hexdigest() != found.sha256:
        raise Missing(f"附件“{found.name}”的内容与登记的校验值不符，请联系系统管理员")
    audit.record(
        session, AuditAction.DOWNLOAD, "attachments", found.id, case=found.case_id, name=found.name
    )
    return found.name, found.media_type, found.content


def _repeat_problems(session: Session, former_id: int | None) -> list[Problem]:
    """Refuse to link what repeats a case to its double, and name the one that stands for it."""
    former = session.get(Case, former_id) if former_id is not None else None
    if former is None or former.state is not CaseState.MERGED:
        return []
    kept = kept_number(session, former.id)
    return [Problem("repeat_of_id", f"{former.number} 已并入 {kept}，请关联到 {kept}")]


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Keep what a case has, cleaned: text stripped, empty choices None."""
    known = cases.FIELDS.keys() | set(cases.QUALIFIERS.values())
    plain = {}
    for name, value in values.items():
        if name not in known:
            raise KeyError(name)
        field = cases.FIELDS.get(name)
        if field and field.kind in (cases.Kind.TEXT, cases.Kind.LONG_TEXT):
            value = cases.clean(value)
            if name == "source_number":
                value = value or None
        plain[name] = value
    return plain


def _conflict(case: Case, mine: Mapping[str, Any], base: Mapping[str, Any]) -> Conflict:
    fields = []
    for name, value in mine.items():
        theirs = getattr(case, name)
        if value != theirs and name in cases.FIELDS:
            fields.append(FieldConflict(name, value, theirs, base.get(name)))
    return Conflict(
        f"“{case.title}”在您编辑期间已被他人修改，请逐项核对后再保存", fields, case.version
    )
