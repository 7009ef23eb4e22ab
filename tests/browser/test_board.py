"""The board in the browser: a card moved from column to column by the keyboard alone."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import Page, expect

from db.commands import accounts
from db.commands import cases as commands
from db.commands.cases import Opened
from db.engine import Store
from db.models.cases import Case
from rules.permissions import SYSTEM
from rules.terms import CaseState, Channel, Role
from tests.browser.conftest import Server, tab_to
from ui.store import today

pytestmark = pytest.mark.browser

PASSWORD = "信访窗口的长口令2026"
SignIn = Callable[[Page, str, str], None]


@pytest.fixture
def matter(store: Store) -> Opened:
    """One matter, just registered, and a clerk of the office."""
    now, day = datetime.now(UTC), today()
    with store.writing(SYSTEM) as session:
        accounts.create_account(session, "小李", PASSWORD, roles={Role.OFFICE}, now=now)
        values = {"title": "红星路路面坑洼", "channel": Channel.VISIT, "received_on": day}
        return commands.open_case(session, values, people=[], today=day, now=now)


def test_a_card_is_moved_by_the_keyboard_alone(
    store: Store, server: Server, page: Page, sign_in: SignIn, matter: Opened
) -> None:
    sign_in(page, "小李", PASSWORD)
    page.goto("/cases-board")
    move = page.get_by_role("button", name="办理", exact=True)
    expect(move).to_be_visible()

    tab_to(page, move)
    page.keyboard.press("Enter")
    window = page.get_by_role("dialog")
    accept = window.get_by_role("radio", name="受理", exact=True)
    expect(accept).to_be_visible()
    first = window.get_by_role("radio").first
    tab_to(page, first)
    for _ in range(10):
        if accept.evaluate("node => node === document.activeElement"):
            break
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    submit = window.get_by_role("button", name="确定受理")
    expect(submit).to_be_visible()
    tab_to(page, submit)
    page.keyboard.press("Enter")

    expect(page.get_by_text(f"{matter.number} 已受理，在“办理中”栏")).to_be_visible()
    expect(window).to_have_count(0)
    expect(page.get_by_text("办理中 1 件")).to_be_visible()
    expect(page.get_by_text("刚办理")).to_be_visible()
    with store.reading(SYSTEM) as session:
        assert session.get_one(Case, matter.id).state is CaseState.ACCEPTED
    assert server.foreign == []


def test_the_charts_are_drawn_from_this_machine_alone(
    server: Server, page: Page, sign_in: SignIn, matter: Opened
) -> None:
    sign_in(page, "小李", PASSWORD)
    page.goto("/cases-board?board_part=图表&charts_large=true")

    drawn = page.get_by_role("img", name="在办件已办多久：15 天以内 1 件")
    expect(drawn.or_(page.get_by_label("在办件已办多久：15 天以内 1 件")).first).to_be_visible()
    sizes = page.locator("svg text").evaluate_all(
        "nodes => nodes.map(node => parseFloat(getComputedStyle(node).fontSize))"
    )
    assert sizes
    assert min(sizes) >= 24
    assert page.locator("summary").get_by_text("Source").count() == 0
    assert server.foreign == []


@pytest.mark.parametrize(
    "opens", ["15 天以内; 期限: 未超期; 点击打开: 在办 1 件", "点击打开: 收到 1 件"]
)
def test_a_click_on_a_chart_opens_the_cases_it_counts(
    store: Store,
    server: Server,
    page: Page,
    sign_in: SignIn,
    matter: Opened,
    opens: str,
) -> None:
    with store.writing(SYSTEM) as session:
        values = {"title": "往年的事", "channel": Channel.VISIT, "received_on": date(2020, 5, 6)}
        commands.open_case(session, values, people=[], today=today(), now=datetime.now(UTC))
    sign_in(page, "小李", PASSWORD)
    page.goto("/cases-board?board_part=图表")

    # The last: a line has points of its own, under those that are clicked.
    page.locator(f"path[aria-label*='{opens}']").last.click()

    expect(page.get_by_role("heading", name="案件登记簿")).to_be_visible()
    expect(page.get_by_text("共 1 件")).to_be_visible()
    assert f"until={today()}" in page.url or f"since={today():%Y-%m}-01" in page.url
    assert "ordinary=true" in page.url
    page.go_back()
    expect(page.get_by_role("heading", name="案件看板")).to_be_visible()
    assert server.foreign == []
