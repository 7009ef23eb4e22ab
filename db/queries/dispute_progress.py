"""逐案销号 read: what was found and what came of it, by round, campaign and class, by day and by age."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import case, exists, func, literal, select, union_all
from sqlalchemy.orm import Session

from db.models.disputes import Dispute, DisputeClass
from db.models.sweeps import SweepRound
from db.queries import disputes, office
from db.queries.dispute_counts import counted
from rules.case_charts import AgeBand, Aged
from rules.dispute_progress import Basis, Days, Flow, age_bands, flows
from rules.dispute_steps import OPEN, UNCOUNTED
from rules.dispute_terms import DisputeOutcome, DisputeState
from rules.sweep_terms import RoundKind

ROUNDS = 24
_KINDS = {
    Basis.ROUND: (RoundKind.REGULAR, RoundKind.SPECIAL),
    Basis.CAMPAIGN: (RoundKind.CAMPAIGN, RoundKind.AD_HOC),
}
_AGES = ("dispute_age_first", "dispute_age_second", "dispute_age_third")
_ENDED = (DisputeOutcome.RESOLVED, DisputeOutcome.ROUTED, DisputeOutcome.PETITIONED)


@dataclass(frozen=True, slots=True)
class Burnt:
    """The days on which the disputes of one round or class were found and came to an end."""

    days: Days
    petitioned: Mapping[date, int]


def progress(session: Session, basis: Basis, *, first: date, last: date, today: date) -> list[Flow]:
    """Return how far each round has come that has disputes, or each 大类 of what was found then.

    Of rounds that begin in these days the latest, at most ROUNDS of them, the latest first.
    """
    if basis is Basis.CLASS:
        return _by_class(session, first=first, last=last)
    rounds = select(SweepRound.id, SweepRound.name).where(
        SweepRound.kind.in_(_KINDS[basis]),
        SweepRound.first_on.between(first, min(last, today)),
        # Whoever found them: a unit's own are counted below, and a round without any is left out.
        exists().where(Dispute.__table__.c.round_id == SweepRound.id),
    )
    chosen = session.execute(
        rounds.order_by(SweepRound.first_on.desc(), SweepRound.id.desc()).limit(ROUNDS)
    )
    names = {row.id: row.name for row in chosen}
    statement = (
        select(Dispute.round_id, Dispute.state, Dispute.outcome, func.count())
        .where(Dispute.round_id.in_(list(names)), Dispute.state.not_in(UNCOUNTED))
        .group_by(Dispute.round_id, Dispute.state, Dispute.outcome)
    )
    found = flows([tuple(row) for row in counted(session, statement)], names)
    return [each for each in found if each.tally.found]


def round_name(session: Session, round_id: int) -> str | None:
    """Name a round; None where it was taken away."""
    return session.scalar(select(SweepRound.name).where(SweepRound.id == round_id))


def _by_class(session: Session, *, first: date, last: date) -> list[Flow]:
    listed = disputes.classes(session)
    above = {row.id: row.parent_id or row.id for row in listed}
    statement = (
        select(Dispute.class_id, Dispute.state, Dispute.outcome, func.count())
        .where(Dispute.found_on.between(first, last), Dispute.state.not_in(UNCOUNTED))
        .group_by(Dispute.class_id, Dispute.state, Dispute.outcome)
    )
    rows = [(above[key], *rest) for key, *rest in counted(session, statement)]
    names = {row.id: row.name for row in listed if row.parent_id is None}
    found = flows([(key, state, outcome, n) for key, state, outcome, n in rows], names)
    return [each for each in found if each.tally.found]


def burnt(session: Session, basis: Basis, key: int, *, first: date, last: date) -> Burnt:
    """Return the days of one round, or of one 大类 of what was found from `first` to `last`."""
    if basis is Basis.CLASS:
        ids = select(DisputeClass.id).where(
            (DisputeClass.id == key) | (DisputeClass.parent_id == key)
        )
        chosen: list[Any] = [Dispute.class_id.in_(ids), Dispute.found_on.between(first, last)]
    else:
        chosen = [Dispute.round_id == key]
    chosen.append(Dispute.state.not_in(UNCOUNTED))
    ended_on = func.coalesce(Dispute.resolved_on, Dispute.left_on, Dispute.found_on)
    parts = [
        _days("found", Dispute.found_on, chosen),
        _days("ended", ended_on, [*chosen, Dispute.outcome.in_(_ENDED)]),
        _days("away", ended_on, [*chosen, Dispute.outcome == DisputeOutcome.PETITIONED]),
        _days("signed", Dispute.signed_on, [*chosen, Dispute.state == DisputeState.SIGNED_OFF]),
    ]
    days: dict[str, dict[date, int]] = {name: {} for name in ("found", "ended", "away", "signed")}
    for name, on, count in counted(session, union_all(*parts)):
        days[name][on] = count
    return Burnt(Days(days["found"], days["ended"], days["signed"]), days["away"])


def _days(name: str, day: Any, conditions: Sequence[Any]) -> Any:
    on = day.label("on_day")
    return select(literal(name), on, func.count()).where(*conditions).group_by(day)


def bands(session: Session, *, today: date) -> list[AgeBand]:
    """Return the bands of age the county has set."""
    limits = [office.parameter(session, key, on=today) for key in _AGES]
    return age_bands([limit for limit in limits if isinstance(limit, int)])


def ageing(session: Session, *, today: date) -> list[Aged]:
    """Count the open disputes by how long ago they were found, and the overdue among them."""
    parts = bands(session, today=today)
    place = case(
        *(
            (Dispute.found_on >= today - timedelta(days=band.most), at)
            for at, band in enumerate(parts)
            if band.most is not None
        ),
        else_=len(parts) - 1,
    ).label("band")
    statement = (
        select(place, func.count(), func.sum(case((Dispute.due_on < today, 1), else_=0)))
        .where(Dispute.state.in_(OPEN))
        .group_by("band")
    )
    found = {at: (count, late) for at, count, late in counted(session, statement)}
    return [Aged(band, *found.get(at, (0, 0))) for at, band in enumerate(parts)]
