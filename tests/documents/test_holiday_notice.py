"""The State Council's notices of three years, read and held against chinesecalendar."""

from datetime import date, timedelta

import chinese_calendar
import pytest

from documents.holiday_notice import read
from rules.workdays import Calendar, is_workday

NOTICES = {
    2024: """国务院办公厅关于2024年部分节假日安排的通知
一、元旦：1月1日放假，与周末连休。
二、春节：2月10日至17日放假调休，共8天。2月4日（星期日）、2月18日（星期日）上班。鼓励各单位结合带薪年休假等制度落实，安排职工在除夕（2月9日）休息。
三、清明节：4月4日至6日放假调休，共3天。4月7日（星期日）上班。
四、劳动节：5月1日至5日放假调休，共5天。4月28日（星期日）、5月11日（星期六）上班。
五、端午节：6月10日放假，与周末连休。
六、中秋节：9月15日至17日放假调休，共3天。9月14日（星期六）上班。
七、国庆节：10月1日至7日放假调休，共7天。9月29日（星期日）、10月12日（星期六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫、疫情防控等工作。""",
    2025: """一、元旦：1月1日（周三）放假1天，不调休。
二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。
三、清明节：4月4日（周五）至6日（周日）放假，共3天。
四、劳动节：5月1日（周四）至5日（周一）放假调休，共5天。4月27日（周日）上班。
五、端午节：5月31日（周六）至6月2日（周一）放假，共3天。
六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。""",
    2023: """一、元旦：2022年12月31日至2023年1月2日放假调休，共3天。
二、春节：1月21日至27日放假调休，共7天。1月28日（星期六）、1月29日（星期日）上班。
三、清明节：4月5日放假，共1天。
四、劳动节：4月29日至5月3日放假调休，共5天。4月23日（星期日）、5月6日（星期六）上班。
五、端午节：6月22日至24日放假调休，共3天。6月25日（星期日）上班。
六、中秋节、国庆节：9月29日至10月6日放假调休，共8天。10月7日（星期六）、10月8日（星期日）上班。""",
}


# As the notices are printed: brackets, colons and commas of full width.
PRINTED = {ord(sign): ord(sign) + 0xFEE0 for sign in "(),:;"}


@pytest.mark.parametrize("printed", [False, True])
@pytest.mark.parametrize("year", NOTICES)
def test_a_published_notice_gives_every_day_of_its_year(year: int, printed: bool) -> None:
    text = NOTICES[year].translate(PRINTED) if printed else NOTICES[year]

    days, problems = read(text, year=year)

    assert problems == []
    calendar = Calendar({special.day: special.workday for special in days}, frozenset({year}))
    year_days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    wrong = [d for d in year_days if is_workday(d, calendar) != chinese_calendar.is_workday(d)]
    assert wrong == []


def test_a_notice_pasted_as_one_line_reads_the_same() -> None:
    assert read(NOTICES[2025].replace("\n", ""), year=2025) == read(NOTICES[2025], year=2025)


def test_days_carry_the_name_of_their_article() -> None:
    days, _ = read(NOTICES[2025], year=2025)

    names = {special.day: special.name for special in days}
    assert names[date(2025, 1, 26)] == "春节"
    assert names[date(2025, 10, 6)] == "国庆节、中秋节"


def test_lines_of_our_own_are_read_too() -> None:
    days, problems = read("2027-01-01 休 元旦\n2027/1/9 班 元旦", year=2027)

    assert problems == []
    assert [(d.day, d.workday, d.name) for d in days] == [
        (date(2027, 1, 1), False, "元旦"),
        (date(2027, 1, 9), True, "元旦"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("一、元旦：1月1日至3日放假，共4天。", "第 1 行：元旦写明共 4 天，日期却是 3 天"),
        ("二、春节：2月28日至2月20日放假。", "起止日期不对"),
        ("二、春节：2月30日放假。", "没有 2027 年 2 月 30 日"),
        ("2027-01-01 休 元旦\n2027-01-01 班 元旦", "第 2 行：2027-01-01 既写了放假又写了上班"),
        ("各地区要妥善安排好值班", "没有认出"),
        ("", "没有认出"),
    ],
)
def test_what_cannot_be_read_is_said(text: str, said: str) -> None:
    _, problems = read(text, year=2027)

    assert said in problems[0].message
