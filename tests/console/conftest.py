"""The operator's commands, run as the operator runs them, on a store of each test's own."""

import gc
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

import settings
from manage import app
from tests.conftest import KEYS, ROOT


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command ended with and said."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Ran]
HEAD = ["留言编号", "留言用户", "留言主题", "留言时间", "留言详情"]


@pytest.fixture
def surroundings(tmp_path: Path) -> dict[str, str]:
    """The environment of a command on a store of this test's own."""
    return {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'w.db'}",
        **{name.upper(): key for name, key in KEYS.items()},
        "PATH": "/usr/bin:/bin",
        "PYTHONUTF8": "1",
    }


@pytest.fixture
def manage(
    tmp_path: Path,
    sqlite_template: Path,
    surroundings: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Run]:
    """Return a function that runs a command of `manage.py` on a store of this test's own.

    It runs in this process: to start one with all that is imported takes longer than most tests.
    """
    shutil.copy(sqlite_template, tmp_path / "w.db")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, given: str = "") -> Ran:
        settings.current.cache_clear()
        done = CliRunner().invoke(app, arguments, input=given, env=surroundings)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Ran(done.exit_code, done.stdout, done.stderr)

    thresholds = gc.get_threshold()
    yield run
    gc.set_threshold(*thresholds)
    settings.current.cache_clear()


@pytest.fixture
def manage_apart(tmp_path: Path, surroundings: dict[str, str]) -> Run:
    """Return a function that runs `manage.py` as a process of its own, as the operator does."""

    def run(*arguments: str, given: str = "") -> Ran:
        done = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *arguments],
            input=given,
            capture_output=True,
            text=True,
            env=surroundings,
            cwd=tmp_path,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """A small ledger with one bad row."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEAD)
    sheet.append(["1", "王小明", "夜间噪音扰民", "2026/10/8 9:00:00", "每晚施工"])
    sheet.append(["2", "李红", "灌溉渠被占", "2203/10/9", "渠道被填"])
    path = tmp_path / "台账.xlsx"
    book.save(path)
    return path
