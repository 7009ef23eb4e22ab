"""Numbers of a report held against a snapshot: ours, not ours, or nothing we know."""

import random
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from rules.figure_terms import Dimension
from rules.figures import REGISTRY
from rules.panel_terms import BatchRow, Material
from rules.panels import panels
from rules.periods import read_days
from rules.readings import Part
from rules.report_check import LONGEST, Finding, Verdict, check, counts, unread
from rules.report_numbers import Passage
from rules.situation_report import sections
from tests.materials import material, month, part, with_decimals


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


@pytest.mark.parametrize(
    ("right", "changed", "ours"),
    [
        ("信访总量143件次，同比增加12件次", "信访总量143件次，同比增加21件次", "增加12件"),
        ("信访总量143件次，较上年同期增加12件", "信访总量143件次，较上年同期增加131件", "增加12件"),
        ("来访95批，同比增加37批", "来访95批，同比增加73批", "增加37批"),
        ("信访总量143件次，环比减少7件次", "信访总量143件次，环比增加7件次", "减少7件"),
        ("信访总量由131件次上升到143件次", "信访总量由131件次上升到134件次", "143件次"),
        ("去年同期信访总量131件次", "去年同期信访总量113件次", "131件次"),
        ("2025年1—6月，信访总量131件次", "2025年1—6月，信访总量143件次", "131件次"),
        ("上年同期按期办结率90.9%", "上年同期按期办结率99.0%", "90.9%（100/110）"),
        ("按期办结率由90.9%提高到96.2%", "按期办结率由90.9%提高到92.6%", "96.2%（125/130）"),
        ("来信、网信分别占13.3%、20.3%", "来信、网信分别占13.3%、23.0%", "20.3%"),
        ("来信、网信分别为19件和29件", "来信、网信分别为29件和19件", "19件次"),
        (
            "来访95批127人次，批次同比上升63.8%",
            "来访95批127人次，批次同比上升68.3%",
            "上升63.8%",
        ),
        (
            "信访总量同比、环比分别上升9.2%、下降4.7%",
            "信访总量同比、环比分别上升9.2%、上升4.7%",
            "下降4.7%",
        ),
        (
            "信访总量143件次，较去年同期的131件次增加12件次",
            "信访总量143件次，较去年同期的113件次增加12件次",
            "131件次",
        ),
        (
            "按期办结率96.2%，居全市第3位，同比提高5.2个百分点",
            "按期办结率96.2%，居全市第3位，同比提高2.5个百分点",
            "上升5.2个百分点",
        ),
        ("信访总量143件次（1—6月）", "信访总量134件次（1—6月）", "143件次"),
        ("与上年同期相比，信访总量143件次", "与上年同期相比，信访总量134件次", "143件次"),
        (
            "在县委、县政府坚强领导下，全县信访形势平稳，信访总量143件次",
            "在县委、县政府坚强领导下，全县信访形势平稳，信访总量134件次",
            "143件次",
        ),
        ("一是来信同比↓29.6%", "一是来信同比↑29.6%", "下降29.6%"),
    ],
)
def test_a_change_is_held_against_what_it_is_told_of(right: str, changed: str, ours: str) -> None:
    assert set(verdicts(right).values()) == {"相符"}, found(right)
    assert ours in [each.ours.partition(" 或 ")[0] for each in wrong(changed)], found(changed)


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
        "6月来访12批",
        "其中6月来访12批次，环比上升20%",
        "6月1日至15日，来访12批",
        "上周来访5批",
        "去年信访总量260件次",
        "2025年，全县信访总量260件次",
        "2025年全县信访总量260件次。来信50件次，来访80批",
        "2024年来访58批、2025年来访95批",
        "信访总量由3月的20件次上升到25件次",
        "来信由22件次下降到19件次",
        "全市信访总量1430件次",
        "红旗乡，来访5批，来信3件",
        "拖欠工资方面，来访12批，来信5件",
        "涉及拖欠工资的来访12批",
        "重复0件次，其中来信5件次",
        "超期3件（朝阳镇2件，城关镇1件）",
        "超期3件。朝阳镇2件、城关镇1件",
        "朝阳镇23件；来信5件次",
        "来信、网信48件次",
        "来信、网信分别为19，29件",
        "全县受理120件，办结110件",
        "截至5月底，超期5件",
        "截至6月底，超期5件",
        "超期3件，同比减少2件",
        "责任单位满意率达75%以上",
        "力争按期办结率达到98%",
        "信访总量140余件次，来信近20件",
        "困难救助申请3件，受理2件",
        "收到事项50件，审核43件，及时率95%",
        "上级交办积案100件，已化解80件，化解率80%",
        "婚姻家庭纠纷30件，化解20件，化解率66.7%",
        "收到转办50件，来信30件、来访20批",
        "信访总量83件次（二季度）",
    ],
)
def test_what_is_not_ours_is_not_called_wrong(text: str) -> None:
    assert not wrong(text)


def test_a_rate_that_its_own_sentence_contradicts_is_wrong_whoever_counted_it() -> None:
    assert verdicts("审批事项50件，通过43件，通过率86.0%")["86.0%"] == "相符"
    (only,) = wrong("审批事项50件，通过43件，通过率68.0%")
    assert (only.number, only.ours) == ("68.0%", "86.0%")
    (only,) = wrong("上级交办积案100件，已化解80件，化解率85%")
    assert (only.number, only.ours) == ("85%", "80.0%")
    (only,) = wrong("参保率30.2%（43/139）")
    assert "43/139 应为 30.9%" in only.why


def test_a_difference_of_rates_is_no_percentage() -> None:
    (only,) = wrong("按期办结率96.2%，较上年同期提高5.2%")

    assert only.number == "5.2%"
    assert "百分点" in only.why


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("收到转交事项143件，其中国家33件、省13件、市10件、县82件", "合计138件，与143件相差5"),
        ("收到转交事项143件，其中甲33件、乙13件、其他82件", "合计128件，与143件相差15"),
        ("信访总量143件次，其中初次100件次、重复42件次", "合计142件，与143件次相差1"),
        ("收到转交事项143件，其中甲100件、乙50件", "合计150件，多于143件"),
        ("甲3件、乙4件，合计8件", "合计7件"),
    ],
)
def test_parts_must_make_their_whole(text: str, why: str) -> None:
    assert any(why in each.why for each in wrong(text)), found(text)


@pytest.mark.parametrize(
    "text",
    [
        "收到转交事项138件，其中国家33件、省13件、市10件、县82件",
        "收到转交事项143件，其中甲33件、乙13件、丙10件",
        "收到转交事项143件，其中甲33件、乙13件、丙10件等",
        "收到转交事项143件，其中甲33件",
        "信访总量143件次，其中来信19件次、网信29件次，已转送120件次",
        "收到转交事项143件，其中来信80件、重复90件",
        "交办2批54件，已化解42件，其中一季度交办30件，化解20件",
        "转交事项143件，同比增加12件，其中甲33件、乙13件、其他97件",
        "收到事项50件，来信19件、网信29件，合计48件",
        "来信19件（其中甲5件）、网信29件，合计48件",
        "来信19件次、网信29件次，共48件次",
    ],
)
def test_what_is_no_sum_is_not_held_against_one(text: str) -> None:
    assert not wrong(text)


def test_units_are_not_added_to_each_other() -> None:
    (only,) = wrong("甲19件、乙29件、丙127人次，合计175件")

    assert "不能相加" in only.why


def cells(rows: Sequence[tuple[str, ...]]) -> list[Passage]:
    head, *others = rows
    return [
        Passage(f"第 {at} 行", text, table=1, label=row[0], header=head[place], column=place)
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


def table_of(*rows: tuple[str, ...]) -> list[Finding]:
    return [each for each in check(cells(rows), SOME) if each.verdict is Verdict.WRONG]


def test_columns_of_the_same_head_are_summed_apart() -> None:
    rows = [("乡镇", "件次", "件次"), ("甲", "10", "1"), ("乙", "20", "2")]

    assert not table_of(*rows, ("合计", "30", "3"))
    assert [each.why for each in table_of(*rows, ("合计", "30", "4"))] == ["各行合计 3，不是 4"]


@pytest.mark.parametrize(
    "rows",
    [
        [
            ("甲", "3"),
            ("乙", "4"),
            ("小计", "7"),
            ("丙", "5"),
            ("丁", "6"),
            ("小计", "11"),
            ("合计", "18"),
        ],
        [("信访总量", "9"), ("其中：来信", "5"), ("重复", "2"), ("合计", "9")],
        [("来访批次", "3"), ("来访人次", "9"), ("合计", "3")],
    ],
    ids=["subtotals", "parts", "units"],
)
def test_rows_that_do_not_simply_add_up_are_not_summed(rows: list[tuple[str, str]]) -> None:
    assert not table_of(("项目", "村数"), *rows)


def test_a_column_of_ranks_has_no_sum() -> None:
    assert not table_of(("村", "排名"), ("甲", "1"), ("乙", "2"), ("合计", "9"))


def test_a_figure_of_a_township_is_not_the_townships_count() -> None:
    head = ("属地", "信访总量（件次）", "来信（件次）")

    assert not table_of(head, ("朝阳镇", "23", "5"))
    assert [each.ours for each in table_of(head, ("朝阳镇", "32", "5"))] == ["23件"]


def test_the_days_a_table_is_headed_by_are_those_of_its_numbers() -> None:
    rows = cells([("项目", "数量"), ("信访总量（件次）", "260")])

    assert [each.verdict for each in check(rows, SOME)] == [Verdict.WRONG]
    headed = [Passage("", "表1 2024年信访情况"), *rows]
    assert [each.verdict for each in check(headed, SOME)] == [Verdict.UNKNOWN]


@pytest.mark.parametrize(
    ("headings", "verdict"),
    [
        (["二、2025年工作回顾"], Verdict.UNKNOWN),
        (["2025年", "二、2026年上半年形势"], Verdict.WRONG),
        (["一、2025年工作回顾", "二、主要特点"], Verdict.WRONG),
        (["信访形势分析", "（2026年7月3日）"], Verdict.WRONG),
    ],
)
def test_the_days_of_a_heading_are_those_of_the_paragraphs_under_it(
    headings: list[str], verdict: Verdict
) -> None:
    passages = [Passage("", text) for text in (*headings, "信访总量260件次。", "来信50件次。")]

    assert {each.verdict for each in check(passages, SOME)} == {verdict}


def test_what_is_too_long_is_read_so_far_and_said() -> None:
    long = Passage("第 2 段", "好" * LONGEST + "信访总量134件次")

    assert check([long], SOME) == []
    assert unread([Passage("第 1 段", "好"), long]) == ["第 2 段"]


@pytest.mark.parametrize(
    "text",
    [
        "1," * 100_000,
        "1" + ",111" * 50_000,
        "信访总量" + "1" * 400_000 + "件",
        "".join(f"甲{at}件，" for at in range(500)) + "".join(f"乙率{at}%，" for at in range(500)),
        "来信分别" + "5件、" * 100_000,
        "5" + " " * 200_000 + "件",
        "6月" * 100_000 + "5件",
        "（" * 200_000 + "5件",
    ],
    ids=["commas", "thousands", "digits", "rates", "list", "spaces", "months", "brackets"],
)
def test_no_text_takes_without_end(text: str) -> None:
    rows = cells([("项目", text), (text, text)])

    assert len(check([Passage("", text), *rows], SOME)) < len(text)


def noisy(period: str, seed: int) -> Material:
    """A material in which no two figures are likely to be alike."""
    dice = random.Random(seed)

    def counts() -> dict[str, int | tuple[int, int]]:
        found: dict[str, int | tuple[int, int]] = {}
        for code, figure in REGISTRY.items():
            # What is in progress holds what is late of it.
            whole = dice.randint(1, 9) if code in ("near", "overdue") else dice.randint(21, 999)
            found[code] = (dice.randint(1, whole), whole) if figure.is_ratio else whole
        return found

    def split(*names: str) -> tuple[Part, ...]:
        return tuple(part(name, at, received=dice.randint(20, 99)) for at, name in enumerate(names))

    def parts() -> dict[Dimension, tuple[Part, ...]]:
        return {
            Dimension.CLASS: split("城乡建设/拆迁", "农业农村", "交通运输"),
            Dimension.TOWNSHIP: split("朝阳镇", "城关镇", "红旗乡"),
            Dimension.UNIT: split("县住建局", "县民政局"),
        }

    return material(
        counts(),
        counts(),
        counts(),
        days=read_days(period),
        parts=parts(),
        former=parts(),
        number="KZ20260001",
    )


OURS = {
    "some": SOME,
    "empty": material(),
    "half": noisy("2026H1", 1),
    "year": noisy("2026", 2),
    "month": noisy("2026-06", 3),
    "days": noisy("2026-01-05..2026-03-07", 4),
    "whole percent": with_decimals(noisy("2026Q2", 5), 0),
    "two decimals": with_decimals(noisy("2026Q2", 6), 2),
}


def _all_said(m: Material) -> list[list[Passage]]:
    """What we write ourselves: each paragraph alone, each panel's title with its table."""
    texts = [block.text for blocks in sections(m).values() for block in blocks if block.text]
    found = [[Passage("", text)] for text in texts]
    for panel in (each for one in panels(m) for each in one.thoughts):
        rows = cells([panel.table.headers, *panel.table.rows]) if panel.table else []
        found.append([Passage("", panel.title), *rows])
    return found


@pytest.mark.parametrize("m", OURS.values(), ids=OURS)
def test_what_we_write_ourselves_is_never_called_wrong(m: Material) -> None:
    findings = [each for passages in _all_said(m) for each in check(passages, m)]

    assert [each for each in findings if each.verdict is Verdict.WRONG] == []
    assert counts(findings)[Verdict.RIGHT] > 10 * counts(findings)[Verdict.UNKNOWN]


def _swapped(number: str) -> str:
    """The number with two digits that differ in each other's place, else one more."""
    found = re.search(r"\d[\d.]*", number)
    assert found is not None
    digits = found[0]
    for at in range(len(digits) - 1):
        one, other = digits[at], digits[at + 1]
        if one != other and "." not in (one, other) and (at or other != "0"):
            return number.replace(digits, digits[:at] + other + one + digits[at + 2 :], 1)
    whole, dot, rest = digits.partition(".")
    return number.replace(digits, f"{int(whole) + 1}{dot}{rest}", 1)


@pytest.mark.parametrize("m", OURS.values(), ids=OURS)
def test_a_changed_number_is_flagged_unless_it_is_another_figure_of_that_name(m: Material) -> None:
    right, missed = 0, []
    for passages in _all_said(m):
        for each in check(passages, m):
            if each.verdict is not Verdict.RIGHT:
                continue
            right += 1
            passage, (start, end) = passages[each.passage], each.at
            text = passage.text[:start] + _swapped(passage.text[start:end]) + passage.text[end:]
            changed = list(passages)
            changed[each.passage] = replace(passage, text=text)
            told = [
                found
                for found in check(
                    [passages[0], changed[each.passage]] if passage.table else changed, m
                )
                if found.at[0] == start and (not passage.table or found.passage == 1)
            ]
            if not any(found.verdict is Verdict.WRONG for found in told):
                missed.append((each, text, told))

    # 交办 in a table may be the share of two figures; what agrees with one of them is right.
    assert all(found.verdict is Verdict.RIGHT for _, _, told in missed for found in told), missed
    assert len(missed) <= right / 100, missed


def test_a_number_is_found_where_it_stands() -> None:
    text = "截至六月底，信访总量134件次。"

    (only,) = found(text)

    assert text[slice(*only.at)] == "134件次" == only.number
