"""The ledger of disputes read: its filter, a page of it, its counts, and what may leave the office."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from db.models.cases import Case
from db.models.disputes import Dispute, DisputeClass
from db.models.network import NetworkNode
from db.models.office import Code
from db.models.units import Leader, Unit
from db.scope import actor_of
from rules.dispute_procedure import Tallied, tallied
from rules.dispute_steps import COUNTED, OPEN
from rules.dispute_table import LEVELS, TableLevel
from rules.dispute_terms import (
    DisputeOutcome,
    DisputeState,
    Facet,
    GradeStage,
    MediationChannel,
    RiskLevel,
    Tier,
)
from rules.disputes import band_bounds
from rules.network import MEDIATORS
from rules.permissions import Action
from rules.terms import UnitKind
from rules.units import in_force

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class DisputeFilter:
    """What the ledger is narrowed to; days of 排查 both ends in, `term` words that all must occur.

    `unit_id` and `area_id` mean a unit with all that stands under it, `class_id` a class with
    its 小类. Without a state, what was removed or merged is left out. `found_by` is the level of
    the unit that found it, `finder_id` that unit with all that stands under it.
    """

    first: date | None = None
    last: date | None = None
    state: DisputeState | None = None
    outcome: DisputeOutcome | None = None
    level: RiskLevel | None = None
    class_id: int | None = None
    area_id: int | None = None
    unit_id: int | None = None
    lead_id: int | None = None
    channel: MediationChannel | None = None
    band: int | None = None
    overdue: bool = False
    open_only: bool = False
    term: str = ""
    round_id: int | None = None
    found_by: TableLevel | None = None
    facet: Facet | None = None
    finder_id: int | None = None


@dataclass(frozen=True, slots=True)
class DisputeRow:
    """A dispute as lists and the export show it; it holds no party."""

    id: int
    version: int
    number: str
    title: str
    content: str
    state: DisputeState
    outcome: DisputeOutcome
    tier: Tier
    level: RiskLevel | None
    level_stage: GradeStage | None
    kind: str
    found_on: date
    happened_on: date | None
    unit: str
    area: str
    township: str
    grid: str
    place: str
    people: int
    people_approx: bool
    amount_fen: int | None
    amount_approx: bool
    duty_unit: str
    handler: str
    lead: str
    channel: MediationChannel | None
    due_on: date | None
    resolved_on: date | None
    signed_on: date | None

    @property
    def is_open(self) -> bool:
        """Whether it is still to be resolved."""
        return self.state in OPEN


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of the ledger, how many disputes the filter leaves, and in which columns."""

    rows: tuple[DisputeRow, ...]
    total: int
    tally: Tallied
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class of disputes; `path` names its 大类 before it."""

    id: int
    version: int
    name: str
    path: str
    parent_id: int | None
    unit_id: int | None
    unit: str
    code_id: int | None
    code: str
    position: int
    active: bool


def listing(session: Session, wanted: DisputeFilter, *, page: int, today: date) -> Listing:
    """Return a page of the ledger, the newest first; beyond the last page the last."""
    counted = _narrowed(
        session, select(Dispute.state, Dispute.outcome, func.count()), wanted, today=today
    ).group_by(Dispute.state, Dispute.outcome)
    counts = [(state, outcome, count) for state, outcome, count in session.execute(counted)]
    total = sum(count for _, _, count in counts)
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(page, 1), pages)
    # The page is picked by its ids from an index before its rows are put together.
    ids = _narrowed(session, select(Dispute.id), wanted, today=today)
    ids = ids.order_by(Dispute.found_on.desc(), Dispute.id.desc())
    chosen = session.scalars(ids.limit(PER_PAGE).offset((page - 1) * PER_PAGE)).all()
    return Listing(tuple(rows(session, chosen)), total, tallied(counts), page, pages)


def export_rows(
    session: Session, wanted: DisputeFilter, *, today: date, limit: int
) -> list[DisputeRow]:
    """Return the disputes of a filter that leave the office, the newest first; no party is read."""
    actor_of(session).require(Action.EXPORT)
    ids = _narrowed(session, select(Dispute.id), wanted, today=today)
    ids = ids.order_by(Dispute.found_on.desc(), Dispute.id.desc()).limit(limit)
    chosen = session.scalars(ids).all()
    found: list[DisputeRow] = []
    for start in range(0, len(chosen), 1000):
        found += rows(session, chosen[start : start + 1000])
    return found


def classes(session: Session, *, active_only: bool = False) -> list[ClassRow]:
    """List the classes in their order, each 小类 under its 大类."""
    above = aliased(DisputeClass)
    statement = (
        select(DisputeClass, above.name, above.position, Unit.name, Code.path)
        .outerjoin(above, above.id == DisputeClass.parent_id)
        .outerjoin(Unit, Unit.id == DisputeClass.unit_id)
        .outerjoin(Code, Code.id == DisputeClass.code_id)
    )
    found = []
    for row, parent, at, unit, code in session.execute(statement):
        if active_only and not row.active:
            continue
        first = (row.position if at is None else at, row.parent_id or row.id)
        order = (*first, row.parent_id is not None, row.position, row.id)
        found.append(
            (
                order,
                ClassRow(
                    id=row.id,
                    version=row.version,
                    name=row.name,
                    path=f"{parent}/{row.name}" if parent else row.name,
                    parent_id=row.parent_id,
                    unit_id=row.unit_id,
                    unit=unit or "",
                    code_id=row.code_id,
                    code=code or "",
                    position=row.position,
                    active=row.active,
                ),
            )
        )
    return [row for _, row in sorted(found, key=lambda pair: pair[0])]


def organs(session: Session, *, on: date) -> dict[int, str]:
    """Name the organisations and people of the registry by whom a dispute can be resolved."""
    found = session.execute(
        select(NetworkNode, Unit.name)
        .join(Unit, Unit.id == NetworkNode.unit_id)
        .where(NetworkNode.kind.in_(sorted(MEDIATORS)))
        .order_by(NetworkNode.kind, Unit.name, NetworkNode.name)
    )
    return {
        node.id: f"{node.name}（{unit}{node.kind.label}）"
        for node, unit in found
        if in_force(node.valid_from, node.valid_to, on=on)
    }


def units_below(session: Session, unit_id: int) -> list[int]:
    """List a unit with all that stands under it."""
    path = session.scalar(select(Unit.path).where(Unit.id == unit_id))
    if path is None:
        return [unit_id]
    return list(session.scalars(select(Unit.id).where(Unit.path.startswith(path, autoescape=True))))


def said(wanted: DisputeFilter, names: Mapping[str, Mapping[int, str]]) -> list[str]:
    """Say a filter in words, for the sheet of an export; `names` by the ids' field."""
    told = (
        ("排查日期起", f"{wanted.first or ''}"),
        ("排查日期止", f"{wanted.last or ''}"),
        ("状态", wanted.state.label if wanted.state else ""),
        ("化解结果", wanted.outcome.label if wanted.outcome else ""),
        ("等级", wanted.level.label if wanted.level else ""),
        *(
            (label, names[name].get(getattr(wanted, name) or 0, ""))
            for name, label in (
                ("class_id", "类别"),
                ("area_id", "所属乡镇、村"),
                ("unit_id", "责任或排查单位"),
                ("lead_id", "包案领导"),
            )
        ),
        ("化解方式", wanted.channel.label if wanted.channel else ""),
        ("规模", "" if wanted.band is None else names["band"][wanted.band]),
        ("只看", "超期未化解" if wanted.overdue else "未了结" if wanted.open_only else ""),
        ("排查轮次", names["round_id"].get(wanted.round_id or 0, "")),
        ("排查层级", wanted.found_by.label if wanted.found_by else ""),
        ("排查单位", names["unit_id"].get(wanted.finder_id or 0, "")),
        ("只数", wanted.facet.label if wanted.facet else ""),
        ("搜索", wanted.term.strip()),
    )
    return [f"{name}：{value}" for name, value in told if value]


def _narrowed(session: Session, statement: Any, wanted: DisputeFilter, *, today: date) -> Any:
    conditions: list[Any] = []
    if wanted.first is not None:
        conditions.append(Dispute.found_on >= wanted.first)
    if wanted.last is not None:
        conditions.append(Dispute.found_on <= wanted.last)
    if wanted.state is not None:
        conditions.append(Dispute.state == wanted.state)
    else:
        conditions.append(Dispute.state.in_(OPEN if wanted.open_only else COUNTED))
    for column in (
        *(Dispute.outcome, Dispute.level, Dispute.lead_id, Dispute.channel, Dispute.round_id),
    ):
        if (value := getattr(wanted, column.key)) is not None:
            conditions.append(column == value)
    if wanted.class_id is not None:
        either = or_(DisputeClass.id == wanted.class_id, DisputeClass.parent_id == wanted.class_id)
        conditions.append(Dispute.class_id.in_(select(DisputeClass.id).where(either)))
    if wanted.found_by is not None:
        kinds = [kind for kind, level in LEVELS.items() if level is wanted.found_by]
        conditions.append(Dispute.unit_id.in_(select(Unit.id).where(Unit.kind.in_(kinds))))
    if wanted.finder_id is not None:
        conditions.append(Dispute.unit_id.in_(units_below(session, wanted.finder_id)))
    if wanted.facet is not None:
        conditions.append(of_facet(wanted.facet))
    if wanted.area_id is not None:
        conditions.append(lies_in(session, wanted.area_id))
    if wanted.unit_id is not None:
        below = units_below(session, wanted.unit_id)
        conditions.append(or_(Dispute.duty_unit_id.in_(below), Dispute.unit_id.in_(below)))
    if wanted.band is not None:
        least, following = band_bounds(wanted.band)
        conditions.append(Dispute.people >= least)
        if following is not None:
            conditions.append(Dispute.people < following)
    if wanted.overdue:
        conditions += [Dispute.due_on < today, Dispute.state.in_(OPEN)]
    conditions += [
        or_(
            Dispute.title.contains(word, autoescape=True),
            Dispute.content.contains(word, autoescape=True),
            Dispute.place.contains(word, autoescape=True),
            Dispute.number == word,
        )
        for word in wanted.term.split()[:20]
    ]
    return statement.where(*conditions)


def of_facet(facet: Facet) -> Any:
    """Return the condition of a facet; figures count by the same.

    When a petition on the matter came is asked past the scope of the case.
    """
    match facet:
        case Facet.MEDIATED:
            return or_(
                Dispute.channel.is_not(None),
                Dispute.outcome.in_([DisputeOutcome.PARTLY, DisputeOutcome.RESOLVED]),
            )
        case Facet.PASSED_ON:
            return Dispute.outcome.in_([DisputeOutcome.ROUTED, DisputeOutcome.PETITIONED])
        case Facet.NOT_RESOLVED:
            return Dispute.outcome != DisputeOutcome.RESOLVED
        case Facet.EARLY:
            petition = Case.__table__.c
            later = exists().where(
                petition.id == Dispute.case_id, petition.received_on > Dispute.resolved_on
            )
            return and_(
                Dispute.outcome == DisputeOutcome.RESOLVED, or_(Dispute.case_id.is_(None), later)
            )
    return Dispute.township_id.is_(None)


def lies_in(session: Session, area_id: int) -> ColumnElement[bool]:
    """Say where a dispute lies: in a township as it was then, or at a unit with all below it."""
    area = session.get(Unit, area_id)
    if area is not None and area.kind is UnitKind.TOWNSHIP:
        return Dispute.township_id == area_id
    below = units_below(session, area_id)
    bare = and_(Dispute.area_id.is_(None), Dispute.unit_id.in_(below))
    return or_(Dispute.area_id.in_(below), bare)


_Found, _Area, _Town, _Duty = aliased(Unit), aliased(Unit), aliased(Unit), aliased(Unit)
_ROWS: Any = (
    select(
        Dispute,
        DisputeClass.name,
        _Found.name,
        _Area.name,
        _Town.name,
        _Duty.name,
        Leader.name,
    )
    .join(DisputeClass, DisputeClass.id == Dispute.class_id)
    .join(_Found, _Found.id == Dispute.unit_id)
    .outerjoin(_Area, _Area.id == Dispute.area_id)
    .outerjoin(_Town, _Town.id == Dispute.township_id)
    .outerjoin(_Duty, _Duty.id == Dispute.duty_unit_id)
    .outerjoin(Leader, Leader.id == Dispute.lead_id)
)


def rows(session: Session, ids: Sequence[int]) -> list[DisputeRow]:
    """Return the disputes of these ids that the actor may see, in the order of the ids."""
    if not ids:
        return []
    found = {row[0].id: _row(row) for row in session.execute(_ROWS.where(Dispute.id.in_(ids)))}
    return [found[dispute_id] for dispute_id in ids if dispute_id in found]


def _row(found: Sequence[Any]) -> DisputeRow:
    row, kind, unit, area, town, duty, lead = found
    return DisputeRow(
        id=row.id,
        version=row.version,
        number=row.number,
        title=row.title,
        content=row.content,
        state=row.state,
        outcome=row.outcome,
        tier=row.tier,
        level=row.level,
        level_stage=row.level_stage,
        kind=kind,
        found_on=row.found_on,
        happened_on=row.happened_on,
        unit=unit,
        area=area or "",
        township=town or "",
        grid=row.grid,
        place=row.place,
        people=row.people,
        people_approx=row.people_approx,
        amount_fen=row.amount_fen,
        amount_approx=row.amount_approx,
        duty_unit=duty or "",
        handler=row.handler,
        lead=lead or "",
        channel=row.channel,
        due_on=row.due_on,
        resolved_on=row.resolved_on,
        signed_on=row.signed_on,
    )
