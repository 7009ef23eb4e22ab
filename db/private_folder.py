"""A folder for what lies in clear for a moment, and the end of those that dead runs left behind."""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

COPY = "copy"  # and what SQLite puts beside it: copy-wal, copy-journal
_IN_USE = "in-use"
_NAME = "workbench-"


@contextmanager
def private_folder(beside: Path | None, purpose: str) -> Iterator[Path]:
    """Make a folder, mode 700, for a file named COPY; gone in every case when the block ends.

    Without `beside` it lies where the system keeps such things. A run that is killed cannot
    keep the promise: the next one removes what it left.
    """
    with (
        tempfile.TemporaryDirectory(prefix=f"{_NAME}{purpose}-", dir=beside) as made,
        closing(_held(Path(made) / _IN_USE)),
    ):
        folder = Path(made)
        _remove_leftovers(folder)
        yield folder


def _held(marker: Path) -> sqlite3.Connection:
    """Take a lock that ends with this process, however that ends, on every system alike.

    Raises sqlite3.Error when another process has it.
    """
    lock = sqlite3.connect(marker, timeout=0, isolation_level=None)
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error:
        lock.close()
        raise
    return lock


def _remove_leftovers(own: Path) -> None:
    owner = own.stat().st_uid
    # A run has its lock before it has a copy. So a folder with a copy and no lock is a dead run's,
    # and one without a copy, which may be just being made, holds nothing.
    for copy in own.parent.glob(f"{_NAME}*/{COPY}"):
        folder = copy.parent
        if (folder / _IN_USE).is_file() and folder.lstat().st_uid == owner:
            _remove_if_dead(folder)


def _remove_if_dead(folder: Path) -> None:
    try:
        lock = _held(folder / _IN_USE)
    except sqlite3.Error:
        return  # its run is alive
    with closing(lock):
        # The copy last: by it the folder is found again, should this run be killed as well.
        for path in sorted(folder.glob(f"{COPY}*"), reverse=True):
            path.unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)  # another run may be at the empty rest
