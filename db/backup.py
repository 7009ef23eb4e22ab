"""Backup and restore: a consistent copy while the store is in use, sealed with a passphrase."""

import json
import shutil
import sqlite3
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import URL, Connection, func, inspect, make_url, select, text
from sqlalchemy.exc import DBAPIError

from db import audit, schema, sealed
from db.engine import Store, open_store
from db.models import Base
from db.models.audit import LedgerHead
from db.private_folder import COPY, private_folder
from rules.errors import RuleError
from rules.permissions import SYSTEM
from rules.terms import AuditAction
from settings import Settings, child_environment


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds, by which restoring it is checked."""

    engine: str
    revision: str
    made_at: str
    store_version: int
    chain_length: int
    chain_hash: str
    rows: dict[str, int]


class NotRestored(RuleError):
    """The backup was not taken in; the store is as it was."""


def back_up(
    store: Store, config: Settings, out: Path, passphrase: str, *, now: datetime
) -> Manifest:
    """Write a sealed backup of the whole store to `out`, while it is in use.

    Attachments and the audit chain are part of the store and so of the backup; the field
    key is not: it is kept apart. The file appears under its name only when it is whole. What
    is not sealed yet never lies beside it, on a stick that goes through many hands.
    """
    partial = out.with_name(out.name + ".part")
    try:
        with private_folder(_beside(config), "backup") as folder:
            copy = folder / COPY
            dump = _dump_sqlite if config.is_sqlite else _dump_postgres
            manifest = dump(store, config, copy, now)
            with partial.open("wb") as target:
                sealed.seal(_framed(manifest, copy), target, passphrase)
            partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)
    with store.writing(SYSTEM) as session:
        audit.record(session, AuditAction.BACKUP, "store", None, rows=sum(manifest.rows.values()))
    return manifest


def restore(config: Settings, source: Path, passphrase: str) -> Manifest:
    """Take a backup into the empty store of `config`; returns what it held.

    Raises NotRestored when the store is not empty, the backup is of another engine, the
    field key does not fit, or row counts or the audit chain differ: nothing is changed then.
    """
    _require_empty(config)
    store_file = config.store_file
    with private_folder(_beside(config), "restore") as folder:
        copy = folder / COPY
        with source.open("rb") as file:
            manifest = _unframed(sealed.unseal(file, passphrase), copy)
        engine = "sqlite" if config.is_sqlite else "postgresql"
        if manifest.engine != engine:
            raise NotRestored(f"备份来自 {manifest.engine}，目标是 {engine}，不能直接恢复")
        if store_file:
            _checked(config, f"sqlite:///{copy}", manifest)
            for leftover in (store_file, *_companions(store_file)):
                leftover.unlink(missing_ok=True)
            copy.replace(store_file)
        else:
            _load_postgres(config, copy, manifest)
    store = open_store(config)
    schema.migrate(store)
    with store.writing(SYSTEM) as session:
        audit.record(session, AuditAction.RESTORE, "store", None, made_at=manifest.made_at)
    store.engine.dispose()
    return manifest


def _beside(config: Settings) -> Path | None:
    """Where what is in clear may lie: with the store, never with the backup."""
    return config.store_file.parent if config.store_file else None


def _companions(path: Path) -> list[Path]:
    return [path.with_name(path.name + suffix) for suffix in ("-wal", "-shm")]


def _manifest(connection: Connection, now: datetime) -> Manifest:
    # A backup of an earlier version is counted as it is, and migrated once it is taken in.
    there = set(inspect(connection).get_table_names())
    head = connection.execute(select(LedgerHead.version, LedgerHead.length, LedgerHead.hash)).one()
    return Manifest(
        engine=connection.dialect.name,
        revision=str(schema.current(connection)),
        made_at=now.isoformat(timespec="seconds"),
        store_version=head.version,
        chain_length=head.length,
        chain_hash=head.hash.hex(),
        rows={
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
            if table.name in there
        },
    )


def _dump_sqlite(_store: Store, config: Settings, copy: Path, now: datetime) -> Manifest:
    store_file = config.store_file
    assert store_file is not None
    origin, target = sqlite3.connect(store_file), sqlite3.connect(copy)
    try:
        origin.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")
    finally:
        origin.close()
        target.close()
    opened = open_store(replace(config, database_url=f"sqlite:///{copy}"))
    try:
        with opened.engine.connect() as connection:
            manifest = _manifest(connection, now)
            connection.rollback()
            # Back to one file: what is sealed must not lean on a log beside it.
            connection.execution_options(isolation_level="AUTOCOMMIT")
        return manifest
    finally:
        opened.engine.dispose()
        with sqlite3.connect(copy) as plain:
            plain.execute("PRAGMA journal_mode=DELETE")
        plain.close()


def _dump_postgres(store: Store, config: Settings, copy: Path, now: datetime) -> Manifest:
    with store.engine.connect() as connection:
        connection.execution_options(isolation_level="REPEATABLE READ")
        snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
        manifest = _manifest(connection, now)
        _run(
            config,
            "pg_dump",
            f"--snapshot={snapshot}",
            "--format=custom",
            "--compress=0",
            "--no-owner",
            f"--file={copy}",
        )
        connection.rollback()
    return manifest


def _run(config: Settings, program: str, *arguments: str) -> None:
    found = Path(config.pg_bin) / program if config.pg_bin else shutil.which(program)
    if not found or not Path(found).exists():
        raise RuleError(
            f"找不到 {program}：请安装 PostgreSQL 客户端，或用 PG_BIN 指定它所在的文件夹"
        )
    address, secret = _parted(config.database_url)
    done = subprocess.run(  # noqa: S603
        [str(found), *arguments, f"--dbname={address}"],
        env=child_environment(**secret),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuleError(f"{program} 没有成功：{done.stderr.strip()[-500:]}")


def _parted(database_url: str) -> tuple[str, dict[str, str]]:
    """Part the password from the address: a command line is read by everybody on the machine."""
    url = make_url(database_url)
    query = {name: value for name, value in url.query.items() if name != "password"}
    address = URL.create("postgresql", url.username, None, url.host, url.port, url.database, query)
    password = url.password or url.query.get("password")
    return str(address), {"PGPASSWORD": str(password)} if password else {}


def _load_postgres(config: Settings, copy: Path, manifest: Manifest) -> None:
    store = open_store(config)
    try:
        _clear(store)
        _run(config, "pg_restore", "--single-transaction", "--no-owner", str(copy))
        try:
            _checked(config, config.database_url, manifest)
        except NotRestored:
            _clear(store)
            raise
    finally:
        store.engine.dispose()


def _clear(store: Store) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))


def _checked(config: Settings, url: str, manifest: Manifest) -> None:
    """Raise NotRestored unless the copy is what the manifest says, to the row and the link."""
    opened = open_store(replace(config, database_url=url))
    try:
        opened.check_key()
        with opened.engine.connect() as connection:
            found = _manifest(connection, datetime.fromisoformat(manifest.made_at))
        differing = [name for name, count in manifest.rows.items() if found.rows.get(name) != count]
        if differing or found.chain_hash != manifest.chain_hash:
            raise NotRestored(f"备份内容与清单不符，没有恢复：{'、'.join(differing) or '审计链'}")
        with opened.reading(SYSTEM) as session:
            verdict = audit.verify(session)
        if not verdict.whole:
            raise NotRestored(f"备份里的{verdict.message}，没有恢复")
    finally:
        opened.engine.dispose()


def _require_empty(config: Settings) -> None:
    store_file = config.store_file
    if store_file is not None and not store_file.exists():
        return
    store = open_store(config)
    try:
        with store.engine.connect() as connection:
            for table in ("accounts", "cases"):
                if connection.dialect.has_table(connection, table) and connection.scalar(
                    text(f"SELECT count(*) FROM {table}")  # noqa: S608
                ):
                    raise NotRestored("目标数据库不是空的。请指定一个新的数据库再恢复")
    except DBAPIError as error:
        raise NotRestored(f"目标数据库打不开：{error.orig}") from error
    finally:
        store.engine.dispose()


def _framed(manifest: Manifest, copy: Path) -> Iterator[bytes]:
    head = json.dumps(asdict(manifest), ensure_ascii=False).encode()
    yield struct.pack(">I", len(head)) + head
    with copy.open("rb") as file:
        while piece := file.read(sealed.PIECE):
            yield piece


def _unframed(pieces: Iterator[bytes], copy: Path) -> Manifest:
    with _written(copy) as file:
        head = b""
        for piece in pieces:
            head += piece
            if len(head) >= 4 and len(head) >= 4 + struct.unpack(">I", head[:4])[0]:
                break
        size = struct.unpack(">I", head[:4])[0]
        manifest = Manifest(**json.loads(head[4 : 4 + size]))
        file.write(head[4 + size :])
        for piece in pieces:
            file.write(piece)
    return manifest


@contextmanager
def _written(path: Path) -> Iterator[BinaryIO]:
    with path.open("wb") as file:
        yield file
