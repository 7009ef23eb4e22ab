"""What a backup refuses: a wrong passphrase, a cut file, a filled store, another key, altered rows."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from db import sealed
from db.backup import NotRestored, back_up, restore
from db.commands import cases as commands
from db.engine import Store, open_store
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
