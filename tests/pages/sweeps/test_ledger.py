"""The ledger of disputes: its filter, its counts, its classes, doubles side by side, and the export."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.engine import Store
from db.models.audit import AuditEntry
from db.models.disputes import Dispute, DisputeClass, DisputeLook, DisputePair
from rules.dispute_terms import DisputeState, PairKind, RiskLevel
from rules.people import Person
from rules.terms import AuditAction, Role
from tests.conftest import OFFICE, TODAY
from tests.db import disputes as d
from tests.pages.conftest import said

Open = Callable[..., AppTest]


def _numbers(page: AppTest) -> list[str]:
    return list(page.dataframe[0].value["编号"]) if page.dataframe else []


def test_an_empty_ledger_says_what_to_do_first(open_page: Open, place: d.County) -> None:
    page = open_page("sweeps/ledger", Role.OFFICE)

    assert "登记纠纷" in page.info[0].value


def test_the_list_is_narrowed_by_its_address_and_counts_what_is_left(
    open_page: Open, store: Store, place: d.County
) -> None:
    one = d.add(store, place.village)
    d.add(store, place.other_town, title="征地补偿", people=120)
    d.resolve(store, one, place.town)

    page = open_page("sweeps/ledger", Role.OFFICE)
    assert len(_numbers(page)) == 2
    assert any(
        "排查 **2** 件" in text.value and "化解 **1**" in text.value for text in page.markdown
    )

    page = open_page("sweeps/ledger", query={"d_area": "城关镇"})
    assert _numbers(page) == [one.number]
    page.selectbox(key="d_state").set_value(DisputeState.SIGNED_OFF).run()
    assert "没有符合条件" in page.info[0].value
    page.button(key="d_clear").click().run()
    assert len(_numbers(page)) == 2
    page.text_input(key="d_term").set_value("征地").run()
    assert len(_numbers(page)) == 1


def test_a_unit_sees_its_own_ledger_alone(open_page: Open, store: Store, place: d.County) -> None:
    mine = d.add(store, place.village)
    d.add(store, place.other_town)

    page = open_page("sweeps/ledger", Role.UNIT, unit_id=place.town)

    assert _numbers(page) == [mine.number]
    assert not [b for b in page.button if b.key == "dispute_classes_opens"]


def test_a_class_is_added_and_changed_by_the_office(
    open_page: Open, store: Store, place: d.County
) -> None:
    page = open_page("sweeps/ledger", Role.OFFICE)
    page.button(key="dispute_classes_opens").click().run()
    page.text_input(key="class_name").set_value("村务管理")
    page.selectbox(key="class_unit_id").set_value(place.town)
    page.button(key="class_add").click().run()
    with store.reading(OFFICE) as session:
        added = session.scalars(select(DisputeClass).where(DisputeClass.name == "村务管理")).one()
        assert added.unit_id == place.town

    page.selectbox(key="class_changed").set_value(added.id).run()
    page.text_input(key=f"class_name-{added.id}").set_value("村级事务")
    page.checkbox(key=f"class_active-{added.id}").uncheck()
    page.button(key=f"class_change-{added.id}").click().run()
    with store.reading(OFFICE) as session:
        row = session.get_one(DisputeClass, added.id)
        assert (row.name, row.active) == ("村级事务", False)


@pytest.mark.parametrize(
    ("kind", "state"),
    [(PairKind.DOUBLE, DisputeState.MERGED), (PairKind.OTHER, DisputeState.SUBMITTED)],
)
def test_two_that_are_alike_stand_side_by_side_until_somebody_decides(
    open_page: Open, store: Store, place: d.County, kind: PairKind, state: DisputeState
) -> None:
    one = d.add(store, place.village)
    other = d.add(store, place.neighbour, found_on=TODAY)
    page = open_page("sweeps/ledger", Role.UNIT, unit_id=place.town)
    page.segmented_control(key="disputes_part").set_value("疑似同一纠纷").run()
    assert {f"先登记 {one.number}", f"后登记 {other.number}"} <= set(page.table[0].value.columns)

    key = f"pair_{other.id}_{one.id}"
    page.text_input(key=f"{key}_reason").set_value("两村各报一次")
    page.button(key=f"{key}_{kind}").click().run()

    assert kind.label in said(page)
    with store.reading(OFFICE) as session:
        assert session.get_one(Dispute, other.id).state is state
        assert session.scalars(select(DisputePair)).one().reason == "两村各报一次"


def test_a_decision_is_taken_back_on_the_page_of_either(
    open_page: Open, open_dispute: Open, store: Store, place: d.County
) -> None:
    one = d.add(store, place.village)
    other = d.add(store, place.neighbour, found_on=TODAY)
    page = open_page("sweeps/ledger", Role.OFFICE)
    page.segmented_control(key="disputes_part").set_value("疑似同一纠纷").run()
    page.button(key=f"pair_{other.id}_{one.id}_double").click().run()

    page = open_dispute(other.number, Role.OFFICE, name="小王")
    assert one.number in page.info[0].value
    assert not [b for b in page.button if b.key == "entry_save"]
    page.button(key="undo_pair_1").click().run()

    with store.reading(OFFICE) as session:
        assert session.get_one(Dispute, other.id).state is DisputeState.SUBMITTED


def test_what_waits_for_the_office_and_looks_that_are_due_are_listed(
    open_page: Open, store: Store, place: d.County
) -> None:
    waiting, signed = d.add(store, place.village), d.add(store, place.other_town)
    d.ready(store, waiting, place.town)
    d.approve(store, d.ready(store, signed, place.other_town))
    with store.writing(OFFICE) as session:
        for look in session.scalars(select(DisputeLook).where(DisputeLook.done_on.is_(None))):
            look.due_on = TODAY
    page = open_page("sweeps/ledger", Role.OFFICE)
    page.segmented_control(key="disputes_part").set_value("待办").run()

    assert [list(each.value["编号"]) for each in page.dataframe] == [
        [waiting.number],
        [signed.number, signed.number],
    ]


def _export(page: AppTest) -> Any:
    page.session_state["disputes_menu"] = True
    page.run()
    page.button(key="disputes_make").click().run()
    return load_workbook(BytesIO(page.session_state["_disputes_export"]["file"]))


def test_an_export_is_masked_watermarked_and_noted(
    open_page: Open, store: Store, place: d.County
) -> None:
    d.add(
        store,
        place.village,
        people=[Person("欧阳锋")],
        content="联系电话13800001234",
        found_on=TODAY - timedelta(1),
    )
    book = _export(open_page("sweeps/ledger", Role.OFFICE))
    sheet = book["矛盾纠纷"]

    text = " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row)
    assert "两户宅基地界线纠纷" in text
    assert "13800001234" not in text
    assert "欧阳锋" not in text
    assert "小李" in str(sheet.oddFooter.left.text)
    with store.reading(OFFICE) as session:
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.action == AuditAction.EXPORT)
        ).one()
        assert (entry.entity, entry.changes["rows"]) == ("disputes", 1)


def test_a_leader_reads_what_he_leads(
    open_page: Open, store: Store, place: d.County, make_leader: Callable[[str], int]
) -> None:
    leader_id = make_leader("林政远")
    led = d.add(store, place.village, lead_id=leader_id)
    d.add(store, place.village)

    page = open_page("sweeps/ledger", Role.LEADER, leader_id=leader_id)

    assert _numbers(page) == [led.number]
    assert not page.segmented_control


def test_the_level_stands_beside_its_colour(open_page: Open, store: Store, place: d.County) -> None:
    opened = d.add(store, place.village)
    with store.writing(OFFICE) as session:
        session.get_one(Dispute, opened.id).level = RiskLevel.RED

    page = open_page("sweeps/ledger", Role.OFFICE)

    assert page.dataframe[0].value["等级"][0] == "红（待审定）"
