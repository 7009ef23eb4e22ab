"""What every request passes before Streamlit sees it: headers, the wall, and the page's shell."""

import logging
import secrets
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import settings
from db.engine import StoreAway
from rules.errors import WrongKey
from rules.permissions import SCREENS, Actor, is_first, screens_for
from ui.gate import pages, shell, visitor

LOG = logging.getLogger("workbench")

# For our own pages and for anything that is no page at all: it may load next to nothing.
STRICT = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # no-referrer would make the browser send `Origin: null` with our forms.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
        "magnetometer=(), microphone=(), midi=(), payment=(), usb=()"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# Open to everybody: the way in, the program's own files, and what they need before it.
_OPEN = (
    *("/signin", "/signin/oidc", settings.OIDC_RETURN, "/signout", "/setup"),
    *("/healthz", "/favicon.png", "/manifest.json"),
)
# A calendar is asked for by programs that cannot sign in: its address is the secret.
_OPEN_BELOW = ("/assets/", "/static/", "/calendar/")
_OPEN_CORE = ("/_stcore/health", "/_stcore/host-config")
# Never a page: whoever is not signed in is refused, not sent to sign in.
_NO_PAGES = ("/_stcore/", "/media/", "/component/", "/files/")
# Streamlit's interface for programs answers even when it is off; here it does not exist.
_ABSENT = (
    "/_stcore/agent",
    "/_stcore/metrics",
    "/_stcore/script-health-check",
    "/app/",
    "/auth/",
    "/oauth2callback",
)


class Headed:
    """Outermost: reads the request as a trusted proxy saw it, and puts headers on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        config = settings.current()
        scope = visitor.seen_through(dict(scope), config.trusted_proxies)
        if scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
            return
        begun = False

        async def headed(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                _complete(MutableHeaders(scope=message), scope["path"], config.secure_cookie)
            await send(message)

        try:
            await self.app(scope, receive, headed)
        except (StoreAway, WrongKey) as error:
            if begun:
                raise
            LOG.error("the store is away: %s", error)
            await pages.away(error)(scope, receive, headed)
        except Exception:
            if begun:
                raise
            number = secrets.token_hex(4)
            LOG.exception("error %s at %s", number, scope["path"])
            await pages.broken(number)(scope, receive, headed)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        # A cookie is sent with a socket opened by any page of any site: the origin tells.
        if visitor.comes_from_here(dict(scope)):
            await self.app(scope, receive, send)
            return
        LOG.warning("refused a socket from %s", Headers(scope=scope).get("origin"))
        await receive()
        await send({"type": "websocket.close", "code": 1008})


def _complete(headers: MutableHeaders, path: str, secure: bool) -> None:
    for name, value in _FIXED.items():
        headers[name] = value
    headers.setdefault("Content-Security-Policy", STRICT)
    if not path.startswith(_OPEN_BELOW):
        headers.setdefault("Cache-Control", "no-store")
    if secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"


class Wall:
    """Lets nobody pass who is not signed in, except to the way in; sockets ask in frame.py."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _is_open(scope["path"]):
            await self.app(scope, receive, send)
            return
        answer = await self._stopped(scope)
        await (answer or self.app)(scope, receive, send)

    async def _stopped(self, scope: Scope) -> Response | None:
        path = scope["path"]
        if path.startswith(_ABSENT):
            return pages.absent()
        actor, empty = await run_in_threadpool(visitor.who, visitor.token(dict(scope)))
        if actor is not None:
            return None if path.startswith(_NO_PAGES) else _screen(path, actor)
        if path.startswith(_NO_PAGES):
            return PlainTextResponse("尚未登录，或登录已超时", status_code=401)
        if empty:
            return RedirectResponse("/setup", status_code=303)
        if scope["method"] not in ("GET", "HEAD"):
            return PlainTextResponse("尚未登录，或登录已超时", status_code=401)
        query = scope.get("query_string", b"").decode("latin-1")
        wanted = visitor.safe_next(path + (f"?{query}" if query else ""))
        onward = "" if wanted == "/" else f"?next={quote(wanted, safe='')}"
        return RedirectResponse(f"/signin{onward}", status_code=303)


def _is_open(path: str) -> bool:
    return path in _OPEN or path in _OPEN_CORE or path.startswith(_OPEN_BELOW)


def _screen(path: str, actor: Actor) -> Response | None:
    """Refuse an address that is no screen, and a screen that is not this actor's."""
    address = path.rstrip("/")
    if not address:
        return None
    screen = next((s for s in SCREENS if address == f"/{s.replace('/', '-')}"), None)
    if screen is None:
        return pages.absent()
    if is_first(screen):
        return RedirectResponse("/", status_code=303)
    return None if screen in screens_for(actor) else pages.forbidden()


class Shell:
    """Answers a page's address with Streamlit's page in our own words and with its own policy."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] in ("GET", "HEAD") and _is_page(scope):
            page = shell.page()
            response = Response(
                page.html,
                media_type="text/html",
                headers={
                    "Content-Security-Policy": page.policy,
                    # Nor may the browser's way back show what the last user saw.
                    "Cache-Control": "no-store",
                },
            )
            await response(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _is_page(scope: Scope) -> bool:
    path = scope["path"]
    return path == "/" or any(path == f"/{screen.replace('/', '-')}" for screen in SCREENS)
