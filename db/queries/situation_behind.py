"""What stands behind a figure: cases in a list of their own, or the filter of the screen that lists it.

Everything is read within the scope of whoever asks, so that a leader who is told the county's
counts opens his own cases alone.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, not_, or_, select
from sqlalchemy.orm import Session

from db.models.batches import Batch
from db.models.cases import Case
from db.models.duty import CaseDuty
from db.models.procedure import CaseStep
from db.models.supervision import FollowUp, LookBack
from db.models.sweeps import SweepRound
from db.queries import situation_cases, situation_outcomes, situation_work
from db.queries.disputes import DisputeFilter
from db.queries.meeting_decisions import DecisionRow
from db.queries.reception_days import PlannedDay
from db.queries.situation_cases import FORMULAS, CasesBehind, Side
from db.queries.situation_outcomes import (
    decisions_behind,
    evaluations_behind,
    planned_behind,
)
from db.queries.situation_scope import TODAY, Asked, Context, Form, counting, in_days
from db.queries.visit_lists import VisitFilter, VisitList
from rules.case_terms import Step
from rules.dispute_terms import DisputeOutcome
from rules.evaluation_figures import Fact
from rules.figure_terms import Opens
from rules.figures import REGISTRY
from rules.periods import Days
from rules.reception_terms import VisitOutcome


@dataclass(frozen=True, slots=True)
class Behind:
    """What stands behind a figure, as its kind of rows is listed: cases, a filter, or ids.

    Of letters, steps and looks back the cases are listed they hang on, each once. What no screen
    lists by a filter of its own stands in `rows`: evaluations, decisions, planned days.
    """

    opens: Opens
    cases: CasesBehind | None = None
    wanted: VisitFilter | DisputeFilter | None = None
    ids: tuple[int, ...] = ()
    rows: tuple[Fact | DecisionRow | PlannedDay, ...] = ()


def behind(
    session: Session,
    code: str,
    asked: Asked,
    *,
    side: Side = Side.PART,
    today: date,
    now: datetime,
    clock: ZoneInfo,
    limit: int = 200,
) -> Behind:
    """Return what stands behind a figure of the registry, or of a rate behind one side of it.

    Of cases the latest `limit` are listed; all are counted.
    """
    with counting(session, asked, today=today, now=now, clock=clock) as context:
        meeting = situation_outcomes.last_meeting(context)
    opens = REGISTRY[code].opens
    assert opens is not None
    match opens:
        case Opens.VISITS:
            return Behind(opens, wanted=_visits(code, context.days))
        case Opens.DISPUTES:
            return Behind(opens, wanted=_disputes(code, asked, context.days))
        case Opens.BATCHES:
            held = Batch.held_on.between(context.days.first, context.days.last)
            return Behind(opens, ids=tuple(session.scalars(select(Batch.id).where(held))))
        case Opens.ROUNDS:
            since, until = situation_work.moments(context)
            due = and_(SweepRound.due_at >= since, SweepRound.due_at < until)
            return Behind(opens, ids=tuple(session.scalars(select(SweepRound.id).where(due))))
        case Opens.OFFICIAL:
            return Behind(opens)
        case Opens.TURNS:
            return Behind(opens, rows=tuple(planned_behind(session, code, context, side)))
        case Opens.EVALUATIONS:
            return Behind(opens, rows=tuple(evaluations_behind(session, code, context, side)))
        case Opens.DECISIONS:
            found = decisions_behind(session, meeting, code, context, side)
            return Behind(opens, rows=tuple(found))
    return Behind(opens, cases=_cases(session, code, side, context, limit))


def _cases(session: Session, code: str, side: Side, context: Context, limit: int) -> CasesBehind:
    if code in FORMULAS or code == "per_10k":
        code = "received" if code == "per_10k" else code
        days = situation_cases.span(
            code,
            days=context.days,
            today=context.today,
            near_days=context.number("near_due_days"),
        )
        return situation_cases.cases_behind(
            session, code, days, side=side, context=context, limit=limit
        )
    if code in ("collectives", "collective_visitors"):
        return situation_cases.collective_behind(session, context=context, limit=limit)
    given = context.given
    if code == "resolved_at_once":
        given["last"] = situation_cases.ripe(context).last
    criteria = _criteria(code, side, context.form, context.number("repeat_window_days"))
    return situation_cases.listed(session, and_(criteria, context.form.ordinary()), given, limit)


def _criteria(code: str, side: Side, form: Form, window: int) -> Any:
    """The condition of the cases on one side of a figure that no formula tells."""
    if code in _STEPS:
        taken = and_(
            CaseStep.step == _STEPS[code],
            CaseStep.withdrawn_by_id.is_(None),
            in_days(CaseStep.happened_on),
        )
        return Case.id.in_(select(CaseStep.case_id).where(taken))
    if code.startswith("follow_ups"):
        return Case.id.in_(select(FollowUp.case_id).where(_letter(code)))
    if code in ("participation", "office_satisfaction", "unit_satisfaction"):
        whole, part = _looks(code)
        asked = _side(side, whole, part)
        kept = LookBack.dropped_on.is_(None)
        return Case.id.in_(select(LookBack.case_id).where(kept, asked))
    whole, part = _of_cases(code, form, window)
    return _side(side, whole, part)


def _side(side: Side, whole: ColumnElement[bool], part: ColumnElement[bool]) -> Any:
    match side:
        case Side.WHOLE:
            return whole
        case Side.REST:
            return and_(whole, not_(part))
    return and_(whole, part)


_STEPS = {"returned": Step.OBJECT, "advices": Step.ADVISE}


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


_OUTCOMES = {
    "disputes_resolved": DisputeOutcome.RESOLVED,
    "disputes_partly": DisputeOutcome.PARTLY,
    "disputes_unresolved": DisputeOutcome.UNRESOLVED,
    "dispute_resolution": DisputeOutcome.RESOLVED,
}


def _disputes(code: str, asked: Asked, days: Days) -> DisputeFilter:
    return DisputeFilter(
        first=days.first,
        last=days.last,
        outcome=_OUTCOMES.get(code),
        unit_id=asked.unit_id,
        area_id=asked.township_id,
    )


_LISTS = {"closed": VisitList.CLOSED, "solved": VisitList.SOLVED}


def _visits(code: str, days: Days) -> VisitFilter:
    name = code.removeprefix("reception_")
    every = VisitFilter(first=days.first, last=days.last, ordinary=True)
    if name in _LISTS:
        return replace(every, wanted=_LISTS[name])
    if name == "groups":
        return replace(every, collective=True)
    outcome = next((each for each in VisitOutcome if each.value == name), None)
    return replace(every, outcome=outcome)
