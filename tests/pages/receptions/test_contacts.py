"""Contact points: each widget that writes is used, and the store is looked at."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.commands import contacts as commands
from db.commands import leaders
from db.engine import Store
from db.models.audit import AuditEntry
from db.queries import contacts as queries
from rules.reception_terms import ContactKind
from rules.terms import AuditAction, Role, UnitKind
from tests.conftest import NOW, OFFICE, TODAY
from tests.pages.conftest import said

Open = Callable[..., AppTest]


@pytest.fixture
def town(make_unit: Callable[..., int]) -> int:
    return make_unit("青山镇", kind=UnitKind.TOWNSHIP)


@pytest.fixture
def leader(store: Store, town: int, make_leader: Callable[[str], int]) -> int:
    leader_id = make_leader("张三")
    with store.writing(OFFICE) as session:
        leaders.set_charge(session, leader_id, version=1, portfolio="", fields=[], contacts=[town])
    return leader_id


@pytest.fixture
def add(store: Store, leader: int, town: int) -> Callable[..., int]:
    """Return a function that records a visit."""

    def make(**changed: Any) -> int:
        given = {
            "leader_id": leader,
            "unit_id": town,
            "visited_on": TODAY,
            "kind": ContactKind.CONTACT,
            "note": "督导积案，电话 13812345678",
            "solved": 1,
            **changed,
        }
        with store.writing(OFFICE) as session:
            return commands.add_visit(session, given, today=TODAY, now=NOW)

    return make


def _rows(store: Store) -> list[queries.ContactRow]:
    with store.reading(OFFICE) as session:
        return queries.visits(session, first=date(2020, 1, 1), last=date(2030, 12, 31))


def _type(page: AppTest, **values: Any) -> None:
    page.button(key="contact_adding_opens").click().run()
    for key, value in values.items():
        page.selectbox(key=f"contact_{key}").set_value(value)
    page.text_area(key="contact_note").set_value("督导积案两件")
    page.number_input(key="contact_solved").set_value(2)


def test_a_visit_is_recorded_and_the_grid_and_the_list_say_so(
    open_page: Open, store: Store, leader: int, town: int
) -> None:
    page = open_page("receptions/contacts", Role.OFFICE)
    assert page.dataframe[0].value["第四季度"].tolist() == ["0/1 还差 1 次"]
    assert page.dataframe[0].value["第三季度"].tolist() == ["0/1 未达标，差 1 次"]
    assert any("张三（副县长）" in str(area.value) for area in page.text_area)
    _type(page, leader_id=leader, unit_id=town)
    page.button(key="add_contact_submit").click().run()

    (row,) = _rows(store)
    assert (row.leader_id, row.unit_id, row.visited_on) == (leader, town, TODAY)
    assert (row.kind, row.note, row.solved) == (ContactKind.CONTACT, "督导积案两件", 2)
    assert "已登记" in said(page)
    assert page.dataframe[0].value["第四季度"].tolist() == ["1/1 达标"]


def test_what_is_no_contact_point_of_his_is_refused_and_stays_typed(
    open_page: Open, store: Store, leader: int, make_unit: Callable[..., int]
) -> None:
    elsewhere = make_unit("云雾镇", kind=UnitKind.TOWNSHIP)
    page = open_page("receptions/contacts", Role.OFFICE)
    _type(page, leader_id=leader, unit_id=elsewhere)
    page.button(key="add_contact_submit").click().run()
    assert "下访" in page.error[0].value
    assert _rows(store) == []

    page.radio(key="contact_kind").set_value(ContactKind.VISITING)
    page.button(key="add_contact_submit").click().run()

    assert _rows(store)[0].kind is ContactKind.VISITING


def test_a_leader_sees_and_records_his_own(
    open_page: Open, store: Store, leader: int, town: int, make_leader: Callable[[str], int]
) -> None:
    other = make_leader("李四")
    with store.writing(OFFICE) as session:
        leaders.set_charge(session, other, version=1, portfolio="", fields=[], contacts=[town])
    page = open_page("receptions/contacts", Role.LEADER, leader_id=leader)
    assert page.dataframe[0].value["领导"].tolist() == ["张三（青山镇）"]
    page.button(key="contact_adding_opens").click().run()
    assert page.selectbox(key="contact_leader_id").options == ["请选择", "张三（副县长）"]
    page.selectbox(key="contact_unit_id").set_value(town)
    page.text_area(key="contact_note").set_value("听取汇报")
    page.button(key="add_contact_submit").click().run()

    assert [(row.leader_id, row.note) for row in _rows(store)] == [(leader, "听取汇报")]


def test_a_visit_is_corrected_and_taken_out(
    open_page: Open, store: Store, add: Callable[..., int]
) -> None:
    visit = add()
    page = open_page("receptions/contacts", Role.OFFICE)
    page.button(key="contact_editing_opens").click().run()
    page.number_input(key=f"contact_solved-{visit}").set_value(4)
    page.date_input(key=f"contact_visited_on-{visit}").set_value(date(2026, 11, 3))
    page.button(key=f"change_contact-{visit}_submit").click().run()
    (row,) = _rows(store)
    assert (row.solved, row.visited_on) == (4, date(2026, 11, 3))

    page.button(key="contact_editing_opens").click().run()
    page.button(key=f"contact_drop-{visit}").click().run()
    assert _rows(store) == []


def test_a_rival_save_of_a_visit_is_reported_and_kept(
    open_page: Open, store: Store, add: Callable[..., int], leader: int, town: int
) -> None:
    visit = add()
    page = open_page("receptions/contacts", Role.OFFICE)
    page.button(key="contact_editing_opens").click().run()
    rival = {
        "leader_id": leader,
        "unit_id": town,
        "visited_on": TODAY,
        "kind": ContactKind.CONTACT,
        "note": "别人改过",
        "solved": 9,
    }
    with store.writing(OFFICE) as session:
        commands.change_visit(session, visit, rival, version=1, today=TODAY)

    page.text_area(key=f"contact_note-{visit}").set_value("我改的")
    page.button(key=f"change_contact-{visit}_submit").click().run()

    assert "已被他人修改" in page.error[0].value
    assert [row.note for row in _rows(store)] == ["别人改过"]


def test_each_kind_and_year_is_shown_apart(open_page: Open, add: Callable[..., int]) -> None:
    add()
    add(kind=ContactKind.VISITING, solved=7)
    add(visited_on=date(2025, 5, 1))
    page = open_page("receptions/contacts", Role.OFFICE)
    assert "共 **1** 次 · 解决问题 1 个" in [each.value for each in page.markdown]

    page.segmented_control(key="shown_kind").set_value(ContactKind.VISITING).run()
    assert page.dataframe[0].value["第四季度"].tolist() == ["1 次"]
    assert "共 **1** 次 · 解决问题 7 个" in [each.value for each in page.markdown]

    page.segmented_control(key="shown_kind").set_value(ContactKind.CONTACT).run()
    page.selectbox(key="shown_year").set_value(2025).run()
    assert page.dataframe[0].value["第二季度"].tolist() == ["1/1 达标"]


def test_a_unit_sees_the_visits_to_it_and_no_grid(
    open_page: Open, add: Callable[..., int], town: int
) -> None:
    add()
    page = open_page("receptions/contacts", Role.UNIT, unit_id=town)

    assert page.dataframe[0].value["走访单位"].tolist() == ["青山镇"]
    assert "contact_adding_opens" not in [button.key for button in page.button]


def test_an_export_is_made_masked_and_noted(
    open_page: Open, store: Store, add: Callable[..., int]
) -> None:
    add()
    page = open_page("receptions/contacts", Role.OFFICE)
    page.session_state["contacts_menu"] = True
    page.run()
    page.button(key="contacts_make").click().run()

    sheet = load_workbook(BytesIO(page.session_state["_contacts_export"]["file"]))["走访"]
    line = dict(zip((c.value for c in sheet[1]), (c.value for c in sheet[2]), strict=True))
    assert (line["领导"], line["走访单位"]) == ("张三", "青山镇")
    assert "13812345678" not in line["走访情况"]
    with store.reading(OFFICE) as session:
        entry = session.scalar(select(AuditEntry).where(AuditEntry.action == AuditAction.EXPORT))
        assert entry is not None
        assert (entry.entity, entry.changes["rows"]) == ("contact_visits", 1)


def test_a_number_of_the_grid_lists_its_visits_and_no_others(
    open_page: Open, add: Callable[..., int], leader: int
) -> None:
    add(visited_on=date(2026, 8, 1))
    add()
    page = open_page("receptions/contacts", Role.OFFICE)
    # The click on a cell is the browser's; what it leaves is what the callback sets.
    page.session_state["_contacts_narrowed"] = {
        "leader": leader,
        "place": 2,
        "kind": ContactKind.CONTACT,
        "year": 2026,
    }
    page.run()
    assert page.dataframe[0].value["日期"].tolist() == ["2026-08-01"]

    page.button(key="contact_all").click().run()

    assert page.dataframe[1].value["日期"].tolist() == ["2026-11-20", "2026-08-01"]
