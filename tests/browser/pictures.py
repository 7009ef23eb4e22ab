"""The pictures of the manual, taken anew from a demo county: `make pictures`.

python -m tests.browser.pictures            all of them
python -m tests.browser.pictures register   some of them, by name
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright
from sqlalchemy import select

import settings
from db.engine import Store
from db.models.cases import Case
from db.models.disputes import Dispute
from db.models.evaluations import Evaluation
from db.models.meetings import Meeting
from rules.permissions import SYSTEM
from rules.terms import CaseState
from tests.browser.conftest import CHROMIUM
from tests.load import demo_store
from tests.load.serving import serving

FOLDER = settings.ROOT / "docs" / "pictures"
_SIZE: ViewportSize = {"width": 1440, "height": 900}
_COLOURS = 96
_OFFICE, _TOWN = "演示联席办", "演示城关镇"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: its file's name, whose screen it is, and the address, with {…} from the store."""

    name: str
    account: str
    address: str
    # The text of a tab or button that is clicked first.
    click: str = ""


PICTURES = (
    Picture("overview", _OFFICE, ""),
    Picture("entry", _OFFICE, "cases-entry"),
    Picture("today", _OFFICE, "cases-today"),
    Picture("board", _OFFICE, "cases-board"),
    Picture("register", _OFFICE, "cases-register"),
    Picture("case", _OFFICE, "cases-detail?case={case}"),
    Picture("imports", _OFFICE, "cases-imports"),
    Picture("batches", _OFFICE, "cases-batches"),
    Picture("hotspots", _OFFICE, "cases-hotspots"),
    Picture("desk", _OFFICE, "receptions-desk"),
    Picture("roster", _OFFICE, "receptions-roster"),
    Picture("report", _TOWN, "sweeps-report"),
    Picture("rounds", _OFFICE, "sweeps-rounds"),
    Picture("map", _OFFICE, "sweeps-map"),
    Picture("dispute", _OFFICE, "sweeps-dispute?dispute={dispute}"),
    Picture("evaluation", _OFFICE, "evaluations-evaluation?evaluation={evaluation}"),
    Picture("results", _OFFICE, "evaluations-results"),
    Picture("meeting", _OFFICE, "review-meeting?meeting={meeting}"),
    Picture("slides", _OFFICE, "review-slides"),
    Picture("papers", _OFFICE, "review-papers"),
)


@contextmanager
def county(folder: Path) -> Iterator[tuple[Store, Path]]:
    """Make a demo county of some hundred matters in a store of its own."""
    kept = demo_store.demo_store(folder, cases=300, seed=13, progress=lambda _said: None)
    path = demo_store.working_copy(kept, folder)
    store = demo_store.opened(path)
    yield store, path
    store.engine.dispose()


def _names(store: Store) -> dict[str, str]:
    """The numbers that stand in addresses."""
    running = select(Case.number).where(Case.state == CaseState.ACCEPTED).order_by(Case.id.desc())
    asked = {
        "case": running.limit(1),
        "dispute": select(Dispute.number).order_by(Dispute.id.desc()).limit(1),
        "evaluation": select(Evaluation.number).order_by(Evaluation.id).limit(1),
        "meeting": select(Meeting.number).order_by(Meeting.id.desc()).limit(1),
    }
    with store.reading(SYSTEM) as session:
        return {name: str(session.scalar(wanted)) for name, wanted in asked.items()}


def take(browser: Browser, port: int, token: str, picture: Picture, address: str) -> None:
    """Take one picture of a page that has come to rest."""
    context = browser.new_context(viewport=_SIZE, locale="zh-CN", timezone_id="Asia/Shanghai")
    home = f"http://127.0.0.1:{port}"
    context.add_cookies([{"name": "workbench", "value": token, "url": home}])
    page = context.new_page()
    page.goto(f"{home}/{address}")
    page.wait_for_selector("h1")
    _rest(page)
    if picture.click:
        page.get_by_text(picture.click, exact=True).first.click()
        _rest(page)
    target = FOLDER / f"{picture.name}.png"
    page.screenshot(path=target)
    Image.open(target).convert("RGB").quantize(_COLOURS).save(target, optimize=True)
    context.close()


def _rest(page: Page) -> None:
    page.wait_for_function("() => !document.querySelector('[data-testid=stStatusWidget]')")
    page.wait_for_function("() => !document.querySelector('[data-testid=stSkeleton]')")
    page.wait_for_timeout(4000)


def main() -> None:
    """Take the pictures named on the command line, or all."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("names", nargs="*")
    names = asked.parse_args().names
    wanted = [each for each in PICTURES if not names or each.name in names]
    chromium = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if chromium is None:
        sys.exit("没有找到 Chromium，请先安装")
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="pictures-") as scratch,
        county(Path(scratch)) as (store, path),
        serving(path) as server,
        sync_playwright() as playwright,
    ):
        numbers, now = _names(store), datetime.now(UTC)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for picture in wanted:
            token = demo_store.sign_in(store, picture.account, now=now)
            take(browser, server.port, token, picture, picture.address.format(**numbers))
            print(picture.name, flush=True)
        browser.close()


if __name__ == "__main__":
    main()
