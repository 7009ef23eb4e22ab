"""Calendars of the roster, given to whoever knows a secret address: leaders' names and days only."""

from datetime import date, timedelta

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from db.queries import calendar_links
from documents import roster_calendar
from documents.roster_calendar import Entry
from ui import store
from ui.gate import pages, readiness

# A calendar program keeps what it has read; this is what it may still ask for.
_BACK, _AHEAD = timedelta(days=100), timedelta(days=400)
_SECRET_MAX = 100


async def subscribed(request: Request) -> Response:
    """Answer /calendar/SECRET.ics with what is published; an unknown or revoked secret finds nothing."""
    secret = request.path_params["secret"]
    today = store.today()
    content = None
    if len(secret) <= _SECRET_MAX:
        content = await run_in_threadpool(_written, secret, today)
    if content is None:
        return pages.absent()
    return Response(
        content,
        media_type="text/calendar; charset=utf-8",
        headers={"Cache-Control": "no-store"},
    )


def _written(secret: str, today: date) -> bytes | None:
    with readiness.ready().reading(None) as session:
        feed = calendar_links.feed(session, secret, first=today - _BACK, last=today + _AHEAD)
    if feed is None:
        return None
    entries = [
        Entry(line, published.number, published.at)
        for published in feed.published
        for line in published.lines
        if feed.leader_id in (None, line.leader_id)
    ]
    return roster_calendar.write(
        entries, name=feed.name, store=feed.county_code, zone=store.clock()
    )
