"""The days a report names, held against those of a snapshot: its own, those before, or others."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum

from rules.periods import Days, calendar_days


class When(Enum):
    """Whose days are meant; what a snapshot knows nothing of is of others."""

    OURS = "ours"
    YEAR = "year"
    BEFORE = "before"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Mention:
    """Days named in a text; `until` that it tells how things stood at their end.

    `sure` is False where a part or the whole of a year may be meant, as by 去年 in a half-year.
    """

    at: tuple[int, int]
    when: When
    sure: bool = True
    until: bool = False


_MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_TO = r"\s{0,2}(?:[—–―－~～-]{1,2}|至|到)\s{0,2}"
_NAMED = re.compile(
    r"(?P<until>截[至止]到?)?(?:(?P<year>(?<!\d)[12]\d{3})\s?年度?|(?P<near>[今去上前本当])年度?)?(?:以来|的)?\s{0,2}(?:"
    rf"(?<!\d)(?P<first>{_MONTH})月?份?{_TO}(?P<last>{_MONTH})月份?(?!\d)"
    rf"|(?<!\d)(?P<month>{_MONTH})月(?P<day>{_DAY})日(?:{_TO}(?:(?P<on>{_MONTH})月)?(?P<end>{_DAY})日)?"
    rf"|(?<!\d)(?P<only>{_MONTH})月(?:份|底|末)?(?!\d)"
    r"|(?P<half>[上下])半年|第?(?P<quarter>[一二三四1-4])季度|(?P<same>同期)|(?P<full>全年)"
    r"|(?P<word>(?<=年)|本期|上期|本月|当月|上月|本季度?|上季度?)"
    r"|(?P<other>前年|年[初底末]|月[初底末]|[上中下]旬|[上本当]周|[昨今当][日天]|近[日期]|历年|往年"
    r"|近[一二两三四五六七八九十\d]+(?:年|个月|周|天)))"
)
_NUMERALS = {numeral: at for at, numeral in enumerate("零一二三四五六七八九十")} | {
    "十一": 11,
    "十二": 12,
}
_OF_KIND = {"月": "month", "季": "quarter"}


def mentions(text: str, days: Days) -> Iterator[Mention]:
    """Find the days named in a sentence; a month after another year's is nobody can tell whose."""
    year = days.last.year
    for match in _NAMED.finditer(text):
        if not match[0].strip():
            continue
        told = _year(match, days)
        year = told if told is not None else year
        when, sure = _when(match, days, told, year)
        until = match["until"] is not None
        if until and when is When.OTHER and _ends(match, days, year):
            when = When.OURS
        yield Mention(match.span(), when, sure, until)


def _year(match: re.Match[str], days: Days) -> int | None:
    if match["year"]:
        return int(match["year"])
    back = {"今": 0, "本": 0, "当": 0, "去": 1, "上": 1, "前": 2}
    return days.last.year - back[match["near"]] if match["near"] else None


def _when(match: re.Match[str], days: Days, told: int | None, year: int) -> tuple[When, bool]:
    if match["same"]:
        return (When.YEAR if told in (None, days.last.year - 1) else When.OTHER), True
    if match["other"]:
        return When.OTHER, True
    if word := match["word"]:
        return _by_word(word, days), True
    if told is None and year != days.last.year:
        return When.OTHER, True
    if match["word"] == "":
        return _of_year(year, days, near=bool(match["near"]))
    found = _days(match, year)
    known = {When.OURS: days, When.YEAR: days.year_before(), When.BEFORE: days.before()}
    for when, each in known.items():
        if found == (each.first, each.last):
            return when, True
    return When.OTHER, True


def _by_word(word: str, days: Days) -> When:
    ours = word[0] in "本当"
    if word[1] != "期" and _OF_KIND[word[1]] != days.kind:
        return When.OTHER
    return When.OURS if ours else When.BEFORE


def _of_year(year: int, days: Days, *, near: bool) -> tuple[When, bool]:
    """A year by itself: the snapshot's from its first day on, 去年 its same days or all of it."""
    whole = (days.first.month, days.first.day) == (1, 1)
    full = whole and (days.last.month, days.last.day) == (12, 31)
    if whole and year == days.last.year == days.first.year:
        return When.OURS, True
    if year == days.last.year - 1 and (full or near):
        return When.YEAR, full
    return When.OTHER, True


def _days(match: re.Match[str], year: int) -> tuple[date, date] | None:
    """The days meant in a year, None for what is no date."""
    if match["full"]:
        return _ends_of(calendar_days(date(year, 1, 1), "year"))
    if match["half"]:
        return _ends_of(calendar_days(date(year, 1 if match["half"] == "上" else 7, 1), "half"))
    if match["quarter"]:
        first = date(year, _number(match["quarter"]) * 3 - 2, 1)
        return _ends_of(calendar_days(first, "quarter"))
    if match["first"]:
        first, last = (date(year, _number(match[each]), 1) for each in ("first", "last"))
        return first, calendar_days(last, "month").last
    if match["only"]:
        return _ends_of(calendar_days(date(year, _number(match["only"]), 1), "month"))
    try:
        first = date(year, _number(match["month"]), int(match["day"]))
        if not match["end"]:
            return first, first
        return first, date(year, _number(match["on"] or match["month"]), int(match["end"]))
    except ValueError:
        return None


def _ends(match: re.Match[str], days: Days, year: int) -> bool:
    """Whether what it tells up to is the last of the snapshot's days."""
    if match["other"] or match["word"] is not None or match["same"]:
        return False
    found = _days(match, year)
    return found is not None and found[1] == days.last


def _ends_of(days: Days) -> tuple[date, date]:
    return days.first, days.last


def _number(text: str) -> int:
    return _NUMERALS[text] if text in _NUMERALS else int(text)
