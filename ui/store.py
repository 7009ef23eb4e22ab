"""The store as screens use it: opened once, read and written as whoever is signed in."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, TypeVar, cast
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


# So many answers are kept for all tabs together: periods and places that are looked at.
_SHARED = 32
_guard = threading.Lock()
_answers: OrderedDict[Hashable, Any] = OrderedDict()
_asking: dict[Hashable, threading.Lock] = {}


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


def shared(name: str, key: Hashable, read: Callable[[Session], T]) -> T:
    """Return what `read` answered any tab of this process, as long as it would again.

    One tab reads and the others wait for it, so that a write does not make a hundred screens read
    the same. `key` must say all that the answer hangs on, the rights of whoever asks included.
    """
    mark = (settings.current().database_url, name, the_store().version(), key)
    with _guard:
        if mark in _answers:
            _answers.move_to_end(mark)
            return cast(T, _answers[mark])
        asking = _asking.setdefault(mark, threading.Lock())
    with asking:
        with _guard:
            if mark in _answers:
                return cast(T, _answers[mark])
        try:
            with reading() as session:
                answer = read(session)
            with _guard:
                _answers[mark] = answer
                while len(_answers) > _SHARED:
                    _answers.popitem(last=False)
        finally:
            _asking.pop(mark, None)
        return answer


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


def moment() -> dict[str, Any]:
    """What a figure is asked at: the office's day, this moment and the office's clock."""
    return {"today": today(), "now": now(), "clock": clock()}


def clock() -> ZoneInfo:
    """The office's clock: its timezone."""
    return ZoneInfo(settings.current().timezone)


def local(moment: datetime) -> datetime:
    """A stored moment on the office's clock."""
    return moment.astimezone(clock())
