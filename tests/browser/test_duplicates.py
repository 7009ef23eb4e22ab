"""Likely duplicates in the browser: two cases decided, and taken back, by the keyboard alone."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from db.commands import accounts
from db.commands import cases as commands
from db.commands.cases import Opened
from db.engine import Store
from db.models.cases import Case
from rules.people import Person
from rules.permissions import SYSTEM
from rules.terms import CaseState, Channel, Role
from tests.browser.conftest import Server, tab_to
from ui.store import today

pytestmark = pytest.mark.browser

PASSWORD = "信访窗口的长口令2026"
TITLES = ("石门镇机耕道塌方", "石门镇机耕道塌方未修")


@pytest.fixture
def two(store: Store) -> tuple[Opened, Opened]:
    """A clerk of the office, and one matter that was written down twice."""
    now, day = datetime.now(UTC), today()
    with store.writing(SYSTEM) as session:
        accounts.create_account(session, "小李", PASSWORD, roles={Role.OFFICE}, now=now)
        people = [Person("郑小明", "13900001111")]
        earlier, later = (
            commands.open_case(
                session,
                {"title": title, "channel": Channel.VISIT, "received_on": day},
                people=people,
                today=day,
                now=now,
            )
            for title in TITLES
        )
    return earlier, later


def _state(store: Store, case: Opened) -> CaseState:
    with store.reading(SYSTEM) as session:
        return session.get_one(Case, case.id).state


def test_two_cases_are_merged_and_parted_by_the_keyboard_alone(
    store: Store,
    server: Server,
    page: Page,
    sign_in: Callable[[Page, str, str], None],
    two: tuple[Opened, Opened],
) -> None:
    earlier, later = two
    was = _state(store, later)
    sign_in(page, "小李", PASSWORD)
    page.goto("/cases-duplicates")
    expect(page.get_by_role("button", name="从第一对开始认定")).to_be_visible()

    page.keyboard.press("Enter")
    expect(page.get_by_text("建议：重复登记")).to_be_visible()
    expect(page.get_by_role("table")).to_contain_text("同一人")
    assert "郑小明" not in page.content()
    page.keyboard.press("2")

    expect(page.get_by_text(f"{later.number} 已并入 {earlier.number}")).to_be_visible()
    expect(page.get_by_text("没有待认定的疑似重复。")).to_be_visible()
    assert _state(store, later) is CaseState.MERGED

    page.goto(f"/cases-duplicates?one={later.number}&other={earlier.number}")
    undo = page.get_by_role("button", name="撤销这个认定")
    expect(undo).to_be_visible()
    tab_to(page, undo)
    page.keyboard.press("Enter")

    expect(page.get_by_text("认定已撤销，两件都恢复原样")).to_be_visible()
    expect(page.get_by_text("建议：重复登记")).to_be_visible()
    assert _state(store, later) is was
    assert server.foreign == []
