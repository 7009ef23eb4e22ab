"""The grid of the sweep for a year of 63 townships and 24 rounds, beside plain SQL on the same file."""

import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from db import schema
from db.bulk import insert_rows
from db.commands import office, sweep_rounds, units
from db.engine import Store
from db.models.sweeps import SweepReport, SweepRound
from db.queries import sweeps
from db.queries.sweeps import GridFilter
from rules.permissions import SYSTEM
from rules.terms import UnitKind
from tests.load.demo_store import opened
from tests.load.measures import Line, median, milliseconds

_TOWNSHIPS, _ROUNDS, _RUNS = 63, 24, 30
_YEAR = 2026
_CLOCK = ZoneInfo("Asia/Shanghai")
_LOOKED = datetime(_YEAR + 1, 1, 1, tzinfo=UTC)
_SQL = """
SELECT u.id, u.name, r.id, r.due_at, p.zero, p.filed_at
FROM sweep_rounds r JOIN units u ON u.kind = r.level
LEFT JOIN sweep_reports p ON p.round_id = r.id AND p.unit_id = u.id
WHERE r.level = 'township' AND r.last_on BETWEEN ? AND ?
ORDER BY u.id, r.first_on
"""


def sweep_lines() -> Iterator[Line]:
    """Time the grid as the page reads it, told state by state, and one statement that reads as much."""
    with tempfile.TemporaryDirectory(prefix="bench-sweep-") as folder:
        path = Path(folder) / "sweep.db"
        store = _filled(path)
        plain = sqlite3.connect(path)
        wanted = GridFilter(_YEAR, UnitKind.TOWNSHIP)

        def asked() -> sweeps.Grid:
            with store.reading(SYSTEM) as session:
                return sweeps.grid(session, wanted, today=_LOOKED.date(), now=_LOOKED)

        def floor() -> dict[int, list[str]]:
            found: dict[int, list[str]] = defaultdict(list)
            for unit, _, _, due, zero, filed in plain.execute(
                _SQL, (f"{_YEAR}-01-01", f"{_YEAR}-12-31")
            ):
                late = filed is not None and filed > due
                found[unit].append(
                    "缺报" if filed is None else "迟报" if late else "零报告" if zero else "已报"
                )
            return found

        grid = asked()
        told = {row.unit_id: [cell.state.label for cell in row.cells if cell] for row in grid.rows}
        assert told == floor()
        assert (len(grid.rows), len(grid.rounds)) == (_TOWNSHIPS, _ROUNDS)
        taken, ground = milliseconds(asked, runs=_RUNS), milliseconds(floor, runs=_RUNS)
        plain.close()
        store.engine.dispose()
    name = f"排查报送 {_TOWNSHIPS} 个乡镇 × {_ROUNDS} 轮"
    yield Line(name, median(taken), "ms", _RUNS, median(ground), aim=50.0)


def _filled(path: Path) -> Store:
    """Make the townships, a year of rounds, and a report of most of them, some too late."""
    store = opened(path)
    schema.migrate(store)
    before = date(_YEAR - 1, 12, 31)
    now = datetime.combine(before, datetime.min.time(), UTC)
    with store.writing(SYSTEM) as session:
        office.seed(session, now=now)
        units.add_unit(session, "量测县", UnitKind.COUNTY)
        lines = [f"第{number}乡\t乡镇\t量测县" for number in range(_TOWNSHIPS)]
        units.add_units(session, "\n".join(lines))
        sweep_rounds.keep_up(
            session, until=date(_YEAR, 12, 31), today=before, now=now, clock=_CLOCK
        )
        towns = [unit for unit in sweeps.units(session) if unit.kind is UnitKind.TOWNSHIP]
        rows = [
            {
                "round_id": each.id,
                "unit_id": town.id,
                "unit_name": town.name,
                "zero": place % 3 > 0,
                "found": 0 if place % 3 else 2,
                "filed_at": each.due_at + timedelta(hours=1 if place % 11 == 0 else -1),
                "version": 1,
            }
            for each in session.query(SweepRound).filter_by(level=UnitKind.TOWNSHIP)
            for place, town in enumerate(towns)
            if (place + each.id) % 13
        ]
        insert_rows(session, SweepReport, rows)
    return store
