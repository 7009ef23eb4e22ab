"""Who asks: the address, the origin and the token of a request, and where it may be sent on."""

import ipaddress
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection

import settings
from db.queries import accounts as queries
from rules.permissions import Actor
from ui import signin
from ui.gate import readiness

_NEXT_MAX = 1000
_OWN = frozenset(
    {"/signin", "/signin/oidc", settings.OIDC_RETURN, "/signout", "/setup", "/healthz"}
)
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@lru_cache(maxsize=8)
def networks(trusted_proxies: str) -> tuple[Network, ...]:
    """Read the setting: addresses or networks, separated by commas; raises ValueError."""
    items = [item.strip() for item in trusted_proxies.split(",")]
    return tuple(ipaddress.ip_network(item, strict=False) for item in items if item)


def seen_through(scope: dict[str, Any], trusted_proxies: str) -> dict[str, Any]:
    """Return the scope as the proxy saw it, when the peer is a proxy that is trusted.

    The address is the last hop that is no trusted proxy: what stands before it is
    whatever the client wrote.
    """
    trusted = networks(trusted_proxies)
    peer = (scope.get("client") or ("", 0))[0]
    if not trusted or not _within(peer, trusted):
        return scope
    headers = Headers(scope=scope)
    changed = {**scope, "headers": list(scope["headers"])}
    hops = [hop.strip() for hop in ",".join(headers.getlist("x-forwarded-for")).split(",")]
    outside = [hop for hop in hops if _is_address(hop) and not _within(hop, trusted)]
    if outside:
        changed["client"] = (outside[-1], 0)
    scheme = headers.get("x-forwarded-proto", "").split(",")[-1].strip()
    if scheme in ("http", "https"):
        secure = scheme == "https"
        plain, safe = ("ws", "wss") if scope["type"] == "websocket" else ("http", "https")
        changed["scheme"] = safe if secure else plain
    host = headers.get("x-forwarded-host", "").split(",")[-1].strip()
    if host:
        MutableHeaders(scope=changed)["host"] = host
    return changed


def address(scope: dict[str, Any]) -> str:
    """Return the client's address, for lock-outs and the audit."""
    return str((scope.get("client") or ("unknown", 0))[0])[:64]


def token(scope: dict[str, Any]) -> str | None:
    """Return the sign-in token the browser sent."""
    return HTTPConnection(scope).cookies.get(signin.COOKIE)


def who(token: str | None) -> tuple[Actor | None, bool]:
    """Find who holds the token; and when nobody does, whether nobody has an account yet."""
    opened = readiness.ready()
    actor = signin.resolve(opened, settings.current(), token)
    if actor is not None:
        return actor, False
    with opened.reading(None) as session:
        return None, queries.is_empty(session)


def comes_from_here(scope: dict[str, Any]) -> bool:
    """Whether the request was sent by one of our own pages; one without Origin was not."""
    headers = Headers(scope=scope)
    scheme = {"ws": "http", "wss": "https"}.get(scope["scheme"], scope["scheme"])
    return headers.get("origin") == f"{scheme}://{headers.get('host', '')}"


def safe_next(target: str | None) -> str:
    """Return `target` when it is a path of this host, else the start page.

    Browsers read \\ as /, and drop tabs and line ends, so that neither may stand in it.
    """
    if not target or len(target) > _NEXT_MAX or not target.startswith("/"):
        return "/"
    if (
        target.startswith("//")
        or "\\" in target
        or any(ord(c) < 33 or ord(c) == 127 for c in target)
    ):
        return "/"
    try:
        parts = urlsplit(target)
    except ValueError:
        return "/"
    if parts.scheme or parts.netloc or parts.path in _OWN or parts.path.startswith("/_stcore"):
        return "/"
    return quote(target, safe="/?&=%:,;@!$'()*+~-._#")


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _within(host: str, trusted: tuple[Network, ...]) -> bool:
    return _is_address(host) and any(ipaddress.ip_address(host) in network for network in trusted)
