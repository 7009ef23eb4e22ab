"""The cases behind the main figures of a snapshot, as the annex lists them: within the actor's scope.

Nothing here reads a title, a text or a person.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from db.models.cases import Case
from db.models.office import Code
from db.models.units import Unit
from db.queries.situation import situation
from db.queries.situation_behind import behind
from db.queries.situation_cases import Side
from db.queries.situation_scope import Asked
from db.scope import actor_of
from rules.figures import REGISTRY
from rules.permissions import Action
from rules.readings import Reading
from rules.situation_papers import BEHIND, MOST_ROWS, Listed


@dataclass(frozen=True, slots=True)
class Rows:
    """The cases behind figures as they are now: `left_out` by figure what was more than is listed.

    `readings` are those figures themselves, read with the cases.
    """

    rows: tuple[Listed, ...]
    left_out: tuple[tuple[str, int], ...]
    readings: Mapping[str, Reading]


def rows_behind(
    session: Session,
    asked: Asked,
    *,
    today: date,
    now: datetime,
    clock: ZoneInfo,
    most: int = MOST_ROWS,
) -> Rows:
    """List the cases behind each main figure, the latest first; of a rate those that missed it."""
    actor_of(session).require(Action.TAKE_PAPERS)
    listed: list[Listed] = []
    left_out = []
    for code in BEHIND:
        figure = REGISTRY[code]
        side = Side.REST if figure.is_ratio else Side.PART
        name = f"{figure.label}{'未达到' if figure.is_ratio else ''}"
        found = behind(
            session, code, asked, side=side, today=today, now=now, clock=clock, limit=most
        ).cases
        assert found is not None
        listed += _listed(session, name, [row.id for row in found.rows])
        if found.total > len(found.rows):
            left_out.append((name, found.total - len(found.rows)))
    told = situation(session, asked, today=today, now=now, clock=clock).readings
    return Rows(tuple(listed), tuple(left_out), {code: told[code] for code in BEHIND})


def _listed(session: Session, figure: str, ids: list[int]) -> list[Listed]:
    township, unit = aliased(Unit), aliased(Unit)
    rows = session.execute(
        select(Case.number, Case.received_on, township.name, Code.path, unit.name, Case.state)
        .outerjoin(township, township.id == Case.township_id)
        .outerjoin(unit, unit.id == Case.unit_id)
        .outerjoin(Code, Code.id == Case.code_id)
        .where(Case.id.in_(ids))
        .order_by(Case.received_on.desc(), Case.id.desc())
    )
    return [
        Listed(figure, number, on, place or "", path or "", name or "", state.label)
        for number, on, place, path, name, state in rows
    ]
