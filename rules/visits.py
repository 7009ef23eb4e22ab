"""来访接待: what a visit to a leader holds, what a decision on it needs, and how visits are counted."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rules.case_terms import Light, Satisfaction
from rules.cases import CONTENT_MAX, EARLIEST, PEOPLE_MAX, TITLE_MAX, Field, Kind
from rules.deadlines import light
from rules.errors import Problem
from rules.reception_terms import ReceptionKind, Stage, VisitOutcome
from rules.steps import ENDED
from rules.terms import CaseState, Cause, Channel, Purpose, Repeat

# The chain keeps longer texts as a hash only, and a leader's words must be readable there.
INSTRUCTION_MAX = 500
# Where a case has come to when its matter is at its end for whoever brought it to a leader.
CASE_ENDED = ENDED | {CaseState.DECLINED}
_TIME = re.compile(r"(?:[01]?\d|2[0-3])[:\uff1a][0-5]\d")
_NUMBER = re.compile(r"JF\d{8,}")

# Every field of a visit in the order of the form; who came never stands here (Visitor).
FIELDS: dict[str, Field] = {
    f.name: f
    for f in [
        Field("leader_id", "接访领导", Kind.LEADER),
        Field("received_on", "接访日期", Kind.DATE),
        Field("received_time", "来访时间", Kind.TEXT),
        Field("kind", "接访类型", Kind.TERM, ReceptionKind),
        Field("place", "接访地点", Kind.TEXT),
        Field("people", "人数", Kind.COUNT),
        Field("repeat", "初访/重访", Kind.TERM, Repeat),
        Field("purpose", "信访目的", Kind.TERM, Purpose),
        Field("title", "反映问题", Kind.TEXT),
        Field("content", "问题及诉求", Kind.LONG_TEXT),
        Field("code_id", "内容分类", Kind.CODE),
        Field("cause", "产生原因", Kind.TERM, Cause),
        Field("township_id", "属地", Kind.UNIT),
        Field("unit_id", "承办单位", Kind.UNIT),
        Field("co_units", "协办单位", Kind.TEXT),
        Field("handler", "责任人", Kind.TEXT),
        Field("companions", "陪同人员", Kind.TEXT),
        Field("recorder", "记录人", Kind.TEXT),
        Field("outcome", "处理方式", Kind.TERM, VisitOutcome),
        Field("instruction", "领导批示", Kind.LONG_TEXT),
        Field("due_on", "办理时限", Kind.DATE),
        Field("result", "办理结果", Kind.LONG_TEXT),
        Field("closed_on", "办结日期", Kind.DATE),
        Field("satisfaction", "满意度", Kind.TERM, Satisfaction),
        Field("called_back", "回访情况", Kind.TEXT),
        Field("remark", "备注", Kind.LONG_TEXT),
    ]
}

# What the leader decides; the other fields say what came.
DECIDED = (
    *("outcome", "instruction", "unit_id", "co_units", "handler", "due_on"),
    *("result", "closed_on", "satisfaction", "called_back"),
)
_REQUIRED = ("leader_id", "received_on", "kind", "people", "repeat", "title")
_LIMITS = {
    "title": TITLE_MAX,
    "instruction": INSTRUCTION_MAX,
    "place": 100,
    "co_units": 200,
    "companions": 200,
    "called_back": 200,
    "handler": 64,
    "recorder": 64,
}


def number(year: int, serial: int) -> str:
    """Form a visit's number: JF + 年 + 4 位, more where a year has more."""
    return f"JF{year}{serial:04d}"


def is_number(text: str) -> bool:
    """Whether a text is the number of a visit of ours."""
    return _NUMBER.fullmatch(text.strip()) is not None


def problems(values: Mapping[str, Any], *, today: date) -> list[Problem]:
    """List everything wrong with a whole visit, each with its field; nobody is refused for who he is."""
    found = [
        Problem(name, f"请填写{FIELDS[name].label}")
        for name in _REQUIRED
        if values.get(name) in (None, "")
    ]
    for name, field in FIELDS.items():
        value = values.get(name)
        if value is not None and (message := _problem_of(field, value, today)):
            found.append(Problem(name, message))
    received = values.get("received_on")
    for name in ("due_on", "closed_on"):
        day = values.get(name)
        if isinstance(day, date) and isinstance(received, date) and day < received:
            found.append(
                Problem(name, f"{FIELDS[name].label} {day} 早于接访日期 {received}，请核对")
            )
    return found + demands(values)


def demands(values: Mapping[str, Any]) -> list[Problem]:
    """List what the decision still needs: an owner and a day, or words."""
    outcome, found = values.get("outcome"), []
    if outcome is VisitOutcome.HANDED and values.get("purpose") is Purpose.ACCUSATION:
        message = "检举控告不交办责任单位（《信访工作条例》第三十条），请选其他处理方式"
        return [Problem("outcome", message)]
    if outcome is VisitOutcome.HANDED and not values.get("unit_id"):
        found.append(Problem("unit_id", "交办要写明承办单位"))
    if outcome in (VisitOutcome.HANDED, VisitOutcome.LED) and not values.get("due_on"):
        found.append(Problem("due_on", f"{outcome.label}要写明办理时限"))
    if outcome is VisitOutcome.GUIDED and not values.get("instruction"):
        found.append(Problem("instruction", "引导法定途径的，请写明引导到哪个部门、什么途径"))
    return found


def _problem_of(field: Field, value: Any, today: date) -> str | None:
    match field.kind:
        case Kind.TEXT | Kind.LONG_TEXT:
            limit = _LIMITS.get(field.name, CONTENT_MAX)
            if len(value) > limit:
                return f"{field.label}有 {len(value)} 个字，最多 {limit} 个字，请精简"
            if field.name == "received_time" and value and not _TIME.fullmatch(value):
                return f"来访时间“{value[:10]}”应写成 9:30 这样"
        case Kind.DATE:
            if value > today and field.name != "due_on":
                return f"{field.label} {value} 晚于今天，请核对年份"
            if value < EARLIEST:
                return f"{field.label} {value} 早于 {EARLIEST}，请核对年份"
        case Kind.COUNT if not 1 <= value <= PEOPLE_MAX:
            return f"{field.label}应在 1 到 {PEOPLE_MAX} 之间，现在是 {value}"
    return None


def channel_of(kind: ReceptionKind) -> Channel:
    """Say how a matter came that a leader received: where he went out himself, by his 批示."""
    visiting = kind in (ReceptionKind.VISITING, ReceptionKind.VISITING_WITH_CASE)
    return Channel.INSTRUCTION if visiting else Channel.VISIT


def is_collective(people: int, *, minimum: int) -> bool:
    """Whether so many make a 集体访; the number itself counts (民法典 §1259)."""
    return people >= minimum


@dataclass(frozen=True, slots=True)
class ToTell:
    """Somebody to be told of a 集体访 at once (S4-20), and why him."""

    whom: str
    why: str
    unit_id: int | None = None


def to_tell(
    *,
    unit: tuple[int, str] | None,
    township: tuple[int, str] | None,
    co_units: str = "",
    groups: Iterable[tuple[str, str]] = (),
) -> list[ToTell]:
    """List who must come at once and who must hear of it, each once (S4-20).

    `groups` are the hotspots the matter belongs to, by name, with the leader of their 专项小组.
    """
    found = []
    if unit:
        found.append(ToTell(unit[1], "承办单位，到现场联合接访", unit[0]))
    if township:
        found.append(ToTell(township[1], "属地，到现场联合接访", township[0]))
    for name in re.split(r"[、,;\s\uff0c\uff1b]+", co_units):
        if name:
            found.append(ToTell(name, "协办单位，到现场联合接访"))
    for hotspot, leader in groups:
        found.append(ToTell(leader, f"“{hotspot}”专项小组牵头领导，报告情况"))
    first: dict[str, ToTell] = {}
    for each in found:
        first.setdefault(each.whom, each)
    return list(first.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How far a visit has come: what its stages and its late days follow from.

    `duty` says that the matter stands in the ledger of duties, `state` where its case stands.
    """

    published: bool = False
    outcome: VisitOutcome | None = None
    duty: bool = False
    state: CaseState | None = None
    closed_on: date | None = None
    due_on: date | None = None

    @property
    def carried_out(self) -> bool:
        """Whether it is at its end: said there and then, closed, or its case has ended.

        What was answered on the spot and yet became a case is at its end with the case.
        """
        if self.closed_on is not None:
            return True
        if self.state is not None:
            return self.state in CASE_ENDED
        return self.outcome in (VisitOutcome.ANSWERED, VisitOutcome.GUIDED)


def stages(course: Course) -> tuple[Stage, ...]:
    """Name which of the four stages (S5-13) a visit has behind it; it was received in any case."""
    passed = {
        Stage.PUBLISHED: course.published,
        Stage.RECEIVED: True,
        Stage.LED: course.duty or course.outcome is VisitOutcome.LED,
        Stage.CARRIED_OUT: course.carried_out,
    }
    return tuple(stage for stage, done in passed.items() if done)


def light_of(course: Course, *, today: date, near_days: int) -> Light | None:
    """Tell the light of the leader's own limit; None without one, and at the end."""
    if course.due_on is None or course.carried_out:
        return None
    return light(course.due_on, paused=False, today=today, near_days=near_days)


def left_to_do(
    course: Course, *, linked: bool, untold: bool = False, today: date
) -> tuple[str, ...]:
    """Say what the desk still has to do with a visit, what presses first."""
    found = []
    if untold:
        found.append("集体访待通知")
    if course.outcome is None and not course.carried_out:
        found.append("待写处理意见")
    if course.outcome in (VisitOutcome.HANDED, VisitOutcome.LED) and not (
        linked or course.carried_out
    ):
        found.append("待立案")
    if course.due_on is not None and course.due_on < today and not course.carried_out:
        found.append(f"超期 {(today - course.due_on).days} 天未落实")
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Figures:
    """What visits come to; units of different kinds, which are never added to one another.

    场次 counts days of a leader, 批次 visits, 人次 people, 件 matters: visits of one case are one.
    """

    sessions: int = 0
    batches: int = 0
    people: int = 0
    matters: int = 0
    collective: int = 0

    def told(self) -> str:
        """Say each with its own unit."""
        return (
            f"**{self.sessions}** 场次 · **{self.batches}** 批次 · **{self.people}** 人次 · "
            f"**{self.matters}** 件 · 集体访 **{self.collective}** 批次"
        )
