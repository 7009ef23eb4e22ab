"""The settings: what cannot be used is refused by name, a key is private."""

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
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


PROVIDER = {
    "OIDC_METADATA_URL": "https://id.example/.well-known/openid-configuration",
    "OIDC_CLIENT_ID": "workbench",
    "OIDC_CLIENT_SECRET": "a secret",
    "OIDC_REDIRECT_URL": f"https://office.example{settings.OIDC_RETURN}",
}


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


def test_an_identity_provider_is_set_with_all_its_four_or_not_at_all(tmp_path: Path) -> None:
    assert settings.load(_keyed(tmp_path, **PROVIDER)).has_provider
    assert not settings.load(_keyed(tmp_path)).has_provider
    assert "a secret" not in repr(settings.load(_keyed(tmp_path, **PROVIDER)))


@pytest.mark.parametrize("left_out", PROVIDER)
def test_a_provider_set_by_half_is_refused(tmp_path: Path, left_out: str) -> None:
    given = {name: value for name, value in PROVIDER.items() if name != left_out}

    with pytest.raises(SettingsError, match=f"设置 {left_out} 没有填写"):
        settings.load(_keyed(tmp_path, **given))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OIDC_METADATA_URL", "http://id.example/.well-known/openid-configuration"),
        ("OIDC_METADATA_URL", "https://"),
        ("OIDC_METADATA_URL", "https://[id"),
        ("OIDC_REDIRECT_URL", "https://office.example/"),
        ("OIDC_REDIRECT_URL", settings.OIDC_RETURN),
    ],
)
def test_an_address_that_cannot_serve_a_provider_is_refused(
    tmp_path: Path, name: str, value: str
) -> None:
    with pytest.raises(SettingsError, match=f"设置 {name} 的值“"):
        settings.load(_keyed(tmp_path, **PROVIDER | {name: value}))


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
@pytest.mark.parametrize("name", KEYS)
def test_the_keys_that_are_made_are_their_owners_alone(tmp_path: Path, name: str) -> None:
    before = os.umask(0)
    try:
        loaded = settings.load({"DATABASE_URL": f"sqlite:///{tmp_path / 'w.db'}"})
    finally:
        os.umask(before)

    path = tmp_path / f"w.{name}"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text() == getattr(loaded, name)
    assert {each.name for each in tmp_path.iterdir()} == {f"w.{key}" for key in KEYS}


def test_the_two_keys_are_not_the_same_and_are_kept(tmp_path: Path) -> None:
    given = {"DATABASE_URL": f"sqlite:///{tmp_path / 'w.db'}"}

    first, second = settings.load(given), settings.load(given)

    assert first.field_key != first.secret_key
    assert first == second


def test_a_store_that_has_no_secret_key_yet_gets_one(tmp_path: Path) -> None:
    (tmp_path / "w.db").touch()
    given = _keyed(tmp_path)
    del given["SECRET_KEY"]

    assert len(settings.load(given).secret_key) >= 32


@pytest.mark.parametrize("name", [key.upper() for key in KEYS])
def test_a_server_store_must_be_given_its_keys(tmp_path: Path, name: str) -> None:
    given = _keyed(tmp_path, DATABASE_URL="postgresql+psycopg://office@db/workbench")
    del given[name]

    with pytest.raises(SettingsError, match=f"必须设置 {name}"):
        settings.load(given)


def test_processes_that_start_at_once_have_one_key(tmp_path: Path) -> None:
    given = {"DATABASE_URL": f"sqlite:///{tmp_path / 'data' / 'w.db'}"}

    with ThreadPoolExecutor(8) as pool:
        keys = {found.field_key for found in pool.map(lambda _: settings.load(given), range(40))}

    assert len(keys) == 1
    assert keys != {""}
    assert [path.name for path in (tmp_path / "data").iterdir() if "key." in path.name] == []


def test_an_empty_key_file_is_said_and_not_used(tmp_path: Path) -> None:
    (tmp_path / "w.field_key").touch()

    with pytest.raises(SettingsError, match="是空的"):
        settings.load({"DATABASE_URL": f"sqlite:///{tmp_path / 'w.db'}"})


def test_a_key_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "w.field_key").mkdir()

    with pytest.raises(SettingsError, match="读不出来"):
        settings.load({"DATABASE_URL": f"sqlite:///{tmp_path / 'w.db'}"})
