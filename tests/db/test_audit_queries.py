"""Reading the chain: filtered, paged, withheld from who may not, and exported."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text

from db import audit as chain
from db.commands import audit as commands
from db.commands import leaders as leader_commands
from db.commands import petitioners
from db.commands import units as unit_commands
from db.commands.cases import Opened
from db.engine import Store
from db.models.cases import Petitioner
from db.queries import audit
from db.queries.audit import Filters
from rules.audit import WITHHELD
from rules.errors import NotAllowed
from rules.permissions import SYSTEM, Actor
from rules.terms import AuditAction, Purpose, Role, UnitKind
from tests.conftest import OFFICE

AUDITOR = Actor(None, "审计员", frozenset({Role.AUDITOR}))
ADMIN = Actor(None, "管理员", frozenset({Role.ADMIN}))


@pytest.fixture
def filled(store: Store) -> Store:
    """A store with sixty leaders by one, a unit by another, and one export."""
    with store.writing(ADMIN) as session:
        for number in range(60):
            leader_commands.add_leader(session, f"领导{number}", "副县长")
    with store.writing(SYSTEM) as session:
        unit_commands.add_unit(session, "本县", UnitKind.COUNTY)
    with store.writing(AUDITOR) as session:
        commands.record_export(session, Filters(entity="units"), rows=1)
    return store


def test_pages_are_of_fifty_and_the_newest_first(filled: Store) -> None:
    with filled.reading(AUDITOR) as session:
        first = audit.entries(session, Filters(), clock=UTC)
        second = audit.entries(session, Filters(), page=2, clock=UTC)
        beyond = audit.entries(session, Filters(), page=99, clock=UTC)

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
        assert audit.entries(session, filters, clock=UTC).total == found
        assert len(audit.export_rows(session, filters, clock=UTC)) == found


def test_the_period_is_half_open(filled: Store) -> None:
    with filled.reading(AUDITOR) as session:
        at = audit.entries(session, Filters(entity="units"), clock=UTC).rows[0].at

        def count(since: datetime | None, until: datetime | None) -> int:
            return audit.entries(
                session, Filters(entity="units", since=since, until=until), clock=UTC
            ).total

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
            (row,) = audit.entries(session, Filters(entity="cases"), clock=UTC).rows
            assert row.changes == (f"标题：{WITHHELD}", "编号：x-1")
            (exported,) = audit.export_rows(session, Filters(entity="cases"), clock=UTC)
            assert (exported.entry.changes, exported.body) == (row.changes, WITHHELD)


def test_an_entry_names_its_matter_and_opens_it_only_to_who_may(
    store: Store, make_case: Callable[..., Opened], make_unit: Callable[..., int]
) -> None:
    unit = make_unit("住建局")
    ordinary = make_case(unit_id=unit, person="")
    accusing = make_case(unit_id=unit, person="", purpose=Purpose.ACCUSATION)
    office = Actor(None, "主任", frozenset({Role.AUDITOR, Role.OFFICE}))
    of_unit = Actor(None, "兼职", frozenset({Role.AUDITOR, Role.UNIT}), unit, frozenset({unit}))
    both = {ordinary.number, accusing.number}

    for actor, opens in ((AUDITOR, set()), (of_unit, {ordinary.number}), (office, both)):
        with store.reading(actor) as session:
            rows = audit.entries(session, Filters(entity="cases"), clock=UTC).rows
        assert {row.subject for row in rows} == both
        assert {row.case for row in rows if row.case} == opens
        told = "；".join(line for row in rows for line in row.changes)
        assert "责任单位：住建局" in told
        assert ("检举控告" in told) is (actor is office)


def test_a_matter_is_found_by_its_number_with_all_that_hangs_on_it(
    store: Store, make_case: Callable[..., Opened]
) -> None:
    wanted, other = make_case(), make_case()
    with store.writing(OFFICE) as session:
        for opened in (wanted, other):
            petitioners.reveal_people(session, opened.id, reason="电话核实")
            (person,) = session.scalars(select(Petitioner).where(Petitioner.case_id == opened.id))
            person.representative = True
    with store.writing(OFFICE) as session:
        session.delete(session.scalars(select(Petitioner)).first())

    def found(number: str) -> list[tuple[str, str]]:
        with store.reading(AUDITOR) as session:
            rows = audit.entries(session, Filters(number=number), clock=UTC).rows
        assert {row.subject for row in rows} <= {number.strip()}
        return [(row.entity, row.action.label) for row in rows]

    assert sorted(found(f" {other.number} ")) == sorted(
        [
            ("案件", "新建"),
            ("案件", "查看身份信息"),
            ("信访人", "新建"),
            ("信访人", "修改"),
        ]
    )
    # What was taken from it since is known by what was written when it came and went.
    assert sorted(found(wanted.number)) == sorted(
        [
            ("案件", "新建"),
            ("案件", "查看身份信息"),
            ("信访人", "新建"),
            ("信访人", "删除"),
        ]
    )
    assert found("430199-2026-999999") == []


def test_moments_are_told_on_the_offices_clock(store: Store) -> None:
    with store.writing(SYSTEM) as session:
        chain.record(session, AuditAction.RESTORE, "store", made_at="2026-11-20T02:00:00+00:00")

    with store.reading(AUDITOR) as session:
        (row,) = audit.entries(
            session, Filters(action=AuditAction.RESTORE), clock=ZoneInfo("Asia/Shanghai")
        ).rows
    assert row.changes == ("备份时间：2026-11-20 10:00:00",)


def test_each_exported_line_verifies_itself_and_follows_the_one_before(
    filled: Store, make_case: Callable[..., Opened]
) -> None:
    make_case(title="反映道路积水")
    office = Actor(None, "主任", frozenset({Role.AUDITOR, Role.OFFICE}))
    with filled.reading(office) as session:
        rows = audit.export_rows(session, Filters(), clock=UTC)
        some = audit.export_rows(session, Filters(entity="units"), clock=UTC)

    for row in [*rows, *some]:
        assert hashlib.sha256(row.previous + row.body.encode()).digest() == row.digest
    assert [row.previous for row in rows] == [row.digest for row in rows[1:]] + [chain.GENESIS]


def test_only_who_may_reads_exports_or_verifies(filled: Store) -> None:
    office = Actor(None, "小李", frozenset({Role.OFFICE}))
    with filled.reading(office) as session:
        for refused in (
            lambda: audit.entries(session, Filters(), clock=UTC),
            lambda: audit.export_rows(session, Filters(), clock=UTC),
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
        total = audit.entries(session, Filters(), clock=UTC).total

    assert first.whole
    assert second.broken_at == 3
    assert total == first.entries
