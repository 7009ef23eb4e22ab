"""What the office has set: parameters in force and their history."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models.office import ParameterValue
from rules import policy


def parameter(session: Session, key: str, *, on: date) -> policy.Value:
    """Return the value of a parameter in force on a day: the county's own, else the default."""
    rows = session.execute(
        select(ParameterValue.valid_from, ParameterValue.value).where(ParameterValue.key == key)
    )
    return policy.in_force(key, [(since, text) for since, text in rows], on=on)
