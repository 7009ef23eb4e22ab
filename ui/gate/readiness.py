"""Whether the store is ready: brought to head once per process, tried again until it is."""

import json
import logging
import threading
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

import settings
from db.engine import Store, StoreAway
from db.queries import health as queries
from rules.errors import WrongKey
from rules.permissions import SYSTEM
from settings import Settings
from ui import store

LOG = logging.getLogger("workbench")
# A store that has just failed is not asked again by everybody who was waiting for it.
_PAUSE_SECONDS = 1.0

_lock = threading.Lock()
_prepared: set[Settings] = set()
_failed: dict[Settings, tuple[float, Exception]] = {}


@lru_cache(maxsize=1)
def version() -> str:
    """The version of the program."""
    text = (settings.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return str(tomllib.loads(text)["project"]["version"])


def ready() -> Store:
    """Return the store, migrated, seeded and opened with its own key.

    Raises StoreAway or WrongKey; the next call tries again.
    """
    config = settings.current()
    opened = store.opened(config)
    if config in _prepared:
        return opened
    with _lock:
        if config not in _prepared:
            _try(opened, config)
    return opened


def _try(opened: Store, config: Settings) -> None:
    when, error = _failed.get(config, (0.0, None))
    if error is not None and time.monotonic() - when < _PAUSE_SECONDS:
        raise error
    try:
        _prepare(opened)
    except (StoreAway, WrongKey) as refusal:
        _failed[config] = (time.monotonic(), refusal)
        LOG.error("the store is not ready: %s", refusal)
        raise
    _prepared.add(config)
    LOG.info("the store is ready at schema %s", queries.needed_schema())


def _prepare(opened: Store) -> None:
    if opened.file is not None and not opened.file.exists():
        if not settings.is_first_start(settings.current()):
            raise StoreAway(
                f"数据库文件 {opened.file} 不见了，而它的密钥还在：请放回原处或从备份恢复。"
                f"确是全新开办的，请先运行 python manage.py migrate"
            )
        with _told():
            _migrate(opened)
    with _told(), opened.reading(None) as session:
        fit = queries.schema_of(session) == queries.needed_schema() and queries.is_seeded(session)
    if not fit:
        with _told():
            _migrate(opened)
    with _told():
        opened.check_key()


def _migrate(opened: Store) -> None:
    # Alembic and the calendar cost half a second, and most starts need neither.
    from alembic.util.exc import CommandError

    from db import schema
    from db.commands.office import seed

    try:
        schema.migrate(opened)
    except CommandError as error:
        raise StoreAway(
            "数据库是由更新版本的程序建立的，请把程序升级到同一版本或恢复升级前的备份"
        ) from error
    with opened.writing(SYSTEM) as session:
        seed(session, now=store.now())


@contextmanager
def _told() -> Iterator[None]:
    """Say StoreAway of what the driver calls otherwise, such as a file that is no database."""
    try:
        yield
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise StoreAway(f"数据库无法读取：{reason}") from error
    except OSError as error:
        raise StoreAway(f"数据库文件无法打开：{error.strerror}（{error.filename}）") from error


def health() -> tuple[int, dict[str, Any]]:
    """Return 200 or 503 with what the operator needs to know; asks the store every time."""
    known: dict[str, Any] = {"version": version(), "schema": None, "store_version": None}
    try:
        opened = ready()
        with _told(), opened.reading(None) as session:
            known["schema"] = queries.schema_of(session)
            if known["schema"] != queries.needed_schema():
                raise StoreAway(
                    f"数据库结构是 {known['schema'] or '空'}，程序需要 {queries.needed_schema()}："
                    "请运行 python manage.py migrate"
                )
            known["store_version"] = queries.store_version(session)
        with _told():
            opened.check_key()
    except (StoreAway, WrongKey, settings.SettingsError) as error:
        return 503, {"status": "unavailable", "reason": str(error), **known}
    return 200, {"status": "ok", **known}


def as_json(answer: dict[str, Any]) -> bytes:
    """Write an answer as JSON with its Chinese readable."""
    return json.dumps(answer, ensure_ascii=False).encode()
