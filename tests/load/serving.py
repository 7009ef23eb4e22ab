"""A server process of the workbench on a store, as the operator starts it, and its CPU time."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import psutil  # type: ignore[import-untyped]

import settings

_WAIT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; `ready_seconds` passed until its first 200 on /healthz."""

    port: int
    process: subprocess.Popen[bytes]
    ready_seconds: float

    def cpu(self) -> float:
        """The seconds of CPU it has used."""
        times = psutil.Process(self.process.pid).cpu_times()
        return float(times.user + times.system)

    def peak_mb(self) -> float:
        """The most memory it has held."""
        return self._status("VmHWM")

    def now_mb(self) -> float:
        """The memory it holds."""
        return self._status("VmRSS")

    def _status(self, name: str) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith(name))
        return int(line.split()[1]) / 1024

    @contextmanager
    def frozen(self, constant: bool) -> Iterator[None]:
        """Let the constant pages show within the block what they showed before (constant_server.py).

        A page is first opened outside of it: it has shown nothing yet.
        """
        if constant:
            self._tell(signal.SIGUSR1)
        yield
        if constant:
            self._tell(signal.SIGUSR2)

    def _tell(self, word: signal.Signals) -> None:
        self.process.send_signal(word)
        time.sleep(0.2)


def environment(store: Path | str) -> dict[str, str]:
    """The environment of a process on a store: the SQLite file with the keys beside it, or an address."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    url = f"sqlite:///{store}" if isinstance(store, Path) else store
    return {**kept, "DATABASE_URL": url, "PYTHONUTF8": "1"}


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def serving(
    store: Path | str, *, constant: bool = False, more: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Start a server on the store and end it afterwards; its log is shown only when it fails.

    `more` are settings beside the store.
    """
    port = free_port()
    script = ["-m", "tests.load.constant_server"] if constant else ["app.py"]
    with tempfile.TemporaryFile() as log:
        begun = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *script],
            cwd=settings.ROOT,
            env={**environment(store), **(more or {}), "PORT": str(port)},
            stdout=log,
            stderr=log,
        )
        try:
            while not _healthy(port):
                if process.poll() is not None or time.perf_counter() - begun > _WAIT_SECONDS:
                    log.seek(0)
                    raise RuntimeError(log.read().decode("utf-8", "replace")[-4000:])
                time.sleep(0.01)
            yield Server(port, process, time.perf_counter() - begun)
        finally:
            process.terminate()
            process.wait(30)


def _healthy(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
