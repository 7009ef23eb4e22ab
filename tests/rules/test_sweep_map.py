"""The wall map: a square for every township, tones with their words, and layouts that cannot be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.sweep_map import (
    MOST,
    MapColour,
    Shape,
    Tone,
    TownCounts,
    flattened,
    layout_problems,
    placed,
    tone,
)


@given(
    st.integers(1, 80),
    st.dictionaries(st.integers(1, 80), st.tuples(st.integers(1, 12), st.integers(1, 12))),
)
def test_every_township_has_one_square_and_no_two_share_it(
    count: int, saved: dict[int, tuple[int, int]]
) -> None:
    unique = {square: unit_id for unit_id, square in saved.items()}
    kept = {unit_id: square for square, unit_id in unique.items()}
    ids = list(range(1, count + 1))

    found = placed(kept, ids)

    assert list(found) == ids
    assert len(set(found.values())) == count
    assert all(found[unit_id] == kept[unit_id] for unit_id in ids if unit_id in kept)


def test_sixty_three_townships_fill_a_screen() -> None:
    squares = placed({}, list(range(63)))

    assert max(row for row, _ in squares.values()) == 7
    assert max(column for _, column in squares.values()) == 9


@pytest.mark.parametrize(
    ("count", "many", "expected"),
    [(0, 1, Tone.NONE), (1, 1, Tone.MANY), (1, 3, Tone.SOME), (2, 3, Tone.SOME), (3, 3, Tone.MANY)],
)
def test_a_tone_begins_at_its_number(count: int, many: int, expected: Tone) -> None:
    assert tone(count, many=many) is expected


def test_each_colour_has_its_own_number() -> None:
    counts = TownCounts(red=1, open=7, overdue=3)

    assert [counts.of(each) for each in MapColour] == [1, 7, 3]


def test_two_townships_in_one_square_are_both_named() -> None:
    problems = layout_problems({1: (2, 3), 2: (2, 3)}, {1: "城关镇", 2: "河东镇"})

    assert [p.message for p in problems] == ["“城关镇”和“河东镇”都在第 2 行第 3 列，请改一个"]


@pytest.mark.parametrize("square", [(0, 1), (1, MOST + 1), (None, 1), (1, None), (-1, 1)])
def test_a_square_out_of_reach_is_refused(square: tuple[int | None, int | None]) -> None:
    assert "行、列应是" in layout_problems({1: square}, {1: "城关镇"})[0].message


def test_a_county_in_the_north_is_drawn_narrower_than_its_degrees() -> None:
    shape = Shape([[[[130.0, 60.0], [131.0, 60.0], [131.0, 61.0], [130.0, 60.0]]]], [130.5, 60.0])

    flat = flattened({1: shape})[1]

    ring = flat.polygons[0][0]
    assert ring[1][0] - ring[0][0] == pytest.approx(0.5)
    assert ring[2][1] - ring[1][1] == pytest.approx(1.0)
    assert flattened({}) == {}
