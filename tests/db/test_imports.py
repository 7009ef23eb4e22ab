"""Importing ledgers into a real store: matched, compared, refused, counted, undone."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from db import audit, search
from db.commands import cases as case_commands
from db.commands import codes, duplicates, import_undo, petitioners
from db.commands import imports as commands
from db.commands.cases import NewFile, Opened
from db.commands.import_batches import Result, Source
from db.engine import Store
from db.models.cases import Case, CaseEntry, Petitioner
from db.models.procedure import CaseStep
from db.models.supervision import LookBack
from db.queries import case_file, cases
from db.queries import imports as queries
from db.queries.case_filters import CaseFilter
from db.queries.codes import resolve_codes
from db.queries.imports import Choices, Plan
from documents.workbook import likely_sheet, open_workbook
from rules.case_terms import SameKind, Step
from rules.columns import map_columns
from rules.errors import NotAllowed, RuleError
from rules.headers import find_header
from rules.ledgers import Reading, closed_without_date, read_rows
from rules.people import Person, PersonEdit
from rules.permissions import SYSTEM, Actor
from rules.terms import CaseState, Channel, EntryKind, ImportMode, Outcome, Role
from tests.conftest import NOW, OFFICE, TODAY, real_data

HEAD = ["留言编号", "留言用户", "留言主题", "留言时间", "留言详情"]
ROWS = [
    ["WX20260101", "王小明", "城关镇幸福小区夜间噪音扰民", "2026/10/8 9:00:00", "每晚施工到十二点"],
    ["WX20260102", "李红", "西镇农田灌溉渠被占", "2026/10/9 10:00:00", "渠道被填"],
]

LATER = {"title": "又来反映噪音", "channel": Channel.VISIT, "received_on": TODAY}


def reading(grid: Sequence[Sequence[Any]], **defaults: Any) -> Reading:
    rows = [list(row) for row in grid]
    header = find_header(rows)
    assert header is not None
    return read_rows(
        rows,
        header,
        map_columns(header.names),
        today=TODAY,
        defaults={"channel": Channel.WEB, **defaults},
    )


@pytest.fixture
def run(store: Store) -> Callable[..., tuple[Plan, Result]]:
    """Return a function that plans and carries out an import of a grid."""

    def run_(
        grid: Sequence[Sequence[Any]] | Reading,
        *,
        mode: ImportMode = ImportMode.VALID_ONLY,
        by: Actor = OFFICE,
        choices: Choices | None = None,
    ) -> tuple[Plan, Result]:
        read = grid if isinstance(grid, Reading) else reading(grid)
        with store.reading(by) as session:
            plan = queries.plan(session, read, today=TODAY, choices=choices)
        with store.writing(by) as session:
            result = commands.carry_out(
                session,
                plan,
                source=Source("台账.xlsx", "0" * 64, "Sheet1"),
                mode=mode,
                today=TODAY,
                now=NOW,
            )
        return plan, result

    return run_


def assert_sums(counts: Mapping[str, int]) -> None:
    assert counts["rows"] == sum(counts[outcome.value] for outcome in Outcome)


def total(store: Store) -> int:
    with store.reading(OFFICE) as session:
        return session.scalar(select(func.count()).select_from(Case)) or 0


def test_rows_become_cases_with_everything_the_sheet_said(store: Store, run: Any) -> None:
    _, result = run([[*HEAD, "答复意见", "答复时间"], [*ROWS[0], "已责令停工", "2026/10/20"]])

    assert result.counts["inserted"] == 1
    with store.reading(OFFICE) as session:
        row = cases.register_page(session, CaseFilter(term="噪音"))[0]
        file = case_file.case_file(session, row.number)
        assert [e.heading for e in case_file.timeline(session, file)] == ["登记"]
    assert file.values["source_number"] == "WX20260101"
    assert file.values["received_on"] == date(2026, 10, 8)
    assert file.values["answer"] == "已责令停工"
    assert file.state is CaseState.ANSWERED
    assert file.people[0].name == "王某"
    assert "台账.xlsx" in file.batch


def test_a_day_of_registration_the_ledger_does_not_give_stays_empty(store: Store, run: Any) -> None:
    run([HEAD, ROWS[0]])

    case = _case(store)
    assert (case.registered_on, case.state) == (None, CaseState.RECEIVED)


def test_the_same_file_changes_nothing_the_second_time(store: Store, run: Any) -> None:
    run([HEAD, *ROWS])
    _, again = run([HEAD, *ROWS])

    assert again.counts["unchanged"] == 2
    assert again.batch is None
    assert total(store) == 2


def test_rows_without_numbers_are_known_again_by_their_content(store: Store, run: Any) -> None:
    grid = [HEAD[1:], *[row[1:] for row in ROWS]]
    run(grid)
    _, again = run(grid)

    assert again.counts["unchanged"] == 2
    assert total(store) == 2


def test_a_changed_cell_updates_its_case_and_no_more(store: Store, run: Any) -> None:
    run([HEAD, *ROWS])
    plan, result = run([HEAD, [*ROWS[0][:4], "改到凌晨两点"], ROWS[1]])

    assert (result.counts["updated"], result.counts["unchanged"]) == (1, 1)
    changed = next(row for row in plan.rows if row.outcome is Outcome.UPDATED)
    assert dict(changed.changes) == {"content": ("每晚施工到十二点", "改到凌晨两点")}


def test_an_edit_by_hand_is_not_undone_by_the_old_file(store: Store, run: Any) -> None:
    run([HEAD, *ROWS])
    with store.reading(OFFICE) as session:
        row = cases.register_page(session, CaseFilter(term="噪音"))[0]
    with store.writing(OFFICE) as session:
        case_commands.change_case(
            session, row.id, {"title": "更正后的标题"}, base={}, version=1, today=TODAY, now=NOW
        )

    _, again = run([HEAD, *ROWS])

    assert again.counts["unchanged"] == 2
    with store.reading(OFFICE) as session:
        assert case_file.case_file(session, row.number).values["title"] == "更正后的标题"


def test_the_default_channel_is_for_new_cases_alone(store: Store, run: Any) -> None:
    run([HEAD, ROWS[0]])
    changed = [HEAD, [*ROWS[0][:4], "改到凌晨两点"], ROWS[1]]
    plan, result = run(reading(changed, channel=Channel.VISIT))

    assert (result.counts["updated"], result.counts["inserted"]) == (1, 1)
    assert set(plan.rows[0].changes) == {"content"}
    with store.reading(OFFICE) as session:
        channels = session.scalars(select(Case.channel).order_by(Case.id)).all()
    assert channels == [Channel.WEB, Channel.VISIT]


def test_a_channel_the_sheet_gives_does_change_a_case(store: Store, run: Any) -> None:
    run([HEAD, ROWS[0]])
    run([[*HEAD, "信访形式"], [*ROWS[0], "来访"]])

    assert _case(store).channel is Channel.VISIT


def test_rows_without_numbers_are_known_under_another_default_channel(
    store: Store, run: Any
) -> None:
    grid = [HEAD[1:], *[row[1:] for row in ROWS]]
    run(grid)
    _, again = run(reading(grid, channel=Channel.LETTER))

    assert again.counts["unchanged"] == 2
    assert total(store) == 2


def test_an_empty_cell_erases_nothing(store: Store, run: Any) -> None:
    run([HEAD, *ROWS])
    _, result = run([HEAD, [*ROWS[0][:4], ""]])

    assert result.counts["unchanged"] == 1


def test_bad_rows_are_returned_and_good_ones_come_in(store: Store, run: Any) -> None:
    plan, result = run([HEAD, ROWS[0], ["WX20260103", "赵六", "标题", "2203/1/1", "未来"], ROWS[1]])

    assert_sums(result.counts)
    assert (result.counts["inserted"], result.counts["rejected"]) == (2, 1)
    bad = next(row for row in plan.rows if row.outcome is Outcome.REJECTED)
    assert [(p.cell, "晚于今天" in p.message) for p in bad.problems] == [("D3", True)]


def test_all_or_nothing_writes_nothing(store: Store, run: Any) -> None:
    _, result = run([HEAD, ROWS[0], ["WX20260103", "", "", "", ""]], mode=ImportMode.ALL_OR_NOTHING)

    assert result.batch is None
    assert_sums(result.counts)
    assert result.counts["inserted"] == 0
    assert total(store) == 0


def test_an_unknown_unit_is_a_problem_with_its_name(store: Store, run: Any) -> None:
    plan, result = run([[*HEAD, "责任单位"], [*ROWS[0], "县不存在局"]])

    assert result.counts["rejected"] == 1
    assert plan.unresolved == {"unit": ("县不存在局",)}


def test_an_unknown_name_is_what_somebody_says_it_is_for_this_run(
    store: Store, run: Any, make_unit: Callable[..., int]
) -> None:
    unit_id = make_unit("县交通运输局")
    grid = [[*HEAD, "责任单位"], [*ROWS[0], "县交局"]]
    with store.reading(OFFICE) as session:
        assert queries.unknown_names(session, reading(grid)) == {"unit": ("县交局",)}
    plan, result = run(grid, choices=Choices({("unit", "县交局"): unit_id}))

    assert result.counts["inserted"] == 1
    assert plan.unresolved == {"unit": ("县交局",)}
    assert _case(store).unit_id == unit_id


@pytest.mark.parametrize(
    "choices", [Choices({("unit", "县交局"): None}), Choices(unknown_blank=True)]
)
def test_an_unknown_name_may_be_noted_and_told_later(
    store: Store, run: Any, make_unit: Callable[..., int], choices: Choices
) -> None:
    unit_id = make_unit("县交通运输局")
    grid = [[*HEAD, "责任单位", "备注"], [*ROWS[0], "县交局", "急"]]
    run(grid, choices=choices)
    case = _case(store)
    assert (case.unit_id, case.remark) == (None, "急\n责任单位：县交局")

    run(grid, choices=Choices({("unit", "县交局"): unit_id}))
    assert _case(store).unit_id == unit_id


CLOSED = [[*HEAD, "办理状态"], [*ROWS[0], "已办结（按绿色填充）"], [*ROWS[1], "未办结"]]


def test_a_closed_row_without_its_day_is_closed_only_when_asked_for(store: Store, run: Any) -> None:
    assert closed_without_date(reading(CLOSED)) == [2]
    run(CLOSED)
    with store.reading(OFFICE) as session:
        assert session.scalars(select(Case.closed_on)).all() == [None, None]

    _, later = run(CLOSED, choices=Choices(closed_on=TODAY))
    assert (later.counts["updated"], later.counts["unchanged"]) == (1, 1)
    with store.reading(OFFICE) as session:
        states = session.execute(select(Case.closed_on, Case.state).order_by(Case.id)).all()
    assert states[0] == (TODAY, CaseState.CLOSED)
    assert states[1][0] is None
    _, again = run(CLOSED, choices=Choices(closed_on=TODAY))
    assert again.counts["unchanged"] == 2


def _looks(store: Store) -> list[tuple[int, date]]:
    """The looks back that stand, of which case and when due."""
    with store.reading(OFFICE) as session:
        standing = (
            select(LookBack.case_id, LookBack.due_on)
            .where(LookBack.dropped_on.is_(None))
            .order_by(LookBack.id)
        )
        return [(row.case_id, row.due_on) for row in session.execute(standing)]


def test_a_case_that_a_later_ledger_closes_is_looked_back_at_until_that_is_taken_back(
    store: Store, run: Any
) -> None:
    run(CLOSED)

    _, closing = run(CLOSED, choices=Choices(closed_on=TODAY))
    assert _looks(store) == [(1, TODAY + timedelta(days=days)) for days in (30, 90)]

    _undo(store, closing)
    assert _looks(store) == []
    with store.reading(OFFICE) as session:
        assert session.get_one(Case, 1).state is CaseState.RECEIVED


def test_a_ledger_that_moves_the_close_moves_the_looks_back_and_taking_it_back_too(
    store: Store, run: Any
) -> None:
    first, second = TODAY - timedelta(days=3), TODAY - timedelta(days=2)
    run(CLOSED)
    run(CLOSED, choices=Choices(closed_on=first))

    _, moving = run([[*CLOSED[0], "办结时间"], [*CLOSED[1], second]])
    assert _looks(store) == [(1, second + timedelta(days=days)) for days in (30, 90)]

    _undo(store, moving)
    assert _looks(store) == [(1, first + timedelta(days=days)) for days in (30, 90)]


def test_what_came_with_a_ledger_and_is_closed_in_the_form_is_looked_back_at(
    store: Store, run: Any
) -> None:
    run([HEAD, ROWS[0]])

    _edit(store, 1, closed_on=TODAY)
    assert _looks(store) == [(1, TODAY + timedelta(days=days)) for days in (30, 90)]

    _edit(store, 2, closed_on=None)
    assert _looks(store) == []


def _undo(store: Store, result: Result) -> None:
    assert result.batch is not None
    with store.writing(OFFICE) as session:
        import_undo.undo(session, result.batch, today=TODAY, now=NOW)


def test_a_case_that_comes_in_closed_is_history_and_not_looked_back_at(
    store: Store, run: Any
) -> None:
    run(CLOSED, choices=Choices(closed_on=TODAY))

    assert _looks(store) == []


def test_a_case_opened_again_by_hand_is_not_closed_by_its_old_row(store: Store, run: Any) -> None:
    run(CLOSED[:2], choices=Choices(closed_on=TODAY))
    _edit(store, 1, closed_on=None)
    run([CLOSED[0], [*ROWS[0][:4], "改到凌晨两点", "已办结"]], choices=Choices(closed_on=TODAY))

    assert (_case(store).closed_on, _case(store).content) == (None, "改到凌晨两点")


def test_units_are_found_by_alias(store: Store, run: Any, make_unit: Callable[..., int]) -> None:
    from db.models.units import UnitAlias

    unit_id = make_unit("县自然资源和规划局")
    with store.writing(OFFICE) as session:
        session.add(UnitAlias(unit_id=unit_id, alias="县自规局"))

    _, result = run([[*HEAD, "责任单位"], [*ROWS[0], "县自规局"]])

    assert result.counts["inserted"] == 1
    with store.reading(OFFICE) as session:
        assert (
            cases.register_page(session, CaseFilter(unit_id=unit_id))[0].unit
            == "县自然资源和规划局"
        )


def test_a_row_like_an_earlier_case_comes_in_marked(
    store: Store, run: Any, make_case: Callable[..., Opened]
) -> None:
    earlier = make_case(title="城关镇幸福小区夜间噪音扰民！", received_on=date(2026, 10, 7))
    _, result = run([HEAD, *ROWS])

    assert (result.counts["inserted"], result.counts["suspected_duplicates"]) == (2, 1)
    with store.reading(OFFICE) as session:
        marked = cases.register_page(session, CaseFilter(suspected=True))
        file = case_file.case_file(session, marked[0].number)
    assert file.suspect_of is not None
    assert file.suspect_of.number == earlier.number


def test_two_like_rows_of_one_sheet_point_at_each_other(store: Store, run: Any) -> None:
    _, result = run([HEAD, ROWS[0], ["WX20260109", "孙七", *ROWS[0][2:]]])

    assert result.counts["suspected_duplicates"] == 1


def test_a_row_that_stands_twice_is_ignored_with_its_reason(store: Store, run: Any) -> None:
    plan, result = run([HEAD, ROWS[0], ROWS[0]])

    assert_sums(result.counts)
    assert (result.counts["inserted"], result.counts["ignored"]) == (1, 1)
    assert plan.rows[1].reason == "与第 2 行完全相同"


def test_a_number_used_for_another_matter_overwrites_nothing(store: Store, run: Any) -> None:
    run([HEAD, *ROWS])
    plan, result = run([HEAD, ["WX20260101", "周八", "申请办理低保手续", "2025/3/3", "家庭困难"]])

    assert result.counts["rejected"] == 1
    assert "另一件" in plan.rows[0].problems[0].message


def test_a_number_met_again_on_the_same_day_is_still_another_matter(store: Store, run: Any) -> None:
    run([HEAD, *ROWS])
    plan, result = run([HEAD, [ROWS[0][0], "周八", "申请办理低保手续", ROWS[0][3], "家庭困难"]])

    assert result.counts["rejected"] == 1
    assert "另一件" in plan.rows[0].problems[0].message


def test_a_number_met_again_with_like_content_is_the_same_matter(store: Store, run: Any) -> None:
    run([HEAD, *ROWS])
    _, result = run([HEAD, [*ROWS[0][:2], "施工扰民", *ROWS[0][3:4], "每晚施工到十二点半"]])

    assert result.counts["updated"] == 1


def test_two_sheets_counted_from_one_do_not_overwrite_each_other(store: Store, run: Any) -> None:
    run([HEAD, ["1", *ROWS[0][1:]]])
    _, result = run([HEAD, ["1", *ROWS[1][1:]]])

    assert result.counts["inserted"] == 1
    assert total(store) == 2


def test_our_own_number_that_is_unknown_is_refused(run: Any) -> None:
    plan, _ = run([["案件编号", *HEAD], ["000000-2026-000099", *ROWS[0]]])

    assert "没有编号为" in plan.rows[0].problems[0].message


def test_an_export_with_an_old_version_is_refused(
    store: Store, run: Any, make_case: Callable[..., Opened]
) -> None:
    opened = make_case(received_on=date(2026, 10, 8))
    head = ["案件编号", "版本", "标题", "收到日期"]
    _, fresh = run([head, [opened.number, "1", "新标题", "2026-10-08"]])
    plan, stale = run([head, [opened.number, "1", "更新的标题", "2026-10-08"]])

    assert fresh.counts["updated"] == 1
    assert stale.counts["rejected"] == 1
    assert "已被他人修改" in plan.rows[0].problems[0].message


def test_progress_columns_become_lines_of_the_timeline(store: Store, run: Any) -> None:
    run([[*HEAD, "办理情况", "办结时限"], [*ROWS[0], "已约谈施工方", "2026年12月底前"]])

    with store.reading(OFFICE) as session:
        assert session.scalars(select(CaseEntry.text)).all() == ["已约谈施工方"]
        remark = session.scalars(select(Case.remark)).one()
    assert remark.startswith("办结时限：")


PROGRESS = [*HEAD, "办理情况", "化解方案"]


def _lines(store: Store) -> list[str]:
    with store.reading(OFFICE) as session:
        return list(session.scalars(select(CaseEntry.text).order_by(CaseEntry.id)))


def test_a_later_ledger_adds_its_new_progress_and_undoing_takes_it_away(
    store: Store, run: Any
) -> None:
    run([PROGRESS, [*ROWS[0], "已约谈施工方", "限时施工"]])
    plan, result = run([PROGRESS, [*ROWS[0], "已责令停工", "限时施工"]])

    assert result.counts["updated"] == 1
    assert dict(plan.rows[0].changes) == {"progress": (None, "已责令停工")}
    assert sorted(_lines(store)) == sorted(["限时施工", "已约谈施工方", "已责令停工"])
    _, again = run([PROGRESS, [*ROWS[0], "已责令停工", "限时施工"]])
    assert again.counts["unchanged"] == 1

    with store.writing(OFFICE) as session:
        import_undo.undo(session, result.batch, today=TODAY, now=NOW)
        assert audit.verify(session).whole
    assert sorted(_lines(store)) == sorted(["限时施工", "已约谈施工方"])
    _, redone = run([PROGRESS, [*ROWS[0], "已责令停工", "限时施工"]])
    assert redone.counts["updated"] == 1


def _edit(store: Store, version: int, **values: Any) -> None:
    with store.writing(OFFICE) as session:
        case_id = session.scalars(select(Case.id)).one()
        case_commands.change_case(
            session, case_id, values, base={}, version=version, today=TODAY, now=NOW
        )


def _case(store: Store) -> Case:
    with store.reading(OFFICE) as session:
        return session.scalars(select(Case)).one()


def test_a_field_changed_by_hand_stays_when_another_cell_changes(store: Store, run: Any) -> None:
    run([HEAD, ROWS[0]])
    _edit(store, 1, title="幸福小区夜间施工噪音", received_on=date(2026, 10, 7))
    plan, result = run([HEAD, [*ROWS[0][:4], "改到凌晨两点"]])

    assert result.counts["updated"] == 1
    assert set(plan.rows[0].changes) == {"content"}
    assert dict(plan.rows[0].kept) == {
        "title": ("幸福小区夜间施工噪音", "城关镇幸福小区夜间噪音扰民"),
        "received_on": (date(2026, 10, 7), date(2026, 10, 8)),
    }
    case = _case(store)
    assert (case.title, case.received_on) == ("幸福小区夜间施工噪音", date(2026, 10, 7))
    assert case.content == "改到凌晨两点"


def test_a_new_value_of_the_sheet_goes_before_an_older_edit(store: Store, run: Any) -> None:
    run([HEAD, ROWS[0]])
    _edit(store, 1, title="幸福小区夜间施工噪音")
    run([HEAD, [*ROWS[0][:2], "城关镇幸福小区夜间和午间噪音扰民", *ROWS[0][3:]]])

    assert _case(store).title == "城关镇幸福小区夜间和午间噪音扰民"


def test_what_was_taken_back_can_be_imported_again(store: Store, run: Any) -> None:
    changed = [HEAD, [*ROWS[0][:4], "改到凌晨两点"]]
    run([HEAD, ROWS[0]])
    _, result = run(changed)
    with store.writing(OFFICE) as session:
        import_undo.undo(session, result.batch, today=TODAY, now=NOW)
    run(changed)

    assert _case(store).content == "改到凌晨两点"


def test_a_remark_is_added_to_and_never_replaced(store: Store, run: Any) -> None:
    head = [*HEAD, "备注", "办理状态"]
    run([head, [*ROWS[0], "重点件", "在办"]])
    _edit(store, 1, remark="已电话联系\n办理状态：在办")
    run([head, [*ROWS[0], "重点件", "待回访"]])

    assert _case(store).remark == "已电话联系\n办理状态：在办\n办理状态：待回访"


def test_a_person_typed_since_the_import_stays(store: Store, run: Any) -> None:
    run([PERSON, [*ROWS[0], "", ""]])
    with store.writing(OFFICE) as session:
        case_id = session.scalars(select(Case.id)).one()
        edit = PersonEdit("王小鸣", "13700137000")
        petitioners.edit_people(session, case_id, [edit], version=1, today=TODAY, now=NOW)
    typed = _people(store)
    plan, _ = run([PERSON, [*ROWS[0][:4], "改到凌晨两点", "13800138000", ""]])

    assert set(plan.rows[0].kept) == {"petitioner", "phone"}
    assert _people(store) == typed


def test_our_own_export_of_the_latest_version_may_go_back(
    store: Store, run: Any, make_case: Callable[..., Opened]
) -> None:
    opened = make_case(title="反映路面积水", received_on=date(2026, 10, 8))
    _edit(store, 1, title="反映路面积水和塌陷")
    head = ["案件编号", "版本", "标题", "收到日期"]
    run([head, [opened.number, "2", "反映路面积水", "2026-10-08"]])

    assert _case(store).title == "反映路面积水"


PERSON = [*HEAD, "联系电话", "住址"]


def _people(store: Store) -> list[Person]:
    with store.writing(OFFICE) as session:
        case_id = session.scalars(select(Case.id)).one()
        return petitioners.reveal_people(session, case_id, reason="核对")


def test_what_the_sheet_leaves_empty_of_a_person_stays(store: Store, run: Any) -> None:
    run([PERSON, [*ROWS[0], "13800138000", "幸福小区"]])
    with store.reading(OFFICE) as session:
        case_id = session.scalars(select(Case.id)).one()
    with store.writing(OFFICE) as session:
        people = [
            Person("王小明", "13800138000", "幸福小区"),
            Person("赵六", representative=True),
        ]
        for person in petitioners.people_rows(session, case_id, people)[1:]:
            session.execute(insert(Petitioner).values(**person))
    _, result = run([PERSON, [ROWS[0][0], "王晓明", *ROWS[0][2:], "", ""]])

    assert result.counts["updated"] == 1
    assert _people(store) == [
        Person("王晓明", "13800138000", "幸福小区"),
        Person("赵六", representative=True),
    ]
    with store.writing(OFFICE) as session:
        import_undo.undo(session, result.batch, today=TODAY, now=NOW)
    assert [person.name for person in _people(store)] == ["王小明", "赵六"]


def test_a_changed_phone_or_address_alone_is_a_change(store: Store, run: Any) -> None:
    run([PERSON, [*ROWS[0], "13800138000", "幸福小区"]])
    plan, _ = run([PERSON, [*ROWS[0], "13900139000", "幸福小区"]])
    assert set(plan.rows[0].changes) == {"phone"}
    plan, _ = run([PERSON, [*ROWS[0], "13900139000", "平安小区"]])
    assert set(plan.rows[0].changes) == {"address"}
    assert _people(store) == [Person("王小明", "13900139000", "平安小区")]


def test_a_person_the_register_did_not_have_is_added(store: Store, run: Any) -> None:
    run([PERSON, [ROWS[0][0], "", *ROWS[0][2:], "", ""]])
    _, result = run([PERSON, [*ROWS[0], "13800138000", ""]])

    assert result.counts["updated"] == 1
    assert _people(store) == [Person("王小明", "13800138000")]
    with store.writing(OFFICE) as session:
        import_undo.undo(session, result.batch, today=TODAY, now=NOW)
    assert _people(store) == []


def test_a_phone_without_a_name_is_kept_with_a_warning(store: Store, run: Any) -> None:
    nameless = [ROWS[0][0], "", *ROWS[0][2:], "13800138000", ""]
    plan, _ = run([PERSON, nameless])

    assert [(w.cell, "匿名" in w.message) for w in plan.rows[0].warnings] == [("B2", True)]
    assert _people(store) == [Person("匿名", "13800138000")]


def test_no_name_is_put_in_the_place_of_a_known_one(store: Store, run: Any) -> None:
    run([PERSON, [*ROWS[0], "13800138000", ""]])
    run([PERSON, [ROWS[0][0], "", *ROWS[0][2:], "13900139000", ""]])

    assert _people(store) == [Person("王小明", "13900139000")]


def test_an_id_in_the_text_never_reaches_the_register(store: Store, run: Any) -> None:
    number = "11010519491231002X"
    grid = [PROGRESS, [*ROWS[0][:4], f"本人{number}，电话13800138000", f"已回复{number}", ""]]
    plan, _ = run(grid)

    assert [(w.cell, "打码后导入" in w.message) for w in plan.rows[0].warnings] == [
        ("E2", True),
        ("F2", True),
    ]
    assert number not in _case(store).content + "".join(_lines(store))
    assert "13800138000" in _case(store).content
    _, again = run(grid)
    assert again.counts["unchanged"] == 1


def test_a_masked_name_and_phone_change_nothing(store: Store, run: Any) -> None:
    run([PERSON, [*ROWS[0], "13800138000", ""]])
    masked = [ROWS[0][0], "王某", *ROWS[0][2:], "138****8000", ""]
    _, again = run([PERSON, masked])

    assert again.counts["unchanged"] == 1


def test_a_batch_nobody_touched_can_be_taken_back(store: Store, run: Any) -> None:
    run([HEAD, ROWS[0]])
    _, result = run([HEAD, [*ROWS[0][:1], "换了人", *ROWS[0][2:4], "改过的内容"], ROWS[1]])
    assert (result.counts["inserted"], result.counts["updated"]) == (1, 1)

    with store.writing(OFFICE) as session:
        undone = import_undo.undo(session, result.batch, today=TODAY, now=NOW)

    assert undone == (1, 1)
    assert total(store) == 1
    with store.reading(OFFICE) as session:
        row = cases.register_page(session, CaseFilter(term="每晚施工"))[0]
        assert case_file.case_file(session, row.number).people[0].name == "王某"
        assert cases.register_page(session, CaseFilter(term="灌溉")) == []
        assert audit.verify(session).whole


@pytest.mark.parametrize("touch", ["edit", "entry"])
def test_a_batch_that_was_touched_cannot_be_taken_back(store: Store, run: Any, touch: str) -> None:
    _, result = run([HEAD, *ROWS])
    with store.reading(OFFICE) as session:
        row = cases.register_page(session, CaseFilter(term="噪音"))[0]
    with store.writing(OFFICE) as session:
        if touch == "edit":
            case_commands.change_case(
                session, row.id, {"place": "东村"}, base={}, version=1, today=TODAY, now=NOW
            )
        else:
            case_commands.add_entry(
                session,
                row.id,
                kind=EntryKind.EVIDENCE,
                happened_on=TODAY,
                text="",
                files=[NewFile("笔录.txt", "笔录".encode())],
                limit_mb=10,
                today=TODAY,
                now=NOW,
            )

    with pytest.raises(RuleError, match=row.number), store.writing(OFFICE) as session:
        import_undo.undo(session, result.batch, today=TODAY, now=NOW)
    assert total(store) == 2


def test_a_mark_nobody_judged_goes_with_the_batch_it_points_at(store: Store, run: Any) -> None:
    _, result = run([HEAD, *ROWS])
    with store.writing(OFFICE) as session:
        brought = session.scalars(select(Case.id).order_by(Case.id)).first()
        later = case_commands.open_case(
            session, LATER, people=[], today=TODAY, now=NOW, suspect_of=brought
        )
    with store.writing(OFFICE) as session:
        assert import_undo.undo(session, result.batch, today=TODAY, now=NOW) == (2, 0)

    with store.reading(OFFICE) as session:
        assert session.get_one(Case, later.id).suspect_of_id is None


def test_a_batch_that_a_case_is_said_to_repeat_cannot_be_taken_back(store: Store, run: Any) -> None:
    _, result = run([HEAD, *ROWS])
    with store.writing(OFFICE) as session:
        brought = session.scalars(select(Case.id).order_by(Case.id)).first()
        values = {**LATER, "repeat_of_id": brought}
        later = case_commands.open_case(session, values, people=[], today=TODAY, now=NOW)

    with pytest.raises(RuleError, match=later.number), store.writing(OFFICE) as session:
        import_undo.undo(session, result.batch, today=TODAY, now=NOW)


def test_a_batch_is_taken_back_once(store: Store, run: Any) -> None:
    _, result = run([HEAD, *ROWS])
    with store.writing(OFFICE) as session:
        import_undo.undo(session, result.batch, today=TODAY, now=NOW)
    with pytest.raises(RuleError, match="已经撤销过"), store.writing(OFFICE) as session:
        import_undo.undo(session, result.batch, today=TODAY, now=NOW)


def test_a_unit_may_not_import(store: Store, run: Any) -> None:
    with pytest.raises(NotAllowed):
        run([HEAD, *ROWS], by=Actor(None, "单位", frozenset({Role.UNIT})))


def test_a_mapping_corrected_by_hand_is_remembered(store: Store) -> None:
    with store.writing(OFFICE) as session:
        commands.remember_layout(session, "k" * 64, {"甲列": "title", "乙列": ""}, now=NOW)
    with store.reading(OFFICE) as session:
        assert queries.layout(session, "k" * 64) == {"甲列": "title", "乙列": ""}
        assert queries.layout(session, "x" * 64) == {}


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("name", "rows"),
    [("messages_with_replies", 120), ("messages_labelled", 495), ("messages_2019h1", 2109)],
)
def test_a_real_file_comes_in_whole_and_only_once(
    store: Store, run: Any, name: str, rows: int
) -> None:
    content = (real_data() / f"{name}.xlsx").read_bytes()
    sheet = likely_sheet(open_workbook(content, f"{name}.xlsx", limit_bytes=20 << 20))
    assert sheet is not None
    read = reading(sheet.rows)

    _, first = run(read)
    _, second = run(read)

    assert first.counts["rows"] == rows
    assert_sums(first.counts)
    # One message of the labelled file stands there twice under two labels.
    assert first.counts["rejected"] == (1 if name == "messages_labelled" else 0)
    assert second.counts["inserted"] == second.counts["updated"] == 0
    assert total(store) == first.counts["inserted"]


def test_what_was_imported_is_found_before_and_after_its_index_is_made(
    store: Store, run: Any
) -> None:
    run([HEAD, *ROWS])

    def found(term: str) -> list[str]:
        with store.reading(OFFICE) as session:
            return [row.title for row in cases.register_page(session, CaseFilter(term=term))]

    terms = ["噪", "噪音", "夜间噪音", "灌溉", "000002", "没有的词"]
    before = [found(term) for term in terms]
    while search.catch_up(store.engine, limit=1):
        pass

    assert [len(titles) for titles in before] == [1, 1, 1, 1, 1, 0]
    assert [found(term) for term in terms] == before


def test_an_import_edited_before_its_index_is_made_is_found_by_its_new_words(
    store: Store, run: Any
) -> None:
    run([HEAD, *ROWS])
    with store.reading(OFFICE) as session:
        row = cases.register_page(session, CaseFilter(term="噪音"))[0]
    with store.writing(OFFICE) as session:
        case_commands.change_case(
            session, row.id, {"title": "路灯不亮"}, base={}, version=1, today=TODAY, now=NOW
        )
    search.catch_up(store.engine)

    with store.reading(OFFICE) as session:
        assert len(cases.register_page(session, CaseFilter(term="路灯"))) == 1
        assert cases.register_page(session, CaseFilter(term="噪音")) == []


@pytest.mark.parametrize("indexed", [True, False])
def test_taking_a_batch_back_leaves_nothing_in_the_index(
    store: Store, run: Any, indexed: bool
) -> None:
    _, result = run([HEAD, *ROWS])
    if indexed:
        search.catch_up(store.engine)
    with store.writing(OFFICE) as session:
        import_undo.undo(session, result.batch, today=TODAY, now=NOW)
    run([HEAD, ["WX20260201", "王五", "全新的事项", "2026/10/8", "全新的内容"]])

    with store.reading(OFFICE) as session:
        assert cases.register_page(session, CaseFilter(term="噪音")) == []
        assert len(cases.register_page(session, CaseFilter(term="全新"))) == 1


def test_a_ledger_moves_no_case_whose_procedure_is_followed_here(store: Store, run: Any) -> None:
    run([CLOSED[0], [*ROWS[0], "未办结"]])
    with store.writing(OFFICE) as session:
        case = session.scalars(select(Case)).one()
        case.state = CaseState.RETURNED
        session.add(
            CaseStep(
                case_id=case.id,
                step=Step.OBJECT,
                happened_on=TODAY,
                state_before=CaseState.FORWARDED,
                state_after=CaseState.RETURNED,
                actor="甲",
                at=NOW,
            )
        )

    grid = [CLOSED[0], [*ROWS[0][:4], "改到凌晨两点", "已办结"]]
    plan, _ = run(grid, choices=Choices(closed_on=TODAY))

    case = _case(store)
    assert (case.state, case.closed_on) == (CaseState.RETURNED, None)
    assert (case.content, case.wound) == ("改到凌晨两点", False)
    assert "closed_on" in plan.rows[0].kept


def test_a_ledger_does_not_wake_a_merged_case_and_a_decided_batch_stays(
    store: Store, run: Any
) -> None:
    _, result = run([HEAD, *ROWS])
    with store.writing(OFFICE) as session:
        first, second = session.scalars(select(Case.id).order_by(Case.received_on))
        versions = [session.get_one(Case, each).version for each in (second, first)]
        duplicates.decide_pair(
            session,
            second,
            first,
            kind=SameKind.DOUBLE,
            version=versions[0],
            other_version=versions[1],
            today=TODAY,
            now=NOW,
        )
    changed = [[*ROWS[0][:4], "每晚施工到一点"], [*ROWS[1][:4], "渠道被填平"]]
    plan, again = run([HEAD, *changed])

    assert (again.counts["updated"], again.counts["ignored"]) == (1, 1)
    (ignored,) = [row for row in plan.rows if row.outcome is Outcome.IGNORED]
    assert "已并入" in ignored.reason
    with store.reading(OFFICE) as session:
        merged = session.get_one(Case, second)
        assert (merged.state, merged.content) == (CaseState.MERGED, ROWS[1][4])
    with pytest.raises(RuleError, match="2 件被修改"), store.writing(OFFICE) as session:
        import_undo.undo(session, result.batch, today=TODAY, now=NOW)


def test_rows_without_a_class_get_the_one_taken_over_and_others_keep_theirs(
    store: Store, run: Any
) -> None:
    with store.writing(SYSTEM) as session:
        codes.import_codes(session, [("环境", "噪音", ""), ("水务", "灌溉", "")])
    with store.reading(SYSTEM) as session:
        ids = resolve_codes(session)
    grid = [[*HEAD, "一级分类"], [*ROWS[0], ""], [*ROWS[1], "水务"]]
    chosen = Choices(classes={2: ids["环境"], 3: ids["环境"]})
    run(grid, choices=chosen)

    with store.reading(OFFICE) as session:
        found = session.scalars(select(Case.code_id).order_by(Case.received_on)).all()
    assert found == [ids["环境"], ids["水务"]]
    _, again = run(grid)
    assert again.counts["unchanged"] == 2
