"""The pool on the screen: entries, categories, platforms, and a list taken in."""

from collections.abc import Callable
from io import BytesIO

from openpyxl import Workbook
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.engine import Store
from db.models.audit import AuditEntry
from db.models.evaluations import (
    EvaluationPanel,
    Evaluator,
    EvaluatorCategory,
    FormerUnit,
    PanelMember,
)
from rules.evaluation_terms import PanelPost
from rules.terms import AuditAction, Role
from tests.conftest import OFFICE, TODAY
from tests.db import evaluations as e
from tests.pages.conftest import said

Open = Callable[..., AppTest]


def _pool(open_page: Open, part: str = "名册") -> AppTest:
    page = open_page("evaluations/pool", Role.OFFICE)
    if part != "名册":
        page.segmented_control(key="pool_part").set_value(part).run()
    return page


def test_an_evaluator_is_entered(open_page: Open, store: Store, place: e.Place) -> None:
    page = _pool(open_page)
    page.button(key="evaluator_new_opens").click().run()
    page.text_input(key="evaluator_name-new").input("李敏")
    page.selectbox(key="evaluator_category_id-new").set_value(e.categories(store)["党代表"])
    page.selectbox(key="evaluator_unit_id-new").set_value(place.other)
    page.text_input(key="evaluator_phone-new").input("13900001111")
    page.button(key="evaluator_add").click().run()

    with store.reading(OFFICE) as session:
        row = session.scalars(select(Evaluator).where(Evaluator.name == "李敏")).one()
        assert (row.unit_id, row.available) == (place.other, True)
    assert "已登记：李敏" in said(page)


def test_an_entry_is_changed_and_its_former_unit_remembered(
    open_page: Open, store: Store, place: e.Place
) -> None:
    page = _pool(open_page)
    page.selectbox(key="evaluator_changed").set_value(1).run()
    page.selectbox(key="evaluator_unit_id-1").set_value(place.department)
    page.date_input(key="evaluator_left_on-1").set_value(TODAY)
    page.checkbox(key="evaluator_available-1").uncheck()
    page.button(key="evaluator_save-1").click().run()

    with store.reading(OFFICE) as session:
        row = session.get_one(Evaluator, 1)
        assert (row.unit_id, row.available) == (place.department, False)
        former = session.scalars(select(FormerUnit)).one()
        assert (former.unit_id, former.left_on) == (place.other, TODAY)


def test_a_phone_is_shown_for_a_reason_that_is_noted(
    open_page: Open, store: Store, place: e.Place
) -> None:
    page = _pool(open_page)
    page.selectbox(key="evaluator_changed").set_value(1).run()
    page.text_input(key="evaluator_reason-1").input("通知开会")
    page.button(key="evaluator_reveal-1").click().run()

    assert any("13800001234" in text.value for text in page.text)
    with store.reading(OFFICE) as session:
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.action == AuditAction.REVEAL)
        ).one()
        assert entry.changes["reason"] == "通知开会"


def test_the_pool_is_narrowed(open_page: Open, place: e.Place) -> None:
    page = _pool(open_page)
    assert len(page.dataframe[0].value) == 21
    page.text_input(key="pool_term").input("党代员").run()

    assert len(page.dataframe[0].value) == 3


def test_categories_are_added_and_changed(open_page: Open, store: Store, place: e.Place) -> None:
    page = _pool(open_page)
    page.button(key="evaluator_categories_opens").click().run()
    page.text_input(key="category_name").input("退役军人")
    page.button(key="category_add").click().run()
    key = e.categories(store)["退役军人"]
    page.number_input(key=f"category_seats-{key}").set_value(2)
    page.checkbox(key=f"category_active-{key}").uncheck()
    page.button(key=f"category_save-{key}").click().run()

    with store.reading(OFFICE) as session:
        row = session.get_one(EvaluatorCategory, key)
        assert (row.seats, row.active) == (2, False)


def test_a_platform_is_founded_and_given_its_head(
    open_page: Open, store: Store, place: e.Place
) -> None:
    page = _pool(open_page, "评价小组")
    page.selectbox(key="panel_unit").set_value(place.other)
    page.text_input(key="panel_name").input("县财政局评价小组")
    page.button(key="panel_save").click().run()
    with store.reading(OFFICE) as session:
        panel = session.scalars(
            select(EvaluationPanel).where(EvaluationPanel.unit_id == place.other)
        ).one()
    page.selectbox(key="member_panel").set_value(panel.id)
    page.selectbox(key="member_post").set_value(PanelPost.HEAD)
    page.text_input(key="member_name").input("张书记")
    page.button(key="member_add").click().run()
    with store.reading(OFFICE) as session:
        member = session.scalars(select(PanelMember)).one()
        assert (member.panel_id, member.name) == (panel.id, "张书记")
    page.date_input(key=f"member_ended-{member.id}").set_value(TODAY)
    page.button(key=f"member_end-{member.id}").click().run()

    with store.reading(OFFICE) as session:
        assert session.get_one(PanelMember, member.id).valid_to == TODAY


def test_a_list_is_looked_at_imported_and_taken_back(
    open_page: Open, store: Store, place: e.Place
) -> None:
    book = Workbook()
    for line in (["姓名", "类别", "工作单位"], ["赵六", "党代表", "县日报社"]):
        book.active.append(line)
    stream = BytesIO()
    book.save(stream)
    page = _pool(open_page, "导入名单")
    page.file_uploader(key="evaluator_ledger").upload("名单.xlsx", stream.getvalue()).run()
    page.button(key="evaluator_import").click().run()
    with store.reading(OFFICE) as session:
        row = session.scalars(select(Evaluator).where(Evaluator.name == "赵六")).one()
        assert row.employer == "县日报社"
    page.segmented_control(key="pool_part").set_value("导入记录").run()
    page.checkbox(key="evaluator_undo_sure_1").check().run()
    page.button(key="evaluator_undo_1").click().run()

    with store.reading(OFFICE) as session:
        assert session.scalars(select(Evaluator).where(Evaluator.name == "赵六")).all() == []
