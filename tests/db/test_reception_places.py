"""Places of reception and companions in the store."""

from typing import Any

import pytest

from db.commands import reception_places as commands
from db.engine import Store
from db.queries import reception_places as queries
from rules.errors import Conflict, Invalid, Missing
from rules.reception_terms import CompanionKind
from tests.conftest import OFFICE

CENTRE: dict[str, Any] = {
    "name": "人民来访接待中心",
    "address": "政府路 1 号",
    "capacity": 3,
    "unit_id": None,
    "centre": True,
}


def test_a_place_is_added_changed_and_taken_out_of_use(store: Store) -> None:
    with store.writing(OFFICE) as session:
        commands.add_place(session, "信访局")
        place = commands.add_place(session, **CENTRE)
    with store.writing(OFFICE) as session:
        given = {**CENTRE, "capacity": 5, "active": False}
        commands.change_place(session, place, version=1, **given)
    with pytest.raises(Conflict), store.writing(OFFICE) as session:
        commands.change_place(session, place, version=1, **CENTRE, active=True)
    with pytest.raises(Missing), store.writing(OFFICE) as session:
        commands.change_place(session, 99, version=1, **CENTRE, active=True)

    with store.reading(OFFICE) as session:
        rows = queries.places(session)
    assert [(row.name, row.capacity, row.active) for row in rows] == [
        ("信访局", 1, True),
        ("人民来访接待中心", 5, False),
    ]


def test_one_name_and_one_centre_in_use(store: Store) -> None:
    with store.writing(OFFICE) as session:
        first = commands.add_place(session, **CENTRE)
    with pytest.raises(Invalid, match="已经存在"), store.writing(OFFICE) as session:
        commands.add_place(session, " 人民来访接待中心 ")
    with pytest.raises(Invalid, match="只能有一个"), store.writing(OFFICE) as session:
        commands.add_place(session, "新中心", centre=True)

    with store.writing(OFFICE) as session:
        commands.change_place(session, first, version=1, **CENTRE, active=False)
        commands.add_place(session, "新中心", centre=True)


@pytest.mark.parametrize(
    ("name", "capacity"), [("", 1), ("某处", 0), ("某处", 100), ("长" * 101, 1)]
)
def test_a_place_that_may_not_stand_is_refused(store: Store, name: str, capacity: int) -> None:
    with pytest.raises(Invalid), store.writing(OFFICE) as session:
        commands.add_place(session, name, capacity=capacity)


def test_a_companion_is_added_changed_and_taken_out_of_use(store: Store) -> None:
    with pytest.raises(Invalid), store.writing(OFFICE) as session:
        commands.add_companion(session, " ", kind=CompanionKind.LAWYER)
    with store.writing(OFFICE) as session:
        lawyer = commands.add_companion(session, "李正", kind=CompanionKind.LAWYER)
        commands.add_companion(session, "王和", kind=CompanionKind.COUNSELLOR)
    changed: dict[str, Any] = {
        "name": "李正",
        "kind": CompanionKind.LAWYER,
        "organisation": "青山律师事务所",
        "active": False,
    }
    with store.writing(OFFICE) as session:
        commands.change_companion(session, lawyer, version=1, **changed)
    with pytest.raises(Conflict), store.writing(OFFICE) as session:
        commands.change_companion(session, lawyer, version=1, **changed)

    with store.reading(OFFICE) as session:
        every = queries.companions(session)
        used = queries.companions(session, active_only=True)
    assert [(row.name, row.organisation, row.active) for row in every] == [
        ("王和", "", True),
        ("李正", "青山律师事务所", False),
    ]
    assert [row.name for row in used] == ["王和"]
