"""Pages as somebody sees them: the whole frame, a real account, a real sign-in, a real store.

Page tests run on SQLite; a test that wants both engines parametrizes `config` itself.
"""

from collections.abc import Callable, Iterator
from functools import cache

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from db.commands import accounts as commands
from db.engine import Store
from rules.permissions import SYSTEM, is_first
from rules.terms import Role
from settings import Settings
from tests.conftest import ROOT, TODAY
from ui import signin
from ui import store as ui_store

PASSWORD = "信访窗口的长口令2026"


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give page tests SQLite alone, save those that name their engines themselves."""
    marked = [m for m in metafunc.definition.iter_markers("parametrize") if m.args[0] == "config"]
    if "config" in metafunc.fixturenames and not marked:
        metafunc.definition.add_marker(pytest.mark.parametrize("config", ["sqlite"], indirect=True))


def said(app: AppTest) -> str:
    """What the last run told in the corner of the window after a save; empty for nothing."""
    return "\n".join(toast.value for toast in app.toast)


@pytest.fixture(scope="session", autouse=True)
def packages_looked_through_once() -> Iterator[None]:
    """Let Streamlit read every installed package's description once, not for each AppTest."""
    with pytest.MonkeyPatch.context() as patch:
        once = cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", once)
        yield


@pytest.fixture(autouse=True)
def fixed_today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the office's day be the tests' day; moments stay real, sign-ins time out by them."""
    monkeypatch.setattr(ui_store, "today", lambda: TODAY)


@pytest.fixture
def own_password() -> str | None:
    """The password of who is signed in: none, for hashing one is slow on purpose."""
    return None


@pytest.fixture
def sign_in(
    environment: Settings, store: Store, monkeypatch: pytest.MonkeyPatch, own_password: str | None
) -> Iterator[Callable[..., int]]:
    """Return a function that opens an account, signs it in, and returns its id.
    The cookie is the browser's part, which AppTest has none of: `ui.signin.token` is
    told the real token, and everything below it is real.
    """

    def enter(
        *roles: Role,
        name: str = "小李",
        unit_id: int | None = None,
        leader_id: int | None = None,
    ) -> int:
        now = ui_store.now()
        with store.writing(SYSTEM) as session:
            account_id = commands.create_account(
                session,
                name,
                own_password,
                roles=roles,
                now=now,
                unit_id=unit_id,
                leader_id=leader_id,
            )
            token = commands.begin_sign_in(session, account_id, address="10.0.0.1", now=now)
        monkeypatch.setattr(signin, "token", lambda: token)
        return account_id

    yield enter
    ui_store.the_store().engine.dispose()


@pytest.fixture
def open_app(sign_in: Callable[..., int]) -> Callable[..., AppTest]:
    """Return a function that signs an account with these roles in and opens the first screen."""

    def open_(*roles: Role, **account: object) -> AppTest:
        if roles:
            sign_in(*roles, **account)
        return AppTest.from_file(ROOT / "frame.py", default_timeout=20).run()

    return open_


@pytest.fixture
def open_page(
    open_app: Callable[..., AppTest], sign_in: Callable[..., int]
) -> Callable[..., AppTest]:
    """Return a function that opens one page, named as it lies in pages/, as by its address.

    With no roles, whoever `sign_in` has signed in already; `query` is the address's.
    """

    def open_(
        page: str, *roles: Role, query: dict[str, str] | None = None, **account: object
    ) -> AppTest:
        if roles:
            sign_in(*roles, **account)
        app = AppTest.from_file(ROOT / "frame.py", default_timeout=20)
        for name, value in (query or {}).items():
            app.query_params[name] = value
        if not is_first(page):
            # A page is known by its address; `switch_page` asks for the first screen to be drawn
            # before, which takes as long as the page itself.
            app._page_hash = calc_hash(page.replace("/", "-"))
        app.run()
        assert not app.exception
        return app

    return open_
