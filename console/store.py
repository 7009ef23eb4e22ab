"""What every command begins with: the store of the settings, the clock, a password."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import typer

import settings
from rules.errors import RuleError
from rules.permissions import SYSTEM

if TYPE_CHECKING:
    from db.engine import Store


@contextmanager
def opened(*, ready: bool = True) -> Iterator["Store"]:
    """Open the store of the settings; an error ends the command with one Chinese sentence.

    Migrated and seeded before it is handed out, unless `ready` is off.
    """
    from db.engine import StoreAway, open_store

    store = None
    try:
        store = open_store(settings.current())
        if ready:
            prepare(store)
        yield store
    except (RuleError, StoreAway, settings.SettingsError) as error:
        typer.echo(f"没有完成：{error}", err=True)
        raise typer.Exit(1) from error
    finally:
        if store is not None:
            store.engine.dispose()


def prepare(store: "Store") -> str:
    """Bring the store to the program's version, with what an office begins with; returns it."""
    from db import schema
    from db.commands.office import seed

    revision = schema.migrate(store)
    with store.writing(SYSTEM) as session:
        seed(session, now=now())
    store.check_key()
    return revision


def index(store: "Store") -> None:
    """Index what came in bulk, tell its clocks and fold its counts; a running server does it itself."""
    from db import search, tallies
    from db.commands import clocks

    while search.catch_up(store.engine, limit=5000):
        pass
    while clocks.catch_up(store, today=today(), limit=5000):
        pass
    while tallies.catch_up(store, limit=5000):
        pass


def now() -> datetime:
    """The moment, in UTC as the store keeps it."""
    return datetime.now(UTC)


def today() -> date:
    """The office's day."""
    return datetime.now(ZoneInfo(settings.current().timezone)).date()


def typed_password(*, from_stdin: bool) -> str:
    """Ask for a password twice, unseen; or take the first line that is piped in."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    return str(typer.prompt("口令", hide_input=True, confirmation_prompt="再输入一次"))
