"""What a benchmark measured: a median, its floor in the same run, and the aim beside it."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table; `aim` is in the unit of the value, or of the ratio when so named."""

    name: str
    value: float
    unit: str
    runs: int
    floor: float | None = None
    aim: float | None = None
    at_least: bool = False
    of_ratio: bool = False
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times the floor."""
        if not self.floor:
            return None
        return self.floor / self.value if self.at_least else self.value / self.floor

    @property
    def reached(self) -> bool | None:
        """Whether the aim is reached; None without one."""
        measured = self.ratio if self.of_ratio else self.value
        if self.aim is None or measured is None:
            return None
        return measured >= self.aim if self.at_least else measured <= self.aim

    def cells(self) -> tuple[str, ...]:
        """The line as the table prints it."""
        aim = ""
        if self.aim is not None:
            sign, unit = ("≥" if self.at_least else "≤"), " ×" if self.of_ratio else f" {self.unit}"
            aim = f"{'✓' if self.reached else '✗'} {sign} {self.aim:,g}{unit}"
        return (
            self.name,
            f"{_figure(self.value)} {self.unit}",
            "" if self.floor is None else f"{_figure(self.floor)} {self.unit}",
            "" if self.ratio is None else f"{self.ratio:.2f}",
            str(self.runs),
            aim,
            self.note,
        )


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}" if value < 10 else f"{value:.1f}"


def milliseconds(work: Callable[[], Any], *, runs: int) -> list[float]:
    """Time `work` `runs` times after one run that does not count."""
    work()
    taken = []
    for _ in range(runs):
        begun = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begun) * 1000)
    return taken


def median(values: Sequence[float]) -> float:
    """The median."""
    return statistics.median(values)
