"""督办、回访 and 责任倒查: what calls for them and why, the ladder, and what each must say."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rules import attention
from rules.case_terms import FollowUpState, Liability, Rung, Satisfaction, Trigger
from rules.errors import Problem

TEXT_MAX = 5000
WHY_MAX = 200  # as wide as the columns that keep a reason
REASON_MAX = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What the triggers ask of a matter: words, days and counts, and nobody's name.

    `late` are its running clocks that are over. `idle` is a clock half gone and since when
    nothing was written. `unhappy` are the look back that was answered so, and its day.
    `repeats` are the numbers of matters that raise it again since it was closed, with their
    day. `unkept` are what was promised and by when.
    `unreturned` are the day a result was sent back and the last day it was to come again.
    `handed` are the visits to leaders whose own limit is over: number, leader and last day.
    """

    late: tuple[tuple[str, date], ...] = ()
    idle: tuple[str, date] | None = None
    returned: int = 0
    unhappy: tuple[str, date] | None = None
    repeats: tuple[tuple[str, date], ...] = ()
    unkept: tuple[tuple[str, date], ...] = ()
    unreturned: tuple[date, date] | None = None
    superior: bool = False
    handed: tuple[tuple[str, str, date], ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """A trigger that holds, and why in words."""

    trigger: Trigger
    why: str


def held(matter: Matter, *, today: date) -> list[Held]:
    """List the triggers a figure tells of a matter (domain.md 1.7), the most pressing first."""
    found = [
        Held(Trigger.OVERDUE, attention.overdue(clock, due_on, today=today).words)
        for clock, due_on in matter.late
    ]
    found += [Held(Trigger.RECEPTION, from_leader(*each, today=today)) for each in matter.handed]
    if matter.idle is not None:
        found.append(Held(Trigger.HALF_TIME, attention.half_time(*matter.idle).words))
    if matter.returned >= 2:
        found.append(Held(Trigger.RETURNED_TWICE, attention.returned(matter.returned).words))
    if matter.unhappy is not None:
        found.append(Held(Trigger.DISSATISFIED, unhappy(*matter.unhappy)))
    found += [Held(Trigger.REPEATED, raised_again(*each)) for each in matter.repeats]
    found += [
        Held(Trigger.PROMISE, f"{what}承诺 {by} 前落实，至今没有证明") for what, by in matter.unkept
    ]
    if matter.unreturned is not None:
        found.append(Held(Trigger.NOT_RESUBMITTED, not_resubmitted(*matter.unreturned)))
    if matter.superior:
        found.append(Held(Trigger.SUPERIOR, "上级交办件"))
    return found


def unhappy(kind: str, done_on: date) -> str:
    """Say at which look back the petitioner was dissatisfied."""
    return f"{done_on} {kind}，信访人表示不满意"


def from_leader(number: str, leader: str, due_on: date, *, today: date) -> str:
    """Say which leader handed it on and by how many days his limit is over."""
    return f"{leader}接访交办（{number}）要求 {due_on} 前办结，已超期 {(today - due_on).days} 天"


def not_resubmitted(refused_on: date, due_on: date) -> str:
    """Say when a result was sent back and by when it was to be handed in again."""
    return f"销号申请 {refused_on} 被退回，应在 {due_on} 前补正再报，至今没有再报"


def raised_again(number: str, received_on: date) -> str:
    """Say which matter raises it again."""
    return f"办结后于 {received_on} 再次信访（{number}）"


# What a person decides, with a reason of his own; the rest is computed by `held`.
MANUAL = (
    Trigger.VERDICT,
    Trigger.NO_FEEDBACK,
    Trigger.PROCEDURE,
    Trigger.SHIRKING,
    Trigger.FALSE_REPORT,
    Trigger.NOT_EXECUTED,
    Trigger.PROTRACTED,
    Trigger.OTHER,
)
_LEVEL = {
    Rung.REMIND: 1,
    Rung.URGE: 2,
    Rung.SUPERVISE: 3,
    Rung.CIRCULATE: 4,
    Rung.TALK: 4,
    Rung.LISTED: 4,
    Rung.RECTIFY: 4,
}
# How high the ladder may be entered; what is not named here is a case for 督办 (§40).
_ENTRY = {
    Trigger.HALF_TIME: 1,
    Trigger.OTHER: 1,
    Trigger.OVERDUE: 2,
    Trigger.RETURNED_TWICE: 2,
    Trigger.PROMISE: 2,
    Trigger.NOT_RESUBMITTED: 2,
}


def rungs(trigger: Trigger, sent: Iterable[Rung]) -> list[Rung]:
    """List what may be sent next: up to where the trigger enters, or one above what was sent."""
    top = max(_ENTRY.get(trigger, 3), max((_LEVEL[rung] for rung in sent), default=0) + 1)
    return [rung for rung in Rung if _LEVEL[rung] <= top]


def rung_problem(rung: Rung, trigger: Trigger, sent: Iterable[Rung]) -> str | None:
    """Say why a rung may not be taken yet, or None where it may."""
    allowed = rungs(trigger, sent)
    if rung in allowed:
        return None
    told = "、".join(each.label for each in allowed)
    return f"“{trigger.label}”现在可以{told}，还不能{rung.label}：督办应逐级进行"


_HEADS = {
    Rung.REMIND: "提醒函",
    Rung.URGE: "催办函",
    Rung.SUPERVISE: "督办函",
    Rung.CIRCULATE: "通报",
    Rung.TALK: "约谈通知书",
    Rung.LISTED: "挂牌督办通知书",
    Rung.RECTIFY: "责令限期整改通知书",
}
# 问题、办理情况、未办结原因、下步措施、时限: the fields of an answer and their labels.
ANSWER: dict[str, str] = {
    "problem": "问题",
    "progress": "办理情况",
    "why_not": "未办结原因",
    "next_step": "下步措施",
    "promised_on": "时限",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a letter of supervision is drafted from; `title` has no name in it any more."""

    rung: Rung
    unit: str
    number: str
    title: str
    received_on: date
    forwarded_on: date | None
    why: str
    days: int
    county: str
    on: date


def letter(facts: Letter) -> str:
    """Draft a letter in the official style, for a person to correct and to send."""
    handed = f"于{_day(facts.forwarded_on)}交你单位办理" if facts.forwarded_on else "由你单位办理"
    clause = "第三十九条" if _LEVEL[facts.rung] == 4 else "第四十条"
    asked = "、".join(ANSWER.values())
    return "\n".join(
        [
            f"关于信访事项{facts.number}的{_HEADS[facts.rung]}",
            "",
            f"{facts.unit}：",
            f"　　{_day(facts.received_on)}收到的信访事项“{facts.title}”（编号{facts.number}），{handed}。"
            f"经核：{facts.why}。根据《信访工作条例》{clause}，现予{facts.rung.label}。",
            f"　　请你单位认真研究，依法按政策办理，自收到之日起{facts.days}日内书面答复，写明{asked}。",
            "",
            f"{facts.county}信访工作联席会议办公室",
            _day(facts.on),
        ]
    )


def _day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"


def answer_problems(values: Mapping[str, Any], *, today: date) -> list[Problem]:
    """List what an answer lacks: each of ANSWER, and a day that is still to come."""
    found = [
        Problem(name, f"请填写{label}") for name, label in ANSWER.items() if not values.get(name)
    ]
    found += [
        Problem(name, f"{label}最多 {TEXT_MAX} 个字")
        for name, label in ANSWER.items()
        if isinstance(values.get(name), str) and len(values[name]) > TEXT_MAX
    ]
    promised = values.get("promised_on")
    if promised is not None and promised < today:
        found.append(Problem("promised_on", f"时限 {promised} 早于今天"))
    return found


def stage(
    *,
    sent_on: date | None,
    due_on: date | None,
    answered_on: date | None,
    ended_on: date | None,
    today: date,
) -> FollowUpState:
    """Tell where a letter of supervision stands; the last day itself is not late."""
    if ended_on is not None:
        return FollowUpState.ENDED
    if answered_on is not None:
        return FollowUpState.ANSWERED
    if sent_on is None:
        return FollowUpState.DRAFTED
    return FollowUpState.LATE if due_on is not None and today > due_on else FollowUpState.SENT


def accepted(answers: Sequence[Satisfaction | None], *, repeated: bool) -> bool:
    """Say whether a look back leaves the matter at rest: nobody dissatisfied, not raised again."""
    return not repeated and Satisfaction.DISSATISFIED not in answers


def look_back_problems(values: Mapping[str, Any], *, closed_on: date, today: date) -> list[Problem]:
    """List what a look back lacks: both opinions, apart, its day and its outcome."""
    found = []
    if values.get("with_office") is None:
        found.append(Problem("with_office", "请选择对信访部门的满意度"))
    if values.get("with_unit") is None:
        found.append(Problem("with_unit", "请选择对责任单位的满意度"))
    if not values.get("outcome"):
        found.append(Problem("outcome", "请填写回访结果"))
    elif len(values["outcome"]) > TEXT_MAX:
        found.append(Problem("outcome", f"回访结果最多 {TEXT_MAX} 个字"))
    done = values.get("done_on")
    if done is None:
        found.append(Problem("done_on", "请填写回访日期"))
    elif done > today:
        found.append(Problem("done_on", f"回访日期 {done} 晚于今天"))
    elif done < closed_on:
        found.append(Problem("done_on", f"回访日期 {done} 早于办结日期 {closed_on}"))
    return found


def liability_problems(
    reason: Liability | None,
    *,
    caused_unit_id: int | None,
    failed_unit_id: int | None,
    text: str,
    decided_on: date | None,
    today: date,
) -> list[Problem]:
    """List what a record of liability lacks: a reason of §42-45, a unit, the findings, the day."""
    found = []
    if reason is None:
        found.append(Problem("reason", "请选择追责情形（§42-45）"))
    if caused_unit_id is None and failed_unit_id is None:
        found.append(Problem("caused_unit_id", "请选择引发责任单位或化解责任单位"))
    if not text:
        found.append(Problem("text", "请填写倒查情况"))
    elif len(text) > TEXT_MAX:
        found.append(Problem("text", f"倒查情况最多 {TEXT_MAX} 个字"))
    if decided_on is None:
        found.append(Problem("decided_on", "请填写认定日期"))
    elif decided_on > today:
        found.append(Problem("decided_on", f"认定日期 {decided_on} 晚于今天"))
    return found
