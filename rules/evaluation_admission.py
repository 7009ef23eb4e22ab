"""Applying for an evaluation: which way, on which conditions, and what is never evaluated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rules.errors import Problem
from rules.evaluation_terms import ApplicationRoute, Condition, PanelLevel, RefusalReason
from rules.masking import describe, sweep
from rules.terms import CaseState, Purpose, UnitKind

R = ApplicationRoute
TITLE_MAX = 100
TEXT_MAX = 2000
EVIDENCE_MAX = 300
NAME_MAX = 64
NUMBER_MAX = 64
# Whose application a route is, and before which platform it comes (S1-17).
_APPLICANTS: dict[ApplicationRoute, tuple[UnitKind, ...]] = {
    R.PARTY: (UnitKind.TOWNSHIP, UnitKind.DEPARTMENT),
    R.VILLAGE: (UnitKind.VILLAGE,),
    R.UNIT: (UnitKind.TOWNSHIP, UnitKind.DEPARTMENT),
}
LEVEL_OF: dict[ApplicationRoute, PanelLevel] = {
    R.PARTY: PanelLevel.LOCAL,
    R.VILLAGE: PanelLevel.LOCAL,
    R.UNIT: PanelLevel.COUNTY,
}
# What may never be evaluated, whatever conditions are met.
_NEVER = {
    "accusation": RefusalReason.ACCUSATION,
    "lawsuit": RefusalReason.LEGAL_ROUTE,
    "secret": RefusalReason.SECRET,
    "privacy": RefusalReason.PRIVACY,
    "minor": RefusalReason.MINOR,
}
SENSITIVE = {
    "lawsuit": "涉法涉诉（诉讼、仲裁、行政复议）",
    "secret": "涉及国家秘密、商业秘密",
    "privacy": "涉及个人隐私",
    "minor": "涉及未成年人",
}
_UNFINISHED = frozenset(
    {
        CaseState.RECEIVED,
        CaseState.REGISTERED,
        CaseState.FORWARDED,
        CaseState.RETURNED,
        CaseState.DISPUTED,
        CaseState.ACCEPTED,
    }
)
_REVIEWING = frozenset({CaseState.IN_REVIEW, CaseState.IN_RECHECK})


def routes_for(kind: UnitKind) -> list[ApplicationRoute]:
    """List the ways open to an applicant of this kind; the county itself applies for nothing."""
    return [route for route, kinds in _APPLICANTS.items() if kind in kinds]


def route_problems(route: ApplicationRoute | None, applicant: UnitKind | None) -> list[Problem]:
    """Say where an application takes a way that is not its own; the platform follows from the way."""
    if route is None:
        return [Problem("route", "请选择申请途径")]
    if applicant is None:
        return [Problem("unit_id", "请选择申请单位")]
    if applicant in _APPLICANTS[route]:
        return []
    kinds = "、".join(kind.label for kind in _APPLICANTS[route])
    words = f"“{route.label}”由{kinds}提交，不是{applicant.label}；不能越级"
    return [Problem("unit_id", words)]


def application_problems(
    *,
    title: str,
    claims: str,
    facts: str,
    opinion_number: str,
    applied_on: date | None,
    opinion_on: date | None,
    today: date,
) -> list[Problem]:
    """List what is wrong with the words of an application; they are read in public later."""
    found = []
    if not title:
        found.append(Problem("title", "请填写评价事项（会对外公示，不写姓名、电话、门牌号）"))
    for name, label, text, limit in (
        ("title", "评价事项", title, TITLE_MAX),
        ("claims", "主要诉求", claims, TEXT_MAX),
        ("facts", "处理情况", facts, TEXT_MAX),
        ("opinion_number", "处理意见书文号", opinion_number, NUMBER_MAX),
    ):
        if len(text) > limit:
            found.append(Problem(name, f"{label}最多 {limit} 个字"))
        if numbers := sweep(text):
            found.append(Problem(name, f"{label}里有{describe(numbers, text)}，请删去"))
    if not claims:
        found.append(Problem("claims", "请填写主要诉求"))
    for name, label, day in (
        ("applied_on", "申请日期", applied_on),
        ("opinion_on", "处理意见书日期", opinion_on),
    ):
        if day is not None and day > today:
            found.append(Problem(name, f"{label} {day} 晚于今天"))
    if applied_on is None:
        found.append(Problem("applied_on", "请填写申请日期"))
    return found


def names_anybody(text: str, names: Sequence[str]) -> bool:
    """Whether words that are to be read in public hold the name of somebody of the matter."""
    return any(len(name) > 1 and name in text for name in names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """Whether a condition is met, by what evidence, who says so, and since when."""

    met: bool = False
    evidence: str = ""
    who: str = ""
    on: date | None = None


def condition_label(condition: Condition, level: PanelLevel) -> str:
    """Name a condition as the platform asks it: 镇乡 hear the village or the petitioner himself."""
    if condition is Condition.APPLIED:
        county = level is PanelLevel.COUNTY
        return "镇乡或县级部门提出申请" if county else "信访人（当事人）或村（社区）提出申请"
    return condition.label


def condition_problems(conditions: Mapping[Condition, Met], *, today: date) -> list[Problem]:
    """List what a condition that is said to be met lacks: evidence, a person and a day."""
    found = []
    for condition, met in conditions.items():
        called = f"“{condition.label}”"
        for label, text, limit in (
            ("证据", met.evidence, EVIDENCE_MAX),
            ("确认人", met.who, NAME_MAX),
        ):
            if met.met and not text:
                found.append(Problem(condition, f"{called}具备的，请写明{label}"))
            if len(text) > limit:
                found.append(Problem(condition, f"{called}的{label}最多 {limit} 个字"))
        if met.met and met.on is None:
            found.append(Problem(condition, f"{called}具备的，请写明日期"))
        if met.on is not None and met.on > today:
            found.append(Problem(condition, f"{called}的日期 {met.on} 晚于今天"))
    return found


def failing(conditions: Mapping[Condition, Met]) -> list[Condition]:
    """List the conditions that are not met; only where none is left may an evaluation begin."""
    return [each for each in Condition if not conditions.get(each, Met()).met]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What of the matter decides whether it may be evaluated at all; `state` None for a dispute."""

    state: CaseState | None = None
    purpose: Purpose | None = None
    lawsuit: bool = False
    secret: bool = False
    privacy: bool = False
    minor: bool = False
    unresolved: bool = False
    evaluated: str = ""


def refusals(matter: Matter, conditions: Mapping[Condition, Met]) -> list[RefusalReason]:
    """List why an application cannot be admitted, what can never be first; none admits it."""
    marks = {
        "accusation": matter.purpose is Purpose.ACCUSATION,
        "lawsuit": matter.lawsuit,
        "secret": matter.secret,
        "privacy": matter.privacy,
        "minor": matter.minor,
    }
    found = [reason for name, reason in _NEVER.items() if marks[name]]
    if matter.state in _UNFINISHED or matter.unresolved:
        found.append(RefusalReason.UNFINISHED)
    if matter.state in _REVIEWING:
        found.append(RefusalReason.IN_REVIEW)
    if matter.evaluated:
        found.append(RefusalReason.EVALUATED)
    if failing(conditions):
        found.append(RefusalReason.CONDITION)
    return found


def refusal_told(
    reason: RefusalReason, conditions: Mapping[Condition, Met], level: PanelLevel
) -> str:
    """Say a reason in the words of the letter; failing conditions are named one by one."""
    if reason is RefusalReason.CONDITION:
        names = [condition_label(each, level) for each in failing(conditions)]
        listed = "；".join(f"缺“{name}”" for name in names) or "四项条件不齐"
        return f"受理第三方评价须同时具备四项条件，本件{listed}"
    return _TOLD[reason]


_TOLD = {
    RefusalReason.UNFINISHED: "本事项尚未办结，还没有处理意见可供评价",
    RefusalReason.IN_REVIEW: "本事项正在复查或复核，或者申请复查、复核的期限未满，请先依法办理",
    RefusalReason.LEGAL_ROUTE: "本事项属于诉讼、仲裁、行政复议等法定途径处理的范围，不作第三方评价",
    RefusalReason.ACCUSATION: "检举控告事项不作第三方评价，请依照有关规定办理",
    RefusalReason.SECRET: "本事项涉及国家秘密或者商业秘密，不能公开评价",
    RefusalReason.PRIVACY: "本事项涉及个人隐私，不能公开评价",
    RefusalReason.MINOR: "本事项涉及未成年人，不能公开评价",
    RefusalReason.EVALUATED: "本事项已经第三方评价，没有新的事实和理由不再评价",
}


def number(county_code: str, year: int, serial: int) -> str:
    """Form an evaluation's number: PJ + 县区划 + 年 + 流水, as in PJ510722-2026-0007."""
    return f"PJ{county_code}-{year}-{serial:04d}"
