"""The five steps of an evaluation as data, and the moves between its states (domain.md 5.2).

What a step is called and whose duty it is are parameters: the source names steps 4 and 5 only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from rules.errors import RuleError
from rules.evaluation_terms import BookStep, EvaluationState, Move
from rules.limits import Due, Terms, due
from rules.policy import Value

S = EvaluationState
# Still on its way: of one matter there is at most one of these.
OPEN = frozenset(
    {
        *(S.APPLIED, S.ADMITTED, S.FORMED, S.NOTICED, S.MEETING),
        *(S.VOTING, S.DECIDED, S.ISSUED, S.DELIVERED),
    }
)
# The panel has voted: there is a verdict.
JUDGED = frozenset({S.DECIDED, S.ISSUED, S.DELIVERED, S.ENDED})
_BEGUN = frozenset({S.MEETING, S.VOTING}) | JUDGED
# There is an opinion, and what follows from it is under way.
_GIVEN = frozenset({S.ISSUED, S.DELIVERED})
# Ended before anything was judged: the matter may be applied for again.
DROPPED = frozenset({S.REFUSED, S.WITHDRAWN})
NAME = "evaluation_step_{}"
DUTY = "evaluation_duty_{}"


@dataclass(frozen=True, slots=True)
class MoveRule:
    """One legal move: from which states, to which, and the step of the run book it belongs to.

    `to` is None where the state stays. What else must hold is the gate of its command.
    """

    sources: frozenset[EvaluationState]
    to: EvaluationState | None
    step: BookStep


MOVES: dict[Move, MoveRule] = {
    Move.APPLY: MoveRule(frozenset(), S.APPLIED, BookStep.APPLY),
    Move.WITHDRAW: MoveRule(OPEN - _BEGUN, S.WITHDRAWN, BookStep.APPLY),
    Move.ADMIT: MoveRule(frozenset({S.APPLIED}), S.ADMITTED, BookStep.CONFIRM),
    Move.REFUSE: MoveRule(frozenset({S.APPLIED}), S.REFUSED, BookStep.CONFIRM),
    Move.DRAW: MoveRule(frozenset({S.ADMITTED}), None, BookStep.PANEL),
    Move.ANNUL: MoveRule(frozenset({S.ADMITTED, S.FORMED}), S.ADMITTED, BookStep.PANEL),
    Move.REPLACE: MoveRule(
        frozenset({S.ADMITTED, S.FORMED, S.NOTICED, S.MEETING}), None, BookStep.PANEL
    ),
    Move.FORM: MoveRule(frozenset({S.ADMITTED}), S.FORMED, BookStep.PANEL),
    **dict.fromkeys(
        (Move.BRIEF, Move.PROMISE),
        MoveRule(frozenset({S.ADMITTED, S.FORMED, S.NOTICED}), None, BookStep.PANEL),
    ),
    Move.PUBLISH: MoveRule(frozenset({S.FORMED, S.NOTICED}), S.NOTICED, BookStep.NOTICE),
    Move.REVOKE: MoveRule(frozenset({S.NOTICED}), S.FORMED, BookStep.NOTICE),
    Move.OPEN: MoveRule(frozenset({S.NOTICED}), S.MEETING, BookStep.MEETING),
    Move.OPEN_VOTE: MoveRule(frozenset({S.MEETING}), S.VOTING, BookStep.MEETING),
    Move.CANCEL_VOTE: MoveRule(frozenset({S.VOTING}), S.MEETING, BookStep.MEETING),
    Move.CLOSE_VOTE: MoveRule(frozenset({S.VOTING}), S.DECIDED, BookStep.MEETING),
    Move.ISSUE: MoveRule(frozenset({S.DECIDED}), S.ISSUED, BookStep.MEETING),
    Move.SERVE: MoveRule(frozenset({S.ISSUED}), None, BookStep.MEETING),
    Move.DELIVER: MoveRule(frozenset({S.ISSUED}), S.DELIVERED, BookStep.MEETING),
    Move.MAKE_PUBLIC: MoveRule(_GIVEN, None, BookStep.MEETING),
    Move.REPORT: MoveRule(_GIVEN, None, BookStep.MEETING),
    Move.PLAN: MoveRule(_GIVEN, None, BookStep.MEETING),
    Move.ANSWER: MoveRule(_GIVEN, None, BookStep.MEETING),
    Move.JUDGE: MoveRule(_GIVEN, None, BookStep.MEETING),
    Move.END: MoveRule(frozenset({S.DELIVERED}), S.ENDED, BookStep.MEETING),
}
# Which step of the run book an evaluation is in, by its state.
STEP_OF: dict[EvaluationState, BookStep] = {
    S.APPLIED: BookStep.CONFIRM,
    S.ADMITTED: BookStep.PANEL,
    S.FORMED: BookStep.NOTICE,
    S.NOTICED: BookStep.MEETING,
    S.MEETING: BookStep.MEETING,
    S.VOTING: BookStep.MEETING,
    **dict.fromkeys((S.DECIDED, S.ISSUED, S.DELIVERED), BookStep.MEETING),
}


def blocked(move: Move, state: EvaluationState) -> str | None:
    """Say why a move cannot be made from a state, or None where it can."""
    rule = MOVES[move]
    if state in rule.sources:
        return None
    allowed = "、".join(each.label for each in EvaluationState if each in rule.sources)
    return f"现在是“{state.label}”，“{move.label}”只能在“{allowed}”时进行"


def require(move: Move, state: EvaluationState) -> EvaluationState:
    """Return the state after a move; raises RuleError where it is not legal."""
    if told := blocked(move, state):
        raise RuleError(told)
    return MOVES[move].to or state


@dataclass(frozen=True, slots=True)
class Days:
    """The days of one evaluation its steps' clocks follow from; None for not yet."""

    applied_on: date
    confirmed_on: date | None = None
    formed_on: date | None = None
    noticed_on: date | None = None
    held_on: date | None = None
    opened_on: date | None = None
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A step of the run book as one evaluation stands in it; `due` is None without a clock."""

    step: BookStep
    name: str
    duty: str
    due: Due | None
    done_on: date | None
    current: bool
    late: bool
    default: bool


def run_book(
    parameters: Mapping[str, Value],
    days: Days,
    state: EvaluationState,
    *,
    terms: Terms,
    today: date,
) -> list[Line]:
    """List the five steps with their names, duties and clocks, and how far this one has come.

    Steps 1 to 3 are `default`: the source does not name them, a county may.
    """
    done = {
        BookStep.APPLY: days.applied_on,
        BookStep.CONFIRM: days.confirmed_on,
        BookStep.PANEL: days.formed_on,
        BookStep.NOTICE: days.noticed_on,
        BookStep.MEETING: days.opened_on,
    }
    limits = _limits(days, terms)
    found = []
    for place, step in enumerate(BookStep, start=1):
        over = days.ended_on is not None and done[step] is None
        limit = None if over else limits.get(step)
        last = done[step] or days.ended_on or today
        found.append(
            Line(
                step=step,
                name=str(parameters[NAME.format(place)]),
                duty=str(parameters[DUTY.format(place)]),
                due=limit,
                done_on=done[step],
                current=STEP_OF.get(state) is step,
                late=limit is not None and limit.on is not None and last > limit.on,
                default=place <= 3,
            )
        )
    return found


def _limits(days: Days, terms: Terms) -> dict[BookStep, Due]:
    applied = days.applied_on
    confirm = terms.days("evaluation_confirm_workdays", on=applied)
    meet = terms.days("evaluation_meeting_days", on=applied)
    found = {
        BookStep.CONFIRM: due(applied, confirm, terms=terms, starts="申请", workdays=True),
        BookStep.MEETING: due(applied, meet, terms=terms, starts="申请"),
    }
    if days.confirmed_on is not None:
        form = terms.days("evaluation_panel_days", on=days.confirmed_on)
        found[BookStep.PANEL] = due(days.confirmed_on, form, terms=terms, starts="受理")
    before = terms.days("panel_notice_days", on=applied)
    held = days.held_on or found[BookStep.MEETING].on
    if held is not None:
        last = held - timedelta(days=before)
        words = (
            f"{held} 开会，最迟提前 {before} 天公示"
            if days.held_on
            else (f"评价会最迟 {held}，最迟提前 {before} 天公示")
        )
        found[BookStep.NOTICE] = Due(last, last, (words,))
    return found
