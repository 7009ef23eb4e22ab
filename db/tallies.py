"""What figures of cases are read from: counts by day and month, exact at every moment.

A trigger on cases writes what a case was and what it is into `figure_changes`, whoever writes
and however; `catch_up` folds these into `figure_counts` afterwards, in short transactions. A
reading adds both, so that nothing waits for the folding. What a measure means is said once, in
EVENTS, and serves the folding, the reading, the rebuilding, what stands behind a figure, and the
comparison of the kept counts with the cases themselves.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Connection,
    Date,
    String,
    TextClause,
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.orm import Session

from db.engine import Store
from db.models.cases import Case
from db.models.figures import FigureBasis, FigureChange, FigureCount
from rules.case_figures import OFFICE_DAYS, UNIT_DAYS
from rules.figure_terms import Dimension
from rules.figures import OPEN_STATES
from rules.periods import Days
from rules.terms import CaseState, Channel, Purpose, Repeat

_CHUNK = 200_000
# Where a measure of the present lies: it has no day of its own.
NOW = date(1970, 1, 1)
EVER = date(1900, 1, 1)
_OPEN = f"state IN ({', '.join(repr(state.value) for state in OPEN_STATES)})"
_REGISTERED = "coalesce(registered_on, received_on)"
_UNDECLINED = f"state <> '{CaseState.DECLINED.value}'"
# Accusations are counted nowhere (§30), nor is what was merged into another case.
COUNTED = (
    f"state <> '{CaseState.MERGED.value}' "
    f"AND (purpose IS NULL OR purpose <> '{Purpose.ACCUSATION.value}')"
)


@dataclass(frozen=True, slots=True)
class Event:
    """Something of a case that has a day, and the measures it is counted in.

    `plus` are days added to the day; a measure counts cases that fulfil its condition, in which
    {day} is the day of the event, or the people of these where it is among `heads`.
    """

    on: str
    measures: Mapping[str, str]
    plus: int = 0
    heads: tuple[str, ...] = ()
    of: str = ""

    def day(self, *, sqlite: bool) -> str:
        """The day as SQL."""
        if not self.plus:
            return self.on
        return f"date({self.on}, '+{self.plus} days')" if sqlite else f"({self.on} + {self.plus})"

    def holds(self, measure: str, *, sqlite: bool) -> str:
        """The condition of a measure as SQL, of the event's own rows."""
        day = self.day(sqlite=sqlite)
        asked = (self.of, self.measures[measure].format(day=day))
        return " AND ".join(f"({each})" for each in asked if each) or "1 = 1"


def _of(channel: Channel) -> str:
    return f"channel = '{channel.value}'"


def _by(*columns: str) -> str:
    return " OR ".join(f"{column} <= {{day}}" for column in columns)


EVENTS: tuple[Event, ...] = (
    Event(
        "received_on",
        {
            "received": "",
            "letters": _of(Channel.LETTER),
            "visits": _of(Channel.VISIT),
            "visitors": _of(Channel.VISIT),
            "webs": _of(Channel.WEB),
            "phones": _of(Channel.PHONE),
            "repeats": f"repeat = '{Repeat.REPEAT.value}'",
        },
        heads=("visitors",),
    ),
    Event(
        _REGISTERED,
        {
            "office_due": "",
            "office_done": _by(
                "forwarded_on", "accepted_on", "answered_on", "closed_on", "declined_on"
            ),
        },
        plus=OFFICE_DAYS,
    ),
    Event(
        _REGISTERED,
        {"unit_due": "", "unit_done": _by("accepted_on", "answered_on", "closed_on")},
        plus=UNIT_DAYS,
        of=f"{_UNDECLINED} AND unit_id IS NOT NULL",
    ),
    Event("limit_on", {"limit_due": "", "limit_done": _by("answered_on", "closed_on")}),
    Event(
        "coalesce(answered_on, closed_on)",
        {"first_answers": f"repeat = '{Repeat.FIRST.value}'"},
    ),
    Event("closed_on", {"closed": ""}),
    Event("resolved_on", {"resolved": ""}),
    Event("settled_on", {"settled": ""}),
    Event("due_on", {"open_due": ""}, of=_OPEN),
    Event(f"DATE '{NOW}'", {"open": ""}, of=_OPEN),
)
MEASURES: tuple[str, ...] = tuple(name for event in EVENTS for name in event.measures)
EVENT_OF: dict[str, Event] = {name: event for event in EVENTS for name in event.measures}
# What a case counts as in each dimension; who has none counts as ''. Sizes are those of visits.
_PARTS = {
    Dimension.CHANNEL: "channel",
    Dimension.UNIT: "coalesce(CAST(unit_id AS VARCHAR(32)), '')",
    Dimension.TOWNSHIP: "coalesce(CAST(township_id AS VARCHAR(32)), '')",
    Dimension.CLASS: "coalesce(CAST(code_id AS VARCHAR(32)), '')",
    Dimension.SIZE: "CAST(people AS VARCHAR(32))",
}
_SIZED = EVENTS[0]
_DIGEST = hashlib.sha256(repr((COUNTED, EVENTS, _PARTS)).encode()).hexdigest()
_SUMS = ", ".join(f"sum({name}) AS {name}" for name in MEASURES)


def event_day(event: Event, *, sqlite: bool) -> str:
    """The day of an event as SQL; a literal day is written as each engine has it."""
    day = event.day(sqlite=sqlite)
    return day.removeprefix("DATE ") if sqlite else day


def _sign(source: str) -> str:
    return "sign" if source == FigureChange.__tablename__ else "1"


def _weight(event: Event, measure: str, sign: str, *, sqlite: bool) -> str:
    """What one row adds to a measure of its event."""
    heads = f"{sign} * people" if measure in event.heads else sign
    return f"CASE WHEN {event.holds(measure, sqlite=sqlite)} THEN {heads} ELSE 0 END"


def _exploded(source: str, where: str, *, sqlite: bool) -> str:
    """Say what the rows of `source` count as: dimension, part, start and every measure, ungrouped."""
    arms = []
    for event in EVENTS:
        counts = [
            f"{_weight(event, name, _sign(source), sqlite=sqlite)} AS {name}"
            if name in event.measures
            else f"0 AS {name}"
            for name in MEASURES
        ]
        day = event_day(event, sqlite=sqlite)
        rows = " AND ".join(f"({each})" for each in (COUNTED, event.of, where) if each)
        arms.append(
            f"SELECT channel, unit_id, township_id, code_id, people, {day} AS day, "
            f"{', '.join(counts)} FROM {source} WHERE {day} IS NOT NULL AND {rows}"
        )
    sized = f"CASE WHEN visits <> 0 THEN {_PARTS[Dimension.SIZE]} END"
    told = {**_PARTS, Dimension.SIZE: sized}
    parts = " ".join(f"WHEN '{each.value}' THEN {sql}" for each, sql in told.items())
    names = ", ".join(f"('{each.value}')" for each in _PARTS)
    return (
        f"SELECT dimension, CASE dimension {parts} END AS part, day, {', '.join(MEASURES)} "
        f"FROM ({' UNION ALL '.join(arms)}) AS events "
        f"CROSS JOIN (SELECT column1 AS dimension FROM (VALUES {names}) AS given) AS dimensions"
    )


def _month(day: str, *, sqlite: bool) -> str:
    return f"date({day}, 'start of month')" if sqlite else f"date_trunc('month', {day})::date"


@lru_cache
def _folds(source: str, where: str, grain: str, *, sqlite: bool) -> tuple[TextClause, ...]:
    """Add what rows count as to the counts of a grain: one statement an event and dimension.

    All in one would sort every row with every measure, which takes four times as long.
    """
    sign = _sign(source)
    statements = []
    for event in EVENTS:
        names = tuple(event.measures)
        day = event_day(event, sqlite=sqlite)
        start = day if grain == "d" else _month(day, sqlite=sqlite)
        rows = " AND ".join(f"({each})" for each in (COUNTED, event.of, where) if each)
        sums = ", ".join(f"sum({_weight(event, n, sign, sqlite=sqlite)})" for n in names)
        rest = [name for name in MEASURES if name not in event.measures]
        adding = ", ".join(f"{name} = figure_counts.{name} + excluded.{name}" for name in names)
        for dimension, part in _PARTS.items():
            if dimension is Dimension.SIZE and event is not _SIZED:
                continue
            sized = f" AND {_of(Channel.VISIT)}" if dimension is Dimension.SIZE else ""
            statements.append(
                text(
                    f"INSERT INTO figure_counts "
                    f"(grain, dimension, start, part, {', '.join((*names, *rest))}) "
                    f"SELECT '{grain}', '{dimension.value}', {start}, {part}, {sums}, "
                    f"{', '.join('0' * len(rest))} FROM {source} "
                    f"WHERE {day} IS NOT NULL AND {rows}{sized} GROUP BY {start}, {part} "
                    f"ON CONFLICT (grain, dimension, start, part) DO UPDATE SET {adding}"
                )
            )
    return tuple(statements)


def catch_up(store: Store, *, limit: int = 400) -> int:
    """Fold up to `limit` of the waiting changes into the counts; returns how many were folded.

    Short transactions, so that nobody waits for it; no figure changes by it, so that what
    screens keep stays good.
    """
    changes = FigureChange.__table__.c
    waiting = select(changes.id).order_by(changes.id).limit(limit)
    with store.engine.connect() as connection:
        if connection.scalar(waiting.limit(1)) is None:
            return 0
    with store.engine.execution_options(begin="IMMEDIATE").begin() as connection:
        # Locked on PostgreSQL, lest two replicas fold the same change.
        ids = connection.scalars(waiting.with_for_update()).all()
        if ids:
            # Beside us PostgreSQL may yet commit a change of a lower number: all are named there.
            sqlite = connection.dialect.name == "sqlite"
            which = "id <= :last" if sqlite else "id = ANY(:ids)"
            given = {"last": ids[-1]} if sqlite else {"ids": list(ids)}
            for grain in ("d", "m"):
                for folding in _folds(FigureChange.__tablename__, which, grain, sqlite=sqlite):
                    connection.execute(folding, given)
            connection.execute(text(f"DELETE FROM figure_changes WHERE {which}"), given)
    return len(ids)


def keep(connection: Connection) -> None:
    """Count all cases anew where the counts were made by other definitions than these, or never."""
    if connection.scalar(select(FigureBasis.digest)) != _DIGEST:
        rebuild(connection)


def rebuild(connection: Connection) -> int:
    """Count all cases anew, in a transaction that lets nobody write beside it; returns how many."""
    sqlite = connection.dialect.name == "sqlite"
    if not sqlite:
        connection.execute(text("LOCK TABLE cases IN SHARE MODE"))
    for model in (FigureCount, FigureChange, FigureBasis):
        connection.execute(delete(model))
    connection.execute(insert(FigureBasis), {"id": 1, "digest": _DIGEST})
    cases = Case.__table__.c
    least, most = connection.execute(select(func.min(cases.id), func.max(cases.id))).one()
    if least is None:
        return 0
    daily = _folds("cases", "id BETWEEN :least AND :most", "d", sqlite=sqlite)
    for start in range(least, most + 1, _CHUNK):
        for folding in daily:
            connection.execute(folding, {"least": start, "most": start + _CHUNK - 1})
    month = _month("start", sqlite=sqlite)
    connection.execute(
        text(
            f"INSERT INTO figure_counts (grain, dimension, start, part, {', '.join(MEASURES)}) "
            f"SELECT 'm', dimension, {month}, part, {', '.join(f'sum({n})' for n in MEASURES)} "
            f"FROM figure_counts WHERE grain = 'd' GROUP BY dimension, {month}, part"
        )
    )
    return connection.scalar(select(func.count()).select_from(Case.__table__)) or 0


def differences(connection: Connection) -> list[str]:
    """Compare the counts, with what waits to be folded, with the cases; names what differs."""
    found: dict[tuple[Any, ...], list[int]] = {}
    for sign, rows in ((1, _kept(connection)), (-1, _counted(connection))):
        for key, values in rows:
            held = found.setdefault(key, [0] * len(MEASURES))
            for at, value in enumerate(values):
                held[at] += sign * int(value)
    return [
        f"{grain} {dimension} {start} {part or '-'} {name}：{value:+d}"
        for (grain, dimension, start, part), values in sorted(found.items(), key=str)
        for name, value in zip(MEASURES, values, strict=True)
        if value
    ]


_Row = tuple[tuple[Any, ...], Sequence[int]]


def _kept(connection: Connection) -> Iterator[_Row]:
    counts = FigureCount.__table__.c
    columns = [counts[name] for name in ("grain", "dimension", "start", "part", *MEASURES)]
    for row in connection.execute(select(*columns)):
        yield (row[0], row[1], row[2], row[3]), row[4:]
    yield from _grained(connection, FigureChange.__tablename__, "1 = 1", {})


def _counted(connection: Connection) -> Iterator[_Row]:
    cases = Case.__table__.c
    least, most = connection.execute(select(func.min(cases.id), func.max(cases.id))).one()
    for start in range(least or 1, (most or 0) + 1, _CHUNK):
        reach = {"least": start, "most": start + _CHUNK - 1}
        yield from _grained(connection, "cases", "id BETWEEN :least AND :most", reach)


def _grained(
    connection: Connection, source: str, where: str, values: Mapping[str, Any]
) -> Iterator[_Row]:
    """Yield what rows count as by day, each day once more for its month."""
    sqlite = connection.dialect.name == "sqlite"
    statement = text(
        f"SELECT dimension, day, part, {_SUMS} FROM "
        f"({_exploded(source, where, sqlite=sqlite)}) AS exploded "
        "WHERE part IS NOT NULL GROUP BY dimension, day, part"
    ).columns(dimension=String, day=Date)
    for row in connection.execute(statement, values):
        yield ("d", row[0], row[1], row[2]), row[3:]
        yield ("m", row[0], row[1].replace(day=1), row[2]), row[3:]


# One part of a dimension, or one month, with its measures by their names.
Counts = Mapping[str, int]
NOTHING: Counts = dict.fromkeys(MEASURES, 0)


def by_part(
    session: Session, dimension: Dimension, days: Days, *, parts: Sequence[str] | None = None
) -> dict[str, Counts]:
    """Map each part of a dimension to its counts in some days; `parts` leaves the others out."""
    return _read(session, dimension, days, parts, group="part")


def by_month(
    session: Session, dimension: Dimension, days: Days, *, parts: Sequence[str] | None = None
) -> dict[date, Counts]:
    """Map the first of each month that has any to the counts of some parts of a dimension."""
    return _read(session, dimension, days, parts, group="month")


def of_rows(
    session: Session, dimension: Dimension, days: Days, *, where: str, values: Mapping[str, Any]
) -> dict[str, Counts]:
    """Count the cases themselves, of a condition that the kept counts do not know."""
    statement = _plain(where, sqlite=_is_sqlite(session))
    given = {"dimension": dimension.value, "first": days.first, "last": days.last, **values}
    return _mapped(session.connection().execute(statement, given))


def added(counts: Sequence[Counts]) -> Counts:
    """Add up counts, measure by measure."""
    return {name: sum(each[name] for each in counts) for name in MEASURES}


def _read(
    session: Session, dimension: Dimension, days: Days, parts: Sequence[str] | None, *, group: str
) -> dict[Any, Counts]:
    if days.last < days.first or parts == []:
        return {}
    statement = _reading(group, parts is not None, sqlite=_is_sqlite(session))
    given = {"dimension": dimension.value, "first": days.first, "last": days.last}
    months, edges = _parted(days)
    for name, span in (("months", months), ("head", edges[0]), ("tail", edges[1])):
        given[f"{name}_first"], given[f"{name}_last"] = span
    if parts is not None:
        given["parts"] = list(parts)
    return _mapped(session.connection().execute(statement, given))


def _mapped(rows: Any) -> dict[Any, Counts]:
    return {row[0]: dict(zip(MEASURES, row[1:], strict=True)) for row in rows}


_Span = tuple[date, date]
_NONE = (date(2, 1, 1), date(1, 1, 1))


def _parted(days: Days) -> tuple[_Span, tuple[_Span, _Span]]:
    """Part days in whole months and the days before and after them."""
    first = days.first if days.first.day == 1 else _next_month(days.first)
    after = days.last + timedelta(days=1)
    last = after.replace(day=1)
    if first >= last:
        return _NONE, ((days.first, days.last), _NONE)
    head = (days.first, first - timedelta(days=1)) if first > days.first else _NONE
    tail = (last, days.last) if last <= days.last else _NONE
    return (first, last - timedelta(days=1)), (head, tail)


def _next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


@lru_cache
def _reading(group: str, narrowed: bool, *, sqlite: bool) -> TextClause:
    """Read kept months, the days at either end, and what waits to be folded, as one statement."""
    names = ", ".join(MEASURES)
    among = " AND part IN :parts" if narrowed else ""
    arms = [
        f"SELECT part, start, {names} FROM figure_counts WHERE grain = '{grain}' "
        f"AND dimension = :dimension AND start BETWEEN :{span}_first AND :{span}_last{among}"
        for grain, span in (("m", "months"), ("d", "head"), ("d", "tail"))
    ]
    changes = _exploded(FigureChange.__tablename__, "", sqlite=sqlite)
    arms.append(
        f"SELECT part, day, {names} FROM ({changes}) AS waiting "
        f"WHERE dimension = :dimension AND day BETWEEN :first AND :last{among}"
    )
    by = "part" if group == "part" else _month("start", sqlite=sqlite)
    statement = text(
        f"SELECT {by} AS grouped, {_SUMS} FROM ({' UNION ALL '.join(arms)}) AS counts "
        f"WHERE part IS NOT NULL GROUP BY {by}"
    )
    return _typed(statement, group=group, narrowed=narrowed)


@lru_cache
def _plain(where: str, *, sqlite: bool) -> TextClause:
    rows = _exploded("cases", where, sqlite=sqlite)
    statement = text(
        f"SELECT part AS grouped, {_SUMS} FROM ({rows}) AS counts "
        "WHERE dimension = :dimension AND part IS NOT NULL AND day BETWEEN :first AND :last "
        "GROUP BY part"
    )
    return _typed(statement, group="part", narrowed=False)


def _typed(statement: TextClause, *, group: str, narrowed: bool) -> TextClause:
    """Say what the parameters and the first column are, so that each engine gets its own."""
    names = [name for name in statement._bindparams if name.endswith(("first", "last"))]
    statement = statement.bindparams(*(bindparam(name, type_=Date) for name in names))
    if narrowed:
        statement = statement.bindparams(bindparam("parts", expanding=True))
    return statement.columns(grouped=Date if group == "month" else String)  # type: ignore[return-value]


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
