"""What follows by itself when a case is closed, and when it is open again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db.models.cases import Case
from db.models.duty import CaseDuty
from db.models.supervision import CaseOpening, LookBack, SignOff
from db.queries import procedure
from rules.case_terms import VisitKind
from rules.procedure import look_back_due
from rules.steps import ENDED
from rules.terms import CaseState

_PLANNED = {VisitKind.LOOK_30: "look_first_days", VisitKind.LOOK_90: "look_second_days"}


@dataclass(frozen=True, slots=True)
class End:
    """Whether and when a case had ended before something was written on it."""

    state: CaseState
    closed_on: date | None


def end_of(case: Case) -> End:
    """Return how a case stands to its end, to be held against what is written on it."""
    return End(case.state, case.closed_on)


def follow(session: Session, case: Case, *, before: End, why: str, today: date) -> None:
    """Plan the looks back of a case just closed, or undo its end where it is open again.

    Opening it drops the looks back that were not done, withdraws a sign-off asked for or
    given, with `why`, takes the case back into the ledger of duties that its sign-off let it
    leave, and forgets who had looked at it since it was closed. Another day of the close
    moves the looks back that were planned from it.
    """
    ended, had_ended = case.state in ENDED, before.state in ENDED
    if ended and not had_ended:
        _plan_look_backs(session, case)
    elif ended and case.closed_on != before.closed_on:
        _move_look_backs(session, case)
    elif had_ended and not ended:
        _drop_look_backs(session, case.id, today)
        _withdraw_sign_off(session, case.id, why, today)
        session.execute(delete(CaseOpening).where(CaseOpening.case_id == case.id))


def _plan_look_backs(session: Session, case: Case) -> None:
    """A close that was withdrawn by mistake finds its looks back again, those done among them."""
    there = {
        (look.kind, look.due_on): look
        for look in session.scalars(select(LookBack).where(LookBack.case_id == case.id))
    }
    for kind, due_on in _due(session, case).items():
        if found := there.get((kind, due_on)):
            found.dropped_on = None
        else:
            session.add(LookBack(case_id=case.id, kind=kind, due_on=due_on))


def _due(session: Session, case: Case) -> dict[VisitKind, date]:
    assert case.closed_on is not None
    terms = procedure.terms(session)
    return {
        kind: look_back_due(case.closed_on, terms.days(key, on=case.closed_on), terms=terms)
        for kind, key in _PLANNED.items()
    }


def _move_look_backs(session: Session, case: Case) -> None:
    due = _due(session, case)
    for look in _waiting(session, case.id):
        look.due_on = due[look.kind]


def _drop_look_backs(session: Session, case_id: int, today: date) -> None:
    for look in _waiting(session, case_id):
        look.dropped_on = today


def _waiting(session: Session, case_id: int) -> Sequence[LookBack]:
    return session.scalars(
        select(LookBack).where(
            LookBack.case_id == case_id,
            LookBack.kind.in_(_PLANNED),
            LookBack.done_on.is_(None),
            LookBack.dropped_on.is_(None),
        )
    ).all()


def _withdraw_sign_off(session: Session, case_id: int, why: str, today: date) -> None:
    standing = select(SignOff).where(
        SignOff.case_id == case_id, SignOff.refused_on.is_(None), SignOff.withdrawn_on.is_(None)
    )
    for found in session.scalars(standing):
        found.withdrawn_on, found.withdrawn_why = today, why
        duty = session.scalar(select(CaseDuty).where(CaseDuty.case_id == case_id))
        if found.signed_on is not None and duty is not None and duty.left_on == found.signed_on:
            duty.left_on, duty.left_why = None, ""
