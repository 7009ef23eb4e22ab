"""The figures of a situation that are counted of cases, their parts, and the cases behind each."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    and_,
    bindparam,
    func,
    literal,
    null,
    select,
    text,
)
from sqlalchemy.orm import Session

from db import tallies
from db.models.cases import Case
from db.models.units import Unit
from db.queries.situation_scope import Context, Form, in_days
from rules.cases import listed_title
from rules.figure_terms import Dimension
from rules.periods import Days
from rules.terms import CaseState, Purpose, Repeat, Term


@dataclass(frozen=True, slots=True)
class Formula:
    """What is counted: the cases of a measure but for those of others, which are among them."""

    measure: str
    but: tuple[str, ...] = ()

    def of(self, counts: tallies.Counts) -> int:
        """Count it from the measures."""
        return counts[self.measure] - sum(counts[name] for name in self.but)

    def holds(self, *, sqlite: bool) -> str:
        """The condition of its cases, and not their days, as SQL."""
        event = tallies.EVENT_OF[self.measure]
        others = [f"NOT coalesce({event.holds(name, sqlite=sqlite)}, false)" for name in self.but]
        return " AND ".join(
            f"({each})" for each in (event.holds(self.measure, sqlite=sqlite), *others)
        )


_ALL = Formula("received")
_FIRST = Formula("received", ("repeats",))
# Each figure as a count, or as a count and what it is part of.
FORMULAS: dict[str, tuple[Formula, Formula | None]] = {
    "received": (_ALL, None),
    "letters": (Formula("letters"), None),
    "visits": (Formula("visits"), None),
    "visitors": (Formula("visitors"), None),
    "webs": (Formula("webs"), None),
    "phones": (Formula("phones"), None),
    "others": (Formula("received", ("letters", "visits", "webs", "phones")), None),
    "firsts": (_FIRST, None),
    "repeats": (Formula("repeats"), None),
    "repeat_rate": (Formula("repeats"), _ALL),
    "web_share": (Formula("webs"), _ALL),
    "office_acceptance": (Formula("office_done"), Formula("office_due")),
    "unit_acceptance": (Formula("unit_done"), Formula("unit_due")),
    "on_time": (Formula("limit_done"), Formula("limit_due")),
    "open": (Formula("open"), None),
    "near": (Formula("open_due"), None),
    "overdue": (Formula("open_due"), None),
    "closed": (Formula("closed"), None),
    "resolved": (Formula("resolved"), None),
    "settled": (Formula("settled"), None),
}
Counted = dict[str, tuple[int | None, int | None]]


class Side(Term):
    """Which of the cases behind a rate: those it counts, all of them, or those it misses."""

    PART = "part", "分子"
    WHOLE = "whole", "分母"
    REST = "rest", "分母里未达到的"

    def takes(self, part: bool) -> bool:
        """Whether a row of the whole is on this side, told whether it is one of the part."""
        return self is Side.WHOLE or part is (self is Side.PART)


@dataclass(frozen=True, slots=True)
class CaseBehind:
    """A case behind a figure, as a list shows it; nobody is named.

    `on` is the day of the letter, step or look back it is listed for, where that is counted.
    """

    id: int
    number: str
    title: str
    state: CaseState
    received_on: date
    people: int
    unit: str
    on: date | None = None


@dataclass(frozen=True, slots=True)
class CasesBehind:
    """How many rows stand behind a figure in the actor's sight, and the latest of them.

    `people` are those of all of them, where a figure counts people.
    """

    total: int
    rows: tuple[CaseBehind, ...]
    people: int | None = None


@dataclass(frozen=True, slots=True)
class Hung:
    """What hangs on cases and is listed each by itself: the column that names its case, its day."""

    case_id: Any
    day: Any


def pair(code: str, counts: tallies.Counts) -> tuple[int, int | None]:
    """Return a figure of FORMULAS, and of a ratio what it is part of, from the measures."""
    part, whole = FORMULAS[code]
    return part.of(counts), whole.of(counts) if whole else None


def figures(context: Context) -> Counted:
    """Count every figure of FORMULAS and the 集体访 of the context's days."""
    spans = {days_of(context, code) for code in FORMULAS}
    read = {span: tallies.added(list(parts(context, span).values())) for span in spans}
    found: Counted = {}
    for code in FORMULAS:
        found[code] = pair(code, read[days_of(context, code)])
    sizes = of_sizes(context)
    collective = [each for size, each in sizes.items() if size >= context.number("collective_min")]
    found["collectives"] = (sum(each["visits"] for each in collective), None)
    found["collective_visitors"] = (sum(each["visitors"] for each in collective), None)
    return {**found, **_again(context, read[context.days])}


def parts(
    context: Context, days: Days, dimension: Dimension | None = None
) -> dict[str, tallies.Counts]:
    """Map each part of a dimension to its counts; without one, of whichever is read fastest."""
    session, units, townships = context.session, context.units, context.townships
    if dimension in (None, Dimension.UNIT) and units is not None and townships is None:
        return tallies.by_part(session, Dimension.UNIT, days, parts=[str(i) for i in units])
    if dimension in (None, Dimension.TOWNSHIP) and townships is not None and units is None:
        return tallies.by_part(session, Dimension.TOWNSHIP, days, parts=[str(i) for i in townships])
    if context.of_county:
        return tallies.by_part(session, dimension or Dimension.CHANNEL, days)
    where, values = _within(context)
    return tallies.of_rows(
        session, dimension or Dimension.CHANNEL, days, where=where, values=values
    )


def of_sizes(context: Context) -> dict[int, tallies.Counts]:
    """Map each number of people to the visits of so many."""
    return {int(size): each for size, each in parts(context, context.days, Dimension.SIZE).items()}


def months(context: Context) -> dict[date, tallies.Counts]:
    """Map the first of each month that has any to its counts."""
    session, days = context.session, context.days
    if context.units is not None and context.townships is not None:
        found = {
            month.first.replace(day=1): tallies.added(list(parts(context, month).values()))
            for month in days.months()
        }
        return {first: counts for first, counts in found.items() if any(counts.values())}
    if context.units is not None:
        told = [str(each) for each in context.units]
        return tallies.by_month(session, Dimension.UNIT, days, parts=told)
    if context.townships is not None:
        told = [str(each) for each in context.townships]
        return tallies.by_month(session, Dimension.TOWNSHIP, days, parts=told)
    return tallies.by_month(session, Dimension.CHANNEL, days)


def collective_months(context: Context) -> dict[date, tuple[int, int]]:
    """Map the first of each month to its 集体访 and the people of them."""
    least = context.number("collective_min")
    if context.of_county:
        sizes = [f"{size}" for size in of_sizes(context) if size >= least]
        kept = tallies.by_month(context.session, Dimension.SIZE, context.days, parts=sizes)
        return {first: (each["visits"], each["visitors"]) for first, each in kept.items()}
    rows = context.session.execute(
        select(Case.received_on, func.count(), func.sum(Case.people))
        .where(_collective(context))
        .group_by(Case.received_on),
        context.given,
    )
    found: dict[date, tuple[int, int]] = {}
    for day, visits, people in rows:
        first = day.replace(day=1)
        told = found.get(first, (0, 0))
        found[first] = (told[0] + visits, told[1] + int(people))
    return found


def span(code: str, *, days: Days, today: date, near_days: int) -> Days:
    """Return the days a figure of the present is told by, and for all others the period."""
    match code:
        case "open":
            return Days(tallies.NOW, tallies.NOW)
        case "overdue":
            return Days(tallies.EVER, today - timedelta(days=1))
        case "near":
            return Days(today, today + timedelta(days=near_days))
    return days


def days_of(context: Context, code: str) -> Days:
    """Return the days a figure of FORMULAS is told by in a context."""
    near = context.number("near_due_days")
    return span(code, days=context.days, today=context.today, near_days=near)


def _within(context: Context) -> tuple[str, dict[str, Any]]:
    """The condition of the units and townships asked for; ids are numbers and stand as they are."""
    given = (("unit_id", context.units), ("township_id", context.townships))
    told = [
        f"{column} IN ({', '.join(map(str, sorted(ids))) or 'NULL'})"
        for column, ids in given
        if ids is not None
    ]
    return " AND ".join(told) or "1 = 1", {}


def _again(context: Context, counts: tallies.Counts) -> Counted:
    """初转重率 and 一次性化解率, by the links from a matter to the one it repeats."""
    within = context.number("repeat_window_days")
    mature = ripe(context)
    answered = tallies.added(list(parts(context, mature).values()))["first_answers"]
    asked = _raised_again(context.form, within)
    again = context.session.scalar(asked[0], context.given)
    undone = context.session.scalar(asked[1], {**context.given, "last": mature.last})
    return {
        "turned_repeat": (again or 0, _FIRST.of(counts)),
        "resolved_at_once": (answered - (undone or 0), answered),
    }


def ripe(context: Context) -> Days:
    """The days whose answers are old enough to be known to have held."""
    days, within = context.days, context.number("repeat_window_days")
    return Days(days.first, min(days.last, context.today - timedelta(days=within)), days.kind)


_ANSWERED: Any = func.coalesce(Case.answered_on, Case.closed_on, type_=Date)
_LATER: Any = Case.__table__.alias()


@lru_cache
def _raised_again(form: Form, within: int) -> tuple[Any, Any]:
    """Count the first matters of the days that were raised again within so many days.

    First those received in the days, then those answered, which the day itself is too early for.
    From the few that repeat another to what they repeat, past all the rest.
    """
    later = _LATER.c
    return tuple(
        select(func.count(func.distinct(later.repeat_of_id))).where(
            later.repeat_of_id.is_not(None),
            later.state != CaseState.MERGED,
            later.purpose.is_distinct_from(Purpose.ACCUSATION),
            form.counts(
                later.repeat_of_id,
                Case.repeat == Repeat.FIRST,
                in_days(on),
                soon,
                later.received_on
                <= (func.date(on, f"+{within} days") if form.sqlite else on + literal(within)),
            ),
        )
        for on, soon in (
            (Case.received_on, later.received_on >= Case.received_on),
            (_ANSWERED, later.received_on > _ANSWERED),
        )
    )  # type: ignore[return-value]


def again(form: Form, within: int, *, answered: bool) -> tuple[Any, Any]:
    """Ask for the first matters of the days, received or answered, and whether they came again."""
    later, on = _LATER.c, _ANSWERED if answered else Case.received_on
    end = func.date(on, f"+{within} days") if form.sqlite else on + literal(within)
    came = select(later.id).where(
        later.repeat_of_id == Case.id,
        later.state != CaseState.MERGED,
        later.purpose.is_distinct_from(Purpose.ACCUSATION),
        later.received_on > on if answered else later.received_on >= on,
        later.received_on <= end,
    )
    return and_(Case.repeat == Repeat.FIRST, in_days(on)), came.exists()


def cases_behind(
    session: Session,
    code: str,
    days: Days,
    *,
    side: Side,
    context: Context,
    limit: int = 200,
    people: bool = False,
) -> CasesBehind:
    """List the cases behind a figure of FORMULAS that the actor may see, the latest first."""
    sqlite = session.get_bind().dialect.name == "sqlite"
    part, whole = FORMULAS[code]
    formula = part if side is not Side.WHOLE or whole is None else whole
    event = tallies.EVENT_OF[formula.measure]
    holds = formula.holds(sqlite=sqlite)
    if side is Side.REST and whole is not None:
        holds = f"({whole.holds(sqlite=sqlite)}) AND NOT coalesce({holds}, false)"
    day = tallies.event_day(event, sqlite=sqlite)
    asked = text(f"({tallies.COUNTED}) AND ({holds}) AND {day} BETWEEN :first AND :last")
    asked = asked.bindparams(*(bindparam(name, type_=Date) for name in ("first", "last")))
    given = {**context.given, "first": days.first, "last": days.last}
    criteria = and_(asked, context.form.ordinary())
    return listed(session, criteria, given, limit=limit, people=people)


def listed(
    session: Session,
    asked: Any,
    given: dict[str, Any],
    *,
    limit: int = 200,
    people: bool = False,
    hung: Hung | None = None,
) -> CasesBehind:
    """List the cases of a condition that the actor may see, the latest first.

    With `hung` a case stands there for each of what hangs on it, by the day of that; with
    `people` those of all the cases are counted.
    """
    day = Case.received_on if hung is None else hung.day
    sums = select(func.count(), func.sum(Case.people) if people else null())
    total, counted = session.execute(_joined(sums, hung).where(asked), given).one()
    latest = _joined(select(Case.id, day), hung).where(asked)
    latest = latest.order_by(day.desc(), Case.id.desc()).limit(limit)
    chosen = session.execute(latest, given).all()
    rows = {
        row.id: row
        for row in session.execute(
            select(
                Case.id,
                Case.number,
                Case.title,
                Case.purpose,
                Case.state,
                Case.received_on,
                Case.people,
                Unit.name,
            )
            .outerjoin(Unit, Case.unit_id == Unit.id)
            .where(Case.id.in_({case_id for case_id, _ in chosen}))
        )
    }
    return CasesBehind(
        total,
        tuple(_behind(rows[case_id], None if hung is None else on) for case_id, on in chosen),
        int(counted or 0) if people else None,
    )


def _joined(statement: Any, hung: Hung | None) -> Any:
    found = statement.select_from(Case)
    return found if hung is None else found.join(hung.case_id.class_, hung.case_id == Case.id)


def _behind(row: Any, on: date | None) -> CaseBehind:
    return CaseBehind(
        row.id,
        row.number,
        listed_title(row.title, row.purpose),
        row.state,
        row.received_on,
        row.people,
        row.name or "",
        on,
    )


def collective_behind(
    session: Session, *, context: Context, limit: int = 200, people: bool = False
) -> CasesBehind:
    """List the 集体访 that the actor may see, the latest first."""
    return listed(session, _collective(context), context.given, limit=limit, people=people)


def _collective(context: Context) -> ColumnElement[bool]:
    event = tallies.EVENT_OF["visits"]
    return and_(
        text(f"({tallies.COUNTED}) AND {event.measures['visits']}"),
        in_days(Case.received_on),
        Case.people >= context.number("collective_min"),
        context.form.ordinary(),
    )
