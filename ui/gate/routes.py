"""The way in and out: set-up, sign-in, sign-out, the health answer and the gate's own files."""

import logging
from collections.abc import Callable, Coroutine
from datetime import date, datetime
from functools import wraps
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl

from anyio import CapacityLimiter, to_thread
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

import settings
from db.commands import accounts as commands
from db.commands import office
from db.engine import Store, StoreAway
from db.queries import accounts as queries
from rules.errors import Invalid, Problem, RuleError, WrongKey
from rules.permissions import SYSTEM
from rules.terms import Role
from ui import signin, store
from ui.gate import calendars, cookies, files, pages, readiness, visitor

LOG = logging.getLogger("workbench")

_BODY_MAX = 10_000
_FOREVER = date(2000, 1, 1)
_DEMO_CASES = 300
# Each hash takes 64 MB and half a core for a twentieth of a second.
_hashing = CapacityLimiter(2)

Fields = dict[str, str]
Handler = Callable[[Request, Fields], Coroutine[Any, Any, Response]]
Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]


class Refused(Exception):
    """A form that none of our pages sent."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def _form(handler: Handler) -> Endpoint:
    """Hand the fields of a form to `handler`, unless it is too long or not from our page."""

    @wraps(handler)
    async def endpoint(request: Request) -> Response:
        try:
            fields = await _fields(request)
        except Refused as refusal:
            LOG.warning("refused a form at %s: %s", request.url.path, refusal)
            return pages.notice(refusal.status, "没有受理", str(refusal))
        return await handler(request, fields)

    return endpoint


async def _fields(request: Request) -> Fields:
    if not visitor.comes_from_here(dict(request.scope)):
        raise Refused(403, "这个请求不是从本系统的页面发出的。请从首页重新进入，再试一次。")
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise Refused(415, "表单的格式不对，请从首页重新进入，再试一次。")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _BODY_MAX:
            raise Refused(413, "填写的内容太长，请缩短后再试。")
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=20
        )
    except ValueError as error:
        raise Refused(400, "表单的内容无法读取，请从首页重新进入，再试一次。") from error
    if any(not character.isprintable() for _, value in pairs for character in value):
        raise Refused(400, "填写的内容含有无法识别的字符，请重新输入。")
    return dict(pairs)


async def _healthz(_request: Request) -> Response:
    status, answer = await run_in_threadpool(readiness.health)
    return Response(
        readiness.as_json(answer), status_code=status, media_type="application/json; charset=utf-8"
    )


async def _signin_page(request: Request) -> Response:
    onward = visitor.safe_next(request.query_params.get("next"))
    actor, empty = await run_in_threadpool(visitor.who, visitor.token(dict(request.scope)))
    if empty:
        return RedirectResponse("/setup", status_code=303)
    if actor is not None:
        return RedirectResponse(onward, status_code=303)
    return _signin_form(onward)


def _signin_form(onward: str, *, status: int = 200, name: str = "", problem: str = "") -> Response:
    offered = settings.current().has_provider
    return pages.draw(
        "signin", status=status, next=onward, name=name, problem=problem, has_provider=offered
    )


@_form
async def _signin(request: Request, fields: Fields) -> Response:
    onward = visitor.safe_next(fields.get("next"))
    name, password = fields.get("name", ""), fields.get("password", "")
    if not name.strip() or not password:
        # Asked for here, in our words, and counted as no failure.
        return _signin_form(onward, status=422, name=name, problem="请填写账号和口令")
    address = visitor.address(dict(request.scope))
    try:
        token = await to_thread.run_sync(_sign_in, name, password, address, limiter=_hashing)
    except WrongKey:
        raise
    except RuleError as refusal:
        return _signin_form(onward, status=429, name=name, problem=str(refusal))
    if token is None:
        return _signin_form(onward, status=401, name=name, problem="账号或口令不正确")
    return await cookies.welcome(token, onward)


def _sign_in(name: str, password: str, address: str) -> str | None:
    opened, config = readiness.ready(), settings.current()
    with opened.reading(None) as session:
        fits = commands.password_fits(session, name, password)
    with opened.writing(SYSTEM) as session:
        return commands.sign_in(
            session,
            name,
            password,
            address=address,
            now=store.now(),
            failures=config.lockout_failures,
            minutes=config.lockout_minutes,
            fits=fits,
        )


async def _signout_page(request: Request) -> Response:
    actor, _ = await run_in_threadpool(visitor.who, visitor.token(dict(request.scope)))
    if actor is None:
        return RedirectResponse("/signin", status_code=303)
    return pages.draw("signout", name=actor.name)


@_form
async def _signout(request: Request, _fields: Fields) -> Response:
    id_token = await run_in_threadpool(_sign_out, visitor.token(dict(request.scope)))
    response: Response = RedirectResponse("/signin", status_code=303)
    if id_token and settings.current().has_provider:
        response = await _external().farewell(id_token)
    cookies.take(response, signin.COOKIE)
    return response


def _sign_out(token: str | None) -> str | None:
    if not token:
        return None
    opened = readiness.ready()
    actor = signin.resolve(opened, settings.current(), token) or SYSTEM
    with opened.writing(actor) as session:
        return commands.sign_out(session, token)


def _external() -> ModuleType:
    """The way through the identity provider: its libraries cost 0.3 s, and few need it."""
    from ui.gate import external

    return external


def _through_provider(step: str) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        if not settings.current().has_provider:
            return pages.absent()
        response: Response = await getattr(_external(), step)(request)
        return response

    return endpoint


def _is_empty() -> bool:
    with readiness.ready().reading(None) as session:
        return queries.is_empty(session)


async def _setup_page(_request: Request) -> Response:
    if not await run_in_threadpool(_is_empty):
        return pages.absent()
    return _setup_form({"also_office": "1"}, {})


def _setup_form(fields: Fields, problems: dict[str, str]) -> Response:
    """Draw the form, with the cursor where something is to be put right."""
    order = ("name", "password", "again", "county_name", "county_code")
    return pages.draw(
        "setup",
        status=422 if problems else 200,
        fields={k: v for k, v in fields.items() if k not in ("password", "again")},
        problems=problems,
        focus=next((key for key in order if key in problems), "name"),
    )


@_form
async def _setup(request: Request, fields: Fields) -> Response:
    if not await run_in_threadpool(_is_empty):
        return pages.absent()
    address = visitor.address(dict(request.scope))
    try:
        token = await to_thread.run_sync(_set_up, fields, address, limiter=_hashing)
    except Invalid as refusal:
        problems = {problem.field: problem.message for problem in reversed(refusal.problems)}
        problems.setdefault("password", "页面不保留口令，请重新输入两遍")
        return _setup_form(fields, problems)
    except WrongKey:
        raise
    except RuleError:
        return pages.absent()  # somebody else was a moment sooner
    response = await cookies.welcome(token, "/")
    if fields.get("action") == "demo":
        try:
            await run_in_threadpool(_load_demo, readiness.ready())
        except (RuleError, StoreAway):
            LOG.exception("the demo county could not be loaded")
            notice = pages.notice(
                500, "演示数据没有装入", "管理员已经创建，可以开始使用；演示数据可以稍后再装。"
            )
            notice.raw_headers += [h for h in response.raw_headers if h[0] == b"set-cookie"]
            return notice
    return response


def _set_up(fields: Fields, address: str) -> str:
    now = store.now()
    roles = {Role.ADMIN, Role.OFFICE} if fields.get("also_office") else {Role.ADMIN}
    name, password, again = (fields.get(key, "") for key in ("name", "password", "again"))
    with readiness.ready().writing(SYSTEM) as session:
        problems = _set_parameters(session, fields, now)
        try:
            account_id = commands.create_first_account(
                session, name, password, again, roles=roles, now=now
            )
        except Invalid as refusal:
            raise Invalid(refusal.problems + problems) from refusal
        if problems:
            raise Invalid(problems)
        return commands.begin_sign_in(session, account_id, address=address, now=now)


def _set_parameters(session: Session, fields: Fields, now: datetime) -> list[Problem]:
    problems = []
    for key, required in (("county_name", True), ("county_code", False)):
        text = fields.get(key, "").strip()
        if not text and not required:
            continue
        try:
            office.set_parameter(
                session, key, text, valid_from=_FOREVER, reason="开办设置", now=now
            )
        except Invalid as refusal:
            problems.append(Problem(key, str(refusal)))
    return problems


def _load_demo(opened: Store) -> None:
    from db.demo import county

    county.load(opened, cases=_DEMO_CASES, seed=7, now=store.now())


def routes() -> list[BaseRoute]:
    """All addresses of the gate; Streamlit's own come after them."""
    return [
        Route("/healthz", _healthz),
        Route("/signin", _signin_page),
        Route("/signin", _signin, methods=["POST"]),
        Route("/signin/oidc", _through_provider("begin")),
        Route(settings.OIDC_RETURN, _through_provider("come_back")),
        Route("/signout", _signout_page),
        Route("/signout", _signout, methods=["POST"]),
        Route("/setup", _setup_page),
        Route("/setup", _setup, methods=["POST"]),
        Route("/files/{file_id}", files.handed_out),
        Route("/calendar/{secret}.ics", calendars.subscribed),
        Mount("/assets", StaticFiles(directory=settings.ROOT / "assets"), name="assets"),
    ]
