"""Clocks: which limits of the regulation run for a matter, since when, until when (domain.md 1.2).

All limits are days of the calendar but those of objection and of 简易办理, which are
working days. How one is counted stands in rules/limits.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from rules.case_terms import Clock, Light, Route
from rules.errors import Problem
from rules.limits import Due, Extension, Pause, Terms, due
from rules.terms import CaseState, Purpose


@dataclass(frozen=True, slots=True)
class ClockRule:
    """What a clock runs from, how long by which parameter, and the clause that says so.

    A clock that is a `right` lapses when it ends and makes nobody late.
    """

    starts: str
    days: str
    clause: str
    workdays: bool = False
    right: bool = False


RULES: dict[Clock, ClockRule] = {
    Clock.TRANSFER: ClockRule("收到", "transfer_days", "《信访工作条例》§22"),
    Clock.NOTICE_DIRECT: ClockRule("收到", "notify_days", "《信访工作条例》§23"),
    Clock.NOTICE: ClockRule("收到转送交办", "notify_days", "《信访工作条例》§23"),
    Clock.OBJECTION: ClockRule(
        "收到转送交办", "objection_workdays", "《信访工作条例》§23", workdays=True, right=True
    ),
    Clock.ASSIGNED: ClockRule("交办", "", "《信访工作条例》§22"),
    Clock.HANDLING: ClockRule("受理", "handle_days", "《信访工作条例》§34"),
    Clock.REVIEW_REQUEST: ClockRule(
        "收到处理意见", "review_request_days", "《信访工作条例》§35", right=True
    ),
    Clock.REVIEW: ClockRule("收到复查请求", "review_answer_days", "《信访工作条例》§35"),
    Clock.RECHECK_REQUEST: ClockRule(
        "收到复查意见", "recheck_request_days", "《信访工作条例》§36", right=True
    ),
    Clock.RECHECK: ClockRule("收到复核请求", "recheck_answer_days", "《信访工作条例》§36"),
    Clock.SIMPLE_ACCEPT: ClockRule(
        "收到", "simple_accept_workdays", "《信访事项简易办理办法》", workdays=True
    ),
    Clock.SIMPLE_ANSWER: ClockRule(
        "受理", "simple_answer_workdays", "《信访事项简易办理办法》", workdays=True
    ),
    Clock.SIMPLE_FORWARD: ClockRule(
        "收到", "simple_forward_workdays", "2016年试行办法", workdays=True
    ),
    Clock.ADVICE: ClockRule("发出建议", "advice_answer_days", "《信访工作条例》§40"),
}


# Parameters by which a running clock is told anew when they change.
PARAMETERS = frozenset({*(rule.days for rule in RULES.values()), "deadline_roll_holiday"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the clocks of one matter follow from: each starting event is a date of its own.

    The dates are those of the present round; what lay before a reopening stands in the
    steps. `direct` says that the unit received the matter itself, with no transfer;
    `moved_on` is the day of the step that brought it where it stands.
    """

    state: CaseState
    purpose: Purpose | None = None
    route: Route | None = None
    simple: bool = False
    direct: bool = False
    received_on: date | None = None
    forwarded_on: date | None = None
    assigned_until: date | None = None
    notified_on: date | None = None
    objected_on: date | None = None
    accepted_on: date | None = None
    extensions: tuple[Extension, ...] = ()
    answered_on: date | None = None
    delivered_on: date | None = None
    review_requested_on: date | None = None
    review_answered_on: date | None = None
    review_delivered_on: date | None = None
    recheck_requested_on: date | None = None
    recheck_answered_on: date | None = None
    recheck_delivered_on: date | None = None
    pauses: tuple[Pause, ...] = ()
    advised_on: date | None = None
    advice_answered_on: date | None = None
    declined_on: date | None = None
    closed_on: date | None = None
    moved_on: date | None = None

    @property
    def way(self) -> Route:
        """The route chosen, else the one the purpose tells, else that of §31(6), the strictest."""
        if self.route is not None:
            return self.route
        by_purpose = {Purpose.ADVICE: Route.ADVICE, Purpose.ACCUSATION: Route.ACCUSATION}
        return by_purpose.get(self.purpose, Route.HANDLING) if self.purpose else Route.HANDLING


@dataclass(frozen=True, slots=True)
class Reading:
    """One clock of a matter: since when, until when, and where it stands today."""

    clock: Clock
    started_on: date
    due: Due
    ended_on: date | None
    light: Light

    @property
    def rule(self) -> ClockRule:
        """Its limit and clause."""
        return RULES[self.clock]

    @property
    def running(self) -> bool:
        """Whether it still runs."""
        return self.ended_on is None

    @property
    def late(self) -> bool:
        """Whether it ended, or stands, after its last day; a right is never late."""
        return self.light is Light.OVERDUE


def readings(facts: Facts, terms: Terms, *, today: date) -> list[Reading]:
    """List the clocks of a matter in the order they began: those that run, and those that ended.

    A merged one has none: those of the case that is kept are the matter's.
    """
    if facts.state is CaseState.MERGED:
        return []
    ended = facts.closed_on or facts.declined_on
    near = terms.days("near_due_days", on=today)
    found = []
    for clock, start, end in _spans(facts):
        rule = RULES[clock]
        if clock is Clock.ASSIGNED:
            assert facts.assigned_until is not None
            line = f"交办时指定 {facts.assigned_until} 前办结"
            limit = Due(facts.assigned_until, facts.assigned_until, (line,))
        else:
            limit = due(
                start,
                terms.days(rule.days, on=start),
                terms=terms,
                starts=rule.starts,
                workdays=rule.workdays,
                extensions=facts.extensions if clock is Clock.HANDLING else (),
                pauses=[p for p in facts.pauses if p.since >= start]
                if clock is Clock.RECHECK
                else (),
            )
        # 三项建议 may be given when the matter is closed already, and are answered all the same.
        outlasts = clock is Clock.ADVICE and facts.state is CaseState.CLOSED
        stop = end or (None if outlasts else ended)
        if rule.right and stop is None and limit.on is not None and today > limit.on:
            stop = limit.on  # the right has lapsed
        found.append(Reading(clock, start, limit, stop, _light(limit, rule, stop, today, near)))
    return found


def _light(limit: Due, rule: ClockRule, stop: date | None, today: date, near: int) -> Light:
    if limit.on is None:
        return Light.PAUSED
    if rule.right:
        return Light.NORMAL
    if (stop or today) > limit.on:
        return Light.OVERDUE
    if stop is None and (limit.on - today).days <= near:
        return Light.NEAR
    return Light.NORMAL


_BACK = (CaseState.RETURNED, CaseState.DISPUTED)
_Span = tuple[Clock, date, date | None]


def _spans(facts: Facts) -> list[_Span]:
    """List each clock that has begun, when, and what ended it; None for nothing yet."""
    f = facts
    taken = _first(f.accepted_on, f.answered_on)
    told = _first(f.notified_on, f.objected_on, taken)
    spans: list[tuple[Clock, date | None, date | None]] = []
    # What a unit has sent back waits to be passed on again, on the clock it began with.
    passed = None if f.state in _BACK else f.forwarded_on
    if f.direct:
        spans.append((Clock.NOTICE_DIRECT, f.received_on, _first(f.notified_on, taken)))
    else:
        spans.append((Clock.TRANSFER, f.received_on, _first(passed, taken)))
    if f.simple:
        if not f.direct:
            spans.append((Clock.SIMPLE_FORWARD, f.received_on, _first(f.forwarded_on, taken)))
        spans.append((Clock.SIMPLE_ACCEPT, f.received_on, taken))
    spans += [
        (Clock.NOTICE, f.forwarded_on, told),
        (Clock.OBJECTION, f.forwarded_on, _first(f.objected_on, taken)),
    ]
    if f.assigned_until is not None:
        spans.append((Clock.ASSIGNED, f.forwarded_on, f.answered_on))
    if f.way is Route.HANDLING:
        clock = Clock.SIMPLE_ANSWER if f.simple else Clock.HANDLING
        spans.append((clock, f.accepted_on, f.answered_on))
        spans += [
            (Clock.REVIEW_REQUEST, f.delivered_on, f.review_requested_on),
            (Clock.REVIEW, f.review_requested_on, f.review_answered_on),
            (Clock.RECHECK_REQUEST, f.review_delivered_on, f.recheck_requested_on),
            (Clock.RECHECK, f.recheck_requested_on, f.recheck_answered_on),
        ]
    spans.append((Clock.ADVICE, f.advised_on, f.advice_answered_on))
    return [(clock, start, end) for clock, start, end in spans if start is not None]


def _first(*days: date | None) -> date | None:
    return min((day for day in days if day is not None), default=None)


# What must have a date for the clock of a state to run.
_STARTING = {
    CaseState.FORWARDED: ("forwarded_on", "转送日期未填，告知和异议期限无法计算"),
    CaseState.ACCEPTED: ("accepted_on", "受理日期未填，办理期限无法计算"),
    CaseState.ANSWERED: ("delivered_on", "送达日期未填，申请复查的期限不能起算"),
    CaseState.REVIEWED: ("review_delivered_on", "复查意见送达日期未填，申请复核的期限不能起算"),
    CaseState.IN_REVIEW: ("review_requested_on", "申请复查日期未填，复查期限无法计算"),
    CaseState.IN_RECHECK: ("recheck_requested_on", "申请复核日期未填，复核期限无法计算"),
}


def missing_starts(facts: Facts) -> list[str]:
    """Say which clock cannot run because the event it starts from has no date."""
    name, message = _STARTING.get(
        facts.state, ("received_on", "收到日期未填，登记转送期限无法计算")
    )
    return [] if getattr(facts, name) is not None else [message]


def nearest(found: Iterable[Reading]) -> Reading | None:
    """Pick the running clock that ends first; a right makes nobody late and is passed over.

    One that is paused counts only where no other runs.
    """
    duties = [each for each in found if each.running and not each.rule.right]
    dated = [each for each in duties if each.due.on is not None]
    if dated:
        return min(dated, key=lambda each: (each.due.on, each.clock.value))
    return duties[0] if duties else None


def limit_on(found: Iterable[Reading]) -> date | None:
    """Name the last day to answer in this round (限办截止), running or over; None without acceptance.

    What no handling limit binds is bound by the day it was handed over with.
    """
    due = {each.clock: each.due.on for each in found}
    clocks = (Clock.HANDLING, Clock.SIMPLE_ANSWER, Clock.ASSIGNED)
    return next((due[clock] for clock in clocks if clock in due), None)


def half_on(reading: Reading) -> date | None:
    """Name the last day on which no more than half of a limit has passed (domain.md 1.7)."""
    if reading.due.on is None:
        return None
    return reading.started_on + (reading.due.on - reading.started_on) // 2


def light(due_on: date | None, *, paused: bool, today: date, near_days: int) -> Light:
    """Tell the light of a matter from its nearest due date; the last day itself is not late."""
    if due_on is None:
        return Light.PAUSED if paused else Light.NORMAL
    if today > due_on:
        return Light.OVERDUE
    return Light.NEAR if (due_on - today).days <= near_days else Light.NORMAL


def due_span(wanted: Light, *, today: date, near_days: int) -> tuple[date | None, date | None]:
    """Return the first and last due date of a light told by one; None is an open end."""
    match wanted:
        case Light.OVERDUE:
            return None, today - timedelta(days=1)
        case Light.NEAR:
            return today, today + timedelta(days=near_days)
        case Light.NORMAL:
            return today + timedelta(days=near_days + 1), None
    raise ValueError(f"{wanted} is told by no date")


def extension_problems(facts: Facts, days: int | None, *, terms: Terms, on: date) -> list[Problem]:
    """List what forbids adding `days` to the handling limit on the day `on` (§34)."""
    found = []
    reading = next(
        (r for r in readings(facts, terms, today=on) if r.clock is Clock.HANDLING and r.running),
        None,
    )
    if reading is None:
        return [Problem("days", "没有正在计算的办理期限，不能延期")]
    most = terms.days("extend_days", on=reading.started_on)
    used = sum(each.days for each in facts.extensions)
    if days is None or days < 1:
        found.append(Problem("days", "请填写延期天数"))
    elif used + days > most:
        already = f"，已延 {used} 日" if used else ""
        found.append(Problem("days", f"延期合计不得超过 {most} 日（§34）{already}"))
    assert reading.due.on is not None
    if on > reading.due.on:
        message = f"办理期限 {reading.due.on} 已过，期满之后不能再延期"
        found.append(Problem("happened_on", message))
    return found
