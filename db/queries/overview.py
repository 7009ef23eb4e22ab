"""总览 as one reading: figures held against other days, their months, the boards, and what happened since.

Everything is a count, told past scope to whoever is told the county's (situation_scope.counting);
what is behind a number is read within scope, here or in situation_behind.py.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db import tallies
from db.models.disputes import Dispute
from db.queries import evaluation_figures, reception_figures, situation, situation_cases
from db.queries.reception_days import Span
from db.queries.situation import Compared
from db.queries.situation_cases import CasesBehind, Side
from db.queries.situation_scope import Asked, Context, counting
from db.queries.situation_work import disputes_of
from rules import evaluation_figures as evaluations
from rules.dispute_procedure import tallied
from rules.dispute_terms import Tally
from rules.evaluation_figures import Fact
from rules.figure_terms import Basis, Dimension
from rules.figures import REGISTRY
from rules.overview import SHOWN, Board, Event
from rules.periods import Days
from rules.readings import Reading

_DAY = timedelta(days=1)
_CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Month:
    """A month of a board with its two counts, in the order of `Board.kinds`."""

    days: Days
    counts: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Overview:
    """What the screen tells. A board or an event is left out where it is not counted of what was asked.

    `trends` has the twelve months up to the end of the days of each figure that has months;
    `events` the counts of yesterday and of today, whatever the days; `meanings` say what boards
    count, in the county's own numbers.
    """

    compared: Compared
    trends: Mapping[str, tuple[Reading, ...]]
    boards: Mapping[Board, tuple[Month, ...]]
    events: Mapping[Event, tuple[int, int]]
    meanings: Mapping[Board, str]


def overview(
    session: Session, asked: Asked, *, today: date, now: datetime, clock: ZoneInfo
) -> Overview:
    """Read the screen of some days, of the county or of what `asked` names, by the actor's right."""
    moment: dict[str, Any] = {"today": today, "now": now, "clock": clock}
    compared = situation.compared(session, asked, **moment)
    year = replace(asked, days=compared.now.days.twelve_months())
    series = _series(session, year, moment)
    with counting(session, year, **moment) as context:
        boards = _boards(context, year.days, series)
        meanings = {board: board.meaning.format_map(context.parameters) for board in Board}
    with counting(session, replace(asked, days=Days(today - _DAY, today)), **moment) as context:
        events = _events(context, today)
    trends = {code: series[code] for code in SHOWN if code in series}
    return Overview(compared, trends, boards, events, meanings)


def newly_overdue(
    session: Session, asked: Asked, day: date, *, today: date, now: datetime, clock: ZoneInfo
) -> CasesBehind:
    """List the open cases whose last day was that before `day`, within the actor's scope."""
    with counting(session, asked, today=today, now=now, clock=clock) as context:
        pass
    due = Days(day - _DAY, day - _DAY)
    return situation_cases.cases_behind(session, "overdue", due, side=Side.PART, context=context)


def _series(session: Session, asked: Asked, moment: Any) -> dict[str, tuple[Reading, ...]]:
    """The readings of each month by figure; of a unit and a township at once none are kept."""
    if asked.unit_id is not None and asked.township_id is not None:
        return {}
    # What stands at this moment has no months, whatever it can be parted by.
    codes = [
        code
        for code in (*SHOWN, _CLOSED)
        if Dimension.MONTH in REGISTRY[code].splits and REGISTRY[code].basis is not Basis.NOW
    ]
    parts = situation.split(session, asked, Dimension.MONTH, codes=codes, **moment)
    by_month = {part.key: part.readings for part in parts}
    found: dict[str, list[Reading]] = {}
    for month in asked.days.months():
        told = by_month.get(month.first, {})
        for code in codes:
            figure = REGISTRY[code]
            nothing = Reading(figure, 0, 0 if figure.is_ratio else None)
            found.setdefault(code, []).append(told.get(code, nothing))
    return {code: tuple(each) for code, each in found.items()}


def _boards(
    context: Context, year: Days, series: Mapping[str, tuple[Reading, ...]]
) -> dict[Board, tuple[Month, ...]]:
    months = year.months()
    found: dict[Board, list[tuple[int, int]]] = {}
    if series:
        received, closed = ([each.count or 0 for each in series[c]] for c in ("received", _CLOSED))
        found[Board.CASES] = list(zip(received, closed, strict=True))
    rows = _disputes(context, year)
    told = [tallied(row[1:] for row in rows if _within(row[0], each)) for each in months]
    found[Board.SWEEPS] = [(each.found, each[Tally.RESOLVED]) for each in told]
    if context.of_county:
        visits = _visits(context, year)
        found[Board.RECEPTIONS] = [
            _sums(row[1:] for row in visits if _within(row[0], each)) for each in months
        ]
        facts = evaluation_figures.facts(context.session, year.first, year.last)
        count = _counter(facts, context.today)
        found[Board.EVALUATIONS] = [(count("held", m), count("satisfied", m)) for m in months]
    return {
        board: tuple(Month(*each) for each in zip(months, found[board], strict=True))
        for board in Board
        if board in found
    }


def _events(context: Context, today: date) -> dict[Event, tuple[int, int]]:
    """Count yesterday and today; the days of the context are these two."""
    yesterday = today - _DAY
    cases = {
        day: tallies.added(list(situation_cases.parts(context, Days(day, day)).values()))
        for day in (yesterday - _DAY, yesterday, today)
    }
    disputes = _disputes(context, context.days)
    counted: dict[Event, Callable[[date], int]] = {
        Event.RECEIVED: lambda day: cases[day]["received"],
        Event.CLOSED: lambda day: cases[day]["closed"],
        # Overdue from a day on is what was due the day before and is still open.
        Event.OVERDUE: lambda day: cases[day - _DAY]["open_due"],
        Event.FOUND: lambda day: tallied(row[1:] for row in disputes if row[0] == day).found,
    }
    if context.of_county:
        visits = _visits(context, context.days)
        count = _counter(evaluation_figures.facts(context.session, yesterday, today), today)
        counted |= {
            Event.VISITED: lambda day: sum(row[1] for row in visits if row[0] == day),
            Event.APPLIED: lambda day: count("applied", Days(day, day)),
            Event.HELD: lambda day: count("held", Days(day, day)),
        }
    return {event: (told(yesterday), told(today)) for event, told in counted.items()}


def _disputes(context: Context, days: Days) -> list[Any]:
    """Count disputes by the day they were found, their state and outcome; of a unit, those it found."""
    statement = (
        select(Dispute.found_on, Dispute.state, Dispute.outcome, func.count())
        .where(Dispute.found_on.between(days.first, days.last), disputes_of(context))
        .group_by(Dispute.found_on, Dispute.state, Dispute.outcome)
    )
    return list(context.session.execute(statement))


def _visits(context: Context, days: Days) -> list[tuple[date, int, int]]:
    return reception_figures.by_day(
        context.session,
        Span(days.first, days.last),
        collective_min=context.number("collective_min"),
    )


def _counter(facts: list[Fact], today: date) -> Callable[[str, Days], int]:
    return lambda code, days: len(
        evaluations.counted(facts, code, (days.first, days.last), today=today)
    )


def _sums(rows: Iterable[Iterable[int]]) -> tuple[int, int]:
    first = second = 0
    for one, other in rows:
        first, second = first + one, second + other
    return first, second


def _within(day: date, days: Days) -> bool:
    return days.first <= day <= days.last
