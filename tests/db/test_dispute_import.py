"""Importing ledgers of disputes as they are found: nothing lost, nothing twice, taken back whole."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from db.commands import dispute_import as commands
from db.commands import disputes
from db.commands.import_batches import Result, Source
from db.engine import Store
from db.models.disputes import Dispute, DisputeEntry, DisputeParty
from db.queries import dispute_import as queries
from db.queries.dispute_import import DisputeChoices, DisputePlan
from rules.columns import map_columns
from rules.dispute_columns import DISPUTES
from rules.dispute_terms import DisputeOutcome, DisputeState, MediationChannel
from rules.errors import Missing, NotAllowed, RuleError
from rules.headers import find_header
from rules.ledgers import Reading, read_rows
from rules.terms import ImportMode, Outcome
from tests.conftest import NOW, OFFICE, TODAY
from tests.db import disputes as d

Make = Callable[..., Any]
SOURCE = Source("台账.xlsx", "0" * 64, "11月")
HEAD = ["序号", "单位", "矛盾纠纷\n简要情况", "类别", "责任单位（责任人）", "化解时限"]
HEAD += ["化解情况", "交办督办情况", "销号情况", "排查日期", "主要当事人"]


@pytest.fixture
def place(make_unit: Make) -> d.County:
    """A small county."""
    return d.build(make_unit)


def _reading(grid: list[list[Any]], merged: Any = (), **more: Any) -> Reading:
    header = find_header(grid, merged, None, DISPUTES)
    assert header is not None
    mapping = map_columns(header.names, None, DISPUTES)
    return read_rows(grid, header, mapping, today=TODAY, merged=merged, words=DISPUTES, **more)


def _plan(store: Store, reading: Reading, **names: Any) -> DisputePlan:
    choices = DisputeChoices({tuple(key.split("_", 1)): value for key, value in names.items()})  # type: ignore[misc]
    with store.reading(OFFICE) as session:
        return queries.plan(session, reading, today=TODAY, choices=choices)


def _import(store: Store, plan: DisputePlan, mode: ImportMode = ImportMode.VALID_ONLY) -> Result:
    with store.writing(OFFICE) as session:
        return commands.carry_out(session, plan, source=SOURCE, mode=mode, today=TODAY, now=NOW)


def _rows(store: Store) -> list[Dispute]:
    with store.reading(OFFICE) as session:
        return list(session.scalars(select(Dispute).order_by(Dispute.number)))


LEDGER: list[list[Any]] = [
    ["突出矛盾纠纷台账（2026年11月）", *[None] * 10],
    HEAD,
    ["合计", None, "2 件", *[None] * 8],
    [
        1,
        "幸福村",
        "三组与四组为引水渠改道争水。涉及两个组。",
        "山林",
        "城关镇（王建国）",
        "2026.12.20",
        "已开两次调解会",
        "县里挂牌督办",
        "未销号",
        "11月5日",
        "赵六、孙七等60人",
    ],
    [
        2,
        "和平村",
        "宅基地滴水界线",
        "房屋宅基地",
        "同上",
        "月底前",
        "部分化解",
        None,
        None,
        "11月6日",
        None,
    ],
    ["备注：本表由镇司法所填报", *[None] * 10],
]


def test_a_ledger_of_outstanding_disputes_is_read_with_its_habits(
    store: Store, place: d.County
) -> None:
    plan = _plan(store, _reading(LEDGER))
    assert plan.counts() == {
        "rows": 4,
        "inserted": 2,
        "updated": 0,
        "unchanged": 0,
        "rejected": 0,
        "ignored": 2,
    }
    _import(store, plan)

    first, second = _rows(store)
    assert (first.title, first.unit_id, first.area_id) == (
        "三组与四组为引水渠改道争水",
        place.village,
        place.village,
    )
    assert (first.duty_unit_id, first.handler, first.due_on) == (
        place.town,
        "王建国",
        date(2026, 12, 20),
    )
    assert (first.found_on, first.people, first.township_id) == (date(2026, 11, 5), 60, place.town)
    assert (first.state, first.outcome) == (DisputeState.HANDLING, DisputeOutcome.UNRESOLVED)
    assert (second.state, second.outcome) == (DisputeState.PARTLY, DisputeOutcome.PARTLY)
    assert second.duty_unit_id == place.town
    with store.reading(OFFICE) as session:
        entries = session.scalars(select(DisputeEntry).order_by(DisputeEntry.id)).all()
        assert "已开两次调解会" in entries[0].text
        assert "交办督办情况：县里挂牌督办" in entries[0].text
        assert len(session.scalars(select(DisputeParty)).all()) == 2


def test_headers_of_three_levels_with_breaks_are_joined(store: Store, place: d.County) -> None:
    grid: list[list[Any]] = [
        ["矛盾纠纷排查台账", None, None, None, None, None],
        ["排查\n单位", "矛盾纠纷", None, None, "化解情况", None],
        [None, "基本情况", None, "涉及\n人数", "方式", "结果"],
        [None, "名称", "类别", None, None, None],
        ["幸福村", "引水渠争水", "山林土地", "12人", "司法调解", "化解成功"],
    ]
    merged = [
        (2, 1, 4, 1),
        (2, 2, 2, 4),
        (3, 2, 3, 3),
        (3, 4, 4, 4),
        (2, 5, 2, 6),
        (3, 5, 4, 5),
        (3, 6, 4, 6),
    ]
    spans = [(top, left - 1, bottom, right - 1) for top, left, bottom, right in merged]
    reading = _reading(grid, spans, said={"found_on": date(2026, 11, 1)})
    _import(store, _plan(store, reading))

    (row,) = _rows(store)
    assert (row.title, row.people, row.channel) == ("引水渠争水", 12, MediationChannel.JUDICIAL)
    assert row.outcome is DisputeOutcome.RESOLVED


def test_a_row_that_cannot_stand_is_rejected_by_its_cell_and_the_rest_is_taken(
    store: Store, place: d.County
) -> None:
    grid: list[list[Any]] = [
        [*HEAD[1:4], "排查日期"],
        ["幸福村", "引水渠", "山林土地", "2026-11-01"],
        ["火星村", "引水渠", "外星人", "2027-11-01"],
        ["和平村", "举报村干部", "邻里", "2026-11-01"],
    ]
    plan = _plan(store, _reading(grid))
    cells = {(p.cell, p.field) for row in plan.rows for p in row.problems}
    assert {("A3", "unit_id"), ("C3", "class"), ("D3", "found_on")} <= cells
    assert ("B4", "content") in cells
    assert plan.counts()["rejected"] == 2
    assert plan.unresolved == {"unit": ("火星村",), "class": ("外星人",)}

    assert _import(store, plan, ImportMode.ALL_OR_NOTHING).batch is None
    assert _rows(store) == []
    _import(store, plan)
    assert [row.title for row in _rows(store)] == ["引水渠"]


def test_a_name_the_tables_lack_is_told_once_by_a_person(store: Store, place: d.County) -> None:
    grid = [
        [*HEAD[1:4], "排查日期", "包案领导"],
        ["幸福行政村", "引水渠", "水事", "2026-11-01", "林某某"],
    ]
    reading = _reading(grid)
    names = {
        ("unit", "幸福行政村"): place.village,
        ("class", "水事"): d.class_id(store, "山林土地"),
        ("leader", "林某某"): None,
    }
    with store.reading(OFFICE) as session:
        plan = queries.plan(session, reading, today=TODAY, choices=DisputeChoices(names))
    _import(store, plan)

    (row,) = _rows(store)
    assert (row.unit_id, row.lead_id) == (place.village, None)
    assert "包案领导：林某某" in row.remark


def test_the_same_file_twice_changes_nothing(store: Store, place: d.County) -> None:
    _import(store, _plan(store, _reading(LEDGER)))
    again = _plan(store, _reading(LEDGER))

    assert again.counts()["unchanged"] == 2
    assert _import(store, again).batch is None
    assert len(_rows(store)) == 2


def test_a_row_that_stands_twice_is_taken_once(store: Store, place: d.County) -> None:
    row = ["幸福村", "引水渠", "山林土地", "2026-11-01"]
    plan = _plan(store, _reading([[*HEAD[1:4], "排查日期"], row, row]))

    assert [each.outcome for each in plan.rows] == [Outcome.INSERTED, Outcome.IGNORED]
    assert "第 2 行" in plan.rows[1].reason


def test_a_like_one_of_the_day_is_named_and_imported(store: Store, place: d.County) -> None:
    there = d.add(store, place.village, title="引水渠改道争水", found_on=date(2026, 11, 1))
    grid = [[*HEAD[1:4], "排查日期"], ["幸福村", "引水渠改道争水事", "山林土地", "2026-11-01"]]
    plan = _plan(store, _reading(grid))

    assert there.number in plan.rows[0].warnings[0].message
    assert plan.rows[0].outcome is Outcome.INSERTED


def test_a_batch_is_taken_back_whole_unless_somebody_worked_on_it(
    store: Store, place: d.County
) -> None:
    batch = _import(store, _plan(store, _reading(LEDGER))).batch
    assert batch is not None
    with store.writing(OFFICE) as session:
        assert commands.undo(session, batch, now=NOW) == 2
    assert _rows(store) == []
    with pytest.raises(RuleError, match="撤销过"), store.writing(OFFICE) as session:
        commands.undo(session, batch, now=NOW)

    other = _import(store, _plan(store, _reading(LEDGER))).batch
    assert other is not None
    row = _rows(store)[0]
    with store.writing(OFFICE) as session:
        disputes.change_dispute(
            session, row.id, {"remark": "核实"}, base={}, version=1, today=TODAY, now=NOW
        )
    with pytest.raises(RuleError, match=row.number), store.writing(OFFICE) as session:
        commands.undo(session, other, now=NOW)
    assert len(_rows(store)) == 2


def test_only_the_office_imports_and_a_batch_of_cases_is_none_of_ours(
    store: Store, place: d.County
) -> None:
    with pytest.raises(NotAllowed), store.reading(d.member(store, place.town)) as session:
        queries.plan(session, _reading(LEDGER), today=TODAY)
    with pytest.raises(Missing), store.writing(OFFICE) as session:
        commands.undo(session, 99, now=NOW)
