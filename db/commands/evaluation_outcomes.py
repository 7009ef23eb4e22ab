"""What a verdict does: the matter leaves its lists, or 督办 begins; and a matter that comes again."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.commands.evaluations import noted, writable
from db.commands.procedure import write_step
from db.commands.supervision import draft_by_itself
from db.commands.writable import writable_case
from db.models.cases import Case, CaseEntry
from db.models.disputes import DisputeEntry
from db.models.duty import CaseDuty
from db.models.evaluation_outcomes import (
    EvaluationAnswer,
    EvaluationFollowUp,
    EvaluationOpinion,
    EvaluationReturn,
)
from db.models.evaluations import Evaluation
from db.models.supervision import FollowUp
from db.queries import evaluation_outcomes as queries
from db.queries import office, procedure
from db.scope import actor_of
from rules import evaluation_outcomes as rules
from rules import evaluation_steps
from rules import procedure as procedure_rules
from rules.case_terms import ExitReason, Step, Trigger
from rules.cases import clean
from rules.errors import Conflict, Invalid, Missing, NotAllowed, RuleError
from rules.evaluation_terms import Move, Verdict
from rules.permissions import Action
from rules.terms import CaseState, EntryKind


def follow(
    session: Session, row: Evaluation, opinion: EvaluationOpinion, *, today: date, now: datetime
) -> None:
    """Do what an opinion that was just issued does to its matter."""
    if opinion.verdict is Verdict.SATISFIED:
        _leave(session, row, opinion, today=today, now=now)
    else:
        _supervise(session, row, opinion, today=today, now=now)


def _leave(
    session: Session, row: Evaluation, opinion: EvaluationOpinion, *, today: date, now: datetime
) -> None:
    """Take a matter off the lists of duty; what stands there stays to be read, with the reason.

    A case is closed where the days for 复查 and 复核 have passed: the verdict replaces neither.
    """
    why = rules.told(Verdict.SATISFIED, opinion.number)
    if row.dispute_id is not None:
        _note_dispute(session, row.dispute_id, f"{why}，不再交办", now=now, today=today)
        return
    case = session.get(Case, row.case_id)
    if case is None or case.state is CaseState.MERGED:
        return
    duty = session.scalar(select(CaseDuty).where(CaseDuty.case_id == case.id))
    if duty is not None and duty.left_on is None:
        duty.left_on, duty.left_why = today, why
    for letter in session.scalars(
        select(FollowUp).where(FollowUp.case_id == case.id, FollowUp.ended_on.is_(None))
    ):
        letter.ended_on, letter.ended_why = today, why
    _note_case(session, case.id, f"{why}，退出接访、交办、包案台账", now=now, today=today)
    facts, terms = procedure.facts(session, case.id), procedure.terms(session)
    given: Mapping[str, Any] = {"exit_reason": ExitReason.EVALUATED, "text": why}
    if procedure_rules.evaluated_ends(facts, terms, today=today):
        write_step(session, case, Step.CLOSE, given, happened_on=today, today=today, now=now)


def _supervise(
    session: Session, row: Evaluation, opinion: EvaluationOpinion, *, today: date, now: datetime
) -> None:
    """Begin 跟踪督办 with its two limits; for a case its letter is drafted, for the office to send."""
    parameters = office.in_force(session, on=opinion.issued_on)
    plan_due = opinion.issued_on + timedelta(int(str(parameters["evaluation_plan_days"])))
    result_due = opinion.issued_on + timedelta(int(str(parameters["evaluation_result_days"])))
    why = (
        f"{rules.told(Verdict.DISSATISFIED, opinion.number)}，{plan_due} 前报送整改方案，"
        f"{result_due} 前报送处理结果，不得作出与原意见相同或基本相同的处理意见"
    )
    letter = None
    if row.case_id is not None:
        case = session.get(Case, row.case_id)
        if case is not None and case.state is not CaseState.MERGED:
            draft_by_itself(session, case, Trigger.VERDICT, why, today=today, now=now)
            letter = session.scalar(
                select(FollowUp.id)
                .where(
                    FollowUp.case_id == case.id,
                    FollowUp.trigger == Trigger.VERDICT,
                    FollowUp.ended_on.is_(None),
                )
                .order_by(FollowUp.id.desc())
            )
            _note_case(session, case.id, why, now=now, today=today)
    elif row.dispute_id is not None:
        _note_dispute(session, row.dispute_id, why, now=now, today=today)
    session.add(
        EvaluationFollowUp(
            evaluation_id=row.id,
            opened_on=opinion.issued_on,
            judged=queries.judged_words(session, row),
            follow_up_id=letter,
            plan_due_on=plan_due,
            result_due_on=result_due,
        )
    )


def _note_case(session: Session, case_id: int, text: str, *, now: datetime, today: date) -> None:
    actor = actor_of(session)
    session.add(
        CaseEntry(
            case_id=case_id,
            kind=EntryKind.NOTE,
            happened_on=today,
            text=text,
            actor=actor.name,
            unit_id=actor.unit_id,
            at=now,
        )
    )
    # Past the unit of work: a line on the timeline is no rival of a form that stands open.
    session.execute(update(Case).where(Case.id == case_id).values(updated_at=now))


def _note_dispute(
    session: Session, dispute_id: int, text: str, *, now: datetime, today: date
) -> None:
    actor = actor_of(session)
    session.add(
        DisputeEntry(
            dispute_id=dispute_id,
            happened_on=today,
            text=text,
            actor=actor.name,
            actor_unit_id=actor.unit_id,
            at=now,
        )
    )


def hand_plan(
    session: Session,
    evaluation_id: int,
    *,
    text: str,
    handed_on: date | None,
    version: int,
    today: date,
    now: datetime,
) -> None:
    """Write down the plan of the unit that was judged, which it may write itself; once."""
    row, found = _followed(session, evaluation_id, version)
    if found.plan_on is not None:
        raise RuleError("整改方案已经报送")
    words = _handed(text, handed_on, since=found.opened_on, today=today)
    found.plan, found.plan_on = words, handed_on
    _moved(session, row, Move.PLAN, f"{handed_on} 报送", today=today, now=now)


def hand_result(
    session: Session,
    evaluation_id: int,
    *,
    text: str,
    handed_on: date | None,
    version: int,
    today: date,
    now: datetime,
) -> int:
    """Take in the unit's new opinion, and return how like it is to the judged one in per cent.

    Nothing of it counts before the office has decided; one that is the same or nearly the same
    stands refused until a person says otherwise and why.
    """
    row, found = _followed(session, evaluation_id, version)
    if found.plan_on is None:
        raise RuleError("请先报送整改方案")
    waiting = select(EvaluationAnswer.id).where(
        EvaluationAnswer.evaluation_id == row.id, EvaluationAnswer.accepted.is_(None)
    )
    if session.scalar(waiting.limit(1)) is not None:
        raise RuleError("上一次报送的处理结果还没有认定")
    words = _handed(text, handed_on, since=found.opened_on, today=today)
    assert handed_on is not None
    alike = queries.likeness(words, found.judged)
    like = rules.too_like(alike, percent=queries.same_percent(session, today=today))
    session.add(
        EvaluationAnswer(
            evaluation_id=row.id,
            text=words,
            handed_on=handed_on,
            likeness=alike,
            like=like,
            actor=actor_of(session).name,
            at=now,
        )
    )
    told = f"与原处理意见相似 {alike}%{'，基本相同' if like else ''}"
    _moved(session, row, Move.ANSWER, f"{handed_on} 报送，{told}", today=today, now=now)
    return alike


def judge_result(
    session: Session,
    evaluation_id: int,
    *,
    accepted: bool | None,
    why: str,
    version: int,
    today: date,
    now: datetime,
) -> None:
    """Decide on the result that waits: accepted ends 督办, sent back the unit hands in another."""
    actor_of(session).require(Action.MANAGE_EVALUATIONS)
    row, found = _followed(session, evaluation_id, version)
    answer = session.scalar(
        select(EvaluationAnswer).where(
            EvaluationAnswer.evaluation_id == row.id, EvaluationAnswer.accepted.is_(None)
        )
    )
    if answer is None:
        raise RuleError("没有等待认定的处理结果，请刷新")
    words = clean(why)
    if problems := rules.judge_problems(accepted=accepted, why=words, like=answer.like):
        raise Invalid(problems)
    answer.accepted, answer.why = accepted, words
    answer.decided_by, answer.decided_on = actor_of(session).name, today
    if accepted:
        found.ended_on = today
        letter = session.get(FollowUp, found.follow_up_id) if found.follow_up_id else None
        if letter is not None and letter.ended_on is None:
            letter.ended_on, letter.ended_why = today, "第三方评价督办的处理结果已认可"
    text = ("认可" if accepted else "退回重新处理") + (f"：{words}" if words else "")
    _moved(session, row, Move.JUDGE, text, today=today, now=now)


def _handed(text: str, handed_on: date | None, *, since: date, today: date) -> str:
    words = clean(text)
    if problems := rules.handed_problems(words, handed_on=handed_on, since=since, today=today):
        raise Invalid(problems)
    return words


def _followed(
    session: Session, evaluation_id: int, version: int
) -> tuple[Evaluation, EvaluationFollowUp]:
    actor = actor_of(session)
    actor.require(Action.HANDLE_CASE)
    row = writable(session, evaluation_id, version)
    if not actor.sees_all_cases and row.judged_unit_id not in actor.unit_ids:
        raise NotAllowed("督办由被评价单位和联席办办理")
    found = session.scalar(
        select(EvaluationFollowUp).where(EvaluationFollowUp.evaluation_id == row.id)
    )
    if found is None or found.ended_on is not None:
        raise RuleError("没有正在进行的督办")
    return row, found


def _moved(
    session: Session, row: Evaluation, move: Move, text: str, *, today: date, now: datetime
) -> None:
    evaluation_steps.require(move, row.state)
    noted(session, row, move, before=row.state, text=text, on=today, now=now)


def answer_return(
    session: Session,
    case_id: int,
    evaluation_id: int,
    *,
    new_facts: bool | None,
    text: str,
    version: int | None,
    now: datetime,
) -> None:
    """Keep whether a new matter brings new facts to one a panel was satisfied with.

    It is an answer and no gate: the matter is registered and handled whatever it says. `version`
    is that of the answer as it was read, None where there was none.
    """
    actor = actor_of(session)
    actor.require(Action.EDIT_CASE)
    writable_case(session, case_id)
    if session.get(Evaluation, evaluation_id) is None:
        raise Missing("该第三方评价不存在，或不在您的查看范围内")
    words = clean(text)
    if problems := rules.return_problems(new_facts, words):
        raise Invalid(problems)
    found = session.scalar(
        select(EvaluationReturn).where(
            EvaluationReturn.case_id == case_id, EvaluationReturn.evaluation_id == evaluation_id
        )
    )
    if (found.version if found else None) != version:
        raise Conflict("这个问题已由他人回答，请核对后重新保存")
    if found is None:
        found = EvaluationReturn(case_id=case_id, evaluation_id=evaluation_id)
        session.add(found)
    found.new_facts, found.text = bool(new_facts), words
    found.actor, found.at = actor.name, now
