"""The grid of the sweep and the ledger of disputes, beside plain SQL on the same file."""

import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select

from db import schema
from db.bulk import insert_rows
from db.commands import office, sweep_rounds, units
from db.engine import Store
from db.models.disputes import Dispute, DisputeClass
from db.models.sweeps import SweepReport, SweepRound
from db.queries import disputes, sweeps
from db.queries.disputes import DisputeFilter
from db.queries.sweeps import GridFilter
from rules.dispute_terms import DisputeOutcome, DisputeState, RiskLevel, Tier
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


_DISPUTES, _LISTED = 100_000, 15
_LEDGER = (
    "FROM disputes WHERE found_on BETWEEN ? AND ? AND {} state IN ('registered', 'submitted', "
    "'assigned', 'handling', 'partly', 'resolved', 'revisited', 'requested', 'signed_off', "
    "'routed', 'petitioned', 'elevated', 'rebounded')"
)
_LEDGER_PAGE = (
    "SELECT disputes.*, c.name, f.name, a.name, t.name, u.name, l.name FROM disputes "
    "JOIN dispute_classes c ON c.id = disputes.class_id JOIN units f ON f.id = disputes.unit_id "
    "LEFT JOIN units a ON a.id = disputes.area_id LEFT JOIN units t ON t.id = township_id "
    "LEFT JOIN units u ON u.id = duty_unit_id LEFT JOIN leaders l ON l.id = lead_id "
    "WHERE disputes.id IN (SELECT id {} ORDER BY found_on DESC, id DESC LIMIT 50)"
)


def ledger_lines() -> Iterator[Line]:
    """Time a page of the ledger with its counts under filters, and the statements that read as much."""
    with tempfile.TemporaryDirectory(prefix="bench-ledger-") as folder:
        path = Path(folder) / "ledger.db"
        store = _filled(path)
        _disputes(store)
        plain = sqlite3.connect(path)
        with store.reading(SYSTEM) as session:
            town = next(u.id for u in sweeps.units(session) if u.kind is UnitKind.TOWNSHIP)
            kind = session.scalars(select(DisputeClass.id)).first()
        year = date(_YEAR, 1, 1), date(_YEAR, 12, 31)
        ever = date(2000, 1, 1), date(2100, 1, 1)
        for name, wanted, days, where, given in (
            ("全部", DisputeFilter(), ever, "", ()),
            (
                "一年、一个类别",
                DisputeFilter(*year, class_id=kind),
                year,
                "class_id = ? AND",
                (kind,),
            ),
            (
                "红色未了结",
                DisputeFilter(level=RiskLevel.RED, open_only=True),
                ever,
                "level = 'red' AND state IN ('registered', 'submitted', 'assigned', 'handling', "
                "'partly', 'elevated', 'rebounded') AND",
                (),
            ),
            (
                "一个乡镇",
                DisputeFilter(area_id=town),
                ever,
                "township_id = ? AND",
                (town,),
            ),
            (
                "一个词",
                DisputeFilter(term="界线"),
                ever,
                "(title LIKE '%界线%' OR content LIKE '%界线%' OR place LIKE '%界线%') AND",
                (),
            ),
        ):
            yield _ledger_line(store, plain, name, wanted, where, [*map(str, days), *given])
        plain.close()
        store.engine.dispose()


def _ledger_line(
    store: Store,
    plain: sqlite3.Connection,
    name: str,
    wanted: DisputeFilter,
    where: str,
    given: Sequence[object],
) -> Line:
    narrowed = _LEDGER.format(where)
    count = f"SELECT state, outcome, count(*) {narrowed} GROUP BY state, outcome"

    def asked() -> int:
        with store.reading(SYSTEM) as session:
            return disputes.listing(session, wanted, page=1, today=_LOOKED.date()).total

    def floor() -> int:
        plain.execute(_LEDGER_PAGE.format(narrowed), given).fetchall()
        return sum(row[2] for row in plain.execute(count, given))

    total = asked()
    assert total == floor()
    taken, ground = milliseconds(asked, runs=_LISTED), milliseconds(floor, runs=_LISTED)
    title = f"纠纷台账 {_DISPUTES:,} 件，{name}"
    return Line(title, median(taken), "ms", _LISTED, median(ground), note=f"{total:,} 件符合")


def _disputes(store: Store) -> None:
    """Lay five years of disputes in all states over the townships, past the commands."""
    states = [each for each in DisputeState if each is not DisputeState.SIGNED_OFF]
    outcome = {
        DisputeState.PARTLY: DisputeOutcome.PARTLY,
        DisputeState.RESOLVED: DisputeOutcome.RESOLVED,
        DisputeState.ROUTED: DisputeOutcome.ROUTED,
        DisputeState.PETITIONED: DisputeOutcome.PETITIONED,
    }
    with store.writing(SYSTEM) as session:
        towns = [u.id for u in sweeps.units(session) if u.kind is UnitKind.TOWNSHIP]
        classes = session.scalars(select(DisputeClass.id)).all()
    levels = [None, *RiskLevel, RiskLevel.BLUE, RiskLevel.BLUE]
    for first in range(0, _DISPUTES, 20_000):
        rows = []
        for n in range(first, first + 20_000):
            # Most are resolved long since; each thing drawn by a step of its own.
            state = states[n // 7 % len(states)] if n % 5 == 0 else DisputeState.RESOLVED
            town = towns[n % len(towns)]
            rows.append(
                {
                    "number": f"JC510722-{n}",
                    "state": state,
                    "outcome": outcome.get(state, DisputeOutcome.UNRESOLVED),
                    "tier": Tier.TOWNSHIP,
                    "title": f"第{n % 97}组两户{'界线' if n % 11 == 0 else '排水'}纠纷",
                    "content": "双方各执一词，尚未激化。" * 4,
                    "class_id": classes[n // 3 % len(classes)],
                    "found_on": date(_YEAR, 12, 31) - timedelta(days=n * 17 % 1800),
                    "unit_id": town,
                    "area_id": town,
                    "township_id": town,
                    "duty_unit_id": town if n % 4 else None,
                    "level": levels[n // 5 % len(levels)],
                    "created_by": "量测",
                    "created_at": _LOOKED,
                    "updated_at": _LOOKED,
                    "version": 1,
                }
            )
        with store.writing(SYSTEM) as session:
            insert_rows(session, Dispute, rows)


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
