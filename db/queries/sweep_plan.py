"""What the rounds of the store lack against what the rules ask for: said before it is done."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models.sweeps import SweepReport, SweepRound
from db.queries import office, receivers
from db.queries.sweep_rules import rules_of_sweep
from rules.sweep_rounds import PlannedRound, plan
from rules.sweep_terms import RoundKind
from rules.sweeps import is_late
from rules.workdays import unknown_years

# So far ahead rounds are made by themselves; a button makes a year.
AHEAD = timedelta(days=31)
YEAR = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Difference:
    """What is to be done: rounds to make, to move, to take away and to close, by their ids.

    `unknown` are the years of the planned days whose holidays are not known: their due times
    follow the weekdays alone.
    """

    new: tuple[PlannedRound, ...] = ()
    moved: tuple[tuple[int, PlannedRound], ...] = ()
    gone: tuple[int, ...] = ()
    ended: tuple[int, ...] = ()
    unknown: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.new or self.moved or self.gone or self.ended)


def difference(
    session: Session,
    *,
    until: date,
    today: date,
    now: datetime,
    clock: ZoneInfo,
) -> Difference:
    """Compare the rounds with what is asked for up to `until`, or to the last that is made already.

    Rounds begin with the first day anybody looked. What is due already, closed, or was given
    another due time by hand stays as it is; what is asked for no more goes while it is not due
    and nobody has reported. A special period set afterwards asks nobody for days that are past.
    """
    rows = session.scalars(select(SweepRound).order_by(SweepRound.id)).all()
    made = {(row.code, row.first_on): row for row in rows if row.code is not None}
    since = min((row.created_at.astimezone(clock).date() for row in made.values()), default=today)
    until = max([until, *(row.first_on for row in made.values())])
    calendar = office.calendar(session)
    close_days = office.parameter(session, "sweep_close_days", on=today)
    assert isinstance(close_days, int)
    planned = plan(
        rules_of_sweep(session),
        receivers.specials(session),
        calendar,
        first=since,
        last=until,
        close_days=close_days,
        clock=clock,
    )
    asked = {(each.code, each.first_on) for each in planned}
    reported = set(session.scalars(select(SweepReport.round_id).group_by(SweepReport.round_id)))
    return Difference(
        new=tuple(
            each
            for each in planned
            if (each.code, each.first_on) not in made
            and (each.kind is RoundKind.REGULAR or each.last_on >= today)
        ),
        moved=tuple(
            (row.id, each)
            for each in planned
            if (row := made.get((each.code, each.first_on))) is not None
            and _may_change(row, now)
            and not row.due_reason
            and _said(row) != _said(each)
        ),
        gone=tuple(
            row.id
            for key, row in made.items()
            if key not in asked and _may_change(row, now) and row.id not in reported
        ),
        ended=tuple(row.id for row in rows if row.closed_at is None and row.closes_at <= now),
        unknown=tuple(unknown_years(today, max(until, today), calendar)),
    )


def last_made(session: Session) -> date | None:
    """Return the last day that is covered by a round of a cadence; None before the first."""
    return session.scalar(
        select(func.max(SweepRound.last_on)).where(SweepRound.kind == RoundKind.REGULAR)
    )


def _may_change(row: SweepRound, now: datetime) -> bool:
    return row.closed_at is None and not is_late(now, row.due_at)


def _said(each: SweepRound | PlannedRound) -> tuple[object, ...]:
    return each.name, each.last_on, each.due_at, each.closes_at
