"""人数规模 read as offices write it."""

import pytest

from rules.errors import Invalid, RuleError
from rules.policy import PARAMETERS, parse
from rules.size_bands import by_band, read_bands


def test_the_default_parts_every_size_from_five_up_once() -> None:
    bands = read_bands(str(PARAMETERS["visit_bands"].default))
    assert [each.label for each in bands] == [
        "5—10人", "11—20人", "21—50人", "51—100人", "101人以上",
    ]  # fmt: skip
    for people in range(5, 500):
        assert sum(each.holds(people) for each in bands) == 1


def test_visits_are_added_up_by_band_and_smaller_ones_left_out() -> None:
    found = by_band(read_bands("5-10/11+"), {1: 40, 5: 2, 10: 1, 11: 3, 400: 1})
    assert found == {"5—10人": 3, "11人以上": 4}


@pytest.mark.parametrize(
    "text", ["", "5-10", "5-10/12-20/20+", "5-10/8+", "10-5/6+", "5+/6+", "五/六"]
)
def test_bands_with_a_gap_or_no_end_are_refused(text: str) -> None:
    with pytest.raises(RuleError, match="读不懂"):
        read_bands(text)


def test_a_county_cannot_set_bands_that_overlap() -> None:
    with pytest.raises(Invalid, match="首尾相接"):
        parse("visit_bands", "5-10/9-20/21+")
