"""交办会 on the screen: a batch opened, its list handed over, received, changed, ended, printed."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.commands import batches as commands
from db.commands.cases import Opened
from db.engine import Store
from db.models.batches import Batch, BatchCase
from db.models.cases import Case
from db.models.procedure import CaseStep
from db.queries.handing import Wanted
from rules.case_terms import BatchKind, Step
from rules.permissions import SYSTEM
from rules.terms import AuditAction, CaseState, Purpose, Role
from tests.conftest import NOW, OFFICE, TODAY
from tests.pages.cases.conftest import DUE, HELD
from tests.pages.conftest import said

Open = Callable[..., AppTest]
Make = Callable[..., Any]


@pytest.fixture
def old_case(make_case: Callable[..., Opened]) -> Callable[..., Opened]:
    """Return a function that registers a matter received before the meeting."""
    day = HELD - timedelta(days=3)
    return lambda **values: make_case(received_on=day, registered_on=day, **values)


@pytest.fixture
def open_batch_page(open_page: Open) -> Open:
    """Return a function that opens one batch, for the office unless told otherwise."""

    def open_(batch_id: object, *roles: Role, **account: Any) -> AppTest:
        query = {"batch": str(batch_id)}
        return open_page("cases/batches", *(roles or (Role.OFFICE,)), query=query, **account)

    return open_


def _click(page: AppTest, key: str) -> None:
    next(b for b in [*page.button, *page.form_submit_button] if b.key == key).click().run()
    assert not page.exception


def _batch(store: Store) -> Batch:
    with store.reading(SYSTEM) as session:
        found = session.scalars(select(Batch)).one()
        session.expunge(found)
        return found


def _rows(store: Store) -> list[BatchCase]:
    with store.reading(SYSTEM) as session:
        found = list(session.scalars(select(BatchCase).order_by(BatchCase.position)))
        session.expunge_all()
        return found


def _set(store: Store, case_id: int, **values: Any) -> None:
    with store.writing(SYSTEM) as session:
        case = session.get_one(Case, case_id)
        for name, value in values.items():
            setattr(case, name, value)


def _lines(page: AppTest) -> Any:
    return next(area for area in page.text_area if (area.key or "").startswith("lines_"))


def _errors(page: AppTest) -> str:
    return "\n".join(error.value for error in page.error)


def _metrics(page: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in page.metric}


def test_the_office_opens_a_batch_and_stands_before_its_list(store: Store, open_page: Open) -> None:
    page = open_page("cases/batches", Role.OFFICE)

    page.text_input(key="new_name").input("第一次重复信访交办")
    page.selectbox(key="new_kind").set_value(BatchKind.BACKLOG)
    page.text_input(key="new_meeting").input("第三季度交办会")
    page.date_input(key="new_held_on").set_value(HELD)
    page.date_input(key="new_due_on").set_value(DUE)
    page.text_input(key="new_note").input("会议纪要第 3 号")
    _click(page, "new_submit")

    batch = _batch(store)
    assert (batch.name, batch.kind, batch.meeting) == (
        "第一次重复信访交办",
        BatchKind.BACKLOG,
        "第三季度交办会",
    )
    assert (batch.held_on, batch.due_on, batch.note) == (HELD, DUE, "会议纪要第 3 号")
    assert page.query_params["batch"] == str(batch.id)
    assert page.title[0].value == "第一次重复信访交办"


def test_what_a_batch_lacks_is_said_and_nothing_is_opened(store: Store, open_page: Open) -> None:
    page = open_page("cases/batches", Role.OFFICE)

    _click(page, "new_submit")

    assert "请填写批次名称" in _errors(page)
    assert "请填写办结时限" in _errors(page)
    with store.reading(SYSTEM) as session:
        assert session.scalars(select(Batch)).all() == []


def test_a_pasted_list_is_looked_at_and_handed_over(
    store: Store,
    open_batch_page: Open,
    make_batch: Make,
    old_case: Make,
    make_unit: Make,
    make_leader: Make,
) -> None:
    unit, other, lead = make_unit("住建局"), make_unit("城管局"), make_leader("王县长")
    first, second = old_case(), old_case()
    page = open_batch_page(make_batch("第一次"))

    page.selectbox(key="unit_else").set_value(other)
    page.selectbox(key="lead_else").set_value(lead)
    _lines(page).input(f"{first.number}\t住建局\t\t2026-12-31\n{second.number}").run()
    page.button(key="batch_hand").click().run()

    assert not page.exception
    assert [(row.unit_id, row.lead_id) for row in _rows(store)] == [(unit, lead), (other, lead)]
    assert _rows(store)[0].due_on.isoformat() == "2026-12-31"
    with store.reading(SYSTEM) as session:
        assert session.scalars(select(CaseStep.step)).all() == [Step.ASSIGN, Step.ASSIGN]
    assert said(page) == "走了交办步骤 2 件"
    assert _lines(page).value == ""
    assert _metrics(page)["交办"] == "2"


def test_one_wrong_line_holds_the_whole_list_back(
    store: Store, open_batch_page: Open, make_batch: Make, old_case: Make, make_unit: Make
) -> None:
    make_unit("住建局")
    good, bare = old_case(), old_case()
    page = open_batch_page(make_batch("第一次"))

    _lines(page).input(f"{good.number}，住建局\n{bare.number}\n没有的编号").run()

    assert "有 2 处要先改好" in _errors(page)
    assert "第 2 行：没有责任单位" in _errors(page)
    assert "第 3 行：没有编号为" in _errors(page)
    assert page.button(key="batch_hand").disabled
    assert _rows(store) == []


def test_a_case_of_another_batch_is_handed_over_once_that_is_confirmed(
    store: Store, open_batch_page: Open, make_batch: Make, old_case: Make, make_unit: Make
) -> None:
    opened = old_case()
    make_batch("第一次", opened, unit_id=make_unit("住建局"))
    second = make_batch("第二次")
    page = open_batch_page(second)
    _lines(page).input(opened.number).run()

    _click(page, "batch_hand")
    assert "已在“第一次”交办尚未结束" in _errors(page)
    assert len(_rows(store)) == 1

    page.checkbox(key="batch_again").check()
    _click(page, "batch_hand")
    assert [row.batch_id for row in _rows(store)][-1] == second
    assert said(page) == "已在办理、只列入名单 1 件"


def test_what_a_filter_leaves_is_put_on_the_list(
    open_batch_page: Open, make_batch: Make, old_case: Make, make_unit: Make
) -> None:
    unit = make_unit("住建局")
    mine, _ = old_case(unit_id=unit), old_case()
    old_case(unit_id=unit, purpose=Purpose.ACCUSATION)
    page = open_batch_page(make_batch("第一次"))

    page.session_state["batch_pick"] = True
    page.run()
    page.selectbox(key="unit").set_value(unit).run()
    _click(page, "batch_pick_take")

    assert _lines(page).value == mine.number


def test_a_ledger_is_read_and_its_cells_are_named(
    store: Store, open_batch_page: Open, make_batch: Make, old_case: Make, make_unit: Make
) -> None:
    make_unit("住建局")
    opened = old_case()
    page = open_batch_page(make_batch("第一次"))

    def upload(unit: str) -> None:
        book = Workbook()
        for row in (["序号", "案件编号", "责任单位"], [1, opened.number, unit]):
            book.worksheets[0].append(row)
        out = BytesIO()
        book.save(out)
        page.file_uploader[0].upload("台账.xlsx", out.getvalue()).run()
        assert not page.exception

    upload("没有的局")
    assert "C2：单位表里没有“没有的局”" in _errors(page)
    upload("住建局")
    _click(page, "batch_hand")

    assert [row.case_id for row in _rows(store)] == [opened.id]


def test_a_file_that_is_no_ledger_is_refused(open_batch_page: Open, make_batch: Make) -> None:
    page = open_batch_page(make_batch("第一次"))

    page.file_uploader[0].upload("台账.xlsx", b"PK\x03\x04 nothing").run()

    assert not page.exception
    assert "文件" in _errors(page)


def test_a_unit_sees_its_own_and_confirms_the_receipt(
    store: Store, open_batch_page: Open, make_batch: Make, old_case: Make, make_unit: Make
) -> None:
    unit, other = make_unit("住建局"), make_unit("城管局")
    batch = make_batch("第一次", old_case(title="甲"), old_case(title="乙"), unit_id=unit)
    with store.writing(OFFICE) as session:
        theirs = [Wanted(old_case(title="别家").id, other)]
    with store.writing(OFFICE) as session:
        commands.add_cases(session, batch, theirs, today=TODAY, now=NOW)
    page = open_batch_page(batch, Role.UNIT, unit_id=unit)
    kept = _rows(store)[0].id

    page.multiselect(key=f"receive_{batch}").set_value([kept])
    _click(page, "receive_submit")

    assert _metrics(page)["交办"] == "2"
    assert said(page) == "已签收 1 件"
    assert [row.received_by for row in _rows(store)] == ["小李", None, None]
    assert not [box for box in page.text_area if (box.key or "").startswith("lines_")]


def test_the_office_is_told_whose_receipts_are_missing_and_signs_none(
    open_batch_page: Open, make_batch: Make, old_case: Make, make_unit: Make
) -> None:
    batch = make_batch("第一次", old_case(), unit_id=make_unit("住建局"))

    page = open_batch_page(batch)

    assert "尚未签收：住建局 1 件" in page.warning[0].value
    assert not [box for box in page.multiselect if (box.key or "").startswith("receive_")]


def test_one_case_is_given_another_lead_day_and_note(
    store: Store,
    open_batch_page: Open,
    make_batch: Make,
    old_case: Make,
    make_unit: Make,
    make_leader: Make,
) -> None:
    lead = make_leader("王县长")
    first, second = old_case(), old_case()
    batch = make_batch("第一次", first, second, unit_id=make_unit("住建局"))
    page = open_batch_page(batch)
    row = _rows(store)[1].id

    page.selectbox(key="batch_row").set_value(row).run()
    page.selectbox(key=f"row_lead-{row}").set_value(lead)
    page.date_input(key=f"row_due-{row}").set_value(TODAY)
    page.text_input(key=f"row_note-{row}").input("会上明确")
    _click(page, f"row_save-{row}")

    changed = _rows(store)[1]
    assert (changed.lead_id, changed.due_on, changed.note) == (lead, TODAY, "会上明确")
    assert _rows(store)[0].lead_id is None


def test_a_case_in_hand_is_not_given_to_another_unit(
    store: Store, open_batch_page: Open, make_batch: Make, old_case: Make, make_unit: Make
) -> None:
    unit, other = make_unit("住建局"), make_unit("城管局")
    page = open_batch_page(make_batch("第一次", old_case(), unit_id=unit))
    row = _rows(store)[0].id

    page.selectbox(key=f"row_unit-{row}").set_value(other)
    _click(page, f"row_save-{row}")

    assert "现由“住建局”办理，不能改交" in _errors(page)
    assert _rows(store)[0].unit_id == unit


def test_a_change_beside_a_rivals_is_told(
    store: Store, open_batch_page: Open, make_batch: Make, old_case: Make, make_unit: Make
) -> None:
    unit = make_unit("住建局")
    batch = make_batch("第一次", old_case(), unit_id=unit)
    page = open_batch_page(batch)
    row = _rows(store)[0].id
    with store.writing(OFFICE) as session:
        commands.add_cases(
            session, batch, [Wanted(_rows(store)[0].case_id, note="他人")], today=TODAY, now=NOW
        )

    page.text_input(key=f"row_note-{row}").input("我的")
    _click(page, f"row_save-{row}")

    assert "名单刚刚被他人修改" in _errors(page)
    assert _rows(store)[0].note == "他人"


def test_a_case_is_taken_off_the_list(
    store: Store, open_batch_page: Open, make_batch: Make, old_case: Make, make_unit: Make
) -> None:
    first, second = old_case(), old_case()
    page = open_batch_page(make_batch("第一次", first, second, unit_id=make_unit("住建局")))

    _click(page, f"row_out-{_rows(store)[0].id}")

    assert [row.case_id for row in _rows(store)] == [second.id]


def test_a_batch_ends_with_its_results_and_they_stay(
    store: Store, open_batch_page: Open, make_batch: Make, old_case: Make, make_unit: Make
) -> None:
    cases = [old_case() for _ in range(5)]
    batch = make_batch("第一次", *cases, unit_id=make_unit("住建局"))
    for each in cases[:4]:
        _set(store, each.id, resolved_on=TODAY)
    _set(store, cases[0].id, settled_on=TODAY)
    page = open_batch_page(batch)

    _click(page, "end_submit")
    assert "请先勾选确认" in _errors(page)
    assert _batch(store).closed_at is None
    page.checkbox(key=f"end_sure_{batch}").check()
    _click(page, "end_submit")
    _set(store, cases[4].id, resolved_on=TODAY)
    page.run()

    assert _batch(store).closed_by == "小李"
    assert _metrics(page)["化解率"] == "80.0%（4/5）"
    assert _metrics(page)["停访息诉率"] == "20.0%（1/5）"
    units = next(frame.value for frame in page.dataframe if "化解率" in frame.value)
    assert list(units["责任单位"]) == ["住建局"]
    assert list(units["化解率"]) == ["80.0%（4/5）"]
    assert not [area for area in page.text_area if (area.key or "").startswith("lines_")]


def test_ones_own_change_of_the_list_is_no_rival_of_ones_other_forms(
    store: Store, open_batch_page: Open, make_batch: Make, old_case: Make, make_unit: Make
) -> None:
    unit = make_unit("住建局")
    batch = make_batch("第一次", old_case(), unit_id=unit)
    page = open_batch_page(batch)
    row = _rows(store)[0].id
    _lines(page).input(f"{old_case().number}，住建局").run()
    _click(page, "batch_hand")

    page.text_input(key=f"row_note-{row}").input("会上明确")
    _click(page, f"row_save-{row}")
    page.checkbox(key=f"end_sure_{batch}").check()
    _click(page, "end_submit")

    assert not page.error
    assert _rows(store)[0].note == "会上明确"
    assert _batch(store).closed_by == "小李"


def test_whoever_ends_a_batch_beside_a_rivals_change_is_told(
    store: Store, open_batch_page: Open, make_batch: Make, old_case: Make, make_unit: Make
) -> None:
    unit = make_unit("住建局")
    batch = make_batch("第一次", old_case(), unit_id=unit)
    page = open_batch_page(batch)
    more = [Wanted(old_case().id, unit)]
    with store.writing(OFFICE) as session:
        commands.add_cases(session, batch, more, today=TODAY, now=NOW)

    page.checkbox(key=f"end_sure_{batch}").check()
    _click(page, "end_submit")

    assert "名单刚刚被他人修改" in _errors(page)
    assert _batch(store).closed_at is None


def test_an_empty_batch_is_dropped(store: Store, open_batch_page: Open, make_batch: Make) -> None:
    page = open_batch_page(make_batch("建错的"))

    _click(page, "batch_drop")

    with store.reading(SYSTEM) as session:
        assert session.scalars(select(Batch)).all() == []
    assert page.title[0].value == "交办会"


def test_the_ledger_is_taken_along_and_noted(
    open_batch_page: Open,
    make_batch: Make,
    old_case: Make,
    make_unit: Make,
    entries_of: Make,
) -> None:
    opened = old_case(person="张三丰")
    batch = make_batch("第一次", opened, unit_id=make_unit("住建局"))
    page = open_batch_page(batch)

    _click(page, "batch_sheet")

    file = load_workbook(BytesIO(page.session_state["_batch_sheet"]["file"]))
    cells = [cell.value for cell in file["重复信访交办台账"][2]]
    assert opened.number in cells
    assert "张某" in cells
    entry = entries_of(AuditAction.EXPORT)[0]
    assert (entry.entity, entry.entity_id, entry.changes) == ("batches", batch, {"rows": 1})


def test_a_leader_reads_what_he_leads_and_takes_nothing_along(
    store: Store,
    open_batch_page: Open,
    make_batch: Make,
    old_case: Make,
    make_unit: Make,
    make_leader: Make,
) -> None:
    lead = make_leader("王县长")
    batch = make_batch("第一次", old_case(lead_id=lead), old_case(), unit_id=make_unit("住建局"))

    page = open_batch_page(batch, Role.LEADER, leader_id=lead)

    assert _metrics(page)["交办"] == "1"
    assert not [button for button in page.button if button.key == "batch_sheet"]


@pytest.mark.parametrize("address", ["999", "x", "9" * 30, "-1", "²"])
def test_an_address_of_no_batch_of_ones_own_says_so(
    open_batch_page: Open, make_batch: Make, address: str
) -> None:
    make_batch("第一次")

    page = open_batch_page(address)

    assert "该批次不存在" in _errors(page)
    _click(page, "batch_back")
    assert "batch" not in page.query_params
    assert page.title[0].value == "交办会"
    assert not page.error


def test_the_list_shows_how_far_each_batch_is(
    store: Store, open_page: Open, make_batch: Make, old_case: Make, make_unit: Make
) -> None:
    opened = old_case()
    make_batch("第一次", opened, unit_id=make_unit("住建局"))
    _set(store, opened.id, state=CaseState.ACCEPTED, resolved_on=TODAY)

    page = open_page("cases/batches", Role.OFFICE)

    told = "\n".join(caption.value for caption in page.caption)
    assert "交办 1，已签收 0，化解 1，化解率 100.0%（1/1），停访息诉率 0.0%（0/1）" in told
    page.button(key="batch_1").click().run()
    assert page.title[0].value == "第一次"
    assert page.query_params["batch"] == "1"


def test_a_unit_without_any_is_told_where_they_will_be(
    open_page: Open, make_unit: Make, make_batch: Make
) -> None:
    make_batch("第一次")

    page = open_page("cases/batches", Role.UNIT, unit_id=make_unit("住建局"))

    assert "有交给您的案件时会列在这里" in page.info[0].value


def test_a_batch_burns_down_on_its_page(
    store: Store,
    open_page: Open,
    make_batch: Make,
    old_case: Make,
    make_unit: Callable[..., int],
) -> None:
    done, idle = old_case(title="已化解"), old_case(title="未化解")
    batch = make_batch("第一次", done, idle, unit_id=make_unit("住建局"))
    with store.writing(SYSTEM) as session:
        session.get_one(Case, done.id).resolved_on = HELD + timedelta(days=2)
    page = open_page("cases/batches", Role.OFFICE, query={"batch": str(batch)})

    chart = page.get("vega_lite_chart")[0].proto
    assert chart.alt == f"批次剩余件数：{HELD} 剩余 2 件；{HELD + timedelta(days=2)} 剩余 1 件"

    page.session_state["burn_down_table"] = True
    page.run()

    rows = next(f.value for f in page.dataframe if "完成" in f.value)
    assert list(rows["编号"]) == [done.number, idle.number]
    assert list(rows["完成"]) == [f"{HELD + timedelta(days=2)}", "还没有"]
