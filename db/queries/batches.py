"""The batches of 交办会: the list of them, and one with its cases and what has come of each."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exists, or_, select
from sqlalchemy.orm import Session

from db.models.batches import Batch, BatchCase
from db.models.cases import Case, CaseEntry
from db.models.procedure import CaseStep
from db.models.units import Leader, Unit
from db.queries.case_file import masked_people
from db.queries.evaluation_outcomes import satisfied_case
from db.scope import actor_of
from rules.batches import Outcome, Tally, tally
from rules.case_terms import BatchKind, ExitReason, Step
from rules.cases import listed_title
from rules.duplicates import COUNTED
from rules.errors import Missing
from rules.permissions import Action
from rules.terms import CaseState, EntryKind, Purpose

LISTED = 200
_DONE = (CaseState.CLOSED, CaseState.SIGNED_OFF)


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A case of a batch, with what it was handed over with; of a closed one as it was then."""

    id: int
    case_id: int
    number: str
    title: str
    state: CaseState
    accusation: bool
    unit_id: int | None
    unit: str
    lead_id: int | None
    lead: str
    due_on: date
    received_by: str
    received_at: datetime | None
    note: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class BatchLine:
    """A batch in the list of them; the counts are of the cases the actor may see."""

    id: int
    name: str
    kind: BatchKind
    meeting: str
    held_on: date
    due_on: date
    closed_at: datetime | None
    counts: Tally


@dataclass(frozen=True, slots=True)
class BatchFile:
    """One batch; `outcomes` is what its figures are counted from, frozen once it is closed."""

    id: int
    version: int
    name: str
    kind: BatchKind
    meeting: str
    held_on: date
    due_on: date
    note: str
    created_by: str
    closed_by: str
    closed_at: datetime | None
    rows: tuple[BatchRow, ...]
    outcomes: tuple[Outcome, ...]

    @property
    def unreceived(self) -> Mapping[str, int]:
        """How many receipts are missing, by unit."""
        missing: dict[str, int] = {}
        for row in self.rows:
            if row.received_at is None and row.state in COUNTED and not row.outcome.evaluated:
                missing[row.unit] = missing.get(row.unit, 0) + 1
        return missing


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A case of a batch as its ledger has it: people masked, and the last that was reported."""

    row: BatchRow
    people: str
    progress: str


def batches(session: Session, *, today: date) -> list[BatchLine]:
    """List the batches the actor may see, those still open first, then the latest meeting."""
    found = session.scalars(
        select(Batch)
        .order_by(Batch.closed_at.is_not(None), Batch.held_on.desc(), Batch.id.desc())
        .limit(LISTED)
    ).all()
    rows = _rows(session, [batch.id for batch in found], today=today)
    return [
        BatchLine(
            batch.id,
            batch.name,
            batch.kind,
            batch.meeting,
            batch.held_on,
            batch.due_on,
            batch.closed_at,
            tally(_outcomes(session, batch, rows.get(batch.id, []))),
        )
        for batch in found
    ]


def batch_file(session: Session, batch_id: int, *, today: date) -> BatchFile:
    """Return a batch; raises Missing where there is none or the actor has no case in it."""
    batch = session.scalar(select(Batch).where(Batch.id == batch_id))
    if batch is None:
        raise Missing("该批次不存在，或不在您的查看范围内")
    rows = _rows(session, [batch_id], today=today).get(batch_id, [])
    return BatchFile(
        id=batch.id,
        version=batch.version,
        name=batch.name,
        kind=batch.kind,
        meeting=batch.meeting,
        held_on=batch.held_on,
        due_on=batch.due_on,
        note=batch.note,
        created_by=batch.created_by,
        closed_by=batch.closed_by or "",
        closed_at=batch.closed_at,
        rows=tuple(rows),
        outcomes=tuple(_outcomes(session, batch, rows)),
    )


@dataclass(frozen=True, slots=True)
class Held:
    """A batch by its meeting, with what came of its cases."""

    id: int
    name: str
    held_on: date
    outcomes: tuple[Outcome, ...]


def held_between(
    session: Session,
    first: date,
    last: date,
    *,
    units: Collection[int] | None = None,
    today: date,
) -> list[Held]:
    """List each batch whose meeting was in these days, of some units alone.

    No accusation is among them, nor of a batch that is open what was merged; a batch in which
    `units` have nothing is left out.
    """
    among = Batch.held_on.between(first, last)
    order = select(Batch.id, Batch.name, Batch.held_on).where(among)
    named = session.execute(order.order_by(Batch.held_on, Batch.id)).all()
    rows = _rows(session, [row.id for row in named], today=today)
    closed = set(session.scalars(select(Batch.id).where(among, Batch.results.is_not(None))))
    found = []
    for batch_id, name, held_on in named:
        outcomes = [
            row.outcome
            for row in rows.get(batch_id, [])
            if not row.accusation
            and (row.state in COUNTED or batch_id in closed)
            and (units is None or row.unit_id in units)
        ]
        if outcomes or units is None:
            found.append(Held(batch_id, name, held_on, tuple(outcomes)))
    return found


def sheet_rows(session: Session, file: BatchFile) -> list[SheetRow]:
    """Return the rows of a batch for a file; accusations never, names only masked (§30)."""
    actor_of(session).require(Action.EXPORT)
    kept = [row for row in file.rows if not row.accusation]
    entries = session.execute(
        select(CaseEntry.case_id, CaseEntry.text)
        .where(
            CaseEntry.case_id.in_([row.case_id for row in kept]),
            CaseEntry.kind == EntryKind.PROGRESS,
        )
        .order_by(CaseEntry.happened_on, CaseEntry.id)
    )
    told = {entry.case_id: entry.text for entry in entries}
    return [
        SheetRow(
            row,
            "、".join(person.name for person in masked_people(session, row.case_id)),
            told.get(row.case_id, ""),
        )
        for row in kept
    ]


def frozen(outcomes: Iterable[Outcome], *, on: date) -> dict[str, Any]:
    """Write outcomes as a closed batch keeps them."""
    kept = [asdict(each) for each in outcomes]
    for each in kept:
        each["done_on"] = each["done_on"] and each["done_on"].isoformat()
    return {"on": on.isoformat(), "outcomes": kept}


def _thawed(results: dict[str, Any]) -> list[Outcome]:
    """Read what `frozen` wrote; where no day was kept, a case done was done by the day of closing."""
    found = []
    for each in results["outcomes"]:
        day = each.get("done_on")
        if day is None and (each["closed"] or each["resolved"]):
            day = results["on"]
        found.append(Outcome(**{**each, "done_on": day and date.fromisoformat(day)}))
    return found


def _outcomes(session: Session, batch: Batch, rows: Sequence[BatchRow]) -> list[Outcome]:
    """Return what figures are counted from: of a closed batch what was frozen, within scope."""
    if batch.results is None:
        return [row.outcome for row in rows if row.state in COUNTED]
    kept = _thawed(batch.results)
    if actor_of(session).sees_all_cases:
        return kept
    own = {row.case_id for row in rows}
    return [each for each in kept if each.case_id in own]


# Whether a matter was raised again is asked past the scope of who raised it with whom, so that a
# unit and the office read one figure; nothing of the other matter is told.
_AGAIN = Case.__table__.alias()
_REPEATED = exists().where(
    _AGAIN.c.repeat_of_id == Case.id,
    _AGAIN.c.received_on > Batch.held_on,
    _AGAIN.c.state != CaseState.MERGED,
)


def _evaluated() -> ColumnElement[bool]:
    """Ask whether a satisfied evaluation stands: the office's own, or a close a ledger tells so.

    Neither is a former round's.
    """
    closing = exists().where(
        CaseStep.case_id == Case.id,
        CaseStep.step == Step.CLOSE,
        CaseStep.withdrawn_by_id.is_(None),
        CaseStep.happened_on == Case.closed_on,
        CaseStep.details["exit_reason"].as_string() == ExitReason.EVALUATED.value,
    )
    return or_(and_(Case.state.in_(_DONE), closing), satisfied_case())


@lru_cache(maxsize=1)
def _held() -> Any:
    """Select the cases of batches; built once, for building it costs more than the answer."""
    return (
        select(
            BatchCase,
            Batch.results,
            Case.number,
            Case.title,
            Case.state,
            Case.purpose,
            Case.resolved_on,
            Case.closed_on,
            Case.settled_on,
            Unit.name.label("unit"),
            Leader.name.label("lead"),
            _REPEATED.label("repeated"),
            _evaluated().label("evaluated"),
        )
        .join(Batch, BatchCase.batch_id == Batch.id)
        .join(Case, BatchCase.case_id == Case.id)
        .outerjoin(Unit, BatchCase.unit_id == Unit.id)
        .outerjoin(Leader, BatchCase.lead_id == Leader.id)
        .where(BatchCase.batch_id.in_(bindparam("batches", expanding=True)))
        .order_by(BatchCase.batch_id, BatchCase.position)
    )


def _rows(session: Session, ids: Sequence[int], *, today: date) -> dict[int, list[BatchRow]]:
    found: dict[int, list[BatchRow]] = {}
    # What a closed batch froze of each case, by batch.
    frozen_: dict[int, dict[int, Outcome]] = {}
    for row in session.execute(_held(), {"batches": list(ids)}):
        batch_id = row.BatchCase.batch_id
        if batch_id not in frozen_:
            kept = _thawed(row.results) if row.results else []
            frozen_[batch_id] = {each.case_id: each for each in kept}
        outcome = frozen_[batch_id].get(row.BatchCase.case_id) or _outcome(row, today=today)
        found.setdefault(batch_id, []).append(_row(row, outcome))
    return found


def _row(row: Any, outcome: Outcome) -> BatchRow:
    held: BatchCase = row.BatchCase
    return BatchRow(
        id=held.id,
        case_id=held.case_id,
        number=row.number,
        title=listed_title(row.title, row.purpose),
        state=row.state,
        accusation=row.purpose is Purpose.ACCUSATION,
        unit_id=held.unit_id,
        unit=row.unit or "",
        lead_id=held.lead_id,
        lead=row.lead or "",
        due_on=held.due_on,
        received_by=held.received_by or "",
        received_at=held.received_at,
        note=held.note,
        outcome=outcome,
    )


def _outcome(row: Any, *, today: date) -> Outcome:
    held: BatchCase = row.BatchCase
    closed, resolved = row.state in _DONE, row.resolved_on is not None
    done = [day for day in (row.resolved_on, row.closed_on if closed else None) if day]
    return Outcome(
        case_id=held.case_id,
        number=row.number,
        unit=row.unit or "",
        received=held.received_at is not None,
        closed=closed,
        resolved=resolved,
        signed=row.settled_on is not None,
        evaluated=row.evaluated,
        repeated=row.repeated,
        late=not (closed or resolved or row.evaluated) and held.due_on < today,
        done_on=min(done, default=None),
    )
