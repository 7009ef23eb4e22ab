"""Discovery over made-up matters: how long it takes and what memory it needs."""

import os
import threading
import time
from collections.abc import Iterator
from datetime import date
from random import Random

import psutil  # type: ignore[import-untyped]

from analysis.hotspots import Matter, proposals
from db.demo import places
from db.demo.matters import matters
from tests.load.measures import Line

_LENGTH = 350  # characters, the mean of the messages people write
_SAMPLE = 0.02  # seconds between two looks at the memory


def discovery_lines(counts: tuple[int, ...] = (5_000, 20_000)) -> Iterator[Line]:
    """Time one discovery for each count, and take the memory it needs at its peak above what was in use.

    Made-up texts repeat one another more than letters do, so that groups are more and larger.
    """
    for count in counts:
        made = written(count)
        seconds, mebibytes = _measured(made)
        aim = 10.0 if count == 5_000 else None
        yield Line(f"苗头发现 {count:,} 件", seconds, "s", runs=1, aim=aim)
        yield Line(f"苗头发现 {count:,} 件，内存峰值", mebibytes, "MiB", runs=1)


def written(count: int, *, seed: int = 7) -> list[Matter]:
    """Make matters of half a year with texts as long as real ones, the same each time."""
    random = Random(seed)
    today = date(2026, 6, 30)
    made = [
        (m.values["title"], m.values["content"], m.values["received_on"], m.township)
        for m in matters(count, seed=seed, townships=places.TOWNSHIPS, today=today, years=1)
    ]
    sentences = sorted({content for _, content, _, _ in made})
    result = []
    for number, (title, content, received_on, township) in enumerate(made):
        text = content
        while len(text) < _LENGTH:
            text += "。" + random.choice(sentences)
        result.append(Matter(number, title, text, received_on, township, 1, None))
    return result


def _measured(made: list[Matter]) -> tuple[float, float]:
    process = psutil.Process(os.getpid())
    before = peak = process.memory_info().rss
    done = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(_SAMPLE):
            peak = max(peak, process.memory_info().rss)

    watcher = threading.Thread(target=watch)
    watcher.start()
    begun = time.perf_counter()
    proposals(made, today=date(2026, 6, 30))
    seconds = time.perf_counter() - begun
    done.set()
    watcher.join()
    return seconds, (peak - before) / 2**20
