"""Entering what superiors alone know, per period and with its source; never of a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models.figures import OfficialCount
from db.models.units import Unit
from db.scope import actor_of
from rules import official as rules
from rules.cases import clean
from rules.errors import Conflict, Invalid, Problem
from rules.permissions import Action
from rules.terms import UnitKind


@dataclass(frozen=True, slots=True)
class Line:
    """One number as typed; None takes out what is there, whose version the user saw."""

    key: str
    value: int | None
    version: int | None = None
    township_id: int | None = None


def enter(
    session: Session,
    lines: Sequence[Line],
    *,
    first_on: date | None,
    last_on: date | None,
    source: str,
    today: date,
    now: datetime,
) -> int:
    """Write the numbers of a period, all or none, and return how many are new or other than before.

    Raises Invalid naming everything that is wrong, Conflict where somebody else has entered one
    of them since it was read.
    """
    actor = actor_of(session)
    actor.require(Action.ENTER_OFFICIAL)
    words = clean(source)
    problems: dict[str, Problem] = {}
    for line in lines:
        values = {
            "key": line.key,
            "first_on": first_on,
            "last_on": last_on,
            "source": words,
            "value": 0 if line.value is None else line.value,
            "township_id": line.township_id,
        }
        for found in rules.problems(values, today=today):
            problems.setdefault(found.message, found)
        if line.township_id is not None and not _is_township(session, line.township_id):
            problems.setdefault("township_id", Problem("township_id", "请选择乡镇"))
    if problems:
        raise Invalid(list(problems.values()))
    assert first_on is not None
    assert last_on is not None
    written = 0
    for line in lines:
        row = session.scalar(
            select(OfficialCount).where(
                OfficialCount.key == line.key,
                OfficialCount.first_on == first_on,
                OfficialCount.last_on == last_on,
                OfficialCount.township_id.is_(None)
                if line.township_id is None
                else OfficialCount.township_id == line.township_id,
            )
        )
        if (row.version if row else None) != line.version:
            label = rules.LABELS[line.key][0]
            raise Conflict(f"“{label}”刚刚被他人录入或修改，请刷新后核对再保存")
        if line.value is None:
            if row is not None:
                session.delete(row)
                written += 1
            continue
        if row is None:
            row = OfficialCount(
                key=line.key, first_on=first_on, last_on=last_on, township_id=line.township_id
            )
            session.add(row)
        elif (row.value, row.source) == (line.value, words):
            continue
        row.value, row.source = line.value, words
        row.entered_by, row.entered_at = actor.name, now
        written += 1
    return written


def _is_township(session: Session, unit_id: int) -> bool:
    return session.scalar(select(Unit.kind).where(Unit.id == unit_id)) is UnitKind.TOWNSHIP
