"""The settings: what cannot be used is refused by name, a key is private."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import settings
from settings import SettingsError
from tests.conftest import KEYS, ROOT

BAD = [
    ("TIMEZONE", "Mars/X"),
    ("TIMEZONE", "../etc"),
    ("TIMEZONE", "Asia"),
    ("IDLE_MINUTES", "-5"),
    ("IDLE_MINUTES", "0"),
    ("PORT", "abc"),
    ("PORT", "70000"),
    ("UPLOAD_MB", "1.5"),
    ("SECURE_COOKIE", "perhaps"),
    ("DATABASE_URL", "mysql://x"),
    ("TRUSTED_PROXIES", "nginx"),
]


def _keyed(tmp_path: Path, **given: str) -> dict[str, str]:
    keys = {name.upper(): value for name, value in KEYS.items()}
    return {"DATABASE_URL": f"sqlite:///{tmp_path / 'w.db'}", **keys, **given}


@pytest.mark.parametrize(("name", "value"), BAD)
def test_what_cannot_be_used_is_refused_by_name(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"设置 {name} ") as refused:
        settings.load(_keyed(tmp_path, **{name: value}))
    assert name == "DATABASE_URL" or value in str(refused.value)


def test_what_can_be_used_is_taken(tmp_path: Path) -> None:
    given = {"TIMEZONE": "Asia/Urumqi", "PORT": "80", "SECURE_COOKIE": "on"}
    loaded = settings.load(_keyed(tmp_path, **given, TRUSTED_PROXIES="10.0.0.1, 10.1.0.0/16"))

    assert (loaded.timezone, loaded.port, loaded.secure_cookie) == ("Asia/Urumqi", 80, True)


@pytest.mark.parametrize("program", [["app.py"], ["manage.py", "verify"]])
@pytest.mark.parametrize(("name", "value"), [("TIMEZONE", "Mars/X"), ("PORT", "abc")])
def test_server_and_commands_end_in_one_sentence(
    tmp_path: Path, program: list[str], name: str, value: str
) -> None:
    run = subprocess.run(
        [sys.executable, str(ROOT / program[0]), *program[1:]],
        env={"PATH": "/usr/bin:/bin", "PYTHONUTF8": "1", **_keyed(tmp_path, **{name: value})},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert run.returncode == 1
    assert f"设置 {name} 的值“{value}”" in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_the_key_that_is_made_is_its_owners_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        loaded = settings.load({"DATABASE_URL": f"sqlite:///{tmp_path / 'w.db'}"})
    finally:
        os.umask(before)

    path = tmp_path / "w.field_key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text() == loaded.field_key
    assert [each.name for each in tmp_path.iterdir()] == ["w.field_key"]
