"""A store of every kind of row that figures count, and of those they must not; no test of its own."""

import random
import shutil
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from db import tallies
from db.engine import Store
from db.models.batches import Batch, BatchCase
from db.models.cases import Case
from db.models.disputes import Dispute, DisputeClass
from db.models.duty import CaseDuty
from db.models.figures import OfficialCount
from db.models.procedure import CaseStep
from db.models.receptions import Visit
from db.models.supervision import FollowUp, LookBack
from db.models.sweeps import SweepReport, SweepRound
from db.models.units import Unit
from db.queries import situation as queries
from db.queries.situation_scope import Asked
from rules.case_terms import (
    BatchKind,
    DutySource,
    Rung,
    Satisfaction,
    Step,
    Trigger,
    VisitKind,
)
from rules.dispute_terms import DisputeOutcome, DisputeState, RiskLevel, Tier
from rules.permissions import SYSTEM, Actor
from rules.reception_terms import VisitOutcome
from rules.sweep_terms import RoundKind
from rules.terms import CaseState, Purpose, Repeat, UnitKind
from settings import Settings
from tests.conftest import NOW, OFFICE, TODAY
from tests.databases import Rows, connect
from tests.db.situation_held import held, some_day
from tests.figures import added

CLOCK = ZoneInfo("Asia/Shanghai")
WHEN: dict[str, Any] = {"today": TODAY, "now": NOW, "clock": CLOCK}


@pytest.fixture(scope="session")
def kept_noise() -> dict[str, tuple[Any, list[int]]]:
    """The noise of this process by engine, made once: to make it takes two seconds."""
    return {}


@pytest.fixture
def noisy(
    store: Store,
    config: Settings,
    make_unit: Callable[..., int],
    make_leader: Callable[[str], int],
    kept_noise: dict[str, tuple[Any, list[int]]],
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Store, list[int]]:
    """A store of every kind of row that figures count, and of those they must not."""
    engine = store.engine.dialect.name
    if engine in kept_noise:
        kept, units = kept_noise[engine]
        store.engine.dispose()
        if isinstance(kept, Rows):
            with connect(config.database_url) as connection:
                kept.put(connection)
        else:
            shutil.copy(kept, _file(config))
        return store, list(units)
    units = _made(store, make_unit, make_leader)
    if engine == "sqlite":
        with store.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        store.engine.dispose()
        copy = tmp_path_factory.mktemp("noise") / "noise.db"
        kept_noise[engine] = shutil.copy(_file(config), copy), units
    else:
        with connect(config.database_url) as connection:
            kept_noise[engine] = Rows.of(connection), units
    return store, list(units)


def _file(config: Settings) -> str:
    return config.database_url.removeprefix("sqlite:///")


def _made(
    store: Store, make_unit: Callable[..., int], make_leader: Callable[[str], int]
) -> list[int]:
    chance = random.Random(7)
    town = make_unit("城关镇", kind=UnitKind.TOWNSHIP)
    units = [town, make_unit("住建局"), make_unit("教育局"), make_unit("城南所", parent=town)]
    leaders = [make_leader("王县长"), make_leader("李县长")]
    added(store, chance, units, 260)
    with store.writing(SYSTEM) as session:
        ids = list(session.scalars(select(Case.id).order_by(Case.id)))
        # The department ended in mid-year and what it had stays with it.
        session.get_one(Unit, units[1]).valid_to = date(2026, 6, 30)
        for former, later in zip(ids[:60], chance.sample(ids[60:], 60), strict=True):
            session.execute(
                update(Case)
                .where(Case.id == later)
                .values(repeat_of_id=former, repeat=Repeat.REPEAT)
            )
        hang(session, chance, ids, units, leaders)
    while tallies.catch_up(store, limit=200) == 200:
        pass
    return units


def hang(
    session: Any, chance: random.Random, ids: list[int], units: list[int], leaders: list[int]
) -> None:
    by = {"actor": "甲", "at": NOW}
    for number in range(120):
        case_id, day = chance.choice(ids), some_day(chance)
        done = chance.choice([None, day + timedelta(days=2)])
        opinion = [chance.choice([None, *Satisfaction]) if done else None for _ in range(2)]
        session.add(
            LookBack(
                case_id=case_id,
                kind=VisitKind.CALL_BACK,
                due_on=day,
                done_on=done,
                with_office=opinion[0],
                with_unit=opinion[1],
                dropped_on=chance.choice([None, None, day]),
            )
        )
        session.add(
            FollowUp(
                case_id=case_id,
                rung=Rung.URGE,
                trigger=Trigger.OVERDUE,
                reason="超期",
                text="请办理",
                drafted_at=NOW,
                drafted_by="甲",
                sent_on=chance.choice([None, day]),
                due_on=day + timedelta(days=30),
                answered_on=chance.choice([None, day]),
                ended_on=chance.choice([None, None, day]),
            )
        )
        session.add(
            CaseStep(
                case_id=case_id,
                step=chance.choice([Step.OBJECT, Step.ADVISE, Step.NOTIFY]),
                happened_on=day,
                state_before=CaseState.FORWARDED,
                state_after=CaseState.FORWARDED,
                **by,
            )
        )
        session.add(
            Visit(
                number=f"J{number}",
                leader_id=chance.choice(leaders),
                received_on=day,
                people=chance.choice([1, 4, 5, 9]),
                purpose=chance.choice([None, None, Purpose.ACCUSATION]),
                title="反映停水",
                outcome=chance.choice([None, *VisitOutcome]),
                closed_on=chance.choice([None, day]),
                case_id=chance.choice([None, case_id]),
                created_by="甲",
                created_at=NOW,
                updated_at=NOW,
            )
        )
    session.flush()
    withdrawn = session.scalars(select(CaseStep.id).order_by(CaseStep.id).limit(10)).all()
    session.execute(
        update(CaseStep).where(CaseStep.id.in_(withdrawn[:5])).values(withdrawn_by_id=withdrawn[9])
    )
    for case_id in chance.sample(ids, 40):
        session.add(CaseDuty(case_id=case_id, source=DutySource.LOCAL, since=TODAY))
        lead = chance.choice([None, *leaders])
        session.execute(update(Case).where(Case.id == case_id).values(lead_id=lead))
    for number in range(3):
        held_on = date(2026, 2 + number * 3, 10)
        batch = Batch(
            name=f"第{number}批",
            kind=BatchKind.BACKLOG,
            held_on=held_on,
            due_on=held_on + timedelta(days=60),
            created_by="甲",
            created_at=NOW,
        )
        session.add(batch)
        session.flush()
        for position, case_id in enumerate(chance.sample(ids, 30)):
            session.add(
                BatchCase(
                    batch_id=batch.id,
                    case_id=case_id,
                    position=position,
                    unit_id=chance.choice(units),
                    due_on=batch.due_on,
                )
            )
    _sweeps(session, chance, units)
    held(session, chance, ids, units, leaders)
    for key, value in (("city_batches", 110), ("city_visits", 1731)):
        _told(session, key, date(2026, 1, 1), date(2026, 6, 30), value)
    # Two that meet are told as one; a period told in part is not told.
    for key in ("capital_batches", "capital_visits"):
        _told(session, key, date(2026, 1, 1), date(2026, 3, 31), 0)
        _told(session, key, date(2026, 4, 1), date(2026, 6, 30), 0)
    _told(session, "province_batches", date(2026, 1, 1), date(2026, 5, 31), 3)
    _told(session, "population", date(2020, 11, 1), date(2020, 11, 1), 470_000)
    _told(session, "population", date(2025, 12, 31), date(2025, 12, 31), 480_000)
    _told(session, "population", date(2026, 12, 31), date(2026, 12, 31), 999_999)


def _told(session: Any, key: str, first: date, last: date, value: int) -> None:
    session.add(
        OfficialCount(
            key=key,
            first_on=first,
            last_on=last,
            value=value,
            source="市局通报",
            entered_by="甲",
            entered_at=NOW,
        )
    )


def _sweeps(session: Any, chance: random.Random, units: list[int]) -> None:
    kinds = [DisputeClass(name="试甲"), DisputeClass(name="试乙")]
    session.add_all(kinds)
    session.flush()
    kinds.append(DisputeClass(name="试乙小类", parent_id=kinds[1].id))
    session.add(kinds[2])
    session.flush()
    states = [state for state in DisputeState if state is not DisputeState.SIGNED_OFF]
    for number in range(150):
        day = some_day(chance)
        session.add(
            Dispute(
                number=f"M{number}",
                state=chance.choice(states),
                outcome=chance.choice(list(DisputeOutcome)),
                tier=Tier.VILLAGE,
                title="邻里纠纷",
                class_id=chance.choice(kinds).id,
                level=chance.choice([None, *RiskLevel]),
                found_on=day,
                unit_id=chance.choice(units),
                township_id=chance.choice([None, units[0]]),
                created_by="甲",
                created_at=NOW,
                updated_at=NOW,
            )
        )
    for month in range(1, 11):
        # Due at the last minute of a month in the office's time, which is another day in UTC.
        due = datetime(2026, month + 1, 1, tzinfo=CLOCK) - timedelta(minutes=1)
        made = SweepRound(
            kind=RoundKind.REGULAR,
            code="town",
            level=UnitKind.TOWNSHIP,
            name=f"{month}月",
            first_on=date(2026, month, 1),
            last_on=date(2026, month, 28),
            due_at=due,
            closes_at=due + timedelta(days=7),
            created_by="系统",
            created_at=NOW,
        )
        session.add(made)
        session.flush()
        for unit in units:
            filed = chance.choice([None, due - timedelta(hours=1), due + timedelta(hours=1)])
            session.add(
                SweepReport(
                    round_id=made.id, unit_id=unit, unit_name="某", filed_at=filed, filed_by="乙"
                )
            )
        session.flush()
        made.closed_at = due + timedelta(days=7)


def read(store: Store, asked: Asked, by: Actor = OFFICE) -> dict[str, tuple[Any, Any]]:
    """Read a situation as pairs of count and whole."""
    with store.reading(by) as session:
        found = queries.situation(session, asked, **WHEN)
    return {code: (each.count, each.whole) for code, each in found.readings.items()}
