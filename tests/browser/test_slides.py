"""投屏 in Chromium: keys, a reload, a network that goes, a store that goes, and what reaches the room."""

import re
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from db.commands import accounts
from db.commands import cases as commands
from db.commands.cases import Opened
from db.demo import county as demo
from db.engine import Store
from db.models.evaluations import Evaluation
from db.models.hotspots import Hotspot
from db.queries import slides
from rules.masking import mask_name
from rules.panel_terms import Inserted, PanelKind
from rules.people import Person
from rules.permissions import SCREENS, SYSTEM, Actor, screens_for
from rules.terms import Channel, Role
from settings import Settings
from tests.browser.conftest import Server
from tests.conftest import OFFICE
from tests.db import agendas as a
from tests.db import evaluations as e
from tests.db import slides as s
from tests.db.conftest import make_unit  # noqa: F401  (a fixture)
from ui.store import today

pytestmark = pytest.mark.browser

PASSWORD = "信访窗口的长口令2026"
SignIn = Callable[[Page, str, str], None]


@pytest.fixture
def room(store: Store) -> None:
    """The account of the room."""
    with store.writing(SYSTEM) as session:
        now = datetime.now(UTC)
        accounts.create_account(session, "会议室", PASSWORD, roles={Role.SCREEN}, now=now)


@pytest.fixture
def meeting(store: Store, make_unit: Callable[..., int], room: None) -> Opened:  # noqa: F811
    """A meeting up in the room on its snapshot, full of what must not be seen there."""
    place = e.build(store, make_unit)
    return a.projected(store, place, today=today(), now=datetime.now(UTC))


def at(page: Page, number: int) -> None:
    """Wait for a slide by its number."""
    expect(page.locator(".stage-source")).to_contain_text(f"第 {number} 页")


def to(page: Page, number: int) -> None:
    """Go to a slide with keys; under load a press may come twice and turn a page too far."""
    source = page.locator(".stage-source")
    for _ in range(100):
        found = re.search(r"第 (\d+) 页", source.text_content() or "")
        assert found
        now = int(found[1])
        if now == number:
            return
        page.keyboard.press("ArrowRight" if now < number else "ArrowLeft")
        expect(source).not_to_contain_text(f"第 {now} 页")
    raise AssertionError(f"no key leads to slide {number}")


def opened(page: Page, query: str = "") -> int:
    """Open the stage, return how many slides there are."""
    page.goto(f"/review-slides{query}")
    source = page.locator(".stage-source")
    expect(page.get_by_role("button", name="退出")).to_be_visible()
    expect(source).to_contain_text("共")
    found = re.search(r"共 (\d+) 页", source.text_content() or "")
    assert found
    return int(found[1])


def test_keys_drive_the_stage_and_a_reload_stays_on_the_slide(
    page: Page, sign_in: SignIn, room: None, server: Server
) -> None:
    sign_in(page, "会议室", PASSWORD)
    count = opened(page)
    assert count == 14
    for key, number in (
        ("ArrowRight", 2),
        ("PageDown", 3),
        ("Space", 4),
        ("ArrowLeft", 3),
        ("PageUp", 2),
        ("End", 14),
        ("ArrowRight", 14),
        ("Home", 1),
        ("ArrowRight", 2),
    ):
        page.keyboard.press(key)
        at(page, number)
    page.get_by_role("button", name="深色").click()
    expect(page.locator(".st-key-stage_dark")).to_be_visible()
    # Whoever passes slides over presses fast: none of the keys is lost.
    for number in (3, 4, 5):
        page.keyboard.press("ArrowRight")
        at(page, number)
    expect(page).to_have_url(re.compile("slide=5"))
    page.reload()
    at(page, 5)
    expect(page.locator(".st-key-stage_dark")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="首页")).to_be_visible()
    assert server.foreign == []


def test_slides_turn_by_themselves_until_they_are_paused(
    page: Page, sign_in: SignIn, room: None
) -> None:
    sign_in(page, "会议室", PASSWORD)
    opened(page, "?slide=13&play=1&seconds=10")
    at(page, 13)
    at(page, 14)
    at(page, 1)
    page.get_by_role("button", name="暂停").click()
    expect(page.get_by_role("button", name="自动放映")).to_be_visible()
    expect(page).not_to_have_url(re.compile("play="))


@pytest.mark.parametrize("size", [(1920, 1080), (1440, 900)])
def test_every_slide_fits_the_wall_in_letters_that_are_read(
    page: Page, sign_in: SignIn, meeting: Opened, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    sign_in(page, "会议室", PASSWORD)
    count = opened(page)
    for number in range(1, count + 1):
        to(page, number)
        assert page.evaluate(_MISFIT) == [], number


@pytest.fixture
def county(store: Store, room: None) -> Opened:
    """The demo county, 63 townships and 26 departments, its meeting up with all that can be put in."""
    day, now = today(), datetime.now(UTC)
    demo.load(store, cases=300, seed=7, now=now, today=day)
    with store.reading(OFFICE) as session:
        (up,) = slides.put_up(session)
        wide = session.scalars(select(Hotspot.id).limit(1)).one()
        judged = session.scalars(select(Evaluation.number).limit(1)).one()
    found = Opened(up.meeting_id, up.number)
    s.change(store, found, "add_agenda")
    s.add(store, found, Inserted.HOTSPOT, hotspot_id=wide)
    s.add(store, found, Inserted.EVALUATION, evaluation=judged)
    for kind in {Inserted.MAP, Inserted.ROSTER} - {row.kind for row in s.rows(store, found)}:
        s.add(store, found, kind)
    return found


def test_every_slide_of_a_whole_county_fits_the_wall_light_and_dark(
    page: Page, sign_in: SignIn, county: Opened, server: Server
) -> None:
    page.set_viewport_size({"width": 1920, "height": 1080})
    sign_in(page, "会议室", PASSWORD)
    headings = set()
    for query in ("", "?dark=1"):
        count = opened(page, query)
        for number in range(1, count + 1):
            to(page, number)
            headings.add(page.locator(".stage-heading span").first.inner_text())
            assert page.evaluate(_MISFIT) == [], (query, number)
    assert headings == {each.label for each in (*PanelKind, *Inserted)} - {Inserted.TEXT.label}


# What stands outside of its part of the stage, is cut off, too small, or not Chinese.
_MISFIT = """() => {
  const body = document.querySelector('.st-key-stage_light, .st-key-stage_dark');
  const stage = body.getBoundingClientRect();
  const scale = stage.width / 1920, found = [];
  const root = document.documentElement;
  if (root.scrollHeight > innerHeight || root.scrollWidth > innerWidth) found.push('scrollbar');
  const within = (selector, top, bottom) => {
    for (const node of document.querySelectorAll(selector)) {
      const box = node.getBoundingClientRect();
      const [y, end] = [(box.top - stage.top) / scale, (box.bottom - stage.top) / scale];
      const right = (box.right - stage.left) / scale;
      if (y < top - 1 || end > bottom + 1 || right > 1841) found.push(`${selector} ${y} ${end} ${right}`);
    }
  };
  within('.stage-title', 30, 244);
  within('.stage-tables, .stage-points, .stage-tiles, .st-key-stage_body svg.marks', 244, 848);
  within('.stage-notes', 858, 990);
  within('.stage-source, .st-key-stage_foot button', 990, 1080);
  const texts = document.createTreeWalker(body, 4);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const box = node.parentElement, words = node.data.trim();
    if (!words || box.closest('.stage-lost') || !box.checkVisibility()) continue;
    const size = parseFloat(getComputedStyle(box).fontSize);
    if (size < (box.closest('.stage-notes') ? 16 : 24)) found.push(`${size}px ${words}`);
    if (/[A-Za-z]{3}/.test(words)) found.push(words);
  }
  for (const box of document.querySelectorAll('.stage-table td, .stage-tile span, .stage-source')) {
    if (box.scrollWidth > box.clientWidth + 1 && box.clientWidth) found.push(`cut ${box.textContent}`);
  }
  return found;
}"""


def test_a_network_that_is_gone_for_a_minute_leaves_the_slide_and_it_goes_on(
    page: Page,
    sign_in: SignIn,
    room: None,
    server: Server,
) -> None:
    sign_in(page, "会议室", PASSWORD)
    opened(page)
    page.keyboard.press("End")
    at(page, 14)
    page.keyboard.press("ArrowLeft")
    at(page, 13)
    title = page.locator(".stage-title").inner_text()
    page.context.set_offline(True)
    # An open socket that says nothing, as behind a wireless network that is gone.
    server.send(signal.SIGSTOP)
    lost = page.get_by_text("与服务器的连接中断")
    expect(lost).to_be_visible()
    for _ in range(12):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(5000)
        assert page.locator(".stage-title").inner_text() == title
        assert (
            page.get_by_role("dialog").count() == 0 or not page.get_by_role("dialog").is_visible()
        )
    server.send(signal.SIGCONT)
    page.context.set_offline(False)
    expect(lost).to_be_hidden(timeout=60_000)
    at(page, 13)
    page.keyboard.press("ArrowRight")
    at(page, 14)


def test_a_server_that_starts_anew_finds_the_slide_again(
    page: Page,
    sign_in: SignIn,
    room: None,
    server: Server,
    start_server: Callable[..., Server],
    config: Settings,
) -> None:
    sign_in(page, "会议室", PASSWORD)
    opened(page)
    for number in (2, 3, 4):
        page.keyboard.press("ArrowRight")
        at(page, number)
    server.stop()
    expect(page.get_by_text("与服务器的连接中断")).to_be_visible()
    at(page, 4)
    start_server(config, port=int(server.address.rsplit(":", 1)[1]))
    expect(page.get_by_text("与服务器的连接中断")).to_be_hidden(timeout=60_000)
    at(page, 4)
    page.keyboard.press("ArrowRight")
    at(page, 5)


def test_a_store_that_is_away_leaves_the_slide_and_it_goes_on(
    page: Page, sign_in: SignIn, room: None, store: Store, config: Settings
) -> None:
    sign_in(page, "会议室", PASSWORD)
    opened(page)
    page.keyboard.press("ArrowRight")
    at(page, 2)
    file = Path(config.database_url.removeprefix("sqlite:///"))
    away = file.with_suffix(".away")
    file.rename(away)
    told = page.get_by_text("数据库暂时连接不上")
    expect(told).to_be_visible()
    expect(page.locator(".stage-heading")).to_contain_text("集体访")
    page.keyboard.press("ArrowRight")
    at(page, 3)
    expect(told).to_be_visible()
    away.rename(file)
    expect(told).to_be_hidden()
    at(page, 3)


def test_a_colleagues_write_is_seen_within_two_seconds(
    page: Page, sign_in: SignIn, room: None, store: Store
) -> None:
    sign_in(page, "会议室", PASSWORD)
    opened(page)
    expect(page.locator(".stage-title")).to_contain_text("信访总量0件次")
    with store.writing(OFFICE) as session:
        values = {"title": "反映积水", "channel": Channel.VISIT, "received_on": today()}
        people, now = [Person("张三丰")], datetime.now(UTC)
        commands.open_case(session, values, people=people, today=today(), now=now)
    expect(page.locator(".stage-title")).to_contain_text("信访总量1件次")


def test_no_name_reaches_the_room(
    chromium: Browser, server: Server, sign_in: SignIn, meeting: Opened
) -> None:
    """Every frame of the socket and the page itself, on every slide, kept and live, light and dark."""
    context = chromium.new_context(base_url=server.address, locale="zh-CN")
    page = context.new_page()
    frames: list[str] = []

    def heard(payload: str | bytes) -> None:
        raw = payload.encode() if isinstance(payload, str) else payload
        frames.append(raw.decode("utf-8", errors="ignore"))

    page.on("websocket", lambda socket: socket.on("framereceived", heard))
    sign_in(page, "会议室", PASSWORD)
    for query in ("", "?mode=live", f"?meeting={meeting.number}&dark=1", "?meeting=county"):
        count = opened(page, query)
        for number in range(1, count + 1):
            to(page, number)
            frames.append(page.content())
    context.close()

    told = "\n".join(frames)
    # That anything was heard at all: what stands for the names is there.
    for name in a.PEOPLE:
        assert f"答复{mask_name(name)}" in told
    assert "集体访5批次60人次" in told
    for secret in a.SECRETS:
        assert secret not in told, secret


def test_the_room_opens_no_other_screen_by_its_address(
    page: Page, sign_in: SignIn, meeting: Opened
) -> None:
    sign_in(page, "会议室", PASSWORD)
    own = set(screens_for(Actor(None, "", frozenset({Role.SCREEN}))))
    assert "review/slides" in own
    # A first screen is the address of the house: whoever asks for another's is shown his own.
    for screen in sorted(set(SCREENS) - own - {"review/overview"}):
        page.goto(f"/{screen.replace('/', '-')}?meeting={meeting.number}")
        expect(page.get_by_role("heading", name="不能打开这个页面")).to_be_visible()
        for name in a.PEOPLE:
            assert name not in page.content()
