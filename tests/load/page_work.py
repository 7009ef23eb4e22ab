"""Pages over a real server and a real socket, beside the same page with constant data."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from db.commands import cases as commands
from db.demo.matters import _PATTERNS
from db.engine import Store
from db.queries import cases
from db.queries.board import BoardFilter, board
from db.queries.case_filters import CaseFilter
from rules.permissions import SYSTEM
from rules.terms import EntryKind
from tests.load.demo_store import sign_in
from tests.load.file_work import ROWS, ledger
from tests.load.measures import Line, median
from tests.load.serving import Server, serving
from tests.load.socket_client import Browser
from tests.load.store_work import UNIT, WORD

ACCOUNT = "演示联席办"
SCREEN = "演示投屏"
RUNS = 25
_THINK = 0.3
_WARM_SECONDS = 4
_TURNS = ("board_page_handled_on", "board_page_handled_back")
_SLIDES = ("stage_on", "stage_back")
_FILTERS = {"unit": UNIT, "period": "去年", "states": "已办结"}


def page_lines(store: Store, path: Path) -> Iterator[Line]:
    """Measure a rerun of the list as it stands, of one searched for another word, and of a case."""
    with store.reading(SYSTEM) as session:
        number = cases.register_page(session, CaseFilter(), page=3)[0].number
    taken: dict[bool, dict[str, tuple[float, float]]] = {}
    drawn: dict[bool, dict[str, list[str]]] = {True: {}, False: {}}
    ready = 0.0
    for constant in (True, False):
        token = sign_in(store, ACCOUNT, now=datetime.now(UTC))
        with serving(path, constant=constant) as server:
            ready = server.ready_seconds
            taken[constant] = {
                name: _reruns(
                    server, token, page, query, constant, search=search, drawn=drawn[constant]
                )
                for name, page, query, search in (
                    ("列表页刷新", "cases-register", urlencode(_FILTERS), False),
                    ("列表页换词搜索", "cases-register", urlencode(_FILTERS), True),
                    ("案件页刷新", "cases-detail", f"case={number}", False),
                )
            }
    if drawn[True] != drawn[False]:
        raise RuntimeError("the page with constant data is another page than the one it measures")
    for title in taken[False]:
        (wall, cpu), (floor_wall, floor_cpu) = taken[False][title], taken[True][title]
        yield Line(f"{title}，服务器 CPU", cpu, "ms", RUNS, floor_cpu, 30)
        yield Line(f"{title}，与固定页之比", cpu, "ms", RUNS, floor_cpu, 1.3, of_ratio=True)
        yield Line(f"{title}，到达浏览器", wall, "ms", RUNS, floor_wall)
    yield Line("启动到 /healthz 200", ready, "秒", 1, aim=1.5)


def board_lines(store: Store, path: Path, today: date) -> Iterator[Line]:
    """Measure a column of the board turned to another page, and a rerun of 今天要看的.

    Each by itself and after a colleague has written, when all of it is read anew, the units
    and leaders to choose from included; the page with constant data is told nothing of that.
    """
    with store.reading(SYSTEM) as session:
        case_id = cases.register_page(session, CaseFilter())[0].id
        columns = board(session, BoardFilter(), pages={}, today=today, near_days=7)
    note = f"看板上 {sum(column.count for column in columns):,} 件"
    taken: dict[bool, dict[str, tuple[float, float]]] = {}
    for constant in (True, False):
        token = sign_in(store, ACCOUNT, now=datetime.now(UTC))
        with serving(path, constant=constant) as server:
            taken[constant] = {
                f"{title}{told}": looks(server, token, page, constant, before, clicked=clicked)
                for title, page, clicked in (
                    ("看板翻页", "cases-board", _TURNS),
                    ("今天要看的刷新", "cases-today", ()),
                )
                for told, before in (("", None), ("，他人写入后", partial(_write, store, case_id)))
            }
    for title in taken[False]:
        (wall, cpu), (floor_wall, floor_cpu) = taken[False][title], taken[True][title]
        ratio = f"{title}，与固定页之比"
        aim = None if "写入" in title else 1.3
        told = note if "看板" in title else ""
        yield Line(ratio, cpu, "ms", RUNS, floor_cpu, aim, of_ratio=True, note=told)
        yield Line(f"{title}，到达浏览器", wall, "ms", RUNS, floor_wall)


def sweep_page_lines(store: Store, path: Path) -> Iterator[Line]:
    """Measure a rerun of the grid of townships by rounds, and of the ledger of disputes."""
    pages = {"排查轮次刷新": "sweeps-rounds", "纠纷台账刷新": "sweeps-ledger"}
    taken: dict[bool, dict[str, tuple[float, float]]] = {}
    for constant in (True, False):
        token = sign_in(store, ACCOUNT, now=datetime.now(UTC))
        with serving(path, constant=constant) as server:
            taken[constant] = {
                title: looks(server, token, page, constant, None) for title, page in pages.items()
            }
    for title in pages:
        (wall, cpu), (floor_wall, floor_cpu) = taken[False][title], taken[True][title]
        yield Line(f"{title}，与固定页之比", cpu, "ms", RUNS, floor_cpu, 1.3, of_ratio=True)
        yield Line(f"{title}，到达浏览器", wall, "ms", RUNS, floor_wall)


def overview_lines(store: Store, path: Path) -> Iterator[Line]:
    """Measure a rerun of 总览, by itself and after a colleague has written, when all is read anew."""
    with store.reading(SYSTEM) as session:
        case_id = cases.register_page(session, CaseFilter())[0].id
    taken: dict[bool, dict[str, tuple[float, float]]] = {}
    for constant in (True, False):
        token = sign_in(store, ACCOUNT, now=datetime.now(UTC))
        with serving(path, constant=constant) as server:
            taken[constant] = {
                f"总览刷新{told}": looks(server, token, "", constant, before)
                for told, before in (("", None), ("，他人写入后", partial(_write, store, case_id)))
            }
    for title in taken[False]:
        (wall, cpu), (floor_wall, floor_cpu) = taken[False][title], taken[True][title]
        aims = (None, None) if "写入" in title else (20, 1.2)
        yield Line(f"{title}，服务器 CPU", cpu, "ms", RUNS, floor_cpu, aims[0])
        yield Line(f"{title}，与固定页之比", cpu, "ms", RUNS, floor_cpu, aims[1], of_ratio=True)
        yield Line(f"{title}，到达浏览器", wall, "ms", RUNS, floor_wall)


def slide_lines(store: Store, path: Path) -> Iterator[Line]:
    """Measure a slide of live figures drawn again, and a chart and a table turned to by keys."""
    taken: dict[bool, dict[str, tuple[float, float]]] = {}
    for constant in (True, False):
        token = sign_in(store, SCREEN, now=datetime.now(UTC))
        with serving(path, constant=constant) as server:
            taken[constant] = {
                title: looks(server, token, "review-slides", constant, None, clicked=clicked)
                for title, clicked in (("投屏刷新", ()), ("投屏翻页", _SLIDES))
            }
    for title, (wall, cpu) in taken[False].items():
        floor_wall, floor_cpu = taken[True][title]
        yield Line(f"{title}，服务器 CPU", cpu, "ms", RUNS, floor_cpu, 20)
        yield Line(f"{title}，与固定页之比", cpu, "ms", RUNS, floor_cpu, 1.2, of_ratio=True)
        yield Line(f"{title}，到达浏览器", wall, "ms", RUNS, floor_wall)


def looks(
    server: Server,
    token: str,
    page: str,
    constant: bool,
    before: Callable[[], None] | None,
    *,
    clicked: Sequence[str] = (),
) -> tuple[float, float]:
    """Return the median wall time and the server's CPU of a rerun, in ms; `before` comes before each.

    With each rerun the next of the buttons of `clicked` is pressed.
    """

    def turned(run: int) -> str | None:
        return clicked[run % len(clicked)] if clicked else None

    with Browser(server.port, token, page) as browser:
        browser.rerun()
        time.sleep(_WARM_SECONDS)
        for run in range(2):
            browser.rerun(clicked=turned(run))
        with server.frozen(constant):
            walls = []
            used = server.cpu()
            for run in range(RUNS):
                if before is not None:
                    before()
                walls.append(browser.rerun(clicked=turned(run)).seconds * 1000)
                time.sleep(_THINK)
            used = server.cpu() - used
        return median(walls), used * 1000 / RUNS


def _write(store: Store, case_id: int) -> None:
    """Write as a colleague does, so that nothing that was read may be shown again."""
    now = datetime.now(UTC)
    with store.writing(SYSTEM) as session:
        commands.add_entry(
            session,
            case_id,
            kind=EntryKind.PROGRESS,
            happened_on=now.date(),
            text="已现场查看",
            files=[],
            limit_mb=1,
            today=now.date(),
            now=now,
        )


def _words() -> list[str]:
    """Words of two characters from what people of the demo county write of their houses."""
    texts = [content for label, _, content in _PATTERNS if label in ("物业服务", "房屋质量")]
    pairs = [text[at : at + 2] for text in texts for at in range(len(text) - 1)]
    return [WORD, *dict.fromkeys(pair for pair in pairs if pair.isalpha() and pair != WORD)]


def _reruns(
    server: Server,
    token: str,
    page: str,
    query: str,
    constant: bool,
    *,
    search: bool,
    drawn: dict[str, list[str]],
) -> tuple[float, float]:
    """Return the median wall time and the server's CPU of a rerun, in ms.

    Into `drawn` goes what the page told in the end, where the data is not to change meanwhile.
    """
    words = _words()
    with Browser(server.port, token, page, query) as browser:
        browser.rerun()
        time.sleep(_WARM_SECONDS)
        for word in (*words[1:4], WORD):
            _typed(browser, page, word)
            browser.rerun()
            time.sleep(_THINK)
        with server.frozen(constant):
            walls = []
            used = server.cpu()
            for run in range(RUNS):
                if search:
                    _typed(browser, page, words[run % len(words)])
                walls.append(browser.rerun().seconds * 1000)
                time.sleep(_THINK)
            used = server.cpu() - used
        if not search:
            drawn[page] = browser.texts
        return median(walls), used * 1000 / RUNS


def _typed(browser: Browser, page: str, word: str) -> None:
    if page == "cases-register":
        browser.put("term", "string_value", word)


def neighbour_lines(store: Store, path: Path, today: date) -> Iterator[Line]:
    """Measure a colleague's reruns while a ledger is uploaded, previewed and imported on screen."""
    content = ledger(ROWS, seed=13, today=today)
    now = datetime.now(UTC)
    clerk = sign_in(store, ACCOUNT, now=now)
    colleague = sign_in(store, ACCOUNT, now=now)
    with (
        serving(path) as server,
        Browser(server.port, clerk, "cases-imports") as importing,
        Browser(server.port, colleague, "cases-register", urlencode(_FILTERS)) as reading,
    ):
        importing.rerun()
        reading.rerun()
        time.sleep(_WARM_SECONDS)
        taken: list[float] = []
        done = threading.Event()

        def look() -> None:
            while not done.is_set():
                taken.append(reading.rerun().seconds * 1000)
                time.sleep(_THINK)

        thread = threading.Thread(target=look)
        thread.start()
        begun = time.perf_counter()
        importing.upload("ledger", "台账.xlsx", content)
        importing.rerun()
        previewed = time.perf_counter()
        importing.rerun(clicked="import_now")
        ended = time.perf_counter()
        done.set()
        thread.join()
        said = next((t for t in importing.texts if "导入完成" in t), "没有导入")
        peak = server.peak_mb()
    note = f"预览 {previewed - begun:.1f} 导入 {ended - previewed:.1f} 秒；{said[:40]}"
    ordered = sorted(taken)
    p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    yield Line("他人导入时的刷新，最慢", ordered[-1], "ms", len(taken), aim=300, note=note)
    yield Line("他人导入时的刷新，p95", p95, "ms", len(taken), aim=300)
    yield Line("服务器进程的内存峰值", peak, "MB", 1)
