"""Builders for store tests; each names only what the test is about."""

from collections.abc import Callable
from typing import Any

import pytest

from db.commands import cases as commands
from db.commands import hotspots, leaders
from db.commands.cases import Opened
from db.engine import Store
from db.models.units import Unit
from rules.people import Person
from rules.permissions import SYSTEM, Actor
from rules.terms import Channel, UnitKind
from tests.conftest import NOW, OFFICE, TODAY
from tests.db.situations import kept_noise, noisy  # noqa: F401
from tests.receptions import leader, make_visit  # noqa: F401


@pytest.fixture
def make_unit(store: Store) -> Callable[..., int]:
    """Return a function that makes a unit under another and returns its id."""

    def make(name: str, *, parent: int | None = None, kind: UnitKind = UnitKind.DEPARTMENT) -> int:
        with store.writing(OFFICE) as session:
            above = session.get_one(Unit, parent).path if parent else "/"
            unit = Unit(name=name, kind=kind, parent_id=parent, path="")
            session.add(unit)
            session.flush()
            unit.path = f"{above}{unit.id}/"
            return unit.id

    return make


@pytest.fixture
def make_case(store: Store) -> Callable[..., Opened]:
    """Return a function that registers a matter and returns its id and number."""

    def make(
        *, by: Actor = OFFICE, person: str = "张三丰", phone: str = "", **values: Any
    ) -> Opened:
        given = {
            "title": "反映道路积水",
            "content": "雨后积水无法通行",
            "channel": Channel.VISIT,
            "received_on": TODAY,
            **values,
        }
        with store.writing(by) as session:
            people = [Person(person, phone)] if person else []
            return commands.open_case(session, given, people=people, today=TODAY, now=NOW)

    return make


@pytest.fixture
def make_leader(store: Store) -> Callable[[str], int]:
    """Return a function that adds a leader and returns his id."""

    def make(name: str) -> int:
        with store.writing(SYSTEM) as session:
            return leaders.add_leader(session, name, "副县长")

    return make


@pytest.fixture
def make_hotspot(store: Store) -> Callable[..., int]:
    """Return a function that opens a hotspot of some cases and returns its id."""

    def make(name: str = "幸福小区物业收费", *held: Opened, **values: Any) -> int:
        with store.writing(OFFICE) as session:
            return hotspots.open_hotspot(
                session,
                {"name": name, **values},
                case_ids=[each.id for each in held],
                today=TODAY,
                now=NOW,
            )

    return make
