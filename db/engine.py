"""The store: one engine on SQLite or PostgreSQL, and the two ways to use it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, select
from sqlalchemy.exc import DBAPIError, DisconnectionError, IntegrityError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.pool import ConnectionPoolEntry

from db import audit, scope, search  # noqa: F401  (audit and scope listen once imported)
from db.crypto import Cipher
from db.models.audit import LedgerHead
from rules.errors import Conflict
from rules.permissions import Actor
from settings import Settings

BUSY_SECONDS = 15
_VERSION = select(LedgerHead.__table__.c.version)
CONNECT_SECONDS = 10


class StoreAway(Exception):
    """The store cannot be reached or does not answer; never to be drawn as an empty list."""


@dataclass(frozen=True, slots=True)
class Store:
    """An open store; safe to share between threads, sessions are not."""

    engine: Engine
    cipher: Cipher
    file: Path | None = None

    @contextmanager
    def reading(self, actor: Actor | None) -> Iterator[Session]:
        """Open a session that reads as `actor` would; what it changes is thrown away.

        Raises StoreAway when the store does not answer.
        """
        with _told(), Session(self.engine, info=self._info(actor), autoflush=False) as session:
            yield session

    @contextmanager
    def writing(self, actor: Actor, *, patient: bool = True) -> Iterator[Session]:
        """Run one transaction: committed when the block ends, undone when it raises anything.

        Leave the block before st.rerun, st.stop or st.switch_page: each of them raises.
        Raises Conflict when a rival saved the same row, or a name that must be unique, first.
        With `patient` off it raises StoreAway at once, not after BUSY_SECONDS, while somebody
        else is writing to SQLite.
        """
        engine = self.engine.execution_options(begin="IMMEDIATE", patient=patient)
        try:
            with (
                _told(),
                Session(engine, info=self._info(actor), expire_on_commit=False) as session,
                session.begin(),
            ):
                yield session
        except StaleDataError as error:
            raise Conflict("该记录刚刚被他人修改，请刷新后重试") from error
        except IntegrityError as error:
            # A rival took the name first, or removed what was chosen, since it was looked at.
            raise Conflict("所填内容与刚刚保存的其他记录冲突，请刷新后核对再保存") from error

    def version(self) -> int:
        """The counter that every writing transaction raises: what caches are kept by.

        Raises StoreAway when the store does not answer.
        """
        with _told(), self.engine.connect() as connection:
            return connection.execute(_VERSION).scalar() or 0

    def check_key(self) -> None:
        """Raise WrongKey when the field key is not the one this store was made with."""
        with self.reading(None) as session:
            check = session.scalar(select(LedgerHead.key_check))
        if check is not None:
            self.cipher.fits(check)

    def _info(self, actor: Actor | None) -> dict[str, object]:
        return {"actor": actor, "cipher": self.cipher}


def cipher_of(session: Session) -> Cipher:
    """Return the cipher of the store `session` belongs to."""
    cipher = session.info["cipher"]
    assert isinstance(cipher, Cipher)
    return cipher


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise
    except OperationalError as error:
        raise StoreAway(_reason(error)) from error
    except DBAPIError as error:
        # SQLite calls a file that is damaged, or no database at all, a plain DatabaseError.
        if error.connection_invalidated or type(error.orig) is sqlite3.DatabaseError:
            raise StoreAway(_reason(error)) from error
        raise
    except sqlite3.Error as error:
        # What the first pragmas of a connection meet, before the engine wraps anything.
        raise StoreAway(f"数据库读不出来：{error}") from error


def _reason(error: DBAPIError) -> str:
    detail = str(error.orig)
    if "locked" in detail:
        return "数据库正忙（有人在批量写入），请稍候再试"
    if "unable to open" in detail:
        return "数据库文件不在原处或打不开，请系统管理员核对文件位置和权限"
    if "no such table" in detail:
        return "数据库是空的或不完整，请系统管理员从备份恢复"
    if "too large" in detail:
        return "条件太多，请少填几个词再查"
    if "disk" in detail or "full" in detail:
        return f"数据库所在磁盘写入失败：{detail}"
    return f"数据库连接不上：{detail.splitlines()[0] if detail else '没有说明'}"


def open_store(settings: Settings) -> Store:
    """Open the store of `settings`; nothing is read or made yet."""
    url = settings.database_url
    if settings.is_sqlite:
        store_file = settings.store_file
        assert store_file is not None
        store_file.parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            url,
            creator=lambda: _connected(store_file),
            pool_size=20,
            max_overflow=40,
            pool_use_lifo=True,
            hide_parameters=True,
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "connect", lambda _, record: _remember(record, store_file))
        event.listen(engine, "checkout", lambda _, record, __: _same_file(record, store_file))
        event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = create_engine(
            url,
            pool_size=10,
            max_overflow=40,
            pool_pre_ping=True,
            # What people wrote must not stand in a trace.
            hide_parameters=True,
            connect_args={"connect_timeout": CONNECT_SECONDS},
        )
    return Store(engine, Cipher(settings.field_key, settings.secret_key), settings.store_file)


def _connected(file: Path) -> sqlite3.Connection:
    """Open the file, which is there: one made in passing would be an empty store (migrate makes it)."""
    address = f"{file.resolve().as_uri()}?mode=rw"
    return sqlite3.connect(address, uri=True, check_same_thread=False)


def _remember(record: ConnectionPoolEntry, file: Path) -> None:
    record.info["file"] = _identity(file)


def _same_file(record: ConnectionPoolEntry, file: Path) -> None:
    """Give a connection up whose file was moved or replaced: it would write where nobody reads."""
    if record.info.get("file") != _identity(file):
        raise DisconnectionError


def _identity(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own BEGIN comes too late for a consistent read and never IMMEDIATE.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "temp_store=MEMORY",
        "cache_size=-16000",
    ):
        connection.execute(f"PRAGMA {pragma}")
    connection.create_function("bigrams", 1, search.bigrams, deterministic=True)
    connection.create_function("searchable", 1, search.searchable, deterministic=True)


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    kind = options.get("begin", "DEFERRED")
    if options.get("patient", True):
        connection.exec_driver_sql(f"BEGIN {kind}")
        return
    connection.exec_driver_sql("PRAGMA busy_timeout=0")
    try:
        connection.exec_driver_sql(f"BEGIN {kind}")
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
