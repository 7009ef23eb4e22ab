"""What followed a vote: its opinion, where that went, its 督办, and what it means for the matter."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from db.models.cases import Case
from db.models.disputes import DisputeStepRow
from db.models.evaluation_outcomes import (
    EvaluationAnswer,
    EvaluationDelivery,
    EvaluationFollowUp,
    EvaluationOpinion,
    EvaluationPublication,
)
from db.models.evaluations import Evaluation
from db.models.procedure import CaseStep
from db.queries import ballots, office, procedure
from rules import evaluation_opinions, evaluation_outcomes
from rules.case_terms import Satisfaction, Step
from rules.dispute_terms import DisputeStep
from rules.evaluation_admission import SENSITIVE
from rules.evaluation_outcomes import AfterLine, Days
from rules.evaluation_terms import EvaluationState, Medium, Party, Service, Verdict
from rules.limits import Terms

_NOT_WORDS = re.compile(r"\W+")
# The tables themselves: a gate holds for whoever writes, also where he does not see the evaluation.
_OF: Any = Evaluation.__table__
_OPINIONS: Any = EvaluationOpinion.__table__
_FOLLOWED: Any = EvaluationFollowUp.__table__
_ANSWERS: Any = EvaluationAnswer.__table__


@dataclass(frozen=True, slots=True)
class OpinionRow:
    """An opinion as it was issued."""

    id: int
    number: str
    verdict: Verdict
    issued_on: date
    text: str
    reasons: str
    advice: str
    signed: str
    reported_to: str
    reported_on: date | None


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One of the two deliveries; `file` is the name of its receipt."""

    id: int
    party: Party
    way: Service
    delivered_on: date
    refused: bool
    witness: str
    file: str


@dataclass(frozen=True, slots=True)
class PublicationRow:
    """A publication with the name of its evidence."""

    id: int
    medium: Medium
    place: str
    first_on: date
    last_on: date | None
    file: str


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A result that was handed in; `like` that it was the same or nearly the same as the judged one."""

    id: int
    text: str
    handed_on: date
    likeness: int
    like: bool
    accepted: bool | None
    why: str
    decided_by: str
    decided_on: date | None


@dataclass(frozen=True, slots=True)
class FollowUpFile:
    """跟踪督办 as far as it has come, the latest answer first."""

    id: int
    version: int
    opened_on: date
    judged: str
    plan_due_on: date
    result_due_on: date
    plan: str
    plan_on: date | None
    ended_on: date | None
    answers: tuple[AnswerRow, ...]

    @property
    def waiting(self) -> AnswerRow | None:
        """The answer nobody has decided on."""
        return next((each for each in self.answers if each.accepted is None), None)


@dataclass(frozen=True, slots=True)
class OutcomeFile:
    """What followed one vote; `opinion` is None until it is issued.

    `verdict` is the panel's, `petitioner_view` and `settled_on` what the petitioner said.
    """

    verdict: Verdict
    counted: str
    opinion: OpinionRow | None
    deliveries: tuple[DeliveryRow, ...]
    publications: tuple[PublicationRow, ...]
    follow_up: FollowUpFile | None
    petitioner_view: Satisfaction | None
    asked_on: date | None
    settled_on: date | None
    why_closed: str
    lines: tuple[AfterLine, ...]
    ended: bool

    @property
    def end_gate(self) -> list[str]:
        """What keeps the evaluation from its end."""
        return evaluation_outcomes.end_problems(self.lines)


@dataclass(frozen=True, slots=True)
class Satisfied:
    """A satisfied verdict in force on a matter, as its banner tells it."""

    evaluation_id: int
    evaluation: str
    opinion: str
    issued_on: date
    matter: str
    text: str


def outcome_file(session: Session, evaluation_id: int, *, today: date) -> OutcomeFile | None:
    """Return what followed the vote of an evaluation the actor may see; None before its end."""
    row = session.get(Evaluation, evaluation_id)
    vote = ballots.vote_file(session, evaluation_id)
    if row is None or vote is None or vote.verdict is None or vote.tally is None:
        return None
    found = opinion(session, evaluation_id)
    followed = follow_up(session, evaluation_id)
    deliveries = _deliveries(session, evaluation_id)
    published = publications(session, evaluation_id)
    return OutcomeFile(
        verdict=vote.verdict,
        counted=evaluation_opinions.counted(vote.tally),
        opinion=found,
        deliveries=tuple(deliveries),
        publications=tuple(published),
        follow_up=followed,
        petitioner_view=row.petitioner_view,
        asked_on=row.asked_on,
        settled_on=row.settled_on,
        why_closed=evaluation_opinions.why_closed(marks_of(row)),
        lines=tuple(lines(session, row, procedure.terms(session), today=today)),
        ended=row.state is EvaluationState.ENDED,
    )


def marks_of(row: Evaluation) -> frozenset[str]:
    """Return what an evaluation is marked with, by rules.evaluation_admission.SENSITIVE."""
    return frozenset(name for name in SENSITIVE if getattr(row, name))


def lines(session: Session, row: Evaluation, terms: Terms, *, today: date) -> list[AfterLine]:
    """List the steps after the vote of an evaluation, with their clocks."""
    vote = ballots.standing(session, row.id)
    if row.opened_on is None or vote is None or vote.verdict is None:
        return []
    found = opinion(session, row.id)
    followed = follow_up(session, row.id)
    served = _deliveries(session, row.id)
    published = publications(session, row.id)
    accepted = [each for each in followed.answers if each.accepted] if followed else []
    days = Days(
        opened_on=row.opened_on,
        issued_on=found.issued_on if found else None,
        delivered_on=max(each.delivered_on for each in served) if len(served) == 2 else None,
        published_on=min((each.first_on for each in published), default=None),
        reported_on=found.reported_on if found else None,
        plan_on=followed.plan_on if followed else None,
        result_on=accepted[0].handed_on if accepted else None,
        closed=bool(evaluation_opinions.why_closed(marks_of(row))),
        fails=vote.verdict is Verdict.DISSATISFIED,
    )
    return evaluation_outcomes.lines(days, terms=terms, today=today)


def opinion(session: Session, evaluation_id: int) -> OpinionRow | None:
    """Return the opinion of an evaluation, where it is issued."""
    row = session.scalar(
        select(EvaluationOpinion).where(EvaluationOpinion.evaluation_id == evaluation_id)
    )
    if row is None:
        return None
    return OpinionRow(
        row.id,
        row.number,
        row.verdict,
        row.issued_on,
        row.text,
        row.reasons,
        row.advice,
        row.signed,
        row.reported_to,
        row.reported_on,
    )


def _deliveries(session: Session, evaluation_id: int) -> list[DeliveryRow]:
    rows = session.scalars(
        select(EvaluationDelivery)
        .where(EvaluationDelivery.evaluation_id == evaluation_id)
        .order_by(EvaluationDelivery.id)
    )
    return [
        DeliveryRow(r.id, r.party, r.way, r.delivered_on, r.refused, r.witness, r.name)
        for r in rows
    ]


def publications(session: Session, evaluation_id: int) -> list[PublicationRow]:
    """List where a result was made public, the first first."""
    rows = session.scalars(
        select(EvaluationPublication)
        .where(EvaluationPublication.evaluation_id == evaluation_id)
        .order_by(EvaluationPublication.first_on, EvaluationPublication.id)
    )
    return [PublicationRow(r.id, r.medium, r.place, r.first_on, r.last_on, r.name) for r in rows]


def follow_up(session: Session, evaluation_id: int) -> FollowUpFile | None:
    """Return the 督办 of an evaluation that was not satisfied."""
    row = session.scalar(
        select(EvaluationFollowUp).where(EvaluationFollowUp.evaluation_id == evaluation_id)
    )
    if row is None:
        return None
    answers = session.scalars(
        select(EvaluationAnswer)
        .where(EvaluationAnswer.evaluation_id == evaluation_id)
        .order_by(EvaluationAnswer.id.desc())
    )
    return FollowUpFile(
        id=row.id,
        version=row.version,
        opened_on=row.opened_on,
        judged=row.judged,
        plan_due_on=row.plan_due_on,
        result_due_on=row.result_due_on,
        plan=row.plan,
        plan_on=row.plan_on,
        ended_on=row.ended_on,
        answers=tuple(
            AnswerRow(
                each.id,
                each.text,
                each.handed_on,
                each.likeness,
                each.like,
                each.accepted,
                each.why,
                each.decided_by or "",
                each.decided_on,
            )
            for each in answers
        ),
    )


def likeness(one: str, other: str) -> int:
    """Say how like two opinions are in per cent, by their words alone: signs and spaces are no answer."""
    ours, theirs = _NOT_WORDS.sub("", one), _NOT_WORDS.sub("", other)
    return round(fuzz.ratio(ours, theirs)) if ours and theirs else 0


def judged_words(session: Session, row: Evaluation) -> str:
    """Return what the opinion that was judged said: the answer of the case or dispute, else its facts."""
    if row.case_id is not None:
        case = session.get(Case, row.case_id)
        return (case.answer if case is not None else "") or row.facts or ""
    found = session.scalar(
        select(DisputeStepRow.text)
        .where(
            DisputeStepRow.dispute_id == row.dispute_id,
            DisputeStepRow.step.in_((DisputeStep.RESOLVE, DisputeStep.PARTLY)),
        )
        .order_by(DisputeStepRow.id.desc())
        .limit(1)
    )
    return found or row.facts or ""


def satisfied(
    session: Session, *, case_id: int | None = None, dispute_id: int | None = None
) -> Satisfied | None:
    """Return the satisfied verdict in force on a matter, past scope; None where there is none.

    The latest opinion speaks, and a matter that was taken up anew since is open again.
    """
    wanted = _OF.c.case_id == case_id if case_id is not None else _OF.c.dispute_id == dispute_id
    row = (
        session.connection()
        .execute(
            select(
                _OF.c.id,
                _OF.c.number,
                _OF.c.title,
                _OPINIONS.c.number.label("opinion"),
                _OPINIONS.c.issued_on,
                _OPINIONS.c.text,
                _OPINIONS.c.verdict,
                _OPINIONS.c.at,
            )
            .join(_OPINIONS, _OPINIONS.c.evaluation_id == _OF.c.id)
            .where(wanted)
            .order_by(_OPINIONS.c.id.desc())
            .limit(1)
        )
        .first()
    )
    if row is None or row.verdict is not Verdict.SATISFIED:
        return None
    if case_id is not None and session.connection().scalar(
        select(_STEPS.c.id)
        .where(_STEPS.c.case_id == case_id, _anew(row.at), _STEPS.c.withdrawn_by_id.is_(None))
        .limit(1)
    ):
        return None
    return Satisfied(row.id, row.number, row.opinion, row.issued_on, row.title, row.text)


_STEPS: Any = CaseStep.__table__


def _anew(since: Any) -> ColumnElement[bool]:
    again: ColumnElement[bool] = _STEPS.c.step.in_((Step.REOPEN, Step.REBOUND))
    return again & (_STEPS.c.at > since)


def satisfied_case() -> ColumnElement[bool]:
    """Ask of a case in a statement whether a satisfied verdict is in force on it, as `satisfied` does."""
    of, told = _OF.alias(), _OPINIONS.alias()
    last = (
        select(func.max(_OPINIONS.c.id))
        .join(_OF, _OF.c.id == _OPINIONS.c.evaluation_id)
        .where(_OF.c.case_id == Case.id)
        .correlate(Case)
        .scalar_subquery()
    )
    anew = exists().where(
        _STEPS.c.case_id == Case.id, _anew(told.c.at), _STEPS.c.withdrawn_by_id.is_(None)
    )
    return exists().where(
        of.c.case_id == Case.id,
        told.c.evaluation_id == of.c.id,
        told.c.id == last,
        told.c.verdict == Verdict.SATISFIED,
        ~anew,
    )


def in_the_way(
    session: Session, what: str, *, case_id: int | None = None, dispute_id: int | None = None
) -> str | None:
    """Say why a matter is not given to anybody any more, `what` being 交办 or 包案; None where it is."""
    found = satisfied(session, case_id=case_id, dispute_id=dispute_id)
    return evaluation_outcomes.in_the_way(found.opinion, what) if found else None


def repeats_judged(
    session: Session,
    text: str,
    *,
    case_id: int | None = None,
    dispute_id: int | None = None,
    today: date,
) -> str | None:
    """Say that an answer repeats the opinion a panel was dissatisfied with; None where it may be given.

    Asked past scope. Words a person has accepted under 督办 may be given whatever they are like.
    """
    wanted = _OF.c.case_id == case_id if case_id is not None else _OF.c.dispute_id == dispute_id
    rows = session.connection().execute(
        select(_OF.c.id, _OF.c.number, _FOLLOWED.c.judged)
        .join(_FOLLOWED, _FOLLOWED.c.evaluation_id == _OF.c.id)
        .where(wanted)
        .order_by(_OF.c.id.desc())
    )
    percent = same_percent(session, today=today)
    for row in rows:
        alike = likeness(text, row.judged)
        if evaluation_outcomes.too_like(alike, percent=percent) and not _accepted(
            session, row.id, text
        ):
            return evaluation_outcomes.same_told(alike, percent=percent, number=row.number)
    return None


def _accepted(session: Session, evaluation_id: int, text: str) -> bool:
    rows = session.connection().scalars(
        select(_ANSWERS.c.text).where(
            _ANSWERS.c.evaluation_id == evaluation_id, _ANSWERS.c.accepted.is_(True)
        )
    )
    return any(likeness(text, each) == 100 for each in rows)


def same_percent(session: Session, *, today: date) -> int:
    """Return from which likeness on an opinion is the judged one again."""
    found = office.parameter(session, "evaluation_same_percent", on=today)
    assert isinstance(found, int)
    return found


def satisfied_among(session: Session, ids: Sequence[int]) -> dict[int, Satisfied]:
    """Return which of some cases have a satisfied verdict in force."""
    held = session.scalars(select(Case.id).where(Case.id.in_(ids), satisfied_case()))
    found = {case_id: satisfied(session, case_id=case_id) for case_id in held}
    return {case_id: each for case_id, each in found.items() if each is not None}
