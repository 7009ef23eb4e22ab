"""Who receives, where, and when it is special: leaders, places and periods as the rules take them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import Session

from db.models import office
from db.models.receptions import (
    LeaderAlias,
    LeaderContact,
    LeaderField,
    LeaderLeave,
    ReceptionPlace,
)
from db.models.units import Leader, Unit
from rules.leaders import bare_name
from rules.reception_terms import Level
from rules.receptions import Leave, Place, Receiver, ReceivingUnit, SpecialPeriod
from rules.terms import UnitKind
from rules.units import in_force

Charges = defaultdict[int, tuple[int, ...]]


def receivers(
    session: Session, *, first: date | None = None, last: date | None = None
) -> tuple[Receiver, ...]:
    """List the leaders in their order, who left among them, so that old turns find their names.

    With days only those in office on one of them, both ends in. Leaves and fields are whole.
    Who is no longer active and has no day on which he left is in office on no day.
    """
    statement = select(Leader).order_by(Leader.position, Leader.id)
    if first is not None:
        statement = statement.where(or_(Leader.term_to.is_(None), Leader.term_to > first))
        statement = statement.where(or_(Leader.active, Leader.term_to.is_not(None)))
    if last is not None:
        statement = statement.where(or_(Leader.term_from.is_(None), Leader.term_from <= last))
    fields, contacts = charges(session)
    leaves: dict[int, list[Leave]] = defaultdict(list)
    for row in session.scalars(select(LeaderLeave).order_by(LeaderLeave.first_on)):
        leaves[row.leader_id].append(Leave(row.first_on, row.last_on, row.reason))
    return tuple(
        Receiver(
            id=leader.id,
            name=leader.name,
            post=leader.post,
            level=leader.level,
            body=leader.body,
            rank=leader.rank,
            position=leader.position,
            unit_id=leader.unit_id,
            portfolio=fields[leader.id],
            contacts=contacts[leader.id],
            leaves=tuple(leaves[leader.id]),
            term_from=leader.term_from,
            term_to=leader.term_to or (None if leader.active else date.min),
        )
        for leader in session.scalars(statement)
    )


def by_name(session: Session, *, who_left: bool = False) -> dict[str, int]:
    """Map bare names as lists from elsewhere write them to leaders; what several bear is left out.

    A name is told by who is in office, else by an alias; `who_left` finds those who have left
    as well, as an old ledger names them.
    """
    found: dict[str, list[int]] = defaultdict(list)
    past: dict[str, list[int]] = defaultdict(list)
    for leader_id, name, active in session.execute(select(Leader.id, Leader.name, Leader.active)):
        (found if active else past)[bare_name(name)].append(leader_id)
    aliases = {each.alias: each.leader_id for each in session.scalars(select(LeaderAlias))}
    left = {name: ids for name, ids in past.items() if who_left and name not in found}
    return {**_alone(left), **aliases, **_alone(found)}


def _alone(named: Mapping[str, Sequence[int]]) -> dict[str, int]:
    return {name: ids[0] for name, ids in named.items() if len(ids) == 1}


def places(session: Session, *, active_only: bool = True) -> tuple[Place, ...]:
    """List the places of reception, the centre first; an old turn may stand at one given up."""
    statement = select(ReceptionPlace).order_by(ReceptionPlace.centre.desc(), ReceptionPlace.id)
    if active_only:
        statement = statement.where(ReceptionPlace.active)
    return tuple(
        Place(place.id, place.name, place.capacity, place.unit_id, place.centre)
        for place in session.scalars(statement)
    )


def specials(
    session: Session, *, first: date | None = None, last: date | None = None
) -> tuple[SpecialPeriod, ...]:
    """List the special periods by their beginning; with days those that share one with them."""
    statement = select(office.SpecialPeriod).order_by(
        office.SpecialPeriod.first_on, office.SpecialPeriod.id
    )
    if first is not None:
        statement = statement.where(office.SpecialPeriod.last_on >= first)
    if last is not None:
        statement = statement.where(office.SpecialPeriod.first_on <= last)
    return tuple(
        SpecialPeriod(period.id, period.name, period.first_on, period.last_on)
        for period in session.scalars(statement)
    )


def receiving_units(session: Session, *, on: date) -> tuple[ReceivingUnit, ...]:
    """List the units whose cover is counted: every township in use, and who has member leaders."""
    members = set(session.scalars(select(Leader.unit_id).where(Leader.level == Level.MEMBER)))
    found = session.scalars(
        select(Unit)
        .where(or_(Unit.kind == UnitKind.TOWNSHIP, Unit.id.in_(members - {None})))
        .order_by(Unit.id)
    )
    return tuple(
        ReceivingUnit(
            unit.id, unit.name, Level.TOWNSHIP if unit.kind is UnitKind.TOWNSHIP else Level.MEMBER
        )
        for unit in found
        if in_force(unit.valid_from, unit.valid_to, on=on)
    )


def charges(session: Session) -> tuple[Charges, Charges]:
    """Map every leader to the classes he is in charge of, and to his contact points."""
    held = select(LeaderField.leader_id, LeaderField.code_id).order_by(LeaderField.id)
    visited = select(LeaderContact.leader_id, LeaderContact.unit_id).order_by(LeaderContact.id)
    return _gathered(session.execute(held)), _gathered(session.execute(visited))


def _gathered(pairs: Iterable[Row[int, int]]) -> Charges:
    found: Charges = defaultdict(tuple)
    for leader_id, other_id in pairs:
        found[leader_id] += (other_id,)
    return found
