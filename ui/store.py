"""The store as screens use it: opened once, read and written as whoever is signed in."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo

import streamlit as st
from sqlalchemy.orm import Session

import settings
from db.engine import Store, open_store
from settings import Settings


@lru_cache(maxsize=4)
def opened(config: Settings) -> Store:
    """Open the store of `config` once per process."""
    return open_store(config)


def the_store() -> Store:
    """The store of this process."""
    return opened(settings.current())


T = TypeVar("T")


@contextmanager
def reading() -> Iterator[Session]:
    """Read as the person signed in; raises signin.SignedOut when nobody is any more."""
    from ui import signin

    with the_store().reading(signin.actor()) as session:
        yield session


@contextmanager
def writing() -> Iterator[Session]:
    """Write as the person signed in, committed once at the end of the block (db/engine.py)."""
    from ui import signin

    with the_store().writing(signin.actor()) as session:
        yield session


def kept(name: str, key: object, read: Callable[[Session], T]) -> T:
    """Return what `read` answered in an earlier run of this tab, as long as it would again.

    It is asked anew when `key` is another, and when anybody has written anything since. Only
    values go in, never rows or what somebody may change; `let_go` frees them.
    """
    mark = (the_store().version(), key)
    last = st.session_state.get(f"_kept_{name}")
    if last is None or last[0] != mark:
        with reading() as session:
            last = st.session_state[f"_kept_{name}"] = (mark, read(session))
    return last[1]


def settled(name: str, key: object, read: Callable[[Session], T]) -> T:
    """Return what `read` answered to `key` in an earlier run of this tab: of what never changes.

    It is asked anew when `key` is another or who is signed in may see something else.
    """
    from ui import signin

    mark = (signin.actor(), key)
    last = st.session_state.get(f"_kept_{name}")
    if last is None or last[0] != mark:
        with reading() as session:
            last = st.session_state[f"_kept_{name}"] = (mark, read(session))
    return last[1]


def let_go(*names: str) -> None:
    """Forget what was `kept` under the names."""
    for name in names:
        st.session_state.pop(f"_kept_{name}", None)


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The office's day, which begins before that of UTC."""
    return datetime.now(clock()).date()


def clock() -> ZoneInfo:
    """The office's clock: its timezone."""
    return ZoneInfo(settings.current().timezone)


def local(moment: datetime) -> datetime:
    """A stored moment on the office's clock."""
    return moment.astimezone(clock())
