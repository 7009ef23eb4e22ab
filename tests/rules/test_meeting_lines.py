"""A line said in a meeting is read as who, by when and what; whatever is typed, nothing is lost."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.meeting_lines import read_line
from rules.workdays import Calendar

# A Monday of late November.
HELD = date(2026, 11, 23)
# The Friday of that week is off.
CALENDAR = Calendar({date(2026, 11, 27): False}, frozenset({2026}))
UNITS = {
    "县住房和城乡建设局": 1,
    "县住建局": 1,
    "住建局": 1,
    "县财政局": 2,
    "城关镇": 3,
    "县人社局": 4,
}


@pytest.mark.parametrize(
    ("line", "units", "due_on", "text"),
    [
        ("县住建局 12月5日前 拿出整改方案", (1,), date(2026, 12, 5), "拿出整改方案"),
        ("县住建局12月5日前拿出整改方案", (1,), date(2026, 12, 5), "拿出整改方案"),
        ("县住建局、县财政局 在12月5日之前拿出方案", (1, 2), date(2026, 12, 5), "拿出方案"),
        ("县财政局和城关镇，年底前拨付工程款。", (2, 3), date(2026, 12, 31), "拨付工程款"),
        ("请县人社局 1月10日前 清欠工资", (4,), date(2027, 1, 10), "清欠工资"),
        ("县住房和城乡建设局：十二月五日前答复", (1,), date(2026, 12, 5), "答复"),
        ("住建局 １２月５日前 答复", (1,), date(2026, 12, 5), "答复"),
        ("城关镇 2027-01-08 化解 3 件积案", (3,), date(2027, 1, 8), "化解 3 件积案"),
        ("城关镇 12.5前 化解", (3,), date(2026, 12, 5), "化解"),
        ("城关镇 12/5 化解", (3,), date(2026, 12, 5), "化解"),
        ("城关镇 本周五前 化解", (3,), date(2026, 11, 27), "化解"),
        ("城关镇 下周三前 化解", (3,), date(2026, 12, 2), "化解"),
        ("城关镇 月底前 化解", (3,), date(2026, 11, 30), "化解"),
        ("城关镇 下月10日前 化解", (3,), date(2026, 12, 10), "化解"),
        ("城关镇 12月底前 化解", (3,), date(2026, 12, 31), "化解"),
        ("城关镇 12月上旬 化解", (3,), date(2026, 12, 10), "化解"),
        ("城关镇 10日内 化解", (3,), date(2026, 12, 3), "化解"),
        ("城关镇 明天 到场", (3,), date(2026, 11, 24), "到场"),
        ("城关镇 今年12月20日前 化解", (3,), date(2026, 12, 20), "化解"),
        ("12月5日前 县财政局 拨付工程款", (2,), date(2026, 12, 5), "拨付工程款"),
        ("工程款由县财政局12月5日前拨付", (2,), date(2026, 12, 5), "工程款 拨付"),
        ("县水利局 12月5日前 修渠", (), date(2026, 12, 5), "县水利局  修渠"),
        ("县财政局 尽快 拨付", (2,), None, "尽快 拨付"),
        ("县财政局 2月30日前 拨付", (2,), None, "2月30日前 拨付"),
        ("县财政局 5个工作日内 拨付", (2,), date(2026, 12, 1), "拨付"),
        ("县财政局 两周内 拨付", (2,), date(2026, 12, 7), "拨付"),
        ("县财政局 三个月以内 拨付", (2,), date(2027, 2, 23), "拨付"),
        ("县财政局 半个月内 拨付", (2,), date(2026, 12, 8), "拨付"),
        ("县财政局 0日内 拨付", (2,), None, "0日内 拨付"),
        ("", (), None, ""),
    ],
)
def test_a_line_is_read(line: str, units: tuple[int, ...], due_on: date | None, text: str) -> None:
    found = read_line(line, UNITS, held_on=HELD, calendar=CALENDAR)

    assert (found.unit_ids, found.due_on) == (units, due_on)
    assert found.text.split() == text.split()


_WORDS = st.text("拿出整改方案完成化解落实责任报告结果", min_size=1, max_size=20)


@given(
    names=st.lists(st.sampled_from(list(UNITS)), min_size=1, max_size=3),
    due=st.dates(HELD, date(2027, 11, 22)),
    words=_WORDS,
    gap=st.sampled_from(["", " ", "，", "　"]),
    by=st.sampled_from(["", "前", "之前", "以前"]),
)
def test_who_when_and_what_come_back_however_they_are_parted(
    names: list[str], due: date, words: str, gap: str, by: str
) -> None:
    line = f"{'、'.join(names)}{gap}{due.month}月{due.day}日{by}{gap}{words}"

    found = read_line(line, UNITS, held_on=HELD, calendar=CALENDAR)

    assert found.unit_ids == tuple(dict.fromkeys(UNITS[name] for name in names))
    assert found.due_on == due
    assert found.text == words


@given(line=st.text(max_size=200))
def test_whatever_is_typed_is_read_without_an_error(line: str) -> None:
    found = read_line(line, UNITS, held_on=HELD, calendar=CALENDAR)

    assert set(found.unit_ids) <= set(UNITS.values())
    if not found.unit_ids and found.due_on is None:
        assert set(line) & set("甲乙丙丁") <= set(found.text)


@given(line=st.text("县住建局财政城关镇12月日前周本下年底0123456789、，. -/和", max_size=40))
def test_neither_does_what_is_nearly_a_line_stop_it(line: str) -> None:
    found = read_line(line, UNITS, held_on=HELD, calendar=CALENDAR)

    assert set(found.unit_ids) <= set(UNITS.values())
    assert found.due_on is None or isinstance(found.due_on, date)
