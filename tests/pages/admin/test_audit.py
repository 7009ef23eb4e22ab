"""The audit screen: reading, verifying, and the export that leaves word of itself."""

import csv
import hashlib
from collections.abc import Callable
from datetime import UTC, timedelta
from io import StringIO

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from db.commands import leaders as leader_commands
from db.commands import units as commands
from db.engine import Store
from db.queries import audit
from db.queries.audit import Filters
from rules.permissions import SYSTEM
from rules.terms import AuditAction, Role, UnitKind
from tests.conftest import TODAY
from tests.pages.cases.conftest import Make


@pytest.fixture
def page(open_page: Callable[..., AppTest], store: Store) -> AppTest:
    with store.writing(SYSTEM) as session:
        commands.add_unit(session, "本县", UnitKind.COUNTY)
    return open_page("admin/audit", Role.AUDITOR, name="审计员")


@pytest.mark.parametrize("config", ["sqlite", "postgresql"], indirect=True)
def test_the_newest_entry_stands_first_in_words(page: AppTest) -> None:
    row = page.table[0].value.iloc[0]

    assert (row["操作"], row["对象"], row["操作人"]) == ("登录", "账号", "系统")


def test_entries_are_filtered_by_what_they_are_about(page: AppTest) -> None:
    page.selectbox(key="entity").set_value("units").run()

    shown = page.table[0].value
    assert list(shown["对象"]) == ["单位"]
    assert shown["内容"][0] == "名称：本县；类别：县"
    assert shown["名称或编号"][0] == "本县"


def test_entries_are_filtered_by_who_did_what_and_when(page: AppTest) -> None:
    page.selectbox(key="by").set_value("系统").run()
    page.selectbox(key="action").set_value(AuditAction.SIGN_IN).run()
    assert len(page.table[0].value) == 1

    page.date_input(key="last").set_value(TODAY - timedelta(days=3650)).run()
    assert not page.table
    assert "没有符合条件" in page.info[0].value


def test_a_matter_is_found_by_its_number_and_led_to_where_it_may_be_opened(
    open_page: Callable[..., AppTest], sign_in: Callable[..., int], make_case: Make
) -> None:
    wanted = make_case(title="红星路坑洼", person="")
    make_case(title="石门镇路灯不亮", person="")
    page = open_page("admin/audit", Role.AUDITOR, Role.OFFICE)
    page.text_input(key="number").set_value(wanted.number).run()

    (row,) = page.table[0].value.to_dict("records")
    assert row["名称或编号"] == f"[{wanted.number}](/cases-detail?case={wanted.number})"
    assert "标题：红星路坑洼" in row["内容"]

    sign_in(Role.AUDITOR, name="审计员")
    page = open_page("admin/audit")
    page.text_input(key="number").set_value(wanted.number).run()
    (row,) = page.table[0].value.to_dict("records")
    assert row["名称或编号"] == wanted.number
    assert "红星路" not in row["内容"]


def test_what_people_have_typed_is_shown_as_text(
    open_page: Callable[..., AppTest], store: Store
) -> None:
    with store.writing(SYSTEM) as session:
        leader_commands.add_leader(session, "[点我](/signout)", "**副县长**")
    page = open_page("admin/audit", Role.AUDITOR)
    page.selectbox(key="entity").set_value("leaders").run()

    row = page.table[0].value.iloc[0]
    assert row["名称或编号"].startswith("\\[点我")
    assert "\\*\\*副县长" in row["内容"]


def test_a_moment_stands_on_the_offices_clock(page: AppTest, store: Store) -> None:
    with store.reading(SYSTEM) as session:
        newest = audit.entries(session, Filters(), clock=UTC).rows[0].at

    shown = page.table[0].value.iloc[0]["时间"]
    assert shown == f"{newest + timedelta(hours=8):%Y-%m-%d %H:%M:%S}"


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
        (entry,) = audit.entries(session, Filters(action=AuditAction.EXPORT), clock=UTC).rows
    assert entry.actor == "审计员"
    assert entry.changes == ("行数：1", "条件：对象 单位")
    header, line = csv.reader(StringIO(page.session_state["_audit_csv"][1].decode("utf-8-sig")))
    told = dict(zip(header, line, strict=True))
    assert (told["操作人"], told["操作"], told["对象"]) == ("系统", "新建", "单位")
    assert (told["名称或编号"], told["内容"]) == ("本县", "名称：本县；类别：县")
    linked = bytes.fromhex(told["前一条哈希"]) + told["链上原文"].encode()
    assert hashlib.sha256(linked).hexdigest() == told["本条哈希"]


def test_the_second_page_shows_older_entries_and_a_filter_returns_to_the_first(
    open_page: Callable[..., AppTest], store: Store
) -> None:
    for number in range(60):
        with store.writing(SYSTEM) as session:
            leader_commands.add_leader(session, f"领导{number}", "副县长")
    page = open_page("admin/audit", Role.AUDITOR)
    newest = int(page.table[0].value["序号"][0])

    page.pagination(key="page").set_value(2).run()
    assert int(page.table[0].value["序号"][0]) == newest - 50

    page.selectbox(key="entity").set_value("leaders").run()
    assert "领导59" in page.table[0].value["内容"][0]
