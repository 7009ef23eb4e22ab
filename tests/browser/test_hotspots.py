"""热点 in the browser: from a proposal to its page, and that page read from the back of a room."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from db.commands import accounts, cases
from db.engine import Store
from db.models.hotspots import Hotspot, HotspotCase
from rules.people import Person
from rules.permissions import SYSTEM
from rules.terms import Channel, Role
from tests.browser.conftest import Server
from ui.store import today

pytestmark = pytest.mark.browser

PASSWORD = "信访窗口的长口令2026"
NOISE = "搅拌站每晚施工到凌晨，噪音很大，灰尘漫天，老人和学生无法睡觉。"
TITLES = (
    "丽发新城附近建搅拌站污染环境",
    "投诉丽发新城小区旁搅拌站噪音扰民",
    "丽发新城三期旁的搅拌厂何时搬走",
    "市民卡何时可以补办",
)
SignIn = Callable[[Page, str, str], None]
# Every piece of text in large letters that is smaller than 24 px.
_SMALL = """() => [...document.querySelectorAll('.st-key-hotspot_big *')]
    .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
    .filter(e => parseFloat(getComputedStyle(e).fontSize) < 24)
    .map(e => e.textContent)"""


@pytest.fixture
def told(store: Store) -> None:
    """An office, and three matters that report one thing beside one that does not."""
    now, day = datetime.now(UTC), today()
    with store.writing(SYSTEM) as session:
        for name, role in (("小李", Role.OFFICE), ("会议室", Role.SCREEN)):
            accounts.create_account(session, name, PASSWORD, roles={role}, now=now)
        for title in TITLES:
            values = {
                "title": title,
                "content": NOISE if "丽发" in title else title,
                "channel": Channel.VISIT,
                "received_on": day,
            }
            people = [Person("欧阳建国", "13812345678")]
            cases.open_case(session, values, people=people, today=day, now=now)


def test_a_proposal_becomes_a_hotspot_that_a_room_can_read(
    page: Page, sign_in: SignIn, told: None, store: Store, server: Server
) -> None:
    sign_in(page, "小李", PASSWORD)
    page.goto("/cases-hotspots")
    page.get_by_role("radio", name="发现").click()
    page.get_by_role("button", name="开始发现").click()
    page.get_by_role("button", name="1. 丽发新城").click(timeout=60_000)
    name = page.get_by_role("textbox", name="名称")
    expect(name).not_to_be_empty()
    name.fill("丽发新城搅拌站")
    page.get_by_role("button", name="把这 3 件建成热点").click()

    expect(page.get_by_role("heading", name="丽发新城搅拌站")).to_be_visible()
    with store.reading(SYSTEM) as session:
        hotspot_id = session.scalars(select(Hotspot.id)).one()
        assert len(session.scalars(select(HotspotCase.id)).all()) == 3

    page.set_viewport_size({"width": 1920, "height": 1080})
    page.get_by_text("大字（投屏用）").click()
    large = page.locator(".st-key-hotspot_big")
    expect(large.get_by_test_id("stMetricValue").first).to_have_text("3")
    expect(large.locator(".vega-embed")).to_be_visible()
    expect(large).to_be_in_viewport(ratio=1)
    assert page.evaluate(_SMALL) == []
    assert "欧阳" not in page.content()
    assert page.url.endswith(f"hotspot={hotspot_id}")
    assert "big=true" in page.url

    page.get_by_text("大字（投屏用）").click()
    page.get_by_role("tab", name="修改").click()
    expect(page.get_by_role("textbox", name="名称")).to_have_value("丽发新城搅拌站")
    page.get_by_role("button", name="返回热点").click()
    page.get_by_role("radio", name="热点").click()
    expect(page.get_by_text("共 1 个热点")).to_be_visible()
    assert server.foreign == []
