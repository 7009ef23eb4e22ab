"""How findings about a roster are said: who, when, short by how much, by which clause."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta

from rules.reception_rules import Cover, Duty
from rules.reception_terms import Counting, Per, RoleGroup
from rules.receptions import Leave, Place, Receiver, ReceivingUnit, ReceptionRule

_WEEKDAYS = "一二三四五六日"
_QUARTERS = "一二三四"
_GROUPS = {
    RoleGroup.ALL: "领导",
    RoleGroup.PRINCIPALS: "党政主要领导",
    RoleGroup.OTHERS: "其他领导",
}
_DONE = {Counting.PLANNED: "已排", Counting.HELD: "实到"}


def day(on: date) -> str:
    """Say a day with its weekday, as 2026年6月3日（星期三）."""
    return f"{_date(on)}（星期{_WEEKDAYS[on.weekday()]}）"


def span(first: date, last: date) -> str:
    """Say days from one to another; a single day with its weekday."""
    if first == last:
        return day(first)
    end = _date(last) if last.year != first.year else f"{last.month}月{last.day}日"
    return f"{_date(first)}至{end}"


def period(first: date, last: date, per: Per) -> str:
    """Say a period by its name, and a week by its days."""
    if per is Per.MONTH:
        return f"{first.year}年{first.month}月"
    if per is Per.QUARTER:
        return f"{first.year}年第{_QUARTERS[(first.month - 1) // 3]}季度"
    return span(first, last)


def runs(days: Iterable[date]) -> Iterator[tuple[date, ...]]:
    """Part days into runs that follow one another without a gap."""
    run: list[date] = []
    for each in sorted(days):
        if run and each - run[-1] != timedelta(days=1):
            yield tuple(run)
            run = []
        run.append(each)
    if run:
        yield tuple(run)


def person(receiver: Receiver) -> str:
    """Say a leader with his post."""
    return f"{receiver.name}（{receiver.post}）" if receiver.post else receiver.name


def people(receivers: Iterable[Receiver]) -> str:
    """Say leaders by name, in their order."""
    return "、".join(each.name for each in sorted(receivers, key=lambda each: each.position))


def group(rule: ReceptionRule, unit: ReceivingUnit | None) -> str:
    """Say whose leaders a rule binds, as 县党政主要领导 or 桃源镇领导."""
    return f"{unit.name if unit else rule.level.label}{_GROUPS[rule.group]}"


def by_rule(rule: ReceptionRule) -> str:
    """Say a rule with its clause, to stand behind a sentence."""
    return f"（{rule.name}，{rule.clause}）" if rule.clause else f"（{rule.name}）"


def uncovered(cover: Cover, days: Sequence[date], present: int, counting: Counting) -> str:
    """Say that days lack leaders, all of them by the same number."""
    each = "每天" if len(days) > 1 else ""
    where = "在接访中心" if cover.rule.at_centre else ""
    return (
        f"{span(days[0], days[-1])}{each}应有 {cover.needed} 名{group(cover.rule, cover.unit)}"
        f"{where}接访，{_DONE[counting]} {present} 名，差 {cover.needed - present} 名"
        f"{by_rule(cover.rule)}"
    )


def short(duty: Duty, done: int, counting: Counting) -> str:
    """Say that a leader gave fewer days than he owes in a period."""
    return (
        f"{person(duty.receiver)}在{period(duty.first, duty.last, duty.rule.per)}"
        f"应接访 {duty.owed} 天，{_DONE[counting]} {done} 天，差 {duty.owed - done} 天"
        f"{by_rule(duty.rule)}"
    )


def nobody(rule: ReceptionRule, unit: ReceivingUnit | None) -> str:
    """Say that a rule has no leader who could keep it."""
    return f"没有在任的{group(rule, unit)}，无法执行规则{by_rule(rule)}，请先补录领导"


def twice(receiver: Receiver, on: date, turns: int, places: Collection[str]) -> str:
    """Say that a leader stands on one day's roster more than once."""
    where = f"（{'、'.join(places)}）" if places else ""
    return f"{person(receiver)}在{day(on)}排了 {turns} 次{where}，同一天只能排一次"


def overfull(place: Place, on: date, receivers: Sequence[Receiver], count: int) -> str:
    """Say that more leaders are at a place than it holds."""
    who = f"：{people(receivers)}" if receivers else ""
    return (
        f"{place.name}在{day(on)}排了 {count} 名领导，最多 {place.capacity} 名，"
        f"多 {count - place.capacity} 名{who}"
    )


def on_leave(receiver: Receiver, on: date, leave: Leave) -> str:
    """Say that a leader is on the roster while away."""
    reason = f"，{leave.reason}" if leave.reason else ""
    return (
        f"{person(receiver)}在{day(on)}已请假（{span(leave.first, leave.last)}{reason}），不能接访"
    )


def out_of_term(receiver: Receiver, on: date) -> str:
    """Say that a leader is on the roster while not in office; who left on no known day just left."""
    if receiver.term_from and on < receiver.term_from:
        why = f"{_date(receiver.term_from)}才到任"
    elif receiver.term_to and receiver.term_to > date.min:
        why = f"{_date(receiver.term_to)}起不再任职"
    else:
        why = "已不在任"
    return f"{person(receiver)}不能在{day(on)}接访：{why}"


def day_off(receiver: Receiver, on: date) -> str:
    """Say that a leader is on the roster of a day off that no rule asks cover for."""
    return f"{person(receiver)}排在{day(on)}，当天休息，也没有要求每天接访的规则"


def overused(receiver: Receiver, turns: int, expected: float) -> str:
    """Say that a leader has far more turns than the others would let expect."""
    return (
        f"{person(receiver)}排了 {turns} 次，按其他领导的平均应为 {expected:.1f} 次，请核对是否过多"
    )


def unknown_year(year: int) -> str:
    """Say that a year's holidays are not known."""
    return f"{year} 年的节假日和调休尚未录入，暂按周一至周五上班计算，录入后请重新审核"


def _date(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"
