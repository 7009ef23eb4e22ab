"""One case read: its facts, its timeline, its files, who brought it (masked), what resembles it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.engine import cipher_of
from db.models.audit import AuditEntry
from db.models.cases import Attachment, Case, CaseEntry, Petitioner
from db.models.imports import ImportBatch
from db.models.office import Code
from db.models.units import Leader, Unit
from rules import cases as rules
from rules.cases import FIELDS, Kind
from rules.errors import Missing
from rules.masking import mask_name, mask_phone
from rules.people import Person
from rules.terms import AuditAction, CaseState, Flag

_RECENT_DAYS = 180
_CANDIDATES = 400


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case as its page shows it; `values` is keyed by rules.cases.FIELDS and qualifiers."""

    id: int
    version: int
    number: str
    state: CaseState
    values: Mapping[str, Any]
    names: Mapping[str, str]
    people: tuple[Person, ...]
    suspect_of: "Reference | None"
    repeat_of: "Reference | None"
    repeated_by: tuple["Reference", ...]
    batch: str
    created_by: str
    created_at: datetime
    updated_at: datetime

    @property
    def flags(self) -> tuple[Flag, ...]:
        """The marks on the matter."""
        return tuple(flag for flag in Flag if self.values[flag.value])


@dataclass(frozen=True, slots=True)
class Reference:
    """Another case, with enough to judge it by."""

    id: int
    number: str
    title: str
    received_on: date
    state: CaseState
    unit: str
    excerpt: str
    similarity: int = 0


@dataclass(frozen=True, slots=True)
class File:
    """A file of a case without its bytes."""

    id: int
    name: str
    size: int
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the timeline: written by somebody, or told by the audit chain."""

    at: datetime
    on: date | None
    actor: str
    heading: str
    text: str
    files: tuple[File, ...] = ()


def case_file(session: Session, number: str) -> CaseFile:
    """Return the case of that number; raises Missing when there is none the actor may see."""
    case = session.scalar(select(Case).where(Case.number == number.strip()))
    if case is None:
        raise Missing(f"没有编号为“{number}”的案件，或不在您的查看范围内")
    return CaseFile(
        id=case.id,
        version=case.version,
        number=case.number,
        state=case.state,
        values={name: getattr(case, name) for name in [*FIELDS, *rules.QUALIFIERS.values()]},
        names=_names(session, case),
        people=tuple(masked_people(session, case.id)),
        suspect_of=_reference(session, case.suspect_of_id),
        repeat_of=_reference(session, case.repeat_of_id),
        repeated_by=tuple(_references(session, Case.repeat_of_id == case.id)),
        batch=_batch(session, case.batch_id),
        created_by=case.created_by,
        created_at=case.created_at,
        updated_at=case.updated_at,
    )


def number_of(session: Session, case_id: int) -> str | None:
    """Return the number of a case the actor may see."""
    return session.scalar(select(Case.number).where(Case.id == case_id))


def masked_people(session: Session, case_id: int) -> list[Person]:
    """Return who brought the matter, masked: 张某, 138****1234, the address to the township."""
    cipher = cipher_of(session)
    rows = session.scalars(
        select(Petitioner).where(Petitioner.case_id == case_id).order_by(Petitioner.position)
    )
    return [
        Person(
            name=mask_name(cipher.decrypt(row.name_encrypted)),
            phone=mask_phone(cipher.decrypt(row.phone_encrypted)) if row.phone_encrypted else "",
            address="已登记" if row.address_encrypted else "",
            representative=row.representative,
        )
        for row in rows
    ]


def timeline(session: Session, file: CaseFile) -> list[Event]:
    """List everything that happened to a case, the newest first."""
    files = _files(session, file.id)
    events = [
        Event(
            at=entry.at,
            on=entry.happened_on,
            actor=entry.actor,
            heading=entry.kind.label,
            text=entry.text,
            files=tuple(files.get(entry.id, ())),
        )
        for entry in session.scalars(select(CaseEntry).where(CaseEntry.case_id == file.id))
    ]
    events += _changes(session, file.id)
    origin = f"由{file.batch}导入" if file.batch else "登记入册"
    events.append(Event(file.created_at, None, file.created_by, "登记", origin))
    return sorted(events, key=lambda event: event.at, reverse=True)


def likely_duplicates(
    session: Session,
    *,
    title: str,
    person: str,
    township_id: int | None,
    today: date,
    percent: int,
    exclude: int | None = None,
    limit: int = 5,
) -> list[Reference]:
    """List the cases that may be the same matter, the most alike first.

    Candidates are those of the same name (by hash) or of the same township in the last
    half year; the texts are then compared. A case of the same name counts from half of
    `percent` on, since the same people seldom write twice about different things.
    """
    found: dict[int, tuple[Any, int]] = {}
    columns = (Case.id, Case.title, Case.content)
    if person.strip():
        name_hash = cipher_of(session).lookup(person)
        same_name = (
            select(*columns)
            .join(Petitioner, Petitioner.case_id == Case.id)
            .where(Petitioner.name_hash == name_hash)
            .order_by(Case.received_on.desc())
            .limit(50)
        )
        _compare(session.execute(same_name), title, percent // 2, found)
    if len(title.strip()) >= 4:
        nearby = (
            select(*columns)
            .where(Case.received_on >= today - timedelta(days=_RECENT_DAYS))
            .order_by(Case.received_on.desc(), Case.id.desc())
            .limit(_CANDIDATES)
        )
        if township_id is not None:
            nearby = nearby.where(Case.township_id == township_id)
        _compare(session.execute(nearby), title, percent, found)
    found.pop(exclude or 0, None)
    best = sorted(found.items(), key=lambda item: -item[1][1])[:limit]
    references = {r.id: r for r in _references(session, Case.id.in_([i for i, _ in best]))}
    return [
        _with_similarity(references[case_id], score)
        for case_id, (_, score) in best
        if case_id in references
    ]


def _compare(rows: Any, title: str, percent: int, found: dict[int, tuple[Any, int]]) -> None:
    for row in rows:
        score = round(
            max(
                fuzz.ratio(title, row.title, score_cutoff=percent),
                fuzz.partial_ratio(title, row.content[:200], score_cutoff=percent)
                if len(title) >= 8
                else 0,
            )
        )
        if score >= percent and score > found.get(row.id, (None, -1))[1]:
            found[row.id] = (row, score)


def _with_similarity(reference: Reference, score: int) -> Reference:
    return Reference(
        reference.id,
        reference.number,
        reference.title,
        reference.received_on,
        reference.state,
        reference.unit,
        reference.excerpt,
        score,
    )


def _reference(session: Session, case_id: int | None) -> Reference | None:
    if case_id is None:
        return None
    return next(iter(_references(session, Case.id == case_id)), None)


def _references(session: Session, criteria: Any) -> list[Reference]:
    rows = session.execute(
        select(
            Case.id,
            Case.number,
            Case.title,
            Case.received_on,
            Case.state,
            Unit.name,
            Case.content,
        )
        .outerjoin(Unit, Case.unit_id == Unit.id)
        .where(criteria)
        .order_by(Case.received_on.desc())
        .limit(20)
    )
    return [
        Reference(row[0], row[1], row[2], row[3], row[4], row[5] or "", row[6][:120])
        for row in rows
    ]


def _names(session: Session, case: Case) -> dict[str, str]:
    units = [case.township_id, case.unit_id, case.first_unit_id]
    by_id = dict(
        session.execute(
            select(Unit.id, Unit.name).where(Unit.id.in_([u for u in units if u]))
        ).all()
    )
    names = {
        name: by_id.get(getattr(case, name) or 0, "")
        for name in ("township_id", "unit_id", "first_unit_id")
    }
    names["code_id"] = session.scalar(select(Code.path).where(Code.id == case.code_id)) or ""
    names["lead_id"] = session.scalar(select(Leader.name).where(Leader.id == case.lead_id)) or ""
    return names


def _batch(session: Session, batch_id: int | None) -> str:
    if batch_id is None:
        return ""
    name = session.scalar(select(ImportBatch.file_name).where(ImportBatch.id == batch_id))
    return f"第 {batch_id} 批《{name}》"


def _files(session: Session, case_id: int) -> dict[int | None, list[File]]:
    rows = session.execute(
        select(
            Attachment.entry_id,
            Attachment.id,
            Attachment.name,
            Attachment.size,
            Attachment.actor,
            Attachment.at,
        )
        .where(Attachment.case_id == case_id)
        .order_by(Attachment.id)
    )
    files: dict[int | None, list[File]] = {}
    for row in rows:
        file = File(row.id, row.name, row.size, row.actor, row.at)
        files.setdefault(row.entry_id, []).append(file)
    return files


def _changes(session: Session, case_id: int) -> list[Event]:
    rows = session.scalars(
        select(AuditEntry).where(
            AuditEntry.entity == "cases",
            AuditEntry.entity_id == case_id,
            AuditEntry.action.in_([AuditAction.UPDATE, AuditAction.REVEAL]),
        )
    ).all()
    labels = _Labels(session, rows)
    events = []
    for row in rows:
        if row.action is AuditAction.REVEAL:
            text = f"理由：{row.changes.get('reason', '')}"
        else:
            lines = [
                f"{FIELDS[name].label}：{labels.shown(name, old)} → {labels.shown(name, new)}"
                for name, (old, new) in row.changes.items()
                if name in FIELDS
            ]
            if not lines:
                continue
            text = "\n".join(lines)
        events.append(Event(row.at, None, row.actor, row.action.label, text))
    return events


class _Labels:
    """Turns the ids and codes of the audit chain back into words."""

    def __init__(self, session: Session, rows: Any) -> None:
        wanted: dict[Kind, set[int]] = {Kind.UNIT: set(), Kind.CODE: set(), Kind.LEADER: set()}
        for row in rows:
            for name, values in row.changes.items():
                if name in FIELDS and FIELDS[name].kind in wanted and isinstance(values, list):
                    wanted[FIELDS[name].kind].update(v for v in values if isinstance(v, int))
        self._names: dict[Kind, dict[int, str]] = {}
        for kind, model, label in (
            (Kind.UNIT, Unit, Unit.name),
            (Kind.CODE, Code, Code.path),
            (Kind.LEADER, Leader, Leader.name),
        ):
            ids = wanted[kind]
            statement = select(model.id, label).where(model.id.in_(ids))
            self._names[kind] = dict(session.execute(statement).all()) if ids else {}

    def shown(self, name: str, value: Any) -> str:
        """Show one value of the chain as the screens show it."""
        field = FIELDS[name]
        if value in (None, ""):
            return "（空）"
        if field.kind in self._names:
            return self._names[field.kind].get(value, f"#{value}")
        if field.term is not None:
            return field.term.labelled(value)
        if field.kind is Kind.FLAG:
            return "是" if value else "否"
        if field.kind is Kind.MONEY:
            return rules.shown_money(value)
        text = str(value)
        return text if len(text) <= 60 else f"{text[:60]}…"
