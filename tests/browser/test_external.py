"""Coming in through an identity provider of another site, as a browser's own rules let it."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from db.commands import accounts as commands
from db.engine import Store
from rules.permissions import SYSTEM
from rules.terms import Role
from settings import OIDC_RETURN, Settings
from tests.browser.conftest import Server, free_port
from tests.conftest import NOW
from tests.ui.identity_provider import Provider, running

pytestmark = pytest.mark.browser


@pytest.fixture
def provider(store: Store) -> Iterator[Provider]:
    """A provider that knows where the server is going to be, and 小李 by a name of its own."""
    with store.writing(SYSTEM) as session:
        commands.create_account(
            session, "小李", None, roles=[Role.OFFICE], now=NOW, external_name="u-1001"
        )
    with running(f"http://127.0.0.1:{free_port()}{OIDC_RETURN}") as made:
        yield made


@pytest.fixture
def server(start_server: Callable[..., Server], config: Settings, provider: Provider) -> Server:
    """A server that trusts the provider, at the address the provider knows."""
    return start_server(config, urlsplit(provider.redirect).port, **provider.environment)


def test_a_browser_comes_in_and_goes_out_through_the_provider(
    page: Page, server: Server, provider: Provider
):
    page.goto("/account-me")
    page.get_by_role("link", name="统一身份认证登录").click()

    expect(page).to_have_url(re.compile("/account-me$"))
    page.get_by_text("账号：小李").wait_for()
    # The provider alone was met outside, and only by the browser's own way there.
    assert {url.split("?")[0] for url in server.foreign} == {f"{provider.issuer}/authorize"}

    page.get_by_role("link", name="退出登录").click()
    page.get_by_role("button", name="退出登录").click()

    expect(page.get_by_role("link", name="统一身份认证登录")).to_be_visible()
    assert provider.ended == [provider.issued]
    page.goto("/account-me")
    expect(page.get_by_role("heading", name="登录")).to_be_visible()


def test_whom_the_workbench_does_not_know_is_told_calmly(
    page: Page, server: Server, provider: Provider
):
    provider.subject = "u-9999"
    page.goto("/signin")
    page.get_by_role("link", name="统一身份认证登录").click()

    expect(page.get_by_role("heading", name="没有可用的账号")).to_be_visible()
    page.get_by_role("link", name="返回登录页").click()
    expect(page.get_by_label("口令")).to_be_visible()
