"""No screen asks another host for anything (offline offices, and nobody to be told of a visit)."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from db.commands import accounts
from db.commands import cases as commands
from db.engine import Store
from rules.people import Person
from rules.permissions import SCREENS, SYSTEM
from rules.terms import Channel, Role
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

    for screen in SCREENS:
        query = f"?case={case.number}" if screen == "cases/detail" else ""
        page.goto(f"/{screen.replace('/', '-')}{query}")
        expect(page.locator("[data-testid=stMain] h1").first).to_be_visible()
        expect(page.locator("[data-testid=stApp]")).to_have_attribute(
            "data-test-script-state", re.compile("notRunning")
        )
        assert page.get_by_test_id("stException").count() == 0, screen
        assert server.foreign == [], screen

    asked = " ".join(server.asked)
    assert all(f"/{screen.replace('/', '-')}" in asked for screen in SCREENS)
