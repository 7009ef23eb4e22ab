"""The ground: scope by default deny, the audit chain, optimistic locking, the key."""

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import aliased

from db import audit
from db.commands.cases import Opened
from db.engine import Store, StoreAway, open_store
from db.models.audit import AuditEntry, LedgerHead
from db.models.cases import Case
from db.models.office import CalendarDay
from db.models.units import Unit
from db.scope import NoActor
from rules.errors import Conflict, WrongKey
from rules.permissions import SYSTEM, Actor
from rules.terms import AuditAction, Role, UnitKind
from settings import Settings
from tests.conftest import OFFICE

Make = Callable[..., Opened]


def test_a_session_without_actor_refuses_to_read_cases(store: Store) -> None:
    with store.reading(None) as session, pytest.raises(NoActor):
        session.scalars(select(Case)).all()


def test_a_session_without_actor_refuses_a_subquery_on_cases(store: Store) -> None:
    inner = select(Case.unit_id)
    with store.reading(None) as session, pytest.raises(NoActor):
        session.scalars(select(Unit).where(Unit.id.in_(inner))).all()


def test_every_change_is_a_link_of_the_chain(store: Store) -> None:
    with store.reading(SYSTEM) as session:
        before = audit.verify(session)
    with store.writing(SYSTEM) as session:
        session.add(Unit(name="本县", kind=UnitKind.COUNTY, path="/1/"))

    with store.reading(SYSTEM) as session:
        after = audit.verify(session)

    assert after.whole
    assert after.entries == before.entries + 1


def test_an_entry_names_the_record_it_is_about(store: Store) -> None:
    with store.writing(SYSTEM) as session:
        unit = Unit(name="本县", kind=UnitKind.COUNTY, path="/1/")
        session.add(unit)
        session.flush()
        unit_id = unit.id

    with store.reading(SYSTEM) as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
    assert entry is not None
    assert (entry.entity, entry.entity_id) == ("units", unit_id)


def test_one_altered_entry_is_found(store: Store) -> None:
    with store.writing(SYSTEM) as session:
        session.add(Unit(name="本县", kind=UnitKind.COUNTY, path="/1/"))
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE audit_entries SET actor = '别人' WHERE seq = 2"))

    with store.reading(SYSTEM) as session:
        verdict = audit.verify(session)

    assert verdict.broken_at == 2


def test_a_cut_off_end_is_found(store: Store) -> None:
    with store.writing(SYSTEM) as session:
        session.add(Unit(name="本县", kind=UnitKind.COUNTY, path="/1/"))
    with store.engine.begin() as connection:
        connection.execute(
            text("DELETE FROM audit_entries WHERE seq = (SELECT max(seq) FROM audit_entries)")
        )

    with store.reading(SYSTEM) as session:
        assert not audit.verify(session).whole


def test_the_calendar_knows_the_national_holiday_and_its_working_weekend(store: Store) -> None:
    with store.reading(SYSTEM) as session:
        days = {
            day.day: (day.workday, day.name)
            for day in session.scalars(
                select(CalendarDay).where(
                    CalendarDay.day.between(date(2024, 9, 27), date(2024, 10, 2))
                )
            )
        }

    assert days[date(2024, 9, 29)] == (True, "国庆节")
    assert days[date(2024, 10, 1)] == (False, "国庆节")
    assert date(2024, 9, 30) not in days


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
@pytest.mark.parametrize("harm", ["garbage", "gone"])
def test_a_store_that_is_pulled_away_is_away_and_not_empty(
    store: Store, config: Settings, harm: str
) -> None:
    path = config.store_file
    assert path is not None
    store.engine.dispose()
    if harm == "garbage":
        path.write_bytes(b"no database at all" * 500)
    else:
        path.unlink()
        path.mkdir()

    with pytest.raises(StoreAway), store.reading(SYSTEM) as session:
        session.scalars(select(Case)).all()
    with pytest.raises(StoreAway), store.writing(SYSTEM) as session:
        session.add(Unit(name="本县", kind=UnitKind.COUNTY, path="/1/"))


@pytest.mark.parametrize("name", ["field_key", "secret_key"])
def test_a_key_too_short_to_be_one_is_told(config, name):
    with pytest.raises(WrongKey, match=f"{name.upper()}）太短"):
        open_store(replace(config, **{name: "x" * 31}))


def test_another_field_key_is_told_at_once(store: Store, config: Settings) -> None:
    other = open_store(replace(config, field_key="another-key-" + "z" * 32))
    with pytest.raises(WrongKey, match="密钥"):
        other.check_key()
    other.engine.dispose()


def test_a_choice_that_is_gone_is_a_sentence_and_no_crash(store: Store) -> None:
    with pytest.raises(Conflict, match="请刷新"), store.writing(SYSTEM) as session:
        session.add(Unit(name="村", kind=UnitKind.VILLAGE, path="/9/", parent_id=999))


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_a_file_moved_away_is_told_and_nothing_is_written_elsewhere(
    store: Store, tmp_path: Path
) -> None:
    assert store.file is not None
    with store.reading(OFFICE) as session:
        before = session.scalars(select(LedgerHead.version)).one()
    moved = tmp_path / "elsewhere.db"
    store.file.rename(moved)

    with pytest.raises(StoreAway, match="不在原处"), store.writing(OFFICE) as session:
        audit.record(session, AuditAction.EXPORT, "cases")
    assert not store.file.exists()

    moved.rename(store.file)
    with store.reading(OFFICE) as session:
        assert session.scalars(select(LedgerHead.version)).one() == before


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_another_file_in_its_place_is_read_from_then_on(store: Store, tmp_path: Path) -> None:
    assert store.file is not None
    with store.reading(OFFICE) as session:
        before = session.scalars(select(LedgerHead.version)).one()
    with sqlite3.connect(store.file) as plain:
        plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    copy = tmp_path / "restored.db"
    shutil.copy(store.file, copy)
    with store.writing(OFFICE) as session:
        audit.record(session, AuditAction.EXPORT, "cases")
    copy.replace(store.file)
    for name in ("-wal", "-shm"):
        store.file.with_name(store.file.name + name).unlink(missing_ok=True)

    with store.reading(OFFICE) as session:
        assert session.scalars(select(LedgerHead.version)).one() == before


def test_an_alias_of_cases_is_as_narrow_as_cases(
    store: Store, make_case: Make, make_unit: Callable[..., int]
) -> None:
    own, other = make_unit("县住建局"), make_unit("县教育局")
    foreign = make_case(unit_id=other)
    mine = make_case(unit_id=own)
    again = make_case(unit_id=own, repeat_of_id=foreign.id)
    twice = make_case(unit_id=own, repeat_of_id=mine.id)
    former = aliased(Case)
    pairs = select(Case.id, former.id).join(former, Case.repeat_of_id == former.id)

    def seen(unit_id: int) -> list[tuple[int, int]]:
        actor = Actor(1, "承办人", frozenset({Role.UNIT}), unit_id, frozenset({unit_id}))
        with store.reading(actor) as session:
            return [(row[0], row[1]) for row in session.execute(pairs)]

    with store.reading(OFFICE) as session:
        assert len(session.execute(pairs).all()) == 2
    assert seen(own) == [(twice.id, mine.id)]
    assert seen(other) == []
    assert again.id != twice.id
