"""《矛盾纠纷排查情况表》: its periods, its sums, and what differs from a frozen one."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.dispute_table import (
    TOTAL,
    Counted,
    Counts,
    Form,
    Kind,
    Period,
    TableColumn,
    TableLine,
    TableSpan,
    differences,
    form,
    in_columns,
    kept,
    period_of,
    periods,
    read_kept,
)
from rules.dispute_terms import DisputeOutcome
from rules.terms import UnitKind

OCTOBER = Period(TableSpan.MONTH, date(2026, 10, 1))
LAND, HOUSE, FIELD = (
    Kind(1, "山林土地", None, True),
    Kind(2, "房屋宅基地", None, True),
    Kind(3, "承包地", 1, True),
)
KINDS = [LAND, FIELD, HOUSE]
R = DisputeOutcome


def counted(
    class_id: int = 1,
    kind: UnitKind = UnitKind.VILLAGE,
    outcome: DisputeOutcome = R.UNRESOLVED,
    *,
    begun: bool = False,
    in_period: bool = True,
    count: int = 1,
) -> Counted:
    return Counted(class_id, kind, outcome, begun, in_period, count)


@pytest.mark.parametrize(
    ("span", "day", "first", "last", "name"),
    [
        (TableSpan.MONTH, date(2028, 2, 9), date(2028, 2, 1), date(2028, 2, 29), "2028年2月"),
        (
            TableSpan.QUARTER,
            date(2026, 9, 30),
            date(2026, 7, 1),
            date(2026, 9, 30),
            "2026年第三季度",
        ),
        (
            TableSpan.HALF_YEAR,
            date(2026, 7, 1),
            date(2026, 7, 1),
            date(2026, 12, 31),
            "2026年下半年",
        ),
        (
            TableSpan.HALF_YEAR,
            date(2026, 6, 30),
            date(2026, 1, 1),
            date(2026, 6, 30),
            "2026年上半年",
        ),
        (TableSpan.YEAR, date(2026, 5, 4), date(2026, 1, 1), date(2026, 12, 31), "2026年"),
    ],
)
def test_a_day_lies_in_one_period_of_each_length(
    span: TableSpan, day: date, first: date, last: date, name: str
) -> None:
    period = period_of(span, day)

    assert (period.first_on, period.last_on, period.name) == (first, last, name)


@given(
    st.sampled_from(TableSpan),
    st.dates(date(2020, 1, 1), date(2026, 1, 1)),
    st.dates(date(2026, 1, 1), date(2030, 1, 1)),
)
def test_periods_follow_each_other_without_gap_or_overlap(
    span: TableSpan, since: date, today: date
) -> None:
    found = periods(span, since=since, today=today)[::-1]

    assert found[0].first_on <= since <= found[0].last_on
    assert found[-1].first_on <= today <= found[-1].last_on
    assert all((later.first_on - earlier.last_on).days == 1 for earlier, later in pairwise(found))


def test_a_period_is_frozen_by_itself_only_days_after_its_end() -> None:
    assert not OCTOBER.ended(date(2026, 10, 31))
    assert OCTOBER.ended(date(2026, 11, 1))
    assert OCTOBER.freezes_on(5) == date(2026, 11, 6)
    assert OCTOBER.freezes_on(0) == date(2026, 11, 1)


def test_what_is_resolved_in_part_is_mediated_and_no_success() -> None:
    cell = form(OCTOBER, [counted(outcome=R.PARTLY, count=3)], KINDS).total.cells[
        TableColumn.SUBTOTAL
    ]

    assert (cell.found, cell.mediated, cell.resolved, cell.partly) == (3, 3, 0, 3)
    assert cell.shown(TableLine.SUCCESS_RATE) == "0.0%"


def test_a_rate_of_nothing_is_a_dash_and_halves_are_rounded_up() -> None:
    assert Counts().shown(TableLine.MEDIATION_RATE) == "—"
    assert Counts(unresolved=2).shown(TableLine.SUCCESS_RATE) == "—"
    # 康乐县: 2330 found, 2260 resolved.
    assert Counts(resolved=2260, unresolved=70, mediated=2330).shown(TableLine.SUCCESS_RATE) == (
        "97.0%"
    )
    assert Counts(resolved=1, unresolved=15, mediated=1).shown(TableLine.MEDIATION_RATE) == "6.3%"


def test_a_class_of_the_second_level_is_counted_with_the_one_above() -> None:
    found = form(OCTOBER, [counted(3, count=2), counted(1)], KINDS)

    assert [row.name for row in found.rows] == [TOTAL, "山林土地", "房屋宅基地"]
    assert found.rows[1].cells[TableColumn.VILLAGE].found == 3


def test_what_was_found_before_the_period_counts_in_the_year_alone() -> None:
    row = form(OCTOBER, [counted(in_period=False, count=4), counted()], KINDS).rows[1]

    assert [row.cells[column].found for column in TableColumn] == [0, 0, 1, 1, 5]


def test_a_class_no_longer_offered_stays_as_long_as_something_was_found() -> None:
    old = Kind(9, "计划生育", None, False)

    assert "计划生育" not in [row.name for row in form(OCTOBER, [], [*KINDS, old]).rows]
    assert "计划生育" in [row.name for row in form(OCTOBER, [counted(9)], [*KINDS, old]).rows]


COUNTED = st.builds(
    Counted,
    class_id=st.sampled_from([1, 2, 3]),
    kind=st.sampled_from(UnitKind),
    outcome=st.sampled_from(DisputeOutcome),
    begun=st.booleans(),
    in_period=st.booleans(),
    count=st.integers(1, 500),
)


@given(st.lists(COUNTED, max_size=40))
def test_found_is_the_sum_of_its_columns_in_every_cell_and_every_sum(rows: list[Counted]) -> None:
    found = form(OCTOBER, rows, KINDS)

    for row in found.rows:
        for cell in row.cells.values():
            parts = in_columns(cell)
            assert parts["排查数"] == (
                parts["成功数"] + parts["部分化解"] + parts["未化解"] + parts["转出"]
            )
            assert parts["成功数"] <= parts["调处数"] <= parts["排查数"]
    inside = [each for each in rows if each.in_period]
    whole = found.total.cells
    assert whole[TableColumn.SUBTOTAL].found == sum(each.count for each in inside)
    assert whole[TableColumn.YEAR].found == sum(each.count for each in rows)
    assert whole[TableColumn.SUBTOTAL].resolved == sum(
        each.count for each in inside if each.outcome is R.RESOLVED
    )


@given(st.lists(COUNTED, max_size=40))
def test_the_form_adds_up_across_and_down(rows: list[Counted]) -> None:
    found = form(OCTOBER, rows, KINDS)
    levels = [TableColumn.COUNTY, TableColumn.TOWNSHIP, TableColumn.VILLAGE]

    for row in found.rows:
        assert row.cells[TableColumn.SUBTOTAL] == sum((row.cells[c] for c in levels), Counts())
    for column in TableColumn:
        assert found.total.cells[column] == sum((r.cells[column] for r in found.rows[1:]), Counts())


@given(st.lists(COUNTED, max_size=20))
def test_a_form_is_kept_and_read_as_it_was(rows: list[Counted]) -> None:
    found = form(OCTOBER, rows, KINDS)

    assert read_kept(OCTOBER, kept(found)) == found
    assert differences(found, found) == []


def test_differences_name_the_class_the_level_and_both_numbers() -> None:
    frozen = form(OCTOBER, [counted()], KINDS)
    now = form(OCTOBER, [counted(), counted(2, UnitKind.TOWNSHIP, R.PARTLY)], KINDS)

    found = differences(frozen, now)

    told = {(each.row, each.column.label, each.what, each.frozen, each.now) for each in found}
    assert ("房屋宅基地", "乡镇（街道）", "排查数", 0, 1) in told
    assert ("房屋宅基地", "乡镇（街道）", "部分化解", 0, 1) in told
    assert not [each for each in found if each.row == "山林土地"]


def test_a_class_added_since_is_a_difference() -> None:
    frozen = form(OCTOBER, [], KINDS)
    now: Form = form(OCTOBER, [counted(7)], [*KINDS, Kind(7, "村务管理", None, True)])

    assert {each.row for each in differences(frozen, now)} == {"村务管理"}
