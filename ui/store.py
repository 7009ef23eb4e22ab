"""The store as screens use it: opened once, read and written as whoever is signed in."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

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


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The office's day, which begins before that of UTC."""
    return datetime.now(ZoneInfo(settings.current().timezone)).date()


def local(moment: datetime) -> datetime:
    """A stored moment on the office's clock."""
    return moment.astimezone(ZoneInfo(settings.current().timezone))
