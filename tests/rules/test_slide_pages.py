"""Panels parted into slides: every row stands on one of them, in order, and none is too high."""

from collections.abc import Sequence
from datetime import date

import pytest

from rules.figure_terms import Dimension
from rules.meetings import DecisionState
from rules.panel_terms import (
    Chart,
    ChartKind,
    DecisionTold,
    Inserted,
    Panel,
    PanelKind,
    Series,
    Shows,
    Table,
)
from rules.panels import panel, panels
from rules.slide_pages import LINE, PAD, ROOM, TEXT, WIDTH, layout, paged, tile_columns
from rules.text_widths import wide
from tests.materials import material, part


def made(rows: Sequence[tuple[str, ...]], **given: object) -> Panel:
    table = Table(tuple(f"列{n}" for n in range(len(rows[0]))), tuple(rows))
    values = {"kind": PanelKind.UNITS, "title": "一句话", "codes": (), "table": table, **given}
    return Panel(**values)  # type: ignore[arg-type]


def height(table: Table) -> int:
    """How high a table stands on the stage, by what the style sheet sets."""
    found = layout(table, rows=len(table.rows))
    room = (WIDTH / TEXT - 2 * (found.abreast - 1)) / found.abreast
    widths = [room * share / 100 - 1.4 for share in found.shares]
    lines = [max(-(-wide(c) // w) for c, w in zip(row, widths, strict=True)) for row in table.rows]
    high = [max(1, int(each)) * LINE + PAD for each in lines]
    per = -(-len(high) // found.abreast)
    return LINE + PAD + max(sum(high[n : n + per]) for n in range(0, len(high), per))


def test_what_fits_is_one_slide_and_stays_as_it_is() -> None:
    found = made([("城关镇", "1")] * 5)
    assert paged(found) == [found]


def test_what_follows_a_panel_has_slides_of_its_own_under_its_own_sentence() -> None:
    further = made([("王县长", f"{n}") for n in range(30)], title="又一句")
    found = paged(made([("城关镇", "1")] * 5, more=(further,)))
    assert [each.title for each in found][:2] == ["一句话", "又一句"]
    rows = [row for each in found[1:] if each.table for row in each.table.rows]
    assert rows == [("王县长", f"{n}") for n in range(30)]
    assert not any(each.more for each in found)


@pytest.mark.parametrize("count", [1, 12, 13, 40, 63, 300])
@pytest.mark.parametrize("width", [1, 20, 90])
def test_every_row_stands_on_one_slide_and_none_is_clipped(count: int, width: int) -> None:
    rows = [(f"第{n}镇", "长" * (1 + n * 7 % width), f"{n}") for n in range(count)]
    found = paged(made(rows))
    assert [row for each in found if each.table for row in each.table.rows] == rows
    for each in found:
        assert each.table is not None
        assert height(each.table) <= ROOM


def test_slides_that_go_on_say_so_under_the_same_sentence() -> None:
    found = paged(made([("长" * 60, "短" * 40)] * 30))
    assert len(found) > 3
    assert [each.title for each in found[:3]] == ["一句话", "一句话（续）", "一句话（续2）"]
    sizes = [len(each.table.rows) for each in found if each.table]
    assert max(sizes) - min(sizes) <= 2


def test_a_faint_cell_stays_faint_on_the_slide_it_comes_to() -> None:
    rows = tuple(("长" * 60, "短" * 40, f"{n}") for n in range(30))
    table = Table(("一", "二", "三"), rows, frozenset({(0, 2), (29, 2)}))
    found = [each.table for each in paged(made(list(rows), table=table)) if each.table]
    marked = [(t.rows[at][2], column) for t in found for at, column in sorted(t.faint)]
    assert marked == [("0", 2), ("29", 2)]


def test_a_narrow_table_stands_side_by_side_and_a_small_one_is_set_larger() -> None:
    narrow = Table(("乡镇", "件"), tuple((f"镇{n}", "1") for n in range(60)))
    assert layout(narrow, rows=60).abreast == 3
    few = layout(narrow, rows=4)
    assert (few.abreast, few.large) == (1, True)
    assert sum(few.shares) == pytest.approx(100, abs=0.1)


def test_a_chart_of_too_many_bars_is_its_table_instead() -> None:
    chart = Chart(ChartKind.COLUMNS, "件", ("一", "二"), (Series("件", (1, 2)),))
    assert paged(made([("一", "1")], chart=chart, shows=Shows.CHART))[0].shows is Shows.CHART
    many = Chart(
        ChartKind.COLUMNS,
        "件",
        tuple(f"第{n}批" for n in range(30)),
        (Series("件", tuple(range(30))),),
    )
    assert paged(made([("一", "1")], chart=many, shows=Shows.CHART))[0].shows is Shows.TABLE


def test_definitions_are_those_of_what_a_slide_tells() -> None:
    rows = [("来信（件次）", "1")]
    found = paged(made(rows, notes=("来信：信访形式", "电话：电话", "检举控告事项不计")))
    assert found[0].notes == ("来信：信访形式", "检举控告事项不计")
    places = paged(made([("城关镇", "1")], notes=("信访总量：全部",)))
    assert places[0].notes == ("信访总量：全部",)


def test_squares_of_a_map_are_as_wide_as_the_longest_name() -> None:
    rows = [(f"第{n}镇", "0", "0", "0", "无") for n in range(130)]
    found = paged(made(rows, kind=Inserted.MAP))
    assert sum(len(each.table.rows) for each in found if each.table) == 130
    assert max(len(each.table.rows) for each in found if each.table) <= 63
    long = Table(("乡镇",), (("城关镇街道社区管理委员会办事处",),))
    assert tile_columns(long) < tile_columns(Table(("乡镇",), (("城关镇",),)))


@pytest.mark.parametrize("townships", [0, 1, 63, 300])
def test_a_county_of_any_size_is_told_whole(townships: int) -> None:
    m = material(
        {"received": 9},
        parts={
            Dimension.TOWNSHIP: tuple(
                part(f"第{n}乡", n + 1, received=n + 1) for n in range(townships)
            )
        },
    )
    found = paged(panel(PanelKind.PLACES, m))
    told = [row[0] for each in found if each.table for row in each.table.rows]
    assert told == [f"第{n}乡" for n in range(townships)]


def test_three_hundred_decisions_take_as_many_slides_as_they_need() -> None:
    told = DecisionTold(
        "联席会议", "住建局", "拿出方案" * 12, date(2026, 7, 9), DecisionState.RUNNING, "进行"
    )
    m = material(opening=(told,) * 300, decided=(told,) * 300)
    for kind in (PanelKind.DECISIONS, PanelKind.NEXT_STEPS):
        found = paged(panel(kind, m))
        count = sum(len(each.points) + len(each.table.rows if each.table else ()) for each in found)
        assert count == 300
        assert all(height(each.table) <= ROOM for each in found if each.table)


def test_a_period_without_data_is_fourteen_slides() -> None:
    assert len([page for each in panels(material()) for page in paged(each)]) == 14


def test_the_offices_own_lines_follow_what_was_decided() -> None:
    told = DecisionTold(
        "联席会议", "住建局", "拿出方案", date(2026, 7, 9), DecisionState.RUNNING, "进行"
    )
    found = panel(PanelKind.NEXT_STEPS, material(decided=(told,)), lines=["压实首办责任"])
    assert found.points == ("一要拿出方案（住建局，7月9日前）", "二要压实首办责任")
    assert found.title == "会议议定1项，逐项落实到单位和期限"
    alone = panel(PanelKind.NEXT_STEPS, material(), lines=["压实首办责任"])
    assert alone.title == "下步重点抓好1项工作"
