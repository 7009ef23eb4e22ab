"""The sign-off of a case as its page shows it: the request, what it still lacks, its papers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import Session

from db.models.accounts import Account
from db.models.cases import Attachment, Case
from db.models.duty import Measure
from db.models.procedure import CaseDocument, CaseStep
from db.models.supervision import CaseOpening, SignOff
from db.models.units import Unit
from db.queries import procedure, supervision
from rules import case_documents
from rules import sign_off as rules
from rules.case_terms import DocumentKind, ExitReason, Performance, Step
from rules.cases import listed_title
from rules.errors import Missing
from rules.sign_off import Facts, Look
from rules.steps import APART

PAGE = 50  # requests on a page of those that wait


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A paper of the case with what it holds, line by line, and the file of its scan.

    `lapsed` says why it proves no end any more.
    """

    id: int
    kind: DocumentKind
    number: str
    issued_on: date
    lines: tuple[str, ...]
    attachment_id: int | None
    attachment: str
    lapsed: str

    @property
    def label(self) -> str:
        """As a choice and a line name it."""
        return " ".join(filter(None, [self.kind.label, self.number, str(self.issued_on)]))


@dataclass(frozen=True, slots=True)
class SignOffRow:
    """A request for a sign-off and what became of it."""

    id: int
    version: int
    requested_by: str
    result: str
    document: str
    performance: Performance
    performed_until: date | None
    exit_reason: ExitReason
    head_name: str
    head_on: date | None
    approved_by: str
    signed_on: date | None
    refused_on: date | None
    refused_why: str
    withdrawn_on: date | None
    withdrawn_why: str

    @property
    def standing(self) -> bool:
        """Whether it waits or holds; what was refused or withdrawn is past."""
        return self.refused_on is None and self.withdrawn_on is None


@dataclass(frozen=True, slots=True)
class SignOffFile:
    """A case's sign-off; `missing` is what the one that waits still lacks, `barred` why I may not.

    `exit_reason` is what the close said, None where it came with a ledger. `opened_by` are
    those beside the asker who have opened the case since it was closed.
    """

    current: SignOffRow | None
    past: tuple[SignOffRow, ...]
    documents: tuple[DocumentRow, ...]
    exit_reason: ExitReason | None
    missing: tuple[str, ...]
    barred: str | None
    opened_by: tuple[str, ...]


def sign_off_file(session: Session, case_id: int, *, reader: str, today: date) -> SignOffFile:
    """Return the sign-off of a case as `reader` finds it; raises Missing outside the scope."""
    if session.get(Case, case_id) is None:
        raise Missing("该案件不存在，或不在您的查看范围内")
    papers = tuple(documents(session, case_id))
    labels = {paper.id: paper.label for paper in papers}
    found = session.scalars(
        select(SignOff).where(SignOff.case_id == case_id).order_by(SignOff.id)
    ).all()
    rows = [_row(each, labels) for each in found]
    current = next((row for row in reversed(rows) if row.standing), None)
    waiting = standing(session, case_id)
    facts = gate(session, waiting) if waiting is not None and waiting.signed_on is None else None
    return SignOffFile(
        current=current,
        past=tuple(row for row in rows if not row.standing),
        documents=papers,
        exit_reason=exit_reason(session, case_id),
        missing=tuple(rules.missing(facts, today=today)) if facts else (),
        barred=rules.approver_problem(facts, reader) if facts else None,
        opened_by=tuple(opened_by(session, waiting)) if waiting is not None else (),
    )


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A request that waits for the office's second person, with what holds it up.

    `lacking` is what the gate misses, then why this reader may not approve, then that nobody
    but its asker has opened the case: empty where it can be signed off with others at once.
    """

    id: int
    version: int
    number: str
    title: str
    unit: str
    exit_reason: ExitReason
    requested_by: str
    requested_on: date
    lacking: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A page of the requests that wait, the oldest first, and how many there are in all."""

    rows: tuple[WaitingRow, ...]
    count: int


def waiting(session: Session, *, reader: str, page: int, today: date) -> Waiting:
    """List the requests the actor may see that wait for an approval."""
    waits = (
        SignOff.signed_on.is_(None),
        SignOff.refused_on.is_(None),
        SignOff.withdrawn_on.is_(None),
    )
    count = session.scalar(select(func.count()).select_from(SignOff).where(*waits)) or 0
    found = session.execute(
        select(SignOff, Case.number, Case.title, Case.purpose, Unit.name)
        .join(Case, Case.id == SignOff.case_id)
        .outerjoin(Unit, Unit.id == Case.unit_id)
        .where(*waits)
        .order_by(SignOff.id)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    rows = (
        WaitingRow(
            id=request.id,
            version=request.version,
            number=number,
            title=listed_title(title, purpose),
            unit=unit or "",
            exit_reason=request.exit_reason,
            requested_by=request.requested_by,
            requested_on=request.requested_at.date(),
            lacking=tuple(lacking(session, request, approver=reader, today=today)),
        )
        for request, number, title, purpose, unit in found
    )
    return Waiting(tuple(rows), count)


def lacking(session: Session, request: SignOff, *, approver: str, today: date) -> list[str]:
    """Name all that keeps a request from being approved by `approver` together with others."""
    found = held_up(session, request, approver=approver, today=today)
    if not opened_by(session, request):
        found.append("除申请人外没有人打开看过，不能批量销号")
    return found


def held_up(session: Session, request: SignOff, *, approver: str, today: date) -> list[str]:
    """Name all that keeps a request from being approved by `approver`."""
    facts = gate(session, request)
    barred = rules.approver_problem(facts, approver)
    return [*rules.missing(facts, today=today), *([barred] if barred else [])]


def standing(session: Session, case_id: int) -> SignOff | None:
    """Return the sign-off of a case that waits or holds, for the commands of this store."""
    return session.scalar(
        select(SignOff).where(
            SignOff.case_id == case_id,
            SignOff.refused_on.is_(None),
            SignOff.withdrawn_on.is_(None),
        )
    )


def gate(session: Session, request: SignOff) -> Facts:
    """Return what the gate asks of a case and of the request for its sign-off."""
    case = session.get_one(Case, request.case_id)
    papers = {paper.id: paper for paper in documents(session, case.id)}
    named = papers.get(request.document_id) if request.document_id else None
    looks = tuple(
        Look(
            words=look.kind.label,
            due_on=look.due_on,
            done_on=look.done_on,
            accepted=look.accepted,
        )
        for look in supervision.look_backs(session, case.id)
        if look.done_on is None or case.closed_on is None or look.done_on >= case.closed_on
    )
    return Facts(
        state=case.state,
        way=procedure.facts(session, case.id).way,
        result=request.result,
        document=named.kind if named else None,
        lapsed=named.lapsed if named else "",
        exit_reason=request.exit_reason,
        performance=request.performance,
        performed_until=request.performed_until,
        documents=frozenset(paper.kind for paper in papers.values() if not paper.lapsed),
        undone=tuple(_undone(session, case.id)),
        looks=looks,
        head_name=request.head_name,
        head_on=request.head_on,
        hands=frozenset(_hands(session, case, request)),
    )


def _undone(session: Session, case_id: int) -> Iterable[tuple[str, date | None]]:
    """List the measures of the plan that are not done, each with the day it is due."""
    yield from session.execute(
        select(Measure.text, Measure.due_on)
        .where(Measure.case_id == case_id, Measure.done_on.is_(None))
        .order_by(Measure.id)
    )


def _hands(session: Session, case: Case, request: SignOff) -> Iterable[str]:
    """Name who had a hand in it: whoever took a step, is named as handler, asked, or wrote."""
    yield from session.scalars(
        select(CaseStep.actor)
        .where(
            CaseStep.case_id == case.id,
            CaseStep.withdrawn_by_id.is_(None),
            CaseStep.step.not_in(sorted(APART)),
        )
        .distinct()
    )
    yield from filter(None, [case.handler, request.requested_by, request.head_recorded_by])


def exit_reason(session: Session, case_id: int) -> ExitReason | None:
    """Return how the last close ended the case; a procedure that ended was answered."""
    last = session.scalar(
        select(CaseStep)
        .where(
            CaseStep.case_id == case_id,
            CaseStep.withdrawn_by_id.is_(None),
            CaseStep.step.in_([Step.CLOSE, Step.END]),
        )
        .order_by(CaseStep.id.desc())
        .limit(1)
    )
    if last is None:
        return None
    return ExitReason.of(last.details.get("exit_reason", ExitReason.ANSWERED.value))


def documents(session: Session, case_id: int) -> list[DocumentRow]:
    """List the papers of a case, the newest last."""
    round_id = procedure.last_step(session, case_id, *procedure.ROUNDS)
    taken_back = and_(
        CaseStep.withdrawn_by_id.is_not(None),
        CaseStep.step.in_(case_documents.GIVEN_BY.values()),
    )
    rows = session.execute(
        select(CaseDocument, Attachment.name, taken_back)
        .outerjoin(Attachment, CaseDocument.attachment_id == Attachment.id)
        .outerjoin(CaseStep, CaseDocument.step_id == CaseStep.id)
        .where(CaseDocument.case_id == case_id)
        .order_by(CaseDocument.id)
    )
    return [
        DocumentRow(
            paper.id,
            paper.kind,
            paper.number,
            paper.issued_on,
            tuple(case_documents.told(paper.details)),
            paper.attachment_id,
            name or "",
            case_documents.lapsed(paper.step_id, taken_back=bool(back), round_id=round_id),
        )
        for paper, name, back in rows
    ]


def opened_by(session: Session, request: SignOff) -> list[str]:
    """Name who beside the asker has opened the case of a request since it was closed."""
    return list(
        session.scalars(
            select(Account.name)
            .join(CaseOpening, CaseOpening.account_id == Account.id)
            .where(CaseOpening.case_id == request.case_id, Account.name != request.requested_by)
            .order_by(CaseOpening.at)
        )
    )


def has_opened(session: Session, case_id: int, account_id: int) -> bool:
    """Say whether an account has opened a case since it was closed."""
    found = exists().where(CaseOpening.case_id == case_id, CaseOpening.account_id == account_id)
    return bool(session.scalar(select(found)))


def _row(found: SignOff, labels: dict[int, str]) -> SignOffRow:
    return SignOffRow(
        id=found.id,
        version=found.version,
        requested_by=found.requested_by,
        result=found.result,
        document=labels.get(found.document_id, "") if found.document_id else "",
        performance=found.performance,
        performed_until=found.performed_until,
        exit_reason=found.exit_reason,
        head_name=found.head_name,
        head_on=found.head_on,
        approved_by=found.approved_by or "",
        signed_on=found.signed_on,
        refused_on=found.refused_on,
        refused_why=found.refused_why,
        withdrawn_on=found.withdrawn_on,
        withdrawn_why=found.withdrawn_why,
    )
