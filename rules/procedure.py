"""Which step of a matter can be taken when, and why another cannot (domain.md 1.5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from rules.case_documents import NUMBER_MAX
from rules.case_terms import Clock, ExitReason, Route, Step
from rules.deadlines import Facts, Reading, readings
from rules.errors import Problem
from rules.hearings import hearing_of, order_problems
from rules.limits import Terms, due
from rules.steps import APART, DATES, FIELDS, RULES, StepRule
from rules.terms import CaseState, Purpose

S = CaseState
# Exits that end a matter before it is answered; the others end what has been answered.
_WITHOUT_ANSWER = frozenset(
    {ExitReason.MEDIATED, ExitReason.RECONCILED, ExitReason.ROUTED, ExitReason.EVALUATED}
)
_ANSWERED = frozenset({S.ANSWERED, S.REVIEWED, S.FINAL})


@dataclass(frozen=True, slots=True)
class Offer:
    """A step as the screen offers it; `blocked` says in words why it cannot be taken now.

    `needs` are the fields it refuses to be without, of this matter.
    """

    rule: StepRule
    blocked: str | None
    needs: frozenset[str]

    @property
    def step(self) -> Step:
        """The step."""
        return self.rule.step


def offers(facts: Facts, terms: Terms, *, today: date) -> list[Offer]:
    """List the steps that can follow, those that can be taken first, the blocked with the reason."""
    found = [
        Offer(rule, blocked(rule.step, facts, terms, today=today), _needs(rule, facts))
        for rule in RULES.values()
        if rule.step not in APART
    ]
    return sorted(found, key=lambda offer: offer.blocked is not None)


def blocked(step: Step, facts: Facts, terms: Terms, *, today: date) -> str | None:
    """Say why a step cannot be taken from where the matter stands, or None where it can."""
    rule = RULES[step]
    if facts.state not in rule.sources:
        allowed = "、".join(state.label for state in CaseState if state in rule.sources)
        return f"现在是“{facts.state.label}”，{step.label}只能在“{allowed}”时进行"
    return _forbidden(step, facts, terms, today)


def _forbidden(step: Step, facts: Facts, terms: Terms, today: date) -> str | None:
    """Say which clock or fact forbids a step that the state alone would allow."""
    by_clock = {reading.clock: reading for reading in readings(facts, terms, today=today)}
    match step:
        case Step.FORWARD | Step.ASSIGN if facts.purpose is Purpose.ACCUSATION:
            return "检举控告不转送责任单位：请选“不予受理”，情形为转有权机关（§30）"
        case Step.OBJECT:
            return _lapsed(by_clock.get(Clock.OBJECTION), today, "提出异议的期限已过")
        case Step.NOTIFY if facts.notified_on is not None:
            return f"已于 {facts.notified_on} 告知"
        case Step.EXTEND:
            if Clock.HANDLING not in by_clock:
                return "这条路径没有 60 日办理期限，不需要延期"
            return _lapsed(by_clock[Clock.HANDLING], today, "办理期限已过，不能再延期")
        case Step.DELIVER if _delivered(facts):
            return "意见书已送达"
        case Step.REQUEST_REVIEW | Step.REQUEST_RECHECK:
            return _no_review(step, facts, by_clock, today)
        case Step.HEAR if _hearing(facts):
            return "上一次听证尚未结束"
        case Step.ANSWER | Step.ANSWER_REVIEW | Step.ANSWER_RECHECK | Step.CLOSE if _hearing(facts):
            return "听证尚未结束，请先登记“听证结束”"
        case Step.END_HEARING if not _hearing(facts):
            return "没有正在进行的听证"
        case Step.ADVISE if facts.advised_on and not facts.advice_answered_on:
            return "上一条建议尚未反馈"
        case Step.ANSWER_ADVICE if not facts.advised_on or facts.advice_answered_on:
            return "没有等待反馈的建议"
        case Step.END:
            return _not_ended(facts, by_clock, today)
    return None


def _hearing(facts: Facts) -> bool:
    return any(pause.until is None for pause in facts.pauses)


def _lapsed(reading: Reading | None, today: date, message: str) -> str | None:
    if reading is None or reading.due.on is None or today <= reading.due.on:
        return None
    return f"{message}（{reading.due.on}，{reading.rule.clause}）"


def _delivered(facts: Facts) -> bool:
    by_state = {S.REVIEWED: facts.review_delivered_on, S.FINAL: facts.recheck_delivered_on}
    return by_state.get(facts.state, facts.delivered_on) is not None


def _no_review(
    step: Step, facts: Facts, by_clock: Mapping[Clock, Reading], today: date
) -> str | None:
    if facts.way is not Route.HANDLING:
        return f"“{facts.way.label}”不走复查复核"
    first = step is Step.REQUEST_REVIEW
    clock = Clock.REVIEW_REQUEST if first else Clock.RECHECK_REQUEST
    reading = by_clock.get(clock)
    if reading is None:
        return "意见书尚未送达，先登记送达" if first else "复查意见尚未送达，先登记送达"
    return _lapsed(reading, today, f"{clock.label}的期限已过")


def _not_ended(facts: Facts, by_clock: Mapping[Clock, Reading], today: date) -> str | None:
    """A procedure ends by itself once the petitioner's time to go on has lapsed unused."""
    clock = Clock.REVIEW_REQUEST if facts.state is S.ANSWERED else Clock.RECHECK_REQUEST
    reading = by_clock.get(clock)
    if facts.way is not Route.HANDLING:
        return f"“{facts.way.label}”不走复查复核，没有申请期，请登记“{Step.CLOSE.label}”"
    if reading is None:
        return "意见书尚未送达，申请期没有起算"
    if reading.due.on is not None and today <= reading.due.on:
        return f"{clock.label}的期限到 {reading.due.on}，期满无申请才能终结"
    return None


def evaluated_ends(facts: Facts, terms: Terms, *, today: date) -> bool:
    """Whether a satisfied evaluation ends a matter at once: it replaces no 复查 that may be asked for."""
    if facts.state not in _ANSWERED:
        return False
    if facts.state is S.FINAL or facts.way is not Route.HANDLING:
        return True
    return blocked(Step.END, facts, terms, today=today) is None


def step_problems(
    step: Step, values: Mapping[str, object], facts: Facts, *, on: date, today: date
) -> list[Problem]:
    """List what is missing or wrong in a step's own words; `on` is the day it happened."""
    rule = RULES[step]
    found = [
        Problem(name, f"请填写{FIELDS[name]}")
        for name in rule.needs
        if values.get(name) in (None, "", (), [])
    ]
    if on > today:
        found.append(Problem("happened_on", f"日期 {on} 晚于今天"))
    after, label = _after(step, facts)
    moved = facts.moved_on if rule.to is not None else None
    if moved is not None and (after is None or moved > after):
        after, label = moved, f"进入“{facts.state.label}”的日期"
    if after is not None and on < after:
        found.append(Problem("happened_on", f"{step.label}日期 {on} 早于{label} {after}"))
    if step is Step.DECLINE and not (values.get("notified_on") or values.get("text")):
        message = "请填写告知信访人日期；姓名、住址不清无法告知的，在“内容”里写明（§23）"
        found.append(Problem("notified_on", message))
    number = values.get("document_number")
    if isinstance(number, str) and len(number) > NUMBER_MAX:
        found.append(Problem("document_number", f"文书编号最多 {NUMBER_MAX} 个字"))
    until = values.get("until")
    if isinstance(until, date) and until < on:
        found.append(Problem("until", f"指定办结日期 {until} 早于交办日期 {on}"))
    if step is Step.HEAR:
        found += order_problems(hearing_of(on, values))
    if step is Step.CLOSE and facts.state not in _ANSWERED:
        reason = values.get("exit_reason")
        if reason is not None and reason not in _WITHOUT_ANSWER:
            told = "、".join(each.label for each in ExitReason if each in _WITHOUT_ANSWER)
            found.append(Problem("exit_reason", f"尚未答复的只能以{told}办结"))
    found += [
        Problem(name, f"处理意见书应写明{FIELDS[name]}（§32）")
        for name in _paper(step, facts)
        if not values.get(name)
    ]
    return found


def _needs(rule: StepRule, facts: Facts) -> frozenset[str]:
    return frozenset({*rule.needs, *_paper(rule.step, facts)})


def _paper(step: Step, facts: Facts) -> tuple[str, ...]:
    """Name what a 处理意见书 must hold beside the opinion: claims, facts and reasons, basis (§32)."""
    if step is Step.ANSWER and facts.way is Route.HANDLING and not facts.simple:
        return "claims", "findings", "legal_basis"
    return ()


def _after(step: Step, facts: Facts) -> tuple[date | None, str]:
    """Name the day a step may not lie before."""
    match step:
        case Step.DELIVER if facts.state is S.REVIEWED:
            return facts.review_answered_on, "复查答复日期"
        case Step.DELIVER if facts.state is S.FINAL:
            return facts.recheck_answered_on, "复核答复日期"
        case Step.DELIVER:
            return facts.answered_on, "答复日期"
        case Step.ANSWER | Step.EXTEND:
            return facts.accepted_on, "受理日期"
        case Step.ACCEPT | Step.OBJECT | Step.NOTIFY if facts.forwarded_on is not None:
            return facts.forwarded_on, "转送日期"
        case Step.REQUEST_REVIEW:
            return facts.delivered_on, "送达日期"
        case Step.ANSWER_REVIEW:
            return facts.review_requested_on, "申请复查日期"
        case Step.REQUEST_RECHECK:
            return facts.review_delivered_on, "送达日期"
        case Step.ANSWER_RECHECK:
            return facts.recheck_requested_on, "申请复核日期"
        case Step.END_HEARING:
            open_since = [pause.since for pause in facts.pauses if pause.until is None]
            return (open_since[-1] if open_since else None), "听证开始日期"
        case Step.ANSWER_ADVICE:
            return facts.advised_on, "提出建议日期"
    return facts.received_on, "收到日期"


def typed_date_problems(changes: Mapping[str, tuple[object, object]]) -> list[Problem]:
    """Refuse a date typed or cleared past its step; `changes` are (before, after) by field.

    A date that stands may be corrected. What came with a ledger and has no step yet is
    history that nobody followed here, and is not asked.
    """
    return [
        Problem(name, "这个日期由“办理步骤”登记，在这里只能更正，不能直接填写或清空")
        for name, (before, after) in changes.items()
        if name in DATES and (before is None) != (after is None)
    ]


def barred_unit(name: str, *, accused: bool) -> str:
    """Say why a unit, or one under it, may not be given a matter (§28, §30)."""
    if accused:
        return f"“{name}”是被反映单位，不得交其或其下属单位办理（§30）"
    return f"“{name}”与本件有利害关系，已决定回避（§28）"


def look_back_due(closed_on: date, days: int, *, terms: Terms) -> date:
    """Name the day a closed matter is to be looked at again, 30 and 90 days after by default."""
    on = due(closed_on, days, terms=terms).on
    assert on is not None
    return on


def rebounds(signed_off_on: date, raised_on: date, *, window_days: int) -> bool:
    """Say whether a matter raised again withdraws its sign-off (反弹, domain.md 3.5)."""
    return signed_off_on <= raised_on <= signed_off_on + timedelta(days=window_days)
