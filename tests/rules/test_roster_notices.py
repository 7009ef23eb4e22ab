from dataclasses import replace
from datetime import date

import pytest

from rules import roster_notices as rules
from rules.reception_terms import ReceptionKind
from rules.roster_notices import Line, Notice

MONDAY, TUESDAY = date(2026, 12, 7), date(2026, 12, 8)
WANG = Line(
    turn_id=1,
    on=MONDAY,
    leader="王强",
    post="县委书记",
    portfolio="全面工作",
    hours="08:30-12:00",
    place="县人民来访接待中心",
    kind=ReceptionKind.FIXED,
    companions="县司法局",
    leader_id=1,
)
LI = replace(WANG, turn_id=2, on=TUESDAY, leader="李敏", post="副县长", leader_id=2)
NOTICE = Notice(
    title="某县2026年12月份县级领导干部接访安排公示",
    opening="公示如下：",
    notes=("请携带身份证件。", "推选代表不超过5人。"),
    phone="0734-1",
    signed="某县联席办",
    published_on=date(2026, 11, 28),
)


def test_the_title_and_opening_are_those_offices_use() -> None:
    first, last = date(2026, 12, 1), date(2026, 12, 31)

    assert rules.title("某县", first, "县") == NOTICE.title
    assert "2026年12月1日至12月31日县级领导" in rules.opening(first, last, "县")


def test_a_line_names_who_receives_and_for_whom() -> None:
    cells = replace(WANG, leader="李敏", instead_of="王强").cells()

    assert cells["日期"] == "12月7日"
    assert cells["星期"] == "星期一"
    assert cells["接访领导"] == "李敏（替王强）"
    assert list(cells) == list(rules.COLUMNS)


def test_a_line_is_read_as_it_was_kept() -> None:
    assert rules.restored(WANG.stored()) == WANG


def test_the_text_can_be_pasted_as_it_is() -> None:
    assert rules.as_text(NOTICE, [WANG]).splitlines() == [
        "某县2026年12月份县级领导干部接访安排公示",
        "",
        "公示如下：",
        "",
        "12月7日（星期一）王强，县委书记，全面工作，08:30-12:00，县人民来访接待中心，定点接访，陪同：县司法局",
        "",
        "注意事项：",
        "1．请携带身份证件。",
        "2．推选代表不超过5人。",
        "咨询电话：0734-1",
        "",
        "某县联席办",
        "2026年11月28日",
    ]


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ([WANG, LI], []),
        ([WANG], ["2026年12月8日（星期二）取消：李敏"]),
        ([WANG, LI, replace(LI, turn_id=3)], ["2026年12月8日（星期二）增加：李敏"]),
        (
            [replace(WANG, leader="李敏"), LI],
            ["2026年12月7日（星期一）王强：改由李敏接访"],
        ),
        (
            [replace(WANG, on=TUESDAY, place=""), LI],
            [
                "2026年12月7日（星期一）王强：改为2026年12月8日（星期二）；地点由“县人民来访接待中心”改为“未定”"
            ],
        ),
    ],
)
def test_what_changed_is_told_turn_by_turn(after: list[Line], said: list[str]) -> None:
    assert rules.changes([WANG, LI], after) == said


@pytest.mark.parametrize(
    ("published_on", "late"), [(date(2026, 12, 5), False), (date(2026, 12, 6), True)]
)
def test_two_days_ahead_is_in_time_and_one_is_not(published_on: date, late: bool) -> None:
    told: dict[int, date | None] = {1: date(2026, 12, 1)}

    said = rules.lateness(
        [WANG], published_on=published_on, told_on=told, notice_days=2, tell_days=5
    )

    assert [words for words in said if "公示" in words] == (
        ["应提前 2 天公示：2026年12月7日（星期一）等 1 个班次距公示日不足 2 天或已过"]
        if late
        else []
    )


def test_leaders_told_too_late_are_named_once() -> None:
    said = rules.lateness(
        [WANG, LI, replace(WANG, turn_id=5)],
        published_on=date(2026, 12, 3),
        told_on={2: date(2026, 12, 1)},
        notice_days=2,
        tell_days=5,
    )

    assert said == ["应提前 5 天通知领导本人，来不及或尚未通知的：王强"]


@pytest.mark.parametrize(
    ("notice", "lines", "field"),
    [
        (NOTICE, [], "rows"),
        (replace(NOTICE, title=" "), [WANG], "title"),
        (replace(NOTICE, signed=""), [WANG], "signed"),
        (replace(NOTICE, opening="字" * 2001), [WANG], "opening"),
    ],
)
def test_an_unfinished_notice_is_not_published(
    notice: Notice, lines: list[Line], field: str
) -> None:
    assert [problem.field for problem in rules.problems(notice, lines)] == [field]
    assert rules.problems(NOTICE, [WANG]) == []
