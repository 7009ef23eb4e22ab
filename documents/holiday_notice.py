"""The State Council's yearly notice on holidays (国务院办公厅节假日安排通知), read as text."""

import re
import unicodedata
from datetime import date, timedelta

from rules.errors import Problem
from rules.workdays import SpecialDay

_REMARK = re.compile(r"\([^)]*\)")
_ARTICLE = re.compile(r"^(?:[一二三四五六七八九十]+、)?\s*([^:。\d]{1,20}):(.+)$")
_DAYS = re.compile(
    r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日"
    r"(?:\s*[至到]\s*(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日)?"
)
_COUNT = re.compile(r"共(\d+)天")
_PLAIN = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?\s+(休|班)\s*(.*)$")
_LONGEST = timedelta(days=31)


def read(text: str, *, year: int) -> tuple[list[SpecialDay], list[Problem]]:
    """Read the holidays and worked weekends, and say of every other article what stops it.

    Takes the notice as it is published (春节:1月28日至2月4日放假调休,共8天。1月26日上班。)
    and lines of our own (2027-01-01 休 元旦). Lines that name no article are passed over.
    """
    found: dict[date, SpecialDay] = {}
    problems: list[Problem] = []
    # Full-width signs and digits become the plain ones that the patterns are written in.
    text = unicodedata.normalize("NFKC", text)
    lines = re.sub(r"。\s*(?=[一二三四五六七八九十]+、)", "。\n", text).splitlines()
    for number, line in enumerate(lines, start=1):
        try:
            days = _line(line.strip(), year)
            for special in days:
                other = found.setdefault(special.day, special)
                if other.workday != special.workday:
                    raise ValueError(f"{special.day} 既写了放假又写了上班")
        except ValueError as error:
            problems.append(Problem("text", f"第 {number} 行：{error}"))
    if not found and not problems:
        problems.append(Problem("text", "没有认出任何放假或上班的日期，请粘贴通知原文"))
    return sorted(found.values(), key=lambda special: special.day), problems


def _line(line: str, year: int) -> list[SpecialDay]:
    if plain := _PLAIN.match(line):
        day = _date(int(plain[1]), int(plain[2]), int(plain[3]))
        return [SpecialDay(day, plain[4] == "班", plain[5].strip())]
    article = _ARTICLE.match(_REMARK.sub("", line))
    if article is None:
        return []
    name, found = article[1].strip(), []
    for sentence in re.split("[。；]", article[2]):
        if "放假" in sentence or "上班" in sentence:
            days = _days(sentence, year)
            count = _COUNT.search(sentence)
            if count and len(days) != int(count[1]):
                raise ValueError(f"{name}写明共 {count[1]} 天，日期却是 {len(days)} 天，请核对")
            found += [SpecialDay(day, "上班" in sentence, name) for day in days]
    return found


def _days(sentence: str, year: int) -> list[date]:
    days: list[date] = []
    month = 0
    for found in _DAYS.finditer(sentence):
        from_year, from_month, from_day, to_year, to_month, to_day = found.groups()
        month = int(from_month or month)
        first = last = _date(int(from_year or year), month, int(from_day))
        if to_day:
            month = int(to_month or month)
            last = _date(int(to_year or first.year), month, int(to_day))
        if not first <= last <= first + _LONGEST:
            raise ValueError(f"“{found[0]}”的起止日期不对")
        days += [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return days


def _date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise ValueError(f"没有 {year} 年 {month} 月 {day} 日这一天") from error
