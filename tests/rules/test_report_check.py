"""Numbers of a report held against a snapshot: ours, not ours, or nothing we know."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from rules.figure_terms import Dimension
from rules.panel_terms import BatchRow, Material
from rules.panels import panels
from rules.readings import Part
from rules.report_check import Finding, Verdict, check, counts
from rules.report_numbers import Passage
from rules.situation_report import sections
from tests.materials import material, month, part


def _disputes(label: str, key: Any, found: int, resolved: int) -> Part:
    return part(
        label,
        key,
        disputes_found=found,
        disputes_resolved=resolved,
        disputes_unresolved=found - resolved,
        dispute_resolution=(resolved, found),
    )


SOME = material(
    {
        "received": 143,
        "letters": 19,
        "visits": 95,
        "visitors": 127,
        "webs": 29,
        "on_time": (125, 130),
        "unit_satisfaction": (40, 50),
        "batches_held": 2,
        "batch_resolution": (42, 54),
        "disputes_found": 80,
        "disputes_resolved": 64,
        "disputes_unresolved": 16,
        "dispute_resolution": (64, 80),
        "lead_resolution": (3, 4),
        "open": 40,
        "overdue": 3,
    },
    {"received": 131, "letters": 27, "webs": 46, "on_time": (100, 110), "visits": 58},
    {"received": 150, "on_time": (120, 130)},
    parts={
        Dimension.CLASS: (
            part("城乡建设/拆迁", 1, received=83),
            part("农业农村", 2, received=60),
        ),
        Dimension.TOWNSHIP: (part("朝阳镇", 3, received=23, on_time=(4, 5)),),
        Dimension.MONTH: (month(1, 20),),
        # A class of disputes that is called as one of matters.
        Dimension.DISPUTE_CLASS: (_disputes("农业农村", 1, 80, 64),),
        Dimension.RISK: (_disputes("红", "red", 30, 20), _disputes("未填", None, 50, 44)),
        Dimension.LEAD: (part("李县长", 1, lead_resolution=(3, 4)),),
    },
    former={Dimension.CLASS: (part("农业农村", 2, received=40),)},
    batches=(BatchRow("一季度", date(2026, 1, 5), 54, 42),),
    number="KZ20260001",
)


def found(text: str) -> list[Finding]:
    return check([Passage("第 1 段", text)], SOME)


def verdicts(text: str) -> dict[str, str]:
    return {each.number: each.verdict.label for each in found(text)}


def wrong(text: str) -> list[Finding]:
    return [each for each in found(text) if each.verdict is Verdict.WRONG]


@pytest.mark.parametrize(
    ("right", "changed", "ours"),
    [
        ("化解率77.8%", "化解率78.7%", "77.8%（42/54）"),
        ("全县信访总量143件次", "全县信访总量134件次", "143件次"),
        ("信访总量143件", "信访总量138件", "143件次"),
        ("信访总量143件次，同比上升9.2%", "信访总量143件次，同比上升2.9%", "上升9.2%"),
        ("信访总量143件次，同比上升9.16%", "信访总量143件次，同比上升9.17%", "上升9.2%"),
        ("信访总量143件次，同比上升9.2%", "信访总量143件次，同比下降9.2%", "上升9.2%"),
        ("信访总量143件次，环比下降4.7%", "信访总量143件次，环比下降4.5%", "下降4.7%"),
        ("来信19件次，占13.3%", "来信19件次，占15.3%", "13.3%"),
        ("来访95批127人次", "来访95批172人次", "127人次"),
        ("来访95批127人次", "来访59批127人次", "95批次"),
        ("按期办结率96.2%（125/130）", "按期办结率96.3%（125/130）", "96.2%（125/130）"),
        (
            "按期办结率96.2%，较上年同期提高5.2个百分点",
            "按期办结率96.2%，较上年同期提高2.5个百分点",
            "上升5.2个百分点",
        ),
        ("责任单位满意率80%", "责任单位满意率85%", "80.0%（40/50）"),
        ("农业农村60件，占42.0%", "农业农村60件，占40.0%", "42.0%"),
        ("农业农村60件，同比上升50%", "农业农村60件，同比上升55%", "上升50.0%"),
        ("朝阳镇23件", "朝阳镇32件", "23件"),
        ("朝阳镇信访总量23件次", "朝阳镇信访总量32件次", "23件"),
        ("信访总量143件次，上年同期131件次", "信访总量143件次，上年同期113件次", "131件次"),
        ("交办2批54件，已化解42件", "交办2批54件，已化解24件", "42件"),
        ("超期3件", "超期13件", "3件"),
        ("排查纠纷８０件".replace("８０", "80"), "排查纠纷88件", "80件"),
    ],
)
def test_a_number_of_ours_is_right_and_a_changed_one_is_not(
    right: str, changed: str, ours: str
) -> None:
    assert set(verdicts(right).values()) == {"相符"}, found(right)
    (only,) = wrong(changed)
    assert ours in only.ours


def test_thousands_and_spaces_are_the_same_number() -> None:
    some = material({"received": 1950})

    (only,) = check([Passage("", "信访总量 1,950 件次")], some)

    assert only.verdict is Verdict.RIGHT


def test_a_share_of_the_whole_may_name_the_whole() -> None:
    assert verdicts("来信19件次，占信访总量的13.3%")["13.3%"] == "相符"
    assert verdicts("来信19件次，占信访总量的31.3%")["31.3%"] == "不符"


def test_the_days_of_the_snapshot_itself_are_no_other_days() -> None:
    assert verdicts("上半年信访总量143件次")["143件次"] == "相符"


@pytest.mark.parametrize(
    "text",
    [
        "朝阳镇信访23件次，其中来信5件次",
        "农业农村60件，其中征地补偿35件、村务公开25件",
        "朝阳镇来信5件次",
        "6月份信访总量20件次",
        "一季度信访总量60件次",
        "集体访占来访的12.5%",
        "来信19件次，办事群众反映良好的17件",
        "植树300件",
        "2026年1—6月",
        "第3项工作",
        "投诉率12.5%",
        "召开会议5场",
        "到2026-07-01为止",
    ],
)
def test_what_is_not_ours_is_not_called_wrong(text: str) -> None:
    assert not wrong(text)


def test_a_rate_that_its_own_sentence_contradicts_is_wrong_whoever_counted_it() -> None:
    assert verdicts("审批事项50件，通过43件，通过率86.0%")["86.0%"] == "相符"
    (only,) = wrong("审批事项50件，通过43件，通过率68.0%")
    assert (only.number, only.ours) == ("68.0%", "86.0%")
    (only,) = wrong("参保率30.2%（43/139）")
    assert "43/139 应为 30.9%" in only.why


def test_a_difference_of_rates_is_no_percentage() -> None:
    (only,) = wrong("按期办结率96.2%，较上年同期提高5.2%")

    assert only.number == "5.2%"
    assert "百分点" in only.why


def test_parts_must_make_their_whole() -> None:
    (only,) = wrong("收到转交事项143件，其中甲33件、乙13件、丙10件、丁82件")
    assert "合计138件" in only.why
    assert not wrong("收到转交事项138件，其中甲33件、乙13件、丙10件、丁82件")
    assert not wrong("收到转交事项143件，其中甲33件、乙13件、丙10件等")
    assert not wrong("收到转交事项143件，其中甲33件")
    (only,) = wrong("甲3件、乙4件，合计8件")
    assert "合计7件" in only.why


def test_units_are_not_added_to_each_other() -> None:
    (only,) = wrong("甲19件、乙29件、丙127人次，合计175件")

    assert "不能相加" in only.why


def cells(rows: Sequence[tuple[str, ...]]) -> list[Passage]:
    head, *others = rows
    return [
        Passage(f"第 {at} 行", text, table=1, label=row[0], header=head[place])
        for at, row in enumerate(others, start=2)
        for place, text in enumerate(row)
        if place
    ]


def test_cells_of_a_table_are_told_by_their_row_and_column() -> None:
    rows = [
        ("项目", "本期", "上年同期", "同比"),
        ("信访总量（件次）", "143", "131", "+9.2%"),
        ("来信（件次）", "19", "27", "+29.6%"),
        ("按期办结率", "96.2%（125/130）", "90.9%（100/110）", "+5.2 个百分点"),
    ]

    findings = check(cells(rows), SOME)

    assert len(findings) == 9
    (only,) = [each for each in findings if each.verdict is not Verdict.RIGHT]
    assert (only.number, only.why) == ("+29.6%", "升降方向相反")


@pytest.mark.parametrize(
    ("last", "why"), [("7", ""), ("8", "各行合计 7，不是 8")], ids=["right", "wrong"]
)
def test_the_last_row_is_the_sum_of_those_above(last: str, why: str) -> None:
    told = cells([("村", "户数"), ("甲村", "3"), ("乙村", "4"), ("合计", last)])

    assert [each.why for each in check(told, SOME)] == ([why] if why else [])


def test_a_table_that_adds_different_units_is_wrong() -> None:
    told = cells([("形式", "数量"), ("甲（件）", "3"), ("乙（人次）", "4"), ("合计", "7")])

    (only,) = [each for each in check(told, SOME) if each.verdict is Verdict.WRONG]
    assert "不能相加" in only.why


def _all_said(m: Material) -> list[Passage]:
    texts = [b.text for blocks in sections(m).values() for b in blocks if b.text]
    told = [each for panel in panels(m) for each in panel.thoughts]
    passages = [Passage("", text) for text in [*texts, *(p.title for p in told)]]
    for at, panel in enumerate(told, start=1):
        if panel.table is not None:
            rows = [panel.table.headers, *panel.table.rows]
            passages += [Passage(p.place, p.text, at, p.label, p.header) for p in cells(rows)]
    return passages


def test_what_we_write_ourselves_is_never_called_wrong() -> None:
    findings = check(_all_said(SOME), SOME)

    assert [each for each in findings if each.verdict is Verdict.WRONG] == []
    assert counts(findings)[Verdict.RIGHT] > 100


def test_a_number_is_found_where_it_stands() -> None:
    text = "截至六月底，信访总量134件次。"

    (only,) = found(text)

    assert text[slice(*only.at)] == "134件次" == only.number
