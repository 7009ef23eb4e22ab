"""The network of the sweep on the screen: each form is used, and the store is looked at."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.commands import network
from db.engine import Store
from db.models.network import NetworkFiling, NetworkNode
from rules.dispute_terms import NodeKind
from rules.terms import Role
from tests.conftest import NOW, OFFICE, TODAY
from tests.db import disputes as d

Open = Callable[..., AppTest]


def _node(store: Store, unit_id: int, **given: Any) -> int:
    values = {"kind": NodeKind.GRID_WORKER, "name": "赵六", "full_time": False, **given}
    with store.writing(OFFICE) as session:
        return network.add_node(session, unit_id=unit_id, now=NOW, **values)


def test_an_entry_is_made_and_coverage_tells_the_rest(
    open_page: Open, store: Store, place: d.County
) -> None:
    page = open_page("sweeps/network", Role.UNIT, unit_id=place.town)
    assert any("有缺口 **3**" in text.value for text in page.markdown)
    page.button(key="network_add_opens").click().run()
    page.selectbox(key="node_unit_id").set_value(place.village)
    page.selectbox(key="node_kind").set_value(NodeKind.GRID_WORKER).run()
    page.text_input(key="node_name").set_value("赵六")
    page.text_input(key="node_grid").set_value("一组")
    page.radio(key="node_full_time").set_value(False)
    page.button(key="node_add").click().run()

    with store.reading(OFFICE) as session:
        node = session.scalars(select(NetworkNode)).one()
        assert (node.name, node.grid, node.full_time) == ("赵六", "一组", False)
    lacking = dict(
        zip(*(page.dataframe[0].value[name] for name in ("乡镇、村", "缺什么")), strict=True)
    )
    assert lacking["城关镇/幸福村"] == "没有村级调解小组；没有信息员"


def test_an_entry_is_changed_and_ended(open_page: Open, store: Store, place: d.County) -> None:
    node_id = _node(store, place.village)
    page = open_page("sweeps/network", Role.UNIT, unit_id=place.town)
    page.segmented_control(key="network_part").set_value("成员").run()
    page.text_input(key=f"node_name-{node_id}").set_value("孙七")
    page.date_input(key=f"node_valid_to-{node_id}").set_value(TODAY)
    page.button(key=f"node_change-{node_id}").click().run()

    with store.reading(OFFICE) as session:
        node = session.get_one(NetworkNode, node_id)
        assert (node.name, node.valid_to) == ("孙七", TODAY)
    assert "没有登记" in page.info[0].value
    page.toggle(key="n_ended").set_value(True).run()
    assert list(page.dataframe[0].value["名称"]) == ["孙七"]


def test_a_change_is_put_on_file_by_the_office(
    open_page: Open, store: Store, place: d.County
) -> None:
    _node(store, place.village)
    page = open_page("sweeps/network", Role.OFFICE)
    page.segmented_control(key="network_part").set_value("变动备案").run()
    page.button(key="file_1").click().run()

    with store.reading(OFFICE) as session:
        filing = session.scalars(select(NetworkFiling)).one()
        assert (filing.filed_on, filing.filed_by) == (TODAY, "小李")


def test_a_rivals_change_of_an_entry_is_told_and_nothing_is_overwritten(
    open_page: Open, store: Store, place: d.County
) -> None:
    node_id = _node(store, place.village)
    page = open_page("sweeps/network", Role.UNIT, unit_id=place.town)
    page.segmented_control(key="network_part").set_value("成员").run()
    with store.writing(OFFICE) as session:
        session.get_one(NetworkNode, node_id).name = "周八"
    page.text_input(key=f"node_name-{node_id}").set_value("孙七")
    page.button(key=f"node_change-{node_id}").click().run()

    assert "已被他人修改" in page.error[0].value
    with store.reading(OFFICE) as session:
        assert session.get_one(NetworkNode, node_id).name == "周八"


def test_a_member_of_staff_without_its_kind_of_work_is_refused(
    open_page: Open, store: Store, place: d.County
) -> None:
    page = open_page("sweeps/network", Role.OFFICE)
    page.button(key="network_add_opens").click().run()
    page.selectbox(key="node_unit_id").set_value(place.village)
    page.selectbox(key="node_kind").set_value(NodeKind.INFORMATION_CLERK).run()
    page.text_input(key="node_name").set_value("赵六")
    page.button(key="node_add").click().run()

    assert "专职或兼职" in page.error[0].value
    assert page.text_input(key="node_name").value == "赵六"
    with store.reading(OFFICE) as session:
        assert session.scalars(select(NetworkNode)).all() == []


def test_another_townships_entries_are_read_and_not_changed(
    open_page: Open, store: Store, place: d.County
) -> None:
    _node(store, place.other_town)
    page = open_page("sweeps/network", Role.UNIT, unit_id=place.town)
    page.segmented_control(key="network_part").set_value("成员").run()

    assert list(page.dataframe[0].value["名称"]) == ["赵六"]
    assert any("没有您可以修改的成员" in each.value for each in page.caption)


def test_only_the_office_puts_a_change_on_file(
    open_page: Open, store: Store, place: d.County
) -> None:
    _node(store, place.village)
    page = open_page("sweeps/network", Role.UNIT, unit_id=place.town)
    page.segmented_control(key="network_part").set_value("变动备案").run()

    assert any("新增网格员 赵六" in each.value for each in page.caption)
    assert not [button for button in page.button if button.key == "file_1"]
