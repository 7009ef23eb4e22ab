"""Meetings of the joint meeting: their kinds, who came, what is on the agenda, how a decision stands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from rules.cases import EARLIEST
from rules.errors import Problem
from rules.terms import Term

TITLE_MAX = 100
PLACE_MAX = 100
TEXT_MAX = 500
WHY_MAX = 100
REPORT_MAX = 2000
# More than any office puts before one meeting; a pasted mistake is stopped here.
ITEMS_MAX = 1000


class MeetingKind(Term):
    """What a meeting is held for; each kind remembers its own last one."""

    JOINT = "joint", "联席会议"
    TOPIC = "topic", "专题会议"
    CASE = "case", "案情分析会"
    SITUATION = "situation", "形势研判会"
    HANDING = "handing", "交办会"
    URGENT = "urgent", "紧急会议"


class Presence(Term):
    """Whether a unit came to a meeting."""

    PRESENT = "present", "到会"
    SUBSTITUTE = "substitute", "代会"
    ABSENT = "absent", "缺席"


class ItemKind(Term):
    """What an item of the agenda is about."""

    CASE = "case", "案件"
    HOTSPOT = "hotspot", "热点"
    BATCH = "batch", "交办批次"
    EVALUATION = "evaluation", "第三方评价"
    DISPUTE = "dispute", "矛盾纠纷"
    TEXT = "text", "其他事项"


class DecisionState(Term):
    """How a decision stands, told from its days and never stored."""

    DONE = "done", "完成"
    RUNNING = "running", "进行"
    OVERDUE = "overdue", "超期"


class Verdict(Term):
    """What the office says to a unit's report on a decision."""

    ACCEPTED = "accepted", "认可"
    SENT_BACK = "sent_back", "退回"


@dataclass(frozen=True, slots=True)
class Came:
    """Whether one unit came, and who stood in for it or why nobody did."""

    unit_id: int
    presence: Presence
    note: str = ""


def number(year: int, serial: int) -> str:
    """Form a meeting's number: HY + 年 + 4 位流水."""
    return f"HY{year}{serial:04d}"


def state(
    due_on: date, done_on: date | None, *, waiting_since: date | None, today: date
) -> DecisionState:
    """Say how a decision stands; the day it is due is still in time.

    `done_on` is the day of the report that was accepted. A report that waits for the office,
    since `waiting_since`, stops the clock: the unit has done its part.
    """
    if done_on is not None:
        return DecisionState.DONE
    return DecisionState.OVERDUE if due_on < (waiting_since or today) else DecisionState.RUNNING


def standing(due_on: date, done_on: date | None, *, waiting_since: date | None, today: date) -> str:
    """Say a decision's state with the days that are late or left, and whether it waits for the office."""
    found = state(due_on, done_on, waiting_since=waiting_since, today=today)
    if done_on is not None:
        late = (done_on - due_on).days
        return f"{found.label}（超期 {late} 天）" if late > 0 else found.label
    if waiting_since is not None:
        return f"{found.label}（已报告，待认可）"
    if found is DecisionState.OVERDUE:
        return f"{found.label} {(today - due_on).days} 天"
    left = (due_on - today).days
    return f"{found.label}（还有 {left} 天）" if left else f"{found.label}（今天到期）"


def memory(states: Iterable[DecisionState]) -> str:
    """Say what became of the decisions of last time, as a meeting opens with it."""
    found = list(states)
    if not found:
        return "上次没有议定事项"
    parts = " / ".join(f"{each.label} {found.count(each)}" for each in DecisionState)
    return f"上次议定 {len(found)} 项：{parts}"


def attendance_told(came: Sequence[Presence | None]) -> str:
    """Say how many units were asked and how many of them came."""
    counts = "，".join(
        f"{presence.label} {came.count(presence)} 个" for presence in Presence if presence in came
    )
    open_ = came.count(None)
    told = [f"参会单位 {len(came)} 个", counts, f"未登记 {open_} 个" if open_ else ""]
    return "，".join(filter(None, told))


def meeting_problems(
    *, kind: MeetingKind | None, title: str, held_on: date | None, place: str, units: int
) -> list[Problem]:
    """List everything wrong with a meeting that is put in."""
    found = []
    if kind is None:
        found.append(Problem("kind", "请选择会议类型"))
    if not title:
        found.append(Problem("title", "请填写会议名称"))
    elif len(title) > TITLE_MAX:
        found.append(Problem("title", f"会议名称最多 {TITLE_MAX} 个字"))
    if held_on is None:
        found.append(Problem("held_on", "请填写会议日期"))
    elif held_on < EARLIEST:
        found.append(Problem("held_on", f"会议日期不能早于 {EARLIEST}"))
    if len(place) > PLACE_MAX:
        found.append(Problem("place", f"地点最多 {PLACE_MAX} 个字"))
    if not units:
        found.append(Problem("units", "请选择参会单位"))
    return found


def attendance_problems(came: Sequence[Came], names: dict[int, str]) -> list[Problem]:
    """List which units are said to be stood in for by nobody, or absent for no reason."""
    found = []
    for each in came:
        name = names.get(each.unit_id)
        if name is None:
            found.append(Problem("unit_id", "有的单位不在参会单位里，请重新打开会议"))
        elif len(each.note) > WHY_MAX:
            found.append(Problem("note", f"{name}：代会人、缺席原因最多 {WHY_MAX} 个字"))
        elif each.presence is Presence.SUBSTITUTE and not each.note:
            found.append(Problem("note", f"{name}：请填写由谁代会"))
        elif each.presence is Presence.ABSENT and not each.note:
            found.append(Problem("note", f"{name}：请填写缺席原因"))
    return found


def decision_problems(
    *, units: int, due_on: date | None, text: str, held_on: date
) -> list[Problem]:
    """List what a decision still lacks: who, by when, what."""
    found = []
    if not units:
        found.append(Problem("units", "没有责任单位，请选择由谁办"))
    if due_on is None:
        found.append(Problem("due_on", "没有时限，请填写什么时候完成"))
    elif due_on < held_on:
        found.append(Problem("due_on", f"时限 {due_on} 早于开会的日子 {held_on}"))
    if not text:
        found.append(Problem("text", "没有内容，请写明做什么"))
    elif len(text) > TEXT_MAX:
        found.append(Problem("text", f"议定事项最多 {TEXT_MAX} 个字"))
    return found
