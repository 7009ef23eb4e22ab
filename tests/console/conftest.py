"""The operator's commands, run as the operator runs them, on a store of each test's own."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import KEYS, ROOT

Run = Callable[..., subprocess.CompletedProcess[str]]
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
def manage(tmp_path: Path, sqlite_template: Path, surroundings: dict[str, str]) -> Run:
    """Return a function that runs `manage.py` on a migrated store of this test's own."""
    shutil.copy(sqlite_template, tmp_path / "w.db")

    def run(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *arguments],
            input=given,
            capture_output=True,
            text=True,
            env=surroundings,
            cwd=tmp_path,
            check=False,
        )

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
