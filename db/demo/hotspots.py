"""Hotspots of the made-up county: what several of its matters report, at every stage of being handled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.commands import hotspots as commands
from db.demo import places
from db.models.cases import Case
from db.models.office import Code
from db.models.units import Leader, Unit
from db.queries.units import resolve_units
from rules.case_terms import HotspotState
from rules.terms import CaseState, Purpose

_LATELY = timedelta(days=180)
_SHOWN, _MOST = 5, 40  # groups that are made, and matters in each at most
_UNITS = {label: unit for _, _, label, unit in places.CODES}
_MEMBERS = "县司法局、县财政局、县信访局"


@dataclass(frozen=True, slots=True)
class _Group:
    """What a township's people wrote of one class lately."""

    name: str
    township_id: int
    code_id: int
    unit_id: int | None
    case_ids: tuple[int, ...]


def load(session: Session, *, today: date, now: datetime) -> int:
    """Make a hotspot of each state from the largest groups, dismiss the next; returns how many."""
    groups = _groups(session, since=today - _LATELY)
    leaders = session.scalars(select(Leader.id).order_by(Leader.position, Leader.id)).all()
    for place, group in enumerate(groups[: _SHOWN - 1]):
        handled = place == 0
        values = {
            "name": group.name,
            "township_id": group.township_id,
            "code_id": group.code_id,
            "sector_unit_id": group.unit_id,
            "lead_id": leaders[place + 1] if handled and len(leaders) > 1 else None,
            "lead_unit_id": group.unit_id if handled else None,
            "members": _MEMBERS if handled else "",
        }
        hotspot_id = commands.open_hotspot(
            session, values, case_ids=group.case_ids, today=today, now=now
        )
        if handled and (values["lead_id"] or values["lead_unit_id"]):
            commands.change_hotspot(
                session, hotspot_id, values, state=HotspotState.HANDLED, version=1, today=today
            )
        elif place == _SHOWN - 2:
            commands.end_hotspot(session, hotspot_id, ended_on=today, version=1, today=today)
    for group in groups[_SHOWN - 1 :]:
        commands.dismiss(
            session,
            f"group:{group.name}",
            group.case_ids,
            words=group.name,
            reason="各反映各家的情况，不是同一件事",
            now=now,
        )
    return len(groups)


def _groups(session: Session, *, since: date) -> list[_Group]:
    """Find the largest groups of one township and one class, each class once."""
    among = (
        Case.received_on > since,
        Case.purpose.is_distinct_from(Purpose.ACCUSATION),
        Case.state != CaseState.MERGED,
    )
    rows = session.execute(
        select(Unit.id, Code.id, Unit.name, Code.label)
        .select_from(Case)
        .join(Unit, Case.township_id == Unit.id)
        .join(Code, Case.code_id == Code.id)
        .where(*among)
        .group_by(Unit.id, Code.id, Unit.name, Code.label)
        .having(func.count() > 1)
        .order_by(func.count().desc(), Unit.id, Code.id)
    )
    by_unit, found = resolve_units(session), list[_Group]()
    for township_id, code_id, town, label in rows:
        if len(found) < _SHOWN and all(group.code_id != code_id for group in found):
            ids: Sequence[int] = session.scalars(
                select(Case.id)
                .where(*among, Case.township_id == township_id, Case.code_id == code_id)
                .order_by(Case.received_on.desc(), Case.id.desc())
                .limit(_MOST)
            ).all()
            unit_id = by_unit.get(_UNITS.get(label, ""))
            found.append(_Group(f"{town}{label}", township_id, code_id, unit_id, tuple(ids)))
    return found
