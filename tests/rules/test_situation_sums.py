"""Parts of a material that do not come to the whole it tells."""

from rules.figure_terms import Dimension
from rules.periods import read_days
from rules.situation_sums import sum_problems
from tests.materials import material, month, part

LEVELS = tuple(
    part(f"第{key}类", key, received=count) for key, count in enumerate((33, 13, 10, 82))
)


def told(**given: object) -> list[str]:
    return [each.message for each in sum_problems(material(**given))]  # type: ignore[arg-type]


def test_what_does_not_add_up_is_told_with_by_how_much() -> None:
    """143 件次 and parts of 33 + 13 + 10 + 82 = 138, as a county told of its half-year."""
    parts = {Dimension.CLASS: LEVELS}
    assert told(now={"received": 143}, parts=parts) == [
        "按内容分类：信访总量143件次，各部分合计138件次，相差5"
    ]
    assert told(now={"received": 138}, parts=parts) == []


def test_the_year_before_is_asked_as_well() -> None:
    (found,) = told(year={"received": 140}, former={Dimension.CLASS: LEVELS})
    assert found.startswith("上年同期，按内容分类：信访总量140件次")


def test_parts_of_which_none_is_told_miss_all_of_their_whole() -> None:
    found = told(now={"disputes_found": 3}, parts={Dimension.RISK: ()})
    assert found == ["按红黄蓝：排查纠纷3件，各部分合计0件，相差3"]


def test_months_are_those_of_the_whole_year_alone() -> None:
    months = {Dimension.MONTH: (month(1, 2), month(4, 5))}
    assert told(now={"received": 5}, parts=months, days=read_days("2026-04")) == []
    assert told(now={"received": 7}, parts=months) == []
    assert told(now={"received": 5}, parts=months) != []


def test_rates_and_what_nobody_was_told_add_up_to_nothing() -> None:
    parts = {Dimension.UNIT: (part("住建局", 1, on_time=(1, 2), open=4),)}
    assert told(now={"on_time": (9, 10), "open": None}, parts=parts) == []
