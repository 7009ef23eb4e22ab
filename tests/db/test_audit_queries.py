"""Reading the chain: filtered, paged, withheld from who may not, and exported."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from db import audit as chain
from db.commands import audit as commands
from db.commands import units as unit_commands
from db.engine import Store
from db.queries import audit
from db.queries.audit import Filters
from rules.audit import WITHHELD
from rules.errors import NotAllowed
from rules.permissions import SYSTEM, Actor
from rules.terms import AuditAction, Role, UnitKind

AUDITOR = Actor(None, "审计员", frozenset({Role.AUDITOR}))
ADMIN = Actor(None, "管理员", frozenset({Role.ADMIN}))


@pytest.fixture
def filled(store: Store) -> Store:
    """A store with sixty leaders by one, a unit by another, and one export."""
    with store.writing(ADMIN) as session:
        for number in range(60):
            unit_commands.add_leader(session, f"领导{number}", "副县长")
    with store.writing(SYSTEM) as session:
        unit_commands.add_unit(session, "本县", UnitKind.COUNTY)
    with store.writing(AUDITOR) as session:
        commands.record_export(session, Filters(entity="units"), rows=1)
    return store


def test_pages_are_of_fifty_and_the_newest_first(filled: Store) -> None:
    with filled.reading(AUDITOR) as session:
        first = audit.entries(session, Filters())
        second = audit.entries(session, Filters(), page=2)
        beyond = audit.entries(session, Filters(), page=99)

    assert (len(first.rows), first.pages, first.total) == (50, 2, 50 + len(second.rows))
    assert first.rows[0].action is AuditAction.EXPORT
    numbers = [row.seq for row in first.rows + second.rows]
    assert numbers == sorted(numbers, reverse=True)
    assert beyond == second


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(actor="管理员"), 60),
        (Filters(entity="leaders"), 60),
        (Filters(entity="units", actor="管理员"), 0),
        (Filters(entity="units"), 1),
        (Filters(action=AuditAction.EXPORT), 1),
    ],
)
def test_entries_are_filtered(filled: Store, filters: Filters, found: int) -> None:
    with filled.reading(AUDITOR) as session:
        assert audit.entries(session, filters).total == found
        assert len(audit.export_rows(session, filters)) == found


def test_the_period_is_half_open(filled: Store) -> None:
    with filled.reading(AUDITOR) as session:
        at = audit.entries(session, Filters(entity="units")).rows[0].at

        def count(since: datetime | None, until: datetime | None) -> int:
            return audit.entries(session, Filters(entity="units", since=since, until=until)).total

        assert count(at, None) == 1
        assert count(at + timedelta(microseconds=1), None) == 0
        assert count(None, at) == 0
        assert count(None, at + timedelta(microseconds=1)) == 1


def test_the_choices_are_who_acted_and_on_what(filled: Store) -> None:
    with filled.reading(AUDITOR) as session:
        choices = audit.choices(session)

    assert {"审计员", "管理员", "系统"} <= set(choices.actors)
    assert choices.entities["leaders"] == "领导"


def test_a_matters_text_is_withheld_from_the_auditor_and_the_administrator(store: Store) -> None:
    with store.writing(SYSTEM) as session:
        chain.record(session, AuditAction.CREATE, "cases", 1, title="举报某局长", number="x-1")

    for actor in (AUDITOR, ADMIN):
        with store.reading(actor) as session:
            (row,) = audit.entries(session, Filters(entity="cases")).rows
            assert row.changes == f"标题：{WITHHELD}；编号：x-1"
            assert audit.export_rows(session, Filters(entity="cases"))[0].changes == row.changes


def test_only_who_may_reads_exports_or_verifies(filled: Store) -> None:
    office = Actor(None, "小李", frozenset({Role.OFFICE}))
    with filled.reading(office) as session:
        for refused in (
            lambda: audit.entries(session, Filters()),
            lambda: audit.export_rows(session, Filters()),
            lambda: audit.choices(session),
            lambda: commands.verify_chain(session),
            lambda: commands.record_export(session, Filters(), rows=0),
        ):
            with pytest.raises(NotAllowed):
                refused()


def test_verifying_tells_a_whole_chain_from_an_altered_one_and_records_nothing(
    filled: Store,
) -> None:
    with filled.reading(AUDITOR) as session:
        first = commands.verify_chain(session)
    with filled.engine.begin() as connection:
        connection.execute(text("UPDATE audit_entries SET entity_id = 7 WHERE seq = 3"))
    with filled.reading(AUDITOR) as session:
        second = commands.verify_chain(session)
        total = audit.entries(session, Filters()).total

    assert first.whole
    assert second.broken_at == 3
    assert total == first.entries
