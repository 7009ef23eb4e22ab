"""今天要看的: why a matter wants looking at today, in words; a reason is of the matter, never a person."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from rules.workdays import Calendar, is_workday


class Reason(StrEnum):
    """One reason to look at a matter, in the order in which they press."""

    OVERDUE = "已超期"
    DUE_SOON = "即将到期"
    REPEATED = "办结后再次反映"
    LETTER = "督办未了"
    RETURNED = "两次以上退回"
    DISPUTED = "管辖争议"
    HEARING = "听证未结束"
    UNDELIVERED = "答复未送达"
    HALF_TIME = "期限过半没有进展"
    LOOK_BACK = "回访到期"
    FIVE_ONES = "五个一未落实"
    UNTOUCHED = "久未更新"


@dataclass(frozen=True, slots=True)
class Why:
    """A reason with the words that make it concrete, as in 已超期 3 天（办理答复，11月19日到期）."""

    reason: Reason
    words: str


def soon(today: date, calendar: Calendar, *, workdays: int) -> date:
    """Name the last day that lies within so many working days from today."""
    day, left = today, workdays
    while left:
        day += timedelta(days=1)
        left -= is_workday(day, calendar)
    return day


def overdue(clock: str, due_on: date, *, today: date) -> Why:
    """Say by how many days a clock is over."""
    return Why(Reason.OVERDUE, f"{clock}已超期 {(today - due_on).days} 天（{due_on} 到期）")


def due_soon(clock: str, due_on: date, *, today: date) -> Why:
    """Say in how many days a clock ends."""
    days = (due_on - today).days
    when = "今天到期" if days == 0 else f"还有 {days} 天（{due_on} 到期）"
    return Why(Reason.DUE_SOON, f"{clock}{when}")


def half_time(clock: str, due_from: date) -> Why:
    """Say since when nothing was written although half the time is gone."""
    return Why(Reason.HALF_TIME, f"{clock}期限过半，{due_from} 以来没有进展记录")


def untouched(since: date, *, today: date) -> Why:
    """Say for how long nobody has touched it."""
    return Why(Reason.UNTOUCHED, f"{(today - since).days} 天没有更新（最近 {since}）")


def returned(times: int) -> Why:
    """Say how often units have sent it back."""
    return Why(Reason.RETURNED, f"已被退回 {times} 次")


def disputed(since: date) -> Why:
    """Say since when it waits to be told who has it: the common superior, else the meeting (§24)."""
    return Why(Reason.DISPUTED, f"{since} 报请确定管辖，待共同的上一级或联席会议确定（§24）")


def hearing(since: date, *, today: date) -> Why:
    """Say since when a hearing goes on, which stops the clock of a 复核 for as long."""
    return Why(Reason.HEARING, f"{since} 决定听证，{(today - since).days} 天没有登记结束")


def repeated(number: str, closed_on: date) -> Why:
    """Say which matter, ended before, it raises again."""
    return Why(Reason.REPEATED, f"原件 {number} 于 {closed_on} 办结后再次反映")


def undelivered(step: str, since: date, *, today: date) -> Why:
    """Say since when an opinion was given and not delivered: no time to go on begins before."""
    days = (today - since).days
    return Why(Reason.UNDELIVERED, f"{since} {step}，{days} 天没有登记送达")


def letter(rung: str, due_on: date | None, answered_on: date | None, *, today: date) -> Why:
    """Say that a letter of supervision waits to be sent, for its answer, or to be ended."""
    if answered_on is not None:
        return Why(Reason.LETTER, f"{rung} {answered_on} 已答复，核对后结束")
    if due_on is None:
        return Why(Reason.LETTER, f"{rung}已起草，核对后发出")
    if today > due_on:
        return Why(Reason.LETTER, f"{rung}逾期 {(today - due_on).days} 天未答复（{due_on} 到期）")
    return Why(Reason.LETTER, f"{rung}待答复（{due_on} 到期）")


def five_ones(lacking: str) -> Why:
    """Say what its duty lacks."""
    return Why(Reason.FIVE_ONES, f"包案 {lacking}")


def look_back(kind: str, due_on: date, *, today: date) -> Why:
    """Say which look back is due since when."""
    late = f"，已过 {(today - due_on).days} 天" if today > due_on else ""
    return Why(Reason.LOOK_BACK, f"{kind} {due_on} 到期{late}")
