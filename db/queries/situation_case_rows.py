"""The cases behind a figure of a situation: the condition of each side, and what hangs on cases.

Of letters, steps and looks back each stands in a row of its own with the case it hangs on, so that
there are as many rows as the figure counts.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, not_, or_, select
from sqlalchemy.orm import Session

from db.models.cases import Case
from db.models.duty import CaseDuty
from db.models.procedure import CaseStep
from db.models.supervision import FollowUp, LookBack
from db.queries import situation_cases, situation_work
from db.queries.situation_cases import FORMULAS, CasesBehind, Hung, Side
from db.queries.situation_scope import TODAY, Context, Form, in_days
from rules.case_terms import Step

# What counts the people of its cases, and not the cases.
PEOPLE = frozenset({"visitors", "collective_visitors"})
_STEPS = {"returned": Step.OBJECT, "advices": Step.ADVISE}


def cases(session: Session, code: str, side: Side, context: Context, limit: int) -> CasesBehind:
    """List what a figure counts on one side that the actor may see, the latest `limit` of it."""
    asked: dict[str, Any] = {"limit": limit, "people": code in PEOPLE}
    if code in FORMULAS or code == "per_10k":
        code = "received" if code == "per_10k" else code
        days = situation_cases.span(
            code,
            days=context.days,
            today=context.today,
            near_days=context.number("near_due_days"),
        )
        return situation_cases.cases_behind(
            session, code, days, side=side, context=context, **asked
        )
    if code.startswith("collective"):
        return situation_cases.collective_behind(session, context=context, **asked)
    given = context.given
    if code == "resolved_at_once":
        given["last"] = situation_cases.ripe(context).last
    ordinary = context.form.ordinary()
    if (hung := _hung(code, side)) is not None:
        found = and_(hung.criteria, ordinary)
        return situation_cases.listed(session, found, given, hung=hung.of, **asked)
    whole, part = _of_cases(code, context.form, context.number("repeat_window_days"))
    return situation_cases.listed(session, and_(_side(side, whole, part), ordinary), given, **asked)


@dataclass(frozen=True, slots=True)
class _Hanging:
    """What hangs on cases and is counted each by itself, with the condition of one side of it."""

    of: Hung
    criteria: Any


def _hung(code: str, side: Side) -> _Hanging | None:
    if code in _STEPS:
        taken = and_(
            CaseStep.step == _STEPS[code],
            CaseStep.withdrawn_by_id.is_(None),
            in_days(CaseStep.happened_on),
        )
        return _Hanging(Hung(CaseStep.case_id, CaseStep.happened_on), taken)
    if code.startswith("follow_ups"):
        return _Hanging(Hung(FollowUp.case_id, FollowUp.sent_on), _letter(code))
    if code in ("participation", "office_satisfaction", "unit_satisfaction"):
        day = LookBack.due_on if code == "participation" else LookBack.done_on
        asked = _side(side, *_looks(code))
        return _Hanging(Hung(LookBack.case_id, day), and_(LookBack.dropped_on.is_(None), asked))
    return None


def _side(side: Side, whole: ColumnElement[bool], part: ColumnElement[bool]) -> Any:
    match side:
        case Side.WHOLE:
            return whole
        case Side.REST:
            return and_(whole, not_(part))
    return and_(whole, part)


def _letter(code: str) -> Any:
    waiting = situation_work.WAITING
    match code:
        case "follow_ups_sent":
            return in_days(FollowUp.sent_on)
        case "follow_ups_late":
            return and_(waiting, FollowUp.due_on < TODAY)
    return waiting


def _looks(code: str) -> tuple[Any, Any]:
    if code == "participation":
        told = situation_work.TOLD
        return and_(in_days(LookBack.due_on), or_(told, LookBack.due_on < TODAY)), told
    opinion = LookBack.with_office if code == "office_satisfaction" else LookBack.with_unit
    said = and_(in_days(LookBack.done_on), opinion.is_not(None))
    return said, opinion.in_(situation_work.CONTENT)


def _of_cases(code: str, form: Form, window: int) -> tuple[Any, Any]:
    match code:
        case "call_back_rate":
            looked = select(LookBack.id).where(
                LookBack.case_id == Case.id,
                LookBack.dropped_on.is_(None),
                LookBack.done_on >= Case.closed_on,
            )
            return in_days(Case.closed_on), looked.exists()
        case "lead_resolution":
            listed = Case.id.in_(select(CaseDuty.case_id))
            return listed, Case.resolved_on.is_not(None)
    first, again = situation_cases.again(form, window, answered=code == "resolved_at_once")
    return first, not_(again) if code == "resolved_at_once" else again
