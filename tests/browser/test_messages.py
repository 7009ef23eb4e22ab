"""What is said after a save, where a browser alone can show that it is seen."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from db.commands import accounts
from db.commands import cases as commands
from db.commands.cases import Opened
from db.engine import Store
from rules.permissions import SYSTEM
from rules.terms import Channel, Role
from ui.store import today

pytestmark = pytest.mark.browser

PASSWORD = "信访窗口的长口令2026"
_TOAST = '[data-testid="stToast"]'
SignIn = Callable[[Page, str, str], None]


@pytest.fixture
def long_case(store: Store) -> Opened:
    """A matter whose page is several screens long, and a clerk who may change it."""
    now = datetime.now(UTC)
    with store.writing(SYSTEM) as session:
        accounts.create_account(session, "小李", PASSWORD, roles={Role.OFFICE}, now=now)
        values = {
            "title": "红星路路面坑洼",
            "content": "红星路的路面坑洼不平，雨天积水。\n" * 120,
            "channel": Channel.VISIT,
            "received_on": today(),
        }
        return commands.open_case(session, values, people=[], today=today(), now=now)


def test_what_was_saved_at_the_foot_of_a_long_page_is_seen_there(
    page: Page, sign_in: SignIn, long_case: Opened
) -> None:
    sign_in(page, "小李", PASSWORD)
    page.goto(f"/cases-detail?case={long_case.number}")
    page.get_by_role("button", name="修改").click()
    page.get_by_role("textbox", name="备注").fill("已约谈")
    page.get_by_role("button", name=re.compile("^保存 ")).click()

    # The browser keeps to where the page was scrolled, far from its heading.
    expect(page.get_by_text("已保存", exact=True)).to_be_in_viewport(ratio=1)
    expect(page.get_by_text("已约谈", exact=True)).to_be_visible()
    page.get_by_text("已约谈", exact=True).scroll_into_view_if_needed()
    expect(page.get_by_role("heading", name="红星路路面坑洼")).not_to_be_in_viewport()
    expect(page.get_by_text("已保存", exact=True)).to_be_in_viewport(ratio=1)


def test_the_same_words_are_said_anew_for_a_second_save(
    page: Page, sign_in: SignIn, long_case: Opened
) -> None:
    sign_in(page, "小李", PASSWORD)
    page.goto(f"/cases-detail?case={long_case.number}")
    content = page.get_by_role("textbox", name="内容")
    content.fill("已到现场查看")
    page.get_by_role("button", name="保存进展").click()
    expect(page.locator(_TOAST, has_text="进展已保存")).to_be_visible()
    page.locator(_TOAST).evaluate("toast => { toast.dataset.first = 'yes' }")

    expect(content).to_have_value("")
    content.fill("已约定修复日期")
    page.get_by_role("button", name="保存进展").click()

    expect(page.locator(f"{_TOAST}:not([data-first])", has_text="进展已保存")).to_be_visible()
    expect(page.locator(_TOAST)).to_have_count(1)
