"""总览 in the browser: another period, a number and a bar with their rows, a colleague's entry by itself."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from db.commands import accounts, cases, leaders
from db.engine import Store
from rules.permissions import SYSTEM
from rules.terms import Channel, Role
from tests.browser.conftest import Server, settled
from ui.store import today

pytestmark = pytest.mark.browser

PASSWORD = "信访窗口的长口令2026"
SignIn = Callable[[Page, str, str], None]


def _register(store: Store, title: str, lead_id: int, days: int = 0) -> None:
    with store.writing(SYSTEM) as session:
        cases.open_case(
            session,
            {
                "title": title,
                "channel": Channel.VISIT,
                "received_on": today() - timedelta(days),
                "lead_id": lead_id,
            },
            people=[],
            today=today(),
            now=datetime.now(UTC),
        )


@pytest.fixture
def led(store: Store) -> int:
    """A leader with an account, who leads a case of today and one of a year ago."""
    with store.writing(SYSTEM) as session:
        leader_id = leaders.add_leader(session, "王县长", "副县长")
        accounts.create_account(
            session,
            "王县长",
            PASSWORD,
            roles={Role.LEADER},
            leader_id=leader_id,
            now=datetime.now(UTC),
        )
    _register(store, "今年的道路积水", leader_id)
    _register(store, "去年的河堤渗水", leader_id, days=370)
    return leader_id


def _figure(page: Page, label: str, value: str) -> None:
    card = page.get_by_test_id("stMetric").filter(has_text=label)
    expect(card.get_by_test_id("stMetricValue")).to_have_text(value)


def test_a_leader_changes_the_period_and_opens_what_a_number_counts(
    page: Page, sign_in: SignIn, led: int, server: Server
) -> None:
    sign_in(page, "王县长", PASSWORD)
    page.goto("/")
    expect(page.get_by_role("heading", name="总览")).to_be_visible()
    _figure(page, "信访总量", "1")

    page.get_by_role("combobox", name="哪一段").click()
    page.get_by_role("option", name=f"{(today() - timedelta(370)).year}年").click()
    _figure(page, "信访总量", "1")
    expect(page).to_have_url(re.compile("o_year="))

    page.get_by_role("button", name="看明细").first.click()
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_text("您看得到 1 件")).to_be_visible()
    drawer.get_by_role("button", name="在案件登记簿中打开").click()

    expect(page).to_have_url(re.compile("/cases-register"))
    expect(page.get_by_text("共 1 件")).to_be_visible()
    assert server.foreign == []


def test_a_bar_opens_its_rows_and_a_link_to_them_opens_them_again(
    page: Page, sign_in: SignIn, led: int
) -> None:
    sign_in(page, "王县长", PASSWORD)
    page.goto("/")
    chart = page.get_by_test_id("stVegaLiteChart").first
    chart.scroll_into_view_if_needed()
    expect(chart.locator("canvas, svg").first).to_be_visible()
    box = chart.locator("canvas, svg").first.bounding_box()
    assert box is not None
    # The last month is on the right; of its two bars the left is what was received.
    page.mouse.click(
        box["x"] + box["width"] - 6 - box["width"] * 0.064, box["y"] + box["height"] * 0.7
    )

    expect(page.get_by_role("dialog").get_by_text("您看得到 1 件")).to_be_visible()
    expect(page).to_have_url(re.compile("o_figure=received.*o_on="))
    link = page.url
    page.goto(link)
    expect(page.get_by_role("dialog").get_by_text("您看得到 1 件")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page).not_to_have_url(re.compile("o_figure"))

    page.goto(link)
    narrow = page.get_by_role("dialog").get_by_role("button", name="只看这个月")
    expect(narrow).to_be_visible()
    settled(page)
    narrow.click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page).to_have_url(re.compile("o_span="))
    page.goto(page.url)
    expect(page.get_by_text(f"统计 {today().replace(day=1)} 至 {today()}")).to_be_visible()


def test_a_colleagues_entry_appears_without_a_reload(
    page: Page, sign_in: SignIn, led: int, store: Store
) -> None:
    sign_in(page, "王县长", PASSWORD)
    page.goto("/")
    _figure(page, "信访总量", "1")
    page.evaluate("window.here = true")

    _register(store, "同事刚登记的", led)

    _figure(page, "信访总量", "2")
    assert page.evaluate("window.here")
