"""What merged cells show, compared cell by cell with the plain meaning of it."""

from hypothesis import given
from hypothesis import strategies as st

from rules.headers import find_header, header_at
from rules.merged import Line, filled_from, spread

CELLS = st.sampled_from(["标题", "收到日期", "信访人", "责任单位", "其他", "", None, 3])
GRIDS = st.lists(st.lists(CELLS, max_size=6), max_size=10)
# Over one another, over the edge of the sheet, beside it, and of one cell.
RANGES = st.tuples(
    st.integers(1, 12), st.integers(0, 7), st.integers(0, 11), st.integers(0, 7)
).map(lambda r: (r[0], r[1], r[0] + r[2], r[1] + r[3]))
MERGED = st.lists(RANGES, max_size=12)


def at(grid, row, column):
    """The cell itself; nothing beside the grid."""
    inside = row <= len(grid) and column < len(grid[row - 1])
    return grid[row - 1][column] if inside else None


@given(GRIDS, MERGED, st.integers(1, 10), st.integers(0, 4))
def test_every_cell_shows_what_the_last_range_over_it_holds(grid, merged, first, more):
    last = min(first + more, len(grid))

    def shown(row, column):
        over = [r for r in merged if r[0] <= row <= r[2] and r[1] <= column <= r[3]]
        return at(grid, *over[-1][:2]) if over else at(grid, row, column)

    width = max((len(row) for row in grid[:last]), default=0)
    assert spread(grid, merged, first, first + more) == [
        [shown(row, column) for column in range(width)] for row in range(first, last + 1)
    ]


@given(GRIDS, MERGED, st.integers(1, 4), st.sets(st.integers(0, 6)))
def test_what_is_filled_down_is_what_the_last_range_over_it_holds(grid, merged, first, columns):
    naive = {}
    for top, left, bottom, _ in merged:
        if left in columns and top >= first and top <= len(grid) and left < len(grid[top - 1]):
            for row in range(top + 1, min(bottom, len(grid)) + 1):
                naive[row, left] = grid[top - 1][left]

    assert filled_from(grid, merged, first, columns) == naive


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=20))
def test_a_cell_of_a_line_is_taken_once_by_the_first_who_asks(asked):
    line = Line()
    taken: set[int] = set()
    for first, last in asked:
        cells = set(range(first, last + 1))
        assert list(line.take(first, last)) == sorted(cells - taken)
        taken |= cells


@given(st.lists(st.lists(CELLS, min_size=4, max_size=4), max_size=10), MERGED)
def test_the_header_found_is_the_header_pointed_at(grid, merged):
    found = find_header(grid, merged)

    assert found is None or header_at(grid, merged, found.first_row) == found


def test_a_cell_merged_from_above_names_the_header_pointed_at_far_below():
    grid = [["标题", "其他"]] + [["", f"第{n}"] for n in range(40)]

    header = header_at(grid, [(1, 0, 41, 0)], 30)
    assert header.names == ("标题", "第28")
