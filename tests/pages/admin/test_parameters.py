"""The parameters screen: each widget that writes is used, and the store is looked at."""

from collections.abc import Callable
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from db.commands import office as commands
from db.engine import Store
from db.queries import office
from rules.permissions import SYSTEM
from rules.policy import Value
from rules.terms import Role
from tests.conftest import NOW, TODAY
from tests.pages.conftest import said


@pytest.fixture
def page(open_page: Callable[..., AppTest]) -> AppTest:
    return open_page("admin/parameters", Role.ADMIN)


def _value(store: Store, key: str, on: date) -> Value:
    with store.reading(SYSTEM) as session:
        return office.parameter(session, key, on=on)


@pytest.mark.parametrize("config", ["sqlite", "postgresql"], indirect=True)
def test_each_parameter_stands_with_its_default_and_clause(page: AppTest) -> None:
    rows = page.dataframe[0].value.set_index("参数")

    assert tuple(rows.loc["办理期限", ["现行值", "单位", "默认值", "依据", "将改为"]]) == (
        "60",
        "日",
        "60",
        "《信访工作条例》§34",
        "",
    )


def test_a_parameter_stands_with_all_that_was_set_for_it(page: AppTest, store: Store) -> None:
    with store.writing(SYSTEM) as session:
        for value, since in (("40", date(2025, 1, 1)), ("45", TODAY), ("50", date(2027, 1, 1))):
            commands.set_parameter(
                session, "handle_days", value, valid_from=since, reason="县文", now=NOW
            )
    page.selectbox(key="parameter").set_value("handle_days").run()

    listed, history = (table.value for table in page.dataframe)
    assert listed.set_index("参数").loc["办理期限", "将改为"] == "2027-01-01 起 50"
    assert list(zip(history["值"], history["状态"], strict=True)) == [
        ("50", "尚未生效"),
        ("45", "现行"),
        ("40", "已被替代"),
    ]
    assert history["设定日期"][0] == "2026-11-20"


def test_a_value_set_from_today_is_in_force(page: AppTest, store: Store) -> None:
    page.selectbox(key="parameter").set_value("handle_days").run()
    page.text_input(key="value-handle_days").set_value("45")
    page.text_input(key="reason-handle_days").set_value("县联席办〔2026〕3号")
    page.button(key="set").click().run()

    assert "已保存" in said(page)
    assert _value(store, "handle_days", TODAY) == 45


def test_a_value_that_is_no_number_is_refused(page: AppTest, store: Store) -> None:
    page.selectbox(key="parameter").set_value("handle_days").run()
    page.text_input(key="value-handle_days").set_value("四十五")
    page.button(key="set").click().run()

    assert "应填数字" in page.error[0].value
    assert page.text_input(key="value-handle_days").value == "四十五"
    assert _value(store, "handle_days", TODAY) == 60


def test_a_value_that_has_not_begun_can_be_taken_back(page: AppTest, store: Store) -> None:
    begins = date(2027, 1, 1)
    page.selectbox(key="parameter").set_value("handle_days").run()
    page.text_input(key="value-handle_days").set_value("45")
    page.date_input(key="valid_from-handle_days").set_value(begins)
    page.button(key="set").click().run()
    assert _value(store, "handle_days", begins) == 45

    page.button(key=f"remove-handle_days-{begins}").click().run()

    assert "已删除" in said(page)
    assert _value(store, "handle_days", begins) == 60
