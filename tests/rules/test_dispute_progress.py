"""逐案销号: flows that add up, a burn-down that ends with what is left, and bands of age."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from rules.dispute_progress import Days, age_bands, burn_down, flows
from rules.dispute_terms import DisputeOutcome, DisputeState, Tally

DAY = date(2026, 11, 20)
S, R = DisputeState, DisputeOutcome


def test_a_flow_parts_what_was_found_and_counts_the_signed_off_once() -> None:
    found = flows(
        [
            (1, S.HANDLING, R.UNRESOLVED, 3),
            (1, S.PARTLY, R.PARTLY, 2),
            (1, S.SIGNED_OFF, R.RESOLVED, 4),
            (1, S.SIGNED_OFF, R.ROUTED, 1),
            (9, S.RESOLVED, R.RESOLVED, 99),
        ],
        {2: "空的一轮", 1: "11月上半月"},
    )

    assert [each.name for each in found] == ["空的一轮", "11月上半月"]
    one = found[1]
    assert (one.tally.found, one.tally[Tally.RESOLVED], one.signed, one.unresolved) == (10, 4, 5, 5)


def test_a_burn_down_falls_when_something_ends_and_not_before() -> None:
    days = Days(found={DAY: 3}, ended={DAY + timedelta(1): 2}, signed={DAY + timedelta(2): 1})

    left = burn_down(days, passed_on={DAY + timedelta(1): 1}, until=DAY + timedelta(2))

    assert [(each.unresolved, each.unsigned) for each in left] == [(3, 3), (1, 2), (1, 1)]


DATES = st.dictionaries(
    st.dates(DAY - timedelta(500), DAY), st.integers(1, 9), min_size=1, max_size=30
)


@given(DATES, st.integers(1, 60))
def test_a_long_burn_down_shows_its_last_days_and_loses_no_dispute(
    found: dict[date, int], most: int
) -> None:
    left = burn_down(Days(found=found), passed_on={}, until=DAY, most=most)

    assert len(left) <= most
    assert left[-1].on == DAY
    assert left[-1].unresolved == left[-1].unsigned == sum(found.values())


def test_nothing_found_burns_nothing_down() -> None:
    assert burn_down(Days(), passed_on={}, until=DAY) == []


def test_bands_follow_each_other_whatever_order_the_limits_were_set_in() -> None:
    bands = age_bands([30, 15, 30, 90])

    assert [band.label for band in bands] == [
        "15 天以内",
        "16\u201330 天",
        "31\u201390 天",
        "91 天以上",
    ]
    assert bands[-1].days(DAY) == (None, DAY - timedelta(91))
