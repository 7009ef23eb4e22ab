"""Editing a roster by hand: what a change makes impossible, and what differs between two versions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rules.errors import FieldConflict, Problem
from rules.reception_terms import FindingKind, TurnState
from rules.receptions import Basis, Finding, Turn
from rules.roster_audit import audit
from rules.roster_words import day
from rules.units import NAME_MAX

DAYS_MAX = 100
HOURS_MAX = 40
REASON_MAX = 200
# A finding of these kinds is no matter of judgement: such a turn cannot be.
_IMPOSSIBLE = frozenset(
    {
        FindingKind.TWICE_A_DAY,
        FindingKind.OVERFULL,
        FindingKind.ON_LEAVE,
        FindingKind.OUT_OF_TERM,
        FindingKind.UNKNOWN_LEADER,
        FindingKind.UNKNOWN_PLACE,
        FindingKind.NO_SUBSTITUTE,
    }
)


@dataclass(frozen=True, slots=True)
class CellChange:
    """One square of the calendar, a leader on a day: its place before and now, None for no turn."""

    on: date
    leader_id: int
    before: int | None
    after: int | None


def span_problems(name: str, first: date | None, last: date | None) -> list[Problem]:
    """List what is wrong with the name and the days of a roster, both ends in."""
    found = []
    if not name.strip() or len(name.strip()) > NAME_MAX:
        found.append(Problem("name", f"请填写排班表名称，最多 {NAME_MAX} 个字"))
    if first is None or last is None:
        found.append(Problem("first_on", "请填写开始日期和结束日期"))
    elif last < first:
        found.append(Problem("last_on", f"结束日期 {last} 早于开始日期 {first}"))
    elif (last - first).days >= DAYS_MAX:
        found.append(Problem("last_on", f"一张排班表最多 {DAYS_MAX} 天，请分开编排"))
    return found


def new_problems(before: Iterable[Turn], after: Iterable[Turn], basis: Basis) -> list[Problem]:
    """List what a change makes impossible: what the audit finds now and did not find before.

    What was wrong before is nobody's fault who puts another day right.
    """
    known = {finding.text for finding in _impossible(before, basis)}
    return [
        Problem("turns", finding.text)
        for finding in _impossible(after, basis)
        if finding.text not in known
    ]


def _impossible(turns: Iterable[Turn], basis: Basis) -> list[Finding]:
    found = audit(turns, basis).findings
    return [finding for finding in found if finding.kind in _IMPOSSIBLE]


def rivals(
    turns: Sequence[Turn], changes: Iterable[CellChange], *, names: dict[int, str]
) -> list[FieldConflict]:
    """List the squares somebody else has changed since the calendar was drawn."""
    now = {(turn.on, turn.leader_id): turn.place_id or 0 for turn in turns}
    return [
        FieldConflict(
            f"{day(change.on)} {names.get(change.leader_id, '')}",
            change.after,
            now.get((change.on, change.leader_id)),
            change.before,
        )
        for change in changes
        if now.get((change.on, change.leader_id)) not in (change.before, change.after)
    ]


def edited(turns: Sequence[Turn], changes: Iterable[CellChange]) -> list[Turn]:
    """Return the turns as the changed squares leave them; new ones have ids below zero."""
    squares = {(turn.on, turn.leader_id): turn for turn in turns}
    for number, change in enumerate(changes, start=1):
        at = change.on, change.leader_id
        if change.after is None:
            squares.pop(at, None)
        elif at in squares:
            squares[at] = replace(squares[at], place_id=change.after or None)
        else:
            squares[at] = Turn(
                id=-number,
                on=change.on,
                leader_id=change.leader_id,
                place_id=change.after or None,
            )
    return sorted(squares.values(), key=lambda turn: (turn.on, turn.leader_id))


def swapped(turns: Sequence[Turn], one_id: int, other_id: int) -> list[Turn]:
    """Exchange the leaders of two turns; each turn keeps its id, its day and its place."""
    leaders = {turn.id: turn.leader_id for turn in turns}
    other = {one_id: leaders[other_id], other_id: leaders[one_id]}
    return [replace(turn, leader_id=other[turn.id]) if turn.id in other else turn for turn in turns]


def stood_in(turns: Sequence[Turn], turn_id: int, substitute_id: int | None) -> list[Turn]:
    """Let somebody stand in on one turn; None takes him off again."""
    return [
        replace(turn, substitute_id=substitute_id) if turn.id == turn_id else turn for turn in turns
    ]


def moved(turns: Sequence[Turn], turn_id: int, on: date) -> list[Turn]:
    """Put one turn on another day."""
    return [replace(turn, on=on) if turn.id == turn_id else turn for turn in turns]


def attendance_problems(
    turn: Turn,
    state: TurnState,
    *,
    substitute_id: int | None,
    reason: str,
    today: date,
) -> list[Problem]:
    """List why the end of a turn cannot be written down so (实到、替班、缺席)."""
    found = []
    if turn.on > today:
        found.append(Problem("state", f"{day(turn.on)}还没有到，不能登记实到情况"))
    if state is TurnState.SUBSTITUTED and substitute_id is None:
        found.append(Problem("substitute_id", "请选择替班领导"))
    if substitute_id is not None and substitute_id == turn.leader_id:
        found.append(Problem("substitute_id", "替班领导不能是本人"))
    if state is TurnState.MISSED and not reason.strip():
        found.append(Problem("reason", "缺席的请写明原因"))
    if len(reason) > REASON_MAX:
        found.append(Problem("reason", f"原因最多 {REASON_MAX} 个字，现在是 {len(reason)} 个字"))
    return found
