"""A meeting in the browser with keys alone: attendance, a decision in a line, its report, the next one."""

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from docx import Document
from playwright.sync_api import BrowserContext, Page, expect

from db.commands import accounts
from db.engine import Store
from rules.meetings import ItemKind, Presence
from rules.permissions import SYSTEM
from rules.terms import Role, UnitKind
from tests.browser.conftest import tab_to
from tests.db import meetings as m
from tests.db.conftest import make_unit  # noqa: F401  (a fixture)

pytestmark = pytest.mark.browser

PASSWORD = "信访窗口的长口令2026"
SignIn = Callable[[Page, str, str], None]


def _typed(page: Page, label: str, text: str) -> None:
    box = page.get_by_role("textbox", name=label, exact=True)
    tab_to(page, box)
    page.keyboard.type(text)


def test_a_meeting_with_keys_and_the_next_one_opens_with_it(
    page: Page,
    context: BrowserContext,
    sign_in: SignIn,
    store: Store,
    make_unit: Callable[..., int],  # noqa: F811
) -> None:
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    county = make_unit("本县", kind=UnitKind.COUNTY)
    housing = make_unit("县住建局", parent=county)
    with store.writing(SYSTEM) as session:
        now = datetime.now(UTC)
        accounts.create_account(session, "小李", PASSWORD, roles={Role.OFFICE}, now=now)
        accounts.create_account(
            session, "小王", PASSWORD, roles={Role.UNIT}, unit_id=housing, now=now
        )
    found = m.add(store, housing, held_on=today)
    sign_in(page, "小李", PASSWORD)
    page.goto(f"/review-meeting?meeting={found.number}")
    expect(page.get_by_role("button", name="开会")).to_be_visible()
    page.keyboard.press("Alt+o")
    expect(page.get_by_text("会议已开始", exact=False)).to_be_visible()

    tab_to(page, page.get_by_role("radio", name="到会", exact=True))
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="代会", exact=True)).to_be_checked()
    _typed(page, "县住建局代会人、缺席原因", "李副局长")
    save = page.get_by_role("button", name="保存到会情况")
    tab_to(page, save)
    page.keyboard.press("Enter")
    expect(page.get_by_text("参会单位 1 个，代会 1 个")).to_be_visible()

    line = page.get_by_role("textbox", name="议定事项（一行）")
    tab_to(page, line)
    page.keyboard.type("县住建局 明天前 拿出整改方案")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="议定事项", exact=True)).to_have_value("拿出整改方案")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="议定事项（1 项）")).to_be_visible()
    expect(line).to_have_value("")
    file = m.seen(store, found, today=today)
    assert file.units[0].presence is Presence.SUBSTITUTE
    (decided,) = file.decisions
    assert (decided.unit_id, decided.due_on) == (housing, today + m.DAY)

    context.clear_cookies()
    sign_in(page, "小王", PASSWORD)
    page.goto("/")
    page.get_by_role("link", name="3 日内到期 1 项").click()
    expect(page.get_by_role("heading", name="议定事项", exact=True)).to_be_visible()
    page.goto(f"/review-decisions?decision={decided.id}")
    page.get_by_role("textbox", name="落实情况").fill("方案已印发")
    page.locator("input[type=file]").set_input_files(
        {"name": m.PDF.name, "mimeType": "application/pdf", "buffer": m.PDF.content}
    )
    expect(page.get_by_text(m.PDF.name)).to_be_visible()
    page.get_by_role("button", name="报告").click()
    expect(page.get_by_text("进行（已报告，待认可）")).to_be_visible()

    after = m.add(store, housing, held_on=today)
    context.clear_cookies()
    sign_in(page, "小李", PASSWORD)
    page.goto(f"/review-decisions?decision={decided.id}")
    page.get_by_role("button", name="认可，完成").click()
    expect(page.get_by_text("完成", exact=True).first).to_be_visible()
    page.goto(f"/review-meeting?meeting={after.number}")
    heading = page.get_by_role("heading", name="上次议定 1 项：完成 1 / 进行 0 / 超期 0")
    expect(heading).to_be_visible()


def test_the_papers_of_a_meeting_are_taken_as_word(
    page: Page,
    sign_in: SignIn,
    store: Store,
    make_unit: Callable[..., int],  # noqa: F811
) -> None:
    """They are made on the click, when no run of the page is under way."""
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    housing = make_unit("县住建局")
    with store.writing(SYSTEM) as session:
        now = datetime.now(UTC)
        accounts.create_account(session, "小李", PASSWORD, roles={Role.OFFICE}, now=now)
    found = m.opened(store, housing, held_on=today)
    m.item(store, found, ItemKind.TEXT, "学校周边交通")
    m.attend(store, found, housing)
    sign_in(page, "小李", PASSWORD)
    page.goto(f"/review-meeting?meeting={found.number}")

    def taken(label: str) -> str:
        with page.expect_download() as caught:
            page.get_by_role("button", name=label).click()
        document = Document(BytesIO(caught.value.path().read_bytes()))
        return "\n".join(
            cell.text for table in document.tables for row in table.rows for cell in row.cells
        )

    assert "1．学校周边交通" in taken("下载会议材料")
    assert "学校周边交通" in taken("下载纪要草稿")
    page.get_by_role("button", name="印发纪要").click()
    page.get_by_role("button", name="确认印发").click()
    expect(page.get_by_role("button", name="下载会议纪要")).to_be_visible()
    assert "学校周边交通" in taken("下载会议纪要")
