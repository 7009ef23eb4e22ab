"""The audit screen: reading, verifying, and the export that leaves word of itself."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from db.commands import units as commands
from db.engine import Store
from db.queries import audit
from db.queries.audit import Filters
from rules.permissions import SYSTEM
from rules.terms import AuditAction, Role, UnitKind
from tests.conftest import TODAY


@pytest.fixture
def page(open_page: Callable[..., AppTest], store: Store) -> AppTest:
    with store.writing(SYSTEM) as session:
        commands.add_unit(session, "本县", UnitKind.COUNTY)
    return open_page("admin/audit", Role.AUDITOR, name="审计员")


@pytest.mark.parametrize("config", ["sqlite", "postgresql"], indirect=True)
def test_the_newest_entry_stands_first_in_words(page: AppTest) -> None:
    row = page.dataframe[0].value.iloc[0]

    assert (row["操作"], row["对象"], row["操作人"]) == ("登录", "账号", "系统")


def test_entries_are_filtered_by_what_they_are_about(page: AppTest) -> None:
    page.selectbox(key="entity").set_value("units").run()

    shown = page.dataframe[0].value
    assert list(shown["对象"]) == ["单位"]
    assert shown["内容"][0].startswith("名称：本县；类别：县")


def test_entries_are_filtered_by_who_did_what_and_when(page: AppTest) -> None:
    page.selectbox(key="by").set_value("系统").run()
    page.selectbox(key="action").set_value(AuditAction.SIGN_IN).run()
    assert len(page.dataframe[0].value) == 1

    page.date_input(key="last").set_value(TODAY - timedelta(days=3650)).run()
    assert not page.dataframe
    assert "没有符合条件" in page.info[0].value


def test_a_whole_chain_is_told_whole(page: AppTest) -> None:
    page.button(key="verify").click().run()

    assert "审计链完整" in page.success[0].value


def test_an_altered_entry_is_told(page: AppTest, store: Store) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE audit_entries SET actor = '别人' WHERE seq = 2"))

    page.button(key="verify").click().run()

    assert "第 2 条" in page.error[0].value


def test_an_export_is_an_entry_of_the_chain(page: AppTest, store: Store) -> None:
    page.selectbox(key="entity").set_value("units").run()
    page.button(key="export").click().run()

    assert not page.exception
    with store.reading(SYSTEM) as session:
        (entry,) = audit.entries(session, Filters(action=AuditAction.EXPORT)).rows
    assert entry.actor == "审计员"
    assert "行数：1" in entry.changes
    assert "条件：对象 单位" in entry.changes


def test_the_second_page_shows_older_entries_and_a_filter_returns_to_the_first(
    open_page: Callable[..., AppTest], store: Store
) -> None:
    for number in range(60):
        with store.writing(SYSTEM) as session:
            commands.add_leader(session, f"领导{number}", "副县长")
    page = open_page("admin/audit", Role.AUDITOR)
    newest = int(page.dataframe[0].value["序号"][0])

    page.pagination(key="page").set_value(2).run()
    assert int(page.dataframe[0].value["序号"][0]) == newest - 50

    page.selectbox(key="entity").set_value("leaders").run()
    assert "领导59" in page.dataframe[0].value["内容"][0]
