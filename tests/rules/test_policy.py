from datetime import date
from fractions import Fraction

import pytest

from rules.errors import Invalid
from rules.limits import Terms, due
from rules.policy import PARAMETERS, parse

_NUMBERS = [key for key, each in PARAMETERS.items() if type(each.default) is int]


@pytest.mark.parametrize("key", _NUMBERS)
def test_no_number_lies_outside_what_it_may_be(key: str) -> None:
    parameter = PARAMETERS[key]

    assert parse(key, str(parameter.maximum)) == parameter.maximum
    with pytest.raises(Invalid, match="不能大于"):
        parse(key, str(parameter.maximum + 1))
    with pytest.raises(Invalid, match="不能小于"):
        parse(key, "-1")


@pytest.mark.parametrize("workdays", [False, True])
def test_the_longest_limit_ends_on_a_day_that_a_calendar_knows(workdays: bool) -> None:
    most = PARAMETERS["handle_days"].maximum

    assert due(date(2026, 11, 20), most, terms=Terms(), workdays=workdays).on is not None


@pytest.mark.parametrize(("text", "value"), [("2/3", Fraction(2, 3)), (" 0.5 ", Fraction(1, 2))])
def test_a_share_is_an_exact_fraction(text: str, value: Fraction) -> None:
    assert parse("panel_quorum", text) == value


@pytest.mark.parametrize("text", ["三分之二", "2/0", "4/3", "-1/3", ""])
def test_a_share_that_is_none_is_refused_in_words(text: str) -> None:
    with pytest.raises(Invalid, match="票决到会比例下限"):
        parse("panel_quorum", text)
