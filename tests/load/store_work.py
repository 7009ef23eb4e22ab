"""The list, the likely duplicates and a save in the store itself; each beside plain SQL on the same file."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from db import search
from db.commands import cases as commands
from db.engine import Store
from db.queries import cases, likely_pairs
from db.queries.case_filters import CaseFilter
from db.queries.units import resolve_units
from rules.people import Person
from rules.permissions import SYSTEM
from rules.terms import CaseState, Channel
from tests.load.demo_store import last_year
from tests.load.measures import Line, median, milliseconds

UNIT = "县住房和城乡建设局"
WORD = "小区"
_RUNS = 15
_SAVES = 200
_REPORTS = 7
_REPORT_DAYS, _PEOPLE_DAYS = 30, 210

_FILTERED = (
    "FROM cases WHERE unit_id = ? AND received_on BETWEEN ? AND ? AND {state} id IN "
    "(SELECT rowid FROM case_search WHERE case_search MATCH ?)"
)
_PAGE = (
    "SELECT cases.*, codes.path, t.name, u.name, leaders.name FROM cases "
    "LEFT JOIN codes ON codes.id = cases.code_id LEFT JOIN units t ON t.id = cases.township_id "
    "LEFT JOIN units u ON u.id = cases.unit_id LEFT JOIN leaders ON leaders.id = cases.lead_id "
    "WHERE cases.id IN (SELECT id {filtered} ORDER BY received_on DESC, id DESC LIMIT 50)"
)


def the_filter(store: Store, today: date) -> CaseFilter:
    """A unit, last year, closed, and a word of two characters."""
    with store.reading(SYSTEM) as session:
        unit_id = resolve_units(session)[UNIT]
    first, last = last_year(today)
    return CaseFilter(
        unit_id=unit_id, first=first, last=last, states=(CaseState.CLOSED,), term=WORD
    )


def list_lines(store: Store, path: Path, today: date) -> Iterator[Line]:
    """Measure a page of the list and its counts."""
    wanted = the_filter(store, today)
    plain = sqlite3.connect(path)
    given = (wanted.unit_id, str(wanted.first), str(wanted.last), search._query([WORD]))
    closed, anywhere = _FILTERED.format(state="state = 'closed' AND"), _FILTERED.format(state="")
    page_sql = _PAGE.format(filtered=closed)
    count_sql = f"SELECT state, count(*) {anywhere} GROUP BY state"
    with store.reading(SYSTEM) as session:
        page = milliseconds(lambda: cases.register_page(session, wanted), runs=_RUNS)
        total = milliseconds(lambda: cases.counts(session, wanted), runs=_RUNS)
        found = cases.counts(session, wanted)
    page_floor = milliseconds(lambda: plain.execute(page_sql, given).fetchall(), runs=_RUNS)
    count_floor = milliseconds(lambda: plain.execute(count_sql, given).fetchall(), runs=_RUNS)
    plain.close()
    note = f"{found.total} 件符合"
    yield Line("列表一页（3 个筛选 + 2 字搜索）", median(page), "ms", _RUNS, median(page_floor), 3)
    yield Line("列表总数", median(total), "ms", _RUNS, median(count_floor), 30, note=note)


_REPORT = (
    (
        "SELECT id, number, township_id, received_on, channel, title, content FROM cases "
        "WHERE received_on BETWEEN ? AND ? AND state <> 'merged' ORDER BY received_on DESC, id DESC"
    ),
    (
        "SELECT name_hash, phone_hash, case_id FROM petitioners JOIN cases ON cases.id = case_id "
        "WHERE received_on BETWEEN ? AND ? AND state <> 'merged' ORDER BY received_on DESC"
    ),
)


def duplicate_lines(store: Store, path: Path, today: date) -> Iterator[Line]:
    """Measure the report of likely duplicates of a month, as its screen opens.

    The floor reads the cases of the month and who wrote in the half year before by plain SQL,
    which any such report must, and compares nothing.
    """
    since = [str(today - timedelta(days=days)) for days in (_REPORT_DAYS - 1, _PEOPLE_DAYS)]
    first = today - timedelta(days=_REPORT_DAYS - 1)
    with store.reading(SYSTEM) as session:
        found = likely_pairs.report(session, first=first, last=today, today=today)
        taken = milliseconds(
            lambda: likely_pairs.report(session, first=first, last=today, today=today),
            runs=_REPORTS,
        )
    plain = sqlite3.connect(path)

    def read() -> int:
        return sum(
            len(plain.execute(sql, (day, str(today))).fetchall())
            for sql, day in zip(_REPORT, since, strict=True)
        )

    floor = milliseconds(read, runs=_REPORTS)
    rows = plain.execute(
        "SELECT count(*) FROM cases WHERE received_on >= ?", (str(first),)
    ).fetchone()
    plain.close()
    note = f"{rows[0]:,} 件，{len(found.pairs) + found.more} 对"
    yield Line("疑似重复一个月", median(taken), "ms", _REPORTS, median(floor), note=note)


def save_lines(store: Store, path: Path, today: date) -> Iterator[Line]:
    """Measure quick entry with its audit at synchronous=FULL, against one bare insert."""
    now = datetime.now(UTC)
    number = 0

    def save() -> None:
        nonlocal number
        number += 1
        values = {
            "title": f"阳光花园第 {number} 栋电梯停运",
            "content": "电梯停运三天，老人无法下楼，请求督促物业尽快维修",
            "channel": Channel.VISIT,
            "received_on": today,
        }
        people = [Person("张三丰", "13900012345")]
        with store.writing(SYSTEM) as session:
            commands.open_case(session, values, people=people, today=today, now=now)

    plain = sqlite3.connect(path, isolation_level=None)
    plain.execute("PRAGMA synchronous=FULL")
    plain.execute("CREATE TABLE bench_cases AS SELECT * FROM cases LIMIT 1")
    row = plain.execute("SELECT * FROM bench_cases").fetchone()
    marks = ", ".join("?" * len(row))

    def insert() -> None:
        plain.execute("BEGIN IMMEDIATE")
        plain.execute(f"INSERT INTO bench_cases VALUES ({marks})", row)
        plain.execute("COMMIT")

    taken = milliseconds(save, runs=_SAVES)
    floor = milliseconds(insert, runs=_SAVES)
    plain.execute("DROP TABLE bench_cases")
    plain.close()
    yield Line("快速登记保存（含审计，FULL）", median(taken), "ms", _SAVES, median(floor), 1.5)
