"""The import screen: upload, preview, carrying out, the rows that come back, and undoing."""

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import PatternFill
from sqlalchemy import func, select
from streamlit.testing.v1 import AppTest

from db.engine import Store
from db.models.cases import Case
from db.models.imports import ImportBatch, ImportLayout
from db.models.units import Unit, UnitAlias
from documents import import_list
from rules.permissions import SYSTEM
from rules.terms import AuditAction, Channel, ImportMode, Role
from settings import Settings
from tests.conftest import OFFICE, TODAY
from tests.pages.conftest import said
from tests.ui.learning import ROAD, WATER, learn

Open = Callable[..., AppTest]
HEADER = ["序号", "信访人", "反映内容", "登记时间", "责任单位", "人数"]
GOOD = [1, "冯某某", "大桥村三组路灯损坏半年无人维修", "2026-10-01", "县交通运输局", 1]
FUTURE = [2, "陈某某", "自来水浑浊已有一周", "2203-01-01", "县交通运输局", 2]
NEGATIVE = [3, "褚某某", "学校食堂收费过高", "2026-10-05", "县交通运输局", -3]


def _book(
    *rows: list[Any],
    header: list[str] = HEADER,
    sheet: str = "Sheet",
    fills: Mapping[int, str] | None = None,
) -> bytes:
    book = Workbook()
    page = book.worksheets[0]
    page.title = sheet
    for row in (["2026年信访台账"], header, *rows, ["合计", None, None, None, None, 0]):
        page.append(row)
    for number, colour in (fills or {}).items():
        for cell in page[number]:
            cell.fill = PatternFill("solid", fgColor=colour)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture
def page(open_page: Open, make_unit: Callable[..., int]) -> AppTest:
    make_unit("县交通运输局")
    return open_page("cases/imports", Role.OFFICE)


def _upload(page: AppTest, content: bytes, name: str = "台账.xlsx") -> None:
    page.file_uploader[0].upload(name, content).run()
    assert not page.exception


def _channel(page: AppTest) -> Any:
    return next(box for box in page.selectbox if (box.key or "").startswith("ledger_channel_"))


def _channels(store: Store) -> list[Channel]:
    with store.reading(OFFICE) as session:
        return list(session.scalars(select(Case.channel).order_by(Case.id)))


def _titles(store: Store) -> list[str]:
    with store.reading(OFFICE) as session:
        return list(session.scalars(select(Case.title).order_by(Case.id)))


def _figures(page: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in page.metric}


@pytest.mark.parametrize("config", ["sqlite", "postgresql"], indirect=True)
def test_a_ledger_is_previewed_carried_out_and_undone(page: AppTest, store: Store) -> None:
    _upload(page, _book(GOOD, FUTURE, NEGATIVE))
    assert _figures(page) == {
        "新增": "1",
        "更新": "0",
        "未变": "0",
        "疑似重复": "0",
        "退回": "2",
        "忽略": "1",
    }
    assert _titles(store) == []

    page.button(key="import_now").click().run()
    assert "第 1 批导入完成" in page.success[0].value
    assert _titles(store) == ["大桥村三组路灯损坏半年无人维修"]

    page.button(key="undo_1").click().run()
    asked = page.warning[0].value
    assert "删去这一批新增的 1 件" in asked
    assert "更新" not in asked
    assert len(_titles(store)) == 1
    page.button(key="undo_yes_1").click().run()
    assert "第 1 批已撤销：删去 1 件，改回 0 件" in said(page)
    assert _titles(store) == []
    assert not page.warning


@pytest.mark.parametrize("second", ["undo_no_1", "undo_1"])
def test_a_batch_stays_when_undoing_is_not_confirmed(
    page: AppTest, store: Store, second: str
) -> None:
    _upload(page, _book(GOOD))
    page.button(key="import_now").click().run()
    page.button(key="undo_1").click().run()
    page.button(key=second).click().run()

    assert not page.warning
    assert not [each for each in page.button if each.key == "undo_yes_1"]
    assert len(_titles(store)) == 1


def test_the_rejected_rows_come_back_and_are_taken_once_corrected(
    page: AppTest, store: Store
) -> None:
    _upload(page, _book(GOOD, FUTURE, NEGATIVE))
    page.button(key="import_now").click().run()
    book = load_workbook(BytesIO(page.session_state["import_done"]["rejects"]))
    sheet = book.worksheets[0]
    rows = list(sheet.iter_rows(min_row=3, values_only=True))
    assert [row[0] for row in rows] == [2, 3]
    assert "晚于今天" in str(rows[0][-1])
    assert "-3" in str(rows[1][-1])

    sheet.cell(3, 4).value, sheet.cell(4, 6).value = "2026-10-02", 3
    out = BytesIO()
    book.save(out)
    page.file_uploader[0].set_value([])
    _upload(page, out.getvalue(), "退回_台账.xlsx")
    assert (_figures(page)["新增"], _figures(page)["退回"]) == ("2", "0")
    page.button(key="import_now").click().run()
    assert len(_titles(store)) == 3


def test_the_same_file_brings_nothing_the_second_time(page: AppTest, store: Store) -> None:
    _upload(page, _book(GOOD))
    page.button(key="import_now").click().run()
    page.button(key="again").click().run()

    assert (_figures(page)["新增"], _figures(page)["未变"]) == ("0", "1")
    assert page.button(key="import_now").disabled
    assert len(_titles(store)) == 1


def test_another_default_channel_leaves_what_is_registered_alone(
    page: AppTest, store: Store
) -> None:
    _upload(page, _book(GOOD))
    page.button(key="import_now").click().run()
    page.button(key="again").click().run()
    _channel(page).set_value(Channel.LETTER).run()
    assert (_figures(page)["更新"], _figures(page)["未变"]) == ("0", "1")

    page.file_uploader[0].set_value([])
    _upload(page, _book(GOOD, [*FUTURE[:3], "2026-10-03", *FUTURE[4:]]), "下月.xlsx")
    _channel(page).set_value(Channel.VISIT).run()
    page.button(key="import_now").click().run()
    assert _channels(store) == [Channel.WEB, Channel.VISIT]


def test_the_channel_a_ledger_is_named_for_is_proposed_and_may_be_changed(
    page: AppTest, store: Store
) -> None:
    _upload(page, _book(GOOD), "2026年来访台账.xlsx")
    assert _channel(page).value is Channel.VISIT
    assert any("文件名“2026年来访台账”" in words.value for words in page.caption)
    page.button(key="import_now").click().run()

    page.file_uploader[0].set_value([])
    other = [2, "陈某某", "自来水浑浊已有一周", "2026-10-03", "县交通运输局", 2]
    _upload(page, _book(other, sheet="12345热线"), "2026年来访台账.xlsx")
    assert _channel(page).value is Channel.PHONE
    _channel(page).set_value(Channel.LETTER).run()
    page.button(key="import_now").click().run()
    assert _channels(store) == [Channel.VISIT, Channel.LETTER]


def test_all_or_nothing_writes_nothing_over_one_bad_row(page: AppTest, store: Store) -> None:
    _upload(page, _book(GOOD, FUTURE))
    page.selectbox(key="ledger_mode").set_value(ImportMode.ALL_OR_NOTHING).run()
    page.button(key="import_now").click().run()

    assert "没有写入任何内容" in page.info[0].value
    assert _titles(store) == []
    assert page.session_state["import_done"]["rejects"]


def test_a_column_put_right_by_hand_is_remembered(page: AppTest, store: Store) -> None:
    header = ["序号", "谁来的", "反映内容", "登记时间", "责任单位", "人数"]
    _upload(page, _book(GOOD, header=header))
    assert any("谁来的" in words.value for words in page.warning)
    column = next(box for box in page.selectbox if box.label == "谁来的")
    column.set_value("petitioner").run()
    page.button(key="import_now").click().run()

    with store.reading(SYSTEM) as session:
        assert "petitioner" in session.scalars(select(ImportLayout)).one().mapping.values()
    page.file_uploader[0].set_value([])
    _upload(page, _book([*GOOD[:3], "2026-10-09", *GOOD[4:]], header=header), "下月.xlsx")
    assert not any("谁来的" in words.value for words in page.warning)


def test_a_name_in_a_rejected_cell_is_masked(page: AppTest) -> None:
    _upload(page, _book([1, "欧阳建国11010519491231002X", *GOOD[2:]]))

    shown = str([frame.value.to_dict() for frame in page.dataframe])
    assert "身份证号" in shown
    assert "建国" not in shown
    assert "11010519491231002X" not in shown


def test_a_batch_somebody_worked_on_is_not_undone(
    page: AppTest, store: Store, open_page: Open
) -> None:
    _upload(page, _book(GOOD))
    page.button(key="import_now").click().run()
    with store.writing(OFFICE) as session:
        session.scalars(select(Case)).one().place = "大桥村"
    page.button(key="undo_1").click().run()
    page.button(key="undo_yes_1").click().run()

    assert "不能整批撤销" in page.error[0].value
    assert len(_titles(store)) == 1


def _macro_book() -> bytes:
    import zipfile

    out = BytesIO(_book(GOOD))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("图片.xlsx", b"\x89PNG\r\n\x1a\n" + b"0" * 500, "图片"),
        ("宏.xlsx", _macro_book(), "宏"),
        ("空.xlsx", b"", "空"),
        ("别的.xlsx", _book(["a"], header=["甲", "乙"]), "没有找到表头"),
        ("破.xlsx", b"PK\x03\x04" + b"0" * 100, ""),
    ],
)
def test_a_file_that_is_no_ledger_is_refused_in_words(
    page: AppTest, store: Store, name: str, content: bytes, said: str
) -> None:
    _upload(page, content, name)

    assert said in page.error[0].value
    assert any("一" <= sign <= "鿿" for sign in page.error[0].value)
    assert not page.metric
    with store.reading(SYSTEM) as session:
        assert session.scalar(select(func.count()).select_from(ImportBatch)) == 0
    assert _titles(store) == []


def test_an_import_is_an_entry_of_the_chain(
    page: AppTest, entries_of: Callable[[AuditAction], list[Any]]
) -> None:
    _upload(page, _book(GOOD))
    page.button(key="import_now").click().run()

    (entry,) = entries_of(AuditAction.IMPORT)
    assert entry.changes["counts"]["inserted"] == 1


def test_a_unit_cannot_import(open_app: Open, make_unit: Callable[..., int]) -> None:
    app = open_app(Role.UNIT, unit_id=make_unit("县交通运输局"))

    with pytest.raises(ValueError, match=r"imports\.py"):
        app.switch_page("pages/cases/imports.py")


def test_the_sheets_name_fills_the_column_that_is_not_there(
    page: AppTest, store: Store, make_unit: Callable[..., int]
) -> None:
    town = make_unit("石门镇")
    _upload(page, _book(GOOD, sheet="石门镇"))
    assert page.checkbox(key="by_name_石门镇").value
    page.button(key="import_now").click().run()

    with store.reading(OFFICE) as session:
        assert session.scalars(select(Case.township_id)).one() == town


def test_the_sheets_name_is_left_alone_when_nobody_wants_it(page: AppTest, store: Store) -> None:
    _upload(page, _book(GOOD, sheet="石门镇"))
    assert _figures(page)["退回"] == "1"
    page.checkbox(key="by_name_石门镇").uncheck().run()
    page.button(key="import_now").click().run()

    with store.reading(OFFICE) as session:
        assert session.scalars(select(Case.township_id)).one() is None


def test_a_state_told_by_colour_is_taken_only_when_asked_for(page: AppTest, store: Store) -> None:
    other = [2, "陈某某", "自来水浑浊已有一周", "2026-10-03", "县交通运输局", 2]
    _upload(page, _book(GOOD, other, fills={3: "FF92D050", 4: "FFFFFF00"}))
    page.toggle(key="ledger_colours").set_value(True).run()
    assert page.selectbox(key="colour_green").value == "已办结"
    page.selectbox(key="colour_yellow").set_value("（不采用）").run()
    page.button(key="import_now").click().run()

    with store.reading(OFFICE) as session:
        remarks = session.scalars(select(Case.remark).order_by(Case.id)).all()
    assert remarks == ["办理状态：已办结（按绿色填充）", ""]


STATED = [*HEADER, "办理状态"]


def test_a_closed_row_without_its_day_is_counted_and_may_be_closed_today(
    page: AppTest, store: Store
) -> None:
    _upload(page, _book([*GOOD, "已办结"], header=STATED))
    assert any("没有办结日期的有 1 行" in words.value for words in page.warning)
    page.selectbox(key="ledger_closed").set_value("办结日期按导入当天记").run()
    page.button(key="import_now").click().run()

    with store.reading(OFFICE) as session:
        assert session.scalars(select(Case.closed_on)).one() == TODAY


@pytest.mark.parametrize("blank", [True, False])
def test_an_unknown_unit_is_chosen_or_left_blank(page: AppTest, store: Store, blank: bool) -> None:
    _upload(page, _book([*GOOD[:4], "县交局", 1]))
    assert _figures(page)["退回"] == "1"
    box = page.selectbox(key="unknown_unit_县交局")
    unit_id = next(o for o in range(1, 9) if _unit_name(store, o) == "县交通运输局")
    box.set_value("（留空，名称记入备注）" if blank else unit_id).run()
    assert _figures(page)["新增"] == "1"
    assert not [each for each in page.checkbox if each.key == "keep_aliases"]
    page.button(key="import_now").click().run()

    with store.reading(OFFICE) as session:
        case = session.scalars(select(Case)).one()
    assert case.unit_id == (None if blank else unit_id)
    assert case.remark == ("责任单位：县交局" if blank else "")


def _unit_name(store: Store, unit_id: int) -> str:
    with store.reading(OFFICE) as session:
        unit = session.get(Unit, unit_id)
        return unit.name if unit else ""


def test_who_manages_units_may_keep_the_name_as_an_alias(
    open_page: Open, store: Store, make_unit: Callable[..., int]
) -> None:
    unit_id = make_unit("县交通运输局")
    page = open_page("cases/imports", Role.OFFICE, Role.ADMIN)
    _upload(page, _book([*GOOD[:4], "县交局", 1]))
    page.selectbox(key="unknown_unit_县交局").set_value(unit_id).run()
    page.checkbox(key="keep_aliases").check().run()
    page.button(key="import_now").click().run()

    with store.reading(OFFICE) as session:
        assert session.scalars(select(UnitAlias.alias)).all() == ["县交局"]


def test_the_header_may_be_pointed_at(page: AppTest, store: Store) -> None:
    strange = ["序", "甲", "乙", "丙", "丁", "戊"]
    _upload(page, _book(GOOD, header=strange))
    assert "没有找到表头" in page.error[0].value
    page.number_input[0].set_value(2).run()
    for label, target in (("乙", "content"), ("丙", "received_on")):
        next(box for box in page.selectbox if box.label == label).set_value(target).run()
    assert _figures(page)["新增"] == "1"
    page.button(key="import_now").click().run()

    assert _titles(store) == ["大桥村三组路灯损坏半年无人维修"]


def test_a_long_list_says_its_length_and_comes_whole_as_a_file(page: AppTest) -> None:
    rows = [[i, "某某", f"第{i}号事项的诉求", "2203-01-01", "", 1] for i in range(1, 231)]
    _upload(page, _book(*rows))

    assert any(each.label == "退回的行和原因（230 行）" for each in page.expander)
    assert any("只显示前 200 条" in words.value for words in page.caption)
    whole = {"退回的行和原因": [{"行": str(i), "原因": "=1+1"} for i in range(230)]}
    sheet = load_workbook(BytesIO(import_list.write(whole))).worksheets[0]
    assert sheet.max_row == 231
    assert sheet.cell(2, 2).data_type == "s"


def test_a_suspected_duplicate_names_what_it_resembles(page: AppTest) -> None:
    _upload(page, _book(GOOD))
    page.button(key="import_now").click().run()
    page.file_uploader[0].set_value([])
    _upload(page, _book([1, "钱某某", *GOOD[2:3], "2026-10-02", *GOOD[4:]]), "又一份.xlsx")

    assert _figures(page)["疑似重复"] == "1"
    shown = str([frame.value.to_dict() for frame in page.dataframe])
    assert "-2026-000001 大桥村三组路灯损坏半年无人维修" in shown

    page.selectbox(key="preview_pair").set_value(3).run()
    (pair,) = [table.value for table in page.table if "对照" in table.value.columns]
    assert list(pair.columns[1:3]) == ["本表第 3 行", "000000-2026-000001（已收到）"]


def test_two_rows_that_resemble_each_other_are_shown_side_by_side(page: AppTest) -> None:
    _upload(page, _book(GOOD, [2, "冯某某", GOOD[2], "2026-10-02", "", 5]))
    box = page.selectbox(key="preview_pair")
    assert box.options == ["第 4 行 大桥村三组路灯损坏半年无人维修"]
    assert not page.table

    box.set_value(4).run()

    (pair,) = [table.value for table in page.table]
    told = {row.iloc[0]: tuple(row.iloc[1:]) for _, row in pair.iterrows()}
    assert list(pair.columns[1:3]) == ["本表第 4 行", "本表第 3 行"]
    assert told["同一人"][2] == "**是**"
    assert told["标题"][2] == "相同"
    assert told["人数"] == ("5 人", "1 人", "**不同**")
    assert told["责任单位"] == ("（未填）", "县交通运输局", "一方未填")
    assert "看来是：**重复信访**" in "\n".join(each.value for each in page.markdown)
    assert "冯" not in str(pair)


@pytest.mark.parametrize("taken", [True, False])
def test_a_likely_class_is_shown_and_taken_only_when_it_is_chosen(
    open_page: Open,
    make_unit: Callable[..., int],
    store: Store,
    environment: Settings,
    taken: bool,
) -> None:
    ids = learn(store)
    make_unit("县交通运输局")
    page = open_page("cases/imports", Role.OFFICE)
    classed = [3, "褚某某", "自来水水压太低", "2026-10-05", "县交通运输局", 1, ROAD]
    unclassed = [[*GOOD, ""], [2, "陈某某", "自来水浑浊已有一周", "2026-10-02", *GOOD[4:], ""]]
    _upload(page, _book(*unclassed, classed, header=[*HEADER, "一级分类"]))

    box = page.checkbox(key=f"take_class_{ids[WATER]}")
    assert box.value is False
    (shown,) = [f.value for f in page.dataframe if "可能的分类" in f.value.columns]
    assert list(shown["可能的分类"]) == [ROAD, WATER]
    if taken:
        box.check().run()
    page.button(key="import_now").click().run()

    with store.reading(SYSTEM) as session:
        found = list(session.scalars(select(Case.code_id).order_by(Case.id)))
    assert found == [None, ids[WATER] if taken else None, ids[ROAD]]


def test_the_doubtful_of_an_import_are_decided_on_from_its_result(page: AppTest) -> None:
    _upload(page, _book(GOOD, [2, "钱某某", GOOD[2], "2026-10-02", *GOOD[4:]]))
    page.button(key="import_now").click().run()

    links = [link.proto for link in page.get("page_link")]
    (link,) = [each for each in links if "疑似重复" in each.label and "batch" in each.query_string]
    assert "1 件" in link.label
    assert link.query_string == "batch=1"
