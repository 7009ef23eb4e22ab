"""One line said in a meeting read as a decision: who, by when, what."""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from rules.numerals import chinese_number
from rules.units import normalise_name
from rules.workdays import Calendar, workdays_after

_SEPARATORS = " \t\u3000,\uff0c;\uff1b:\uff1a、.。"
# Signs inside the words stay as they were typed; only what days are read from is folded.
_DIGIT = str.maketrans(
    "\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19\uff0e\uff0f\uff0d",
    "0123456789./-",
)
_AND = "、,\uff0c和及与/"
# Of a name elsewhere than at the beginning so many characters are needed: 县局 is in many words.
_LEAST = 3
_NUMERAL = "[0-9〇零一二三四五六七八九十]{1,3}"
_BY = r"(?:\s*(?:之前|以前|前|内|止))?"
_LEAD = r"(?:请?(?:在|于|至|到)\s*)?"
_DAY = re.compile(
    _LEAD + rf"(?:(?P<year>20[0-9]{{2}}|今|明|本)年)?(?P<month>{_NUMERAL})月"
    rf"(?:(?P<end>底|末)|(?P<part>[上中下])旬|(?P<day>{_NUMERAL})[日号]?)" + _BY
)
_DIGITS = re.compile(
    _LEAD + r"(?<![0-9])(?P<year>20[0-9]{2})[-./](?P<month>[0-9]{1,2})[-./](?P<day>[0-9]{1,2})"
    r"(?![0-9])" + _BY
)
_SHORT = re.compile(
    _LEAD + r"(?<![0-9.\-/])(?P<month>[0-9]{1,2})[-./](?P<day>[0-9]{1,2})(?![0-9.\-/])"
    r"(?:\s*(?:之前|以前|前)|(?=\s|$))"
)
_SOON = re.compile(_LEAD + r"(?P<word>今天|当天|明天|后天|大后天)" + _BY)
_WEEK = re.compile(
    _LEAD + r"(?P<which>本|这|下)(?:周|星期|礼拜)(?P<day>[一二三四五六日天末])" + _BY
)
_MONTH_DAY = re.compile(
    _LEAD + rf"(?P<which>本|这个?|下个?)月(?:(?P<end>底|末)|(?P<day>{_NUMERAL})[日号])" + _BY
)
_END = re.compile(_LEAD + r"(?P<which>月|年)(?:底|末)" + _BY)
_WITHIN = re.compile(
    rf"(?P<count>{_NUMERAL}|两|半)\s*(?P<unit>个?工作日|个?自然日|天|日|周|个?星期|个?月)(?:之内|以内|内)"
)
_SOON_DAYS = {"今天": 0, "当天": 0, "明天": 1, "后天": 2, "大后天": 3}
_WEEKDAYS = {c: i for i, c in enumerate("一二三四五六")} | {"日": 6, "天": 6, "末": 6}
_TEN_DAYS = {"上": 10, "中": 20, "下": 31}


@dataclass(frozen=True, slots=True)
class ReadLine:
    """What a line was understood as; a part that was not stays empty, for a person to fill."""

    unit_ids: tuple[int, ...]
    due_on: date | None
    text: str


def read_line(
    line: str, units: Mapping[str, int], *, held_on: date, calendar: Calendar
) -> ReadLine:
    """Read 县住建局 12月5日前 拿出整改方案; `units` are normalised names and aliases.

    Whoever is named first has it, further names follow directly (县住建局、县财政局). A day
    without a year is the next such day from `held_on` on, and counts as the last that is in
    time. Never raises.
    """
    rest = " ".join(line.translate(_DIGIT).split())
    due_on, rest = _day(rest, held_on, calendar)
    unit_ids, rest = _units(rest, units)
    return ReadLine(unit_ids, due_on, rest.strip(_SEPARATORS))


def _units(text: str, units: Mapping[str, int]) -> tuple[tuple[int, ...], str]:
    longest = max(map(len, units), default=0)
    found: list[int] = []
    at = start = len(text) - len(text.lstrip(_SEPARATORS))
    while (end := _name_at(text, at, units, longest)) is not None:
        found.append(units[normalise_name(text[at:end])])
        at = end
        following = len(text) - len(text[at:].lstrip(" "))
        if text[following : following + 1] in set(_AND):
            following += 1
            following += len(text[following:]) - len(text[following:].lstrip(" "))
            if _name_at(text, following, units, longest) is not None:
                at = following
                continue
        break
    if found:
        return tuple(dict.fromkeys(found)), f"{text[:start]}{text[at:]}"
    for place in range(len(text)):
        end = _name_at(text, place, units, longest)
        if end is not None and end - place >= _LEAST:
            before = text[:place].rstrip(" ").removesuffix("由").removesuffix("请")
            return (units[normalise_name(text[place:end])],), f"{before}{text[end:]}"
    return (), text


def _name_at(text: str, at: int, units: Mapping[str, int], longest: int) -> int | None:
    """Return where the longest name that begins at `at` ends; a space parts names."""
    if text[at : at + 1].isspace():
        return None
    for end in range(min(len(text), at + longest), at + 1, -1):
        if not text[end - 1].isspace() and normalise_name(text[at:end]) in units:
            return end
    return None


def _day(text: str, held_on: date, calendar: Calendar) -> tuple[date | None, str]:
    """Take the first day that is written out of the text."""
    readers = (*_READERS, (_WITHIN, partial(_within, calendar=calendar)))
    found = [
        (match.start(), -match.end(), match, read)
        for pattern, read in readers
        for match in pattern.finditer(text)
    ]
    for _start, _end, match, read in sorted(found, key=lambda each: each[:2]):
        day = read(match, held_on)
        if day is not None:
            return day, f"{text[: match.start()]} {text[match.end() :]}".strip()
    return None, text


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else chinese_number(text)


def _made(year: int, month: int | None, day: int | None) -> date | None:
    try:
        return date(year, month or 0, day or 0)
    except ValueError:
        return None


def _last(year: int, month: int) -> int:
    return monthrange(year, month)[1]


def _next(month: int | None, day: int | None, held_on: date) -> date | None:
    """The next such day from the meeting on; 2月29日 may be years ahead."""
    for year in range(held_on.year, held_on.year + 5):
        found = _made(year, month, day)
        if found is not None and found >= held_on:
            return found
    return None


def _written(match: re.Match[str], held_on: date) -> date | None:
    month, year = _number(match["month"]), match["year"]
    if month is None or not 1 <= month <= 12:
        return None
    said = {"今": held_on.year, "本": held_on.year, "明": held_on.year + 1}
    known = said.get(year) or int(year) if year else None
    if match["day"]:
        day = _number(match["day"])
        return _made(known, month, day) if known else _next(month, day, held_on)
    wanted = 31 if match["end"] else _TEN_DAYS[match["part"]]
    for each in [known] if known else (held_on.year, held_on.year + 1):
        found = _made(each, month, min(wanted, _last(each, month)))
        if known or (found and found >= held_on):
            return found
    return None


def _in_digits(match: re.Match[str], _held_on: date) -> date | None:
    return _made(int(match["year"]), int(match["month"]), int(match["day"]))


def _short(match: re.Match[str], held_on: date) -> date | None:
    return _next(int(match["month"]), int(match["day"]), held_on)


def _soon(match: re.Match[str], held_on: date) -> date | None:
    return held_on + timedelta(days=_SOON_DAYS[match["word"]])


def _week(match: re.Match[str], held_on: date) -> date | None:
    monday = held_on - timedelta(days=held_on.weekday())
    weeks = 1 if match["which"] == "下" else 0
    return monday + timedelta(days=_WEEKDAYS[match["day"]], weeks=weeks)


def _of_month(match: re.Match[str], held_on: date) -> date | None:
    months = held_on.year * 12 + held_on.month - 1 + (match["which"][0] == "下")
    year, month = months // 12, months % 12 + 1
    return _made(year, month, _last(year, month) if match["end"] else _number(match["day"]))


def _end_of(match: re.Match[str], held_on: date) -> date | None:
    month = held_on.month if match["which"] == "月" else 12
    return date(held_on.year, month, _last(held_on.year, month))


def _within(match: re.Match[str], held_on: date, *, calendar: Calendar) -> date | None:
    """So long after the day of the meeting, which counts for nothing itself; half a month is 15 days."""
    unit = match["unit"].removeprefix("个")
    if match["count"] == "半":
        return held_on + timedelta(days=15) if unit == "月" else None
    count = _number(match["count"])
    if not count:
        return None
    if unit == "工作日":
        return workdays_after(held_on, count, calendar)[-1]
    if unit in ("周", "星期"):
        return held_on + timedelta(weeks=count)
    if unit == "月":
        year, month = divmod(held_on.year * 12 + held_on.month - 1 + count, 12)
        return date(year, month + 1, min(held_on.day, _last(year, month + 1)))
    return held_on + timedelta(days=count)


_READERS = (
    (_DAY, _written),
    (_DIGITS, _in_digits),
    (_SHORT, _short),
    (_SOON, _soon),
    (_WEEK, _week),
    (_MONTH_DAY, _of_month),
    (_END, _end_of),
)
