"""One brief page for each item of an agenda, as plain values for the screen, Word and slides."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models.batches import Batch, BatchCase
from db.models.cases import Case
from db.models.disputes import Dispute
from db.models.evaluations import Evaluation
from db.models.hotspots import Hotspot, HotspotCase
from db.models.units import Leader, Unit
from db.queries.meetings import ItemRow
from rules.meetings import ItemKind

_AT_ONCE = 500
Fact = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ItemPage:
    """The page of an item: its heading, facts as label and value, and what the office noted.

    `reference` is the number of a matter the actor may open, else empty. It holds no name of a
    petitioner.
    """

    item_id: int
    position: int
    kind: ItemKind
    title: str
    unit: str
    reference: str
    facts: tuple[Fact, ...]
    note: str


def pages(session: Session, items: Sequence[ItemRow], *, today: date) -> list[ItemPage]:
    """Return the pages of items in their order; of a matter out of sight only what the agenda says."""
    known: dict[tuple[ItemKind, int], tuple[str, tuple[Fact, ...]]] = {}
    for kind, column, read in _READERS:
        ids = sorted({key for item in items if (key := getattr(item, column)) is not None})
        for first in range(0, len(ids), _AT_ONCE):
            for key, reference, read_facts in read(session, ids[first : first + _AT_ONCE], today):
                told = tuple((label, value) for label, value in read_facts if value)
                known[kind, key] = (reference, told)
    found = []
    for item in items:
        about = _key(item)
        reference, facts = known.get((item.kind, about), ("", ())) if about else ("", ())
        if item.unit:
            facts = (("汇报单位", item.unit), *facts)
        found.append(
            ItemPage(
                item.id,
                item.position,
                item.kind,
                item.title,
                item.unit,
                reference,
                facts,
                item.note,
            )
        )
    return found


_Found = Iterable[tuple[int, str, list[Fact]]]


def _key(item: ItemRow) -> int | None:
    column = next((column for kind, column, _read in _READERS if kind is item.kind), None)
    return getattr(item, column) if column else None


def _cases(session: Session, ids: Sequence[int], today: date) -> _Found:
    rows = session.execute(
        select(Case, Unit.name, Leader.name)
        .outerjoin(Unit, Unit.id == Case.unit_id)
        .outerjoin(Leader, Leader.id == Case.lead_id)
        .where(Case.id.in_(ids))
    )
    for row, unit, lead in rows:
        yield (
            row.id,
            row.number,
            [
                ("案件编号", row.number),
                ("状态", row.state.label),
                ("收到日期", f"{row.received_on or ''}"),
                ("责任单位", unit or ""),
                ("包案领导", lead or ""),
                ("期限", _due(row.due_on, today)),
            ],
        )


def _hotspots(session: Session, ids: Sequence[int], _today: date) -> _Found:
    counts = _counts(session, HotspotCase.hotspot_id, ids)
    rows = session.execute(
        select(Hotspot, Unit.name)
        .outerjoin(Unit, Unit.id == Hotspot.lead_unit_id)
        .where(Hotspot.id.in_(ids))
    )
    for row, unit in rows:
        yield (
            row.id,
            f"{row.id}",
            [
                ("状态", row.state.label),
                ("关联案件", f"{counts.get(row.id, 0)} 件"),
                ("地点", row.place),
                ("牵头单位", unit or ""),
            ],
        )


def _counts(session: Session, column: Any, ids: Sequence[int]) -> dict[int, int]:
    counted = select(column, func.count()).where(column.in_(ids)).group_by(column)
    return {row[0]: row[1] for row in session.execute(counted)}


def _batches(session: Session, ids: Sequence[int], today: date) -> _Found:
    counts = _counts(session, BatchCase.batch_id, ids)
    for row in session.scalars(select(Batch).where(Batch.id.in_(ids))):
        yield (
            row.id,
            f"{row.id}",
            [
                ("交办日期", f"{row.held_on}"),
                ("交办案件", f"{counts.get(row.id, 0)} 件"),
                ("完成期限", "已结束" if row.closed_at else _due(row.due_on, today)),
            ],
        )


def _evaluations(session: Session, ids: Sequence[int], _today: date) -> _Found:
    rows = session.execute(
        select(Evaluation, Unit.name)
        .join(Unit, Unit.id == Evaluation.judged_unit_id)
        .where(Evaluation.id.in_(ids))
    )
    for row, unit in rows:
        yield (
            row.id,
            row.number,
            [
                ("评价编号", row.number),
                ("状态", row.state.label),
                ("被评价单位", unit),
                ("申请日期", f"{row.applied_on}"),
                ("评价会", f"{row.held_on or ''}"),
            ],
        )


def _disputes(session: Session, ids: Sequence[int], today: date) -> _Found:
    rows = session.execute(
        select(Dispute, Unit.name)
        .outerjoin(Unit, Unit.id == Dispute.duty_unit_id)
        .where(Dispute.id.in_(ids))
    )
    for row, unit in rows:
        yield (
            row.id,
            row.number,
            [
                ("纠纷编号", row.number),
                ("状态", row.state.label),
                ("等级", row.level.label if row.level else ""),
                ("责任单位", unit or ""),
                ("排查日期", f"{row.found_on}"),
                ("期限", _due(row.due_on, today)),
            ],
        )


def _due(due_on: date | None, today: date) -> str:
    if due_on is None:
        return ""
    late = (today - due_on).days
    return f"{due_on}，超期 {late} 天" if late > 0 else f"{due_on}"


_READERS: tuple[tuple[ItemKind, str, Callable[[Session, Sequence[int], date], _Found]], ...] = (
    (ItemKind.CASE, "case_id", _cases),
    (ItemKind.HOTSPOT, "hotspot_id", _hotspots),
    (ItemKind.BATCH, "batch_id", _batches),
    (ItemKind.EVALUATION, "evaluation_id", _evaluations),
    (ItemKind.DISPUTE, "dispute_id", _disputes),
)
