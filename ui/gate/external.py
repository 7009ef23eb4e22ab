"""Coming in through the identity provider, and going out there: the routes around provider.py."""

import logging

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

import settings
from db.commands.external import sign_in_external
from rules.accounts import Identity
from rules.errors import RuleError, WrongKey
from rules.permissions import SYSTEM
from ui import signin, store
from ui.gate import attempt, cookies, pages, provider, readiness, visitor

LOG = logging.getLogger("workbench")
_PATH = "/signin/oidc"
# A provider that hangs must not take the threads from everybody else.
_asking = CapacityLimiter(4)


async def begin(request: Request) -> Response:
    """Send the browser to the provider. A link, not a form: our policy lets none lead elsewhere."""
    config = settings.current()
    made = attempt.Attempt(visitor.safe_next(request.query_params.get("next")))
    try:
        address = await to_thread.run_sync(provider.way_in, made, config, limiter=_asking)
    except provider.ProviderAway as error:
        return _away(error)
    response = RedirectResponse(address, status_code=303)
    cookies.hand(response, attempt.COOKIE, attempt.sealed(made, config), attempt.SECONDS, _PATH)
    return response


async def come_back(request: Request) -> Response:
    """Take in whom the provider names; the attempt is over in any case."""
    if not request.query_params:
        return RedirectResponse("/signin", status_code=303)  # its way back after signing out
    response = await _taken_in(request)
    cookies.take(response, attempt.COOKIE, _PATH)
    return response


async def _taken_in(request: Request) -> Response:
    config, query = settings.current(), request.query_params
    try:
        made = attempt.unsealed(request.cookies.get(attempt.COOKIE), query.get("state", ""), config)
        if "code" not in query:
            raise attempt.NotProven(f"the provider says {query.get('error', '')[:100]}")
        found = await to_thread.run_sync(
            provider.identity, made, query["code"], config, limiter=_asking
        )
    except attempt.NotProven as refusal:
        LOG.warning("refused a sign-in through the identity provider: %r", str(refusal))
        return _refused(
            403, "登录没有完成", "统一身份认证没有通过，或等得太久。请回到登录页再试一次。"
        )
    except provider.ProviderAway as error:
        return _away(error)
    address = visitor.address(dict(request.scope))
    try:
        token = await to_thread.run_sync(_sign_in, found, address)
    except WrongKey:
        raise
    except RuleError as refusal:
        return _refused(429, "暂时不能登录", f"{refusal}。")
    if token is None:
        return _refused(
            403,
            "没有可用的账号",
            f"统一身份认证认得您是“{found.name}”，但本系统没有与它对应的账号，或账号已停用。"
            "请把这句话告诉系统管理员。",
        )
    return await cookies.welcome(token, made.onward)


def _sign_in(found: Identity, address: str) -> str | None:
    with readiness.ready().writing(SYSTEM) as session:
        return sign_in_external(
            session,
            found,
            address=address,
            now=store.now(),
            **signin.lock_out(),
        )


async def farewell(id_token: str) -> Response:
    """Lead a browser that is signed out here on to sign out at the provider.

    By a page: the policy of the form just sent lets no answer to it lead elsewhere.
    """
    try:
        address = await to_thread.run_sync(
            provider.way_out, id_token, settings.current(), limiter=_asking
        )
    except provider.ProviderAway as error:
        LOG.warning("no way to sign out at the identity provider: %s", error)
        address = None
    if address is None:
        return _refused(
            200,
            "已退出本系统",
            "统一身份认证那边没能一起退出。用的是公用电脑的，请关闭浏览器。",
        )
    return pages.draw("leaving", address=address)


def _away(error: Exception) -> Response:
    LOG.error("the identity provider is away: %s", error)
    return _refused(
        502,
        "统一身份认证暂时连不上",
        "请稍候再试，或用账号口令登录；如果一直如此，请告诉系统管理员。",
    )


def _refused(status: int, heading: str, message: str) -> Response:
    return pages.notice(status, heading, message, href="/signin", link="返回登录页")
