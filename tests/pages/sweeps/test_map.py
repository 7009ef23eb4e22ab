"""挂图作战 as a page: laid out in a table, boundaries brought in and out, each number its list."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from db.engine import Store
from db.models.disputes import Dispute
from db.queries import sweep_maps as queries
from rules.dispute_terms import RiskLevel
from rules.terms import Role
from tests.conftest import OFFICE
from tests.db import disputes as d
from tests.pages.conftest import said

Open = Callable[..., AppTest]


@pytest.fixture
def red(store: Store, place: d.County) -> str:
    """A red dispute of a village, and one beside it; the number of the first."""
    opened = d.add(store, place.village)
    d.add(store, place.other_town, title="征地补偿")
    with store.writing(OFFICE) as session:
        session.get_one(Dispute, opened.id).level = RiskLevel.RED
    return opened.number


def _alt(page: AppTest) -> str:
    """What the map tells in words."""
    return str(page.get("vega_lite_chart")[0].proto.alt)


def _squares(store: Store) -> Any:
    with store.reading(OFFICE) as session:
        return queries.layout(session)


def test_each_township_is_told_by_the_colour_the_address_names(open_page: Open, red: str) -> None:
    page = open_page("sweeps/map", Role.OFFICE)
    assert "城关镇 1 件（有）；河东镇 0 件（无）" in _alt(page)

    page = open_page("sweeps/map", query={"map_colour": "未化解"})
    assert "城关镇 1 件（有）；河东镇 1 件（有）" in _alt(page)


def test_the_office_lays_the_map_out(open_page: Open, store: Store, place: d.County) -> None:
    page = open_page("sweeps/map", Role.OFFICE)
    page.button(key="map_layout_opens").click().run()
    page.session_state["map_squares"] = {
        "edited_rows": {0: {"行": 2, "列": 3}},
        "added_rows": [],
        "deleted_rows": [],
    }
    page.button(key="map_layout_save").click().run()

    assert "布局已保存" in said(page)
    assert _squares(store)[0] == {place.town: (2, 3), place.other_town: (1, 2)}

    page.button(key="map_layout_opens").click().run()
    page.button(key="map_layout_default").click().run()
    assert _squares(store)[0] == {}


def test_two_in_one_square_are_refused_and_nothing_is_kept(
    open_page: Open, store: Store, place: d.County
) -> None:
    page = open_page("sweeps/map", Role.OFFICE)
    page.button(key="map_layout_opens").click().run()
    page.session_state["map_squares"] = {
        "edited_rows": {0: {"行": 1, "列": 2}},
        "added_rows": [],
        "deleted_rows": [],
    }
    page.button(key="map_layout_save").click().run()

    assert "都在第 1 行第 2 列" in page.error[0].value
    assert _squares(store) == ({}, 0)


def _file(*names: str) -> bytes:
    ring = [(110.0, 25.0), (110.1, 25.0), (110.1, 25.1), (110.0, 25.0)]
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {"name": name},
                    "geometry": {
                        "type": "Polygon",
                        "coordinates": [[[x + at, y] for x, y in ring]],
                    },
                }
                for at, name in enumerate(names)
            ],
        }
    ).encode()


def _upload(open_page: Open, content: bytes) -> AppTest:
    page = open_page("sweeps/map", Role.OFFICE)
    page.button(key="map_boundary_opens").click().run()
    page.file_uploader(key="boundary_file").upload("乡镇.geojson", content).run()
    return page


def test_boundaries_are_brought_in_removed_and_brought_back(
    open_page: Open, store: Store, place: d.County, red: str
) -> None:
    page = _upload(open_page, _file("城关镇", "城东"))
    assert any("认出 **1** 个乡镇" in each.value for each in page.markdown)
    asked = next(each for each in page.selectbox if "城东" in each.label)
    asked.set_value(place.other_town).run()
    page.button(key="boundary_use").click().run()

    with store.reading(OFFICE) as session:
        assert set(queries.shapes(session)) == {place.town, place.other_town}
        listed = queries.boundaries(session)[0]
    assert "geometry" in page.get("vega_lite_chart")[0].proto.spec

    page.button(key="map_boundary_opens").click().run()
    page.button(key=f"boundary_{listed.id}_remove").click().run()
    with store.reading(OFFICE) as session:
        assert queries.shapes(session) == {}
    page.button(key="map_boundary_opens").click().run()
    page.button(key=f"boundary_{listed.id}_restore").click().run()
    with store.reading(OFFICE) as session:
        assert place.town in queries.shapes(session)


def test_a_township_without_a_boundary_is_still_told(
    open_page: Open, store: Store, place: d.County, red: str
) -> None:
    page = _upload(open_page, _file("城关镇"))
    page.button(key="boundary_use").click().run()

    assert any("没有边界的乡镇：河东镇 0" in each.value for each in page.caption)


def test_a_broken_file_is_told_and_nothing_is_kept(
    open_page: Open, store: Store, place: d.County
) -> None:
    page = _upload(open_page, _file("城关镇")[:-5])

    assert "不是 GeoJSON" in page.error[0].value
    assert not [b for b in page.button if b.key == "boundary_use"]
    with store.reading(OFFICE) as session:
        assert queries.boundaries(session) == []


def test_a_number_opens_its_list_in_the_ledger(open_page: Open, red: str) -> None:
    page = open_page("sweeps/ledger", Role.OFFICE, query={"d_area": "城关镇", "d_level": "红"})

    assert list(page.dataframe[0].value["编号"]) == [red]


def test_the_room_sees_the_map_large_and_neither_lists_nor_settings(
    open_page: Open, red: str
) -> None:
    page = open_page("sweeps/map", Role.SCREEN)

    assert "城关镇 1 件" in _alt(page)
    assert not page.button
    assert "hall-title" in page.get("html")[0].proto.body


def test_a_unit_sees_its_own_townships_and_sets_nothing(
    open_page: Open, place: d.County, red: str
) -> None:
    page = open_page("sweeps/map", Role.UNIT, unit_id=place.town)

    assert "河东镇" not in _alt(page)
    assert not [b for b in page.button if b.key in ("map_layout_opens", "map_boundary_opens")]
