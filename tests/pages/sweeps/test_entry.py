"""Registering disputes in a table: typed, pasted, kept as a draft, saved all or none."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.engine import Store
from db.models.disputes import Dispute, DisputeParty
from rules.dispute_terms import DisputeState
from rules.terms import Role
from tests.conftest import OFFICE, TODAY
from tests.db import disputes as d
from tests.pages.conftest import said

Open = Callable[..., AppTest]


@pytest.fixture
def open_entry(open_page: Open, place: d.County) -> Open:
    """Return a function that opens the table for somebody of the village."""

    def open_(**account: Any) -> AppTest:
        roles = (Role.UNIT,) if account.setdefault("unit_id", place.village) else ()
        return open_page("sweeps/entry", *roles, **account)

    return open_


def _type(page: AppTest, *rows: dict[str, str], round_: int = 0) -> AppTest:
    """Type rows into the table, as the browser sends it."""
    page.session_state[f"dispute_rows-{round_}"] = {
        "edited_rows": dict(enumerate(rows)),
        "added_rows": [],
        "deleted_rows": [],
    }
    return page.run()


def _rows(store: Store) -> list[Dispute]:
    with store.reading(OFFICE) as session:
        return list(session.scalars(select(Dispute).order_by(Dispute.id)))


def test_several_are_registered_and_reported_at_once(
    open_entry: Open, store: Store, place: d.County
) -> None:
    page = _type(
        open_entry(),
        {"名称": "两户宅基地界线", "类别": "宅基地", "涉及人数": "2", "当事人": "赵六、孙七"},
        {"名称": "引水渠改道", "类别": "山林", "金额（元）": "3.5万"},
    )
    page.text_input(key="dispute_finder").set_value("小赵")
    page.button(key="dispute_submit").click().run()

    first, second = _rows(store)
    assert (first.title, first.unit_id, first.area_id) == (
        "两户宅基地界线",
        place.village,
        place.village,
    )
    assert (first.found_on, first.finder, first.people) == (TODAY, "小赵", 2)
    assert (second.amount_fen, second.state) == (3_500_000, DisputeState.SUBMITTED)
    with store.reading(OFFICE) as session:
        assert len(session.scalars(select(DisputeParty)).all()) == 2
    assert "已登记 2 件" in said(page)
    assert not page.error


def test_what_is_only_registered_waits_to_be_reported(open_entry: Open, store: Store) -> None:
    page = _type(open_entry(), {"名称": "两户宅基地界线", "类别": "宅基地"})
    page.button(key="dispute_keep").click().run()

    assert [(row.state, row.reported_at) for row in _rows(store)] == [
        (DisputeState.REGISTERED, None)
    ]


def test_what_is_not_understood_is_named_and_nothing_is_saved(
    open_entry: Open, store: Store
) -> None:
    page = _type(open_entry(), {"名称": "甲"}, {"名称": "乙", "类别": "外星人"})

    assert "第 2 行“类别”" in page.error[0].value
    assert page.button(key="dispute_submit").disabled
    assert _rows(store) == []


def test_a_line_the_office_refuses_is_named_and_stays_typed(open_entry: Open, store: Store) -> None:
    page = _type(open_entry(), {"名称": "甲", "类别": "邻里"}, {"名称": "乙"})
    page.button(key="dispute_submit").click().run()

    assert "第 2 行" in page.error[0].value
    assert "类别" in page.error[0].value
    assert _rows(store) == []
    page.selectbox(key="dispute_class_id").set_value(d.class_id(store, "邻里")).run()
    page.button(key="dispute_submit").click().run()
    assert len(_rows(store)) == 2


def test_what_was_typed_and_the_defaults_are_there_in_another_tab(
    open_entry: Open, open_page: Open, store: Store
) -> None:
    page = open_entry()
    page.selectbox(key="dispute_class_id").set_value(d.class_id(store, "邻里"))
    page.text_input(key="dispute_finder").set_value("小赵").run()
    page.session_state["paste_menu"] = True
    page.run()
    page.text_area(key="dispute_paste").set_value("名称\t涉及人数\n引水渠\t5\n林地\t3")
    page.button(key="dispute_paste_in").click().run()

    again = open_page("sweeps/entry")

    assert again.text_input(key="dispute_finder").value == "小赵"
    assert again.selectbox(key="dispute_class_id").value == d.class_id(store, "邻里")
    assert "已恢复" in again.info[0].value
    again.button(key="dispute_submit").click().run()
    assert [(row.title, row.people) for row in _rows(store)] == [("引水渠", 5), ("林地", 3)]


def test_a_saved_table_is_empty_and_keeps_its_defaults(open_entry: Open, store: Store) -> None:
    page = open_entry()
    page.selectbox(key="dispute_class_id").set_value(d.class_id(store, "邻里"))
    _type(page, {"名称": "甲"})
    page.button(key="dispute_submit").click().run()
    assert page.button(key="dispute_submit").disabled

    _type(page, {"名称": "乙"}, round_=1)
    page.button(key="dispute_submit").click().run()

    assert [row.title for row in _rows(store)] == ["甲", "乙"]


def test_a_table_is_emptied_and_its_draft_with_it(
    open_entry: Open, open_page: Open, store: Store
) -> None:
    page = open_entry()
    page.session_state["paste_menu"] = True
    page.run()
    page.text_area(key="dispute_paste").set_value("引水渠\t邻里")
    page.button(key="dispute_paste_in").click().run()
    assert not page.button(key="dispute_submit").disabled
    page.button(key="dispute_drop").click().run()

    assert page.button(key="dispute_submit").disabled
    assert open_page("sweeps/entry").button(key="dispute_submit").disabled


def test_what_is_in_the_ledger_already_is_told_and_stops_nobody(
    open_entry: Open, store: Store, place: d.County
) -> None:
    there = d.add(store, place.village)
    page = _type(open_entry(), {"名称": "两户宅基地的界线纠纷", "类别": "宅基地"})

    assert there.number in page.warning[0].value
    page.button(key="dispute_submit").click().run()
    assert len(_rows(store)) == 2


def test_the_office_registers_for_any_unit(open_page: Open, store: Store, place: d.County) -> None:
    page = open_page("sweeps/entry", Role.OFFICE)
    page.selectbox(key="dispute_unit_id").set_value(place.other_town)
    page.selectbox(key="dispute_area_id").set_value(place.other_town).run()
    _type(page, {"名称": "甲", "类别": "邻里"})
    page.button(key="dispute_submit").click().run()

    assert [row.unit_id for row in _rows(store)] == [place.other_town]


def test_a_unit_and_a_day_that_were_lost_are_filled_again(
    open_entry: Open, store: Store, place: d.County
) -> None:
    page = open_entry()
    page.selectbox(key="dispute_unit_id").set_value(None)
    page.date_input(key="dispute_found_on").set_value(None).run()

    assert page.selectbox(key="dispute_unit_id").value == place.village
    assert page.date_input(key="dispute_found_on").value == TODAY
