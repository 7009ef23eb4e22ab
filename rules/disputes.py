"""A dispute of the ledger: its fields, what they may hold, its number and its scale (domain.md 3.2)."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from rules.cases import EARLIEST, PEOPLE_MAX, TITLE_MAX, Field, Kind, accusing_word
from rules.dispute_terms import DisputeFlag, MediationChannel
from rules.errors import Problem
from rules.masking import sweep

CONTENT_MAX = 2000
ENTRY_MAX = 2000
_AMOUNT_MAX = 10**15
_NUMBER = re.compile(r"JC\d{6}-\d{4}-\d{5,}")

# Every field of the form in its order; the parties never stand here (DisputeParty).
FIELDS: dict[str, Field] = {
    f.name: f
    for f in [
        Field("title", "矛盾纠纷名称", Kind.TEXT),
        Field("class_id", "类别", Kind.CODE),
        Field("content", "简要情况", Kind.LONG_TEXT),
        Field("found_on", "排查日期", Kind.DATE),
        Field("happened_on", "发生日期", Kind.DATE),
        Field("unit_id", "排查单位", Kind.UNIT),
        Field("finder", "排查人", Kind.TEXT),
        Field("area_id", "所属乡镇、村", Kind.UNIT),
        Field("grid", "网格（组）", Kind.TEXT),
        Field("place", "发生地点", Kind.TEXT),
        Field("involved", "涉及单位", Kind.TEXT),
        Field("people", "涉及人数", Kind.COUNT),
        Field("amount_fen", "涉及金额", Kind.MONEY),
        *[Field(flag.value, flag.label, Kind.FLAG) for flag in DisputeFlag],
        Field("lead_id", "包案领导", Kind.LEADER),
        Field("town_head", "镇级责任人", Kind.TEXT),
        Field("village_head", "村级责任人", Kind.TEXT),
        Field("grid_worker", "网格员", Kind.TEXT),
        Field("duty_unit_id", "责任单位", Kind.UNIT),
        Field("handler", "责任人", Kind.TEXT),
        Field("team", "化解小组成员", Kind.TEXT),
        Field("co_units", "协办单位", Kind.TEXT),
        Field("plan", "化解方案", Kind.LONG_TEXT),
        Field("channel", "化解方式", Kind.TERM, MediationChannel),
        Field("due_on", "化解时限", Kind.DATE),
        Field("remark", "备注", Kind.LONG_TEXT),
    ]
}
# Values that say how exactly another is known.
QUALIFIERS = {"people": "people_approx", "amount_fen": "amount_approx"}
# What quick entry asks for, in the order of its columns.
QUICK = (
    *("found_on", "title", "class_id", "area_id", "people", "content"),
    *("place", "happened_on", "amount_fen", "finder"),
)
# What whoever found a dispute writes of it, and what whoever is to resolve it. The rest is set by
# steps (rules/dispute_steps.py).
FOUND = (
    *("title", "class_id", "content", "found_on", "happened_on", "finder", "area_id", "grid"),
    *("place", "involved", "people", "people_approx", "amount_fen", "amount_approx"),
    *(flag.value for flag in DisputeFlag),
    "remark",
)
DUTY = (
    "lead_id",
    "town_head",
    "village_head",
    "grid_worker",
    "handler",
    "team",
    "co_units",
    "plan",
)
LIMITS = {
    "title": TITLE_MAX,
    "content": CONTENT_MAX,
    "plan": CONTENT_MAX,
    "remark": CONTENT_MAX,
    "finder": 64,
    "grid": 100,
    "place": 100,
    "involved": 200,
    "town_head": 64,
    "village_head": 64,
    "grid_worker": 64,
    "handler": 64,
    "team": 200,
    "co_units": 200,
}
_REQUIRED = ("title", "class_id", "found_on", "unit_id")
# 人数 bands: each from its number of people on, to the next (domain.md 3.3).
BANDS = ((0, "50 人以下"), (50, "50—100 人"), (100, "100—500 人"), (500, "500 人以上"))


def number(county_code: str, year: int, serial: int) -> str:
    """Form a dispute's number: JC + 县区划 + 年 + 流水, as in JC510722-2026-00017."""
    return f"JC{county_code}-{year}-{serial:05d}"


def is_number(text: str) -> bool:
    """Whether a text is the number of a dispute of ours."""
    return _NUMBER.fullmatch(text.strip()) is not None


def band(people: int) -> str:
    """Name the scale of a dispute by how many it concerns; a bound belongs to the band above."""
    return next(label for least, label in reversed(BANDS) if people >= least)


def band_bounds(place: int) -> tuple[int, int | None]:
    """Return the fewest people of a band by its place, and the fewest of the next, None at the end."""
    following = BANDS[place + 1][0] if place + 1 < len(BANDS) else None
    return BANDS[place][0], following


def problems(values: Mapping[str, Any], *, today: date) -> list[Problem]:
    """List everything wrong with a whole dispute, each with its field.

    What sounds like an accusation does not belong in a ledger that units read (§30), and an
    id number is never stored.
    """
    found = [
        Problem(name, f"请填写{FIELDS[name].label}")
        for name in _REQUIRED
        if values.get(name) in (None, "")
    ]
    for name, field in FIELDS.items():
        value = values.get(name)
        if value is not None and (message := _problem_of(field, value, today)):
            found.append(Problem(name, message))
    found_on, happened_on = values.get("found_on"), values.get("happened_on")
    if found_on and happened_on and happened_on > found_on:
        found.append(Problem("happened_on", f"发生日期 {happened_on} 晚于排查日期 {found_on}"))
    if word := accusing_word(values.get("title"), values.get("content")):
        found.append(
            Problem(
                "content",
                f"文字里有“{word}”：检举控告不进排查台账，请改由联席办按信访事项登记（§30）",
            )
        )
    return found


def _problem_of(field: Field, value: Any, today: date) -> str | None:
    match field.kind:
        case Kind.TEXT | Kind.LONG_TEXT:
            limit = LIMITS[field.name]
            if len(value) > limit:
                return f"{field.label}有 {len(value)} 个字，最多 {limit} 个字"
            if any(each.kind == "身份证号" for each in sweep(value)):
                return f"{field.label}里有身份证号，系统不保存，请删去"
        case Kind.DATE:
            if value < EARLIEST:
                return f"{field.label} {value} 早于 {EARLIEST}，请核对年份"
            if value > today and field.name != "due_on":
                return f"{field.label} {value} 晚于今天，请核对年份"
        case Kind.COUNT if not 1 <= value <= PEOPLE_MAX:
            return f"{field.label}应在 1 到 {PEOPLE_MAX} 之间，现在是 {value}"
        case Kind.MONEY if not 0 <= value <= _AMOUNT_MAX:
            return f"{field.label}不能为负，也不能超过 10 万亿元"
    return None


def card(values: Mapping[str, Any]) -> dict[str, bool]:
    """Say of each of 四定 whether it is settled (S5-11)."""
    return {
        "定领导": bool(values.get("lead_id") or values.get("town_head")),
        "定措施": bool(values.get("plan")),
        "定时间": values.get("due_on") is not None,
        "定责任": bool(values.get("handler")) and values.get("duty_unit_id") is not None,
    }


def chain(values: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return 县/镇/村/网格, each with who answers for the dispute there, empty where nobody does."""
    names = (("县", "lead"), ("镇", "town_head"), ("村", "village_head"), ("网格", "grid_worker"))
    return [(level, values.get(name) or "") for level, name in names]


# 15 classes of the mediation statistics of the 司法局 (domain.md 3.3 A), each with the first level
# of 内容分类 it is compared with; a county edits its own list.
DEFAULT_CLASSES: Mapping[str, str] = {
    "婚姻家庭": "民政",
    "邻里": "政法",
    "房屋宅基地": "自然资源",
    "合同": "政法",
    "生产经营": "经济管理",
    "损害赔偿": "政法",
    "山林土地": "自然资源",
    "征地拆迁": "城乡建设",
    "环境污染": "环境保护",
    "劳动争议": "劳动和社会保障",
    "消费": "市场监管",
    "医疗": "卫生健康",
    "道路交通事故": "交通运输",
    "物业": "城乡建设",
    "其它": "其他",
}
CLASS_NAME_MAX = 50
