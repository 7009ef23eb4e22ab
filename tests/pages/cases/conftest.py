"""What tests of the case screens build: units and matters, and a look into the store."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db import engine
from db.commands import batches as commands
from db.commands.cases import Opened
from db.engine import Store
from db.models.audit import AuditEntry
from db.models.cases import Case
from db.queries.handing import Wanted
from rules.case_terms import BatchKind
from rules.permissions import SYSTEM
from rules.terms import AuditAction, Role
from settings import Settings
from tests.conftest import NOW, OFFICE, TODAY
from tests.db.conftest import (  # noqa: F401  (fixtures for these tests, too)
    make_case,
    make_hotspot,
    make_leader,
    make_unit,
)
from ui import store as ui_store

Make = Callable[..., Opened]
HELD = TODAY - timedelta(days=5)
DUE = TODAY + timedelta(days=30)


def tick(page: AppTest, key: str, *rows: int) -> None:
    """Tick rows of the table called `key` by their places, as a click on their boxes does."""
    ids = [table.proto.id for table in page.dataframe]
    (found,) = (each.split("-", 2)[2] for each in ids if f"-{key}_" in each)
    page.session_state[found] = {"selection": {"rows": list(rows), "columns": [], "cells": []}}
    page.run()
    assert not page.exception


@pytest.fixture
def case_of(store: Store) -> Callable[[int], dict[str, Any]]:
    """Return a function that reads all columns of a case as they lie in the store."""

    def read(case_id: int) -> dict[str, Any]:
        with store.reading(SYSTEM) as session:
            case = session.get_one(Case, case_id)
            return {column.key: getattr(case, column.key) for column in Case.__table__.columns}

    return read


@pytest.fixture
def entries_of(store: Store) -> Callable[[AuditAction], list[AuditEntry]]:
    """Return a function that lists the audit entries of one action."""

    def read(action: AuditAction) -> list[AuditEntry]:
        with store.reading(SYSTEM) as session:
            return list(session.scalars(select(AuditEntry).where(AuditEntry.action == action)))

    return read


@pytest.fixture
def open_case_page(open_page: Callable[..., AppTest]) -> Callable[..., AppTest]:
    """Return a function that opens the page of one case, for the office unless told otherwise."""

    def open_(number: str, *roles: Role, **account: Any) -> AppTest:
        return open_page(
            "cases/detail", *(roles or (Role.OFFICE,)), query={"case": number}, **account
        )

    return open_


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a writer give up at once where another writes; ask for it before the store."""
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0)


@pytest.fixture
def busy(config: Settings) -> Callable[[], AbstractContextManager[None]]:
    """Return a function within which somebody else holds the store and no one can write."""

    @contextmanager
    def hold() -> Iterator[None]:
        assert config.store_file
        with closing(sqlite3.connect(config.store_file, isolation_level=None)) as rival:
            rival.execute("BEGIN IMMEDIATE")
            yield
            rival.execute("ROLLBACK")

    return hold


@pytest.fixture
def away(config: Settings) -> Callable[[], AbstractContextManager[None]]:
    """Return a function within which the store's file is garbage, as on a broken disk."""

    @contextmanager
    def gone() -> Iterator[None]:
        path = config.store_file
        assert path
        ui_store.the_store().engine.dispose()
        aside = path.with_suffix(".aside")
        path.rename(aside)
        path.write_bytes(b"no database at all " * 500)
        yield
        ui_store.the_store().engine.dispose()
        aside.replace(path)

    return gone


@pytest.fixture
def make_batch(store: Store) -> Callable[..., int]:
    """Return a function that opens a batch with cases of a unit on its list."""

    def make(name: str, *cases: Opened, unit_id: int | None = None) -> int:
        with store.writing(OFFICE) as session:
            batch_id = commands.open_batch(
                session,
                name=name,
                kind=BatchKind.REPEATED,
                meeting="",
                held_on=HELD,
                due_on=DUE,
                today=TODAY,
                now=NOW,
            )
            if cases:
                wanted = [Wanted(each.id, unit_id) for each in cases]
                commands.add_cases(session, batch_id, wanted, today=TODAY, now=NOW)
            return batch_id

    return make
