"""No screen asks another host for anything (offline offices, and nobody to be told of a visit)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from db.commands import accounts
from db.commands import cases as commands
from db.engine import Store
from rules.people import Person
from rules.permissions import SCREENS, SYSTEM
from rules.terms import Channel, Role
from tests.browser.conftest import settled
from tests.conftest import NOW, OFFICE, TODAY

pytestmark = pytest.mark.browser
PASSWORD = "春天里的第一场雨真好"


def test_no_screen_asks_another_host(
    page: Page, store: Store, server, sign_in: Callable[[Page, str, str], None]
):
    with store.writing(SYSTEM) as session:
        both = [Role.ADMIN, Role.OFFICE]
        accounts.create_account(session, "王主任", PASSWORD, roles=both, now=NOW)
    with store.writing(OFFICE) as session:
        values = {"title": "反映道路积水", "channel": Channel.VISIT, "received_on": TODAY}
        case = commands.open_case(session, values, people=[Person("张三")], today=TODAY, now=NOW)
    sign_in(page, "王主任", PASSWORD)

    page.goto("/")
    seen: set[str] = set()
    for screen in SCREENS:
        query = f"?case={case.number}" if screen == "cases/detail" else ""
        page.evaluate(_GO, f"/{screen.replace('/', '-')}{query}")
        settled(page)
        expect(page.locator("[data-testid=stMain] h1").first).to_be_visible()
        assert page.get_by_test_id("stException").count() == 0, screen
        assert server.foreign == [], screen
        seen.add(page.locator("[data-testid=stMain] h1").first.inner_text())
    # Each was drawn in turn; three share their heading with another.
    assert len(seen) >= len(SCREENS) - 3


# As by a link of the menu, for all that stands in none: a reload would take three times as long.
_GO = """(path) => {
  history.pushState({}, "", path);
  dispatchEvent(new PopStateEvent("popstate"));
}"""
