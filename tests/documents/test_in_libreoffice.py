"""Deck, report and annex as LibreOffice opens and prints them; collected only where it is (conftest.py).

That their XML is what it must be is asked everywhere, by the tests of each.
"""

import re
import subprocess
from pathlib import Path

from documents import situation_annex
from rules.panel_terms import Inserted, Panel, Table
from rules.panels import panels
from tests.documents import test_situation_annex as annex
from tests.documents import test_situation_deck as deck
from tests.documents import test_situation_report as report
from tests.documents.packages import OFFICE, READER


def printed(content: bytes, ending: str, folder: Path) -> Path:
    """The file as LibreOffice prints it."""
    file = folder / f"paper.{ending}"
    file.write_bytes(content)
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    command = [OFFICE, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    subprocess.run([*command, str(file)], check=True, capture_output=True, timeout=180)
    return folder / "paper.pdf"


def read(pdf: Path, how: str) -> str:
    command = [READER, how, str(pdf), "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


def pages_of(content: bytes, ending: str, folder: Path) -> list[str]:
    """The text of each page as LibreOffice prints it."""
    return read(printed(content, ending, folder), "-layout").split("\f")[:-1]


def ends_of(content: bytes, folder: Path, *words: str) -> list[list[float]]:
    """How far down each page these words reach, in points, in the order they are printed."""
    pages = read(printed(content, "pptx", folder), "-bbox").split("<page")[1:]
    told = [re.findall(r'yMax="([\d.]+)">([^<]*)<', page) for page in pages]
    return [
        [float(low) for low, text in page if any(word in text for word in words)] for page in told
    ]


def test_every_slide_is_opened(tmp_path: Path) -> None:
    content = deck.made([*panels(deck.SOME), deck.long_table(60)])

    pages = pages_of(content, "pptx", tmp_path)

    assert len(pages) == len(deck.slides(content))
    for page, slide in zip(pages, deck.slides(content), strict=True):
        title = re.sub(r"\s", "", slide.shapes.title.text)
        assert title in re.sub(r"\s", "", page)


def test_the_longest_texts_end_above_the_foot(tmp_path: Path) -> None:
    table = Table(("责任单位", "议定事项"), (("县住建局", deck.LONG),))
    given = ({"table": table}, {"points": (deck.LONG,)})
    told = [Panel(kind=Inserted.TEXT, title="议定事项", codes=(), **each) for each in given]

    _, *pages = ends_of(deck.made(told), tmp_path, "完", "KZ20260001")

    assert len(pages) == 2
    for end, foot in pages:
        assert end < foot - 12


def test_every_page_of_the_report_is_opened(tmp_path: Path) -> None:
    pages = pages_of(report.made(), "docx", tmp_path)

    told = re.sub(r"\s", "", "".join(pages))
    assert len(pages) > 3
    for word in ("全县信访形势分析", "五、工作建议", "第59镇", "batch_resolution", "某县联席办"):
        assert word in told


def test_the_annex_is_opened(tmp_path: Path) -> None:
    content = situation_annex.write(annex.SOME, annex.ROWS, annex.ABOUT)

    assert "KZ20260001" in "".join(pages_of(content, "xlsx", tmp_path))
