"""The figures of a year in the store, beside plain SQL of the same aggregates on the same file."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import settings
from db import tallies
from db.engine import Store
from db.queries import situation
from db.queries.situation_scope import Asked
from rules.figure_terms import Dimension
from rules.periods import Days, read_days
from rules.permissions import SYSTEM
from tests.load.demo_store import last_year
from tests.load.measures import Line, median, milliseconds

_RUNS = 15
_CASES = (
    "FROM cases WHERE state <> 'merged' AND coalesce(purpose, '') <> 'accusation' "
    "AND {day} BETWEEN ? AND ?"
)
# What any page of a situation must count of cases; each as an office would write it.
_PLAIN = (
    "SELECT channel, count(*), sum(people) {} GROUP BY channel".format(
        _CASES.format(day="received_on")
    ),
    "SELECT repeat, count(*) {} GROUP BY repeat".format(_CASES.format(day="received_on")),
    "SELECT count(*), sum(people) {} AND channel = 'visit' AND people >= 5".format(
        _CASES.format(day="received_on")
    ),
    "SELECT count(*), sum(answered_on <= limit_on OR closed_on <= limit_on) {}".format(
        _CASES.format(day="limit_on")
    ),
    "SELECT count(*), sum(forwarded_on <= date(registered_on, '+15 days')) {}".format(
        _CASES.format(day="date(registered_on, '+15 days')")
    ),
    *(
        "SELECT count(*) {}".format(_CASES.format(day=f"{name}_on"))
        for name in ("closed", "resolved")
    ),
)
_SPLIT = "SELECT unit_id, count(*) {} GROUP BY unit_id".format(_CASES.format(day="received_on"))


def figure_lines(store: Store, path: Path, today: date) -> Iterator[Line]:
    """Measure the counts of a year, a whole situation, a split, and what a save adds to them."""
    while tallies.catch_up(store, limit=5000):
        pass
    first, last = last_year(today)
    days = read_days(str(first.year))
    moment: dict[str, Any] = {
        "today": today,
        "now": datetime.now(UTC),
        "clock": ZoneInfo(settings.current().timezone),
    }
    plain = sqlite3.connect(path)
    given = (str(first), str(last))

    def floor() -> None:
        for statement in _PLAIN:
            plain.execute(statement, given).fetchall()

    with store.reading(SYSTEM) as session:
        kept = milliseconds(lambda: tallies.by_part(session, Dimension.CHANNEL, days), runs=_RUNS)
        parts = milliseconds(lambda: tallies.by_part(session, Dimension.UNIT, days), runs=_RUNS)
        whole = milliseconds(
            lambda: situation.situation(session, Asked(days), **moment), runs=_RUNS
        )
        this_year = Days(date(today.year, 1, 1), today, "year")
        running = milliseconds(
            lambda: situation.situation(session, Asked(this_year), **moment), runs=_RUNS
        )
        count = situation.situation(session, Asked(days), **moment).readings["received"].count
    plain_all = median(milliseconds(floor, runs=3))
    plain_split = median(milliseconds(lambda: plain.execute(_SPLIT, given).fetchall(), runs=3))
    plain.close()
    yield Line(
        "一年的案件指标（按形式的全部计数）",
        median(kept),
        "ms",
        _RUNS,
        plain_all,
        5,
        note=f"{count:,} 件",
    )
    yield Line("一年按责任单位", median(parts), "ms", _RUNS, plain_split, 5)
    yield Line("一年的全部指标", median(whole), "ms", _RUNS, plain_all, note="各板块，含现在在办")
    yield Line("今年至今的全部指标", median(running), "ms", _RUNS, plain_all)
