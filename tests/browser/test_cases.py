"""Cases in the browser: the keyboard, two people at once, and a unit that must not see."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from sqlalchemy import select

from db.commands import accounts, units
from db.commands import cases as commands
from db.commands.cases import NewFile, Opened
from db.engine import Store
from db.models.cases import Attachment, Case
from rules.people import Person
from rules.permissions import SYSTEM
from rules.terms import Channel, EntryKind, Role, UnitKind
from tests.browser.conftest import Server
from ui.store import today

pytestmark = pytest.mark.browser

PASSWORD = "信访窗口的长口令2026"
SignIn = Callable[[Page, str, str], None]


@dataclass(frozen=True)
class County:
    """Two departments, a township, three accounts, and a matter of the roads' with a file."""

    road: Opened
    school: Opened
    file_id: int


@pytest.fixture
def county(store: Store) -> County:
    now, day = datetime.now(UTC), today()
    with store.writing(SYSTEM) as session:
        top = units.add_unit(session, "青山县", UnitKind.COUNTY)
        units.add_unit(session, "石门镇", UnitKind.TOWNSHIP, parent_id=top)
        roads, schools = (
            units.add_unit(session, name, UnitKind.DEPARTMENT, parent_id=top)
            for name in ("县交通运输局", "县教育局")
        )
        for name, role, unit in (
            ("小李", Role.OFFICE, None),
            ("小王", Role.OFFICE, None),
            ("教育局老刘", Role.UNIT, schools),
        ):
            accounts.create_account(session, name, PASSWORD, roles={role}, now=now, unit_id=unit)

        def matter(title: str, unit: int) -> Opened:
            values = {
                "title": title,
                "channel": Channel.VISIT,
                "received_on": day,
                "unit_id": unit,
                "place": "红星路",
            }
            return commands.open_case(
                session, values, people=[Person("欧阳建国")], today=day, now=now
            )

        road, school = matter("红星路路面坑洼", roads), matter("学区划分不合理", schools)
        commands.add_entry(
            session,
            road.id,
            kind=EntryKind.PROGRESS,
            happened_on=day,
            text="已现场查看",
            files=[NewFile("现场说明.pdf", b"%PDF-1.4\n%%EOF")],
            limit_mb=10,
            today=day,
            now=now,
        )
        file_id = session.scalars(select(Attachment.id)).one()
    return County(road, school, file_id)


@pytest.fixture
def second(chromium: Browser, context: BrowserContext, server: Server) -> Page:
    """A tab of another browser."""
    other = chromium.new_context(
        base_url=server.address, locale="zh-CN", viewport={"width": 1440, "height": 900}
    )
    other.on("request", lambda request: server.asked.append(request.url))
    other.set_default_timeout(20_000)
    context.on("close", lambda _: other.close())
    return other.new_page()


def _titles(store: Store) -> list[str]:
    with store.reading(SYSTEM) as session:
        return list(session.scalars(select(Case.title).order_by(Case.id)))


def _counted(page: Page, count: int) -> None:
    expect(page.get_by_text(re.compile(f"^共 {count} 件"))).to_be_visible()


def test_a_matter_is_registered_by_the_keyboard_alone(
    page: Page, sign_in: SignIn, county: County, store: Store
) -> None:
    sign_in(page, "小李", PASSWORD)
    page.goto("/cases-entry")
    expect(page.get_by_label("信访人", exact=True)).to_be_focused()
    keys = page.keyboard

    keys.type("郑小明", delay=40)
    keys.press("Tab")
    keys.type("石门镇机耕道塌方无法通行", delay=40)
    keys.press("Tab")
    keys.type("石门", delay=40)
    keys.press("Tab")
    keys.type("交通", delay=40)
    keys.press("Tab")
    expect(page.get_by_role("combobox", name="责任单位")).to_have_value(re.compile("交通运输局"))
    keys.press("Control+Enter")

    expect(page.get_by_text(re.compile("已保存：.*石门镇机耕道塌方"))).to_be_visible()
    # The next begins where the first began, and what is typed last needs no Tab to be saved.
    expect(page.get_by_label("信访人", exact=True)).to_be_focused()
    expect(page.get_by_label("信访人", exact=True)).to_have_value("")
    keys.press("Tab")
    keys.type("石门镇路灯不亮")
    keys.press("Control+Enter")
    expect(page.get_by_text(re.compile("已保存：.*石门镇路灯不亮"))).to_be_visible()
    with store.reading(SYSTEM) as session:
        first, second = session.scalars(select(Case).order_by(Case.id)).all()[2:]
        assert (first.title, second.title) == ("石门镇机耕道塌方无法通行", "石门镇路灯不亮")
        assert first.township_id is not None
        assert first.unit_id == second.unit_id


def test_a_slow_machine_loses_no_choice(page: Page, sign_in: SignIn, county: County) -> None:
    late: list[Route] = []
    page.route("**/TextInput*.js", lambda route: late.append(route))
    sign_in(page, "小李", PASSWORD)
    page.goto("/cases-entry")
    place, unit = (page.get_by_role("combobox", name=name) for name in ("属地", "责任单位"))
    expect(place).to_be_visible()
    expect(place).not_to_be_focused()
    for route in late:
        route.continue_()
    expect(page.get_by_label("信访人", exact=True)).to_be_focused()
    place.focus()
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 8})

    page.keyboard.type("石门")
    page.keyboard.press("Tab")
    expect(unit).to_be_focused()
    page.keyboard.type("交通")
    page.keyboard.press("Tab")

    expect(place).to_have_value("石门镇")
    expect(unit).to_have_value("县交通运输局")
    expect(unit).not_to_be_focused()


def test_composing_a_word_saves_nothing_and_loses_nothing(
    page: Page, sign_in: SignIn, county: County, store: Store
) -> None:
    sign_in(page, "小李", PASSWORD)
    page.goto("/cases-entry")
    field = page.get_by_label("信访人", exact=True)
    expect(field).to_be_focused()
    ime = page.context.new_cdp_session(page)

    ime.send("Input.imeSetComposition", {"text": "zheng", "selectionStart": 5, "selectionEnd": 5})
    expect(field).to_have_value("zheng")
    pressed = {"type": "rawKeyDown", "windowsVirtualKeyCode": 229, "key": "Process"}
    ime.send("Input.dispatchKeyEvent", {**pressed, "code": "Enter"})
    ime.send("Input.insertText", {"text": "郑"})

    expect(field).to_have_value("郑")
    expect(field).to_be_focused()
    assert len(_titles(store)) == 2


def test_two_people_edit_one_case_and_nothing_is_lost(
    page: Page, second: Page, sign_in: SignIn, county: County, store: Store
) -> None:
    for tab, name in ((page, "小李"), (second, "小王")):
        sign_in(tab, name, PASSWORD)
        tab.goto(f"/cases-detail?case={county.road.number}")
        tab.get_by_role("button", name="修改").click()
        expect(tab.get_by_role("textbox", name="标题")).to_have_value("红星路路面坑洼")

    second.get_by_role("textbox", name="标题").fill("红星路坑洼（小王）")
    second.get_by_role("textbox", name="经办人").fill("小王")
    second.get_by_role("button", name=re.compile("^保存 ")).click()
    expect(second.get_by_text("已保存", exact=True)).to_be_visible()

    page.get_by_role("textbox", name="发生地").fill("红星路18号")
    page.get_by_role("textbox", name="标题").fill("红星路坑洼（小李）")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text(re.compile("在您编辑期间已被他人修改"))).to_be_visible()
    expect(page.get_by_text("红星路坑洼（小李）", exact=True)).to_be_visible()
    expect(page.get_by_text(re.compile("只有您改过.*发生地"))).to_be_visible()
    page.get_by_text("用他人的").click()
    page.get_by_role("button", name="按所选保存").click()
    expect(page.get_by_text("已按所选保存")).to_be_visible()

    with store.reading(SYSTEM) as session:
        case = session.get_one(Case, county.road.id)
        assert (case.title, case.place, case.handler) == (
            "红星路坑洼（小王）",
            "红星路18号",
            "小王",
        )
    # A colleague sees the change after his next click.
    second.get_by_role("link", name="返回案件登记簿").click()
    _counted(second, 2)
    page.get_by_role("button", name="修改").click()
    page.get_by_role("textbox", name="标题").fill("红星路已修复")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="红星路已修复")).to_be_visible()
    second.get_by_role("button", name="已登记").click()
    second.get_by_role("combobox", name="打开案件").click()
    expect(second.get_by_role("option", name=re.compile("红星路已修复"))).to_be_visible()


def test_a_unit_cannot_reach_another_units_case(
    page: Page, second: Page, sign_in: SignIn, county: County, server: Server
) -> None:
    sign_in(page, "教育局老刘", PASSWORD)
    page.goto("/cases-register")
    _counted(page, 1)
    search = page.get_by_role("searchbox", name="搜索标题、内容、编号")
    search.fill("坑洼")
    search.press("Enter")
    _counted(page, 0)
    search.fill("")
    search.press("Enter")
    _counted(page, 1)
    page.get_by_role("button", name="导出").click()
    page.get_by_role("button", name="生成文件").click()
    with page.expect_download() as taken:
        page.get_by_role("button", name=re.compile("^下载 案件登记簿")).click()
    book = load_workbook(BytesIO(taken.value.path().read_bytes()))
    written = str([list(sheet.values) for sheet in book.worksheets])
    assert "学区划分不合理" in written
    assert "坑洼" not in written

    page.goto(f"/cases-detail?case={county.road.number}")
    expect(page.get_by_text("或不在您的查看范围内")).to_be_visible()
    expect(page.get_by_text("坑洼")).to_have_count(0)
    address = f"/files/{county.file_id}"
    refused = page.request.get(address)
    assert refused.status == 404
    assert "PDF" not in refused.text()

    sign_in(second, "小李", PASSWORD)
    second.goto(f"/cases-detail?case={county.road.number}")
    with second.expect_download() as file:
        second.get_by_role("link", name=re.compile("现场说明.pdf")).click()
    assert file.value.suggested_filename == "现场说明.pdf"
    assert urlsplit(file.value.url).path == address
    assert second.context.request.get(address).body().startswith(b"%PDF")
    assert second.context.browser
    assert second.context.browser.new_context().request.get(server.address + address).status == 401


def test_the_list_is_found_again_as_it_was_left_and_nothing_leaves_the_host(
    page: Page, sign_in: SignIn, county: County, store: Store, server: Server
) -> None:
    now, day = datetime.now(UTC), today()
    with store.writing(SYSTEM) as session:
        for number in range(60):
            values = {"title": f"第 {number} 件", "channel": Channel.WEB, "received_on": day}
            commands.open_case(session, values, people=[], today=day, now=now)
    sign_in(page, "小李", PASSWORD)
    page.goto("/cases-register")
    _counted(page, 62)
    page.get_by_role("button", name="已登记").click()
    expect(page).to_have_url(re.compile("states="))
    page.get_by_role("button", name="第 2 页").click()
    expect(page).to_have_url(re.compile("page=2"))
    page.reload()
    expect(page.get_by_role("button", name="第 2 页")).to_have_attribute("aria-current", "page")

    for back in (
        lambda: page.get_by_role("link", name="返回案件登记簿").click(),
        lambda: page.go_back(),
    ):
        page.get_by_role("combobox", name="打开案件").press_sequentially("第 9 件")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(r"/cases-detail\?case="))
        expect(page.get_by_role("heading", name="第 9 件")).to_be_visible()
        back()
        expect(page).to_have_url(re.compile("/cases-register.*states="))
        expect(page).to_have_url(re.compile("page=2"))
        expect(page.get_by_role("button", name="第 2 页")).to_have_attribute("aria-current", "page")
    search = page.get_by_role("searchbox", name="搜索标题、内容、编号")
    search.fill("坑洼")
    search.press("Enter")
    _counted(page, 1)
    expect(page).not_to_have_url(re.compile("page=2"))
    assert "坑洼" not in page.url
    assert "%E5%9D%91" not in page.url
    assert server.foreign == []
