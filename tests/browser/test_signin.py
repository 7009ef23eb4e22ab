"""Coming in and going out, as only a browser can show it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from db.commands import accounts as commands
from db.engine import Store
from rules.permissions import SYSTEM
from rules.terms import Role
from tests.conftest import NOW

pytestmark = pytest.mark.browser
PASSWORD = "春天里的第一场雨真好"


@pytest.fixture
def sign_in() -> Callable[[Page, str, str], None]:
    """Return a function that signs in by the form and waits for the first screen."""

    def sign_in(page: Page, name: str, password: str) -> None:
        page.goto("/signin")
        page.get_by_label("账号").fill(name)
        page.get_by_label("口令").fill(password)
        page.get_by_label("口令").press("Enter")
        page.get_by_role("link", name="退出登录").wait_for()

    return sign_in


@pytest.fixture
def two_accounts(store: Store) -> None:
    """An administrator 王主任 and a clerk 小李."""
    with store.writing(SYSTEM) as session:
        for name, role in (("王主任", Role.ADMIN), ("小李", Role.OFFICE)):
            commands.create_account(session, name, PASSWORD, roles=[role], now=NOW)


def test_the_first_start_creates_the_administrator_and_nothing_leaves_the_host(page: Page, server):
    page.goto("/cases-register")
    expect(page.get_by_role("heading", name="开办设置")).to_be_visible()
    expect(page.get_by_label("账号名称")).to_be_focused()

    page.get_by_label("账号名称").fill("王主任")
    page.get_by_label("口令", exact=True).fill(PASSWORD)
    page.get_by_label("再输一次口令").fill(PASSWORD)
    page.get_by_label("县（市、区）名称").fill("青山县")
    page.get_by_label("行政区划代码").fill("430199")
    page.get_by_label("行政区划代码").press("Enter")

    expect(page.get_by_role("heading", name="总览")).to_be_visible()
    expect(page.get_by_text("王主任（系统管理员、联席办）")).to_be_visible()
    expect(page.get_by_text("第 1 步")).to_be_visible()
    expect(page).to_have_title(re.compile("联席会议工作台|总览"))
    response = page.goto("/setup")
    assert response is not None
    assert response.status == 404
    assert server.foreign == []


def test_what_is_left_empty_is_asked_for_in_chinese_beside_it(page: Page, server):
    page.goto("/setup")
    page.get_by_label("账号名称").fill("王主任")
    page.get_by_role("button", name="创建管理员", exact=True).click()

    password = page.get_by_label("口令", exact=True)
    expect(password).to_be_focused()
    expect(password).to_have_accessible_description(re.compile("口令至少 10 位"))
    expect(page.get_by_label("县（市、区）名称")).to_have_accessible_description(
        re.compile("不能为空")
    )
    expect(page.get_by_label("账号名称")).to_have_value("王主任")


def test_an_address_alone_does_not_open_a_page(page: Page, two_accounts):
    for address in ("/", "/cases-register", "/admin-accounts", "/account-me"):
        page.goto(address)

        expect(page.get_by_role("heading", name="登录")).to_be_visible()
        expect(page.get_by_label("账号")).to_be_focused()


def test_a_sign_in_leads_to_the_page_that_was_asked_for(page: Page, two_accounts):
    page.goto("/account-me")
    page.get_by_label("账号").fill("小李")
    page.get_by_label("口令").fill(PASSWORD)
    page.get_by_label("口令").press("Enter")

    expect(page).to_have_url(re.compile("/account-me$"))
    expect(page.get_by_role("heading", name="我的账号").first).to_be_visible()


def test_a_wrong_password_is_said_in_chinese_and_the_name_stays(page: Page, two_accounts):
    page.goto("/signin")
    page.get_by_label("账号").fill("小李")
    page.get_by_label("口令").fill("不是这个口令呀呀")
    page.get_by_role("button", name="登录").click()

    expect(page.get_by_role("alert")).to_have_text("账号或口令不正确")
    expect(page.get_by_label("账号")).to_have_value("小李")
    expect(page.get_by_label("口令")).to_be_focused()


def test_a_refresh_and_a_new_tab_stay_signed_in(
    page: Page, context: BrowserContext, two_accounts, sign_in: Callable
):
    sign_in(page, "小李", PASSWORD)

    page.reload()
    expect(page.get_by_role("heading", name="总览")).to_be_visible()
    other = context.new_page()
    other.goto("/")

    expect(other.get_by_text("小李（联席办）")).to_be_visible()


def test_signing_out_leaves_no_way_back(page: Page, two_accounts, sign_in: Callable):
    sign_in(page, "小李", PASSWORD)

    page.get_by_role("link", name="退出登录").click()
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    page.go_back()
    page.go_back()

    expect(page.get_by_text("小李（联席办）")).to_have_count(0)
    expect(page.get_by_role("heading", name="登录")).to_be_visible()


def test_the_next_user_of_the_browser_sees_his_own_pages(
    page: Page, two_accounts, sign_in: Callable
):
    sign_in(page, "王主任", PASSWORD)
    expect(page.get_by_role("link", name="审计").first).to_be_visible()
    page.goto("/signout")
    page.get_by_role("button", name="退出登录").click()

    sign_in(page, "小李", PASSWORD)

    expect(page.get_by_text("小李（联席办）")).to_be_visible()
    expect(page.get_by_text("王主任")).to_have_count(0)
    expect(page.get_by_role("link", name="审计")).to_have_count(0)


def test_a_tab_left_open_is_signed_out_with_the_others(
    page: Page, context: BrowserContext, two_accounts, sign_in: Callable
):
    sign_in(page, "小李", PASSWORD)
    other = context.new_page()
    other.goto("/signout")
    other.get_by_role("button", name="退出登录").click()
    expect(other.get_by_role("heading", name="登录")).to_be_visible()

    page.wait_for_timeout(1100)  # what signin trusts without asking the store
    page.get_by_role("link", name="我的账号").first.click()

    expect(page.get_by_text("您尚未登录，或登录已超时")).to_be_visible()
    page.get_by_role("link", name="前往登录").click()
    expect(page.get_by_label("账号")).to_be_visible()


def test_streamlits_own_words_are_chinese(page: Page, two_accounts, sign_in: Callable, server):
    sign_in(page, "小李", PASSWORD)
    page.goto("/account-me")
    expect(page.get_by_label("显示口令").first).to_be_visible()

    said = page.evaluate(
        """() => [...document.querySelectorAll('body *')].flatMap((e) => [
            ...[...e.childNodes].filter((n) => n.nodeType === 3 && !e.closest(
                'script, style, noscript, [data-testid=stIconMaterial], [translate=no]')).map((n) => n.data),
            ...['aria-label', 'placeholder', 'title'].map((a) => e.getAttribute(a) || ''),
        ]).filter((text) => /[A-Za-z]{3}/.test(text))"""
    )

    assert page.locator("html").get_attribute("lang") == "zh-CN"
    assert said == []
    assert server.foreign == []
