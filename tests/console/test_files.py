"""What a command may write over, and what it says where it may not."""

from pathlib import Path

import pytest

from console.files import output
from rules.errors import RuleError


def test_a_file_that_is_there_is_named_and_kept(tmp_path: Path) -> None:
    kept = tmp_path / "昨天.bak"
    kept.write_text("昨天")

    refused = pytest.raises(RuleError, match=r"昨天\.bak 已经存在.*--overwrite")
    with refused, output(kept, overwrite=False):
        kept.write_text("今天")
    assert kept.read_text() == "昨天"


def test_what_is_new_or_meant_is_written(tmp_path: Path) -> None:
    for overwrite in (False, True):
        with output(tmp_path / "a", overwrite=overwrite):
            (tmp_path / "a").write_text(str(overwrite))

    assert (tmp_path / "a").read_text() == "True"


def test_no_file_is_no_hindrance_and_no_cover() -> None:
    with pytest.raises(FileNotFoundError), output(None, overwrite=False):
        Path("/not/there").read_bytes()


@pytest.mark.parametrize(
    ("name", "said"), [("", "是文件夹"), ("usb/a", "没有文件夹 .*usb"), ("长" * 300, "没有写成")]
)
def test_what_can_never_be_written_is_told_before_the_work(
    tmp_path: Path, name: str, said: str
) -> None:
    worked = False

    with pytest.raises(RuleError, match=said), output(tmp_path / name, overwrite=True):
        worked = True
    assert not worked
