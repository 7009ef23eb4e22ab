"""The ledger of visits: filters, counts, the file taken along, and old ledgers brought in."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.engine import Store
from db.models.audit import AuditEntry
from db.models.imports import ImportBatch
from db.models.receptions import Visit
from db.queries import receivers
from rules.permissions import SYSTEM
from rules.reception_terms import VisitOutcome
from rules.terms import AuditAction, ImportMode, Purpose, Role
from tests.conftest import OFFICE
from tests.pages.conftest import said
from tests.receptions import Make

Open = Callable[..., AppTest]
Read = Callable[[], list[Visit]]
HEAD = [
    "接访日期",
    "接访领导",
    "来访人",
    "人数",
    "反映主要问题及发生地",
    "接待处理意见",
    "办理结果",
]
ROW = ["2025-03-04", "王县长", "张三", 2, "石门镇道路积水", "请住建局办理", "已办结"]


def _numbers(page: AppTest) -> list[str]:
    return [str(each) for frame in page.dataframe for each in frame.value.iloc[:, 0]]


def _workbook(*rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["某县2025年领导接访台账"])
    sheet.merge_cells("A1:G1")
    for row in (HEAD, *rows):
        sheet.append(row)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _upload(page: AppTest, *rows: list[Any]) -> None:
    page.segmented_control(key="visits_part").set_value("导入旧台账").run()
    page.file_uploader(key="visit_ledger").upload("台账.xlsx", _workbook(*rows)).run()
    assert not page.exception


def test_filters_narrow_the_list(open_page: Open, make_visit: Make) -> None:
    answered, group = make_visit(outcome=VisitOutcome.ANSWERED), make_visit(people=9)
    page = open_page("receptions/visits", Role.OFFICE)
    assert _numbers(page) == [group.number, answered.number]
    assert "**2** 批次 · **11** 人次 · **2** 件 · 集体访 **1** 批次" in page.markdown[0].value
    page.selectbox(key="v_outcome").set_value(VisitOutcome.ANSWERED).run()
    assert _numbers(page) == [answered.number]
    page.button(key="v_clear").click().run()
    page.toggle(key="v_collective").set_value(True).run()
    assert _numbers(page) == [group.number]


def test_the_address_says_what_the_list_is_narrowed_to(open_page: Open, make_visit: Make) -> None:
    answered, _ = make_visit(outcome=VisitOutcome.ANSWERED), make_visit()
    page = open_page("receptions/visits", Role.OFFICE, query={"v_outcome": "现场答复"})
    assert _numbers(page) == [answered.number]


def test_words_are_searched_and_stay_out_of_the_address(open_page: Open, make_visit: Make) -> None:
    found, _ = make_visit(title="反映塔吊倒塌"), make_visit()
    page = open_page("receptions/visits", Role.OFFICE)
    page.text_input(key="v_term").set_value("塔吊").run()
    assert _numbers(page) == [found.number]
    assert "塔吊" not in str(dict(page.query_params))


def test_the_list_goes_on_after_fifty(open_page: Open, make_visit: Make) -> None:
    for _ in range(51):
        make_visit()
    page = open_page("receptions/visits", Role.OFFICE, query={"v_page": "2"})
    assert _numbers(page) == ["JF20260001"]


def test_the_export_is_masked_noted_and_holds_no_accusation(
    open_page: Open, make_visit: Make, store: Store
) -> None:
    make_visit("张三丰", title="=1+1", content="电话13812345678", instruction="请办理。")
    make_visit("李四光", purpose=Purpose.ACCUSATION)
    page = open_page("receptions/visits", Role.OFFICE)
    page.session_state["visit_export"] = True
    page.run()
    page.button(key="visit_export_make").click().run()
    ready = page.session_state["_visit_export"]
    book = openpyxl.load_workbook(BytesIO(ready["file"]))
    head, *lines = book["接访台账"].iter_rows(values_only=True)
    (line,) = (dict(zip(head, each, strict=True)) for each in lines)
    assert (line["来访人"], line["批次"], line["接待处理意见"]) == ("张某", 1, "请办理。")
    assert str(line["反映主要问题及发生地"]).startswith("=1+1")
    assert book["接访台账"]["H2"].data_type != "f"
    assert "13812345678" not in str(line)
    assert any("检举控告 1 批次" in str(each) for each in book["说明"].values)
    with store.reading(SYSTEM) as session:
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.action == AuditAction.EXPORT)
        ).one()
    assert (entry.entity, entry.changes["rows"]) == ("visits", 1)


def test_an_old_ledger_is_looked_at_and_then_written_once(
    open_page: Open, leader: int, visits_of: Read
) -> None:
    page = open_page("receptions/visits", Role.OFFICE)
    _upload(page, ROW, [*ROW[:4], "另一件事", "", ""])
    assert visits_of() == []
    assert any("共 2 行 = 新增 2" in each.value for each in page.markdown)
    page.button(key="visit_import").click().run()
    assert "已导入 2 批次" in said(page)
    assert [visit.leader_id for visit in visits_of()] == [leader, leader]
    assert any("未变 2" in each.value for each in page.markdown)
    assert not [each for each in page.button if each.key == "visit_import"]


def test_an_unknown_leader_is_asked_for(open_page: Open, leader: int, visits_of: Read) -> None:
    page = open_page("receptions/visits", Role.OFFICE)
    _upload(page, ["2025-03-04", "孙某某", *ROW[2:]])
    assert not [each for each in page.button if each.key == "visit_import"]
    assert any("B3" in str(frame.value) for frame in page.dataframe)
    page.selectbox(key="visit_name_leader_孙某某").set_value(leader).run()
    page.button(key="visit_import").click().run()
    assert [visit.leader_id for visit in visits_of()] == [leader]


def test_whom_a_name_means_is_asked_for_once_in_ledgers_and_rosters(
    open_page: Open, leader: int, visits_of: Read, store: Store
) -> None:
    page = open_page("receptions/visits", Role.OFFICE)
    _upload(page, ["2025-03-04", "孙 某某（县长）", *ROW[2:]])
    page.selectbox(key="visit_name_leader_孙某某").set_value(leader).run()
    page.button(key="visit_import").click().run()

    with store.reading(OFFICE) as session:
        assert receivers.by_name(session)["孙某某"] == leader
    page = open_page("receptions/visits")
    _upload(page, ["2025-03-05", "孙某某", *ROW[2:]])
    page.button(key="visit_import").click().run()
    assert [visit.leader_id for visit in visits_of()] == [leader, leader]


def test_the_day_of_closing_is_asked_for(open_page: Open, leader: int, visits_of: Read) -> None:
    page = open_page("receptions/visits", Role.OFFICE)
    _upload(page, ROW)
    page.date_input(key="visit_closed_on").set_value(date(2025, 12, 31)).run()
    page.button(key="visit_import").click().run()
    assert [visit.closed_on for visit in visits_of()] == [date(2025, 12, 31)]


def test_columns_are_mapped_by_hand_and_remembered(
    open_page: Open, leader: int, visits_of: Read
) -> None:
    page = open_page("receptions/visits", Role.OFFICE)
    _upload(page, ROW)
    column = next(each for each in page.selectbox if each.label == "接待处理意见")
    column.set_value("remark").run()
    page.button(key="visit_import").click().run()
    (visit,) = visits_of()
    assert (visit.instruction, visit.remark) == ("", "请住建局办理")
    again = next(each for each in page.selectbox if each.label == "接待处理意见")
    assert again.value == "remark"


def test_one_bad_row_sends_all_back_when_asked(
    open_page: Open, leader: int, visits_of: Read
) -> None:
    page = open_page("receptions/visits", Role.OFFICE)
    _upload(page, ROW, ["某日", *ROW[1:]])
    page.selectbox(key="visit_mode").set_value(ImportMode.ALL_OR_NOTHING).run()
    assert not [each for each in page.button if each.key == "visit_import"]
    page.selectbox(key="visit_mode").set_value(ImportMode.VALID_ONLY).run()
    page.button(key="visit_import").click().run()
    assert len(visits_of()) == 1


def test_a_batch_is_taken_back(open_page: Open, leader: int, visits_of: Read, store: Store) -> None:
    page = open_page("receptions/visits", Role.OFFICE)
    _upload(page, ROW)
    page.button(key="visit_import").click().run()
    page.segmented_control(key="visits_part").set_value("导入记录").run()
    page.checkbox(key="visit_undo_sure_1").check().run()
    page.button(key="visit_undo_1").click().run()
    assert visits_of() == []
    with store.reading(SYSTEM) as session:
        assert session.scalars(select(ImportBatch)).one().undone_by == "小李"


def test_a_file_that_is_no_ledger_is_refused_in_words(open_page: Open) -> None:
    page = open_page("receptions/visits", Role.OFFICE)
    page.segmented_control(key="visits_part").set_value("导入旧台账").run()
    page.file_uploader(key="visit_ledger").upload("台账.xlsx", b"no workbook at all").run()
    assert page.error
    assert not page.exception


def test_a_unit_has_its_own_and_no_import(
    open_page: Open, make_visit: Make, make_unit: Callable[..., int]
) -> None:
    unit = make_unit("县住建局")
    mine, _ = make_visit(unit_id=unit), make_visit()
    page = open_page("receptions/visits", Role.UNIT, unit_id=unit)
    assert _numbers(page) == [mine.number]
    assert not [each for each in page.segmented_control if each.key == "visits_part"]
