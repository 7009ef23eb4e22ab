"""What the import screen and the command say of a ledger beside its figures."""

from datetime import date

import pytest

from db.queries.import_matching import PlannedRow
from db.queries.imports import BatchRow, Plan
from documents.workbook import Sheet
from rules.columns import map_columns
from rules.headers import find_header
from rules.ledger_rows import CellProblem
from rules.ledgers import Reading, read_rows
from rules.terms import Outcome
from tests.conftest import NOW
from ui.case_import_tables import doubtful_rows, lists, nothing_line, notices, undoing_line


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({"inserted": 1, "rejected": 2}, ""),
        ({"updated": 1}, ""),
        ({"rejected": 2, "unchanged": 3}, "退回的行"),
        ({"unchanged": 3}, "都有了"),
        ({"ignored": 3}, "没有事项"),
    ],
)
def test_an_import_that_would_bring_nothing_says_what_to_do(counts, said) -> None:
    line = nothing_line({outcome.value: 0 for outcome in Outcome} | counts)

    assert bool(line) == bool(said)
    assert said in line


def test_cells_to_look_at_are_listed_with_their_place() -> None:
    warning = CellProblem(6, 7, "H6", "people", "约数", "60多个")
    plan = Plan([PlannedRow(6, Outcome.INSERTED, warnings=(warning,))], {})

    assert doubtful_rows(plan) == [{"行": "6", "单元格": "H6", "说明": "约数"}]
    assert lists(plan)["请核对的单元格"] == doubtful_rows(plan)


def batch_of(**counts: int) -> BatchRow:
    counts = {"inserted": 0, "updated": 0, **counts}
    return BatchRow(3, "台账.xlsx", "来访", counts, "小李", NOW, None, None)


def test_what_undoing_does_is_said_with_its_numbers() -> None:
    both = undoing_line(batch_of(inserted=12, updated=3))
    alone = undoing_line(batch_of(updated=3))

    assert "新增的 12 件" in both
    assert "更新的 3 件" in both
    assert "编号不再使用" in both
    assert "新增" not in alone
    assert "编号" not in alone


GRID = [["信访人", "反映内容", "登记时间"], ["张三", "道路破损", "2026-10-01"]]


def _reading() -> Reading:
    header = find_header(GRID)
    assert header is not None
    return read_rows(GRID, header, map_columns(header.names), today=date(2026, 11, 20))


@pytest.mark.parametrize(
    ("hidden", "said"),
    [((0, 0), None), ((3, 1), "隐藏的 3 行、1 列，已一并读取"), ((None, None), "看不出")],
)
def test_hidden_rows_are_said_once_and_also_that_they_cannot_be_told(hidden, said) -> None:
    sheet = Sheet("台账", [[*row] for row in GRID], (), False, *hidden)
    lines = [
        line for line in notices(_reading(), Plan([], {}), sheet, ())["工作表"] if "隐藏" in line
    ]

    assert len(lines) == (1 if said else 0)
    assert all(said in line for line in lines)
