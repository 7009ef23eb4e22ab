"""What lies in clear for a moment is gone afterwards, also when the run that put it there is killed."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from db.private_folder import COPY, private_folder
from tests.conftest import ROOT

_RUN = """
import sys
from pathlib import Path
from db.private_folder import COPY, private_folder

with private_folder(Path(sys.argv[1]), "backup") as folder:
    (folder / COPY).write_text("in clear")
    (folder / f"{COPY}-wal").write_text("in clear")
    print(folder, flush=True)
    sys.stdin.read()
"""
Begin = Callable[[], tuple[subprocess.Popen[str], Path]]


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    """Return a function that starts a run of its own and returns it with its folder."""
    begun: list[subprocess.Popen[str]] = []

    def start() -> tuple[subprocess.Popen[str], Path]:
        run = subprocess.Popen(
            [sys.executable, "-c", _RUN, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        begun.append(run)
        assert run.stdout
        return run, Path(run.stdout.readline().strip())

    yield start
    for run in begun:
        run.kill()
        run.communicate()


def _left(folder: Path) -> set[Path]:
    return {path for path in folder.iterdir() if path.is_dir()}


def test_the_folder_is_private_and_gone_afterwards(tmp_path: Path) -> None:
    with private_folder(tmp_path, "backup") as folder:
        (folder / COPY).write_text("in clear")
        assert folder.parent == tmp_path
        assert folder.stat().st_mode & 0o777 == 0o700

    assert _left(tmp_path) == set()


def test_what_a_killed_run_left_goes_with_the_next_and_a_living_ones_stays(
    tmp_path: Path, begin: Begin
) -> None:
    (killed, dead), (_living, alive) = begin(), begin()
    killed.kill()
    killed.wait()
    assert (dead / COPY).read_text() == "in clear"  # a real leftover

    with private_folder(tmp_path, "restore") as own:
        assert _left(tmp_path) == {alive, own}
    assert {COPY, f"{COPY}-wal", "in-use"} <= {path.name for path in alive.iterdir()}


def test_a_folder_that_is_not_ours_for_certain_stays(tmp_path: Path) -> None:
    unmarked, empty, odd = (tmp_path / f"workbench-{name}" for name in ("a", "b", "c"))
    for folder in (unmarked, empty, odd):
        folder.mkdir()
    (unmarked / COPY).write_text("somebody's")
    (empty / "in-use").touch()
    (odd / COPY).write_text("somebody's")
    (odd / "in-use").write_text("no lock of ours, but words that are long enough to be no database")

    with private_folder(tmp_path, "backup"):
        pass
    assert _left(tmp_path) == {unmarked, empty, odd}
    assert [path.name for path in unmarked.iterdir()] == [COPY]
