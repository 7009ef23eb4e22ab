"""A real file, imported through the screen by somebody who has only a browser."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from db.commands import accounts
from db.engine import Store
from db.models.cases import Case
from rules.permissions import SYSTEM
from rules.terms import Role
from tests.browser.conftest import Server
from tests.conftest import real_data

pytestmark = pytest.mark.browser

PASSWORD = "信访窗口的长口令2026"


@pytest.mark.shared_data
def test_a_real_ledger_becomes_a_register_and_is_taken_back(
    page: Page, sign_in: Callable[[Page, str, str], None], store: Store, server: Server
) -> None:
    with store.writing(SYSTEM) as session:
        accounts.create_account(
            session, "小李", PASSWORD, roles={Role.OFFICE}, now=datetime.now(UTC)
        )
    sign_in(page, "小李", PASSWORD)
    page.goto("/")
    page.get_by_role("link", name="批量导入").first.click()
    page.locator("input[type=file]").set_input_files(real_data() / "messages_2019h1.xlsx")

    expect(page.get_by_text(re.compile("^共 2109 行 = 新增 2109 "))).to_be_visible()
    page.get_by_role("button", name="开始导入（2109 件）").click()
    expect(page.get_by_text(re.compile("第 1 批导入完成.*新增 2109"))).to_be_visible()
    with store.reading(SYSTEM) as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 2109

    page.get_by_role("link", name="到登记簿查看").click()
    expect(page.get_by_text(re.compile("^共 2109 件"))).to_be_visible()
    search = page.get_by_role("searchbox", name="搜索标题、内容、编号")
    search.fill("小区")
    search.press("Enter")
    expect(page.get_by_text(re.compile("^共 2109 件"))).not_to_be_visible()
    expect(page.get_by_text(re.compile("^共 [1-9][0-9]* 件"))).to_be_visible()

    page.goto("/")
    page.get_by_role("link", name="批量导入").first.click()
    page.get_by_role("tab", name="导入记录与撤销").click()
    ask = page.get_by_role("button", name="撤销这一批")
    ask.focus()
    for asked in (True, False, True):
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="确认撤销")).to_be_visible(visible=asked)
        expect(ask).to_be_focused()
    expect(page.get_by_text("删去这一批新增的 2109 件")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="不撤销")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("第 1 批已撤销")).to_be_visible()
    with store.reading(SYSTEM) as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 0
    assert server.foreign == []
