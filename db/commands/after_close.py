"""What follows by itself when a case is closed, and when it is open again."""

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


def follow(session: Session, case: Case, *, before: CaseState, why: str, today: date) -> None:
    """Plan the looks back of a case just closed, or undo its end where it is open again.

    Opening it drops the looks back that were not done, withdraws a sign-off asked for or
    given, with `why`, takes the case back into the ledger of duties that its sign-off let it
    leave, and forgets who had looked at it since it was closed.
    """
    if case.state in ENDED and before not in ENDED:
        _plan_look_backs(session, case)
    elif case.state not in ENDED and before in ENDED:
        _drop_look_backs(session, case.id, today)
        _withdraw_sign_off(session, case.id, why, today)
        session.execute(delete(CaseOpening).where(CaseOpening.case_id == case.id))


def _plan_look_backs(session: Session, case: Case) -> None:
    """A close that was withdrawn by mistake finds its looks back again, those done among them."""
    assert case.closed_on is not None
    terms = procedure.terms(session)
    there = {
        (look.kind, look.due_on): look
        for look in session.scalars(select(LookBack).where(LookBack.case_id == case.id))
    }
    for kind, key in _PLANNED.items():
        days = terms.days(key, on=case.closed_on)
        due_on = look_back_due(case.closed_on, days, terms=terms)
        if found := there.get((kind, due_on)):
            found.dropped_on = None
        else:
            session.add(LookBack(case_id=case.id, kind=kind, due_on=due_on))


def _drop_look_backs(session: Session, case_id: int, today: date) -> None:
    waiting = select(LookBack).where(
        LookBack.case_id == case_id, LookBack.done_on.is_(None), LookBack.dropped_on.is_(None)
    )
    for look in session.scalars(waiting):
        look.dropped_on = today


def _withdraw_sign_off(session: Session, case_id: int, why: str, today: date) -> None:
    standing = select(SignOff).where(
        SignOff.case_id == case_id, SignOff.refused_on.is_(None), SignOff.withdrawn_on.is_(None)
    )
    for found in session.scalars(standing):
        found.withdrawn_on, found.withdrawn_why = today, why
        duty = session.scalar(select(CaseDuty).where(CaseDuty.case_id == case_id))
        if found.signed_on is not None and duty is not None and duty.left_on == found.signed_on:
            duty.left_on, duty.left_why = None, ""
