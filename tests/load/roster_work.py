"""Rosters made by the solver: a county's special month, and a quarter of 63 townships."""

import time
from collections.abc import Iterator
from datetime import date

from analysis.rosters import Outcome, generate
from rules.receptions import Basis, SpecialPeriod
from tests.load.measures import Line
from tests.rosters import basis, jiayin, rules_of, township

_TOWNSHIPS = 63


def roster_lines() -> Iterator[Line]:
    """Time both sizes once, the solver loaded before; each must be made for its time to count."""
    county, _ = jiayin()
    generate(county)
    yield Line("排班 21 名领导 × 31 天", _seconds(county), "s", runs=1, aim=5.0)
    yield Line(f"排班 {_TOWNSHIPS} 个乡镇 × 1 季度", _seconds(_quarter()), "s", runs=1, aim=30.0)


def _quarter() -> Basis:
    """The first quarter of 2026, five to seven leaders a township, with a special period of eleven days."""
    made = [township(number, count=5 + number % 3) for number in range(1, _TOWNSHIPS + 1)]
    return basis(
        date(2026, 1, 1),
        date(2026, 3, 31),
        rules=rules_of("township_week", "township_special"),
        units=tuple(unit for unit, _, _ in made),
        receivers=tuple(leader for _, leaders, _ in made for leader in leaders),
        places=tuple(hall for _, _, hall in made),
        specials=(SpecialPeriod(1, "两会", date(2026, 3, 2), date(2026, 3, 12)),),
        known_from=date(2026, 1, 1),
    )


def _seconds(ground: Basis) -> float:
    begun = time.perf_counter()
    roster = generate(ground)
    seconds = time.perf_counter() - begun
    assert roster.outcome is Outcome.MADE
    return seconds
