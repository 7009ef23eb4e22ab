"""Registering disputes, several at once, and what is written on one beside its steps."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import audit
from db.commands import identity
from db.commands.cases import NewFile, Opened
from db.commands.serials import take_serials
from db.commands.writable import writable_dispute
from db.models.disputes import (
    Dispute,
    DisputeClass,
    DisputeEntry,
    DisputePaper,
    DisputeParty,
    DisputeTick,
)
from db.models.units import Unit
from db.queries import dispute_file, office, sweep_items
from db.scope import actor_of
from rules import attachments, disputes
from rules.case_terms import Tick
from rules.cases import Kind, clean
from rules.dispute_steps import Hand
from rules.dispute_terms import DisputeState, PaperKind, Tier
from rules.errors import Conflict, FieldConflict, Invalid, Missing, NotAllowed, Problem
from rules.people import Person, PersonEdit
from rules.permissions import Action
from rules.terms import AuditAction, SerialKind, UnitKind

_TIERS = {UnitKind.VILLAGE: Tier.VILLAGE, UnitKind.COUNTY: Tier.COUNTY, UnitKind.CITY: Tier.COUNTY}
WHO_MAX = 64


@dataclass(frozen=True, slots=True)
class NewDispute:
    """A dispute to be registered: its fields by rules.disputes, and its parties where needed."""

    values: Mapping[str, Any]
    people: Sequence[Person] = ()


def add_dispute(
    session: Session,
    values: Mapping[str, Any],
    *,
    people: Sequence[Person] = (),
    submit: bool = True,
    today: date,
    now: datetime,
) -> Opened:
    """Register one dispute; see add_disputes."""
    return add_disputes(session, [NewDispute(values, people)], submit=submit, today=today, now=now)[
        0
    ]


def add_disputes(
    session: Session,
    new: Sequence[NewDispute],
    *,
    submit: bool = True,
    today: date,
    now: datetime,
) -> list[Opened]:
    """Register disputes, all of them or none, and give each the next number of its year.

    With `submit` they are reported to whoever stands above at once. A unit registers what it
    or its subtree found. Raises Invalid naming every row and field that is wrong.
    """
    actor = actor_of(session)
    actor.require(Action.RECORD_DISPUTE)
    if not new:
        raise Invalid([Problem("rows", "请先填写要登记的纠纷")])
    parameters = office.in_force(session, on=today)
    plain = [cleaned(each.values) for each in new]
    problems = []
    for place, (each, given) in enumerate(zip(new, plain, strict=True), start=1):
        found = disputes.problems(given, today=today)
        found += _reference_problems(session, given)
        found += identity.problems(each.people, parameters)
        if len(new) > 1:
            found = [Problem(p.field, f"第 {place} 行：{p.message}") for p in found]
        problems += found
    if problems:
        raise Invalid(problems)
    for given in plain:
        if not actor.sees_all_cases and given["unit_id"] not in actor.unit_ids:
            raise NotAllowed("只能登记本单位和下属单位排查出的纠纷")
    code = str(parameters["county_code"])
    wanted: dict[int, int] = {}
    for given in plain:
        wanted[given["found_on"].year] = wanted.get(given["found_on"].year, 0) + 1
    serials = take_serials(session, wanted, kind=SerialKind.DISPUTE)
    opened = []
    for each, given in zip(new, plain, strict=True):
        year = given["found_on"].year
        row = Dispute(
            **given,
            **derived(session, given),
            number=disputes.number(code, year, serials[year]),
            state=DisputeState.SUBMITTED if submit else DisputeState.REGISTERED,
            reported_at=now if submit else None,
            created_by=actor.name,
            created_at=now,
            updated_at=now,
        )
        serials[year] += 1
        session.add(row)
        session.flush()
        for person in identity.sealed(session, each.people):
            session.add(DisputeParty(dispute_id=row.id, **person))
        opened.append(Opened(row.id, row.number))
    return opened


def change_dispute(
    session: Session,
    dispute_id: int,
    values: Mapping[str, Any],
    *,
    base: Mapping[str, Any],
    version: int,
    today: date,
    now: datetime,
) -> None:
    """Change what was found or who is to resolve it, unless somebody has since `version`.

    What was found is its finder's and whoever stands above him to write, the duty that of the
    unit it is given to as well. `base` is what the form was filled with; a Conflict names field
    by field what both wrote.
    """
    row = _mine(session, dispute_id, None, Hand.DUTY if _is_duty(values) else Hand.ENTRY)
    given = cleaned(values)
    if row.version != version:
        raise _conflict(row, given, base)
    whole = {name: getattr(row, name) for name in disputes.FIELDS} | given
    problems = disputes.problems(whole, today=today)
    problems += _reference_problems(session, given)
    if problems:
        raise Invalid(problems)
    for name, value in given.items():
        setattr(row, name, value)
    if not given.keys().isdisjoint(("area_id", "class_id", "found_on")):
        where = derived(session, whole)
        row.township_id, row.round_id = where["township_id"], where["round_id"]
    row.updated_at = now


def add_entry(
    session: Session,
    dispute_id: int,
    *,
    happened_on: date | None,
    text: str,
    today: date,
    now: datetime,
) -> int:
    """Write a line of progress (化解情况); lines are only ever added."""
    row = _mine(session, dispute_id, None, Hand.DUTY)
    words, problems = clean(text), []
    if not words:
        problems.append(Problem("text", "请填写化解情况"))
    if len(words) > disputes.ENTRY_MAX:
        problems.append(Problem("text", f"化解情况最多 {disputes.ENTRY_MAX} 个字"))
    if happened_on is None or not row.found_on <= happened_on <= today:
        problems.append(Problem("happened_on", f"日期应在排查日期 {row.found_on} 和今天之间"))
    if problems:
        raise Invalid(problems)
    actor = actor_of(session)
    entry = DisputeEntry(
        dispute_id=row.id,
        happened_on=happened_on,
        text=words,
        actor=actor.name,
        actor_unit_id=actor.unit_id,
        at=now,
    )
    session.add(entry)
    session.flush()
    return entry.id


def add_paper(
    session: Session,
    dispute_id: int,
    *,
    kind: PaperKind | None,
    number: str,
    issued_on: date | None,
    file: NewFile | None,
    limit_mb: int,
    today: date,
    now: datetime,
) -> int:
    """Put a paper into the file of a dispute, with its scan where there is one."""
    row = _mine(session, dispute_id, None, Hand.DUTY)
    problems = []
    if kind is None:
        problems.append(Problem("kind", "请选择材料种类"))
    if len(clean(number)) > 64:
        problems.append(Problem("number", "文号最多 64 个字"))
    if issued_on is None:
        problems.append(Problem("issued_on", "请填写材料日期"))
    elif issued_on > today:
        problems.append(Problem("issued_on", f"材料日期 {issued_on} 晚于今天"))
    kept: dict[str, Any] = {}
    if file is not None:
        try:
            name, media_type = attachments.accepted(file.name, file.content, limit_mb=limit_mb)
        except Invalid as refusal:
            problems += refusal.problems
        else:
            kept = {
                "name": name,
                "media_type": media_type,
                "size": len(file.content),
                "sha256": hashlib.sha256(file.content).hexdigest(),
                "content": file.content,
            }
    if problems:
        raise Invalid(problems)
    paper = DisputePaper(
        dispute_id=row.id,
        kind=kind,
        number=clean(number),
        issued_on=issued_on,
        actor=actor_of(session).name,
        at=now,
        **kept,
    )
    session.add(paper)
    session.flush()
    return paper.id


def download_paper(session: Session, paper_id: int) -> tuple[str, str, bytes]:
    """Return a scan's name, media type and bytes, and note who took it.

    Raises Missing outside the actor's scope, and when the bytes no longer fit their hash.
    """
    found = session.get(DisputePaper, paper_id)
    if found is None or found.content is None:
        raise Missing("该材料不存在，或不在您的查看范围内")
    if hashlib.sha256(found.content).hexdigest() != found.sha256:
        raise Missing(f"材料“{found.name}”的内容与登记的校验值不符，请联系系统管理员")
    audit.record(
        session, AuditAction.DOWNLOAD, "dispute_papers", found.id, dispute_id=found.dispute_id
    )
    return found.name, found.media_type, found.content


def set_ticks(
    session: Session,
    dispute_id: int,
    ticks: Mapping[Tick, tuple[str, date | None]],
    *,
    version: int,
    today: date,
    now: datetime,
) -> None:
    """Write who answers for each of 四包, and the day it was done."""
    row = _mine(session, dispute_id, version, Hand.DUTY)
    problems = []
    for tick, (who, done_on) in ticks.items():
        if len(clean(who)) > WHO_MAX:
            problems.append(Problem("who", f"{tick.label}的责任人最多 {WHO_MAX} 个字"))
        if done_on is not None and not row.found_on <= done_on <= today:
            problems.append(Problem("done_on", f"{tick.label}的日期应在排查日期和今天之间"))
        if done_on is not None and not clean(who):
            problems.append(Problem("who", f"{tick.label}已完成，请填写由谁负责"))
    if problems:
        raise Invalid(problems)
    there = {
        each.tick: each
        for each in session.scalars(select(DisputeTick).where(DisputeTick.dispute_id == dispute_id))
    }
    for tick, (who, done_on) in ticks.items():
        found = there.get(tick)
        if found is None:
            session.add(
                DisputeTick(dispute_id=dispute_id, tick=tick, who=clean(who), done_on=done_on)
            )
        else:
            found.who, found.done_on = clean(who), done_on
    row.updated_at = now


def assess(
    session: Session,
    dispute_id: int,
    *,
    assessed_on: date | None,
    assessment: str,
    archive_number: str,
    version: int,
    today: date,
    now: datetime,
) -> None:
    """Write the office's assessment of how a dispute was handled, and where its file lies."""
    actor_of(session).require(Action.SIGN_OFF_DISPUTE)
    row = _mine(session, dispute_id, version, Hand.OFFICE, signed=True)
    problems = []
    if assessed_on is not None and assessed_on > today:
        problems.append(Problem("assessed_on", f"考评日期 {assessed_on} 晚于今天"))
    if len(clean(assessment)) > 500:
        problems.append(Problem("assessment", "考评意见最多 500 个字"))
    if len(clean(archive_number)) > 64:
        problems.append(Problem("archive_number", "归档号最多 64 个字"))
    if problems:
        raise Invalid(problems)
    row.assessed_on, row.assessment = assessed_on, clean(assessment)
    row.archive_number, row.updated_at = clean(archive_number), now


def edit_parties(
    session: Session,
    dispute_id: int,
    edits: Sequence[PersonEdit],
    *,
    version: int,
    today: date,
    now: datetime,
) -> None:
    """Correct the parties, add others and take some out, as db/commands/petitioners does."""
    row = _mine(session, dispute_id, version, Hand.ENTRY)
    for new in identity.edited(session, _parties(session, dispute_id), edits, today=today):
        session.add(DisputeParty(dispute_id=dispute_id, **new))
    row.updated_at = now


def reveal_parties(session: Session, dispute_id: int, *, reason: str) -> list[Person]:
    """Return the parties in clear, and note who looked and why."""
    actor_of(session).require(Action.REVEAL)
    if session.get(Dispute, dispute_id) is None:
        raise Missing("该纠纷不存在，或不在您的查看范围内")
    rows = _parties(session, dispute_id)
    return identity.revealed(session, rows, entity="disputes", entity_id=dispute_id, reason=reason)


def note_export(session: Session, *, rows: int, filters: Sequence[str]) -> None:
    """Write into the audit that the ledger was taken along."""
    actor_of(session).require(Action.EXPORT)
    audit.record(
        session, AuditAction.EXPORT, Dispute.__tablename__, rows=rows, filters=list(filters)
    )


def cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    """Keep what a dispute has, text stripped; a field of another name is a defect."""
    known = disputes.FIELDS.keys() | set(disputes.QUALIFIERS.values())
    plain = {}
    for name, value in values.items():
        if name not in known:
            raise KeyError(name)
        field = disputes.FIELDS.get(name)
        if field and field.kind in (Kind.TEXT, Kind.LONG_TEXT):
            value = clean(value)
        elif field and field.kind is Kind.FLAG:
            value = bool(value)
        elif name == "people":
            value = 1 if value is None else value
        plain[name] = value
    return plain


def derived(session: Session, given: Mapping[str, Any]) -> dict[str, Any]:
    """Say in which township a dispute lies, on which tier it begins, and in which round it was found."""
    unit = session.get_one(Unit, given["unit_id"])
    area = session.get(Unit, given["area_id"]) if given.get("area_id") else unit
    township = area
    if area is not None and area.kind is UnitKind.VILLAGE:
        township = session.get(Unit, area.parent_id)
    inside = township is not None and township.kind is UnitKind.TOWNSHIP
    return {
        "township_id": township.id if township is not None and inside else None,
        "tier": _TIERS.get(unit.kind, Tier.TOWNSHIP),
        "round_id": sweep_items.round_of(
            session, unit.id, class_id=given["class_id"], on=given["found_on"]
        ),
    }


def _reference_problems(session: Session, given: Mapping[str, Any]) -> list[Problem]:
    found = []
    for name, model in (("class_id", DisputeClass), ("unit_id", Unit), ("area_id", Unit)):
        if given.get(name) is not None and session.get(model, given[name]) is None:
            label = disputes.FIELDS[name].label
            found.append(Problem(name, f"{label}不存在，请重新选择"))
    return found


def _is_duty(values: Mapping[str, Any]) -> bool:
    return bool(values) and set(values) <= set(disputes.DUTY)


def _parties(session: Session, dispute_id: int) -> list[DisputeParty]:
    return list(
        session.scalars(
            select(DisputeParty)
            .where(DisputeParty.dispute_id == dispute_id)
            .order_by(DisputeParty.position)
        )
    )


def _mine(
    session: Session, dispute_id: int, version: int | None, hand: Hand, *, signed: bool = False
) -> Dispute:
    """Load a dispute to write on: one of this hand's, and not signed off unless `signed`."""
    actor_of(session).require(Action.RECORD_DISPUTE)
    row = writable_dispute(session, dispute_id, version)
    if not dispute_file.seat(session, row).takes(hand):
        raise NotAllowed("本件由其他单位登记或化解，您可以查看，不能修改")
    if row.state is DisputeState.SIGNED_OFF and not signed:
        raise Invalid([Problem("state", "本件已经销号，不能再改；又有反复的，请登记“反弹”")])
    return row


def _conflict(row: Dispute, mine: Mapping[str, Any], base: Mapping[str, Any]) -> Conflict:
    fields = [
        FieldConflict(name, value, getattr(row, name), base.get(name))
        for name, value in mine.items()
        if value != getattr(row, name) and name in disputes.FIELDS
    ]
    message = f"“{row.title}”在您编辑期间已被他人修改，请逐项核对后再保存"
    return Conflict(message, fields, row.version)
