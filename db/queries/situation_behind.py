"""What stands behind a figure: as many rows as it counts, of whichever kind the figure names.

Everything is read within the scope of whoever asks, so that a leader who is told the county's
counts opens his own cases alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models.sweeps import SweepRound
from db.queries import (
    batches,
    contacts,
    disputes,
    official,
    reception_days,
    reception_figures,
    situation_outcomes,
    situation_work,
    sweeps,
    visit_lists,
)
from db.queries.batches import Held
from db.queries.contacts import ContactRow
from db.queries.disputes import DisputeFilter, Listing
from db.queries.meeting_decisions import DecisionRow
from db.queries.official import OfficialRow
from db.queries.reception_days import PlannedDay, ReceptionDay, Span
from db.queries.reception_figures import LeaderFigures
from db.queries.situation_case_rows import PEOPLE, cases
from db.queries.situation_cases import CasesBehind, Side
from db.queries.situation_scope import Asked, Context, counting
from db.queries.visit_lists import VisitFilter, VisitList, VisitListing
from db.scope import actor_of
from rules.batches import Outcome
from rules.dispute_terms import DisputeOutcome, Facet
from rules.evaluation_figures import Fact
from rules.figure_terms import Opens
from rules.figures import REGISTRY
from rules.official import POPULATION, told_in, told_last
from rules.reception_terms import VisitOutcome
from rules.sweep_figures import FILED, IN_TIME
from rules.sweeps import Slot, is_late


@dataclass(frozen=True, slots=True)
class HandedCase:
    """A case of a batch as its figures count it."""

    batch: str
    held_on: date
    outcome: Outcome


Row = (
    Fact
    | DecisionRow
    | PlannedDay
    | ReceptionDay
    | LeaderFigures
    | ContactRow
    | Held
    | HandedCase
    | Slot
    | OfficialRow
)


@dataclass(frozen=True, slots=True)
class Behind:
    """What stands behind a figure, as its kind of rows is listed.

    `count` is what the actor may see of it, in the figure's own unit: people, where it counts
    people. `wanted` is the filter of the screen that lists the same. What no screen lists by a
    filter stands in `rows`.
    """

    opens: Opens
    count: int = 0
    cases: CasesBehind | None = None
    disputes: Listing | None = None
    visits: VisitListing | None = None
    wanted: VisitFilter | DisputeFilter | None = None
    rows: tuple[Row, ...] = ()


def behind(
    session: Session,
    code: str,
    asked: Asked,
    *,
    side: Side = Side.PART,
    today: date,
    now: datetime,
    clock: ZoneInfo,
    limit: int = 200,
) -> Behind:
    """Return what stands behind a figure of the registry, or of a rate behind one side of it.

    Of cases the latest `limit` are listed, of disputes and visits a page; all are counted. What
    is told of the county alone has nothing behind it where a unit or a township is asked for.
    """
    with counting(session, asked, today=today, now=now, clock=clock) as context:
        meeting = situation_outcomes.last_meeting(context)
    figure = REGISTRY[code]
    opens = figure.opens
    assert opens is not None
    if figure.county_only and not context.of_county:
        return Behind(opens)
    if code == "per_10k" and side is not Side.PART:
        return _population(session, context)
    rows: Iterable[Row]
    match opens:
        case Opens.CASES | Opens.FOLLOW_UPS:
            found = cases(session, code, side, context, limit)
            told = found.people if code in PEOPLE else found.total
            return Behind(opens, told or 0, cases=found)
        case Opens.DISPUTES:
            return _disputes(session, code, side, asked, context)
        case Opens.VISITS:
            return _received(session, code.removeprefix("reception_"), context)
        case Opens.OFFICIAL:
            return _entered(session, code, context)
        case Opens.BATCHES:
            rows = _batches(session, code, side, context)
        case Opens.ROUNDS:
            rows = _reports(session, code, side, context)
        case Opens.TURNS:
            rows = situation_outcomes.planned_behind(session, code, context, side)
        case Opens.EVALUATIONS:
            rows = situation_outcomes.evaluations_behind(session, code, context, side)
        case Opens.DECISIONS:
            rows = situation_outcomes.decisions_behind(session, meeting, code, context, side)
    kept = tuple(rows)
    return Behind(opens, len(kept), rows=kept)


# What the ledger of disputes is narrowed to on the counted side; the ledger is all of them.
_DISPUTED: dict[str, dict[str, Any]] = {
    "disputes_found": {},
    "disputes_resolved": {"outcome": DisputeOutcome.RESOLVED},
    "disputes_partly": {"outcome": DisputeOutcome.PARTLY},
    "disputes_unresolved": {"outcome": DisputeOutcome.UNRESOLVED},
    "disputes_passed_on": {"facet": Facet.PASSED_ON},
    "dispute_resolution": {"outcome": DisputeOutcome.RESOLVED},
}


def _disputes(session: Session, code: str, side: Side, asked: Asked, context: Context) -> Behind:
    actor = actor_of(session)
    own = None if actor.sees_county else actor.unit_id
    every = DisputeFilter(
        first=context.days.first,
        last=context.days.last,
        finder_id=own if asked.unit_id is None else asked.unit_id,
        area_id=asked.township_id,
    )
    match side if REGISTRY[code].is_ratio else Side.PART:
        case Side.WHOLE:
            wanted = every
        case Side.REST:
            wanted = replace(every, facet=Facet.NOT_RESOLVED)
        case _:
            wanted = replace(every, **_DISPUTED[code])
    found = disputes.listing(session, wanted, page=1, today=context.today)
    return Behind(Opens.DISPUTES, found.total, disputes=found, wanted=wanted)


_LISTS = {"closed": VisitList.CLOSED, "solved": VisitList.SOLVED}


def _received(session: Session, name: str, context: Context) -> Behind:
    """Of 场次 the days, of 接访领导 the leaders; of all else the visits, of 解决 what else was solved."""
    days = context.days
    if name in ("sessions", "leaders"):
        actor = actor_of(session)
        if not actor.sees_all_cases and actor.leader_id is None:
            return Behind(Opens.VISITS)
        own = None if actor.sees_all_cases else actor.leader_id
        span = Span(days.first, days.last, leader_id=own)
        rows: tuple[Row, ...] = (
            tuple(reception_days.listed(session, span))
            if name == "sessions"
            else tuple(reception_figures.by_leader(session, span))
        )
        return Behind(Opens.VISITS, len(rows), rows=rows)
    wanted = _visits(name, context)
    found = visit_lists.listing(session, wanted, page=1, today=context.today)
    elsewhere: tuple[ContactRow, ...] = ()
    count = found.figures.batches
    match name:
        case "people":
            count = found.figures.people
        case "matters":
            count = found.figures.matters
        case "solved":
            told = contacts.visits(session, first=days.first, last=days.last)
            elsewhere = tuple(row for row in told if row.solved)
            count += sum(row.solved for row in elsewhere)
    return Behind(Opens.VISITS, count, visits=found, wanted=wanted, rows=elsewhere)


def _visits(name: str, context: Context) -> VisitFilter:
    every = VisitFilter(first=context.days.first, last=context.days.last, ordinary=True)
    if name in _LISTS:
        return replace(every, wanted=_LISTS[name])
    if name == "groups":
        return replace(every, collective=True)
    outcome = next((each for each in VisitOutcome if each.value == name), None)
    return replace(every, outcome=outcome)


def _batches(session: Session, code: str, side: Side, context: Context) -> list[Held | HandedCase]:
    """List the batches, or of a rate the cases of them all."""
    if context.townships is not None:
        return []
    days, units = context.days, context.units
    found = batches.held_between(session, days.first, days.last, units=units, today=context.today)
    if code == "batches_held":
        return [*found]
    settles = code == "batch_settlement"
    return [
        HandedCase(each.name, each.held_on, outcome)
        for each in found
        for outcome in each.outcomes
        if side.takes(outcome.settled if settles else outcome.resolved)
    ]


def _reports(session: Session, code: str, side: Side, context: Context) -> list[Slot]:
    """List who owed a report in the rounds that fell due, by what the rate counts."""
    since, until = situation_work.moments(context)
    due = select(SweepRound).where(SweepRound.due_at >= since, SweepRound.due_at < until)
    rounds = [
        sweeps.value(row)
        for row in session.scalars(due.order_by(SweepRound.due_at.desc(), SweepRound.id))
    ]
    rounds = [each for each in rounds if is_late(context.now, each.due_at)]
    counts = IN_TIME if code == "sweep_punctuality" else FILED
    return [
        slot
        for slot in sweeps.slots_of(session, rounds, now=context.now)
        if situation_work.asked_of(context, slot.unit_id) and side.takes(slot.state in counts)
    ]


_EVERY = 100_000


def _entered(session: Session, code: str, context: Context) -> Behind:
    """What superiors told that adds up to the figure, each with its source and who entered it."""
    told = official.told(session, keys=[code], limit=_EVERY)
    rows = tuple(told_in(told, context.days) or ())
    return Behind(Opens.OFFICIAL, sum(row.value for row in rows), rows=rows)


def _population(session: Session, context: Context) -> Behind:
    """Who told the number of people that 万人信访比 divides by."""
    if context.units is not None:
        return Behind(Opens.OFFICIAL)
    told = [
        row
        for row in official.told(session, keys=[POPULATION], limit=_EVERY)
        if (
            row.township_id is None
            if context.townships is None
            else row.township_id in context.townships
        )
    ]
    places = dict.fromkeys(row.township_id for row in told)
    last = (
        told_last([row for row in told if row.township_id == place], on=context.days.last)
        for place in places
    )
    rows = tuple(row for row in last if row is not None)
    return Behind(Opens.OFFICIAL, sum(row.value for row in rows), rows=rows)
