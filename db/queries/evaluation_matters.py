"""The matter behind an evaluation: what decides whether it may be evaluated, and who handled it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.engine import cipher_of
from db.models.cases import Case, CaseEntry, Petitioner
from db.models.disputes import Dispute, DisputeEntry, DisputeParty, DisputeStepRow
from db.models.duty import CaseDuty, DutyLink, Measure
from db.models.evaluations import Evaluation
from db.models.procedure import CaseDocument, CaseStep
from db.models.units import Leader, Unit
from db.queries import procedure
from rules import deadlines
from rules.case_terms import Clock, DocumentKind
from rules.dispute_terms import DisputeOutcome, DisputeState
from rules.errors import Missing
from rules.evaluation_admission import Matter
from rules.evaluation_steps import DROPPED
from rules.terms import CaseState, Purpose, UnitKind

_OPINIONS = (DocumentKind.DECISION, DocumentKind.REVIEW, DocumentKind.RECHECK)
_EARLY = frozenset({DisputeState.REGISTERED, DisputeState.SUBMITTED, DisputeState.ASSIGNED})
_GONE = frozenset({DisputeState.REMOVED, DisputeState.MERGED})
_APART = re.compile(r"[、,;/\s\uff0c\uff1b]+")


@dataclass(frozen=True, slots=True)
class MatterFound:
    """A case or a dispute as an application asks about it; of one of the two the id is None.

    `open_number` is the evaluation of it that is on its way, `earlier` those that have ended,
    `warnings` what a person must know.
    """

    case_id: int | None
    dispute_id: int | None
    number: str
    title: str
    judged_unit_id: int | None
    judged_unit: str
    village_id: int | None
    opinion_number: str
    opinion_on: date | None
    matter: Matter
    warnings: tuple[str, ...]
    open_number: str
    earlier: tuple[str, ...]


def by_number(session: Session, number: str, *, today: date) -> MatterFound:
    """Find a case or a dispute by its number; raises Missing where the actor sees none."""
    wanted = number.strip()
    case_id = session.scalar(select(Case.id).where(Case.number == wanted))
    if case_id is not None:
        return of(session, case_id, None, today=today)
    dispute_id = session.scalar(select(Dispute.id).where(Dispute.number == wanted))
    if dispute_id is not None:
        return of(session, None, dispute_id, today=today)
    raise Missing(f"没有编号为“{wanted}”的案件或矛盾纠纷，或不在您的查看范围内")


def of(
    session: Session, case_id: int | None, dispute_id: int | None, *, today: date
) -> MatterFound:
    """Return the matter with these ids; raises Missing where the actor sees none."""
    if case_id is not None:
        return _case(session, case_id, today)
    row = session.get(Dispute, dispute_id)
    if row is None or row.state in _GONE:
        raise Missing("该纠纷不存在、已剔除或并入，或不在您的查看范围内")
    judged = row.duty_unit_id or row.unit_id
    return MatterFound(
        case_id=None,
        dispute_id=row.id,
        number=row.number,
        title=row.title,
        judged_unit_id=judged,
        judged_unit=_unit_name(session, judged),
        village_id=_village(session, row.area_id),
        opinion_number="",
        opinion_on=row.resolved_on,
        matter=Matter(
            unresolved=row.state in _EARLY,
            lawsuit=row.outcome is DisputeOutcome.ROUTED,
            evaluated="、".join(earlier := _earlier(session, "dispute_id", row.id)),
        ),
        warnings=(),
        open_number=_open(session, "dispute_id", row.id),
        earlier=tuple(earlier),
    )


def _case(session: Session, case_id: int, today: date) -> MatterFound:
    row = session.get(Case, case_id)
    if row is None or row.state is CaseState.MERGED:
        raise Missing("该案件不存在、已并案，或不在您的查看范围内")
    paper = session.scalars(
        select(CaseDocument)
        .where(CaseDocument.case_id == case_id, CaseDocument.kind.in_(_OPINIONS))
        .order_by(CaseDocument.issued_on.desc(), CaseDocument.id.desc())
    ).first()
    return MatterFound(
        case_id=row.id,
        dispute_id=None,
        number=row.number,
        title=row.title,
        judged_unit_id=row.unit_id,
        judged_unit=_unit_name(session, row.unit_id),
        village_id=_village(session, row.township_id),
        opinion_number=paper.number if paper else "",
        opinion_on=paper.issued_on if paper else row.answered_on,
        matter=Matter(
            state=row.state,
            purpose=row.purpose,
            lawsuit=row.lawsuit,
            evaluated="、".join(earlier := _earlier(session, "case_id", row.id)),
        ),
        warnings=tuple(_rights(session, case_id, today)),
        open_number=_open(session, "case_id", row.id),
        earlier=tuple(earlier),
    )


def _rights(session: Session, case_id: int, today: date) -> Iterable[str]:
    """Warn of a right to 复查 or 复核 that has not lapsed: an evaluation replaces neither."""
    facts = procedure.facts(session, case_id)
    for each in deadlines.readings(facts, procedure.terms(session), today=today):
        if each.running and each.clock in (Clock.REVIEW_REQUEST, Clock.RECHECK_REQUEST):
            yield (
                f"{each.clock.label}的期限到 {each.due.on} 才满：第三方评价不代替复查、复核，"
                "请先告知信访人，不影响其依法申请"
            )


def _earlier(session: Session, column: str, row_id: int) -> list[str]:
    """Asked past the scope, as `_open` is."""
    table: Any = Evaluation.__table__
    found = select(table.c.number).where(table.c[column] == row_id, table.c.ended_on.is_not(None))
    judged = found.where(table.c.state.not_in(sorted(DROPPED))).order_by(table.c.id)
    return list(session.connection().scalars(judged))


def _open(session: Session, column: str, row_id: int) -> str:
    """Asked past the scope: of one matter there is one evaluation, whoever applied for it."""
    table: Any = Evaluation.__table__
    found = select(table.c.number).where(table.c[column] == row_id, table.c.ended_on.is_(None))
    return session.connection().scalar(found.where(table.c.state.not_in(sorted(DROPPED)))) or ""


def purpose_of(session: Session, row: Evaluation) -> Purpose | None:
    """Return the purpose of the case an evaluation is about, past the scope; None of a dispute."""
    table: Any = Case.__table__
    found = select(table.c.purpose).where(table.c.id == row.case_id)
    return session.connection().scalar(found)


def _unit_name(session: Session, unit_id: int | None) -> str:
    found = session.get(Unit, unit_id) if unit_id is not None else None
    return found.name if found else ""


def _village(session: Session, unit_id: int | None) -> int | None:
    found = session.get(Unit, unit_id) if unit_id is not None else None
    return found.id if found is not None and found.kind is UnitKind.VILLAGE else None


def handlers(session: Session, row: Evaluation) -> frozenset[str]:
    """Name everybody who found, handled, wrote on or leads the matter: none of them judges it."""
    names: list[str | None] = []
    if row.case_id is not None:
        case = session.get(Case, row.case_id)
        if case is not None:
            names += [case.handler, case.first_person, _leader(session, case.lead_id)]
            names.append(_leader(session, case.first_lead_id))
        of = row.case_id
        names += session.scalars(select(CaseStep.actor).where(CaseStep.case_id == of))
        names += session.scalars(select(CaseEntry.actor).where(CaseEntry.case_id == of))
        names += session.scalars(select(CaseDuty.owner).where(CaseDuty.case_id == of))
        names += session.scalars(select(DutyLink.official).where(DutyLink.case_id == of))
        names += session.scalars(select(Measure.owner).where(Measure.case_id == of))
    dispute = session.get(Dispute, row.dispute_id) if row.dispute_id is not None else None
    if dispute is not None:
        names += [dispute.handler, dispute.finder, dispute.town_head, dispute.village_head]
        names += [dispute.grid_worker, dispute.team, _leader(session, dispute.lead_id)]
        of = dispute.id
        names += session.scalars(
            select(DisputeStepRow.actor).where(DisputeStepRow.dispute_id == of)
        )
        names += session.scalars(select(DisputeEntry.actor).where(DisputeEntry.dispute_id == of))
    told = (part for name in names if name for part in _APART.split(name))
    return frozenset(part for part in told if len(part) > 1)


def _leader(session: Session, leader_id: int | None) -> str | None:
    found = session.get(Leader, leader_id) if leader_id is not None else None
    return found.name if found else None


def people_hashes(session: Session, row: Evaluation) -> frozenset[bytes]:
    """Return the keyed hashes of the names of whoever brought the matter."""
    return frozenset(session.scalars(_people("name_hash", row.case_id, row.dispute_id)))


def people_names(session: Session, case_id: int | None, dispute_id: int | None) -> list[str]:
    """Return the names of whoever brought the matter, to keep them out of public words and no more."""
    cipher = cipher_of(session)
    sealed = session.scalars(_people("name_encrypted", case_id, dispute_id))
    return [cipher.decrypt(each) for each in sealed]


def _people(column: str, case_id: int | None, dispute_id: int | None) -> Any:
    if case_id is not None:
        return select(getattr(Petitioner, column)).where(Petitioner.case_id == case_id)
    return select(getattr(DisputeParty, column)).where(DisputeParty.dispute_id == dispute_id)
