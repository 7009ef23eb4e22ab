"""One case read: its facts, its timeline, its files, who brought it (masked), what resembles it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, aliased

from db.engine import cipher_of
from db.models.audit import AuditEntry
from db.models.cases import Attachment, Case, CaseEntry, Petitioner
from db.models.imports import ImportBatch
from db.models.office import Code
from db.models.units import Leader, Unit
from db.queries import audit_names, duplicates, procedure
from db.queries.duplicates import Decision, Together
from db.queries.procedure import StepTaken
from db.queries.resemblance import Reference, reference, repeats_of, suspects_of
from rules import cases as rules
from rules import steps as step_rules
from rules.audit_telling import Entry, Names, references, value_in_words
from rules.cases import FIELDS
from rules.errors import Missing
from rules.masking import mask_names, mask_phone
from rules.people import Person
from rules.terms import AuditAction, CaseState, EntryKind, Flag


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case as its page shows it; `values` is keyed by rules.cases.FIELDS and qualifiers.

    `names` are the words of what it refers to, the leader who had it first among them.
    `kept` is the case that stands for it where it was merged, `merged` those it stands for.
    """

    id: int
    version: int
    number: str
    state: CaseState
    values: Mapping[str, Any]
    names: Mapping[str, str]
    people: tuple[Person, ...]
    suspect_of: Reference | None
    repeat_of: Reference | None
    repeated_by: tuple[Reference, ...]
    suspected_by: tuple[Reference, ...]
    kept: Reference | None
    merged: tuple[Reference, ...]
    together: Together | None
    decisions: tuple[Decision, ...]
    batch: str
    created_by: str
    created_at: datetime
    updated_at: datetime

    @property
    def flags(self) -> tuple[Flag, ...]:
        """The marks on the matter."""
        return tuple(flag for flag in Flag if self.values[flag.value])


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
    """One line of the timeline: written by somebody as an entry of a `kind`, or told of him."""

    at: datetime
    on: date | None
    actor: str
    heading: str
    text: str
    files: tuple[File, ...] = ()
    kind: EntryKind | None = None


def case_file(session: Session, number: str) -> CaseFile:
    """Return the case of that number; raises Missing when there is none the actor may see."""
    row = session.execute(_CASE, {"number": number.strip()}).one_or_none()
    if row is None:
        raise Missing(f"没有编号为“{number}”的案件，或不在您的查看范围内")
    case: Case = row[0]
    *names, batch = row[1:]
    decided = tuple(duplicates.decisions_of(session, case.id))
    return CaseFile(
        id=case.id,
        version=case.version,
        number=case.number,
        state=case.state,
        values={name: getattr(case, name) for name in [*FIELDS, *rules.QUALIFIERS.values()]},
        names={name: label or "" for name, label in zip(_NAMED, names, strict=True)},
        people=tuple(masked_people(session, case.id)),
        suspect_of=reference(session, case.suspect_of_id),
        repeat_of=reference(session, case.repeat_of_id),
        repeated_by=tuple(repeats_of(session, case.id)),
        suspected_by=tuple(suspects_of(session, case.id)),
        kept=reference(session, duplicates.kept_id(session, case.id)) if decided else None,
        merged=tuple(_merged(session, case.id)) if decided else (),
        together=duplicates.together(session, case.id) if decided else None,
        decisions=decided,
        batch=f"第 {case.batch_id} 批《{batch}》" if case.batch_id else "",
        created_by=case.created_by,
        created_at=case.created_at,
        updated_at=case.updated_at,
    )


def _merged(session: Session, case_id: int) -> list[Reference]:
    ids = duplicates.merged_into(session, case_id)
    return [found for each in ids if (found := reference(session, each)) is not None]


# Built once: building a statement costs more than SQLite takes to answer it.
_NAMED = ("township_id", "unit_id", "first_unit_id", "code_id", "lead_id", "first_lead_id")
_Township, _First, _FirstLead = aliased(Unit), aliased(Unit), aliased(Leader)
_CASE: Any = (
    select(
        Case,
        _Township.name,
        Unit.name,
        _First.name,
        Code.path,
        Leader.name,
        _FirstLead.name,
        ImportBatch.file_name,
    )
    .outerjoin(_Township, Case.township_id == _Township.id)
    .outerjoin(Unit, Case.unit_id == Unit.id)
    .outerjoin(_First, Case.first_unit_id == _First.id)
    .outerjoin(Code, Case.code_id == Code.id)
    .outerjoin(Leader, Case.lead_id == Leader.id)
    .outerjoin(_FirstLead, Case.first_lead_id == _FirstLead.id)
    .outerjoin(ImportBatch, Case.batch_id == ImportBatch.id)
    .where(Case.number == bindparam("number"))
)
_OF_CASE: Any = bindparam("case_id")
_PEOPLE = (
    select(
        Petitioner.name_encrypted,
        Petitioner.phone_encrypted,
        Petitioner.address_encrypted,
        Petitioner.representative,
    )
    .where(Petitioner.case_id == _OF_CASE)
    .order_by(Petitioner.position)
)
_ENTRIES = select(CaseEntry).where(CaseEntry.case_id == _OF_CASE)
_FILES = (
    select(
        Attachment.entry_id,
        Attachment.id,
        Attachment.name,
        Attachment.size,
        Attachment.actor,
        Attachment.at,
    )
    .where(Attachment.case_id == _OF_CASE)
    .order_by(Attachment.id)
)
_CHANGES = select(AuditEntry).where(
    AuditEntry.entity == "cases",
    AuditEntry.entity_id == _OF_CASE,
    AuditEntry.action.in_([AuditAction.UPDATE, AuditAction.REVEAL]),
)


def number_of(session: Session, case_id: int) -> str | None:
    """Return the number of a case the actor may see."""
    return session.scalar(select(Case.number).where(Case.id == case_id))


def id_of(session: Session, number: str) -> int | None:
    """Return the id of the case of that number, if the actor may see it."""
    return session.scalar(select(Case.id).where(Case.number == number))


def masked_people(session: Session, case_id: int) -> list[Person]:
    """Return who brought the matter, masked: 张某1, 张某2, 138****1234, no more of an address."""
    return masked(session, session.execute(_PEOPLE, {"case_id": case_id}).all())


def masked(session: Session, rows: Sequence[Any]) -> list[Person]:
    """Mask rows of a restricted table, of a matter's people or of a visit's."""
    cipher = cipher_of(session)
    names = mask_names([cipher.decrypt(row.name_encrypted) for row in rows])
    return [
        Person(
            name=name,
            phone=mask_phone(cipher.decrypt(row.phone_encrypted)) if row.phone_encrypted else "",
            address="已登记" if row.address_encrypted else "",
            representative=row.representative,
        )
        for name, row in zip(names, rows, strict=True)
    ]


def opened(session: Session, number: str) -> tuple[CaseFile, list[Event]]:
    """Return a case with its timeline, as its page shows both; raises Missing."""
    file = case_file(session, number)
    return file, timeline(session, file)


def timeline(session: Session, file: CaseFile) -> list[Event]:
    """List everything that happened to a case, the newest first, and to those merged into it."""
    taken = procedure.steps(session, file.id)
    events = _written(session, file.id, taken)
    for merged in file.merged:
        steps = procedure.steps(session, merged.id)
        events += [
            replace(event, heading=f"{event.heading}（并入的 {merged.number}）")
            for event in _written(session, merged.id, steps)
        ]
    events += [event for each in file.decisions for event in _decision_events(each)]
    events += _changes(session, file.id, taken)
    origin = f"由{file.batch}导入" if file.batch else "登记入册"
    events.append(Event(file.created_at, None, file.created_by, "登记", origin))
    return sorted(events, key=lambda event: event.at, reverse=True)


def _written(session: Session, case_id: int, taken: Sequence[StepTaken]) -> list[Event]:
    """Tell what people wrote on a case, and its steps."""
    files = _files(session, case_id)
    events = [
        Event(
            at=entry.at,
            on=entry.happened_on,
            actor=entry.actor,
            heading=entry.kind.label,
            text=entry.text,
            files=tuple(files.get(entry.id, ())),
            kind=entry.kind,
        )
        for entry in session.scalars(_ENTRIES, {"case_id": case_id})
    ]
    return events + [_step_event(step) for step in taken]


def _decision_events(decision: Decision) -> list[Event]:
    """Tell what a pair was decided to be, and that it was taken back."""
    words = f"{decision.later} 与 {decision.earlier}：{decision.kind.label}"
    text = f"{words}\n理由：{decision.reason}" if decision.reason else words
    events = [Event(decision.at, None, decision.actor, "重复认定", text)]
    if decision.undone_at is not None:
        events.append(Event(decision.undone_at, None, decision.undone_by, "撤销重复认定", words))
    return events


def _step_event(step: StepTaken) -> Event:
    """Tell a step in words: what was decided with it stands line by line."""
    lines = [step.text] if step.text else []
    if step.unit:
        lines.append(f"{step_rules.FIELDS['unit_id']}：{step.unit}")
    if step.until:
        lines.append(f"{step_rules.FIELDS['until']}：{step.until}")
    lines += [
        f"{step_rules.FIELDS[name]}：{step_rules.shown(name, value)}"
        for name, value in step.details.items()
        if value not in (None, "", [])
    ]
    heading = f"{step.step.label}（已撤回）" if step.withdrawn else step.step.label
    return Event(step.at, step.happened_on, step.actor, heading, "\n".join(lines))


# An entry of the audit so soon after a step by the same account tells the step again.
_SAME_MOMENT = timedelta(seconds=10)


def _told_by_step(row: Any, taken: Sequence[StepTaken]) -> bool:
    return row.action is AuditAction.UPDATE and any(
        step.actor == row.actor and abs(row.at - step.at) <= _SAME_MOMENT for step in taken
    )


def _files(session: Session, case_id: int) -> dict[int | None, list[File]]:
    rows = session.execute(_FILES, {"case_id": case_id})
    files: dict[int | None, list[File]] = {}
    for row in rows:
        file = File(row.id, row.name, row.size, row.actor, row.at)
        files.setdefault(row.entry_id, []).append(file)
    return files


def _changes(session: Session, case_id: int, taken: Sequence[StepTaken]) -> list[Event]:
    found = session.scalars(_CHANGES, {"case_id": case_id}).all()
    rows = [row for row in found if not _told_by_step(row, taken)]
    told = [Entry(row.action, "cases", None, row.changes) for row in rows]
    names = audit_names.names(session, {one for entry in told for one in references(entry)})
    events = []
    for row in rows:
        if row.action is AuditAction.REVEAL:
            text = f"理由：{row.changes.get('reason', '')}"
        else:
            lines = [
                f"{FIELDS[name].label}：{_brief(name, old, names)} → {_brief(name, new, names)}"
                for name, (old, new) in row.changes.items()
                if name in FIELDS
            ]
            if not lines:
                continue
            text = "\n".join(lines)
        events.append(Event(row.at, None, row.actor, row.action.label, text))
    return events


def _brief(name: str, value: Any, names: Names) -> str:
    text = value_in_words("cases", name, value, names=names, clock=UTC)
    return text if len(text) <= 60 else f"{text[:60]}…"
