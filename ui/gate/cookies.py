"""The cookies of the gate: the sign-in's own, and the attempt to come in through the provider."""

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

import settings
from rules.terms import Role
from ui import signin
from ui.gate import readiness


async def welcome(token: str, onward: str) -> Response:
    """Hand a new sign-in's token to the browser and send it on; a screen keeps it over a restart."""
    config = settings.current()
    actor = await run_in_threadpool(signin.resolve, readiness.ready(), config, token)
    lasting = actor is not None and Role.SCREEN in actor.roles
    response = RedirectResponse(onward, status_code=303)
    hand(response, signin.COOKIE, token, config.screen_hours * 3600 if lasting else None)
    return response


def hand(
    response: Response, name: str, value: str, seconds: int | None = None, path: str = "/"
) -> None:
    """Set a cookie no script reads; without `seconds` it goes with the browser."""
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path=path,
        httponly=True,
        samesite="lax",
        secure=settings.current().secure_cookie,
    )


def take(response: Response, name: str, path: str = "/") -> None:
    """Take a cookie from the browser."""
    response.delete_cookie(
        name, path=path, httponly=True, samesite="lax", secure=settings.current().secure_cookie
    )
