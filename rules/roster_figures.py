"""What turns add up to: the grid leader by month, and each leader's burden over a year."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from rules.reception_rules import periods
from rules.reception_terms import Per, TurnState
from rules.receptions import Basis, Turn
from rules.workdays import is_workday


@dataclass(frozen=True, slots=True)
class GridCell:
    """One leader's turns in one month, told by its first day.

    `planned` are all turns that were his; of these he held some, had a substitute in some and
    missed some, and the rest are still to come. `stood_in` are turns of others that he held.
    """

    leader_id: int
    month: date
    planned: int
    held: int
    substituted: int
    missed: int
    stood_in: int


@dataclass(frozen=True, slots=True)
class Burden:
    """How often a leader receives, and how much of it falls on days off and special days."""

    leader_id: int
    turns: int
    days_off: int
    special_days: int


def grid(turns: Iterable[Turn], basis: Basis) -> tuple[GridCell, ...]:
    """Count the turns of each leader of the basis in each month, leaders in their order.

    Every leader has a cell for every month, also one of zeros; turns outside do not count.
    """
    own: Counter[tuple[int, date, TurnState | None]] = Counter()
    stood_in: Counter[tuple[int, date]] = Counter()
    for turn in _within(turns, basis):
        month = turn.on.replace(day=1)
        own[turn.leader_id, month, None] += 1
        own[turn.leader_id, month, turn.state] += 1
        if turn.state is TurnState.SUBSTITUTED and not turn.nameless:
            stood_in[turn.by, month] += 1
    months = [first for first, _ in periods(basis.first, basis.last, Per.MONTH)]
    return tuple(
        GridCell(
            each.id,
            month,
            own[each.id, month, None],
            own[each.id, month, TurnState.HELD],
            own[each.id, month, TurnState.SUBSTITUTED],
            own[each.id, month, TurnState.MISSED],
            stood_in[each.id, month],
        )
        for each in sorted(basis.receivers, key=lambda each: (each.position, each.id))
        for month in months
    )


def burdens(turns: Iterable[Turn], basis: Basis) -> tuple[Burden, ...]:
    """Count for each leader of the basis the days he receives in person, missed ones left out."""
    days: dict[int, set[date]] = {each.id: set() for each in basis.receivers}
    for turn in _within(turns, basis):
        counts = turn.state is not TurnState.MISSED and not turn.nameless
        if counts and turn.by in days:
            days[turn.by].add(turn.on)
    return tuple(
        Burden(
            each.id,
            len(days[each.id]),
            sum(not is_workday(day, basis.calendar) for day in days[each.id]),
            sum(basis.special(day) for day in days[each.id]),
        )
        for each in sorted(basis.receivers, key=lambda each: (each.position, each.id))
    )


def _within(turns: Iterable[Turn], basis: Basis) -> Iterable[Turn]:
    return (turn for turn in turns if basis.first <= turn.on <= basis.last)


def year_to_date(earlier: Iterable[Turn], basis: Basis, *, before: date) -> dict[int, Burden]:
    """Count what each leader of the basis bore from New Year up to and without `before`."""
    begun = before.replace(month=1, day=1)
    span = replace(basis, first=begun, last=before - timedelta(days=1))
    return {burden.leader_id: burden for burden in burdens(earlier, span)}
