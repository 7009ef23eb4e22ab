"""社会公示: three days before, nobody named, and no way round the days."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from rules import evaluation_notices as rules
from rules.evaluation_notices import Notice, Published

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
NOTICE = Notice(
    title="本县第三方评价会公示",
    held_on=TODAY + timedelta(3),
    held_time="14:30",
    place="县信访接待中心二楼",
    matter="某小区物业收费",
    judged="县住房和城乡建设局",
    phone="",
    signed="县评价小组办公室",
)
PUBLISHED = Published(TODAY, NOW, TODAY + timedelta(3), 3)


@pytest.mark.parametrize(("days", "ok"), [(0, False), (2, False), (3, True), (4, True)])
def test_a_meeting_is_three_days_after_its_notice(days: int, ok: bool) -> None:
    notice = replace(NOTICE, held_on=TODAY + timedelta(days))
    found = rules.problems(notice, names=(), published_on=TODAY, days=3)

    assert (found == []) is ok
    assert ok or "最早 2026-11-23" in found[0].message


def test_a_name_of_the_matter_is_refused_and_not_repeated() -> None:
    notice = replace(NOTICE, matter="张三丰反映物业收费")
    (found,) = rules.problems(notice, names=("张三丰",), published_on=TODAY, days=3)

    assert found.field == "matter"
    assert "张三丰" not in found.message


def test_a_phone_in_a_notice_is_refused() -> None:
    notice = replace(NOTICE, place="联系 13800001234")

    assert rules.problems(notice, names=(), published_on=TODAY, days=3)


@pytest.mark.parametrize("time", ["", "下午", "25:00", "9:60"])
def test_the_time_is_one_of_the_clock(time: str) -> None:
    found = rules.problems(replace(NOTICE, held_time=time), names=(), published_on=TODAY, days=3)

    assert [p.field for p in found] == ["held_time"]


@pytest.mark.parametrize(("day", "ok"), [(0, False), (1, False), (2, False), (3, True)])
def test_nothing_opens_before_the_third_day(day: int, ok: bool) -> None:
    today, now = TODAY + timedelta(day), NOW + timedelta(day)

    assert (rules.may_open(replace(PUBLISHED, held_on=today), today=today, now=now) == []) is ok


def test_a_day_that_is_claimed_and_has_not_passed_opens_nothing() -> None:
    claimed = rules.may_open(PUBLISHED, today=TODAY + timedelta(3), now=NOW + timedelta(1))
    set_back = rules.may_open(PUBLISHED, today=TODAY, now=NOW + timedelta(9))

    assert "公示不满 3 天" in claimed[0]
    assert "公示不满 3 天" in set_back[0]


def test_late_on_the_first_day_to_early_on_the_third_is_three_days() -> None:
    late = Published(TODAY, NOW + timedelta(hours=13, minutes=50), PUBLISHED.held_on, 3)
    early = NOW + timedelta(days=3, hours=-9, minutes=-50)

    assert rules.may_open(late, today=TODAY + timedelta(3), now=early) == []


def test_a_meeting_is_on_the_day_that_was_published() -> None:
    found = rules.may_open(PUBLISHED, today=TODAY + timedelta(4), now=NOW + timedelta(4))

    assert "重新公示" in found[0]
    assert "还没有公示" in rules.may_open(None, today=TODAY, now=NOW)[0]


def test_a_notice_is_kept_and_told_by_what_changed() -> None:
    after = replace(NOTICE, place="三楼会议室")

    assert rules.restored(NOTICE.stored()) == NOTICE
    assert rules.changes(NOTICE, NOTICE) == []
    assert rules.changes(NOTICE, after) == ["地点由“县信访接待中心二楼”改为“三楼会议室”"]


def test_the_text_says_time_place_matter_and_unit() -> None:
    text = rules.as_text(NOTICE, published_on=TODAY)

    for words in ("2026年11月23日 14:30", NOTICE.place, NOTICE.matter, NOTICE.judged):
        assert words in text
