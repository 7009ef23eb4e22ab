"""第三方评价意见书: issued, served to both parties, made public, reported, and the evaluation ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db import audit
from db.commands import evaluation_outcomes
from db.commands.cases import NewFile
from db.commands.evaluations import noted, writable
from db.commands.serials import take_serials
from db.crypto import file_digest
from db.models.evaluation_outcomes import (
    EvaluationDelivery,
    EvaluationOpinion,
    EvaluationPublication,
)
from db.models.evaluations import Evaluation
from db.queries import ballots, evaluation_matters
from db.queries import evaluation_outcomes as queries
from db.queries import evaluation_papers as papers
from db.queries.evaluation_papers import OpinionPaper
from db.scope import actor_of
from rules import attachments, evaluation_steps
from rules import evaluation_opinions as rules
from rules.case_terms import Satisfaction
from rules.cases import clean
from rules.errors import Invalid, Missing, Problem, RuleError
from rules.evaluation_terms import EvaluationState, Medium, Move, Party, Service
from rules.permissions import Action
from rules.terms import AuditAction, Purpose, SerialKind

_PROOFS: dict[str, Any] = {
    "evaluation_deliveries": EvaluationDelivery,
    "evaluation_publications": EvaluationPublication,
}
_WITH_VIEW = frozenset({EvaluationState.ISSUED, EvaluationState.DELIVERED, EvaluationState.ENDED})


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionText:
    """What an opinion says; `marks` of rules.evaluation_opinions.CLOSED were found in the meeting."""

    text: str
    reasons: str
    advice: str = ""
    signed: str
    issued_on: date | None
    marks: frozenset[str] = frozenset()


def issue(
    session: Session,
    evaluation_id: int,
    given: OpinionText,
    *,
    version: int,
    today: date,
    now: datetime,
) -> str:
    """Issue the opinion with the verdict of the vote and return its number; it changes no more.

    What the verdict does to the matter is done in the same transaction.
    """
    row = _managed(session, evaluation_id, version)
    after = evaluation_steps.require(Move.ISSUE, row.state)
    vote = ballots.standing(session, row.id)
    if vote is None or vote.verdict is None or row.opened_on is None:
        raise RuleError("票决还没有结束，没有评价结果")
    texts = {name: clean(getattr(given, name)) for name in rules.TEXTS}
    signed = clean(given.signed)
    problems = rules.opinion_problems(
        texts, signed=signed, issued_on=given.issued_on, opened_on=row.opened_on, today=today
    )
    if problems:
        raise Invalid(problems)
    assert given.issued_on is not None
    for name in given.marks & rules.CLOSED.keys():
        setattr(row, name, True)
    year = given.issued_on.year
    serial = take_serials(session, {year: 1}, kind=SerialKind.OPINION)[year]
    opinion = EvaluationOpinion(
        evaluation_id=row.id,
        number=rules.number(year, serial),
        verdict=vote.verdict,
        issued_on=given.issued_on,
        signed=signed,
        actor=actor_of(session).name,
        at=now,
        **texts,
    )
    session.add(opinion)
    session.flush()
    before, row.state = row.state, after
    text = f"{opinion.number}，评价结果为{vote.verdict.label}"
    noted(session, row, Move.ISSUE, before=before, text=text, on=given.issued_on, now=now)
    evaluation_outcomes.follow(session, row, opinion, today=today, now=now)
    return opinion.number


def serve(
    session: Session,
    evaluation_id: int,
    *,
    party: Party | None,
    way: Service | None,
    delivered_on: date | None,
    refused: bool = False,
    witness: str = "",
    receipt: NewFile | None = None,
    limit_mb: int,
    version: int,
    today: date,
    now: datetime,
) -> None:
    """Write down how one party was served: its receipt, or who saw that it was refused.

    With the second party the opinion is delivered.
    """
    row = _managed(session, evaluation_id, version)
    evaluation_steps.require(Move.SERVE, row.state)
    opinion = _opinion(session, row)
    seen = clean(witness)
    problems = rules.delivery_problems(
        party,
        way,
        delivered_on=delivered_on,
        refused=refused,
        witness=seen,
        receipt=receipt is not None,
        issued_on=opinion.issued_on,
        today=today,
    )
    served = select(EvaluationDelivery.party).where(EvaluationDelivery.evaluation_id == row.id)
    if party in session.scalars(served).all():
        problems.append(Problem("party", "这一方已经送达"))
    kept = _kept(receipt, limit_mb, "receipt", problems)
    if problems:
        raise Invalid(problems)
    assert party is not None
    assert way is not None
    assert delivered_on is not None
    session.add(
        EvaluationDelivery(
            evaluation_id=row.id,
            party=party,
            way=way,
            delivered_on=delivered_on,
            refused=refused,
            witness=seen,
            actor=actor_of(session).name,
            at=now,
            **kept,
        )
    )
    session.flush()
    text = f"{party.label}，{way.label}"
    if refused:
        text += f"，拒绝签收，见证人{seen}"
    noted(session, row, Move.SERVE, before=row.state, text=text, on=delivered_on, now=now)
    both = session.scalar(select(func.count()).where(EvaluationDelivery.evaluation_id == row.id))
    if both == len(Party):
        before, row.state = row.state, evaluation_steps.require(Move.DELIVER, row.state)
        text = "意见书已送达双方"
        noted(session, row, Move.DELIVER, before=before, text=text, on=delivered_on, now=now)


def make_public(
    session: Session,
    evaluation_id: int,
    *,
    medium: Medium | None,
    place: str,
    first_on: date | None,
    last_on: date | None = None,
    evidence: NewFile | None,
    limit_mb: int,
    version: int,
    today: date,
    now: datetime,
) -> None:
    """Write down where the public copy was shown; refused for a matter that is marked (rules CLOSED)."""
    row = _managed(session, evaluation_id, version)
    evaluation_steps.require(Move.MAKE_PUBLIC, row.state)
    opinion = _opinion(session, row)
    where = clean(place)
    problems = rules.publication_problems(
        medium,
        place=where,
        first_on=first_on,
        last_on=last_on,
        evidence=evidence is not None,
        marks=queries.marks_of(row),
        issued_on=opinion.issued_on,
        today=today,
    )
    kept = _kept(evidence, limit_mb, "evidence", problems)
    if problems:
        raise Invalid(problems)
    assert medium is not None
    assert first_on is not None
    session.add(
        EvaluationPublication(
            evaluation_id=row.id,
            medium=medium,
            place=where,
            first_on=first_on,
            last_on=last_on,
            actor=actor_of(session).name,
            at=now,
            **kept,
        )
    )
    text = f"{medium.label}：{where}，{first_on} 起" + (f"，至 {last_on}" if last_on else "")
    noted(session, row, Move.MAKE_PUBLIC, before=row.state, text=text, on=first_on, now=now)


def report(
    session: Session,
    evaluation_id: int,
    *,
    reported_to: str,
    reported_on: date | None,
    version: int,
    today: date,
    now: datetime,
) -> None:
    """Write down that the result was reported to the superior, to whom and when; once."""
    row = _managed(session, evaluation_id, version)
    evaluation_steps.require(Move.REPORT, row.state)
    opinion = _opinion(session, row)
    if opinion.reported_on is not None:
        raise RuleError(f"已于 {opinion.reported_on} 上报")
    whom = clean(reported_to)
    if problems := rules.report_problems(
        whom, reported_on, issued_on=opinion.issued_on, today=today
    ):
        raise Invalid(problems)
    assert reported_on is not None
    opinion.reported_to, opinion.reported_on = whom, reported_on
    noted(session, row, Move.REPORT, before=row.state, text=whom, on=reported_on, now=now)


def note_petitioner(
    session: Session,
    evaluation_id: int,
    *,
    view: Satisfaction | None,
    asked_on: date | None,
    settled_on: date | None,
    version: int,
    today: date,
    now: datetime,
) -> None:
    """Keep what the petitioner himself says, and the day he ceased (息诉息访): no part of the verdict."""
    row = _managed(session, evaluation_id, version, ended=True)
    if row.state not in _WITH_VIEW:
        raise RuleError("出具意见书以后再登记信访人的意见")
    opinion = _opinion(session, row)
    problems = []
    if (view is None) is not (asked_on is None):
        problems.append(Problem("asked_on", "信访人的满意度和询问日期要一起填写"))
    for name, label, day in (
        ("asked_on", "询问日期", asked_on),
        ("settled_on", "息诉息访日期", settled_on),
    ):
        if day is not None and not opinion.issued_on <= day <= today:
            words = f"{label}应在意见书出具日期（{opinion.issued_on}）到今天之间"
            problems.append(Problem(name, words))
    if problems:
        raise Invalid(problems)
    row.petitioner_view, row.asked_on, row.settled_on = view, asked_on, settled_on
    row.updated_at = now


def end(session: Session, evaluation_id: int, *, version: int, today: date, now: datetime) -> None:
    """End an evaluation: everything that follows its vote is done, 督办 included."""
    row = _managed(session, evaluation_id, version)
    after = evaluation_steps.require(Move.END, row.state)
    found = queries.outcome_file(session, row.id, today=today)
    if found is None or found.end_gate:
        raise RuleError("；".join(found.end_gate) if found else "还没有评价结果")
    before, row.state, row.ended_on = row.state, after, today
    noted(session, row, Move.END, before=before, text="各项都已完成", on=today, now=now)


def take_opinion(session: Session, evaluation_id: int, *, public: bool) -> OpinionPaper:
    """Return what an opinion's copy says, and note who took it.

    The copy for the file names people and is the office's; the public one names nobody, and of a
    matter that is marked there is none.
    """
    actor = actor_of(session)
    actor.require(Action.SEE_EVALUATIONS if public else Action.MANAGE_EVALUATIONS)
    row = session.get(Evaluation, evaluation_id)
    if row is None:
        raise Missing("该第三方评价不存在，或不在您的查看范围内")
    if public and (told := rules.why_closed(queries.marks_of(row))):
        raise RuleError(told)
    reason = "公开稿" if public else "存档稿（含姓名）"
    action = AuditAction.DOWNLOAD if public else AuditAction.REVEAL
    audit.record(session, action, "evaluations", row.id, reason=reason)
    return papers.opinion_paper(session, row, public=public)


def download_proof(session: Session, table: str, row_id: int) -> tuple[str, str, bytes]:
    """Return a receipt or the evidence of a publication, by its table, and note who took it."""
    actor_of(session).require(Action.SEE_EVALUATIONS)
    found = session.get(_PROOFS[table], row_id)
    if found is None or found.content is None:
        raise Missing("该文件不存在，或不在您的查看范围内")
    if file_digest(found.content) != found.sha256:
        raise Missing(f"文件“{found.name}”的内容与登记的校验值不符，请联系系统管理员")
    audit.record(session, AuditAction.DOWNLOAD, table, found.id)
    return found.name, found.media_type, found.content


def _kept(
    file: NewFile | None, limit_mb: int, field: str, problems: list[Problem]
) -> Mapping[str, Any]:
    """Return the columns of a file that may be kept; what is wrong with it joins `problems`."""
    if file is None:
        return {}
    try:
        name, media_type = attachments.accepted(file.name, file.content, limit_mb=limit_mb)
    except Invalid as refusal:
        problems += [Problem(field, each.message) for each in refusal.problems]
        return {}
    return {
        "name": name,
        "media_type": media_type,
        "size": len(file.content),
        "sha256": file_digest(file.content),
        "content": file.content,
    }


def _opinion(session: Session, row: Evaluation) -> EvaluationOpinion:
    return session.scalars(
        select(EvaluationOpinion).where(EvaluationOpinion.evaluation_id == row.id)
    ).one()


def _managed(
    session: Session, evaluation_id: int, version: int, *, ended: bool = False
) -> Evaluation:
    actor_of(session).require(Action.MANAGE_EVALUATIONS)
    row = writable(session, evaluation_id, version, ended=ended)
    if evaluation_matters.purpose_of(session, row) is Purpose.ACCUSATION:
        raise RuleError("检举控告事项不作第三方评价，也不出具、送达、公布意见（§30）")
    return row
