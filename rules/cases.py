"""What a case is made of: its fields and labels, what they may hold, and where it stands."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from rules.case_terms import Route
from rules.errors import Problem
from rules.terms import CaseState, Cause, Channel, DateBase, Flag, Precision, Purpose, Repeat, Term

TITLE_MAX = 200
CONTENT_MAX = 50_000
SHORT_MAX = 100
PEOPLE_MAX = 99_999
EARLIEST = date(1949, 10, 1)


class Kind(StrEnum):
    """How a field is typed, stored and shown."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    DATE = "date"
    COUNT = "count"
    MONEY = "money"
    TERM = "term"
    UNIT = "unit"
    CODE = "code"
    LEADER = "leader"
    FLAG = "flag"
    CASE = "case"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a case: its attribute, the label people read, and how it is typed."""

    name: str
    label: str
    kind: Kind
    term: type[Term] | None = None


# Every editable field in the order of the form, the conflict screen and the export.
# Foreign keys carry their attribute (`unit_id`); people never stand here (Petitioner).
FIELDS: dict[str, Field] = {
    f.name: f
    for f in [
        Field("title", "标题", Kind.TEXT),
        Field("content", "反映内容", Kind.LONG_TEXT),
        Field("channel", "信访形式", Kind.TERM, Channel),
        Field("purpose", "信访目的", Kind.TERM, Purpose),
        Field("route", "办理途径", Kind.TERM, Route),
        Field("code_id", "内容分类", Kind.CODE),
        Field("place", "发生地", Kind.TEXT),
        Field("township_id", "属地", Kind.UNIT),
        Field("unit_id", "责任单位", Kind.UNIT),
        Field("first_unit_id", "首接单位", Kind.UNIT),
        Field("first_person", "首接责任人", Kind.TEXT),
        Field("handler", "经办人", Kind.TEXT),
        Field("lead_id", "包案领导", Kind.LEADER),
        Field("people", "人数", Kind.COUNT),
        Field("repeat", "初次/重复", Kind.TERM, Repeat),
        Field("repeat_of_id", "重复于", Kind.CASE),
        Field("simple", "简易办理", Kind.FLAG),
        *[Field(flag.value, flag.label, Kind.FLAG) for flag in Flag],
        Field("received_on", "收到日期", Kind.DATE),
        Field("registered_on", "登记日期", Kind.DATE),
        Field("forwarded_on", "转送日期", Kind.DATE),
        Field("accepted_on", "受理日期", Kind.DATE),
        Field("answered_on", "答复日期", Kind.DATE),
        Field("delivered_on", "送达日期", Kind.DATE),
        Field("resolved_on", "化解日期", Kind.DATE),
        Field("settled_on", "息访日期", Kind.DATE),
        Field("closed_on", "办结日期", Kind.DATE),
        Field("declined_on", "不予受理日期", Kind.DATE),
        Field("cause", "成因", Kind.TERM, Cause),
        Field("amount_fen", "涉及金额", Kind.MONEY),
        Field("answer", "答复意见", Kind.LONG_TEXT),
        Field("source_number", "原编号", Kind.TEXT),
        Field("remark", "备注", Kind.LONG_TEXT),
    ]
}

# Companions of a field that say how exactly it is known; never shown alone.
QUALIFIERS = {
    "people": "people_approx",
    "amount_fen": "amount_approx",
    "received_on": "received_precision",
}

# A date may not lie before the one it follows from; the pairs are (earlier, later).
DATE_ORDER = [
    ("received_on", "registered_on"),
    ("received_on", "forwarded_on"),
    ("received_on", "accepted_on"),
    ("received_on", "answered_on"),
    ("accepted_on", "answered_on"),
    ("answered_on", "delivered_on"),
    ("received_on", "resolved_on"),
    ("received_on", "settled_on"),
    ("received_on", "closed_on"),
    ("received_on", "declined_on"),
    ("accepted_on", "closed_on"),
]

# The state is the furthest of these dates that is set (domain.md 1.5).
_STATE_BY_DATE = [
    (CaseState.CLOSED, "closed_on"),
    (CaseState.ANSWERED, "answered_on"),
    (CaseState.ACCEPTED, "accepted_on"),
    (CaseState.FORWARDED, "forwarded_on"),
    (CaseState.DECLINED, "declined_on"),
    (CaseState.REGISTERED, "registered_on"),
]

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


def state_of(dates: Mapping[str, Any]) -> CaseState:
    """Say where a case stands from its dates: the furthest one that is set decides.

    已答复, 已化解 and 已息访 are three dates and no state follows from the latter two.
    """
    return next((state for state, name in _STATE_BY_DATE if dates.get(name)), CaseState.RECEIVED)


WITHHELD = "检举控告件（内容从略）"


def listed_title(title: str, purpose: Purpose | None) -> str:
    """Return what a list that may be seen in a room says of a matter: of an accusation no word."""
    return WITHHELD if purpose is Purpose.ACCUSATION else title


def number(county_code: str, year: int, serial: int) -> str:
    """Form a case number: 县区划 + 年 + 流水, as in 510722-2026-000017."""
    return f"{county_code}-{year}-{serial:06d}"


def clean(text: str | None) -> str:
    """Strip, drop control characters and unify line ends; tabs and line breaks inside stay."""
    if not text:
        return ""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def problems(values: Mapping[str, Any], *, today: date, new: bool = True) -> list[Problem]:
    """List everything wrong with a case's values, each with its field; empty when all is well.

    `values` holds only what is to be set; with `new` the required fields must be among it.
    """
    found: list[Problem] = []
    if (new or "title" in values) and not values.get("title"):
        found.append(Problem("title", "请填写标题"))
    if (new or "received_on" in values) and not values.get("received_on"):
        found.append(Problem("received_on", "请填写收到日期"))
    for name, value in values.items():
        field = FIELDS.get(name)
        if field is None or value is None:
            continue
        if message := _problem_of(field, value, today):
            found.append(Problem(name, message))
    wrong = {problem.field for problem in found}
    found += date_order_problems({k: v for k, v in values.items() if k not in wrong})
    found += way_problems(values)
    if values.get("repeat_of_id") and values.get("repeat") == Repeat.FIRST:
        found.append(Problem("repeat", "已关联到另一件信访事项的，应为“重复”"))
    return found


# Marks of a matter that is not to be handled simply, as §5 names them.
_NOT_SIMPLE = {
    Flag.GROUP: "集体联名",
    Flag.LAWSUIT: Flag.LAWSUIT.label,
    Flag.URGENT: Flag.URGENT.label,
}


def way_problems(values: Mapping[str, Any]) -> list[Problem]:
    """List where route and 简易办理 contradict what the case is (§29-31, domain.md 1.6)."""
    found = []
    route, purpose = values.get("route"), values.get("purpose")
    if route is Route.ACCUSATION and purpose is not Purpose.ACCUSATION:
        found.append(Problem("route", "检举控告类的，请先把信访目的改为“检举控告”（§30）"))
    if purpose is Purpose.ACCUSATION and route not in (None, Route.ACCUSATION):
        message = f"信访目的是“{purpose.label}”，办理途径不能是“{route.label}”"
        found.append(Problem("route", message))
    if not values.get("simple"):
        return found
    if route not in (None, Route.ADVICE, Route.HANDLING):
        found.append(
            Problem("simple", f"“{route.label}”不适用简易办理（《信访事项简易办理办法》§5）")
        )
    if values.get("repeat") is Repeat.REPEAT:
        found.append(
            Problem("simple", "简易办理只适用于初次信访事项（《信访事项简易办理办法》§4）")
        )
    barred = [words for name, words in _NOT_SIMPLE.items() if values.get(name)]
    if values.get("channel") is Channel.SUPERIOR:
        barred.append(Channel.SUPERIOR.label)
    if barred:
        told = "、".join(barred)
        found.append(Problem("simple", f"{told}的不适用简易办理（《信访事项简易办理办法》§5）"))
    return found


_ACCUSING = ("举报", "控告", "检举", "检控")


def accusing_word(*texts: str | None) -> str | None:
    """Return the word by which a text sounds like an accusation; None when it does not.

    An accusation must not reach whom it accuses (《信访工作条例》§30), so the purpose is
    asked for before a unit sees the matter; a person decides.
    """
    return next((word for word in _ACCUSING for text in texts if text and word in text), None)


def date_order_problems(values: Mapping[str, Any]) -> list[Problem]:
    """List the dates that lie before the date they follow from; absent dates raise nothing."""
    found = []
    for earlier, later in DATE_ORDER:
        first, second = values.get(earlier), values.get(later)
        if isinstance(first, date) and isinstance(second, date) and second < first:
            labels = FIELDS[later].label, FIELDS[earlier].label
            found.append(Problem(later, f"{labels[0]} {second} 早于{labels[1]} {first}"))
    return found


def _problem_of(field: Field, value: Any, today: date) -> str | None:
    match field.kind:
        case Kind.TEXT | Kind.LONG_TEXT:
            limit = {"title": TITLE_MAX}.get(
                field.name, CONTENT_MAX if field.kind is Kind.LONG_TEXT else SHORT_MAX
            )
            if len(value) > limit:
                return f"{field.label}有 {len(value)} 个字，最多 {limit} 个字，请精简"
        case Kind.DATE:
            if value > today:
                return f"{field.label} {value} 晚于今天，请核对年份"
            if value < EARLIEST:
                return f"{field.label} {value} 早于 {EARLIEST}，请核对年份"
        case Kind.COUNT:
            if not 1 <= value <= PEOPLE_MAX:
                return f"{field.label}应在 1 到 {PEOPLE_MAX} 之间，现在是 {value}"
        case Kind.MONEY:
            if not 0 <= value <= 10**15:
                return f"{field.label}不能为负，也不能超过 10 万亿元"
    return None


def date_base_column(base: DateBase) -> str:
    """Name the column a period is counted on, as in 收到日期 → `received_on`."""
    return f"{base.value}_on"


def shown_date(value: date | None, precision: Precision | None = None) -> str:
    """Show a date as exactly as it is known: 2026-04-05, 2026-04 上旬, 2026-04, or 不详."""
    if value is None:
        return "不详" if precision is Precision.NONE else ""
    if precision is Precision.MONTH:
        return f"{value:%Y-%m}"
    if precision is Precision.TEN_DAY:
        return f"{value:%Y-%m} {('上旬', '中旬', '下旬')[min((value.day - 1) // 10, 2)]}"
    return f"{value:%Y-%m-%d}"


def shown_count(people: int, *, approx: bool = False) -> str:
    """Show how many people a matter speaks for, 约 before it when approximate."""
    return f"{'约 ' if approx else ''}{people} 人"


def shown_money(fen: int | None, *, approx: bool = False) -> str:
    """Show an amount kept in 分 as 元 with separators, 约 before it when approximate."""
    if fen is None:
        return ""
    text = f"{fen // 100:,}" + (f".{fen % 100:02d}" if fen % 100 else "")
    return f"{'约 ' if approx else ''}{text} 元"
