"""What the written analysis says: computed sentences, and no cause that nobody judged."""

from datetime import date

from rules.figure_terms import Dimension
from rules.meetings import DecisionState
from rules.panel_terms import DecisionTold, Material
from rules.periods import read_days
from rules.situation_report import Section, figure_rows, sections
from tests.materials import material, part


def text(m: Material, section: Section) -> str:
    return "\n".join(block.text for block in sections(m)[section] if block.text)


def test_the_sections_stand_in_their_order() -> None:
    assert [each.label for each in sections(material())] == [
        "一、总体情况",
        "二、主要特点",
        "三、突出问题及成因分析",
        "四、下步走势研判",
        "五、工作建议",
    ]


def test_the_whole_is_told_as_papers_tell_it() -> None:
    found = text(
        material(
            {"received": 143, "letters": 19, "visits": 95, "visitors": 127, "on_time": (125, 130)},
            {"received": 131, "letters": 27, "visits": 58, "visitors": 127, "on_time": (100, 110)},
            {"received": 150, "on_time": (100, 110)},
        ),
        Section.OVERALL,
    )

    assert "2026年1—6月，全县信访总量143件次，同比上升9.2%，环比下降4.7%。" in found
    assert "来信19件次，占13.3%，同比下降29.6%" in found
    assert "来访95批次127人次，批次同比上升63.8%，人次同比持平" in found
    assert "按期办结率96.2%（125/130），较上期提高5.2个百分点" in found
    assert "同比与2025年1—6月比较，环比与2025年7—12月比较。" in found


def test_both_satisfaction_rates_are_told_and_never_as_one() -> None:
    """S2-16: of the office and of the unit that answers."""
    m = material({"office_satisfaction": (45, 50), "unit_satisfaction": (40, 50)})

    overall, problems = text(m, Section.OVERALL), text(m, Section.PROBLEMS)

    assert ("群众满意率（信访部门）90.0%（45/50）；群众满意率（责任单位）80.0%（40/50）") in overall
    assert ("群众满意率（信访部门）未达到的5个，群众满意率（责任单位）未达到的10个") in problems


def test_of_a_year_the_base_is_told_once() -> None:
    then = {"received": 100, "letters": 20}
    m = material({"received": 140, "letters": 30}, then, then, days=read_days("2026"))

    overall = text(m, Section.OVERALL)

    assert "2026年，全县信访总量140件次，同比上升40.0%。" in overall
    assert "同比、环比均与2025年比较。" in overall
    for section in (Section.PROBLEMS, Section.OUTLOOK):
        told = text(m, section)
        assert "同比上升40.0%" in told
        assert "环比上升" not in told
    assert "来信30件次，同比上升50.0%（告警）" in text(m, Section.PROBLEMS)


def test_only_what_moved_beyond_the_threshold_is_a_problem() -> None:
    found = text(
        material(
            {"received": 110, "letters": 30, "webs": 9, "repeats": 111},
            {"received": 100, "letters": 20, "webs": 3, "repeats": 100},
        ),
        Section.PROBLEMS,
    )

    assert "来信30件次，同比上升50%（告警）" in found.replace("50.0%", "50%")
    assert "重复111件次，同比上升11" in found
    assert "（异常）" in found
    assert "信访总量" not in found
    assert "网上信访" not in found


def test_nothing_beyond_the_threshold_is_said_to_be_so() -> None:
    assert "没有同比或者环比变动超过10%的主要指标" in text(material(), Section.PROBLEMS)


def test_causes_and_outlook_are_left_to_the_office_and_marked() -> None:
    found = sections(material({"received": 5}))

    for section in (Section.PROBLEMS, Section.OUTLOOK):
        (own,) = [block for block in found[section] if block.own]
        assert own.text.startswith("【请联席办补充：")


def test_the_advice_is_what_the_meeting_decided() -> None:
    decided = tuple(
        DecisionTold("本次", "县住建局", told, date(2026, 8, 1), DecisionState.RUNNING, "")
        for told in ("逐件过堂", "按月通报")
    )

    found = sections(material(decided=decided))[Section.ADVICE]

    assert [block.text for block in found[1:]] == [
        "一要逐件过堂（县住建局，8月1日前）。",
        "二要按月通报（县住建局，8月1日前）。",
    ]
    assert not [block for block in found if block.own]
    assert [b.own for b in sections(material())[Section.ADVICE]] == [True]


def test_panels_with_something_to_show_stand_under_their_sentence() -> None:
    some = material(parts={Dimension.CLASS: (part("城乡建设", 1, received=3),)})

    found = sections(some)[Section.FEATURES]

    headings = [block.panel.heading for block in found if block.panel is not None]
    assert headings[0] == "热点领域"
    assert "集体访" not in headings


def test_what_follows_a_panel_stands_below_it_under_its_own_sentence() -> None:
    some = material(
        {"lead_resolution": (1, 3)},
        parts={Dimension.LEAD: (part("李县长", 1, lead_resolution=(1, 3)),)},
    )

    found = sections(some)[Section.FEATURES]

    [at] = [n for n, block in enumerate(found) if block.text.startswith("领导包案化解进展")]
    following = found[at + 1].panel
    assert following is not None
    assert following.table is not None
    assert following.table.rows == (("李县长", "3", "1", "33.3%"),)


def test_every_figure_is_in_the_annex_with_its_definition() -> None:
    some = material({"on_time": (125, 130)})

    rows = {row.code: row for row in figure_rows(some)}

    assert set(rows) == set(some.readings)
    assert rows["on_time"].value == "96.2%（125/130）"
    assert "按限办截止日期" in rows["on_time"].definition
