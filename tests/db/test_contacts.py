"""Visits to contact points in the store: recorded, corrected, and seen by whom they concern."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from db.commands import contacts as commands
from db.commands import leaders, office
from db.engine import Store
from db.queries import contacts as queries
from rules.errors import Conflict, Invalid, Missing, NotAllowed
from rules.permissions import SYSTEM, Actor
from rules.reception_terms import ContactKind
from rules.terms import Role, UnitKind
from tests.conftest import NOW, OFFICE, TODAY


@pytest.fixture
def town(make_unit: Callable[..., int]) -> int:
    return make_unit("青山镇", kind=UnitKind.TOWNSHIP)


@pytest.fixture
def leader(store: Store, town: int, make_leader: Callable[[str], int]) -> int:
    """A leader whose contact point the town is."""
    leader_id = make_leader("张三")
    with store.writing(OFFICE) as session:
        leaders.set_charge(session, leader_id, version=1, portfolio="", fields=[], contacts=[town])
    return leader_id


def _given(leader: int, unit: int, **changed: Any) -> dict[str, Any]:
    return {
        "leader_id": leader,
        "unit_id": unit,
        "visited_on": TODAY,
        "kind": ContactKind.CONTACT,
        "note": "督导积案两件",
        "solved": 2,
        **changed,
    }


def _add(store: Store, values: dict[str, Any], actor: Actor = OFFICE) -> int:
    with store.writing(actor) as session:
        return commands.add_visit(session, values, today=TODAY, now=NOW)


def _rows(store: Store, actor: Actor = OFFICE) -> list[queries.ContactRow]:
    with store.reading(actor) as session:
        return queries.visits(session, first=date(2026, 1, 1), last=date(2026, 12, 31))


def test_a_visit_is_recorded_corrected_and_taken_out(store: Store, leader: int, town: int) -> None:
    visit = _add(store, _given(leader, town))
    with store.writing(OFFICE) as session:
        changed = _given(leader, town, visited_on=date(2026, 11, 3), solved=3)
        commands.change_visit(session, visit, changed, version=1, today=TODAY)
    (row,) = _rows(store)
    assert (row.leader, row.unit, row.visited_on, row.solved) == (
        "张三",
        "青山镇",
        date(2026, 11, 3),
        3,
    )
    with pytest.raises(Conflict), store.writing(OFFICE) as session:
        commands.change_visit(session, visit, changed, version=1, today=TODAY)
    with pytest.raises(Conflict), store.writing(OFFICE) as session:
        commands.remove_visit(session, visit, version=1)

    with store.writing(OFFICE) as session:
        commands.remove_visit(session, visit, version=2)

    assert _rows(store) == []


def test_a_contact_point_is_the_leaders_own_or_stands_under_it(
    store: Store, leader: int, town: int, make_unit: Callable[..., int]
) -> None:
    village = make_unit("石桥村", parent=town, kind=UnitKind.VILLAGE)
    elsewhere = make_unit("云雾镇", kind=UnitKind.TOWNSHIP)
    with pytest.raises(Invalid, match="下访"):
        _add(store, _given(leader, elsewhere))

    _add(store, _given(leader, elsewhere, kind=ContactKind.VISITING))
    _add(store, _given(leader, village))

    assert [(row.unit, row.kind) for row in _rows(store)] == [
        ("石桥村", ContactKind.CONTACT),
        ("云雾镇", ContactKind.VISITING),
    ]


def test_an_old_visit_is_corrected_after_the_contact_points_have_changed(
    store: Store, leader: int, town: int
) -> None:
    visit = _add(store, _given(leader, town))
    with store.writing(OFFICE) as session:
        leaders.set_charge(session, leader, version=2, portfolio="", fields=[], contacts=[])

    with store.writing(OFFICE) as session:
        commands.change_visit(
            session, visit, _given(leader, town, solved=5), version=1, today=TODAY
        )

    assert _rows(store)[0].solved == 5


def test_each_sees_and_writes_what_is_his(
    store: Store, leader: int, town: int, make_unit: Callable[..., int], make_leader: Any
) -> None:
    other_town = make_unit("云雾镇", kind=UnitKind.TOWNSHIP)
    other = make_leader("李四")
    _add(store, _given(leader, town))
    visiting = _add(store, _given(other, other_town, kind=ContactKind.VISITING))
    himself = Actor(None, "张三", frozenset({Role.LEADER}), leader_id=leader)
    unit = Actor(
        None, "云雾镇", frozenset({Role.UNIT}), unit_id=other_town, unit_ids=frozenset({other_town})
    )

    assert [row.leader for row in _rows(store, himself)] == ["张三"]
    assert [row.leader for row in _rows(store, unit)] == ["李四"]
    assert _rows(store, Actor(None, "审计", frozenset({Role.AUDITOR}))) == []
    _add(store, _given(leader, town), himself)
    with pytest.raises(NotAllowed):
        _add(store, _given(other, other_town, kind=ContactKind.VISITING), himself)
    with pytest.raises(NotAllowed):
        _add(store, _given(leader, town), unit)
    with pytest.raises(Missing), store.writing(himself) as session:
        commands.remove_visit(session, visiting, version=1)


def test_years_and_numbers_are_those_of_their_time(store: Store, leader: int, town: int) -> None:
    _add(store, _given(leader, town))
    _add(store, _given(leader, town, visited_on=date(2024, 5, 1)))
    with store.writing(SYSTEM) as session:
        office.set_parameter(
            session,
            "contact_visits_per_quarter",
            "2",
            valid_from=date(2026, 7, 1),
            reason="",
            now=datetime(2026, 6, 1, tzinfo=UTC),
        )

    with store.reading(OFFICE) as session:
        assert queries.years(session) == [2026, 2024]
        assert queries.per_quarter(session, 2026) == (1, 1, 2, 2)
