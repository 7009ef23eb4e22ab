"""《矛盾纠纷排查情况表》 read: computed from the disputes, as it was frozen, and the early finds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from db.models.dispute_tables import DisputeTable
from db.models.disputes import Dispute
from db.models.units import Unit
from db.queries import disputes, office
from db.queries.dispute_counts import counted
from rules.dispute_progress import Early
from rules.dispute_steps import UNCOUNTED
from rules.dispute_table import (
    TOTAL,
    Counted,
    Form,
    Kind,
    Period,
    TableSpan,
    form,
    periods,
    read_kept,
)
from rules.dispute_terms import Facet


@dataclass(frozen=True, slots=True)
class Frozen:
    """A form as it was frozen; `by` is empty where the first look after its day did it."""

    form: Form
    by: str
    at: datetime


def kinds(session: Session) -> list[Kind]:
    """List the classes in the order of the county's list."""
    return [Kind(row.id, row.name, row.parent_id, row.active) for row in disputes.classes(session)]


def live(session: Session, period: Period) -> Form:
    """Compute the form from the disputes as they stand now, by one statement."""
    in_period = case((Dispute.found_on >= period.first_on, 1), else_=0).label("in_period")
    begun = case((Dispute.channel.is_not(None), 1), else_=0).label("begun")
    statement = (
        select(Dispute.class_id, Unit.kind, Dispute.outcome, begun, in_period, func.count())
        .join(Unit, Unit.id == Dispute.unit_id)
        .where(
            Dispute.found_on.between(period.year_on, period.last_on),
            Dispute.state.not_in(UNCOUNTED),
        )
        .group_by(Dispute.class_id, Unit.kind, Dispute.outcome, "begun", "in_period")
    )
    found = [
        Counted(class_id, kind, outcome, bool(begun), bool(inside), count)
        for class_id, kind, outcome, begun, inside, count in counted(session, statement)
    ]
    return form(period, found, kinds(session))


def frozen(session: Session, period: Period) -> Frozen | None:
    """Return the form of a period as it was frozen; None while it is not, or not for the actor."""
    row = session.scalars(
        select(DisputeTable).where(
            DisputeTable.span == period.span, DisputeTable.first_on == period.first_on
        )
    ).one_or_none()
    if row is None:
        return None
    return Frozen(read_kept(period, row.rows), row.frozen_by or "", row.frozen_at)


def frozen_periods(session: Session) -> set[Period]:
    """Name the periods whose form is frozen."""
    found = session.execute(select(DisputeTable.span, DisputeTable.first_on))
    return {Period(span, first_on) for span, first_on in found}


def offered(session: Session, span: TableSpan, *, today: date) -> list[Period]:
    """List the periods from the first dispute on, the latest first."""
    first = counted(session, select(func.min(Dispute.found_on)))[0][0] or today
    return periods(span, since=min(first, today), today=today)


def due(session: Session, *, today: date) -> list[Period]:
    """List what is to be frozen by itself: periods that ended while the ledger was kept here.

    What was over before the first dispute was entered is frozen by hand alone: it would be
    frozen before the old ledgers are brought in.
    """
    began = session.scalar(select(Dispute.created_at).order_by(Dispute.id).limit(1))
    if began is None:
        return []
    after = office.parameter(session, "dispute_table_days", on=today)
    assert isinstance(after, int)
    done = frozen_periods(session)
    return [
        period
        for span in TableSpan
        for period in reversed(periods(span, since=began.date(), today=today))
        if period not in done and today >= period.freezes_on(after)
    ]


def early(session: Session, *, first: date, last: date) -> list[Early]:
    """Count by 大类 the disputes found in these days, and those resolved before any petition.

    The sum of all comes first.
    """
    early_ = case((disputes.of_facet(Facet.EARLY), 1), else_=0)
    statement = (
        select(Dispute.class_id, func.count(), func.sum(early_))
        .where(Dispute.found_on.between(first, last), Dispute.state.not_in(UNCOUNTED))
        .group_by(Dispute.class_id)
    )
    listed = kinds(session)
    return _by_root(listed, [tuple(row) for row in counted(session, statement)])


def _by_root(listed: Sequence[Kind], found: Sequence[tuple[int, int, int]]) -> list[Early]:
    above = {kind.id: kind.parent_id or kind.id for kind in listed}
    sums: dict[int, list[int]] = {}
    for class_id, disputes_, early_ in found:
        each = sums.setdefault(above[class_id], [0, 0])
        each[0] += disputes_
        each[1] += early_
    rows = [Early(k.id, k.name, *sums[k.id]) for k in listed if k.id in sums]
    whole = (sum(row.disputes for row in rows), sum(row.early for row in rows))
    return [Early(None, TOTAL, *whole), *rows]
