"""Taking the steps of a case's procedure, and taking the last one back."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.commands import after_close, clocks
from db.commands.writable import writable_case
from db.models.cases import Case
from db.models.procedure import CaseDocument, CaseStep
from db.queries import procedure
from db.queries.duty import barred_problems
from db.queries.evaluation_outcomes import repeats_judged
from db.scope import actor_of
from rules import procedure as rules
from rules.case_terms import DocumentKind, Route, Step
from rules.cases import clean
from rules.deadlines import Facts, extension_problems
from rules.errors import Conflict, Invalid, Problem, RuleError
from rules.limits import Terms
from rules.permissions import Action
from rules.steps import APART, RULES, StepRule
from rules.terms import CaseState

# What a step may change of its case, and what taking it back brings back.
_KEPT = (
    "state",
    "registered_on",
    "forwarded_on",
    "accepted_on",
    "answered_on",
    "delivered_on",
    "resolved_on",
    "settled_on",
    "closed_on",
    "declined_on",
    "unit_id",
    "first_unit_id",
    "answer",
)
WHY_MAX = 500  # as wide as the column a sign-off's withdrawal is told in
# What a new round begins without.
_ROUND = ("answered_on", "delivered_on", "resolved_on", "settled_on", "closed_on")
_PASSES_ON = (Step.FORWARD, Step.ASSIGN, Step.ELEVATE)


def take_step(
    session: Session,
    case_id: int,
    step: Step,
    *,
    happened_on: date,
    values: Mapping[str, Any],
    version: int,
    today: date,
    now: datetime,
) -> int:
    """Take one step of the procedure on the day it happened; returns the step's id.

    `values` is keyed by rules.steps.FIELDS. Raises RuleError when the step is not
    legal from where the case stands, Invalid naming everything it lacks, Conflict when
    the case was saved since `version` was read. Whoever may not see the case is told
    Missing.
    """
    rule = RULES[step]
    actor = actor_of(session)
    actor.require(rule.by)
    if step in APART:
        raise RuleError(f"{step.label}有专门的办理页面")
    case = _take(session, case_id, version)
    facts = procedure.facts(session, case_id)
    terms = procedure.terms(session)
    if told := rules.blocked(step, facts, terms, today=min(happened_on, today)):
        raise RuleError(told)
    given = _cleaned(rule, values)
    _check(session, case_id, step, given, facts, terms, on=happened_on, today=today)
    taken = write_step(session, case, step, given, happened_on=happened_on, today=today, now=now)
    if step is Step.ANSWER and facts.way is Route.HANDLING:
        _decision(session, taken, given, now=now)
    return taken.id


def write_step(
    session: Session,
    case: Case,
    step: Step,
    given: Mapping[str, Any],
    *,
    happened_on: date,
    today: date,
    now: datetime,
) -> CaseStep:
    """Write a step on its case with all that follows from it; whoever calls has asked the rules."""
    before = after_close.end_of(case)
    taken = _add(session, case, step, given, happened_on=happened_on, now=now)
    _apply(case, RULES[step], given, happened_on=happened_on)
    taken.state_after = case.state
    case.updated_at = now
    why = f"{step.label}：{given.get('reason') or given.get('text') or ''}"
    after_close.follow(session, case, before=before, why=why[:WHY_MAX], today=today)
    clocks.wind(session, case, today=today)
    return taken


def withdraw_step(
    session: Session, case_id: int, *, reason: str, version: int, today: date, now: datetime
) -> None:
    """Take the last step back: the case stands as before it, and both steps stay to be read.

    Raises RuleError when there is none to take back, Invalid without a reason.
    """
    actor_of(session).require(Action.DIRECT_CASE)
    case = _take(session, case_id, version)
    facts = procedure.facts(session, case_id)
    terms = procedure.terms(session)
    if told := rules.blocked(Step.WITHDRAW, facts, terms, today=today):
        raise RuleError(told)
    if not clean(reason):
        raise Invalid([Problem("reason", "请填写撤回的理由")])
    last = session.scalar(
        select(CaseStep)
        .where(
            CaseStep.case_id == case_id,
            CaseStep.withdrawn_by_id.is_(None),
            CaseStep.step != Step.WITHDRAW,
        )
        .order_by(CaseStep.id.desc())
        .limit(1)
    )
    if last is None:
        raise RuleError("还没有可以撤回的步骤")
    if last.step in APART:
        raise RuleError(f"{last.step.label}不能在这里撤回")
    if last.state_before is CaseState.SIGNED_OFF:
        raise RuleError("销号已随重新办理撤销，不能再撤回；请办结后重新申请销号")
    words = {"reason": clean(reason), "text": f"撤回“{last.step.label}”"}
    before = after_close.end_of(case)
    taken = _add(session, case, Step.WITHDRAW, words, happened_on=today, now=now)
    # Some steps were taken before the day they set was kept on the case.
    sets = RULES[last.step].sets
    for name, value in {**({sets: None} if sets else {}), **last.former}.items():
        setattr(case, name, _restored(name, value))
    taken.state_after = case.state
    session.flush()
    last.withdrawn_by_id = taken.id
    case.updated_at = now
    after_close.follow(session, case, before=before, why=words["text"], today=today)
    clocks.wind(session, case, today=today)


def _take(session: Session, case_id: int, version: int) -> Case:
    case = writable_case(session, case_id)
    if case.version != version:
        raise Conflict(f"“{case.title}”已被他人修改，请核对后重新提交", version=case.version)
    return case


def _cleaned(rule: StepRule, values: Mapping[str, Any]) -> dict[str, Any]:
    """Keep what the step carries, text stripped; a field of another step is a defect."""
    known = {*rule.needs, *rule.asks}
    if unknown := values.keys() - known:
        raise KeyError(sorted(unknown)[0])
    return {name: clean(value) if type(value) is str else value for name, value in values.items()}


def _check(
    session: Session,
    case_id: int,
    step: Step,
    given: Mapping[str, Any],
    facts: Facts,
    terms: Terms,
    *,
    on: date,
    today: date,
) -> None:
    problems = rules.step_problems(step, given, facts, on=on, today=today)
    if step is Step.EXTEND:
        problems = [p for p in problems if p.field != "days"]
        problems += extension_problems(facts, given.get("days"), terms=terms, on=on)
    if step is Step.ANSWER and (
        told := repeats_judged(session, str(given.get("text") or ""), case_id=case_id, today=today)
    ):
        problems.append(Problem("text", told))
    if step in _PASSES_ON and given.get("unit_id") is not None:
        problems += barred_problems(session, case_id, unit_id=given["unit_id"], today=today)
    if problems:
        raise Invalid(problems)


def _add(
    session: Session,
    case: Case,
    step: Step,
    given: Mapping[str, Any],
    *,
    happened_on: date,
    now: datetime,
) -> CaseStep:
    actor = actor_of(session)
    apart = ("unit_id", "until", "text")
    taken = CaseStep(
        case_id=case.id,
        step=step,
        happened_on=happened_on,
        state_before=case.state,
        state_after=case.state,
        unit_id=given.get("unit_id"),
        until=given.get("until"),
        text=given.get("text") or "",
        details={name: _plain(value) for name, value in given.items() if name not in apart},
        former={name: _plain(getattr(case, name)) for name in _KEPT},
        actor=actor.name,
        actor_unit_id=actor.unit_id,
        at=now,
    )
    session.add(taken)
    return taken


def _apply(case: Case, rule: StepRule, given: Mapping[str, Any], *, happened_on: date) -> None:
    before = case.state
    if rule.step in (Step.REOPEN, Step.REBOUND):
        for name in _ROUND:
            setattr(case, name, None)
    if rule.sets is not None and not (
        rule.step is Step.DELIVER and before is not CaseState.ANSWERED
    ):
        setattr(case, rule.sets, happened_on)
    if rule.step in (Step.FORWARD, Step.ASSIGN):
        case.unit_id = given["unit_id"]
        case.first_unit_id = case.first_unit_id or case.unit_id
    if rule.step is Step.ANSWER:
        case.answer = given["text"]
    if rule.to is not None:
        case.state = rule.to


def _decision(
    session: Session, taken: CaseStep, given: Mapping[str, Any], *, now: datetime
) -> None:
    names = ("claims", "findings", "legal_basis", "opinion", "text")
    session.add(
        CaseDocument(
            case_id=taken.case_id,
            step_id=taken.id,
            kind=DocumentKind.DECISION,
            number=given.get("document_number") or "",
            issued_on=taken.happened_on,
            details={name: _plain(given[name]) for name in names if given.get(name)},
            actor=actor_of(session).name,
            at=now,
        )
    )


def _plain(value: Any) -> Any:
    """Return a value as JSON keeps it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    return value


def _restored(name: str, value: Any) -> Any:
    if name == "state":
        return CaseState.of(value)
    return date.fromisoformat(value) if name.endswith("_on") and value else value
