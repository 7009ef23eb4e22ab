"""The cases behind a snapshot's figures in the annex, and the entry that says who took papers along."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from db.commands import situation_papers as commands
from db.commands.cases import Opened
from db.commands.snapshots import take_snapshot
from db.engine import Store
from db.models.audit import AuditEntry
from db.queries import situation_rows
from db.queries.situation_rows import Rows
from db.queries.situation_scope import Asked
from rules.errors import Missing, NotAllowed
from rules.periods import read_days
from rules.permissions import Actor
from rules.situation_papers import Paper
from rules.terms import AuditAction, Channel, Role, UnitKind
from tests.conftest import NOW, OFFICE, TODAY
from tests.db import meetings as made

WHEN: dict[str, Any] = {"today": TODAY, "now": NOW, "clock": ZoneInfo("Asia/Shanghai")}
YEAR = Asked(read_days(f"{TODAY.year}"))
Make = Callable[..., Opened]


def behind(store: Store, *, by: Actor = OFFICE, **given: Any) -> Rows:
    with store.reading(by) as session:
        return situation_rows.rows_behind(session, YEAR, **WHEN, **given)


def taken(store: Store) -> str:
    with store.writing(OFFICE) as session:
        return take_snapshot(session, YEAR, **WHEN)


def test_the_cases_behind_the_main_figures_are_listed_with_no_word_of_theirs(
    store: Store, make_case: Make, make_unit: Callable[..., int]
) -> None:
    town = make_unit("朝阳镇", kind=UnitKind.TOWNSHIP)
    unit = make_unit("住建局")
    whole: dict[str, Any] = {"township_id": town, "unit_id": unit}
    few = make_case(channel=Channel.LETTER, received_on=TODAY, **whole)
    many = make_case(channel=Channel.VISIT, people=30, received_on=TODAY)
    make_case(received_on=TODAY.replace(year=TODAY.year - 1))

    found = behind(store)

    listed = {(row.figure, row.number) for row in found.rows}
    assert {("信访总量", few.number), ("信访总量", many.number), ("集体访", many.number)} <= listed
    assert len([row for row in found.rows if row.figure == "信访总量"]) == 2
    (row,) = [r for r in found.rows if (r.figure, r.number) == ("信访总量", few.number)]
    assert (row.township, row.unit, row.received_on) == ("朝阳镇", "住建局", TODAY)
    assert "积水" not in repr(found)
    assert found.left_out == ()


def test_more_than_a_sheet_takes_is_counted(store: Store, make_case: Make) -> None:
    for _ in range(3):
        make_case(channel=Channel.LETTER, received_on=TODAY)

    found = behind(store, most=2)

    assert ("信访总量", 1) in found.left_out
    assert len([row for row in found.rows if row.figure == "信访总量"]) == 2


def test_a_leader_is_listed_his_own_cases_alone(store: Store, make_case: Make) -> None:
    make_case(received_on=TODAY)

    assert behind(store).rows
    assert behind(store, by=made.LEADER).rows == ()


@pytest.mark.parametrize("role", [Role.UNIT, Role.SCREEN, Role.AUDITOR, Role.ADMIN])
def test_nobody_else_takes_papers(store: Store, role: Role) -> None:
    number = taken(store)
    actor = Actor(None, role.label, frozenset({role}))

    with pytest.raises(NotAllowed):
        behind(store, by=actor)
    with pytest.raises(NotAllowed), store.writing(actor) as session:
        commands.note_export(session, number, Paper.DECK, rows=0)


def test_who_takes_a_paper_along_is_noted(store: Store) -> None:
    number = taken(store)

    with store.writing(made.LEADER) as session:
        commands.note_export(session, number, Paper.ANNEX, rows=12)

    with store.reading(OFFICE) as session:
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.action == AuditAction.EXPORT)
        ).one()
    assert entry.entity == "snapshots"
    assert entry.changes == {"rows": 12, "filters": [f"数据附表 {number}"]}
    with pytest.raises(Missing, match="KZ1"), store.writing(OFFICE) as session:
        commands.note_export(session, "KZ1", Paper.DECK, rows=0)
