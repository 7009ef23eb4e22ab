"""Accounts made by command, and the made-up county."""

import subprocess
import sys
from pathlib import Path

from sqlalchemy import select

from db.commands import accounts
from db.engine import open_store
from db.models.accounts import Account
from rules.permissions import SYSTEM
from rules.terms import Role
from settings import Settings
from tests.conftest import KEYS, NOW, ROOT
from tests.console.conftest import Run

PASSWORD = "一句足够长的好记口令"


def test_an_account_a_demo_and_a_verified_chain(manage: Run) -> None:
    made = manage(
        "create-account",
        "系统员",
        "--role",
        "admin",
        "--password-stdin",
        given=f"{PASSWORD}\n",
    )
    demo = manage("demo", "--cases", "120")
    again = manage("demo", "--cases", "120")
    verified = manage("verify")

    assert "已建立账号" in made.stdout
    assert "120 件案件" in demo.stdout
    assert "只能装入空的登记簿" in again.stderr
    assert "审计链完整" in verified.stdout


def test_nobody_waits_while_a_password_is_typed(
    manage: Run, surroundings: dict[str, str], tmp_path: Path
) -> None:
    manage("migrate")
    store = open_store(Settings(database_url=surroundings["DATABASE_URL"], **KEYS))
    with subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), "create-account", "系统员", "--role", "admin"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=surroundings,
        cwd=tmp_path,
        start_new_session=True,  # without a terminal the password is read from the pipe
    ) as command:
        assert command.stdout
        seen = ""
        while "口令" not in seen and (letter := command.stdout.read(1)):
            seen += letter
        with store.writing(SYSTEM, patient=False) as session:
            accounts.create_account(session, "小李", PASSWORD, roles=[Role.OFFICE], now=NOW)
        command.communicate(f"{PASSWORD}\n{PASSWORD}\n")

    with store.reading(SYSTEM) as session:
        found = session.execute(select(Account.name, Account.password_hash)).tuples().all()
    store.engine.dispose()
    hashes = dict(found)
    assert hashes.keys() == {"小李", "系统员"}
    # The command's own process hashes as the product does, not as cheaply as the tests.
    assert "$argon2id$v=19$m=65536,t=3,p=4$" in str(hashes["系统员"])


def test_an_account_for_what_is_not_there_is_not_made(manage: Run) -> None:
    asked = ("create-account", "某局", "--password-stdin", "--role")

    unit = manage(*asked, "unit", "--unit", "无此局", given=f"{PASSWORD}\n")
    leader = manage(*asked, "leader", "--leader", "无此人", given=f"{PASSWORD}\n")
    role = manage(*asked, "king", given=f"{PASSWORD}\n")

    assert "单位表里没有“无此局”" in unit.stderr
    assert "领导表里没有“无此人”" in leader.stderr
    assert "没有这个角色：king" in role.stderr
