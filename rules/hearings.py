"""听证: the days of a hearing, their order, and the limits a county sets for them (domain.md 1.8)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from rules.errors import Problem
from rules.limits import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """A hearing by its days: asked for where somebody did, decided, told to the parties, held."""

    decided_on: date
    asked_on: date | None = None
    notified_on: date | None = None
    held_on: date | None = None


def hearing_of(decided_on: date, values: Mapping[str, object]) -> Hearing:
    """Return the hearing that a step tells of; its days are dates, or text as the store keeps them."""
    days = {
        name: date.fromisoformat(value) if isinstance(value, str) else value
        for name in ("asked_on", "notified_on", "held_on")
        if isinstance(value := values.get(name), str | date)
    }
    return Hearing(decided_on=decided_on, **days)


def order_problems(hearing: Hearing) -> list[Problem]:
    """List the days that lie on the wrong side of one another."""
    found = []
    decided, asked, held = hearing.decided_on, hearing.asked_on, hearing.held_on
    if asked is not None and asked > decided:
        found.append(Problem("asked_on", f"申请听证日期 {asked} 晚于决定日期 {decided}"))
    if held is None:
        return found
    if held < decided:
        found.append(Problem("held_on", f"听证日期 {held} 早于决定日期 {decided}"))
    if hearing.notified_on is not None and hearing.notified_on > held:
        message = f"告知日期 {hearing.notified_on} 晚于听证日期 {held}"
        found.append(Problem("notified_on", message))
    return found


def lapses(hearing: Hearing, terms: Terms) -> list[str]:
    """Say which limits a hearing does not keep; they differ from place to place and refuse nothing."""
    found = []
    decided, asked, held = hearing.decided_on, hearing.asked_on, hearing.held_on
    if asked is not None:
        days = terms.days("hearing_decide_days", on=asked)
        if decided > asked + timedelta(days=days):
            found.append(f"{asked} 申请听证，应在 {days} 日内决定，{decided} 才决定")
    if held is None:
        return found
    days = terms.days("hearing_days", on=decided)
    if held > decided + timedelta(days=days):
        found.append(f"{decided} 决定听证，应在 {days} 日内举行，定在 {held}")
    days = terms.days("hearing_notice_days", on=decided)
    if hearing.notified_on is not None and hearing.notified_on > held - timedelta(days=days):
        ahead = (held - hearing.notified_on).days
        found.append(f"听证应提前 {days} 日告知，{hearing.notified_on} 告知只提前 {ahead} 日")
    return found
