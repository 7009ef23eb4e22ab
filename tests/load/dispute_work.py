"""The standard table, the map and the progress of 100,000 disputes, beside plain SQL on the same file."""

import random
import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import schema
from db.bulk import insert_rows
from db.commands import accounts, office, units
from db.engine import Store
from db.models.disputes import Dispute, DisputeClass
from db.models.units import Unit
from db.queries import dispute_tables, sweep_maps
from rules.dispute_table import Period, TableColumn, TableSpan
from rules.dispute_terms import (
    DisputeOutcome,
    DisputeState,
    GradeStage,
    MediationChannel,
    RiskLevel,
    Tier,
)
from rules.permissions import SYSTEM
from rules.terms import Role, UnitKind
from tests.load.demo_store import KEYS, opened, sign_in
from tests.load.measures import Line, median, milliseconds
from tests.load.page_work import ACCOUNT, RUNS, looks
from tests.load.serving import serving

DISPUTES = 100_000
_RUNS = 15
_DAY = date(2026, 11, 20)
_YEAR = Period(TableSpan.YEAR, date(2026, 1, 1))
_TABLE = """
SELECT d.class_id, u.kind, d.outcome, d.channel IS NOT NULL, count(*)
FROM disputes d JOIN units u ON u.id = d.unit_id
WHERE d.found_on BETWEEN '2026-01-01' AND '2026-12-31' AND d.state NOT IN ('removed', 'merged')
GROUP BY 1, 2, 3, 4
"""
_MAP = """
SELECT township_id, sum(level = 'red'), count(*), sum(due_on < '2026-11-20') FROM disputes
WHERE state IN ('registered', 'submitted', 'assigned', 'handling', 'partly', 'elevated', 'rebounded')
GROUP BY 1
"""
_ENDS = {
    DisputeState.SUBMITTED: DisputeOutcome.UNRESOLVED,
    DisputeState.HANDLING: DisputeOutcome.UNRESOLVED,
    DisputeState.PARTLY: DisputeOutcome.PARTLY,
    DisputeState.RESOLVED: DisputeOutcome.RESOLVED,
    DisputeState.REVISITED: DisputeOutcome.RESOLVED,
    DisputeState.ROUTED: DisputeOutcome.ROUTED,
    DisputeState.REMOVED: DisputeOutcome.UNRESOLVED,
}


def dispute_lines() -> Iterator[Line]:
    """Time a year's form and the numbers of the map, each with one statement that counts the same."""
    with tempfile.TemporaryDirectory(prefix="bench-disputes-") as folder:
        path = Path(folder) / "disputes.db"
        store = _county(path)
        with store.writing(SYSTEM) as session:
            fill(session, DISPUTES, today=_DAY)
        plain = sqlite3.connect(path)

        def table() -> int:
            with store.reading(SYSTEM) as session:
                form = dispute_tables.live(session, _YEAR)
                return form.total.cells[TableColumn.YEAR].found

        def mapped() -> int:
            with store.reading(SYSTEM) as session:
                return sweep_maps.wall_map(session, today=_DAY).whole.open

        assert table() == sum(row[4] for row in plain.execute(_TABLE))
        assert mapped() == sum(row[2] for row in plain.execute(_MAP))
        note = f"{DISPUTES:,} 件，当年 {table():,} 件"
        for name, work, sql, aim in (
            ("排查情况表，一年", table, _TABLE, 150.0),
            ("挂图作战的数字", mapped, _MAP, 50.0),
        ):
            taken = milliseconds(work, runs=_RUNS)
            ground = milliseconds(lambda sql=sql: plain.execute(sql).fetchall(), runs=_RUNS)  # type: ignore[misc]
            yield Line(name, median(taken), "ms", _RUNS, median(ground), aim, note=note)
        plain.close()
        yield from _page_lines(store, path)
        store.engine.dispose()


def _page_lines(store: Store, path: Path) -> Iterator[Line]:
    """Measure a rerun of the map and of the form beside the same page with constant data."""
    for name, key in KEYS.items():
        path.with_name(f"{path.stem}.{name}").write_text(key, encoding="ascii")
    with store.writing(SYSTEM) as session:
        now = datetime.now(UTC)
        accounts.create_account(session, ACCOUNT, None, roles=[Role.OFFICE], now=now)
    for title, page in (("挂图作战刷新", "sweeps-map"), ("排查情况表刷新", "sweeps-table")):
        taken: dict[bool, tuple[float, float]] = {}
        for constant in (True, False):
            token = sign_in(store, ACCOUNT, now=datetime.now(UTC))
            with serving(path, constant=constant) as server:
                taken[constant] = looks(server, token, page, constant, None)
        (wall, cpu), (floor_wall, floor_cpu) = taken[False], taken[True]
        ratio = f"{title}，与固定页之比"
        yield Line(ratio, cpu, "ms", RUNS, floor_cpu, 1.3, of_ratio=True)
        yield Line(f"{title}，到达浏览器", wall, "ms", RUNS, floor_wall)


def _county(path: Path) -> Store:
    store = opened(path)
    schema.migrate(store)
    with store.writing(SYSTEM) as session:
        office.seed(session, now=datetime(2026, 1, 1, tzinfo=UTC))
        units.add_unit(session, "量测县", UnitKind.COUNTY)
        towns = [f"第{n}镇\t乡镇\t量测县" for n in range(63)]
        villages = [f"第{n}镇{v}村\t村\t第{n}镇" for n in range(63) for v in range(8)]
        departments = [f"第{n}局\t部门\t量测县" for n in range(26)]
        units.add_units(session, "\n".join([*towns, *departments, *villages]))
    return store


def fill(session: Session, count: int, *, today: date, seed: int = 5) -> None:
    """Put disputes of three years into the store, in bulk, by the county's units and classes."""
    dice = random.Random(seed)
    listed = session.scalars(select(Unit).where(Unit.kind != UnitKind.COUNTY)).all()
    finders = [(unit.id, _township(unit)) for unit in listed]
    classes = list(session.scalars(select(DisputeClass.id)))
    now = datetime.combine(today, datetime.min.time(), UTC)
    rows = []
    for number in range(count):
        unit_id, township_id = dice.choice(finders)
        found_on = today - timedelta(days=dice.randrange(1000))
        old = (today - found_on).days > 45
        weights = (1, 2, 1, 40, 30, 3, 1) if old else (20, 40, 10, 20, 5, 2, 3)
        state = dice.choices(list(_ENDS), weights=weights)[0]
        ended = _ENDS[state] in (DisputeOutcome.RESOLVED, DisputeOutcome.ROUTED)
        on = min(today, found_on + timedelta(days=dice.randrange(40))) if ended else None
        rows.append(
            {
                "number": f"JF-{number:07}",
                "state": state,
                "outcome": _ENDS[state],
                "tier": Tier.VILLAGE,
                "title": f"第 {number} 件纠纷",
                "class_id": dice.choice(classes),
                "found_on": found_on,
                "unit_id": unit_id,
                "area_id": unit_id if township_id else None,
                "township_id": township_id,
                "level": dice.choices(list(RiskLevel), weights=(1, 4, 15))[0],
                "level_stage": GradeStage.TOWNSHIP,
                "channel": None if state is DisputeState.SUBMITTED else MediationChannel.PEOPLE,
                "due_on": found_on + timedelta(days=30),
                "resolved_on": on if _ENDS[state] is DisputeOutcome.RESOLVED else None,
                "left_on": on if _ENDS[state] is DisputeOutcome.ROUTED else None,
                "created_by": "量测",
                "created_at": now,
                "updated_at": now,
                "version": 1,
            }
        )
    insert_rows(session, Dispute, rows)


def _township(unit: Unit) -> int | None:
    if unit.kind is UnitKind.TOWNSHIP:
        return unit.id
    return unit.parent_id if unit.kind is UnitKind.VILLAGE else None
