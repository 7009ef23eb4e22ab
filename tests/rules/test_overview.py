"""What 总览 shows: names that stand for themselves, good news, and units that did not stand all along."""

from datetime import date
from fractions import Fraction

import pytest

from rules.figures import REGISTRY
from rules.overview import SHOWN, Board, Event, gap, is_good, named
from rules.periods import Days, read_days
from rules.readings import Change

UP, DOWN = Change("+5%", moved=Fraction(1, 20)), Change("-5%", moved=Fraction(-1, 20))
YEAR = read_days("2026")


def test_there_are_five_to_eight_figures_of_the_registry() -> None:
    assert 5 <= len(SHOWN) <= 8
    assert set(SHOWN) <= set(REGISTRY)


def test_every_number_of_the_screen_is_a_figure_of_the_registry() -> None:
    boards = {code for board in Board for code in board.kinds.values()}
    assert {*(each.value for each in Event), *boards} <= set(REGISTRY)


def test_a_figure_of_another_board_names_what_it_counts() -> None:
    assert named(REGISTRY["disputes_unresolved"]) == "矛盾纠纷未化解"
    assert named(REGISTRY["received"]) == "信访总量"
    assert named(REGISTRY["evaluation_satisfied"]) == "第三方评价满意"
    assert named(REGISTRY["sweep_reporting"]) == "排查报送率"


@pytest.mark.parametrize(
    ("code", "change", "good"),
    [
        ("on_time", UP, True),
        ("on_time", DOWN, False),
        ("repeat_rate", UP, False),
        ("repeat_rate", DOWN, True),
        ("received", UP, None),
        ("on_time", Change("持平", moved=Fraction(0)), None),
        ("on_time", Change("—", "没有可比的数据"), None),
        ("on_time", Change("+5%", small=True, moved=Fraction(1, 20)), None),
    ],
)
def test_a_change_is_good_bad_or_neither(code: str, change: Change, good: bool | None) -> None:
    assert is_good(code, change) is good


def test_a_unit_that_stood_in_a_part_of_the_days_is_told_of() -> None:
    assert gap(YEAR, YEAR) == ""
    assert "到 2026-06-30 为止" in gap(YEAR, Days(YEAR.first, date(2026, 6, 30)))
    assert "自 2026-07-01 起设立" in gap(YEAR, Days(date(2026, 7, 1), YEAR.last))
    assert "没有设立" in gap(YEAR, None)
