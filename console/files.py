"""The files a command writes: none that is there already is replaced unless that was asked for."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from rules.errors import RuleError

Overwrite = Annotated[bool, typer.Option("--overwrite", help="文件已经存在时覆盖它")]


@contextmanager
def output(path: Path | None, *, overwrite: bool) -> Iterator[None]:
    """Guard the file the block is to write; refused before the work when it cannot be written.

    None is no file and needs no guard. What the disk has against it ends the command with a
    sentence, as what the store has does.
    """
    if path is None:
        yield
        return
    try:
        _check(path, overwrite=overwrite)
        yield
    except OSError as error:
        raise RuleError(f"{path} 没有写成：{error.strerror or error}") from error


def _check(path: Path, *, overwrite: bool) -> None:
    if path.is_dir():
        raise RuleError(f"{path} 是文件夹，请写明文件名")
    if not path.parent.is_dir():
        raise RuleError(f"没有文件夹 {path.parent}，请先建好，或核对写法")
    if path.exists() and not overwrite:
        raise RuleError(f"{path} 已经存在，没有覆盖；请换一个文件名，或加 --overwrite 覆盖它")
