"""The figures of a situation of what was held: rosters kept, evaluations, and the last meeting's 议定事项."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.queries import evaluation_figures, meeting_decisions, reception_days
from db.queries.meeting_decisions import DecisionRow
from db.queries.reception_days import PlannedDay, Span
from db.queries.situation_cases import Counted, Side
from db.queries.situation_scope import Context
from rules import evaluation_figures as rules
from rules.evaluation_figures import Fact
from rules.figure_terms import Group
from rules.figures import GROUPS
from rules.meetings import DecisionState

_PREFIX = "evaluation_"
_EVALUATION = [figure.code for figure in GROUPS[Group.EVALUATIONS]]
# What each figure of decisions counts; the rate counts what is done.
STATES = {
    "decisions_done": DecisionState.DONE,
    "decisions_running": DecisionState.RUNNING,
    "decisions_overdue": DecisionState.OVERDUE,
    "decision_completion": DecisionState.DONE,
}


def rosters(context: Context) -> Counted:
    """The 场次 that were planned in public and those of them held, told of the whole county."""
    codes = ("reception_planned_days", "reception_held_days", "reception_kept_rate")
    if not context.of_county:
        return dict.fromkeys(codes, (None, None))
    found = reception_days.planned(Span(context.days.first, context.days.last)).c
    total = select(func.count(), func.coalesce(func.sum(found.held), 0))
    planned, held = map(int, context.session.connection().execute(total).one())
    return dict(zip(codes, ((planned, None), (held, None), (held, planned)), strict=True))


def evaluations(context: Context) -> Counted:
    """Third-party evaluation by rules/evaluation_figures.py; of a unit, what it applied for or is judged on."""
    days = (context.days.first, context.days.last)
    facts = evaluation_figures.facts(
        context.session, *days, units=context.units, townships=context.townships
    )
    found = rules.counts(facts, days, today=context.today)
    return {code: _evaluated(code.removeprefix(_PREFIX), found) for code in _EVALUATION}


def _evaluated(code: str, found: dict[str, int]) -> tuple[int, int | None]:
    if code not in rules.RATES:
        return found[code], None
    part, whole = rules.RATES[code]
    return found[part], found[whole]


def decisions(context: Context) -> Counted:
    """How the decisions of the last meeting stand; they are of units, and of no township."""
    if context.townships is not None:
        return dict.fromkeys(("decisions_total", *STATES), (None, None))
    meeting = last_meeting(context)
    rows = (
        []
        if meeting is None
        else meeting_decisions.counted(
            context.session, meeting, units=context.units, today=context.today
        )
    )
    return of_states([row.state for row in rows])


def of_states(states: Sequence[DecisionState]) -> Counted:
    """The figures of decisions that stand so."""
    whole = {"decision_completion": len(states)}
    return {
        "decisions_total": (len(states), None),
        **{code: (states.count(state), whole.get(code)) for code, state in STATES.items()},
    }


def last_meeting(context: Context) -> int | None:
    """Return the meeting whose decisions are told, which is one and the same for everybody."""
    return meeting_decisions.last_meeting(context.session, by=context.days.last)


def planned_behind(session: Session, code: str, context: Context, side: Side) -> list[PlannedDay]:
    """List the 场次 behind a figure of rosters, which were published for everybody."""
    if not context.of_county:
        return []
    rows = reception_days.listed_planned(session, Span(context.days.first, context.days.last))
    counts = code != "reception_planned_days"
    return [row for row in rows if side.takes(row.held or not counts)]


def evaluations_behind(session: Session, code: str, context: Context, side: Side) -> list[Fact]:
    """List the evaluations behind a figure that the actor may open, the latest application first."""
    days = (context.days.first, context.days.last)
    facts = evaluation_figures.facts_in_sight(
        session, *days, units=context.units, townships=context.townships
    )
    own = code.removeprefix(_PREFIX)
    whole = rules.counted(facts, own, days, today=context.today)
    if own not in rules.RATES:
        return whole
    part = {
        fact.number for fact in rules.counted(facts, rules.RATES[own][0], days, today=context.today)
    }
    return [fact for fact in whole if side.takes(fact.number in part)]


def decisions_behind(
    session: Session, meeting_id: int | None, code: str, context: Context, side: Side
) -> list[DecisionRow]:
    """List the decisions of a meeting behind a figure that the actor may see, in their order."""
    if meeting_id is None or context.townships is not None:
        return []
    rows = meeting_decisions.counted(session, meeting_id, units=context.units, today=context.today)
    state = STATES.get(code)
    if code != "decision_completion":
        side = Side.PART
    return [row for row in rows if side.takes(state in (None, row.state))]
