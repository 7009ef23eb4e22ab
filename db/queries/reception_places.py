"""Places of reception and companions as the office arranges them, with those given up."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models.receptions import Companion, ReceptionPlace
from db.models.units import Unit
from rules.reception_terms import CompanionKind


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place of reception; `capacity` is how many leaders receive there on one day."""

    id: int
    version: int
    name: str
    address: str
    capacity: int
    unit_id: int | None
    unit: str
    centre: bool
    active: bool


@dataclass(frozen=True, slots=True)
class CompanionRow:
    """Somebody who sits with the leader."""

    id: int
    version: int
    name: str
    kind: CompanionKind
    organisation: str
    active: bool


def places(session: Session) -> list[PlaceRow]:
    """List every place, those in use first and the centre first among them."""
    found = session.execute(
        select(ReceptionPlace, Unit.name)
        .outerjoin(Unit, Unit.id == ReceptionPlace.unit_id)
        .order_by(ReceptionPlace.active.desc(), ReceptionPlace.centre.desc(), ReceptionPlace.id)
    )
    return [
        PlaceRow(
            id=place.id,
            version=place.version,
            name=place.name,
            address=place.address,
            capacity=place.capacity,
            unit_id=place.unit_id,
            unit=unit or "",
            centre=place.centre,
            active=place.active,
        )
        for place, unit in found
    ]


def companions(session: Session, *, active_only: bool = False) -> list[CompanionRow]:
    """List the companions, those in use first."""
    statement = select(Companion).order_by(Companion.active.desc(), Companion.id)
    if active_only:
        statement = statement.where(Companion.active)
    return [
        CompanionRow(
            id=row.id,
            version=row.version,
            name=row.name,
            kind=row.kind,
            organisation=row.organisation,
            active=row.active,
        )
        for row in session.scalars(statement)
    ]
