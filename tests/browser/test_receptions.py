"""领导接访 in the browser: a roster made, proved and published, a visit received, and its grid."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from db.commands import accounts, leaders, reception_places, units
from db.engine import Store
from db.models.cases import Case
from db.models.receptions import Publication, TurnRow, Visit
from rules.permissions import SYSTEM
from rules.reception_terms import TurnState, VisitOutcome
from rules.terms import Role, UnitKind
from ui.store import today

pytestmark = pytest.mark.browser

PASSWORD = "信访窗口的长口令2026"
SignIn = Callable[[Page, str, str], None]


@pytest.fixture
def county(store: Store) -> None:
    """A clerk, one leader, a unit that handles, and a place."""
    now = datetime.now(UTC)
    with store.writing(SYSTEM) as session:
        accounts.create_account(session, "小李", PASSWORD, roles={Role.OFFICE}, now=now)
        top = units.add_unit(session, "青山县", UnitKind.COUNTY)
        units.add_unit(session, "县住建局", UnitKind.DEPARTMENT, parent_id=top)
        leaders.add_leader(session, "林政远", "副县长", position=1)
        reception_places.add_place(session, "县信访接待大厅", capacity=2, centre=True)


def _choose(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label, exact=False).last.click()
    page.get_by_role("option", name=option, exact=False).first.click()


def test_from_an_empty_month_to_the_grid(
    page: Page, sign_in: SignIn, county: None, store: Store
) -> None:
    sign_in(page, "小李", PASSWORD)

    page.goto("/receptions-roster")
    page.get_by_role("button", name="新建排班表").click()
    _up_to_today(page)
    page.get_by_role("button", name="新建", exact=True).click()
    expect(page.get_by_text("核对发现", exact=False).first).to_be_visible()

    page.get_by_role("button", name="自动排班").click()
    page.get_by_role("button", name="开始排班").click()
    expect(page.get_by_text("核对通过", exact=False)).to_be_visible()

    page.get_by_role("tab", name="公示").click()
    page.get_by_role("button", name="公示", exact=True).click()
    expect(page.get_by_text("与第 1 次公示一致", exact=False)).to_be_visible()
    with page.expect_download() as taken:
        page.get_by_role("button", name="Word").click()
    assert taken.value.suggested_filename.endswith(".docx")
    with store.reading(SYSTEM) as session:
        assert len(session.scalars(select(Publication)).all()) == 1
        turns = session.scalars(select(TurnRow)).all()
    assert turns
    assert all(turn.why for turn in turns)

    page.goto("/receptions-desk")
    expect(page.get_by_label("来访代表", exact=False).first).to_be_focused()
    page.keyboard.type("郑小明")
    page.keyboard.press("Tab")
    page.keyboard.type("石门镇安置房漏水无人维修")
    _choose(page, "接访领导", "林政远")
    page.keyboard.press("Control+Enter")
    number = page.get_by_text(re.compile(r"JF\d{8}")).first
    expect(number).to_be_visible()
    with store.reading(SYSTEM) as session:
        visit = session.scalars(select(Visit)).one()

    page.goto(f"/receptions-visit?visit={visit.number}")
    page.get_by_role("button", name=re.compile("处理意见")).first.click()
    _choose(page, "处理方式", "交办")
    page.get_by_label("领导批示", exact=False).first.fill("请住建局一周内修好")
    _choose(page, "承办单位", "县住建局")
    page.get_by_role("button", name=re.compile("保存处理意见")).click()
    expect(page.get_by_text("处理意见已保存").first).to_be_visible()
    with store.reading(SYSTEM) as session:
        visit = session.scalars(select(Visit)).one()
        case = session.scalars(select(Case)).one()
    assert (visit.outcome, visit.case_id) == (VisitOutcome.HANDED, case.id)
    assert case.first_lead_id == visit.leader_id

    page.goto("/receptions-roster")
    page.get_by_role("tab", name="班次").click()
    page.get_by_role("button", name="登记实到").click()
    page.get_by_role("button", name="保存", exact=True).last.click()
    expect(page.get_by_text("已保存").first).to_be_visible()
    with store.reading(SYSTEM) as session:
        held = [turn for turn in session.scalars(select(TurnRow)) if turn.state is TurnState.HELD]
    assert len(held) == 1
    days = {held[0].held_on, visit.received_on}

    page.goto("/receptions-results")
    page.get_by_role("tab", name="成效").click()
    tile = page.get_by_test_id("stMetric").filter(has_text="接访（场次）")
    expect(tile).to_contain_text(f"接访（场次）{len(days)}去年同期")


def _up_to_today(page: Page) -> None:
    """Let the roster run from last month to today, so that its turns may be held at once."""
    first = (today().replace(day=1) - timedelta(days=1)).replace(day=1)
    for label, on in (("开始日期", first), ("结束日期", today())):
        box = page.get_by_test_id("stDateInput").filter(has_text=label).last
        box.get_by_role("spinbutton").first.click()
        page.keyboard.type(f"{on:%Y%m%d}")
        page.keyboard.press("Escape")
        page.keyboard.press("Tab")
        expect(box.get_by_role("spinbutton").first).to_have_text(str(on.year))
