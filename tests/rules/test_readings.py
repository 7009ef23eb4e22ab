"""Readings, what they come to together, and the figures of the seeds they were checked with."""

from decimal import Decimal
from fractions import Fraction

import pytest

from rules.case_figures import RATES
from rules.figure_terms import Counted
from rules.figures import GROUPS, REGISTRY
from rules.rates import as_percent, rounded, year_on_year
from rules.readings import (
    Alert,
    MixedUnits,
    Reading,
    Thresholds,
    change,
    share,
    shares,
    sum_problem,
    total,
    worst,
)


def of(code: str, count: int | None, whole: int | None = None) -> Reading:
    return Reading(REGISTRY[code], count, whole)


def test_a_rate_is_shown_with_what_it_was_made_of():
    assert of("batch_resolution", 42, 54).shown == "77.8%（42/54）"  # S2-11
    assert of("batch_settlement", 64, 80).shown == "80.0%（64/80）"  # S3a-22
    assert of("on_time", 0, 7).shown == "0.0%（0/7）"
    assert of("on_time", 0, 0).shown == "—"
    assert of("per_10k", 1480, 1_480_000).shown == "10.0（1480/1480000）"
    assert of("city_visits", None).shown == "—"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Fraction(43, 139), "30.9%"),  # 铜川 wrote 30.2 %
        (Fraction(1, 800), "0.1%"),
        (Fraction(25, 10_000), "0.3%"),
        (Fraction(-25, 10_000), "-0.3%"),
        (Fraction(80, 1950), "4.1%"),  # S3c-06, there rounded to 4 %
    ],
)
def test_halves_are_rounded_away_from_zero_exactly(value: Fraction, shown: str):
    assert as_percent(value) == shown


def test_a_rate_can_be_shown_with_the_decimals_a_paper_has():
    assert as_percent(Fraction(80, 1950), decimals=0) == "4%"
    assert as_percent(Fraction(29 - 46, 46), decimals=2) == "-36.96%"  # its paper wrote 36.93
    assert rounded(Fraction(1, 8), decimals=2) == Decimal("0.13")


@pytest.mark.parametrize(
    ("decimals", "shown", "moved", "points"),
    [
        (0, "78%（42/54）", "-21%", "+6 个百分点"),
        (1, "77.8%（42/54）", "-21.0%", "+6.0 个百分点"),
        (2, "77.78%（42/54）", "-21.00%", "+6.00 个百分点"),
    ],
)
def test_the_county_sets_the_decimals(decimals: int, shown: str, moved: str, points: str):
    def reading(code: str, count: int, whole: int | None = None) -> Reading:
        return Reading(REGISTRY[code], count, whole, decimals)

    assert reading("batch_resolution", 42, 54).shown == shown
    assert change(reading("received", 79), of("received", 100)).shown == moved
    assert change(reading("on_time", 96, 100), of("on_time", 90, 100)).shown == points


def test_the_county_sets_which_base_is_small():
    now, before = of("received", 40), of("received", 20)
    assert [change(now, before, small=small).small for small in (20, 21)] == [False, True]


def test_counts_of_one_unit_are_added():
    assert total([of("letters", 19), of("webs", 29)]) == 48


def test_jian_and_ren_ci_are_never_added():
    """S3c-03 adds 1950 件 of letters and 2550 人次 of visits to 4500 件次."""
    with pytest.raises(MixedUnits, match=r"人次.*件次|件次.*人次"):
        total([of("letters", 1950), of("visitors", 2550)])
    with pytest.raises(MixedUnits):
        total([of("on_time", 1, 2), of("on_time", 1, 2)])


def test_levels_that_do_not_sum_are_caught():
    """A county's half-year of 2024 tells 143 and levels of 33 + 13 + 10 + 82 = 138."""
    levels = [of("received", count) for count in (33, 13, 10, 82)]
    told = sum_problem(of("received", 143), levels)
    assert told == "信访总量143件次，各部分合计138件次，相差5"
    assert sum_problem(of("received", 138), levels) is None


def test_shares_are_computed_of_one_unit_and_come_to_all():
    counts = {"来信": 19, "来访": 95, "网上": 29}
    found = shares({name: of("received", count) for name, count in counts.items()})
    assert [as_percent(each) for each in found.values()] == ["13.3%", "66.4%", "20.3%"]
    assert sum(each for each in found.values() if each is not None) == 1
    assert shares({"来信": of("received", 0)}) == {"来信": None}
    # A paper of 2024 told shares of 127 人次 + 19 件 + 29 件.
    with pytest.raises(MixedUnits):
        shares({"来访": of("visitors", 127), "来信": of("letters", 19)})
    with pytest.raises(MixedUnits):
        share(of("visitors", 127), of("received", 175))
    assert share(of("letters", 19), of("received", 143)) == Fraction(19, 143)


@pytest.mark.parametrize(
    ("code", "now", "before", "shown"),
    [
        ("received", 79, 100, "-21.0%"),  # S1-33
        ("capital_visits", 50, 100, "-50.0%"),  # S1-34
        ("province_visits", 55, 100, "-45.0%"),
        ("received", 143, 131, "+9.2%"),
        ("received", 120, 120, "持平"),
    ],
)
def test_counts_change_in_percent(code: str, now: int, before: int, shown: str):
    found = change(of(code, now), of(code, before))
    assert (found.shown, found.points, found.small) == (shown, False, False)


def test_rates_change_in_points():
    found = change(of("on_time", 96, 100), of("on_time", 90, 100))
    assert (found.shown, found.points) == ("+6.0 个百分点", True)
    # From 90 % to 96 % is no rise of 6.7 %, and warns of nothing.
    assert found.level(Thresholds()) is Alert.STEADY


def test_a_base_of_zero_is_a_dash_that_says_why():
    assert change(of("received", 5), of("received", 0)).note == "新增"
    assert change(of("received", 0), of("received", 0)).note == "基数为0"
    assert change(of("received", 5), of("received", 0)).shown == "—"
    assert change(of("on_time", 1, 1), of("on_time", 0, 0)).shown == "—"


@pytest.mark.parametrize(("before", "small"), [(9, True), (10, False)])
def test_a_small_base_is_grey_and_warns_of_nothing(before: int, small: bool):
    found = change(of("received", 40), of("received", before))
    assert found.small is small
    assert found.level(Thresholds()) is (Alert.STEADY if small else Alert.ALARM)


@pytest.mark.parametrize(
    ("now", "level"),
    [
        (110, Alert.STEADY),
        (111, Alert.ODD),
        (120, Alert.ODD),
        (121, Alert.ALARM),
        (79, Alert.ALARM),
    ],
)
def test_beyond_ten_and_twenty_percent_it_warns(now: int, level: Alert):
    found = change(of("received", now), of("received", 100))
    assert found.level(Thresholds()) is level
    assert worst([found, change(of("received", 1), of("received", 0))], Thresholds()) is level


def test_the_registry_tells_each_figure_once_and_whole():
    assert len(REGISTRY) == sum(len(group) for group in GROUPS.values())
    units = {unit.label for unit in Counted}
    for figure in REGISTRY.values():
        assert figure.unit in units, figure.code
        assert figure.definition, figure.code
        assert figure.basis is not None, figure.code
        assert figure.opens is not None, figure.code
        assert bool(figure.part) is bool(figure.whole), figure.code
        assert figure.is_ratio is (figure.unit in {"%", "件/万人"}), figure.code


def test_the_two_rates_of_acceptance_and_of_satisfaction_stay_two():
    labels = [figure.label for figure in RATES]
    for name in ("及时受理率", "群众满意率"):
        assert [f"{name}（信访部门）", f"{name}（责任单位）"] == [
            label for label in labels if label.startswith(name)
        ]


def test_the_change_told_beside_receptions_is_the_same():
    assert year_on_year(79, 100) == "-21.0%"
    assert year_on_year(5, 0) == "—"
