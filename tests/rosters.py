"""Leaders, calendars and rosters as tests of reception need them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import chinese_calendar

from rules.reception_defaults import DEFAULT_RULES
from rules.reception_terms import Body, Level, Rank
from rules.receptions import (
    Basis,
    Leave,
    Place,
    Receiver,
    ReceivingUnit,
    ReceptionRule,
    SpecialPeriod,
    Turn,
)
from rules.workdays import Calendar

CENTRE = Place(1, "县人民来访接待中心", 1, None, True)


@cache
def real_calendar(*years: int) -> Calendar:
    """The State Council's holidays and worked weekends of the years."""
    special = {}
    for year in years:
        for day in days(date(year, 1, 1), date(year, 12, 31)):
            if chinese_calendar.is_workday(day) != (day.weekday() < 5):
                special[day] = chinese_calendar.is_workday(day)
    return Calendar(special, frozenset(years))


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def leader(number: int, level: Level = Level.COUNTY, **changed: object) -> Receiver:
    """A deputy of the government named by his number, unless said otherwise."""
    values: dict[str, object] = {
        "name": f"领导{number}",
        "post": "副县长",
        "body": Body.GOVERNMENT,
        "rank": Rank.DEPUTY,
        "position": number,
    }
    return Receiver(id=number, level=level, **{**values, **changed})  # type: ignore[arg-type]


def county_leaders(count: int = 21) -> tuple[Receiver, ...]:
    """县委书记, 县长 and deputies, in their order."""
    return (
        leader(1, post="县委书记", body=Body.PARTY, rank=Rank.PRINCIPAL),
        leader(2, post="县长", rank=Rank.PRINCIPAL),
        *(leader(number) for number in range(3, count + 1)),
    )


def rules_of(*codes: str) -> tuple[ReceptionRule, ...]:
    """Default rules by code."""
    return tuple(rule for rule in DEFAULT_RULES if rule.code in codes)


COUNTY_RULES = rules_of("county_month", "county_special", "county_principals_special")


def basis(first: date, last: date, **changed: object) -> Basis:
    """A county's roster without special periods, by the default rules for its level."""
    values: dict[str, object] = {
        "rules": COUNTY_RULES,
        "receivers": county_leaders(),
        "calendar": real_calendar(*range(2022, 2027)),
        "places": (CENTRE,),
    }
    return Basis(first=first, last=last, **{**values, **changed})  # type: ignore[arg-type]


def turn(number: int, on: date, by: int, **changed: object) -> Turn:
    """A planned turn at the centre, unless said otherwise."""
    return Turn(**{"id": number, "on": on, "leader_id": by, "place_id": 1, **changed})  # type: ignore[arg-type]


def turns(booked: Iterable[tuple[date, int]]) -> list[Turn]:
    """Planned turns at the centre, numbered from 1."""
    return [turn(number, on, by) for number, (on, by) in enumerate(booked, start=1)]


CONGRESS = SpecialPeriod(1, "党的二十大期间", date(2022, 10, 1), date(2022, 10, 31))


def jiayin() -> tuple[Basis, list[Turn]]:
    """October 2022 as 嘉荫县 kept it (S2-17 to S2-21): 21 leaders, one each day, principals weekly."""
    first, last = CONGRESS.first, CONGRESS.last
    principals = {
        date(2022, 10, monday + offset): offset + 1
        for monday in (3, 10, 17, 24)
        for offset in (0, 1)
    }
    booked: list[tuple[date, int]] = list(principals.items())
    others = [day for day in days(first, last) if day not in principals]
    booked += [(day, 3 + number % 19) for number, day in enumerate(others)]
    return basis(first, last, specials=(CONGRESS,)), turns(sorted(booked))


def away(receivers: Sequence[Receiver], number: int, first: date, last: date) -> list[Receiver]:
    """The leaders, one of them on leave."""
    return [
        replace(each, leaves=(Leave(first, last, "外出学习"),)) if each.id == number else each
        for each in receivers
    ]


def township(number: int, count: int = 5) -> tuple[ReceivingUnit, tuple[Receiver, ...], Place]:
    """A township with its own leaders and its own hall."""
    unit = ReceivingUnit(100 + number, f"第{number}镇", Level.TOWNSHIP)
    leaders = tuple(
        leader(1000 * number + n, Level.TOWNSHIP, unit_id=unit.id, post="副镇长")
        for n in range(1, count + 1)
    )
    return unit, leaders, Place(unit.id, f"第{number}镇接访室", 3, unit.id)
