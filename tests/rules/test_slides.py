"""The slides of a meeting: the days projected, the words of one's own, places in the order."""

from datetime import date

import pytest

from rules.errors import Invalid
from rules.panel_terms import Inserted, PanelKind
from rules.periods import Days
from rules.slides import (
    BY_HAND,
    LINE_MAX,
    LINES_MAX,
    SLIDES_MAX,
    Span,
    Standing,
    default_slides,
    has_words,
    lines_of,
    live_days,
    refused,
    span_days,
    swapped,
    text_problems,
)

TODAY = date(2026, 11, 20)


def test_a_snapshot_is_taken_of_the_year_to_the_end_of_last_month() -> None:
    assert span_days(Span.YEAR, today=TODAY) == Days(date(2026, 1, 1), date(2026, 10, 31))
    leap = span_days(Span.YEAR, today=date(2024, 3, 1))
    assert leap == Days(date(2024, 1, 1), date(2024, 2, 29))
    assert span_days(Span.MONTH, today=TODAY) == Days(
        date(2026, 10, 1), date(2026, 10, 31), "month"
    )
    assert span_days(Span.SO_FAR, today=TODAY) == live_days(TODAY)
    assert live_days(TODAY) == Days(date(2026, 1, 1), TODAY)


def test_in_january_that_is_the_whole_year_before() -> None:
    assert span_days(Span.YEAR, today=date(2027, 1, 5)) == Days(
        date(2026, 1, 1), date(2026, 12, 31), "year"
    )
    assert span_days(Span.MONTH, today=date(2027, 1, 5)).first == date(2026, 12, 1)


def test_days_of_ones_own_are_whole_and_in_order() -> None:
    first, last = date(2026, 3, 1), date(2026, 3, 9)
    assert span_days(Span.CUSTOM, today=TODAY, first=first, last=last) == Days(first, last)
    for given in ({}, {"first": last, "last": first}, {"first": first}):
        with pytest.raises(Invalid):
            span_days(Span.CUSTOM, today=TODAY, **given)


def test_a_deck_begins_with_the_panels_in_their_order() -> None:
    found = default_slides()
    assert [each.kind for each in found] == list(PanelKind)
    assert [each.position for each in found] == list(range(1, 15))
    assert Standing(3, Inserted.HOTSPOT, about="幸福小区").label == "热点：幸福小区"
    assert found[0].label == "总体情况"


@pytest.mark.parametrize(
    ("position", "up", "places"),
    [(1, True, None), (1, False, (1, 2)), (3, True, (3, 2)), (3, False, None)],
)
def test_a_slide_moves_by_one_and_not_past_the_ends(
    position: int, up: bool, places: tuple[int, int] | None
) -> None:
    assert swapped(3, position, up=up) == places


def test_words_of_ones_own_are_read_from_the_back_of_the_room() -> None:
    assert lines_of(" 一 \n\n二\n ") == ("一", "二")
    assert text_problems("说明", "一\n二", titled=True) == []
    assert [each.field for each in text_problems("", "一", titled=True)] == ["title"]
    assert text_problems("", "一", titled=False) == []
    assert text_problems("长" * 61, "", titled=True)[0].field == "title"
    assert text_problems("说明", "长" * (LINE_MAX + 1), titled=True)[0].field == "text"
    assert text_problems("说明", "行\n" * (LINES_MAX + 1), titled=True)[0].field == "text"
    assert has_words(Inserted.TEXT)
    assert has_words(PanelKind.NEXT_STEPS)
    assert not has_words(PanelKind.OVERALL)


def test_map_and_roster_stand_in_a_deck_once() -> None:
    assert refused([PanelKind.OVERALL], Inserted.MAP) == []
    assert refused([Inserted.MAP], Inserted.MAP)
    assert refused([Inserted.HOTSPOT], Inserted.HOTSPOT) == []
    assert refused([Inserted.HOTSPOT] * SLIDES_MAX, Inserted.HOTSPOT)
    assert refused([Inserted.ITEM] * SLIDES_MAX, Inserted.HOTSPOT) == []
    assert Inserted.ITEM not in BY_HAND
