"""Deck, report and annex as LibreOffice opens and prints them; collected only where it is (conftest.py).

That their XML is what it must be is asked everywhere, by the tests of each.
"""

import re
import subprocess
from pathlib import Path

from documents import situation_annex
from rules.panels import panels
from tests.documents import test_situation_annex as annex
from tests.documents import test_situation_deck as deck
from tests.documents import test_situation_report as report
from tests.documents.packages import OFFICE, READER


def pages_of(content: bytes, ending: str, folder: Path) -> list[str]:
    """The text of each page as LibreOffice prints it."""
    file = folder / f"paper.{ending}"
    file.write_bytes(content)
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    command = [OFFICE, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    subprocess.run([*command, str(file)], check=True, capture_output=True, timeout=180)
    text = subprocess.run(
        [READER, "-layout", str(folder / "paper.pdf"), "-"],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    ).stdout
    return text.split("\f")[:-1]


def test_every_slide_is_opened(tmp_path: Path) -> None:
    content = deck.made([*panels(deck.SOME), deck.long_table(60)])

    pages = pages_of(content, "pptx", tmp_path)

    assert len(pages) == len(deck.slides(content))
    for page, slide in zip(pages, deck.slides(content), strict=True):
        title = re.sub(r"\s", "", slide.shapes.title.text)
        assert title in re.sub(r"\s", "", page)


def test_every_page_of_the_report_is_opened(tmp_path: Path) -> None:
    pages = pages_of(report.made(), "docx", tmp_path)

    told = re.sub(r"\s", "", "".join(pages))
    assert len(pages) > 3
    for word in ("全县信访形势分析", "五、工作建议", "第59镇", "batch_resolution", "某县联席办"):
        assert word in told


def test_the_annex_is_opened(tmp_path: Path) -> None:
    content = situation_annex.write(annex.SOME, annex.ROWS, annex.ABOUT)

    assert "KZ20260001" in "".join(pages_of(content, "xlsx", tmp_path))
