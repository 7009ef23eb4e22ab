from datetime import date, timedelta

import chinese_calendar
import pytest

from rules.limits import Extension, Pause, Terms, due
from tests.rules.state_calendar import TERMS, YEARS


def test_sixty_days_from_the_last_of_january():
    assert due(date(2024, 1, 31), 60, terms=TERMS).on == date(2024, 3, 31)


def test_thirty_days_more_after_an_extension_and_it_says_by_whom():
    extension = Extension(30, date(2024, 3, 20), "张局长")

    found = due(date(2024, 1, 31), 60, terms=TERMS, extensions=[extension])

    assert found.on == date(2024, 4, 30)
    assert found.lines[-1] == "延期 30 日（2024-03-20 张局长批准），至 2024-04-30"


def test_five_working_days_over_the_national_day_of_2024():
    found = due(date(2024, 9, 26), 5, terms=TERMS, workdays=True, starts="收到转送交办")

    assert found.on == date(2024, 10, 9)
    assert found.lines == (
        "2024-09-26 收到转送交办，当日不计，次日起算",
        "5 个工作日：9月27日、29日（调休上班）、30日、10月8日、9日",
    )


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("month", [1, 2, 4, 5, 6, 9, 10])
@pytest.mark.parametrize("days", [3, 5, 10])
def test_working_days_are_those_of_the_state_council(year: int, month: int, days: int):
    start = date(year, month, 3)
    counted, day = 0, start
    while counted < days:
        day += timedelta(days=1)
        counted += chinese_calendar.is_workday(day)

    assert due(start, days, terms=TERMS, workdays=True).on == day


def test_a_limit_ending_on_a_day_off_alarms_by_the_plain_day_and_tells_the_latest():
    found = due(date(2024, 1, 31), 60, terms=TERMS)

    assert (found.on, found.latest) == (date(2024, 3, 31), date(2024, 4, 1))
    assert found.lines[-1] == "2024-03-31 是休息日，法定最迟 2024-04-01（民法典§203）"


def test_a_county_may_have_the_alarm_move_with_the_day_off():
    rolling = Terms({"deadline_roll_holiday": [(date(2020, 1, 1), "是")]}, TERMS.calendar)

    assert due(date(2024, 1, 31), 60, terms=rolling).on == date(2024, 4, 1)


def test_a_year_without_a_calendar_is_said_and_does_not_fail():
    found = due(date(2031, 9, 29), 5, terms=TERMS, workdays=True)

    assert found.on == date(2031, 10, 6)
    assert found.unknown_years == (2031,)
    assert found.lines[-1] == "2031 年的节假日安排未录入，只按周末推算，请到“日历”补录"


def test_a_calendar_year_nobody_knows_does_not_trouble_calendar_days():
    assert due(date(2031, 9, 1), 15, terms=TERMS).unknown_years == ()


def test_a_hearing_is_taken_out_of_the_recheck_day_by_day():
    pause = Pause(date(2025, 3, 10), date(2025, 3, 14))

    assert due(date(2025, 3, 1), 30, terms=TERMS, pauses=[pause]).on == date(2025, 4, 5)
