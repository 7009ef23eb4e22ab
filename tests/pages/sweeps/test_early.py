"""苗头信息 and the network on the screen: each form is used, and the store is looked at."""

from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import Any

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.commands import early_signs, network
from db.commands.cases import Opened
from db.engine import Store
from db.models.cases import Case
from db.models.disputes import Dispute
from db.models.network import EarlySign, NetworkFiling, NetworkNode
from rules.dispute_terms import EarlyState, NodeKind
from rules.terms import Role
from tests.conftest import NOW, OFFICE, TODAY
from tests.db import disputes as d
from tests.db.test_network import SIGN
from tests.pages.conftest import said

Open = Callable[..., AppTest]


@pytest.fixture
def sign(store: Store, place: d.County) -> Opened:
    """A report of the village."""
    with store.writing(OFFICE) as session:
        given = {**SIGN, "area_id": place.village}
        return early_signs.report(session, given, unit_id=place.village, today=TODAY, now=NOW)


def _sign(store: Store) -> EarlySign:
    with store.reading(OFFICE) as session:
        return session.scalars(select(EarlySign)).one()


def test_a_report_is_made_in_a_drawer(open_page: Open, store: Store, place: d.County) -> None:
    page = open_page("sweeps/early", Role.UNIT, unit_id=place.village)
    page.button(key="early_report_opens").click().run()
    page.text_input(key="early_title").set_value("渠道改线引起不满")
    page.number_input(key="early_people").set_value(20)
    page.text_area(key="early_asked").set_value("请水利局到场说明")
    page.date_input(key="early_learned_on").set_value(TODAY)
    page.time_input(key="early_learned_time").set_value(time(8, 30))
    page.button(key="early_save").click().run()

    row = _sign(store)
    assert (row.title, row.people, row.unit_id, row.area_id) == (
        "渠道改线引起不满",
        20,
        place.village,
        place.village,
    )
    assert row.learned_at == datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
    assert row.number in said(page)


def test_a_report_that_lacks_something_stays_typed(
    open_page: Open, store: Store, place: d.County
) -> None:
    page = open_page("sweeps/early", Role.UNIT, unit_id=place.village)
    page.button(key="early_report_opens").click().run()
    page.text_input(key="early_title").set_value("渠道改线")
    page.button(key="early_save").click().run()

    assert "需要县里做什么" in page.error[0].value
    assert page.text_input(key="early_title").value == "渠道改线"
    with store.reading(OFFICE) as session:
        assert session.scalars(select(EarlySign)).all() == []


def test_a_report_becomes_a_dispute(
    open_page: Open, store: Store, place: d.County, sign: Opened
) -> None:
    page = open_page("sweeps/early", Role.UNIT, unit_id=place.village)
    key = f"early_into_dispute_{sign.id}"
    page.button(key=f"{key}_opens").click().run()
    page.selectbox(key=f"{key}_class").set_value(d.class_id(store))
    page.button(key=f"{key}_save").click().run()

    assert _sign(store).state is EarlyState.DISPUTE
    with store.reading(OFFICE) as session:
        assert session.scalars(select(Dispute)).one().title == "渠道改线引起不满"


def test_a_report_becomes_a_case_by_the_office_alone(
    open_page: Open, store: Store, place: d.County, sign: Opened
) -> None:
    key = f"early_into_case_{sign.id}"
    page = open_page("sweeps/early", Role.UNIT, unit_id=place.village)
    assert not [b for b in page.button if b.key == f"{key}_opens"]
    page = open_page("sweeps/early", Role.OFFICE, name="小王")
    page.button(key=f"{key}_opens").click().run()
    page.button(key=f"{key}_save").click().run()

    with store.reading(OFFICE) as session:
        case = session.scalars(select(Case)).one()
    assert (_sign(store).state, _sign(store).case_id) == (EarlyState.CASE, case.id)


def test_a_report_is_closed_with_its_word(open_page: Open, store: Store, sign: Opened) -> None:
    page = open_page("sweeps/early", Role.OFFICE)
    key = f"early_close_{sign.id}"
    page.button(key=f"{key}_opens").click().run()
    page.text_input(key=f"{key}_why").set_value("当场讲清")
    page.button(key=f"{key}_save").click().run()

    assert (_sign(store).state, _sign(store).closed_why) == (EarlyState.CLOSED, "当场讲清")
    page.selectbox(key="e_state").set_value(EarlyState.OPEN).run()
    assert "没有苗头信息" in page.info[0].value


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
