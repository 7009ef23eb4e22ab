"""Dates as people write them: every form a ledger was seen to hold, and how exact each is."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from rules.numerals import chinese_number, plain_digits
from rules.terms import Precision

BLANKS = frozenset(["", "/", "-", "--", "—", "——", "\\", "·"])
_EXCEL_ZERO = date(1899, 12, 30)
_SERIALS = range(17_000, 80_000)  # 1946 to 2119 counted in Excel's days
_YEARS = range(1900, 2101)
_TEN_DAYS = {"上": 1, "中": 11, "下": 21, "初": 1, "底": 21, "末": 21}

_TIME = (
    r"(?:[T\s]*(?:\(?(?:星期|周)[一二三四五六日天0-9]\)?)?\s*"
    r"(?:上午|下午|早上|晚上|中午|晚|AM|PM)?\s*"
    r"(?:[0-9]{1,2}[:时点][0-9:时分秒点.\s]*(?:AM|PM|Z)?)?\s*)$"
)
_YMD = r"([0-9]{4}|[0-9]{2})\s*[-./年、,]\s*([0-9]{1,2})\s*[-./月、,]\s*([0-9]{1,2})\s*[日号.]?"
_FULL = re.compile(_YMD + _TIME, re.IGNORECASE)
_RANGE = re.compile(_YMD + r"\s*(?:-+|—+|~|至|到)\s*[0-9][-./0-9年月日号\s]*$")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:\s*[0-9]{2}:?[0-9]{2}(?::?[0-9]{2})?)?$")
_COMPACT_MONTH = re.compile(r"([0-9]{4})([0-9]{2})$")
_PART = r"\s*(?:月?份?|月?([上中下])旬|月([初底末]))$"
_MONTH = re.compile(r"([0-9]{4}|[0-9]{2}(?=\s*年))\s*[-./年]\s*([0-9]{1,2})" + _PART)
_DAY_ONLY = re.compile(r"([0-9]{1,2})月\s*([0-9]{1,2})\s*[日号]?" + _TIME, re.IGNORECASE)
_DAY_SHORT = re.compile(r"([0-9]{1,2})[-./]([0-9]{1,2})$")
_MONTH_ONLY = re.compile(r"([0-9]{1,2})月(?:份?|([上中下])旬|([初底末]))$")
_COMPACT_DAY = re.compile(r"(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])$")
_YEAR_ONLY = re.compile(r"[0-9]{4}\s*年?$")
_NUMBER = re.compile(r"[0-9]{5}(?:\.[0-9]+)?$")
_VAGUE = re.compile(
    r"长期|持续|到期|月底|年底|月末|年末|待定|未定|不详|不明|未知|适时|近期|尽快|常年|多年|无"
)
_CHINESE = re.compile("[〇○零一二三四五六七八九十]+")


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """A date and how exactly it is known; at most one of `warning` and `problem` explains."""

    value: date | None
    precision: Precision
    raw: str
    warning: str | None = None
    problem: str | None = None


def from_number(number: float, raw: str) -> ParsedDate:
    """Read a number as an Excel day, as 20230405 or as 2023.4; 2023.1 may be October: a problem."""
    if number != number or abs(number) > 99_999_999:
        return _wrong(raw)
    if number == int(number):
        return _from_integer(int(number), raw)
    if int(number) in _YEARS:
        return _from_year_point_month(repr(float(number)), raw)
    return _from_serial(number, raw) if int(number) in _SERIALS else _wrong(raw)


def from_text(raw: str, *, year: int | None, today: date) -> ParsedDate:
    """Read one written date; a day without a year takes `year`, a two-digit year is of late."""
    text = plain_digits(raw).strip()
    if text in BLANKS:
        return ParsedDate(None, Precision.NONE, raw)
    if match := _FULL.match(text):
        return _whole(match, raw, today)
    if "年" in text or "月" in text:
        text = _CHINESE.sub(_arabic, text)
    return (
        _with_year(text, raw, today)
        or _without_year(text, raw, year)
        or _as_number(text, raw)
        or _vague(text, raw)
    )


def _with_year(text: str, raw: str, today: date) -> ParsedDate | None:
    if match := _FULL.match(text) or _COMPACT.match(text):
        return _whole(match, raw, today)
    if match := _RANGE.match(text):
        first = _whole(match, raw, today)
        note = f"“{raw}”是一段时间，按首日 {first.value} 读入" if first.value else None
        return ParsedDate(first.value, first.precision, raw, note, first.problem)
    if match := _MONTH.match(text):
        return _month(_century(match[1], today), int(match[2]), match[3] or match[4], raw)
    if (match := _COMPACT_MONTH.match(text)) and int(match[1]) in _YEARS:
        return _month(int(match[1]), int(match[2]), None, raw)
    return None


def _without_year(text: str, raw: str, year: int | None) -> ParsedDate | None:
    day = _DAY_ONLY.match(text) or _DAY_SHORT.match(text)
    # 1122 is a day of this year, 2011 is a year and no day.
    day = day or (None if text.isdigit() and int(text) in _YEARS else _COMPACT_DAY.match(text))
    month = _MONTH_ONLY.match(text)
    if not day and not month:
        return None
    if year is None:
        return _none(raw, problem=f"“{raw}”没有年份，标题里也没有，请补上年份")
    if day:
        return _day(year, int(day[1]), int(day[2]), raw)
    assert month
    return _month(year, int(month[1]), month[2] or month[3], raw)


def _as_number(text: str, raw: str) -> ParsedDate | None:
    return from_number(float(text), raw) if _NUMBER.match(text) else None


def _vague(text: str, raw: str) -> ParsedDate:
    if _YEAR_ONLY.match(text):
        return _none(raw, problem=f"“{raw}”只有年份，请写明月和日")
    if len(text) <= 20 and _VAGUE.search(text):
        return _none(raw, warning=f"“{raw}”不是具体日期，按日期不详处理")
    return _wrong(raw)


def _whole(match: re.Match[str], raw: str, today: date) -> ParsedDate:
    return _day(_century(match[1], today), int(match[2]), int(match[3]), raw)


def _century(digits: str, today: date) -> int:
    year = int(digits)
    if len(digits) > 2:
        return year
    return 2000 + year if 2000 + year <= today.year + 1 else 1900 + year


def _day(year: int, month: int, day: int, raw: str) -> ParsedDate:
    try:
        return ParsedDate(date(year, month, day), Precision.DAY, raw)
    except ValueError:
        return _wrong(raw)


def _month(year: int, month: int, part: str | None, raw: str) -> ParsedDate:
    found = _day(year, month, _TEN_DAYS[part] if part else 1, raw)
    if found.value is None:
        return found
    return ParsedDate(found.value, Precision.TEN_DAY if part else Precision.MONTH, raw)


def _from_integer(number: int, raw: str) -> ParsedDate:
    if number in _SERIALS:
        return _from_serial(number, raw)
    if number in _YEARS:
        return _none(raw, problem=f"“{raw}”只有年份，请写明月和日")
    if 190_001 <= number <= 210_012:
        return _month(number // 100, number % 100, None, raw)
    if number >= 10_000_000:
        return _day(number // 10_000, number // 100 % 100, number % 100, raw)
    return _wrong(raw)


def _from_serial(number: float, raw: str) -> ParsedDate:
    return ParsedDate(_EXCEL_ZERO + timedelta(days=int(number)), Precision.DAY, raw)


def _from_year_point_month(shown: str, raw: str) -> ParsedDate:
    year, _, month = shown.partition(".")
    if month == "1":
        return _none(raw, problem=f"“{raw}”可能是 {year} 年 1 月，也可能是 10 月，请写明")
    if len(month) > 2:
        return _wrong(raw)
    found = _month(int(year), int(month), None, raw)
    if found.value is None:
        return found
    note = f"“{raw}”是数字，按 {found.value:%Y 年 %m 月}读入"
    return ParsedDate(found.value, found.precision, raw, note)


def _arabic(match: re.Match[str]) -> str:
    number = chinese_number(match[0])
    return match[0] if number is None else str(number)


def _none(raw: str, *, warning: str | None = None, problem: str | None = None) -> ParsedDate:
    return ParsedDate(None, Precision.NONE, raw, warning, problem)


def _wrong(raw: str) -> ParsedDate:
    return _none(raw, problem=f"“{raw}”不是有效的日期")


def from_moment(moment: date) -> ParsedDate:
    """Take the day of a date cell; its time of day is dropped."""
    day = moment.date() if isinstance(moment, datetime) else moment
    return ParsedDate(day, Precision.DAY, day.isoformat())
