"""Bands of age and months: what falls into which, and the days that lead back to it."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from rules.case_charts import AGE_BANDS, MONTHS, by_age, by_month, months
from tests.conftest import TODAY


@pytest.mark.parametrize(
    ("age", "label"),
    [(0, "15 天以内"), (15, "15 天以内"), (16, "16–30 天"), (365, "181–365 天"), (366, "一年以上")],
)
def test_a_band_holds_both_its_ends(age: int, label: str) -> None:
    day = TODAY - timedelta(days=age)

    found = [each.band for each in by_age([(day, 2, 1)], today=TODAY) if each.open]

    assert [band.label for band in found] == [label]
    first, last = found[0].days(TODAY)
    assert (first or date.min) <= day <= last


def test_the_bands_leave_no_day_out() -> None:
    for band, following in pairwise(AGE_BANDS):
        assert band.most is not None
        assert following.least == band.most + 1
    assert AGE_BANDS[-1].most is None


def test_days_of_a_band_are_added_up() -> None:
    days = [(TODAY, 2, 0), (TODAY - timedelta(days=3), 3, 1), (TODAY - timedelta(days=70), 4, 4)]

    found = {each.band.label: (each.open, each.overdue) for each in by_age(days, today=TODAY)}

    assert found["15 天以内"] == (5, 1)
    assert found["61–90 天"] == (4, 4)
    assert sum(count for count, _ in found.values()) == 9


def test_the_months_end_today_and_cross_the_year() -> None:
    found = months(date(2026, 1, 20))

    assert len(found) == MONTHS
    assert found[0] == (date(2025, 1, 1), date(2025, 1, 31))
    assert found[-2:] == [
        (date(2025, 12, 1), date(2025, 12, 31)),
        (date(2026, 1, 1), date(2026, 1, 20)),
    ]


def test_a_month_counts_what_came_and_what_was_closed() -> None:
    received = [(date(2026, 10, 31), 5), (date(2026, 11, 1), 2), (date(2025, 10, 31), 9)]

    found = {flow.first: flow for flow in by_month(received, [(TODAY, 1)], today=TODAY)}

    assert (found[date(2026, 10, 1)].received, found[date(2026, 10, 1)].closed) == (5, 0)
    assert (found[date(2026, 11, 1)].received, found[date(2026, 11, 1)].closed) == (2, 1)
    assert sum(flow.received for flow in found.values()) == 7
