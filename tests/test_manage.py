"""The entry to the operator's commands."""

import subprocess
import sys

from tests.conftest import ROOT


def test_the_help_names_every_command_and_loads_no_store() -> None:
    run = subprocess.run(
        [sys.executable, "-X", "importtime", str(ROOT / "manage.py"), "--help"],
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "PYTHONUTF8": "1"},
        check=True,
    )

    for command in (
        *("migrate", "verify", "create-account", "demo", "import-cases"),
        *("export", "backup", "restore", "bench"),
    ):
        assert f" {command} " in run.stdout
    loaded = {line.rsplit("|", 1)[-1].strip() for line in run.stderr.splitlines()}
    assert "console.upkeep" in loaded
    assert not loaded & {"sqlalchemy", "openpyxl", "streamlit", "cryptography", "pandas"}
