"""Case numbers: given in the store, one after the other, none lost and none twice."""

from collections.abc import Mapping

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.models.cases import CaseSerial


def take_serials(session: Session, wanted: Mapping[int, int]) -> dict[int, int]:
    """Take `wanted` serials of each year; returns the first of each.

    The row of the year stays locked to the end of the transaction, so an undone one
    leaves no gap. Years are locked in order, so that two imports cannot block each other.
    """
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    firsts = {}
    for year in sorted(wanted):
        session.execute(insert(CaseSerial).values(year=year, last=0).on_conflict_do_nothing())
        session.execute(
            update(CaseSerial)
            .where(CaseSerial.year == year)
            .values(last=CaseSerial.last + wanted[year])
            .execution_options(synchronize_session=False)
        )
        last = session.scalar(
            select(CaseSerial.last)
            .where(CaseSerial.year == year)
            .execution_options(populate_existing=True)
        )
        assert last is not None
        firsts[year] = last - wanted[year] + 1
    return firsts
