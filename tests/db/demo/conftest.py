"""The made-up county, loaded once for all who only read it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.demo import county
from db.engine import Store, open_store
from settings import Settings
from tests.conftest import KEYS, NOW, TODAY


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Store]:
    """A county of 1,500 matters on the tests' day; to be read and never written in."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    shutil.copy(sqlite_template, path)
    store = open_store(Settings(database_url=f"sqlite:///{path}", **KEYS))
    county.load(store, cases=1500, seed=7, now=NOW, today=TODAY)
    yield store
    store.engine.dispose()
