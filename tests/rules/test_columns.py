from datetime import date

import pytest

from rules.cases import FIELDS
from rules.colours import suggested_state
from rules.columns import (
    LABELS,
    NEVER,
    RETURNED,
    RETURNED_HEADER,
    column_keys,
    layout_key,
    map_columns,
    normalise_header,
    repeated_columns,
    target_of,
)
from rules.headers import find_header, heading_of

MESSAGES = ("留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "反对数", "点赞数")


@pytest.mark.parametrize("name", [name for name in FIELDS if name != "code_id"])
def test_every_label_of_a_case_leads_back_to_its_field(name):
    assert target_of(FIELDS[name].label) == name


def test_every_target_has_a_chinese_label():
    assert set(LABELS.values()) == {label for label in LABELS.values() if not label.isascii()}


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ("信访件编号", "source_number"),
        ("案件编号", "number"),
        ("来访人", "petitioner"),
        ("涉及人数", "people"),
        ("信访方式", "channel"),
        ("受理时间", "accepted_on"),
        ("交办日期", "forwarded_on"),
        ("签收日期", "delivered_on"),
        ("镇办", "township_id"),
        ("承办单位", "unit_id"),
        ("配合单位", "co_unit"),
        ("包案领导（职务）", "lead_id"),
        ("具体责任人", "handler"),
        ("矛盾纠纷简要情况", "content"),
        ("内容分类", "code"),
        ("化解措施", "plan"),
        ("工作进展", "progress"),
        ("办结时限", "deadline_note"),
        ("是否化解", "state_note"),
        ("群众评价", "satisfaction_note"),
        ("金额（万元）", "amount_fen"),
        ("初/重", "repeat"),
        ("是否群体性", "group"),
        ("No.", "seq"),
        ("来 访\n时间", "received_on"),
        ("联系电话", "phone"),
        ("身份证号", NEVER),
        ("稳控措施", NEVER),
        (RETURNED_HEADER, RETURNED),
        ("点赞数", None),
    ],
)
def test_a_header_leads_to_its_field(header, target):
    assert target_of(header) == target


@pytest.mark.parametrize(
    ("header", "name", "unit"),
    [
        ("涉及金额\n（万元）", "涉及金额", "万元"),
        ("金额（单位：元）", "金额", "元"),
        ("劳资纠纷\n（共计：12 件）", "劳资纠纷", ""),
        ("劳资 纠纷\uff0812件\uff09", "劳资纠纷", ""),
        ("*信访人：", "信访人", ""),
    ],
)
def test_a_header_loses_breaks_and_brackets_but_not_its_unit(header, name, unit):
    assert normalise_header(header) == (name, unit)


def test_the_real_message_files_are_mapped_and_the_rest_is_left():
    assert map_columns(MESSAGES) == {
        0: "source_number",
        1: "petitioner",
        2: "title",
        3: "received_on",
        4: "content",
    }


def test_of_two_columns_with_one_target_the_first_has_it_and_the_second_is_told():
    names = ("联系电话", "反映内容", "来电号码")

    mapping = map_columns(names)

    assert mapping == {0: "phone", 1: "content"}
    assert repeated_columns(names, mapping) == {2: "phone"}


def test_the_last_part_of_a_stacked_name_decides_before_the_group():
    names = ("信访人/性别", "信访人/姓名", "化解情况/时间", "化解情况/方式")

    assert map_columns(names) == {1: "petitioner", 2: "resolved_on", 3: "progress"}


def test_the_day_of_registration_stands_for_receipt_only_where_receipt_is_missing():
    assert map_columns(["登记日期", "反映内容"])[0] == "received_on"
    assert map_columns(["登记日期", "收到日期"]) == {0: "registered_on", 1: "received_on"}


def test_a_remembered_mapping_wins_and_may_drop_a_column():
    names = ("时间", "时间", "反映内容", "电话")
    remembered = {"时间": "received_on", "时间#2": "closed_on", "电话": "", "反映内容": "不存在"}

    assert column_keys(names) == ["时间", "时间#2", "反映内容", "电话"]
    assert map_columns(names, remembered) == {0: "received_on", 1: "closed_on", 2: "content"}


def test_a_layout_is_the_same_whatever_the_breaks_in_its_headers():
    assert layout_key(["信访人", "人 数"]) == layout_key(["信访\n人", "人数"])
    assert layout_key(["信访人", "人数"]) != layout_key(["人数", "信访人"])


def test_the_header_is_found_under_a_title_and_a_line_of_facts():
    rows: list[list[object]] = [
        ["平安县2023年信访台账", "", "", ""],
        ["填报单位\uff1a东河镇", "", "填报时间：2023.5.1", "单位：万元"],
        ["序号", "信访人", "信访时间", "涉及金额"],
        [1.0, "张三", date(2023, 4, 5), 3.5],
    ]

    header = find_header(rows, [(1, 0, 1, 3)])

    assert header is not None
    assert (header.first_row, header.last_row) == (3, 3)
    assert header.names == ("序号", "信访人", "信访时间", "涉及金额")
    heading = heading_of(rows, header)
    assert (heading.title, heading.year) == ("平安县2023年信访台账", 2023)
    assert heading.money_unit == "万元"
    assert heading.pairs == {"填报单位": "东河镇", "填报时间": "2023.5.1"}


def test_a_stacked_header_is_joined_by_its_merged_cells():
    rows: list[list[object]] = [
        ["台账", "", "", "", ""],
        ["序号", "信访人", "化解情况", "", "备注"],
        ["", "", "时间", "方式\n（共计：12 件）", ""],
        [1.0, "张三", "2023.4.5", "调解", ""],
    ]
    merged = [(1, 0, 1, 4), (2, 0, 3, 0), (2, 1, 3, 1), (2, 2, 2, 3), (2, 4, 3, 4)]

    header = find_header(rows, merged)

    assert header is not None
    assert (header.first_row, header.last_row) == (2, 3)
    assert header.names == ("序号", "信访人", "化解情况/时间", "化解情况/方式", "备注")


def test_the_first_matter_is_not_taken_into_the_header():
    rows = [["信访人", "反映内容"], ["张三", "电话"], ["李四", "来访"]]

    header = find_header(rows)

    assert header is not None
    assert (header.first_row, header.last_row) == (1, 1)


@pytest.mark.parametrize("rows", [[], [["a", "b"]], [["信访人"]], [[1.0, None]]])
def test_a_sheet_without_two_known_names_has_no_header(rows):
    assert find_header(rows) is None


def test_a_header_below_row_fifteen_is_not_looked_for():
    assert find_header([["说明文字"]] * 15 + [["信访人", "反映内容"]]) is None


@pytest.mark.parametrize(
    ("rgb", "state"),
    [
        ("92D050", "已办结"),
        ("00B050", "已办结"),
        ("FFFF00", "临期"),
        ("FFC000", "临期"),
        ("FF0000", "超期"),
        ("BFBFBF", "中止"),
        ("FFFFFF", None),
        ("000000", None),
        ("0070C0", None),
    ],
)
def test_a_colour_suggests_a_state(rgb, state):
    assert suggested_state(rgb) == state
