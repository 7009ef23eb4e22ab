from fractions import Fraction

import pytest

from rules.rates import as_percent, rate, shown_rate


def test_the_rate_the_county_reported():
    assert rate(64, 80) == Fraction(4, 5)
    assert shown_rate(64, 80) == "80.0%（64/80）"
    assert as_percent(rate(42, 54)) == "77.8%"
    assert shown_rate(13, 13) == "100.0%（13/13）"


def test_nothing_counted_is_no_rate():
    assert rate(0, 0) is None
    assert shown_rate(0, 0) == "—"


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [(1, 800, "0.1%"), (1, 2000, "0.1%"), (1, 2001, "0.0%"), (0, 3, "0.0%")],
)
def test_halves_are_rounded_up(part: int, whole: int, shown: str):
    assert as_percent(rate(part, whole)) == shown
