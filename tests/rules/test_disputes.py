"""What a dispute may hold, its number, its scale and its card."""

from datetime import date
from typing import Any

import pytest

from rules.cases import Kind
from rules.disputes import FIELDS, LIMITS, band, band_bounds, card, is_number, number, problems

TODAY = date(2026, 11, 20)
WHOLE: dict[str, Any] = {"title": "两户宅基地界线", "class_id": 1, "found_on": TODAY, "unit_id": 2}


def wrong(**changed: Any) -> list[str]:
    return [problem.field for problem in problems(WHOLE | changed, today=TODAY)]


def test_a_whole_dispute_is_taken() -> None:
    assert wrong() == []


@pytest.mark.parametrize("name", ["title", "class_id", "found_on", "unit_id"])
def test_what_a_dispute_cannot_do_without(name: str) -> None:
    assert wrong(**{name: None}) == [name]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": "长" * 201}, "title"),
        ({"content": "长" * 2001}, "content"),
        ({"found_on": date(2026, 11, 21)}, "found_on"),
        ({"happened_on": date(2026, 11, 21)}, "happened_on"),
        ({"found_on": date(2026, 11, 1), "happened_on": date(2026, 11, 2)}, "happened_on"),
        ({"people": 0}, "people"),
        ({"amount_fen": -1}, "amount_fen"),
        ({"content": "村民110101199003070417反映"}, "content"),
        ({"content": "举报某村干部"}, "content"),
    ],
)
def test_what_may_not_stand_is_named_by_its_field(changed: dict[str, Any], field: str) -> None:
    assert field in wrong(**changed)


def test_every_text_has_a_limit() -> None:
    texts = {n for n, f in FIELDS.items() if f.kind in (Kind.TEXT, Kind.LONG_TEXT)}

    assert texts == set(LIMITS)


def test_a_number_tells_county_year_and_serial_and_is_no_case_number() -> None:
    told = number("510722", 2026, 17)

    assert told == "JC510722-2026-00017"
    assert is_number(told)
    assert not is_number("510722-2026-000017")


@pytest.mark.parametrize(
    ("people", "label"),
    [
        (1, "50 人以下"),
        (49, "50 人以下"),
        (50, "50—100 人"),
        (100, "100—500 人"),
        (500, "500 人以上"),
    ],
)
def test_a_bound_belongs_to_the_band_above(people: int, label: str) -> None:
    assert band(people) == label


def test_the_bands_leave_nothing_between_them() -> None:
    bounds = [band_bounds(place) for place in range(4)]

    assert bounds == [(0, 50), (50, 100), (100, 500), (500, None)]


def test_the_card_says_which_of_four_is_settled() -> None:
    assert card(
        {"town_head": "王镇长", "plan": "实地丈量", "handler": "李", "duty_unit_id": None}
    ) == {
        "定领导": True,
        "定措施": True,
        "定时间": False,
        "定责任": False,
    }
