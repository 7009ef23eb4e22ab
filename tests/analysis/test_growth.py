"""What is more than usual."""

from datetime import date, timedelta

import pytest

from analysis.growth import growth

SINCE, TODAY = date(2026, 1, 1), date(2026, 6, 30)


def _days(*ago: int) -> list[date]:
    return [TODAY - timedelta(days=days) for days in ago]


def test_week_fortnight_and_month_count_back_from_today() -> None:
    grown = growth(_days(0, 6, 7, 13, 14, 29, 30, 90), since=SINCE, today=TODAY)

    assert (grown.week, grown.fortnight, grown.month) == (2, 4, 6)


def test_three_in_a_fortnight_after_silence_rise() -> None:
    assert growth(_days(1, 5, 9), since=SINCE, today=TODAY).rising
    assert not growth(_days(1, 5), since=SINCE, today=TODAY).rising


def test_the_usual_level_does_not_rise() -> None:
    weekly = _days(*range(0, 180, 4))

    grown = growth(weekly, since=SINCE, today=TODAY)

    assert grown.usual == pytest.approx(3.5, abs=0.3)
    assert not grown.rising


def test_three_times_the_usual_level_rises() -> None:
    weekly = _days(*range(14, 180, 7))
    assert not growth(weekly + _days(1, 2, 3), since=SINCE, today=TODAY).rising

    assert growth(weekly + _days(1, 2, 3, 4, 5, 6, 7, 8), since=SINCE, today=TODAY).rising


def test_without_a_time_before_there_is_no_usual_level() -> None:
    grown = growth(_days(1, 2, 3, 4, 5), since=TODAY - timedelta(days=20), today=TODAY)

    assert grown.usual == 0
    assert not grown.rising


def test_matters_after_today_do_not_count() -> None:
    assert growth([TODAY + timedelta(days=1)], since=SINCE, today=TODAY).month == 0
