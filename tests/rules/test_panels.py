"""Panels composed from figures: what their titles say, what they draw, whom they do not rank."""

from dataclasses import replace
from datetime import date

import pytest

from rules.figure_terms import Dimension
from rules.meetings import DecisionState
from rules.panel_terms import BatchRow, CollectiveRow, DecisionTold, PanelKind, Shows
from rules.panels import panel, panels
from rules.periods import read_days
from rules.readings import Part
from tests.materials import material, month, part, with_decimals

K = PanelKind


def test_there_are_the_fourteen_panels_even_of_an_empty_store() -> None:
    found = panels(material())
    assert [each.kind for each in found] == list(K)
    assert len(found) == 14
    for each in found:
        assert each.title
        assert each.chart is None
    assert panel(K.COLLECTIVE, material()).title == "2026年1—6月，没有集体访"


def test_the_first_panel_says_how_many_and_draws_two_years() -> None:
    m = material(
        {"received": 143, "letters": 19},
        {"received": 131, "letters": 27},
        {"received": 150},
        parts={Dimension.MONTH: (month(1, 20), month(6, 30))},
        former={Dimension.MONTH: (month(1, 25, 2025), month(12, 9, 2025))},
    )
    found = panel(K.OVERALL, m)
    assert found.title == "2026年1—6月，全县信访总量143件次，同比上升9.2%，环比下降4.7%"
    assert found.shows is Shows.CHART
    assert found.chart is not None
    assert found.table is not None
    then, now = found.chart.series
    assert (then.name, then.values[0], then.values[11]) == ("2025年", 25, 9)
    assert (now.values[0], now.values[1], now.values[5], now.values[6]) == (20, 0, 30, None)
    letters = next(row for row in found.table.rows if row[0] == "来信（件次）")
    assert letters[1:4] == ("19", "27", "-29.6%")
    assert any(note.startswith("信访总量：") for note in found.notes)
    assert found.notes[-2:] == (
        "检举控告事项不计",
        "同比与2025年1—6月比较，环比与2025年7—12月比较",
    )


def test_titles_and_tables_have_the_decimals_the_county_set() -> None:
    m = material(
        {"received": 143, "batches_held": 1, "batch_resolution": (42, 54)}, {"received": 131}
    )
    m = with_decimals(m, 2)
    assert panel(K.OVERALL, m).title.endswith("同比上升9.16%，上期为0")
    assert "化解率77.78%" in panel(K.BATCHES, m).title


def test_a_small_base_is_faint() -> None:
    m = material({"letters": 4}, {"letters": 3}, {"letters": 40})
    found = panel(K.OVERALL, m)
    assert found.table is not None
    at = [row[0] for row in found.table.rows].index("来信（件次）")
    assert (at, 3) in found.table.faint
    assert (at, 5) not in found.table.faint


def test_groups_are_told_by_size_and_by_nobody() -> None:
    m = material(
        {"collectives": 3, "collective_visitors": 41},
        {"collectives": 12, "collective_visitors": 0},
        parts={
            Dimension.SIZE: (
                part("1", visits=90),
                part("6", visits=2),
                part("29", visits=1),
            )
        },
        collectives=(
            CollectiveRow(date(2026, 3, 1), "朝阳镇", "城乡建设", 29, "住建局", "办理中"),
        ),
    )
    found = panel(K.COLLECTIVE, m)
    assert found.title == "集体访3批次41人次，批次同比下降75.0%，人次上年同期为0"
    assert found.chart is not None
    assert found.table is not None
    assert found.chart.series[0].values == (2, 0, 1, 0, 0)
    assert found.table.rows == (("2026-03-01", "朝阳镇", "城乡建设", "29", "住建局", "办理中"),)


def test_fields_are_the_first_level_with_shares_of_one_unit() -> None:
    m = material(
        {"received": 10},
        parts={
            Dimension.CLASS: (
                part("城乡建设/物业", 1, received=4),
                part("城乡建设/拆迁", 2, received=2),
                part("劳动", 3, received=3),
                part("未填", None, received=1),
            )
        },
        former={Dimension.CLASS: (part("劳动", 3, received=20),)},
    )
    found = panel(K.FIELDS, m)
    assert found.title == "从反映问题看，城乡建设6件次，占60.0%，居首位；劳动3件次，次之"
    assert found.table is not None
    assert found.table.rows[1] == ("劳动", "3", "30.0%", "20", "-85.0% ↓")
    assert found.table.rows[2][0] == "未分类"
    assert found.table.rows[0][4] == "—"


@pytest.mark.parametrize(
    ("now", "then", "cell", "label"),
    [
        (12, 10, "+20.0% ↑", "劳动 ↑"),
        (8, 10, "-20.0% ↓", "劳动 ↓"),
        (10, 10, "持平 →", "劳动 →"),
        (10_001, 10_000, "持平 →", "劳动 →"),
        (3, 0, "—", "劳动"),
    ],
)
def test_which_way_a_field_moved_is_a_sign_in_table_and_chart(
    now: int, then: int, cell: str, label: str
) -> None:
    m = material(
        {"received": now},
        parts={Dimension.CLASS: (part("劳动", 3, received=now),)},
        former={Dimension.CLASS: (part("劳动", 3, received=then),)},
    )
    found = panel(K.FIELDS, m)
    assert found.table is not None
    assert found.chart is not None
    assert (found.table.rows[0][4], found.chart.labels) == (cell, (label,))
    assert found.notes[-1] == "↑、↓、→ 表示同比上升、下降、持平"


def test_the_county_is_the_first_of_the_levels() -> None:
    counts = {"visits": 95, "visitors": 127}
    found = panel(K.LEVELS, material({**counts, "city_batches": 110, "city_visits": 1731}))
    assert found.title.startswith("到县95批次127人次，到市110批次1731人次")
    assert found.table is not None
    assert [row[0] for row in found.table.rows[:3]] == [
        *("到县（批次）", "到县（人次）", "到市（批次）")
    ]
    assert found.notes[0].startswith("到县：本县登记的来访")
    # Elsewhere visits keep their name.
    overall = panel(K.OVERALL, material(counts)).table
    assert overall is not None
    assert "来访（批次）" in [row[0] for row in overall.rows]


def test_levels_nobody_entered_are_said_to_be_so() -> None:
    levels = {
        f"{level}_{unit}": None
        for level in ("city", "province", "capital")
        for unit in ("batches", "visits")
    }
    found = panel(K.LEVELS, material({"visits": 2, "visitors": 3, **levels}))
    assert found.title == "到县2批次3人次，到市、到省、进京的通报数本期没有录入"


def test_each_leader_is_told_how_far_his_cases_are() -> None:
    m = material(
        {"lead_resolution": (5, 9)},
        parts={
            Dimension.LEAD: (
                part("李县长", 2, lead_resolution=(1, 3)),
                part("王县长", 1, lead_resolution=(4, 5)),
                part("未填", None, lead_resolution=(0, 1)),
            )
        },
    )
    found = panel(K.BATCHES, m)
    (led,) = found.more
    assert led.title == "领导包案化解进展：领导包案化解率55.6%（5/9）"
    assert led.table is not None
    assert led.table.headers == ("包案领导", "列入台账", "已化解", "化解率")
    # In the order of names, as they come: nobody is ranked.
    assert led.table.rows == (
        ("李县长", "3", "1", "33.3%"),
        ("王县长", "5", "4", "80.0%"),
        ("未定包案领导", "1", "0", "0.0%"),
    )
    assert led.notes[0].startswith("领导包案化解率：")
    assert [each.more for each in found.thoughts] == [(), ()]


def test_disputes_are_told_by_level_and_by_class_with_what_came_of_them() -> None:
    counts: dict[str, int | tuple[int, int]] = {
        "disputes_found": 6,
        "disputes_resolved": 3,
        "disputes_partly": 1,
        "disputes_unresolved": 1,
        "disputes_passed_on": 1,
        "dispute_resolution": (3, 6),
    }
    none: dict[str, int | tuple[int, int]] = dict.fromkeys(counts, 0)
    none["dispute_resolution"] = (0, 0)
    m = material(
        counts,
        parts={
            Dimension.RISK: (part("红色", "red", **counts), part("黄色", "yellow", **none)),
            Dimension.DISPUTE_CLASS: (part("邻里纠纷", 1, **counts),),
        },
    )
    levels, classes = panel(K.SWEEPS, m).more
    assert levels.title == "按红黄蓝看，排查纠纷6件（红色6件）"
    assert levels.table is not None
    assert levels.table.headers == (
        *("红黄蓝", "排查纠纷", "化解纠纷", "部分化解", "未化解", "转出", "纠纷化解率"),
    )
    assert levels.table.rows == (("红色", "6", "3", "1", "1", "1", "50.0%（3/6）"),)
    assert classes.title == "按类别看，排查纠纷6件，涉及1类"
    assert classes.table is not None
    assert classes.table.rows[0][0] == "邻里纠纷"
    assert panel(K.SWEEPS, material(counts)).more == ()


def test_nobody_heads_a_list_of_townships_by_how_much_it_gets() -> None:
    few, many = part("安乐镇", 1, received=1), part("中心镇", 2, received=90)
    m = material(
        {"received": 91},
        parts={Dimension.TOWNSHIP: (few, many)},
        former={Dimension.TOWNSHIP: (part("中心镇", 2, received=100),)},
    )
    found = panel(K.PLACES, m)
    assert found.table is not None
    assert [row[0] for row in found.table.rows] == ["安乐镇", "中心镇"]
    assert "镇" not in found.title.replace("乡镇", "")
    assert "同比增加的1个，减少的1个" in found.title


def test_units_show_what_is_open_and_late() -> None:
    unit = part("住建局", 1, open=5, near=1, overdue=2, on_time=(3, 4))
    found = panel(
        K.UNITS, material({"open": 5, "near": 1, "overdue": 2}, parts={Dimension.UNIT: (unit,)})
    )
    assert found.table is not None
    assert found.table.headers == ("责任单位", "在办", "临期", "超期", "按期办结率")
    assert found.table.rows == (("住建局", "5", "1", "2", "75.0%（3/4）"),)
    assert found.title.startswith("1个责任单位在办5件，其中临期1件、超期2件")


def test_what_has_no_place_is_no_place_and_a_place_that_fell_to_nothing_has_fallen() -> None:
    m = material(
        {"received": 10},
        parts={Dimension.TOWNSHIP: (part("甲镇", 1, received=6), part("", None, received=4))},
        former={Dimension.TOWNSHIP: (part("甲镇", 1, received=3), part("乙镇", 2, received=50))},
    )

    found = panel(K.PLACES, m)

    assert found.title == "从属地看，信访事项涉及1个乡镇（街道）、单位，同比增加的1个，减少的1个"
    assert found.table is not None
    assert [row[:3] for row in found.table.rows] == [
        ("乙镇", "0", "50"),
        ("甲镇", "6", "3"),
        ("未填属地", "4", "0"),
    ]


def test_what_no_unit_has_is_counted_as_no_unit() -> None:
    units = part("住建局", 1, open=5), part("", None, open=5)

    found = panel(K.UNITS, material({"open": 10}, parts={Dimension.UNIT: units}))

    assert found.title.startswith("1个责任单位（另有未定责任单位的）在办10件")


def test_batches_show_what_was_handed_over_and_resolved() -> None:
    m = material(
        {"batches_held": 1, "batch_resolution": (42, 54)},
        batches=(BatchRow("第一批", date(2026, 2, 1), 54, 42),),
    )
    found = panel(K.BATCHES, m)
    assert found.title == "交办1批54件，已化解42件，化解率77.8%"  # S2-11
    assert found.chart is not None
    assert [each.values for each in found.chart.series] == [(54,), (42,)]


def test_decisions_of_last_time_open_and_those_of_today_close() -> None:
    told = DecisionTold(
        "联席会议", "住建局", "拿出方案", date(2026, 7, 9), DecisionState.RUNNING, "进行"
    )
    m = material(opening=(told, replace(told, state=DecisionState.DONE)), decided=(told,))
    assert panel(K.DECISIONS, m).title == "上次议定 2 项：完成 1 / 进行 1 / 超期 0"
    assert panel(K.NEXT_STEPS, m).points == ("一要拿出方案（住建局，7月9日前）",)


@pytest.mark.parametrize("kind", K)
def test_a_figure_an_older_snapshot_did_not_have_is_left_out(kind: PanelKind) -> None:
    m = material({"received": 5})
    fewer = replace(
        m,
        readings={code: each for code, each in m.readings.items() if code != "repeat_rate"},
        parts={Dimension.MONTH: (Part(date(2026, 1, 1), "2026年1月", {}),)},
    )
    assert "repeat_rate" not in panel(kind, fewer).codes


def test_of_a_year_the_base_is_told_once() -> None:
    m = material({"received": 14}, {"received": 10}, {"received": 10}, days=read_days("2026"))
    found = panel(K.OVERALL, m)
    assert found.title == "2026年，全县信访总量14件次，同比上升40.0%"
    assert found.table is not None
    assert found.table.headers == ("项目", "本期", "上年同期", "同比")
    assert {len(row) for row in found.table.rows} == {4}
    assert found.notes[-1] == "同比、环比均与2025年比较"


@pytest.mark.parametrize(("count", "told"), [(2, False), (3, True)])
def test_groups_that_are_not_all_listed_are_told_to_be_the_latest(count: int, told: bool) -> None:
    row = CollectiveRow(date(2026, 3, 1), "朝阳镇", "", 29, "住建局", "办理中")
    found = panel(
        PanelKind.COLLECTIVE, material({"collectives": count}, {}, collectives=(row, row))
    )

    assert ("只列最近2批次" in found.notes) is told
