"""Keeping a situation as it is: a meeting works on what everybody looked at."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from db.commands.serials import take_serials
from db.models.snapshots import Snapshot
from db.queries.situation_material import material
from db.queries.situation_scope import Asked
from db.scope import actor_of
from rules import snapshots as rules
from rules.errors import Invalid, Problem
from rules.permissions import Action
from rules.situation_sums import sum_problems
from rules.terms import SerialKind

_TRIES = 3
_NOT_KEPT = "分项与总数不一致，没有留存快照。请再取一次；仍不一致的，请系统管理员重算统计数"


def take_snapshot(
    session: Session,
    asked: Asked,
    *,
    meeting_id: int | None = None,
    today: date,
    now: datetime,
    clock: ZoneInfo,
) -> str:
    """Keep the situation of some days as it is told now, of a meeting or of none; returns its number.

    Raises Missing for a meeting or a unit out of sight, and Invalid for days that are still to come
    or parts that do not come to their whole.
    """
    actor = actor_of(session)
    actor.require(Action.MANAGE_MEETINGS)
    if found := rules.problems(asked.days, today=today):
        raise Invalid(found)
    given: dict[str, Any] = {"today": today, "now": now, "clock": clock}
    # On PostgreSQL a colleague may have written between a figure and its parts: it is read again.
    for _ in range(_TRIES):
        read = material(session, asked, meeting_id=meeting_id, **given)
        problems = sum_problems(read)
        if not problems:
            break
    else:
        raise Invalid([*problems, Problem("sums", _NOT_KEPT)])
    serial = take_serials(session, {today.year: 1}, kind=SerialKind.SNAPSHOT)[today.year]
    row = Snapshot(
        number=rules.number(today.year, serial),
        meeting_id=meeting_id,
        first_on=read.days.first,
        last_on=read.days.last,
        place=read.place,
        store_version=read.version,
        at=now,
        content=rules.kept(read),
        created_by=actor.name,
    )
    session.add(row)
    session.flush()
    return row.number
