"""The store kept up by command: what a backup and a restore write, and what they refuse."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

from tests.conftest import ROOT
from tests.console.conftest import Run

PASSPHRASE = "一句足够长的备份口令请保管好\n"


def test_backup_and_restore_by_command(manage: Run, ledger: Path, tmp_path: Path) -> None:
    manage("import-cases", str(ledger))
    assert "已备份" in manage("backup", "out.bak", "--passphrase-stdin", given=PASSPHRASE).stdout
    (tmp_path / "w.db").unlink()
    restored = manage("restore", "out.bak", "--passphrase-stdin", given=PASSPHRASE)
    assert "已恢复" in restored.stdout, restored.stderr


def test_a_backup_is_not_written_over_another_unasked(manage: Run, tmp_path: Path) -> None:
    asked = ("backup", "out.bak", "--passphrase-stdin")
    first = manage(*asked, given=PASSPHRASE)
    taken = (tmp_path / "out.bak").read_bytes()

    again = manage(*asked, given=PASSPHRASE)
    assert (first.returncode, again.returncode) == (0, 1)
    assert "out.bak 已经存在" in again.stderr
    assert (tmp_path / "out.bak").read_bytes() == taken
    assert manage(*asked, "--overwrite", given=PASSPHRASE).returncode == 0
    assert (tmp_path / "out.bak").read_bytes() != taken


def test_a_restore_replaces_an_empty_store_when_told_and_a_filled_one_never(
    manage: Run, ledger: Path, tmp_path: Path
) -> None:
    manage("import-cases", str(ledger))
    manage("backup", "out.bak", "--passphrase-stdin", given=PASSPHRASE)
    asked = ("restore", "out.bak", "--passphrase-stdin")

    filled = manage(*asked, "--overwrite", given=PASSPHRASE)
    assert filled.returncode == 1
    assert "不是空的" in filled.stderr

    for part in tmp_path.glob("w.db*"):
        part.unlink()
    manage("migrate")
    unasked = manage(*asked, given=PASSPHRASE)
    assert unasked.returncode == 1
    assert "w.db 已经存在" in unasked.stderr
    assert "1 件案件" in manage(*asked, "--overwrite", given=PASSPHRASE).stdout


def test_what_a_killed_backup_left_in_clear_goes_with_the_next(
    manage: Run, ledger: Path, surroundings: dict[str, str], tmp_path: Path
) -> None:
    manage("import-cases", str(ledger))
    os.mkfifo(tmp_path / "slow.bak.part")  # nobody reads it: the backup waits there
    command = [sys.executable, str(ROOT / "manage.py"), "backup", "slow.bak", "--passphrase-stdin"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, env=surroundings, cwd=tmp_path, text=True
    ) as slow:
        try:
            assert slow.stdin
            slow.stdin.write(PASSPHRASE)
            slow.stdin.close()
            while not list(tmp_path.glob("workbench-backup-*/copy")) and slow.poll() is None:
                time.sleep(0.05)
            (folder,) = tmp_path.glob("workbench-backup-*")

            manage("backup", "meanwhile.bak", "--passphrase-stdin", given=PASSPHRASE)
            assert folder.exists()
        finally:
            slow.kill()
    assert (folder / "copy").exists()

    assert manage("backup", "next.bak", "--passphrase-stdin", given=PASSPHRASE).returncode == 0
    assert not folder.exists()


def test_the_nightly_script_of_the_manual_keeps_the_newest_and_loses_none_when_refused(
    manage: Run, surroundings: dict[str, str], tmp_path: Path
) -> None:
    manage("migrate")
    (tmp_path / "secret").write_text(PASSPHRASE)
    kept = tmp_path / "kept"
    kept.mkdir()
    for day in range(1, 16):
        (kept / f"workbench-2000-01-{day:02}.bak").touch()
    (kept / "workbench-2000-01-09.bak.part").touch()
    (kept / "notes.bak").touch()
    blocks = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8").split("```")
    (script,) = (block for block in blocks if block.startswith("\n#!/bin/sh"))
    mine = f"program={ROOT} to={kept} secret={tmp_path / 'secret'} keep=14"
    script, places = re.subn("program=.* keep=14", mine, script)
    script = script.replace(".venv/bin/python", sys.executable)

    def night() -> subprocess.CompletedProcess[str]:
        command = ["/bin/sh", "-c", script]
        return subprocess.run(
            command, env=surroundings, capture_output=True, text=True, check=False
        )

    first = night()
    left = sorted(path.name for path in kept.iterdir())
    assert (first.returncode, places) == (0, 1), first.stderr
    assert left[0] == "notes.bak"
    assert left[1:14] == [f"workbench-2000-01-{day:02}.bak" for day in range(3, 16)]
    assert len(left) == 15  # and tonight's

    again = night()
    assert again.returncode == 1
    assert "已经存在" in again.stderr
    assert sorted(path.name for path in kept.iterdir()) == left
