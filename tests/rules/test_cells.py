from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.cells import (
    people_in_text,
    read_count,
    read_date,
    read_money,
    read_number,
    read_number_id,
    read_text,
    read_yes_no,
)
from rules.terms import Precision

TODAY = date(2026, 11, 22)
APRIL_5 = date(2023, 4, 5)


@pytest.mark.parametrize(
    "cell",
    [
        "2023.4.5",
        "2023-4-5",
        "2023/4/5",
        "2023/4/5 9:32:09",
        "2023-04-05T09:32:09",
        "2023/4/5 9:32 PM",
        "2023年4月5日",
        "2023年4月5号上午",
        "2023年4月5日 9时30分",
        "2023年4月5日（星期三）",
        "2023 . 4 . 5",
        "2023.04.05.",
        "2023、4、5",
        "20230405",
        "20230405 093209",
        20230405,
        20230405.0,
        45021,
        45021.0,
        45021.397,
        "45021",
        "23.4.5",
        "23年4月5日",
        "2023-4-5  ",
        "\uff12\uff10\uff12\uff13\uff0e\uff14\uff0e\uff15",
        "二〇二三年四月五日",
        datetime.combine(APRIL_5, time(9, 32, 9)),
        date(2023, 4, 5),
    ],
)
def test_a_date_is_read_in_every_form_ledgers_use(cell):
    found = read_date(cell, today=TODAY)

    assert (found.value, found.precision) == (APRIL_5, Precision.DAY)
    assert found.problem is None
    assert found.warning is None


@pytest.mark.parametrize(
    ("cell", "day", "precision"),
    [
        ("2023年4月", date(2023, 4, 1), Precision.MONTH),
        ("2023年4月份", date(2023, 4, 1), Precision.MONTH),
        ("2023.4", date(2023, 4, 1), Precision.MONTH),
        ("2023-04", date(2023, 4, 1), Precision.MONTH),
        (202304, date(2023, 4, 1), Precision.MONTH),
        ("2023年4月上旬", date(2023, 4, 1), Precision.TEN_DAY),
        ("2023年4月中旬", date(2023, 4, 11), Precision.TEN_DAY),
        ("4月下旬", date(2023, 4, 21), Precision.TEN_DAY),
        ("4月", date(2023, 4, 1), Precision.MONTH),
        ("4月5日", APRIL_5, Precision.DAY),
        ("4月5日 9:30", APRIL_5, Precision.DAY),
        ("4.5", APRIL_5, Precision.DAY),
    ],
)
def test_a_vague_date_says_how_exact_it_is_and_takes_the_titles_year(cell, day, precision):
    found = read_date(cell, year=2023, today=TODAY)

    assert (found.value, found.precision, found.problem) == (day, precision, None)


def test_a_day_without_a_year_is_a_problem_when_the_title_has_none():
    found = read_date("4月5日", today=TODAY)

    assert found.value is None
    assert found.problem == "“4月5日”没有年份，标题里也没有，请补上年份"


def test_the_number_2023_1_may_be_october_and_is_asked_about():
    found = read_date(2023.1, today=TODAY)

    assert found.value is None
    assert "10 月" in (found.problem or "")


@pytest.mark.parametrize(("cell", "month"), [(2023.2, 2), (2023.11, 11), (2023.12, 12)])
def test_a_number_that_can_only_be_one_month_is_read_with_a_warning(cell, month):
    found = read_date(cell, today=TODAY)

    assert (found.value, found.precision) == (date(2023, month, 1), Precision.MONTH)
    assert found.warning


@pytest.mark.parametrize("cell", ["月底前", "长期", "持续", "已到期", "4月底前", "待定"])
def test_a_word_instead_of_a_date_is_of_no_precision_and_warned_about(cell):
    found = read_date(cell, year=2023, today=TODAY)

    assert (found.value, found.precision, found.problem) == (None, Precision.NONE, None)
    assert cell in (found.warning or "")


@pytest.mark.parametrize(
    "cell",
    [
        "2023-13-45",
        "2023年2月30日",
        "张三",
        7,
        4.5,
        -1,
        99999999,
        "2023年",
        2023,
        True,
        time(9, 30),
    ],
)
def test_an_impossible_date_is_a_problem_that_names_the_value(cell):
    found = read_date(cell, year=2023, today=TODAY)

    assert found.value is None
    assert found.raw in (found.problem or "")


def test_a_year_in_the_future_is_read_for_the_rules_to_refuse():
    assert read_date("2203.4.5", today=TODAY).value == date(2203, 4, 5)


def test_a_two_digit_year_lies_in_the_past():
    assert read_date("98.4.5", today=TODAY).value == date(1998, 4, 5)


def test_a_span_of_days_is_read_as_its_first_day_with_a_warning():
    found = read_date("2023.4.5-4.8", today=TODAY)

    assert found.value == APRIL_5
    assert "按首日" in (found.warning or "")


@pytest.mark.parametrize("cell", [None, "", "  ", "/", "—"])
def test_an_empty_date_is_neither_problem_nor_warning(cell):
    found = read_date(cell, today=TODAY)

    assert (found.value, found.warning, found.problem) == (None, None, None)


@given(
    st.text() | st.text(alphabet="0123456789年月日.-/：上旬零一十 ") | st.floats() | st.integers()
)
def test_no_cell_stops_the_reader_of_dates(cell):
    read_date(cell, year=2023, today=TODAY)
    read_date(cell, today=TODAY)


@pytest.mark.parametrize(
    ("cell", "value", "approx", "unit"),
    [
        ("12", "12", False, ""),
        ("\uff11\uff12", "12", False, ""),
        ("1,200", "1200", False, ""),
        ("1\uff0c200人", "1200", False, "人"),
        ("60多个", "60", True, "个"),
        ("1100余", "1100", True, ""),
        ("1100余人次", "1100", True, "人次"),
        ("100多名", "100", True, "名"),
        ("约3.5万", "35000", True, ""),
        ("26万多元", "260000", True, "元"),
        ("5人左右", "5", True, "人"),
        ("一百二十", "120", False, ""),
        ("三十五人", "35", False, "人"),
        ("十", "10", False, ""),
        ("二十余人", "20", True, "人"),
        ("-3", "-3", False, ""),
        (12.0, "12", False, ""),
        (3.5, "3.5", False, ""),
    ],
)
def test_a_number_is_read_with_its_unit_and_whether_it_is_exact(cell, value, approx, unit):
    found = read_number(cell)

    assert (found.value, found.approx, found.unit) == (Decimal(value), approx, unit)
    assert found.problem is None


def test_batches_and_visits_are_never_added():
    found = read_number("35批1100余人次")

    assert found.value is None
    assert "不能相加" in (found.problem or "")


def test_a_count_of_people_takes_the_people_and_says_so():
    found = read_count("35批1100余人次")

    assert (found.value, found.approx) == (1100, True)
    assert "1100人次" in (found.warning or "")


@pytest.mark.parametrize("cell", ["35批", "3-5人", "3.5", 2.5, "很多", True, "2023年"])
def test_what_is_no_number_of_people_is_a_problem(cell):
    assert read_count(cell).value is None
    assert read_count(cell).problem


@pytest.mark.parametrize(
    ("cell", "unit", "fen", "approx"),
    [
        (3.5, "万元", 3_500_000, False),
        ("3.5", "万元", 3_500_000, False),
        ("约3.5万", "万元", 3_500_000, True),
        ("35000元", "万元", 3_500_000, False),
        ("26万多元", "元", 26_000_000, True),
        ("¥1,200.50", "元", 120_050, False),
        (0.1 + 0.2, "元", 30, False),
    ],
)
def test_money_is_kept_in_fen_and_the_cells_own_unit_beats_the_headers(cell, unit, fen, approx):
    found = read_money(cell, unit=unit)

    assert (found.value, found.approx, found.problem) == (fen, approx, None)


def test_a_number_of_people_is_no_money():
    assert read_money("5人").problem


@given(st.text() | st.text(alphabet="0123456789,.万亿元人次约余一十百-+") | st.floats())
def test_no_cell_stops_the_readers_of_numbers(cell):
    read_number(cell)
    read_count(cell)
    read_money(cell, unit="万元")
    read_yes_no(cell)
    read_text(cell)
    read_number_id(cell)
    people_in_text(str(cell))


@pytest.mark.parametrize(
    ("text", "people"),
    [("张三等5人", 5), ("李四等十余人", 10), ("王五等12名村民", 12), ("张三、李四", None)],
)
def test_the_people_behind_a_name_are_counted_from_the_text(text, people):
    assert people_in_text(text) == people


@pytest.mark.parametrize("cell", ["是", "√", "✓", 1, 1.0, "1", "有", "Y", "true", "已", True])
def test_every_tick_is_a_yes(cell):
    assert read_yes_no(cell).value is True


@pytest.mark.parametrize("cell", ["否", "×", "✗", 0, 0.0, "0", "无", "N", "FALSE", "未", False])
def test_every_cross_is_a_no(cell):
    assert read_yes_no(cell).value is False


def test_an_empty_tick_says_nothing_and_an_unknown_word_is_a_problem():
    assert read_yes_no("") == read_yes_no(None)
    assert read_yes_no("").problem is None
    assert "是" in (read_yes_no("可能").problem or "")


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (2549.0, "2549"),
        (13800138000.0, "13800138000"),
        (0.5, "0.5"),
        ("'007", "007"),
        ("  留言\r\n内容\uff0c“原样”\uff11 ", "留言\n内容\uff0c“原样”\uff11"),
        (datetime.combine(APRIL_5, time()), "2023-04-05"),
        (None, None),
        (" \t", None),
    ],
)
def test_text_keeps_its_punctuation_and_numbers_lose_their_point(cell, text):
    assert read_text(cell).value == text


@pytest.mark.parametrize("cell", ["#REF!", "#DIV/0!", "#N/A", "#VALUE!", "#NAME?"])
def test_a_formula_error_is_read_as_nothing_with_a_warning(cell):
    readings: list[Any] = [
        *(read_text(cell), read_number(cell), read_count(cell), read_money(cell)),
        *(read_yes_no(cell), read_date(cell, today=TODAY), read_number_id(cell)),
    ]

    assert [found.value for found in readings] == [None] * len(readings)
    assert all(found.warning and not found.problem for found in readings)


@pytest.mark.parametrize("cell", [4.30102199001011e17, "4.30E+17", "4.3e17", 1e15])
def test_digits_the_sheet_has_lost_are_never_restored(cell):
    found = read_number_id(cell)

    assert found.value is None
    assert "无法还原" in (found.problem or "")


@pytest.mark.parametrize(
    ("cell", "text"), [(999999999999999.0, "999999999999999"), ("XF12", "XF12"), (24.0, "24")]
)
def test_a_number_that_is_whole_is_kept_as_text(cell, text):
    assert read_number_id(cell).value == text


@pytest.mark.parametrize(
    ("typed", "day"),
    [("1122", date(2026, 11, 22)), ("0101", date(2026, 1, 1)), ("2011", None), ("1322", None)],
)
def test_four_digits_are_a_day_of_the_year_unless_they_are_a_year(typed, day):
    assert read_date(typed, year=2026, today=date(2026, 11, 22)).value == day


@pytest.mark.parametrize("said", ["二三人", "三五人", "约五六名", "两三个"])
def test_two_or_three_are_not_twenty_three(said):
    found = read_count(said)

    assert found.value is None
    assert "约数" in (found.problem or "")


@pytest.mark.parametrize(("said", "count"), [("十三人", 13), ("二十人", 20), ("三人", 3)])
def test_chinese_numbers_of_people_are_read(said, count):
    assert read_count(said).value == count
