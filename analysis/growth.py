"""How fast something grows against its own usual level; dates in, figures out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp

FORTNIGHT = timedelta(days=14)
AT_LEAST = 3  # matters in the last fortnight before anything is said to grow
UNLIKELY = 0.01  # how improbable the last fortnight must be at the usual level


@dataclass(frozen=True, slots=True)
class Growth:
    """Matters of the last week, fortnight and 30 days, and what a fortnight before them brought."""

    week: int
    fortnight: int
    month: int
    usual: float
    rising: bool


def growth(days: Sequence[date], *, since: date, today: date, at_least: int = AT_LEAST) -> Growth:
    """Compare the fortnight up to `today` with the time from `since`, where the period begins.

    Half a matter is added to what went before, so that a first report is no explosion; a period
    without a fortnight before the last one has no usual level, and nothing in it rises.
    """
    fortnight = sum(today - FORTNIGHT < day <= today for day in days)
    earlier = sum(day <= today - FORTNIGHT for day in days)
    spans = (today - FORTNIGHT - since) / FORTNIGHT
    usual = earlier / spans if spans >= 1 else 0.0
    expected = (earlier + 0.5) / max(spans, 1.0)
    return Growth(
        week=sum(today - timedelta(days=7) < day <= today for day in days),
        fortnight=fortnight,
        month=sum(today - timedelta(days=30) < day <= today for day in days),
        usual=usual,
        rising=spans >= 1 and fortnight >= at_least and _tail(fortnight, expected) < UNLIKELY,
    )


def _tail(count: int, expected: float) -> float:
    """How probable `count` or more are where `expected` are usual (Poisson)."""
    term, below = exp(-expected), 0.0
    for step in range(count):
        below += term
        term *= expected / (step + 1)
    return max(0.0, 1.0 - below)
