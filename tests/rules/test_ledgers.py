from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.columns import map_columns
from rules.errors import Problem
from rules.headers import find_header
from rules.ledger_words import channel_named
from rules.ledgers import (
    Reading,
    cell_name,
    cell_problem,
    proposed_channel,
    read_rows,
    said_by_sheet_name,
)
from rules.terms import Cause, Channel, Precision, Purpose, Repeat

TODAY = date(2026, 11, 22)
HEADER = ["序号", "信访人", "信访时间", "乡镇", "信访形式", "反映内容", "人数", "联系电话"]
ROW = [1.0, "张三", "2023.4.5", "东河镇", "来访", "道路破损\uff01请求修复", 3.0, "0816-1"]


def read(*rows, merged=(), **options) -> Reading:
    header = find_header(rows, merged)
    assert header is not None
    mapping = map_columns(header.names)
    return read_rows(rows, header, mapping, today=TODAY, merged=merged, **options)


def sheet(*rows, **options) -> Reading:
    return read(HEADER, *rows, **options)


def changed(**cells):
    """A row with some cells changed, by their header."""
    return [cells.get(name, cell) for name, cell in zip(HEADER, ROW, strict=True)]


def test_a_row_becomes_typed_values_under_the_fields_of_a_case():
    reading = sheet(ROW)

    [row] = reading.rows
    assert row.number == 2
    assert row.values == {
        "petitioner": "张三",
        "received_on": date(2023, 4, 5),
        "received_precision": Precision.DAY,
        "township_id": "东河镇",
        "channel": Channel.VISIT,
        "content": "道路破损\uff01请求修复",
        "title": "道路破损",
        "people": 3,
        "people_approx": False,
        "phone": "0816-1",
    }
    assert (row.problems, row.warnings) == ((), ())
    assert reading.warnings == ["没有标题列，标题取自反映内容的第一句"]


def test_every_row_below_the_header_is_read_or_ignored_with_a_reason():
    reading = sheet(
        ["合 计", "", "", "", "", "", 6.0, ""],
        ROW,
        [""] * 8,
        [None, "  ", *[None] * 6],
        HEADER,
        ["\uff08一\uff09东河镇", *[""] * 7],
        [2.0, *[""] * 7],
        ROW,
        ["小计", "", "", "", "", "", 6.0, ""],
        ["备注\uff1a以上数据截至月底", *[""] * 7],
        ["填表人：", "王五", "审核人：", "赵六", "", "", "", ""],
    )

    assert [row.number for row in reading.rows] == [3, 9]
    assert [(row.number, row.reason) for row in reading.ignored] == [
        (2, "合计行"),
        (4, "空行"),
        (5, "空行"),
        (6, "重复的表头"),
        (7, "分组标题"),
        (8, "只有序号"),
        (10, "小计行"),
        (11, "备注或填表信息"),
        (12, "备注或填表信息"),
    ]
    assert reading.totals == []


CELLS = st.one_of(
    st.none(),
    st.sampled_from(
        ["", " ", "同上", '"', "合计", "小计", "备注：", "信访人", "4月5日", "来访", "#REF!"]
    ),
    st.text(max_size=8),
    st.floats(),
    st.integers(),
    st.booleans(),
    st.dates(),
    st.times(),
)


@given(st.lists(st.lists(CELLS, max_size=9), max_size=12))
def test_no_sheet_stops_the_reader_and_no_row_is_lost(rows):
    reading = sheet(*rows, merged=[(3, 1, 5, 1), (2, 3, 4, 8), (9, 0, 1048576, 2)])

    numbers = [row.number for row in reading.rows] + [row.number for row in reading.ignored]
    assert sorted(numbers) == list(range(2, len(rows) + 2))


def test_a_written_total_that_is_not_the_sum_is_reported():
    reading = sheet(ROW, changed(人数="10余人"), ["合计", "", "", "", "", "", 120.0, ""])

    assert reading.totals == ["第 4 行合计“人数”写的是 120，各行相加为 13"]


def test_a_total_above_and_subtotals_between_are_compared_with_their_own_rows():
    reading = sheet(
        ["合计", "", "", "", "", "", 9.0, ""],
        ROW,
        ROW,
        ["小计", "", "", "", "", "", 6.0, ""],
        ROW,
        ["小计", "", "", "", "", "", 4.0, ""],
    )

    assert reading.totals == ["第 7 行小计“人数”写的是 4，各行相加为 3"]


def test_totals_of_money_and_of_columns_nobody_mapped_are_compared_too():
    reading = read(
        ["信访人", "反映内容", "金额（万元）", "点赞数"],
        ["张三", "甲", 3.5, 1.0],
        ["李四", "乙", "2万", 2.0],
        ["总计：", "", 6.0, 4.0],
    )

    assert reading.rows[0].values["amount_fen"] == 3_500_000
    assert reading.totals == [
        "第 4 行总计“点赞数”写的是 4，各行相加为 3",
        "第 4 行总计“金额”写的是 6，各行相加为 5.5",
    ]


def test_ditto_is_filled_down_where_it_may_be():
    reading = sheet(ROW, changed(乡镇="同上", 信访形式="〃", 信访时间='"'))

    second = reading.rows[1]
    assert second.values["township_id"] == "东河镇"
    assert second.values["channel"] is Channel.VISIT
    assert second.values["received_on"] == date(2023, 4, 5)
    assert second.warnings == ()


def test_a_name_is_filled_down_only_with_a_warning():
    reading = sheet(ROW, changed(信访人="同 上"))

    second = reading.rows[1]
    assert second.values["petitioner"] == "张三"
    assert [(w.cell, w.field) for w in second.warnings] == [("B3", "petitioner")]


def test_ditto_is_a_problem_where_nothing_may_be_repeated_or_nothing_stands_above():
    reading = sheet(changed(乡镇="同上"), changed(人数="同上"))

    assert [p.message for row in reading.rows for p in row.problems] == [
        "“同上”上面没有可以沿用的“属地”",
        "“人数”不能写“同上”，请填写具体内容",
    ]


def test_a_cell_merged_downwards_holds_for_its_rows_but_never_counts_people_twice():
    reading = sheet(
        ROW, changed(乡镇="", 人数="", 信访人=""), merged=[(2, 3, 3, 3), (2, 6, 3, 6), (2, 1, 3, 1)]
    )

    second = reading.rows[1]
    assert second.values["township_id"] == "东河镇"
    assert second.values["petitioner"] == "张三"
    assert "people" not in second.values
    assert {w.field for w in second.warnings} == {"petitioner", "people"}


def test_an_empty_cell_that_is_not_merged_stays_empty():
    assert "township_id" not in sheet(ROW, changed(乡镇="")).rows[1].values


def test_a_problem_names_its_cell_as_excel_does():
    reading = sheet(ROW, changed(信访时间="2023-13-45", 信访形式="托梦"))

    problems = reading.rows[1].problems
    assert [(p.row, p.column, p.cell, p.field, p.value) for p in problems] == [
        (3, 2, "C3", "received_on", "2023-13-45"),
        (3, 4, "E3", "channel", "托梦"),
    ]
    assert "来信、来访、网上、电话" in problems[1].message
    assert "channel" not in reading.rows[1].values


@pytest.mark.parametrize(
    ("row", "column", "name"),
    [(12, 2, "C12"), (1, 26, "AA1"), (3, 701, "ZZ3"), (9, None, "第 9 行")],
)
def test_a_cell_is_named_with_letters(row, column, name):
    assert cell_name(row, column) == name


@pytest.mark.parametrize(
    ("word", "channel"),
    [
        ("信件", Channel.LETTER),
        ("走访", Channel.VISIT),
        ("来访（集体访）", Channel.VISIT),
        ("网信", Channel.WEB),
        ("留言", Channel.WEB),
        (12345.0, Channel.PHONE),
        ("来电", Channel.PHONE),
        ("市交办", Channel.SUPERIOR),
        ("批示件", Channel.INSTRUCTION),
        ("排查", Channel.SWEEP),
        ("letter", Channel.LETTER),
    ],
)
def test_the_words_ledgers_use_for_a_channel_are_known(word, channel):
    assert sheet(changed(信访形式=word)).rows[0].values["channel"] is channel


def test_other_terms_and_marks_are_read_from_the_words_ledgers_use():
    reading = read(
        ["反映内容", "信访目的", "是否重复", "成因", "历史遗留", "是否群体性"],
        ["甲", "意见", "是", "推", "√", "否"],
        ["乙", "求决", "初访", "松：思想不重视", "历史遗留", "×"],
    )

    first, second = (row.values for row in reading.rows)
    assert (first["purpose"], first["repeat"], first["cause"]) == (
        Purpose.ADVICE,
        Repeat.REPEAT,
        Cause.SHIRKED,
    )
    assert (first["legacy"], first["group"]) == (True, False)
    assert (second["repeat"], second["cause"], second["legacy"]) == (
        Repeat.FIRST,
        Cause.LAX,
        True,
    )


def test_the_year_of_a_day_comes_from_the_title():
    reading = read(["平安县2022年信访台账"], HEADER, changed(信访时间="4月5日"))

    assert reading.rows[0].values["received_on"] == date(2022, 4, 5)


def test_the_year_the_caller_names_goes_before_the_titles():
    reading = read(["2022年台账"], HEADER, changed(信访时间="4月5日"), year=2023)

    assert reading.rows[0].values["received_on"] == date(2023, 4, 5)


def test_a_month_keeps_its_precision_at_receipt_and_is_warned_about_elsewhere():
    reading = read(["反映内容", "信访时间", "受理日期"], ["甲", "2023年4月", "2023年4月"])

    [row] = reading.rows
    assert row.values["received_precision"] is Precision.MONTH
    assert row.values["accepted_on"] == date(2023, 4, 1)
    assert [w.field for w in row.warnings] == ["accepted_on"]


def test_the_imports_defaults_fill_what_the_row_leaves_empty_and_are_marked():
    reading = sheet(
        ROW,
        changed(信访形式=""),
        said={"place": "县城"},
        defaults={"channel": Channel.WEB, "people": 1, "place": "乡下"},
    )

    assert [row.values["channel"] for row in reading.rows] == [Channel.VISIT, Channel.WEB]
    assert [row.values["people"] for row in reading.rows] == [3, 3]
    assert reading.rows[0].values["place"] == "县城"
    assert [row.assumed for row in reading.rows] == [frozenset(), {"channel"}]


@pytest.mark.parametrize(
    ("name", "channel"),
    [
        ("2026年来访登记台账", Channel.VISIT),
        ("领导接访", Channel.VISIT),
        ("群众来信登记表", Channel.LETTER),
        ("12345热线工单", Channel.PHONE),
        ("县12345台账", Channel.PHONE),
        ("电话", Channel.PHONE),
        ("网上信访", Channel.WEB),
        ("人民网留言", Channel.WEB),
        ("市交办信访件", Channel.SUPERIOR),
        ("领导批示件", Channel.INSTRUCTION),
        ("领导交办", Channel.INSTRUCTION),
        ("走访排查台账", Channel.SWEEP),
        ("群众来信来访台账", None),
        ("信访事项交办台账", None),
        ("县网信办信访台账", None),
        ("20260112345", None),
        ("Sheet1", None),
        ("", None),
    ],
)
def test_a_name_proposes_the_one_channel_it_speaks_of(name, channel):
    assert channel_named(name) is channel


@pytest.mark.parametrize(
    ("above", "sheet_name", "file_name", "told"),
    [
        (["附件1", "2026年来访台账"], "来信", "热线.xlsx", (Channel.VISIT, "标题“2026年来访台账”")),
        (["来信来访台账"], "来信", "热线.xlsx", (Channel.LETTER, "工作表名“来信”")),
        (["联系电话：0816-1"], "Sheet1", "热线.xlsx", (Channel.PHONE, "文件名“热线”")),
        (["说明：网上的不填。" + "字" * 40], "Sheet1", "台账.xlsx", None),
        ([], "Sheet1", "台账.xlsx", None),
    ],
)
def test_title_sheet_and_file_propose_a_channel_in_this_order(above, sheet_name, file_name, told):
    grid = [*([line] for line in above), HEADER, ROW]
    header = find_header(grid)
    assert header is not None
    found = proposed_channel(grid, header, sheet_name=sheet_name, file_name=file_name)

    assert (found and (found.channel, found.told_by)) == told


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("石门镇", {"township_id": "石门镇"}),
        (" 石门镇台账 ", {"township_id": "石门镇"}),
        ("4月", {"received_on": date(2026, 4, 1), "received_precision": Precision.MONTH}),
        ("2025年12月", {"received_on": date(2025, 12, 1), "received_precision": Precision.MONTH}),
        ("台账", {}),
        ("Sheet1", {}),
        ("4月5日", {}),
    ],
)
def test_the_name_of_a_sheet_speaks_for_its_rows(name, said):
    assert said_by_sheet_name(name, {0: "title"}, year=2026, today=TODAY) == said


def test_the_name_of_a_sheet_is_not_asked_where_a_column_answers():
    mapping = {0: "township_id", 1: "received_on"}

    assert said_by_sheet_name("石门镇", mapping, year=2026, today=TODAY) == {}
    assert said_by_sheet_name("4月", mapping, year=2026, today=TODAY) == {}


def test_a_state_told_by_colour_never_replaces_a_written_one():
    header = ["反映内容", "办理状态"]
    reading = read(header, ["甲", "在办"], ["乙", ""], states={2: "已办结", 3: "已办结"})

    assert [row.values["state_note"] for row in reading.rows] == ["在办", "已办结"]


def test_people_are_counted_from_the_name_where_no_number_stands():
    reading = sheet(changed(信访人="张三等5人", 人数=""))

    assert reading.rows[0].values["people"] == 5
    assert reading.rows[0].values["petitioner"] == "张三等5人"
    assert reading.rows[0].warnings[0].cell == "G2"


def test_an_empty_title_is_taken_from_the_content_with_a_warning():
    reading = read(["标题", "反映内容", "乡镇"], ["", "长" * 100, "东河镇"])

    [row] = reading.rows
    assert row.values["title"] == "长" * 59 + "…"
    assert row.warnings[0].cell == "A2"


def test_a_strange_case_number_is_kept_as_the_sources_and_ours_as_ours():
    reading = read(["案件编号", "反映内容"], ["XF-2023-1", "甲"], ["510722-2026-000017", "乙"])

    assert reading.rows[0].values["source_number"] == "XF-2023-1"
    assert reading.rows[1].values["number"] == "510722-2026-000017"


def test_a_bare_serial_is_a_running_number_and_no_key():
    reading = read(["编号", "反映内容"], [17.0, "甲"], ["0018", "乙"], ["20260019", "丙"])

    assert [row.values.get("source_number") for row in reading.rows] == [None, None, "20260019"]
    assert "有 2 行的编号是不超过 4 位的流水号，按序号对待，不作为原编号" in reading.warnings


def test_helping_units_and_batches_are_kept_in_the_remark():
    reading = read(["反映内容", "备注", "协办单位", "交办批次"], ["甲", "急", "县住建局", "第三批"])

    assert reading.rows[0].values["remark"] == "急\n协办单位：县住建局\n交办批次：第三批"


def test_columns_never_imported_repeated_or_unknown_are_all_told():
    reading = read(
        ["信访人", "身份证号", "反映内容", "诉求", "点赞数"], ["张三", "1", "甲", "乙", 3.0]
    )

    assert reading.never == ["“身份证号”列不导入：不收集证件号码"]
    assert reading.unmapped == ["诉求", "点赞数"]
    assert "“诉求”列也是“反映内容”，只取前一列" in reading.warnings
    assert set(reading.rows[0].values) == {"petitioner", "content", "title"}


def test_lost_digits_are_a_problem_and_formula_errors_a_warning():
    reading = read(["编号", "反映内容", "乡镇"], [4.3e17, "甲", "#REF!"])

    [row] = reading.rows
    assert row.problems[0].cell == "A2"
    assert row.warnings[0].cell == "C2"
    assert set(row.values) == {"content", "title"}


def test_dates_of_the_sheet_and_short_rows_are_read():
    reading = sheet([1.0, "张三", datetime.combine(date(2023, 4, 5), time(9, 30))])

    assert reading.rows[0].values["received_on"] == date(2023, 4, 5)


def test_a_rule_broken_by_a_field_is_placed_on_its_cell():
    reading = sheet(changed(人数=-3.0))

    told = cell_problem(reading, reading.rows[0], Problem("people", "人数不对"))

    assert (told.cell, told.value) == ("G2", "-3")
    missing = cell_problem(reading, reading.rows[0], Problem("closed_on", "缺"))
    assert (missing.column, missing.cell) == (None, "第 2 行")
