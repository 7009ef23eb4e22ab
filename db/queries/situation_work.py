"""The figures of a situation beside the register: evaluation, 包案, 督办, 交办, reception, the sweep."""

from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, bindparam, case, func, or_, select, true
from sqlalchemy.orm import Session

from db.models.cases import Case
from db.models.disputes import Dispute
from db.models.duty import CaseDuty
from db.models.figures import OfficialCount
from db.models.procedure import CaseStep
from db.models.supervision import FollowUp, LookBack
from db.models.sweeps import SweepRound
from db.queries import batches, reception_figures, sweeps
from db.queries import disputes as dispute_queries
from db.queries.reception_days import Span
from db.queries.situation_scope import TODAY, Context, Form, in_days
from rules import official
from rules.batches import Tally as BatchTally
from rules.batches import tally
from rules.case_terms import Satisfaction, Step
from rules.dispute_procedure import Tallied, tallied
from rules.dispute_terms import Tally
from rules.official import POPULATION, Entered, latest
from rules.sweep_figures import Punctuality, punctuality, total
from rules.work_figures import LEVELS

Counted = dict[str, tuple[int | None, int | None]]
CONTENT = (Satisfaction.SATISFIED, Satisfaction.FAIRLY)


TOLD = or_(LookBack.with_office.is_not(None), LookBack.with_unit.is_not(None))
# Sent, and neither answered nor ended.
WAITING = and_(
    FollowUp.sent_on.is_not(None), FollowUp.answered_on.is_(None), FollowUp.ended_on.is_(None)
)


def _times(criteria: Any) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((criteria, 1), else_=0)), 0)


_OPINIONS = (LookBack.with_office, LookBack.with_unit)
# What is counted of looks back, and on which day: who is content and who said anything, of the
# office and of the unit, and who was asked.
SAID = (
    (
        *(_times(opinion.in_(CONTENT)) for opinion in _OPINIONS),
        *(_times(opinion.is_not(None)) for opinion in _OPINIONS),
    ),
    in_days(LookBack.done_on),
)
OWED = (
    (_times(TOLD), _times(or_(TOLD, LookBack.due_on < TODAY))),
    in_days(LookBack.due_on),
)


def evaluations(context: Context) -> Counted:
    """What petitioners said at looks back, of the office and of the unit apart."""
    session, given = context.session, context.given
    said, due, again = _looks(context.form)
    office, unit, of_office, of_unit = map(int, session.execute(said, given).one())
    told, owed = map(int, session.execute(due, given).one())
    return {
        "office_satisfaction": (office, of_office),
        "unit_satisfaction": (unit, of_unit),
        "participation": (told, owed),
        "call_back_rate": (session.scalar(again, given) or 0, None),
    }


@lru_cache
def _looks(form: Form) -> tuple[Any, Any, Any]:
    kept = and_(LookBack.dropped_on.is_(None), form.counts(LookBack.case_id))
    ended = form.counts(
        LookBack.case_id, in_days(Case.closed_on), LookBack.done_on >= Case.closed_on
    )
    return (
        *(select(*columns).where(day, kept) for columns, day in (SAID, OWED)),
        select(func.count(func.distinct(LookBack.case_id))).where(
            LookBack.done_on >= bindparam("first", type_=Date),
            LookBack.dropped_on.is_(None),
            ended,
        ),
    )  # type: ignore[return-value]


def duties(context: Context) -> Counted:
    """The cases ever in the ledger of duties, and those of them resolved by now."""
    done, listed = context.session.execute(_duties(context.form), context.given).one()
    return {"lead_resolution": (int(done), listed)}


@lru_cache
def _duties(form: Form) -> Any:
    resolved = form.counts(CaseDuty.case_id, Case.resolved_on.is_not(None))
    every = select(_times(resolved), func.count()).select_from(CaseDuty)
    return every.where(form.counts(CaseDuty.case_id))


def follow_ups(context: Context) -> Counted:
    """Letters of 督办, and the steps that send a matter back or advise a unit."""
    letters, steps = _letters(context.form)
    sent, running, late = map(int, context.session.execute(letters, context.given).one())
    taken: dict[Step, int] = {
        row[0]: row[1] for row in context.session.execute(steps, context.given)
    }
    return {
        "follow_ups_sent": (sent, None),
        "follow_ups_open": (running, None),
        "follow_ups_late": (late, None),
        "returned": (taken.get(Step.OBJECT, 0), None),
        "advices": (taken.get(Step.ADVISE, 0), None),
    }


@lru_cache
def _letters(form: Form) -> tuple[Any, Any]:
    return (
        select(
            _times(in_days(FollowUp.sent_on)),
            _times(WAITING),
            _times(and_(WAITING, FollowUp.due_on < TODAY)),
        ).where(form.counts(FollowUp.case_id)),
        select(CaseStep.step, func.count())
        .where(
            CaseStep.step.in_((Step.OBJECT, Step.ADVISE)),
            CaseStep.withdrawn_by_id.is_(None),
            in_days(CaseStep.happened_on),
            form.counts(CaseStep.case_id),
        )
        .group_by(CaseStep.step),
    )


def handed(context: Context) -> Counted:
    """The batches of 交办会 by the day of the meeting; of a unit, its own of each batch."""
    if context.townships is not None:
        return dict.fromkeys(("batches_held", "batch_resolution", "batch_settlement"), (None, None))
    found = batches.held_between(
        context.session,
        context.days.first,
        context.days.last,
        units=context.units,
        today=context.today,
    )
    return of_batches(len(found), tally(one for each in found for one in each.outcomes))


def of_batches(held: int, counts: BatchTally) -> Counted:
    """The figures of so many batches with what came of all their cases."""
    return {
        "batches_held": (held, None),
        "batch_resolution": (counts.resolved, counts.assigned),
        "batch_settlement": (counts.settled, counts.assigned),
    }


def receptions(context: Context) -> Counted:
    """What came of reception, which is told of the whole county."""
    codes = reception_figures.codes()
    if not context.of_county:
        return {f"reception_{code}": (None, None) for code in codes}
    found = reception_figures.figures(
        context.session,
        Span(context.days.first, context.days.last),
        collective_min=context.number("collective_min"),
    )
    return {
        f"reception_{code}": (count, None)
        for code, count in reception_figures.values(found).items()
    }


def moments(context: Context) -> tuple[datetime, datetime]:
    """The moment the days begin at the office, and the one they are over at."""
    first, after = context.days.first, context.days.last + timedelta(days=1)
    return (
        datetime.combine(first, time(), context.clock),
        datetime.combine(after, time(), context.clock),
    )


def reports(context: Context) -> Counted:
    """Who reported in the rounds that fell due in the days, by rules/sweep_figures.py."""
    since, until = moments(context)
    rounds = [
        sweeps.value(row)
        for row in context.session.scalars(
            select(SweepRound).where(SweepRound.due_at >= since, SweepRound.due_at < until)
        )
    ]
    if not rounds:
        return {"sweep_reporting": (0, 0), "sweep_punctuality": (0, 0)}
    told = punctuality(sweeps.slots_of(context.session, rounds, now=context.now), now=context.now)
    counts = total(
        [Punctuality(0), *(each for unit_id, each in told.items() if asked_of(context, unit_id))]
    )
    return {
        "sweep_reporting": (counts.filed, counts.owed),
        "sweep_punctuality": (counts.in_time, counts.owed),
    }


def asked_of(context: Context, unit_id: int) -> bool:
    """Whether what is asked for holds a unit that owes reports."""
    return all(among is None or unit_id in among for among in (context.units, context.townships))


def disputes(context: Context) -> Counted:
    """The ledger of disputes by the day they were found; of a unit, those it found."""
    rows = context.session.execute(found_disputes(context))
    return of_disputes(tallied((row[0], row[1], row[2]) for row in rows))


def found_disputes(context: Context, *parts: Any) -> Select[Any]:
    """Select what was found in the days: `parts`, state, outcome and how many."""
    by = (Dispute.state, Dispute.outcome)
    return (
        select(*parts, *by, func.count())
        .where(Dispute.found_on.between(context.days.first, context.days.last))
        .where(disputes_of(context))
        .group_by(*by)
    )


def disputes_of(context: Context) -> ColumnElement[bool]:
    """Ask for the disputes of what is asked for: of a unit those it found, of a place those there."""
    found = true() if context.units is None else Dispute.unit_id.in_(sorted(context.units))
    if context.township_id is None:
        return found
    return and_(found, dispute_queries.lies_in(context.session, context.township_id))


def of_disputes(found: Tallied) -> Counted:
    """The figures of disputes that were tallied."""
    return {
        "disputes_found": (found.found, None),
        "disputes_resolved": (found[Tally.RESOLVED], None),
        "disputes_partly": (found[Tally.PARTLY], None),
        "disputes_unresolved": (found[Tally.UNRESOLVED], None),
        "disputes_passed_on": (found[Tally.PASSED_ON], None),
        "dispute_resolution": (found[Tally.RESOLVED], found.found),
    }


def levels(context: Context) -> Counted:
    """What superiors told of 到市、到省、进京 in exactly these days."""
    codes = [figure.code for figure in LEVELS]
    if not context.of_county:
        return dict.fromkeys(codes, (None, None))
    told = entered(context.session, codes)
    return {
        code: (official.in_days([each for each in told if each.key == code], context.days), None)
        for code in codes
    }


def population(context: Context) -> int | None:
    """How many live in the county, or in the townships asked for, as told last by the end of the days."""
    if context.units is not None:
        return None
    if context.townships is not None:
        return sum(populations(context).values()) or None
    told = entered(context.session, [POPULATION])
    return latest([each for each in told if each.township_id is None], on=context.days.last)


def populations(context: Context) -> dict[int, int]:
    """Map the townships asked for to how many live there; whose population was not told is left out."""
    if context.units is not None:
        return {}
    by: dict[int, list[Entered]] = {}
    for each in entered(context.session, [POPULATION]):
        if each.township_id is not None:
            by.setdefault(each.township_id, []).append(each)
    found = {
        township: latest(told, on=context.days.last)
        for township, told in by.items()
        if context.townships is None or township in context.townships
    }
    return {township: count for township, count in found.items() if count}


def entered(session: Session, keys: list[str]) -> list[Entered]:
    """Read what was entered of some keys."""
    columns = (
        OfficialCount.key,
        OfficialCount.first_on,
        OfficialCount.last_on,
        OfficialCount.value,
        OfficialCount.township_id,
    )
    rows = session.execute(select(*columns).where(OfficialCount.key.in_(keys)))
    return [Entered(*row) for row in rows]
