from dataclasses import replace
from datetime import date, timedelta

import pytest

from rules.hearings import Hearing, lapses, order_problems
from rules.limits import Terms

DAY = timedelta(days=1)
DECIDED = date(2026, 3, 16)
# On the last day of each limit: asked 15 days before, held 30 days after, told 7 days ahead.
KEPT = Hearing(
    decided_on=DECIDED,
    asked_on=DECIDED - 15 * DAY,
    notified_on=DECIDED + 23 * DAY,
    held_on=DECIDED + 30 * DAY,
)


def test_the_last_day_of_each_limit_keeps_it():
    assert lapses(KEPT, Terms()) == []
    assert lapses(Hearing(decided_on=DECIDED), Terms()) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            {"asked_on": date(2026, 2, 28)},
            "2026-02-28 申请听证，应在 15 日内决定，2026-03-16 才决定",
        ),
        (
            {"held_on": date(2026, 4, 16)},
            "2026-03-16 决定听证，应在 30 日内举行，定在 2026-04-16",
        ),
        (
            {"notified_on": date(2026, 4, 9)},
            "听证应提前 7 日告知，2026-04-09 告知只提前 6 日",
        ),
    ],
)
def test_a_day_more_is_told_with_its_limit(change, told):
    assert lapses(replace(KEPT, **change), Terms()) == [told]


def test_a_county_has_limits_of_its_own():
    dated = {"hearing_notice_days": [(date(2026, 1, 1), "10")]}

    told = "听证应提前 10 日告知，2026-04-08 告知只提前 7 日"
    assert lapses(KEPT, Terms(dated)) == [told]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"asked_on": DECIDED + DAY}, "asked_on"),
        ({"held_on": DECIDED - DAY, "notified_on": None}, "held_on"),
        ({"notified_on": DECIDED + 31 * DAY}, "notified_on"),
    ],
)
def test_days_on_the_wrong_side_of_one_another_are_refused(change, field):
    assert [problem.field for problem in order_problems(replace(KEPT, **change))] == [field]


@pytest.mark.parametrize(
    "change",
    [{}, {"asked_on": DECIDED}, {"held_on": DECIDED, "notified_on": DECIDED}],
)
def test_days_in_order_are_taken(change):
    assert order_problems(replace(KEPT, **change)) == []
