"""Where leaders receive, and who sits with them."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models.receptions import Companion, ReceptionPlace
from db.models.units import Unit
from db.scope import actor_of
from rules import reception_places as rules
from rules.cases import clean
from rules.errors import Conflict, Invalid, Missing, Problem
from rules.permissions import Action
from rules.reception_terms import CompanionKind


def add_place(
    session: Session,
    name: str,
    *,
    address: str = "",
    capacity: int = 1,
    unit_id: int | None = None,
    centre: bool = False,
) -> int:
    """Add a place of reception and return its id; raises Invalid."""
    actor_of(session).require(Action.ROSTER)
    values = _place(session, name, address, capacity, unit_id, centre)
    place = ReceptionPlace(**values)
    session.add(place)
    session.flush()
    return place.id


def change_place(
    session: Session,
    place_id: int,
    *,
    version: int,
    name: str,
    address: str,
    capacity: int,
    unit_id: int | None,
    centre: bool,
    active: bool,
) -> None:
    """Change a place, unless somebody has since `version` was read; old turns stay at it.

    One that is no longer in use is offered to no new roster.
    """
    actor_of(session).require(Action.ROSTER)
    place = session.get(ReceptionPlace, place_id)
    if place is None:
        raise Missing("该接访场所不存在")
    if place.version != version:
        raise Conflict(f"接访场所“{place.name}”已被他人修改，请核对后重新提交")
    values = _place(session, name, address, capacity, unit_id, centre, but=place_id, active=active)
    for key, value in {**values, "active": active}.items():
        setattr(place, key, value)


def add_companion(
    session: Session, name: str, *, kind: CompanionKind, organisation: str = ""
) -> int:
    """Add somebody who sits with the leader, and return his id; raises Invalid."""
    actor_of(session).require(Action.ROSTER)
    name, organisation = _companion(name, organisation)
    companion = Companion(name=name, kind=kind, organisation=organisation)
    session.add(companion)
    session.flush()
    return companion.id


def change_companion(
    session: Session,
    companion_id: int,
    *,
    version: int,
    name: str,
    kind: CompanionKind,
    organisation: str,
    active: bool,
) -> None:
    """Change a companion, unless somebody has since `version` was read."""
    actor_of(session).require(Action.ROSTER)
    companion = session.get(Companion, companion_id)
    if companion is None:
        raise Missing("该陪同人员不存在")
    if companion.version != version:
        raise Conflict(f"陪同人员“{companion.name}”已被他人修改，请核对后重新提交")
    companion.name, companion.organisation = _companion(name, organisation)
    companion.kind, companion.active = kind, active


def _place(
    session: Session,
    name: str,
    address: str,
    capacity: int,
    unit_id: int | None,
    centre: bool,
    *,
    but: int = 0,
    active: bool = True,
) -> dict[str, Any]:
    name, address = clean(name), clean(address)
    problems = rules.place_problems(name, address, capacity)
    others = select(ReceptionPlace).where(ReceptionPlace.id != but)
    if session.scalar(others.where(ReceptionPlace.name == name)):
        problems.append(Problem("name", f"接访场所“{name}”已经存在"))
    if centre and active:
        held = others.where(ReceptionPlace.centre, ReceptionPlace.active)
        if other := session.scalar(held):
            message = f"“{other.name}”已经是人民来访接待中心，只能有一个"
            problems.append(Problem("centre", message))
    if unit_id is not None and session.get(Unit, unit_id) is None:
        problems.append(Problem("unit_id", "该单位不存在"))
    if problems:
        raise Invalid(problems)
    return {
        "name": name,
        "address": address,
        "capacity": capacity,
        "unit_id": unit_id,
        "centre": centre,
    }


def _companion(name: str, organisation: str) -> tuple[str, str]:
    name, organisation = clean(name), clean(organisation)
    if problems := rules.companion_problems(name, organisation):
        raise Invalid(problems)
    return name, organisation
