"""The server's own application, Streamlit included, driven over ASGI by visitors of the tests."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

import pytest

from db.commands import accounts as commands
from db.engine import Store
from rules.permissions import SYSTEM
from rules.terms import Role
from settings import Settings
from tests.conftest import NOW

HOST = "workbench.test"
HERE = f"http://{HOST}"
PASSWORD = "春天里的第一场雨真好"
# For what no engine can change.
on_sqlite = pytest.mark.parametrize("config", ["sqlite"], indirect=True)


@dataclass
class Answer:
    """What the server said."""

    status: int
    headers: dict[str, str]
    cookies_set: list[str]
    body: bytes

    @property
    def set_cookie(self) -> str:
        return ", ".join(self.cookies_set)

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def location(self) -> str:
        return self.headers.get("location", "")


@dataclass
class Visitor:
    """A browser, as far as the gate can tell: an address, a cookie, and an origin."""

    send: Callable[..., Answer]
    address: str = "10.0.0.5"
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask("GET", path, b"", headers)

    def post(self, path: str, fields: dict[str, str] | bytes, **headers: str) -> Answer:
        body = fields if isinstance(fields, bytes) else urlencode(fields).encode()
        sent = {"origin": HERE, "content-type": "application/x-www-form-urlencoded", **headers}
        return self._ask("POST", path, body, {k: v for k, v in sent.items() if v})

    def sign_in(self, name: str, password: str, **fields: str) -> Answer:
        return self.post("/signin", {"name": name, "password": password, **fields})

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        if self.cookies:
            headers = {"cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), **headers}
        answer = self.send(method, path, body, {"host": HOST, **headers}, self.address)
        for line in answer.cookies_set:
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0":
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value
        return answer


@pytest.fixture(scope="session")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """One event loop for all tests: Streamlit's runtime belongs to the one it began in."""
    made = asyncio.new_event_loop()
    thread = threading.Thread(target=made.run_forever, daemon=True)
    thread.start()
    yield made
    made.call_soon_threadsafe(made.stop)
    thread.join(5)


@pytest.fixture
def visitor(environment: Settings, loop: asyncio.AbstractEventLoop) -> Callable[..., Visitor]:
    """Make visitors of the server on this test's own store."""
    import app

    def send(method: str, path: str, body: bytes, headers: dict[str, str], address: str) -> Answer:
        asked = _ask(app.app, method, path, body, headers, address)
        return asyncio.run_coroutine_threadsafe(asked, loop).result(120)

    def make(address: str = "10.0.0.5") -> Visitor:
        return Visitor(send, address)

    return make


async def _ask(
    app: Any, method: str, path: str, body: bytes, headers: dict[str, str], address: str
) -> Answer:
    plain, _, query = path.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": plain,
        "raw_path": plain.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()],
        "client": (address, 50000),
        "server": (HOST, 80),
    }
    sent: list[dict[str, Any]] = []

    parts = [{"type": "http.request", "body": body, "more_body": False}]
    gone = asyncio.Event()

    async def receive() -> dict[str, Any]:
        if not parts:
            await gone.wait()
        return parts.pop()

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    pairs = [(k.decode().lower(), v.decode()) for k, v in sent[0]["headers"]]
    return Answer(
        sent[0]["status"],
        dict(pairs),
        [v for k, v in pairs if k == "set-cookie"],
        b"".join(m.get("body", b"") for m in sent[1:]),
    )


@pytest.fixture
def office_account(store: Store) -> str:
    """An account of the office with PASSWORD."""
    return make_account(store, "小李", Role.OFFICE)


def make_account(store: Store, name: str, *roles: Role) -> str:
    with store.writing(SYSTEM) as session:
        commands.create_account(session, name, PASSWORD, roles=roles, now=NOW)
    return name
