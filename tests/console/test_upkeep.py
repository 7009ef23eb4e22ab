"""The store kept up by command: what a backup and a restore write, and what they refuse."""

from pathlib import Path

from tests.console.conftest import Run

PASSPHRASE = "一句足够长的备份口令请保管好\n"


def test_backup_and_restore_by_command(manage: Run, ledger: Path, tmp_path: Path) -> None:
    manage("import-cases", str(ledger))
    assert "已备份" in manage("backup", "out.bak", "--passphrase-stdin", given=PASSPHRASE).stdout
    (tmp_path / "w.db").unlink()
    restored = manage("restore", "out.bak", "--passphrase-stdin", given=PASSPHRASE)
    assert "已恢复" in restored.stdout, restored.stderr
