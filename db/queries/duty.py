"""The duty of a case as its page shows it, who might lead it, and who must stay out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models.cases import Case
from db.models.duty import CaseDuty, CostShare, DutyLink, Measure, Recusal
from db.models.units import Leader, Unit
from db.queries.leaders import in_office
from rules import duty as rules
from rules import procedure
from rules.case_terms import DutySource, MeasureKind
from rules.duty import Candidate, Duty
from rules.errors import Problem
from rules.steps import OPEN
from rules.units import in_force


@dataclass(frozen=True, slots=True)
class Share:
    """What one unit bears of a measure, in 分."""

    unit_id: int
    unit: str
    amount_fen: int
    basis: str


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """A measure of the plan."""

    id: int
    version: int
    kind: MeasureKind
    text: str
    unit_id: int | None
    unit: str
    owner: str
    due_on: date | None
    done_on: date | None
    evidence: str
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One level of the chain of four."""

    level: int
    unit_id: int | None
    unit: str
    official: str
    post: str


@dataclass(frozen=True, slots=True)
class RecusalRow:
    """Who must stay out, and why."""

    id: int
    leader: str
    unit: str
    accused: bool
    reason: str
    decided_by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DutyFile:
    """A case's duty; `version` is None while the case is in no ledger of duties."""

    version: int | None
    source: DutySource | None
    since: date | None
    team: str
    plan: str
    owner: str
    until: date | None
    ticks: frozenset[str]
    left_on: date | None
    left_why: str
    lead_id: int | None
    links: tuple[LinkRow, ...]
    measures: tuple[MeasureRow, ...]
    recusals: tuple[RecusalRow, ...]

    @property
    def known(self) -> Duty:
        """What the rules ask about."""
        return Duty(
            lead=self.lead_id is not None,
            team=self.team,
            plan=self.plan,
            measures=len(self.measures),
            owner=self.owner,
            until=self.until,
        )


def duty_file(session: Session, case_id: int) -> DutyFile:
    """Return the duty of a case the actor may see; raises NoResultFound for another's."""
    lead_id = session.scalars(select(Case.lead_id).where(Case.id == case_id)).one()
    found = session.scalar(select(CaseDuty).where(CaseDuty.case_id == case_id))
    return DutyFile(
        version=found.version if found else None,
        source=found.source if found else None,
        since=found.since if found else None,
        team=found.team if found else "",
        plan=found.plan if found else "",
        owner=found.owner if found else "",
        until=found.until if found else None,
        ticks=frozenset(filter(None, found.ticks.split(","))) if found else frozenset(),
        left_on=found.left_on if found else None,
        left_why=found.left_why if found else "",
        lead_id=lead_id,
        links=tuple(_links(session, case_id)),
        measures=tuple(_measures(session, case_id)),
        recusals=tuple(_recusals(session, case_id)),
    )


def _links(session: Session, case_id: int) -> Iterable[LinkRow]:
    rows = session.execute(
        select(DutyLink, Unit.name)
        .outerjoin(Unit, DutyLink.unit_id == Unit.id)
        .where(DutyLink.case_id == case_id)
        .order_by(DutyLink.level)
    )
    for link, unit in rows:
        yield LinkRow(link.level, link.unit_id, unit or "", link.official, link.post)


def _measures(session: Session, case_id: int) -> Iterable[MeasureRow]:
    shares: dict[int, list[Share]] = {}
    borne = session.execute(
        select(CostShare, Unit.name)
        .join(Unit, CostShare.unit_id == Unit.id)
        .where(CostShare.case_id == case_id)
        .order_by(CostShare.id)
    )
    for share, unit in borne:
        row = Share(share.unit_id, unit, share.amount_fen, share.basis)
        shares.setdefault(share.measure_id, []).append(row)
    rows = session.execute(
        select(Measure, Unit.name)
        .outerjoin(Unit, Measure.unit_id == Unit.id)
        .where(Measure.case_id == case_id)
        .order_by(Measure.id)
    )
    for m, unit in rows:
        yield MeasureRow(
            m.id,
            m.version,
            m.kind,
            m.text,
            m.unit_id,
            unit or "",
            m.owner,
            m.due_on,
            m.done_on,
            m.evidence,
            tuple(shares.get(m.id, ())),
        )


def _recusals(session: Session, case_id: int) -> Iterable[RecusalRow]:
    rows = session.execute(
        select(Recusal, Leader.name, Unit.name)
        .outerjoin(Leader, Recusal.leader_id == Leader.id)
        .outerjoin(Unit, Recusal.unit_id == Unit.id)
        .where(Recusal.case_id == case_id)
        .order_by(Recusal.id)
    )
    for r, leader, unit in rows:
        yield RecusalRow(r.id, leader or "", unit or "", r.accused, r.reason, r.decided_by, r.at)


def candidates(session: Session, case_id: int, *, today: date) -> Sequence[Candidate]:
    """List who of those in office might lead a case, the proposed first: by open load and by the order of S4-27."""
    load = (
        select(Case.lead_id, func.count().label("cases"))
        .where(Case.lead_id.is_not(None), Case.state.in_(sorted(OPEN)))
        .group_by(Case.lead_id)
        .subquery()
    )
    rows = session.execute(
        select(Leader.id, Leader.name, Leader.position, func.coalesce(load.c.cases, 0))
        .outerjoin(load, load.c.lead_id == Leader.id)
        .where(in_office(today))
    )
    barred = session.scalars(
        select(Recusal.leader_id).where(Recusal.case_id == case_id, Recusal.leader_id.is_not(None))
    )
    found = [Candidate(*row) for row in rows]
    return rules.proposed(found, barred=[each for each in barred if each is not None])


def barred_problems(
    session: Session,
    case_id: int,
    *,
    unit_id: int | None = None,
    lead_id: int | None = None,
    today: date | None = None,
) -> list[Problem]:
    """Say why a unit or a leader may not be given a case: gone, accused, or to stay out (§28, §30).

    With `today`, a unit that has ended and a leader who left office are refused as well.
    """
    found = []
    if unit_id is not None:
        found += _unit_problems(session, case_id, unit_id, today)
    if lead_id is not None:
        found += _lead_problems(session, case_id, lead_id, today)
    return found


def _lead_problems(
    session: Session, case_id: int, lead_id: int, today: date | None
) -> list[Problem]:
    leader = session.get(Leader, lead_id)
    if leader is None:
        return [Problem("lead_id", "该领导已不存在，请重新选择")]
    if today is not None and not (
        leader.active and in_force(leader.term_from, leader.term_to, on=today)
    ):
        return [Problem("lead_id", f"“{leader.name}”已不在任，请另选")]
    reason = session.scalar(
        select(Recusal.reason).where(Recusal.case_id == case_id, Recusal.leader_id == lead_id)
    )
    if reason is None:
        return []
    return [Problem("lead_id", f"该领导已决定回避（{reason}），请另选（§28）")]


def _unit_problems(
    session: Session, case_id: int, unit_id: int, today: date | None
) -> list[Problem]:
    unit = session.get(Unit, unit_id)
    if unit is None:
        return [Problem("unit_id", "该单位已不存在，请重新选择")]
    if today is not None and not in_force(unit.valid_from, unit.valid_to, on=today):
        return [Problem("unit_id", f"“{unit.name}”已停用，请改交其他单位")]
    barred = session.execute(
        select(Unit.path, Unit.name, Recusal.accused)
        .join(Unit, Recusal.unit_id == Unit.id)
        .where(Recusal.case_id == case_id)
    )
    return [
        Problem("unit_id", procedure.barred_unit(name, accused=accused))
        for above, name, accused in barred
        if unit.path.startswith(above)
    ]
