"""Builders of visits and turns, for store tests and for screens."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from db.commands import visits as commands
from db.commands.visits import Registered
from db.engine import Store
from db.models.receptions import Roster, TurnRow
from rules.people import Person
from rules.permissions import SYSTEM, Actor
from rules.reception_terms import Level
from tests.conftest import NOW, OFFICE, TODAY

Make = Callable[..., Registered]


@pytest.fixture
def leader(make_leader: Callable[[str], int]) -> int:
    """The county's leader who receives."""
    return make_leader("王县长")


@pytest.fixture
def make_visit(store: Store, leader: int) -> Make:
    """Return a function that registers a visit and returns its id and number."""

    def make(
        *names: str, by: Actor = OFFICE, case_id: int | None = None, **values: Any
    ) -> Registered:
        given = {
            "leader_id": leader,
            "received_on": TODAY,
            "people": 2,
            "title": "反映道路积水",
            **values,
        }
        people = [Person(name, representative=True) for name in names]
        with store.writing(by) as session:
            return commands.register(
                session, given, people=people, case_id=case_id, today=TODAY, now=NOW
            )

    return make


def make_turn(store: Store, leader_id: int, on: date = TODAY, **values: Any) -> int:
    """Put a turn on a county roster of its own and return its id; planned unless `values` say."""
    with store.writing(SYSTEM) as session:
        roster = Roster(
            name="十一月",
            level=Level.COUNTY,
            first_on=on.replace(day=1),
            last_on=on,
            created_by="小李",
            created_at=NOW,
        )
        session.add(roster)
        session.flush()
        given = {"planned_leader_id": leader_id, "leader_id": leader_id, **values}
        turn = TurnRow(roster_id=roster.id, held_on=on, **given)
        session.add(turn)
        session.flush()
        return turn.id
