"""Importing a list of evaluators: read, resolved, once only, taken back."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from db.commands import evaluator_import as commands
from db.commands.import_batches import Result, Source
from db.engine import Store
from db.models.evaluations import Evaluator
from db.queries import evaluator_import as queries
from db.queries.evaluator_import import EvaluatorPlan
from rules.columns import map_columns
from rules.errors import RuleError
from rules.evaluator_columns import ALIASES, EVALUATORS
from rules.headers import find_header
from rules.ledgers import read_rows
from rules.terms import ImportMode, Outcome
from tests.conftest import NOW, OFFICE, TODAY
from tests.db import evaluations as e

HEAD = [
    "姓名",
    "界别",
    "工作单位",
    "职务",
    "所在村",
    "手机",
    "聘任时间",
    "是否可以参加",
    "身份证号",
]


@pytest.fixture
def place(store: Store, make_unit: Callable[..., int]) -> e.Place:
    """A county with an empty pool."""
    return e.build(store, make_unit, each=0)


def _plan(store: Store, *rows: list[Any], names: queries.Names | None = None) -> EvaluatorPlan:
    grid: list[list[Any]] = [HEAD, *([*row, *[None] * (len(HEAD) - len(row))] for row in rows)]
    header = find_header(grid, words=EVALUATORS)
    assert header is not None
    mapping = map_columns(header.names, None, EVALUATORS)
    reading = read_rows(grid, header, mapping, today=TODAY, words=EVALUATORS)
    with store.reading(OFFICE) as session:
        return queries.plan(session, reading, today=TODAY, names=names)


def _carry_out(store: Store, plan: EvaluatorPlan) -> Result:
    with store.writing(OFFICE) as session:
        source = Source("名单.xlsx", "0" * 64, "Sheet1")
        mode = ImportMode.VALID_ONLY
        return commands.carry_out(session, plan, source=source, mode=mode, now=NOW)


ROWS = [
    ["李敏", "党代表", "县财政局", "科长", "幸福村", "13800001234", "2026-01-01", "是"],
    ["王芳", "同上", "县日报社", "记者", "", "", "", "暂不能", "11010519491231002X"],
]


def test_no_name_stands_for_two_columns() -> None:
    names = [name for aliases in ALIASES.values() for name in aliases]
    assert len(names) == len(set(names))


def test_a_list_is_read_into_the_pool(store: Store, place: e.Place) -> None:
    result = _carry_out(store, _plan(store, *ROWS))

    assert result.counts["inserted"] == 2
    with store.reading(OFFICE) as session:
        first, second = session.scalars(select(Evaluator).order_by(Evaluator.id))
        assert (first.unit_id, first.village_id, first.available) == (
            place.other,
            place.village,
            True,
        )
        assert (second.employer, second.available) == ("县日报社", False)
        assert second.category_id == first.category_id
        assert b"13800001234" not in (first.phone_encrypted or b"")
        assert "11010519491231002X" not in str(vars(second))


def test_a_list_that_comes_again_brings_nothing(store: Store, place: e.Place) -> None:
    _carry_out(store, _plan(store, *ROWS))
    again = _plan(store, *ROWS, ["李敏", "人大代表", "县财政局"])

    assert [row.outcome for row in again.rows] == [
        Outcome.UNCHANGED,
        Outcome.UNCHANGED,
        Outcome.INSERTED,
    ]
    assert again.rows[0].reason == "名册里已有"


def test_an_unknown_category_is_asked_for(store: Store, place: e.Place) -> None:
    plan = _plan(store, ["李敏", "妇女代表"])
    assert plan.unresolved == {"category": ("妇女代表",)}
    assert plan.rows[0].outcome is Outcome.REJECTED
    assert plan.rows[0].problems[0].cell == "B2"

    said = {("category", "妇女代表"): e.categories(store)["党代表"]}
    assert _plan(store, ["李敏", "妇女代表"], names=said).rows[0].outcome is Outcome.INSERTED


def test_a_village_nobody_knows_is_warned_of(store: Store, place: e.Place) -> None:
    (row,) = _plan(store, ["李敏", "党代表", "", "", "桃花村"]).rows

    assert row.outcome is Outcome.INSERTED
    assert "同村的回避提示不出来" in row.warnings[0].message


def test_a_batch_is_taken_back_until_somebody_was_changed(store: Store, place: e.Place) -> None:
    batch = _carry_out(store, _plan(store, *ROWS)).batch
    assert batch is not None
    with store.writing(OFFICE) as session:
        session.scalars(select(Evaluator)).first().note = "党校学习"  # type: ignore[union-attr]
    with pytest.raises(RuleError, match="1 名被修改或抽中"), store.writing(OFFICE) as session:
        commands.undo(session, batch, now=NOW)
    other = _carry_out(store, _plan(store, ["赵六", "党代表"])).batch
    assert other is not None
    with store.writing(OFFICE) as session:
        assert commands.undo(session, other, now=NOW) == 1
        assert len(session.scalars(select(Evaluator)).all()) == 2
