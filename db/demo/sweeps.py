"""The made-up county's sweep: ten weeks of reports, in time, late, of zero and missing, and a campaign."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

import settings
from db.commands import sweep_rounds, sweeps
from db.models.sweeps import SweepRound
from db.queries import sweeps as queries
from db.queries.codes import resolve_codes
from rules.sweep_terms import RoundKind
from rules.sweeps import SweepUnit
from rules.terms import UnitKind

_LATELY = timedelta(days=70)
_DAY = timedelta(days=1)
_ABOUT = ("拖欠工资", "养老保险")


def load(session: Session, *, today: date, now: datetime) -> int:
    """Make the rounds of the last weeks, file most of what was owed, and close what is over."""
    clock = ZoneInfo(settings.current().timezone)
    begun = today - _LATELY
    sweep_rounds.keep_up(session, until=today, today=begun, now=now - _LATELY, clock=clock)
    units = queries.units(session)
    _campaign(session, units, today=today, now=now, clock=clock)
    filed = 0
    for row in session.scalars(select(SweepRound).order_by(SweepRound.due_at, SweepRound.id)):
        for place, unit in enumerate(units):
            filed += _filed(session, row, unit, place, today=today, now=now, clock=clock)
    sweep_rounds.keep_up(session, until=today + 31 * _DAY, today=today, now=now, clock=clock)
    return filed


def _campaign(
    session: Session, units: list[SweepUnit], *, today: date, now: datetime, clock: ZoneInfo
) -> None:
    codes = resolve_codes(session)
    sweep_rounds.open_round(
        session,
        name="欠薪问题专项排查",
        kind=RoundKind.CAMPAIGN,
        first_on=today - 5 * _DAY,
        last_on=today + 2 * _DAY,
        due_at=datetime.combine(today + 2 * _DAY, time(18), clock),
        unit_ids=[unit.id for unit in units if unit.kind is UnitKind.TOWNSHIP],
        class_ids=[codes[label] for label in _ABOUT if label in codes],
        note="逐个工地、逐家企业排查，没有的也作零报告",
        today=today - 5 * _DAY,
        now=now - 5 * _DAY,
    )


def _filed(
    session: Session,
    row: SweepRound,
    unit: SweepUnit,
    place: int,
    *,
    today: date,
    now: datetime,
    clock: ZoneInfo,
) -> bool:
    """File a unit's report where it owes one: a few too late, a few not at all."""
    if not queries.value(row).expects(unit):
        return False
    sign = place * 7 + row.id * 11
    late = sign % 31 == 3
    moment = row.due_at + timedelta(hours=2) if late else row.due_at - _DAY * (sign % 3) / 2
    if moment > now:
        moment = now - timedelta(minutes=sign % 500)
        if sign % 3 or moment.astimezone(clock).date() < row.first_on:
            return False
    on = max(moment.astimezone(clock).date(), row.first_on)
    if sign % 37 == 5:
        return False
    if sign % 5 < 2 or unit.kind is UnitKind.COUNTY:
        found = 1 + sign % 4
        sweeps.file_report(
            session,
            row.id,
            unit.id,
            found=found,
            resolved=sign % (found + 1),
            today=on,
            now=moment,
        )
    else:
        sweeps.file_zero(session, row.id, unit.id, today=on, now=moment)
    return True
