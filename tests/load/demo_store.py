"""The stores that are measured: a demo county of a size, made once, and a copy to write in."""

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import settings
from db import schema, search, tallies
from db.commands import accounts, clocks, office
from db.demo import county
from db.engine import Store, open_store
from db.queries.accounts import accounts as listed
from rules.permissions import SYSTEM
from settings import Settings

KEYS: dict[str, Any] = {"field_key": "f" * 48, "secret_key": "s" * 48}
_MIGRATIONS = settings.ROOT / "db" / "migrations" / "versions"


@dataclass(frozen=True, slots=True)
class Kept:
    """A demo store that nobody writes in, and whether it was there already."""

    path: Path
    reused: bool


def opened(path: Path) -> Store:
    """Open the store in the file."""
    return open_store(Settings(database_url=f"sqlite:///{path}", **KEYS))


def demo_store(folder: Path, *, cases: int, seed: int, progress: Callable[[str], None]) -> Kept:
    """Return the demo store of that size and seed in the folder, made when it is not there.

    One made by other migrations than today's is made anew.
    """
    path = folder / f"demo-{cases}-{seed}.db"
    made_by, mark = _schema_digest(), path.with_suffix(".json")
    if path.exists() and mark.exists() and json.loads(mark.read_text())["schema"] == made_by:
        return Kept(path, True)
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob(f"{path.name}*"):
        old.unlink()
    store = opened(path)
    fill(store, cases=cases, seed=seed, progress=progress)
    store.engine.dispose()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    mark.write_text(json.dumps({"schema": made_by}))
    return Kept(path, False)


def fill(store: Store, *, cases: int, seed: int, progress: Callable[[str], None]) -> None:
    """Make a demo county of that size and seed in an empty store of either engine."""
    now = datetime.now(UTC)
    schema.migrate(store)
    with store.writing(SYSTEM) as session:
        office.seed(session, now=now)
    county.load(
        store,
        cases=cases,
        seed=seed,
        now=now,
        today=now.date(),
        years=5 if cases > 50_000 else 3,
        progress=lambda done, total: progress(f"装入 {done}/{total}"),
    )
    while left := search.catch_up(store.engine, limit=20_000):
        progress(f"待建索引 {left}")
    while clocks.catch_up(store, today=now.date(), limit=20_000):
        progress("计算时限")
    while tallies.catch_up(store, limit=20_000):
        progress("汇总指标")


def working_copy(kept: Kept, folder: Path) -> Path:
    """Copy the store with the keys beside it, as the server looks for them."""
    path = folder / "work.db"
    shutil.copyfile(kept.path, path)
    for name, key in KEYS.items():
        path.with_name(f"work.{name}").write_text(key, encoding="ascii")
    return path


def sign_in(store: Store, name: str, *, now: datetime) -> str:
    """Sign an account of the demo county in and return its token."""
    with store.writing(SYSTEM) as session:
        account_id = next(row.id for row in listed(session) if row.name == name)
        return accounts.begin_sign_in(session, account_id, address="127.0.0.1", now=now)


def last_year(today: date) -> tuple[date, date]:
    """The first and the last day of the year before."""
    return date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)


def _schema_digest() -> str:
    texts = [path.read_bytes() for path in sorted(_MIGRATIONS.glob("*.py"))]
    return hashlib.sha256(b"".join(texts)).hexdigest()[:16]
