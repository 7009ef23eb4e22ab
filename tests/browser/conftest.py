"""A real server on a store of the test's own, and Chromium in front of it."""

import multiprocessing
import os
import runpy
import shutil
import signal
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from db.engine import Store
from settings import Settings
from tests.conftest import KEYS, ROOT

# How long a page may take says nothing of what it does: a busy machine is no failure.
expect.set_options(timeout=40_000)

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
STARTED_WITHIN = 60


@dataclass
class Server:
    """A running server: its address and what it has been asked for by browsers."""

    address: str
    process: BaseProcess
    log: Path
    asked: list[str] = field(default_factory=list)

    @property
    def foreign(self) -> list[str]:
        """The requests that left this host."""
        own = urlsplit(self.address).netloc
        return [
            url
            for url in self.asked
            if urlsplit(url).scheme not in ("data", "blob") and urlsplit(url).netloc != own
        ]

    def send(self, word: signal.Signals) -> None:
        """Send the server a signal."""
        assert self.process.pid
        os.kill(self.process.pid, word)

    def stop(self) -> None:
        self.process.terminate()
        self.process.join(15)
        self.process.kill()
        self.process.join(5)


def _serve(environment: dict[str, str], log: Path) -> None:
    """Do what `python app.py` does, in a process that has everything imported."""
    with log.open("wb") as output:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
    os.chdir(ROOT)
    os.environ.update(environment)
    runpy.run_path(str(ROOT / "app.py"), run_name="__main__")


@pytest.fixture(scope="session")
def imported() -> ForkServerContext:
    """Processes that begin with all imports done: those take a server longer than most tests."""
    made = multiprocessing.get_context("forkserver")
    folders = (ROOT / name for name in ("ui", "documents", "db/commands", "db/queries"))
    files = (file for folder in folders for file in folder.rglob("*.py"))
    names = [".".join(file.relative_to(ROOT).with_suffix("").parts) for file in files]
    made.set_forkserver_preload(["tests.browser.conftest", *names])
    return made


@pytest.fixture
def config(tmp_path: Path, sqlite_template: Path) -> Settings:
    """The settings of a migrated store of this test's own; a browser sees no engine."""
    path = tmp_path / "workbench.db"
    shutil.copy(sqlite_template, path)
    return Settings(database_url=f"sqlite:///{path}", **KEYS)


def free_port() -> int:
    """A port nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def start_server(tmp_path: Path, imported: ForkServerContext) -> Iterator[Callable[..., Server]]:
    """Return a function that starts the server on a store, with settings of its own."""
    started: list[Server] = []

    def start(config: Settings, port: int | None = None, **environment: str) -> Server:
        port = port or free_port()
        log = tmp_path / f"server-{port}.log"
        given = {
            "DATABASE_URL": config.database_url,
            "FIELD_KEY": config.field_key,
            "SECRET_KEY": config.secret_key,
            "PORT": str(port),
            "HOST": "127.0.0.1",
            **environment,
        }
        process = imported.Process(target=_serve, args=(given, log), daemon=True)
        process.start()
        server = Server(f"http://127.0.0.1:{port}", process, log)
        started.append(server)
        _wait(server)
        return server

    yield start
    for server in started:
        server.stop()


def _wait(server: Server) -> None:
    until = time.monotonic() + STARTED_WITHIN
    while time.monotonic() < until and server.process.is_alive():
        try:
            with urllib.request.urlopen(f"{server.address}/healthz", timeout=10):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"the server did not start:\n{server.log.read_text()}")


@pytest.fixture
def server(start_server: Callable[..., Server], config: Settings, store: Store) -> Server:
    """A server on this test's store; `store` is the same store, opened by the test."""
    return start_server(config)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for all tests of this worker."""
    path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    assert path, "Chromium is missing: `make test` installs it or says how"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser, server: Server) -> Iterator[BrowserContext]:
    """A browser with nothing in it, at the server's address, in Chinese, 1440×900."""
    made = chromium.new_context(
        base_url=server.address, locale="zh-CN", viewport={"width": 1440, "height": 900}
    )
    made.on("request", lambda request: server.asked.append(request.url))
    made.set_default_timeout(40_000)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A tab of that browser."""
    return context.new_page()


@pytest.fixture
def sign_in(server: Server) -> Callable[[Page, str, str], None]:
    """Return a function that signs in on the page's browser, with the form's own request.

    No screen is opened by it: to draw the first one takes as long as most of what is tested.
    """

    def sign_in(page: Page, name: str, password: str) -> None:
        given: dict[str, str | float | bool] = {"name": name, "password": password}
        own = {"Origin": server.address}
        answer = page.context.request.post("/signin", form=given, headers=own)
        assert answer.ok, answer.text()

    return sign_in


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until what is wanted has the focus."""
    for _ in range(60):
        if wanted.evaluate("node => node === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {wanted}")


def settled(page: Page) -> None:
    """Wait until no run of the screen has gone on for 0.3 s.

    A button that is being drawn anew takes no press; people wait for a screen to stand still.
    """
    page.evaluate(_STANDS_STILL)


_STANDS_STILL = """() => new Promise((done) => {
  let since = performance.now();
  const look = () => {
    const now = performance.now();
    if (!document.querySelector('[data-test-script-state="notRunning"]')) since = now;
    if (now - since > 300) done();
    else setTimeout(look, 30);
  };
  look();
})"""
