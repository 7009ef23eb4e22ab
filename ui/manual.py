"""The manual as the workbench shows it: chapters with their pictures, and which one is a screen's."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import settings

FOLDER = settings.ROOT / "docs"
_FILE = FOLDER / "使用手册.md"
_PICTURE = re.compile(r"^!\[(?P<said>[^\]]*)\]\((?P<path>pictures/[a-z_]+\.png)\)$", re.MULTILINE)
# Which chapter helps with which screens: the longest beginning of a screen's name decides.
CHAPTERS = {
    "home/": "今天要看的、案件看板",
    "cases/today": "今天要看的、案件看板",
    "cases/board": "今天要看的、案件看板",
    "cases/entry": "快速登记",
    "cases/register": "案件登记簿",
    "cases/exports": "案件登记簿",
    "cases/detail": "案件页",
    "cases/sign_offs": "案件页",
    "cases/imports": "批量导入",
    "cases/duplicates": "疑似重复",
    "cases/batches": "交办会",
    "cases/hotspots": "热点",
    "receptions/": "领导接访",
    "sweeps/": "矛盾纠纷排查",
    "evaluations/": "第三方评价",
    "review/": "形势研判",
    "admin/": "系统管理",
    "account/": "登录",
}


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter: what it is called, without its number, and its text with pictures in it."""

    title: str
    text: str

    @property
    def name(self) -> str:
        """The title without what stands in brackets behind it."""
        return self.title.partition("（")[0]

    def parts(self) -> list[str | Path]:
        """The text parted by its pictures, in their order."""
        found: list[str | Path] = []
        at = 0
        for match in _PICTURE.finditer(self.text):
            found += [self.text[at : match.start()].strip(), FOLDER / match["path"]]
            at = match.end()
        found.append(self.text[at:].strip())
        return [part for part in found if part]

    def paragraphs(self, word: str) -> list[str]:
        """The paragraphs and points that hold a word, as they stand in the text."""
        return [
            line.strip() for line in self.text.splitlines() if word in line and line[:1] not in "!#"
        ]


@lru_cache(maxsize=1)
def chapters() -> tuple[Chapter, ...]:
    """Return the chapters of docs/使用手册.md in their order."""
    text = _FILE.read_text(encoding="utf-8")
    found = []
    for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        head, _, body = part.partition("\n")
        found.append(Chapter(head.partition("、")[2] or head, body.strip()))
    return tuple(found)


def of_screen(screen: str) -> Chapter | None:
    """Return the chapter that helps with a screen, or None where there is none."""
    known = [begin for begin in CHAPTERS if screen.startswith(begin)]
    if not known:
        return None
    wanted = CHAPTERS[max(known, key=len)]
    return next(chapter for chapter in chapters() if chapter.name == wanted)
