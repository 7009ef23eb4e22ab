"""Slides of a meeting put in as the office does; no test of its own."""

from typing import Any
from zoneinfo import ZoneInfo

from db.commands import slides as commands
from db.commands.cases import Opened
from db.commands.snapshots import take_snapshot
from db.engine import Store
from db.queries import slides as queries
from db.queries.situation_material import material
from db.queries.situation_scope import Asked
from db.queries.slides import Shown
from rules.panel_terms import Inserted, Panel
from rules.periods import read_days
from rules.permissions import Actor
from rules.slides import Standing
from rules.terms import Role
from tests.conftest import NOW, OFFICE, TODAY
from tests.db import meetings as m

ROOM = Actor(None, "大屏", frozenset({Role.SCREEN}))
WHEN: dict[str, Any] = {"today": TODAY, "now": NOW, "clock": ZoneInfo("Asia/Shanghai")}
YEAR = Asked(read_days(f"{TODAY.year}"))


def add(store: Store, found: Opened, kind: Inserted, **given: Any) -> int:
    """Put a slide in; returns its place."""
    with store.writing(OFFICE) as session:
        return commands.add_slide(session, found.id, kind, version=m.version(store, found), **given)


def change(store: Store, found: Opened, name: str, *given: Any, **named: Any) -> None:
    """Do one of the commands on the slides of a meeting at its version."""
    with store.writing(OFFICE) as session:
        getattr(commands, name)(session, found.id, *given, version=m.version(store, found), **named)


def take(store: Store, found: Opened) -> str:
    """Keep the situation of the year for a meeting; returns its number."""
    with store.writing(OFFICE) as session:
        return take_snapshot(session, YEAR, meeting_id=found.id, **WHEN)


def put_up(store: Store, found: Opened, snapshot: str = "") -> None:
    """Put a meeting up in the room."""
    now = shown(store, found)
    with store.writing(OFFICE) as session:
        commands.put_up(session, found.id, snapshot=snapshot, version=now.version, now=NOW)


def take_down(store: Store, found: Opened) -> None:
    """Take a meeting down that is up."""
    now = shown(store, found)
    with store.writing(OFFICE) as session:
        commands.take_down(session, found.id, version=now.version)


def shown(store: Store, found: Opened, *, by: Actor = OFFICE) -> Shown:
    """How a meeting is projected."""
    with store.reading(by) as session:
        return queries.shown(session, found.number)


def rows(store: Store, found: Opened, *, by: Actor = OFFICE) -> list[Standing]:
    """The slides of a meeting as they stand."""
    with store.reading(by) as session:
        return queries.standing(session, found.id)


def deck(store: Store, found: Opened | None, *, by: Actor = OFFICE) -> list[Panel]:
    """The deck of a meeting, of live figures."""
    key = found.id if found else None
    with store.reading(by) as session:
        told = material(session, YEAR, meeting_id=key, **WHEN)
        return queries.deck(session, key, told, today=TODAY, now=NOW)
