"""One dispute with all that hangs on it, as its page shows it and as its commands ask the rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from db.models.cases import Case
from db.models.disputes import (
    Dispute,
    DisputeClass,
    DisputeEntry,
    DisputeGrade,
    DisputePaper,
    DisputeParty,
    DisputeStepRow,
    DisputeTick,
)
from db.models.network import EarlySign, NetworkNode
from db.models.sweeps import SweepRound
from db.models.units import Leader, Unit
from db.queries import office
from db.queries.case_file import masked
from db.scope import actor_of
from rules import dispute_levels as levels
from rules import dispute_procedure as procedure
from rules import dispute_steps as steps
from rules import disputes as rules
from rules.case_terms import Tick
from rules.dispute_procedure import Facts, Seat
from rules.dispute_terms import (
    DisputeOutcome,
    DisputeState,
    DisputeStep,
    GradeStage,
    PaperKind,
    RiskLevel,
    Tier,
)
from rules.errors import Missing
from rules.people import Person
from rules.terms import CaseState, UnitKind

_NAMED = ("class_id", "unit_id", "area_id", "duty_unit_id", "lead_id", "organ_id")


@dataclass(frozen=True, slots=True)
class GradeRow:
    """One step of deciding the level, as it was recorded."""

    stage: GradeStage
    level: RiskLevel
    who: str
    decided_on: date
    reason: str
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the timeline: a step taken or progress written."""

    happened_on: date
    what: str
    text: str
    actor: str
    at: datetime
    step: DisputeStep | None = None


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A paper of the file; `name` is that of its scan, empty where there is none."""

    id: int
    kind: PaperKind
    number: str
    issued_on: date
    name: str


@dataclass(frozen=True, slots=True)
class Linked:
    """The case a dispute became or is about; the number is empty where the actor may not see it."""

    number: str
    title: str
    state: CaseState | None


@dataclass(frozen=True, slots=True)
class DisputeFile:
    """A dispute as its page shows it: parties masked, and what this actor can do next."""

    id: int
    version: int
    number: str
    state: DisputeState
    outcome: DisputeOutcome
    tier: Tier
    values: Mapping[str, Any]
    names: Mapping[str, str]
    township: str
    round: str
    found_by: UnitKind
    level: RiskLevel | None
    level_stage: GradeStage | None
    grades: tuple[GradeRow, ...]
    proposal: levels.Proposal
    assigned_on: date | None
    resolved_on: date | None
    left_on: date | None
    signed_on: date | None
    reported_at: datetime | None
    assessed_on: date | None
    assessment: str
    archive_number: str
    ticks: Mapping[Tick, tuple[str, date | None]]
    events: tuple[Event, ...]
    papers: tuple[PaperRow, ...]
    people: tuple[Person, ...]
    case: Linked | None
    early: str
    kept: str
    merged: tuple[str, ...]
    seat: Seat
    offers: tuple[procedure.Offer, ...]
    created_by: str
    created_at: datetime

    @property
    def facts(self) -> Facts:
        """What the rules ask of it."""
        last = [event.happened_on for event in self.events if event.step is not None]
        return Facts(
            state=self.state,
            outcome=self.outcome,
            tier=self.tier,
            found_on=self.values["found_on"],
            moved_on=max(last, default=None),
            due_on=self.values["due_on"],
        )


def dispute_file(session: Session, number: str, *, today: date) -> DisputeFile:
    """Return the dispute of that number; raises Missing where the actor may see none."""
    row = session.scalar(select(Dispute).where(Dispute.number == number.strip()))
    if row is None:
        raise Missing(f"没有编号为“{number}”的矛盾纠纷，或不在您的查看范围内")
    seated = seat(session, row)
    parameters = office.in_force(session, on=today)
    matter = levels.Matter(
        people=row.people,
        amount_fen=row.amount_fen,
        cross=row.cross,
        group=row.group,
        may_petition=row.may_petition,
    )
    unit = session.get_one(Unit, row.unit_id)
    township = session.get(Unit, row.township_id) if row.township_id else None
    own = [*rules.FIELDS, *rules.QUALIFIERS.values()]
    merged = select(Dispute.number).where(Dispute.merged_into_id == row.id).order_by(Dispute.id)
    kept = select(Dispute.number).where(Dispute.id == row.merged_into_id)
    early = select(EarlySign.number).where(EarlySign.dispute_id == row.id)
    people = session.scalars(
        select(DisputeParty)
        .where(DisputeParty.dispute_id == row.id)
        .order_by(DisputeParty.position)
    ).all()
    return DisputeFile(
        id=row.id,
        version=row.version,
        number=row.number,
        state=row.state,
        outcome=row.outcome,
        tier=row.tier,
        values={name: getattr(row, name) for name in own} | {"organ_id": row.organ_id},
        names=_names(session, row),
        township=township.name if township else "",
        round=_round(session, row.round_id),
        found_by=unit.kind,
        level=row.level,
        level_stage=row.level_stage,
        grades=tuple(grades(session, row.id)),
        proposal=levels.proposed(matter, levels.criteria(parameters)),
        assigned_on=row.assigned_on,
        resolved_on=row.resolved_on,
        left_on=row.left_on,
        signed_on=row.signed_on,
        reported_at=row.reported_at,
        assessed_on=row.assessed_on,
        assessment=row.assessment,
        archive_number=row.archive_number,
        ticks={
            each.tick: (each.who, each.done_on)
            for each in session.scalars(select(DisputeTick).where(DisputeTick.dispute_id == row.id))
        },
        events=tuple(_events(session, row.id)),
        papers=tuple(papers(session, row.id)),
        people=tuple(masked(session, people)),
        case=_linked(session, row.case_id),
        early=session.scalar(early) or "",
        kept=session.scalar(kept) or "",
        merged=tuple(session.scalars(merged)),
        seat=seated,
        offers=tuple(procedure.offers(facts(session, row), seated)),
        created_by=row.created_by,
        created_at=row.created_at,
    )


def seat(session: Session, row: Dispute) -> Seat:
    """Say how the actor stands to a dispute, for the commands of this store."""
    actor = actor_of(session)
    own = session.get(Unit, actor.unit_id) if actor.unit_id else None
    return Seat(
        office=actor.sees_all_cases,
        village=own is not None and own.kind is UnitKind.VILLAGE,
        found_it=row.unit_id in actor.unit_ids,
        duty=row.duty_unit_id in actor.unit_ids,
    )


def facts(session: Session, row: Dispute) -> Facts:
    """Return what the rules ask of a dispute, for the commands of this store."""
    last = session.scalar(
        select(func.max(DisputeStepRow.happened_on)).where(DisputeStepRow.dispute_id == row.id)
    )
    return Facts(
        state=row.state,
        outcome=row.outcome,
        tier=row.tier,
        found_on=row.found_on,
        moved_on=last,
        due_on=row.due_on,
    )


def grades(session: Session, dispute_id: int) -> list[GradeRow]:
    """List the steps of deciding the level, the first first."""
    found = session.scalars(
        select(DisputeGrade).where(DisputeGrade.dispute_id == dispute_id).order_by(DisputeGrade.id)
    )
    return [GradeRow(g.stage, g.level, g.who, g.decided_on, g.reason, g.actor, g.at) for g in found]


def papers(session: Session, dispute_id: int) -> list[PaperRow]:
    """List the papers of a dispute in the order of their kinds."""
    found = session.scalars(select(DisputePaper).where(DisputePaper.dispute_id == dispute_id))
    order = list(PaperKind)
    rows = [PaperRow(p.id, p.kind, p.number, p.issued_on, p.name) for p in found]
    return sorted(rows, key=lambda paper: (order.index(paper.kind), paper.issued_on, paper.id))


def of_case(session: Session, case_id: int) -> list[tuple[str, str]]:
    """List number and title of the disputes that became a case or are about it."""
    found = session.execute(
        select(Dispute.number, Dispute.title)
        .where(Dispute.case_id == case_id, Dispute.state != DisputeState.MERGED)
        .order_by(Dispute.id)
    )
    return [(number, title) for number, title in found]


_Found, _Area, _Duty = aliased(Unit), aliased(Unit), aliased(Unit)


def _names(session: Session, row: Dispute) -> dict[str, str]:
    found = session.execute(
        select(
            DisputeClass.name, _Found.name, _Area.name, _Duty.name, Leader.name, NetworkNode.name
        )
        .select_from(Dispute)
        .join(DisputeClass, DisputeClass.id == Dispute.class_id)
        .join(_Found, _Found.id == Dispute.unit_id)
        .outerjoin(_Area, _Area.id == Dispute.area_id)
        .outerjoin(_Duty, _Duty.id == Dispute.duty_unit_id)
        .outerjoin(Leader, Leader.id == Dispute.lead_id)
        .outerjoin(NetworkNode, NetworkNode.id == Dispute.organ_id)
        .where(Dispute.id == row.id)
    ).one()
    return {name: label or "" for name, label in zip(_NAMED, found, strict=True)}


def _round(session: Session, round_id: int | None) -> str:
    found = session.get(SweepRound, round_id) if round_id is not None else None
    return found.name if found else ""


def _linked(session: Session, case_id: int | None) -> Linked | None:
    if case_id is None:
        return None
    found = session.execute(
        select(Case.number, Case.title, Case.state).where(Case.id == case_id)
    ).one_or_none()
    return Linked(*found) if found else Linked("", "", None)


def _events(session: Session, dispute_id: int) -> list[Event]:
    taken = session.scalars(
        select(DisputeStepRow).where(DisputeStepRow.dispute_id == dispute_id)
    ).all()
    units = _units(session, taken)
    found = [
        Event(
            each.happened_on,
            each.step.label,
            _told(each, units),
            each.actor,
            each.at,
            each.step,
        )
        for each in taken
    ]
    found += [
        Event(each.happened_on, "化解情况", each.text, each.actor, each.at)
        for each in session.scalars(
            select(DisputeEntry).where(DisputeEntry.dispute_id == dispute_id)
        )
    ]
    return sorted(found, key=lambda event: (event.happened_on, event.at), reverse=True)


def _units(session: Session, taken: Sequence[DisputeStepRow]) -> dict[tuple[str, int], str]:
    """Name what steps name by its id: units and the organisations of the registry."""
    found: dict[tuple[str, int], str] = {}
    for name, model in (("unit_id", Unit), ("organ_id", NetworkNode)):
        ids = {each.details[name] for each in taken if each.details.get(name)}
        if ids:
            rows = session.execute(select(model.id, model.name).where(model.id.in_(sorted(ids))))
            found |= {(name, row_id): label for row_id, label in rows}
    return found


def _told(taken: DisputeStepRow, units: Mapping[tuple[str, int], str]) -> str:
    parts = []
    for name, value in taken.details.items():
        if value in (None, ""):
            continue
        said = units.get((name, value), "") if name.endswith("_id") else steps.shown(name, value)
        parts.append(f"{steps.FIELDS.get(name, name)}：{said}")
    return "\n".join([*parts, *([taken.text] if taken.text else [])])
