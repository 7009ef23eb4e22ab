"""交办会: opening a batch, putting cases on its list, the receipts of the units, and its close."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from db import audit
from db.commands.procedure import take_step
from db.commands.writable import writable_case
from db.models.batches import Batch, BatchCase
from db.models.cases import Case
from db.models.units import Unit
from db.queries import batches as queries
from db.queries.handing import Examined, Wanted, examined
from db.scope import actor_of
from rules import batches as rules
from rules.batches import Handing
from rules.case_terms import BatchKind, Step
from rules.cases import clean
from rules.errors import Conflict, Invalid, Missing, Problem, RuleError
from rules.permissions import Action
from rules.terms import AuditAction, CaseState, Role


@dataclass(frozen=True, slots=True)
class Handed:
    """What became of a list: how many were assigned, only taken in, changed, left as they were."""

    assigned: int
    kept: int
    changed: int
    unchanged: int


def open_batch(
    session: Session,
    *,
    name: str,
    kind: BatchKind | None,
    meeting: str,
    held_on: date | None,
    due_on: date | None,
    note: str = "",
    today: date,
    now: datetime,
) -> int:
    """Open a batch with nothing on its list yet, and return its id."""
    actor = actor_of(session)
    actor.require(Action.DIRECT_CASE)
    given = {
        "name": clean(name),
        "kind": kind,
        "meeting": clean(meeting),
        "held_on": held_on,
        "due_on": due_on,
        "note": clean(note),
    }
    problems = rules.batch_problems(given, today=today)
    if session.scalar(select(Batch.id).where(Batch.name == given["name"])) is not None:
        problems.append(Problem("name", f"已有名为“{given['name']}”的批次，请换一个名称"))
    if problems:
        raise Invalid(problems)
    batch = Batch(**given, created_by=actor.name, created_at=now)
    session.add(batch)
    session.flush()
    return batch.id


def add_cases(
    session: Session,
    batch_id: int,
    wanted: Sequence[Wanted],
    *,
    again: bool = False,
    today: date,
    now: datetime,
) -> Handed:
    """Put cases on the list, taking 交办 of each whose procedure allows it; all of them or none.

    A case that is on the list already is changed to what is wanted. `again` confirms those
    that another open batch holds. Raises Invalid naming every case that cannot be.
    """
    actor_of(session).require(Action.DIRECT_CASE)
    batch = _open(session, batch_id)
    found = examined(session, batch_id, wanted, today=today)
    problems = [problem for each in found for problem in each.problems]
    if not found:
        problems.append(Problem("lines", "请先写上要交办的案件编号"))
    if len(wanted) > rules.AT_ONCE:
        problems.append(Problem("lines", f"一次最多 {rules.AT_ONCE} 件，请分次加入"))
    if not again:
        problems += [
            Problem(
                "again",
                f"{each.number}：已在“{'、'.join(each.elsewhere)}”交办尚未结束，"
                "确需再次交办的请先勾选确认（防止多头办理）",
            )
            for each in found
            if each.elsewhere
        ]
    if problems:
        raise Invalid(problems)
    position = session.scalar(
        select(func.max(BatchCase.position)).where(BatchCase.batch_id == batch_id)
    )
    for place, each in enumerate(found, start=(position or 0) + 1):
        _hand(session, batch_id, each, place, today=today, now=now)
    _touch(batch)
    return Handed(
        assigned=sum(each.assigns for each in found),
        kept=sum(each.handing is Handing.KEEP for each in found),
        changed=sum(each.handing is Handing.CHANGE and not each.assigns for each in found),
        unchanged=sum(each.handing is Handing.SAME for each in found),
    )


def change_row(
    session: Session,
    row_id: int,
    *,
    unit_id: int | None,
    lead_id: int | None,
    due_on: date | None,
    note: str,
    version: int,
    today: date,
    now: datetime,
) -> None:
    """Change with whom and until when one case of a batch lies; `version` is the batch's.

    A new unit takes the case by 交办, where its procedure allows that. The day the case's
    own clock was given stays, and so does the lead where `lead_id` is None.
    """
    actor_of(session).require(Action.DIRECT_CASE)
    row, _ = _row(session, row_id, version)
    if due_on is None or unit_id is None:
        raise Invalid([Problem("due_on", "责任单位和办结时限都要填写")])
    wanted = Wanted(row.case_id, unit_id, lead_id, due_on, clean(note))
    add_cases(session, row.batch_id, [wanted], today=today, now=now)


def take_out(session: Session, row_id: int, *, version: int) -> None:
    """Take a case off the list of an open batch; the steps taken of it stay."""
    actor_of(session).require(Action.DIRECT_CASE)
    row, batch = _row(session, row_id, version)
    session.delete(row)
    _touch(batch)


def confirm_receipt(
    session: Session, batch_id: int, row_ids: Sequence[int], *, now: datetime
) -> int:
    """Confirm that the actor's unit has received these cases; returns how many were not yet.

    Only somebody of the unit handed to, or of one above it, may: raises RuleError for others.
    """
    actor = actor_of(session)
    actor.require(Action.HANDLE_CASE)
    _open(session, batch_id)
    rows = session.scalars(
        select(BatchCase).where(BatchCase.batch_id == batch_id, BatchCase.id.in_(row_ids))
    ).all()
    if len(rows) < len(set(row_ids)) or not rows:
        raise Missing("有案件已不在本批次，或不在您的查看范围内，请刷新")
    for row in rows:
        if Role.UNIT not in actor.roles or row.unit_id not in actor.unit_ids:
            unit = session.get(Unit, row.unit_id) if row.unit_id else None
            raise RuleError(f"应由“{unit.name if unit else '责任单位'}”自己签收")
        writable_case(session, row.case_id)
    waiting = [row for row in rows if row.received_at is None]
    for row in waiting:
        row.received_by, row.received_at = actor.name, now
    return len(waiting)


def close_batch(
    session: Session, batch_id: int, *, version: int, today: date, now: datetime
) -> None:
    """Close a batch: what has come of each case is written down and stays as it is today."""
    actor = actor_of(session)
    actor.require(Action.DIRECT_CASE)
    batch = _open(session, batch_id, version)
    outcomes = queries.batch_file(session, batch_id, today=today).outcomes
    if not outcomes:
        raise RuleError("批次里还没有案件，不能结束")
    batch.results = queries.frozen(outcomes, on=today)
    batch.closed_by, batch.closed_at = actor.name, now


def drop_batch(session: Session, batch_id: int, *, version: int) -> None:
    """Drop a batch opened by mistake, while nothing is on its list."""
    actor_of(session).require(Action.DIRECT_CASE)
    batch = _open(session, batch_id, version)
    if session.scalar(select(BatchCase.id).where(BatchCase.batch_id == batch_id).limit(1)):
        raise RuleError("批次里已有案件，不能删除；交办完了请用“结束批次”")
    session.delete(batch)


def note_export(session: Session, batch_id: int, *, rows: int) -> None:
    """Write into the audit that the ledger of a batch was taken along."""
    actor_of(session).require(Action.EXPORT)
    audit.record(session, AuditAction.EXPORT, Batch.__tablename__, batch_id, rows=rows)


def _open(session: Session, batch_id: int, version: int | None = None) -> Batch:
    """Load a batch that is still open, and hold it: nobody closes it meanwhile."""
    batch = session.scalar(
        select(Batch)
        .where(Batch.id == batch_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if batch is None:
        raise Missing("该批次不存在，或不在您的查看范围内")
    if batch.closed_at is not None:
        raise RuleError(f"“{batch.name}”已经结束，结果不再变动；要交办的请另建批次")
    if version is not None and batch.version != version:
        raise Conflict(f"“{batch.name}”的名单刚刚被他人修改，请核对后重新提交")
    return batch


def _row(session: Session, row_id: int, version: int) -> tuple[BatchCase, Batch]:
    row = session.scalar(select(BatchCase).where(BatchCase.id == row_id))
    if row is None:
        raise Missing("该案件已不在本批次，请刷新")
    return row, _open(session, row.batch_id, version)


def _touch(batch: Batch) -> None:
    """Raise the version of a batch whose list has changed; the batch itself has not."""
    flag_modified(batch, "closed_at")


def _hand(
    session: Session, batch_id: int, each: Examined, position: int, *, today: date, now: datetime
) -> None:
    if each.handing is Handing.SAME:
        return
    case = session.get_one(Case, each.case_id)
    if each.assigns:
        values = {"unit_id": each.unit_id, "until": each.due_on}
        if case.state is CaseState.RECEIVED:
            _step(session, case, Step.REGISTER, {}, each.on, today=today, now=now)
        _step(session, case, Step.ASSIGN, values, each.on, today=today, now=now)
    if case.lead_id != each.lead_id:
        case.lead_id, case.updated_at = each.lead_id, now
    row = session.get(BatchCase, each.row_id) if each.row_id else None
    if row is None:
        row = BatchCase(batch_id=batch_id, case_id=case.id, position=position)
        session.add(row)
    elif row.unit_id != each.unit_id:
        row.received_by = row.received_at = None
    row.unit_id, row.lead_id = each.unit_id, each.lead_id
    row.due_on, row.note = each.due_on, each.note


def _step(
    session: Session,
    case: Case,
    step: Step,
    values: Mapping[str, object],
    on: date,
    *,
    today: date,
    now: datetime,
) -> None:
    take_step(
        session,
        case.id,
        step,
        happened_on=on,
        values=values,
        version=case.version,
        today=today,
        now=now,
    )
