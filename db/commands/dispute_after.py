"""What follows by itself when a dispute is signed off, and when it is open again."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models.disputes import Dispute, DisputeLook, DisputeSignOff
from db.queries import office
from rules.case_terms import VisitKind
from rules.dispute_terms import DisputeState

_PLANNED = {
    VisitKind.LOOK_30: "dispute_look_first_days",
    VisitKind.LOOK_90: "dispute_look_second_days",
}
WHY_MAX = 500


def follow(session: Session, row: Dispute, *, before: DisputeState, why: str, today: date) -> None:
    """Plan the looks back of a dispute just signed off; on 反弹 undo its end with `why`.

    Looks back that were not done are dropped, those done count no more for a new end, and a
    sign-off asked for or given is withdrawn.
    """
    if row.state is DisputeState.SIGNED_OFF and before is not DisputeState.SIGNED_OFF:
        assert row.signed_on is not None
        for kind, key in _PLANNED.items():
            days = office.parameter(session, key, on=row.signed_on)
            assert isinstance(days, int)
            session.add(
                DisputeLook(dispute_id=row.id, kind=kind, due_on=row.signed_on + timedelta(days))
            )
    elif row.state is DisputeState.REBOUNDED:
        looks = select(DisputeLook).where(
            DisputeLook.dispute_id == row.id, DisputeLook.dropped_on.is_(None)
        )
        for look in session.scalars(looks):
            look.dropped_on = today
        standing = select(DisputeSignOff).where(
            DisputeSignOff.dispute_id == row.id,
            DisputeSignOff.refused_on.is_(None),
            DisputeSignOff.withdrawn_on.is_(None),
        )
        for found in session.scalars(standing):
            found.withdrawn_on, found.withdrawn_why = today, why[:WHY_MAX]
