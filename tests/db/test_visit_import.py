"""Old ledgers of receptions: read as they are, asked about, written once, taken back whole."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from db.commands import identity, import_undo, visit_import
from db.commands import visits as commands
from db.commands.import_batches import Result, Source
from db.engine import Store
from db.models.imports import ImportBatch
from db.models.receptions import Visit, Visitor
from db.queries import imports as import_queries
from db.queries import visit_import as queries
from db.queries import visit_lists
from db.queries.visit_import import VisitChoices, VisitPlan
from rules.columns import map_columns
from rules.errors import Missing, RuleError
from rules.headers import find_header
from rules.ledgers import Reading, read_rows
from rules.permissions import Actor
from rules.reception_terms import ReceptionKind, VisitOutcome
from rules.terms import Cause, ImportMode, Outcome, Repeat, Role, SerialKind
from rules.visit_columns import VISITS
from tests.conftest import NOW, OFFICE, TODAY

SOURCE = Source("台账.xlsx", "0" * 64, "2025年")
HEAD = ["序号", "接访日期", "接访领导", "来访人", "人数", "反映主要问题及发生地"]
HEAD += ["产生原因", "接待处理意见", "责任单位", "办结时限", "办理结果", "是否包案", "回访"]
ROW = [1, "2025-03-04", "王县长", "张三丰、李四光等5人", 5, "石门镇雨后道路积水。请求修路。"]
ROW += ["雨水多", "请住建局办理", "县住建局", "2025年4月3日", "已办结", "否", "已回访"]


def row(**values: Any) -> list[Any]:
    return [values.get(name, cell) for name, cell in zip(HEAD, ROW, strict=True)]


def reading(rows: Sequence[Sequence[Any]], *, top: Sequence[Sequence[Any]] = ()) -> Reading:
    grid: list[Sequence[Any]] = [*(top or [["某县领导接访台账"], HEAD]), *rows]
    header = find_header(grid, (), None, VISITS)
    assert header is not None
    mapping = map_columns(header.names, None, VISITS)
    return read_rows(grid, header, mapping, today=TODAY, words=VISITS)


@pytest.fixture
def known(make_unit: Callable[..., int], make_leader: Callable[[str], int]) -> tuple[int, int]:
    return make_leader("王县长"), make_unit("县住建局")


def planned(store: Store, found: Reading, **choices: Any) -> VisitPlan:
    with store.reading(OFFICE) as session:
        return queries.plan(session, found, today=TODAY, choices=VisitChoices(**choices))


def written(store: Store, plan: VisitPlan, mode: ImportMode = ImportMode.VALID_ONLY) -> Result:
    with store.writing(OFFICE) as session:
        return visit_import.carry_out(session, plan, source=SOURCE, mode=mode, now=NOW)


def stored(store: Store) -> list[Visit]:
    with store.reading(OFFICE) as session:
        return list(session.scalars(select(Visit).order_by(Visit.id)))


def test_every_column_of_an_old_ledger_finds_its_place(
    store: Store, known: tuple[int, int]
) -> None:
    plan = planned(store, reading([row()]), closed_on=date(2025, 4, 1))
    assert not [each.message for line in plan.rows for each in line.problems]
    assert written(store, plan).counts["inserted"] == 1
    (visit,) = stored(store)
    assert (visit.number, visit.leader_id, visit.unit_id) == ("JF20250001", *known)
    assert (visit.received_on, visit.people) == (date(2025, 3, 4), 5)
    assert visit.title == "石门镇雨后道路积水"
    assert (visit.instruction, visit.result) == ("请住建局办理", "已办结")
    assert (visit.due_on, visit.closed_on) == (date(2025, 4, 3), date(2025, 4, 1))
    assert (visit.kind, visit.repeat) == (ReceptionKind.FIXED, Repeat.FIRST)
    assert (visit.outcome, visit.called_back) == (None, "已回访")
    assert visit.remark == "产生原因：雨水多"
    with store.reading(OFFICE) as session:
        rows = session.scalars(select(Visitor).order_by(Visitor.position)).all()
        people = [identity.opened(session, each).name for each in rows]
    assert people == ["张三丰", "李四光"]


def test_two_rows_of_header_ditto_and_totals_are_read(store: Store, known: tuple[int, int]) -> None:
    top: list[list[Any]] = [
        ["2025年县级领导接访台账"],
        ["接访", "接访", "来访", "来访", "反映问题及诉求", "处理方式", "成因"],
        ["日期", "领导", "姓名", "人数", "反映问题及诉求", "处理方式", "成因"],
    ]
    rows: list[list[Any]] = [
        ["3月4日", "王县长", "张三", 2, "道路积水", "现场答复", "松：思想不重视"],
        ["同上", "同上", "李四", 1, "拖欠工资", "包案", ""],
        ["合计", None, None, 3, None, None, None],
    ]
    found = reading(rows, top=top)
    plan = planned(store, found)
    assert plan.counts()["ignored"] == 1
    written(store, plan)
    first, second = stored(store)
    assert (first.received_on, second.received_on) == (date(2025, 3, 4), date(2025, 3, 4))
    assert (first.outcome, second.outcome) == (VisitOutcome.ANSWERED, VisitOutcome.LED)
    assert (first.cause, second.leader_id) == (Cause.LAX, known[0])


def test_the_same_file_twice_changes_nothing(store: Store, known: tuple[int, int]) -> None:
    found = reading([row(), row(来访人="赵六", 人数=1)])
    written(store, planned(store, found))
    again = planned(store, found)
    assert again.counts()["unchanged"] == 2
    assert written(store, again).batch is None
    assert len(stored(store)) == 2


def test_a_row_that_stands_twice_is_ignored_and_said(store: Store, known: tuple[int, int]) -> None:
    plan = planned(store, reading([row(), row()]))
    assert [line.outcome for line in plan.rows] == [Outcome.INSERTED, Outcome.IGNORED]
    assert "第 3 行完全相同" in plan.rows[1].reason


def test_unknown_names_are_asked_for_and_rows_wait(store: Store, known: tuple[int, int]) -> None:
    found = reading([row(接访领导="孙某某", 责任单位="县某局")])
    plan = planned(store, found)
    assert dict(plan.unresolved) == {"leader": ("孙某某",), "unit": ("县某局",)}
    (line,) = plan.rows
    assert line.outcome is Outcome.REJECTED
    assert [problem.cell for problem in line.problems] == ["C3", "I3"]
    assert stored(store) == []
    names = {("leader", "孙某某"): known[0], ("unit", "县某局"): None}
    written(store, planned(store, found, names=names))
    (visit,) = stored(store)
    assert (visit.leader_id, visit.unit_id) == (known[0], None)
    assert "承办单位：县某局" in visit.remark
    assert planned(store, found).counts()["unchanged"] == 1


@pytest.mark.parametrize(
    ("column", "cell", "place"),
    [
        ("接访日期", "2027-01-01", "B3"),
        ("接访日期", "某日", "B3"),
        ("人数", "很多", "E3"),
        ("反映主要问题及发生地", "", "F3"),
        ("接待处理意见", "批" * 501, "H3"),
    ],
)
def test_bad_rows_are_named_by_their_cell(
    store: Store, known: tuple[int, int], column: str, cell: str, place: str
) -> None:
    plan = planned(store, reading([row(**{column: cell}), row()]))
    problems = plan.rows[0].problems
    assert plan.rows[0].outcome is Outcome.REJECTED
    assert place in [each.cell for each in problems] or place == "F3"
    assert problems
    assert written(store, plan, ImportMode.ALL_OR_NOTHING).batch is None
    assert written(store, plan).counts["inserted"] == 1


def test_a_limit_that_is_no_day_is_noted(store: Store, known: tuple[int, int]) -> None:
    written(store, planned(store, reading([row(办结时限="尽快")])))
    (visit,) = stored(store)
    assert visit.due_on is None
    assert "办理时限：尽快" in visit.remark


def test_an_id_number_never_comes_in(store: Store, known: tuple[int, int]) -> None:
    text = "张三丰身份证号110101199003072316反映道路积水"
    plan = planned(store, reading([row(反映主要问题及发生地=text)]))
    written(store, plan)
    assert all("110101199003072316" not in each.content + each.title for each in stored(store))


def test_a_batch_is_taken_back_while_nobody_worked_on_it(
    store: Store, known: tuple[int, int]
) -> None:
    batch = written(store, planned(store, reading([row()]))).batch
    assert batch is not None
    with store.writing(OFFICE) as session:
        assert visit_import.undo(session, batch, now=NOW) == 1
    assert stored(store) == []
    with store.reading(OFFICE) as session:
        assert session.scalars(select(Visitor)).all() == []
    again = written(store, planned(store, reading([row()]))).batch
    assert again is not None
    (visit,) = stored(store)
    with store.writing(OFFICE) as session:
        commands.tell(session, visit.id, whom="县住建局", unit_id=None, at=NOW, now=NOW)
    with pytest.raises(RuleError, match=visit.number), store.writing(OFFICE) as session:
        visit_import.undo(session, again, now=NOW)


def test_batches_of_visits_and_of_cases_stand_apart(store: Store, known: tuple[int, int]) -> None:
    batch = written(store, planned(store, reading([row()]))).batch
    assert batch is not None
    with store.reading(OFFICE) as session:
        assert import_queries.batches(session) == []
        (found,) = import_queries.batches(session, kind=SerialKind.VISIT)
        assert session.get_one(ImportBatch, found.id).id == batch
    with pytest.raises(Missing), store.writing(OFFICE) as session:
        import_undo.undo(session, batch, today=TODAY, now=NOW)


def test_only_the_office_imports(store: Store, known: tuple[int, int]) -> None:
    leader = Actor(None, "王县长", frozenset({Role.LEADER}), leader_id=known[0])
    with pytest.raises(RuleError), store.reading(leader) as session:
        queries.plan(session, reading([row()]), today=TODAY)


def test_our_own_export_comes_back_without_a_change(store: Store, known: tuple[int, int]) -> None:
    written(store, planned(store, reading([row()])))
    top = [["编号", *HEAD]]
    found = reading([["JF20250001", *row(人数=6)], ["JF20259999", *row(人数=7)]], top=top)
    plan = planned(store, found)
    assert [line.outcome for line in plan.rows] == [Outcome.UNCHANGED, Outcome.REJECTED]
    with store.reading(OFFICE) as session:
        figures = visit_lists.figures(session, visit_lists.VisitFilter(), today=TODAY)
    assert figures.people == 5
