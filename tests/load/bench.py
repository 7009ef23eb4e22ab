"""`manage.py bench`: every speed the issues name, measured on a store of its own."""

import os
import platform
import sqlite3
import tempfile
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import settings
from tests.load import (
    demo_store,
    discovery_work,
    dispute_work,
    figure_work,
    file_work,
    page_work,
    roster_work,
    store_work,
    sweep_work,
)
from tests.load.measures import Line

_HEAD = ("项目", "中位数", "底线", "倍数", "次数", "目标", "说明")


def run(*, cases: int, seed: int, keep: Path | None, say: Callable[[str], None]) -> None:
    """Make or reuse the store, measure, and say the table; nothing is asserted.

    Without `keep` the store is thrown away at the end.
    """
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        folder = Path(scratch)
        kept = demo_store.demo_store(keep or folder, cases=cases, seed=seed, progress=say)
        path = demo_store.working_copy(kept, folder)
        for fact in _facts(cases, path, reused=kept.reused):
            say(fact)
        lines = []
        for line in _lines(path, folder):
            lines.append(line)
            say("  " + " ".join(cell for cell in line.cells() if cell))
        say("")
        for text in _table([_HEAD, *(line.cells() for line in lines)]):
            say(text)


def _facts(cases: int, path: Path, *, reused: bool) -> Iterator[str]:
    load = os.getloadavg()[0]
    yield (
        f"{os.cpu_count()} 核 {platform.machine()}，Python {platform.python_version()}，"
        f"SQLite {sqlite3.sqlite_version}，此刻负载 {load:.1f}"
    )
    size = path.stat().st_size / 2**20
    yield f"{cases:,} 件案件，数据库 {size:,.0f} MB（{'沿用' if reused else '新建'}）"


def _lines(path: Path, folder: Path) -> Iterator[Line]:
    store = demo_store.opened(path)
    today = datetime.now(ZoneInfo(settings.current().timezone)).date()
    yield from store_work.list_lines(store, path, today)
    yield from page_work.page_lines(store, path)
    yield from page_work.board_lines(store, path, today)
    yield from page_work.sweep_page_lines(store, path)
    yield from page_work.overview_lines(store, path)
    yield from page_work.slide_lines(store, path)
    yield from figure_work.figure_lines(store, path, today)
    yield from store_work.duplicate_lines(store, path, today)
    yield from store_work.save_lines(store, path, today)
    yield from file_work.export_lines(store)
    yield from file_work.import_lines(store, path, folder, today)
    yield from page_work.neighbour_lines(store, path, today)
    store.engine.dispose()
    yield from discovery_work.discovery_lines()
    yield from roster_work.roster_lines()
    yield from sweep_work.sweep_lines()
    yield from dispute_work.dispute_lines()
    yield from sweep_work.ledger_lines()


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(_width(row[column]) for row in rows) for column in range(len(_HEAD))]
    for number, row in enumerate(rows):
        cells = [
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        ]
        yield "  ".join(cells).rstrip()
        if number == 0:
            yield "  ".join("-" * width for width in widths)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
