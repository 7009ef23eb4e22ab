"""Who is signed in to this browser, asked of the store and never taken from the page."""

import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import TypeVar

import streamlit as st

import settings
from db.commands import accounts as commands
from db.engine import Store, StoreAway
from db.queries import accounts as queries
from rules.accounts import sign_in_ended
from rules.permissions import Actor
from settings import Settings
from ui import store

COOKIE = "workbench"
# A sign-in ended elsewhere is noticed this many seconds later at most.
_TRUSTED_SECONDS = 1.0
_TOUCH_SECONDS = 60
_BY_ITSELF = "_by_itself"
# The token of whoever a download is made for, where there is no session (`on_click`).
_HELD: ContextVar[str | None] = ContextVar("held", default=None)
T = TypeVar("T")


class SignedOut(Exception):
    """Nobody is signed in any more: the time is up, or it was ended elsewhere."""


def resolve(
    opened: Store, config: Settings, token: str | None, *, in_use: bool = True
) -> Actor | None:
    """Find who holds `token` in time, and note that the sign-in is in use, where it is."""
    if not token:
        return None
    now = store.now()
    with opened.reading(None) as session:
        found = queries.signed_in(session, token)
    if found is None or sign_in_ended(
        started_at=found.started_at,
        seen_at=found.seen_at,
        now=now,
        roles=found.actor.roles,
        idle_minutes=config.idle_minutes,
        session_hours=config.session_hours,
        screen_hours=config.screen_hours,
    ):
        return None
    if in_use and (now - found.seen_at).total_seconds() > _TOUCH_SECONDS:
        try:
            with opened.writing(found.actor, patient=False) as session:
                commands.touch(session, token, now=now)
        except StoreAway:
            # Somebody is writing in bulk: reading goes on, and the next rerun notes it.
            return found.actor
    return found.actor


def has_provider() -> bool:
    """Whether people may come in through an identity provider, and accounts be known to it."""
    return settings.current().has_provider


def lock_out() -> dict[str, int]:
    """After how many `failures` within how many `minutes` a name is locked out."""
    config = settings.current()
    return {"failures": config.lockout_failures, "minutes": config.lockout_minutes}


def token() -> str | None:
    """The token this browser sent when it connected."""
    return st.context.cookies.get(COOKIE)


def by_itself() -> None:
    """Say that the next run is nobody's doing: a screen left open must not keep a sign-in alive."""
    st.session_state[_BY_ITSELF] = True


def run_over() -> None:
    """Say that a run of a page has ended: the next one is somebody's again."""
    st.session_state.pop(_BY_ITSELF, None)


def on_click(made: Callable[[], T]) -> Callable[[], T]:
    """Return what makes a download on its click as whoever holds this browser's token by then.

    Streamlit calls it on a thread without a session, which sees no cookie.
    """
    held = token()

    def asked() -> T:
        before = _HELD.set(held)
        try:
            return made()
        finally:
            _HELD.reset(before)

    return asked


def actor() -> Actor:
    """Return who is acting; raises SignedOut when nobody is.

    Asked of the store again after a second, also in fragments and callbacks, which run
    without the frame.
    """
    if held := _HELD.get():
        asking = resolve(store.the_store(), settings.current(), held, in_use=True)
        if asking is None:
            raise SignedOut
        return asking
    known = st.session_state.get("_actor")
    if known and time.monotonic() - known[0] < _TRUSTED_SECONDS and known[1] == token():
        return known[2]
    found = resolve(
        store.the_store(), settings.current(), token(), in_use=_BY_ITSELF not in st.session_state
    )
    # A socket that comes back with another's cookie would find what the first had typed:
    # a session stays with whom it began.
    if found is None or st.session_state.setdefault("_whose", found.account_id) != found.account_id:
        st.session_state.pop("_actor", None)
        raise SignedOut
    st.session_state["_actor"] = (time.monotonic(), token(), found)
    return found
