"""A situation: every figure of the registry for some days, from one function, for all who show one.

Screens, exports, slides, papers and the command line read `situation`; what is behind a figure is
situation_behind.py's to say, within the scope of whoever asks.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models.audit import LedgerHead
from db.queries import (
    office,
    situation_cases,
    situation_outcomes,
    situation_parts,
    situation_work,
)
from db.queries.situation_cases import Counted
from db.queries.situation_scope import Asked, Context, counting
from db.scope import actor_of
from rules.figure_terms import Basis, Dimension, worded
from rules.figures import REGISTRY
from rules.periods import Days
from rules.readings import Change, Part, Reading, Thresholds, change

# What counts which figures; a capability adds its own here and its figures to rules/figures.py.
SOURCES: tuple[Callable[[Context], Counted], ...] = (
    situation_cases.figures,
    situation_work.evaluations,
    situation_work.duties,
    situation_work.follow_ups,
    situation_work.handed,
    situation_work.receptions,
    situation_work.reports,
    situation_work.disputes,
    situation_work.levels,
    situation_outcomes.rosters,
    situation_outcomes.evaluations,
    situation_outcomes.decisions,
)


@dataclass(frozen=True, slots=True)
class Situation:
    """The readings of some days: what was asked, the days counted, when, and of which store."""

    asked: Asked
    days: Days
    readings: Mapping[str, Reading]
    at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class Compared:
    """A situation beside the same days of the year before (同比) and the days before (环比).

    `former` are the readings of both, in that order, that the changes were told of.
    """

    now: Situation
    year_before: Mapping[str, Change]
    before: Mapping[str, Change]
    limits: Thresholds
    former: tuple[Mapping[str, Reading], Mapping[str, Reading]]


def situation(
    session: Session, asked: Asked, *, today: date, now: datetime, clock: ZoneInfo
) -> Situation:
    """Read every figure the actor may see, of the county or of what `asked` names.

    Raises NotAllowed for whoever sees no situation at all.
    """
    actor = actor_of(session)
    with counting(session, asked, today=today, now=now, clock=clock) as context:
        readings = {
            code: reading
            for code, reading in _readings(context).items()
            if actor.sees_all_cases or not reading.figure.office_only
        }
        version = session.scalar(select(LedgerHead.version)) or 0
        return Situation(asked, context.days, readings, now, version)


def compared(
    session: Session, asked: Asked, *, today: date, now: datetime, clock: ZoneInfo
) -> Compared:
    """Read a situation and hold it against the same days of the year before and those before."""
    mine = situation(session, asked, today=today, now=now, clock=clock)
    year, period = (
        {
            code: _of_then(reading)
            for code, reading in situation(
                session, replace(asked, days=days), today=today, now=now, clock=clock
            ).readings.items()
        }
        for days in (mine.days.year_before(), mine.days.before())
    )
    set_ = office.in_force(session, on=today)
    limits = Thresholds(
        *(int(set_[key]) for key in ("alert_warn_percent", "alert_alarm_percent", "small_base"))
    )
    changes = [
        {
            code: change(reading, former[code], small=limits.small)
            for code, reading in mine.readings.items()
        }
        for former in (year, period)
    ]
    return Compared(mine, changes[0], changes[1], limits, (year, period))


def _of_then(reading: Reading) -> Reading:
    """What stands at this moment has no value of other days."""
    return Reading(reading.figure, None) if reading.figure.basis is Basis.NOW else reading


def split(
    session: Session,
    asked: Asked,
    dimension: Dimension,
    *,
    codes: Collection[str] | None = None,
    today: date,
    now: datetime,
    clock: ZoneInfo,
) -> list[Part]:
    """Read the figures that name a dimension among their splits, or some of them, for each part of it.

    A part has every figure asked for, 0 where nothing is counted; parts of which nothing at all is
    counted are left out. No order by volume: who gets many petitions is no worse for it (条例 §39).
    """
    asked_for = [
        code
        for code, figure in REGISTRY.items()
        if dimension in figure.splits and (codes is None or code in codes)
    ]
    with counting(session, asked, today=today, now=now, clock=clock) as context:
        decimals = context.number("pct_decimals")
        found = situation_parts.read(context, dimension, asked_for)
        names = situation_parts.names(context, dimension, found)
    places = {key: place for place, key in enumerate(names)}
    parts = [
        Part(
            key,
            names.get(key, f"{key}"),
            {code: Reading(REGISTRY[code], *counts[code], decimals) for code in asked_for},
        )
        for key, counts in found.items()
        if any(any(pair) for pair in counts.values())
    ]
    if dimension in situation_parts.ORDERED:
        return sorted(parts, key=lambda part: places[part.key])
    return sorted(parts, key=lambda part: (part.key is None, part.label))


def _readings(context: Context) -> dict[str, Reading]:
    counted: Counted = {}
    for source in SOURCES:
        counted.update(source(context))
    # What one source counts is part of what another does.
    counted["call_back_rate"] = (counted["call_back_rate"][0], counted["closed"][0])
    counted["per_10k"] = (counted["received"][0], situation_work.population(context))
    decimals = context.number("pct_decimals")
    return {
        code: Reading(worded(figure, context.parameters), *counted[code], decimals)
        for code, figure in REGISTRY.items()
    }


def as_rows(found: Situation) -> list[dict[str, Any]]:
    """Return the readings as plain rows, for a table, a file or JSON."""
    return [
        {
            "code": code,
            "label": reading.figure.label,
            "unit": reading.figure.unit,
            "shown": reading.shown,
            "count": reading.count,
            "whole": reading.whole,
            "part_label": reading.figure.part,
            "whole_label": reading.figure.whole,
            "basis": reading.figure.basis.label if reading.figure.basis else "",
            "definition": reading.figure.definition,
        }
        for code, reading in found.readings.items()
    ]
