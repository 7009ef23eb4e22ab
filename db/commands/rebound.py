"""反弹: a sign-off withdrawn by itself because its matter was raised again soon after."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from db.commands.procedure import write_step
from db.models.cases import Case
from db.queries import office, sign_off
from rules import procedure
from rules.case_terms import Step


def withdraw_if_fresh(
    session: Session, case: Case, *, raised_on: date, why: str, today: date, now: datetime
) -> None:
    """Open a case again that was signed off no longer before `raised_on` than the county's window."""
    signed = sign_off.standing(session, case.id)
    if signed is None or signed.signed_on is None:
        return
    days = office.parameter(session, "reopen_window_days", on=today)
    assert isinstance(days, int)
    if procedure.rebounds(signed.signed_on, raised_on, window_days=days):
        write_step(
            session, case, Step.REBOUND, {"reason": why}, happened_on=today, today=today, now=now
        )
