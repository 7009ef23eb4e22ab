"""What the office has set: parameters in force, the calendar, and the special periods."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import extract, select
from sqlalchemy.orm import Session

from db.models.office import CalendarDay, CalendarYear, ParameterValue, SpecialPeriod
from rules import policy, workdays
from rules.policy import Value


@dataclass(frozen=True, slots=True)
class DatedValue:
    """A value the county has set, from when on it is in force, and who set it when and why."""

    value: Value
    valid_from: date
    set_by: str
    set_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """A parameter on a day: its value, and all the county has set for it, the latest first.

    `current` is None while the default holds; `past` has been in force, `future` will be.
    """

    key: str
    label: str
    value: Value
    default: Value
    unit: str
    clause: str
    current: DatedValue | None
    past: tuple[DatedValue, ...]
    future: tuple[DatedValue, ...]


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """A 特护期, both ends in, and the names of those it overlaps."""

    id: int
    version: int
    name: str
    first_on: date
    last_on: date
    note: str
    overlaps: tuple[str, ...]


def parameter(session: Session, key: str, *, on: date) -> Value:
    """Return the value in force on `on`: the county's own, else the default."""
    return in_force(session, on=on)[key]


_DATED = select(
    ParameterValue.__table__.c.key,
    ParameterValue.__table__.c.valid_from,
    ParameterValue.__table__.c.value,
)


def in_force(session: Session, *, on: date) -> dict[str, Value]:
    """Map every parameter to its value in force on `on`."""
    dated: dict[str, list[tuple[date, str]]] = {}
    for key, valid_from, value in session.connection().execute(_DATED):
        dated.setdefault(key, []).append((valid_from, value))
    return {key: policy.in_force(key, dated.get(key, []), on=on) for key in policy.PARAMETERS}


def parameters(session: Session, *, on: date) -> list[ParameterRow]:
    """List every parameter as it stands on `on`, in the order of rules/policy.py."""
    dated: dict[str, list[DatedValue]] = {}
    for row in session.scalars(select(ParameterValue).order_by(ParameterValue.valid_from.desc())):
        if row.key in policy.PARAMETERS:
            value = DatedValue(
                value=policy.parse(row.key, row.value),
                valid_from=row.valid_from,
                set_by=row.set_by,
                set_at=row.set_at,
                reason=row.reason,
            )
            dated.setdefault(row.key, []).append(value)
    return [_row(known, dated.get(known.key, []), on) for known in policy.PARAMETERS.values()]


def _row(known: policy.Parameter, dated: list[DatedValue], on: date) -> ParameterRow:
    begun = tuple(value for value in dated if value.valid_from <= on)
    current = begun[0] if begun else None
    return ParameterRow(
        key=known.key,
        label=known.label,
        value=current.value if current else known.default,
        default=known.default,
        unit=known.unit,
        clause=known.clause,
        current=current,
        past=begun[1:],
        future=tuple(value for value in dated if value.valid_from > on),
    )


def calendar(session: Session) -> workdays.Calendar:
    """Return all the special days and the years that are known."""
    days = session.execute(select(CalendarDay.day, CalendarDay.workday))
    return workdays.Calendar(
        special={row.day: row.workday for row in days},
        years=frozenset(session.scalars(select(CalendarYear.year))),
    )


def years(session: Session) -> dict[int, str]:
    """Map each known year to where its days come from, the newest first."""
    found = session.execute(
        select(CalendarYear.year, CalendarYear.source).order_by(CalendarYear.year.desc())
    )
    return {row.year: row.source for row in found}


def special_days(session: Session, year: int) -> list[workdays.SpecialDay]:
    """List the special days of a year in order."""
    found = session.scalars(
        select(CalendarDay)
        .where(extract("year", CalendarDay.day) == year)
        .order_by(CalendarDay.day)
    )
    return [workdays.SpecialDay(row.day, row.workday, row.name) for row in found]


def periods(session: Session) -> list[PeriodRow]:
    """List the special periods, the latest first."""
    found = session.scalars(
        select(SpecialPeriod).order_by(SpecialPeriod.first_on.desc(), SpecialPeriod.id)
    ).all()
    names = {period.id: period.name for period in found}
    shared = workdays.overlapping({p.id: (p.first_on, p.last_on) for p in found})
    return [
        PeriodRow(
            id=period.id,
            version=period.version,
            name=period.name,
            first_on=period.first_on,
            last_on=period.last_on,
            note=period.note,
            overlaps=tuple(names[other] for other in shared[period.id]),
        )
        for period in found
    ]
