"""The wall map in the store: what is open where, who sees whose, its layout and its boundaries."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from db.commands import sweep_maps
from db.engine import Store
from db.models.audit import AuditEntry
from db.models.disputes import Dispute
from db.models.sweep_maps import MapBoundary
from db.models.units import Unit
from db.queries import disputes
from db.queries import sweep_maps as queries
from db.queries.disputes import DisputeFilter
from db.queries.sweep_maps import WallMap
from rules.dispute_terms import Facet, RiskLevel
from rules.errors import Conflict, Invalid, RuleError
from rules.permissions import Actor
from rules.sweep_map import MapColour, Shape, TownCounts
from rules.terms import Role, UnitKind
from tests.conftest import NOW, OFFICE, TODAY
from tests.db import disputes as d
from tests.sweeps import jiayin

Make = Callable[..., Any]
ROOM = Actor(None, "会议室", frozenset({Role.SCREEN}))
SQUARE = Shape([[[[110.0, 25.0], [110.1, 25.0], [110.1, 25.1], [110.0, 25.0]]]], [110.05, 25.03])


@pytest.fixture
def place(make_unit: Make) -> d.County:
    """A small county."""
    return d.build(make_unit)


def _map(store: Store, actor: Actor = OFFICE) -> WallMap:
    with store.reading(actor) as session:
        return queries.wall_map(session, today=TODAY)


def _set(store: Store, opened: Any, **values: Any) -> None:
    with store.writing(OFFICE) as session:
        for name, value in values.items():
            setattr(session.get_one(Dispute, opened.id), name, value)


def _county(store: Store, place: d.County) -> None:
    red = d.add(store, place.village)
    _set(store, red, level=RiskLevel.RED, due_on=TODAY - timedelta(1))
    done = d.add(store, place.village, title="水渠改道")
    d.resolve(store, done, place.town)
    _set(store, done, level=RiskLevel.RED)
    d.add(store, place.neighbour, title="征地补偿")
    d.add(store, place.county, title="企业改制")


def test_each_township_counts_what_is_open_and_its_list_shows(
    store: Store, place: d.County
) -> None:
    _county(store, place)

    found = _map(store)

    assert {town.name: town.counts for town in found.towns} == {
        "城关镇": TownCounts(red=1, open=2, overdue=1),
        "河东镇": TownCounts(),
    }
    assert found.elsewhere == TownCounts(open=1)
    assert found.whole == TownCounts(red=1, open=3, overdue=1)
    with store.reading(OFFICE) as session:
        for wanted, count in (
            (DisputeFilter(area_id=place.town, level=RiskLevel.RED, open_only=True), 1),
            (DisputeFilter(area_id=place.town, open_only=True), 2),
            (DisputeFilter(area_id=place.town, overdue=True), 1),
            (DisputeFilter(facet=Facet.NO_TOWNSHIP, open_only=True), 1),
        ):
            assert disputes.listing(session, wanted, page=1, today=TODAY).total == count


def test_the_room_is_told_the_county_and_a_unit_its_own(store: Store, place: d.County) -> None:
    _county(store, place)

    assert _map(store, ROOM).whole.open == 3
    village = _map(store, d.member(store, place.village))
    assert [(t.name, t.counts.open) for t in village.towns] == [("城关镇", 1)]
    other = _map(store, d.member(store, place.other_town))
    assert [(t.name, t.counts.open) for t in other.towns] == [("河东镇", 0)]


def test_a_township_that_was_merged_stays_until_nothing_is_open_in_it(
    store: Store, place: d.County
) -> None:
    _county(store, place)
    with store.writing(OFFICE) as session:
        for unit_id in (place.town, place.other_town):
            session.get_one(Unit, unit_id).valid_to = TODAY

    assert [(t.name, t.in_use) for t in _map(store).towns] == [("城关镇", False)]


def test_嘉荫_and_a_county_of_63_have_a_map_before_anybody_laid_one_out(
    store: Store, make_unit: Make
) -> None:
    ids = jiayin(make_unit)
    assert len({town.square for town in _map(store).towns}) == 9

    for number in range(54):
        make_unit(f"新{number}镇", parent=ids["嘉荫县"], kind=UnitKind.TOWNSHIP)
    assert len({town.square for town in _map(store).towns}) == 63


def _lay(store: Store, squares: dict[int, Any], version: int = 0) -> None:
    with store.writing(OFFICE) as session:
        sweep_maps.set_layout(session, squares, version=version, today=TODAY, now=NOW)


def test_a_layout_is_kept_and_a_new_township_finds_a_free_square(
    store: Store, place: d.County, make_unit: Make
) -> None:
    _lay(store, {place.town: (1, 2), place.other_town: (1, 1)})
    make_unit("新设镇", parent=place.county, kind=UnitKind.TOWNSHIP)

    squares = {town.name: town.square for town in _map(store).towns}
    assert (squares["城关镇"], squares["河东镇"]) == ((1, 2), (1, 1))
    assert squares["新设镇"] not in {(1, 1), (1, 2)}

    _lay(store, {}, version=1)
    assert _map(store).towns[0].square == (1, 1)


def test_the_second_to_lay_it_out_is_told_and_two_in_one_square_are_refused(
    store: Store, place: d.County
) -> None:
    _lay(store, {place.town: (1, 2)})

    with pytest.raises(Conflict):
        _lay(store, {place.town: (3, 3)})
    with pytest.raises(Invalid, match="都在第 1 行第 1 列"):
        _lay(store, {place.town: (1, 1), place.other_town: (1, 1)}, version=1)
    with store.reading(OFFICE) as session:
        assert queries.layout(session) == ({place.town: (1, 2)}, 1)


def _bring(store: Store, place: d.County, name: str = "甲.geojson") -> int:
    with store.writing(OFFICE) as session:
        return sweep_maps.add_boundary(
            session, {place.town: SQUARE}, file_name=name, sha256="0" * 64, today=TODAY, now=NOW
        )


def test_boundaries_are_drawn_removed_and_brought_back(store: Store, place: d.County) -> None:
    first = _bring(store, place)
    with store.reading(OFFICE) as session:
        assert queries.shapes(session)[place.town].polygons == SQUARE.polygons

    with store.writing(OFFICE) as session:
        sweep_maps.remove_boundary(session, first, version=1, now=NOW)
    with store.reading(OFFICE) as session:
        assert queries.shapes(session) == {}
        assert queries.boundaries(session)[0].removed_by == OFFICE.name

    with store.writing(OFFICE) as session:
        sweep_maps.restore_boundary(session, first, version=2, now=NOW)
    with store.reading(OFFICE) as session:
        assert place.town in queries.shapes(session)


def test_of_two_boundaries_one_is_drawn(store: Store, place: d.County) -> None:
    first, second = _bring(store, place), _bring(store, place, "乙.geojson")
    with store.reading(OFFICE) as session:
        drawn = [each.id for each in queries.boundaries(session) if each.removed_at is None]
    assert drawn == [second]

    with store.writing(OFFICE) as session:
        sweep_maps.restore_boundary(session, first, version=2, now=NOW)
    with store.reading(OFFICE) as session:
        drawn = [each.id for each in queries.boundaries(session) if each.removed_at is None]
    assert drawn == [first]


def test_what_was_changed_meanwhile_is_told(store: Store, place: d.County) -> None:
    first = _bring(store, place)

    with pytest.raises(RuleError, match="正在使用"), store.writing(OFFICE) as session:
        sweep_maps.restore_boundary(session, first, version=1, now=NOW)
    with pytest.raises(Conflict), store.writing(OFFICE) as session:
        sweep_maps.remove_boundary(session, first, version=9, now=NOW)
    with pytest.raises(Invalid, match="没有一个区域"), store.writing(OFFICE) as session:
        sweep_maps.add_boundary(session, {}, file_name="", sha256="", today=TODAY, now=NOW)


def test_the_chain_keeps_who_changed_the_map_and_no_coordinates(
    store: Store, place: d.County
) -> None:
    _bring(store, place)

    with store.reading(OFFICE) as session:
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.entity == MapBoundary.__tablename__)
        ).one()
    assert entry.actor == OFFICE.name
    assert "110" not in str(entry.changes)


def test_numbers_from_which_a_township_is_marked_are_parameters(
    store: Store, place: d.County
) -> None:
    assert _map(store).many == {MapColour.RED: 2, MapColour.OPEN: 10, MapColour.OVERDUE: 3}
