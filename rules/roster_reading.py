"""Reading a roster made elsewhere, from the rows of a sheet or pasted lines: day, leaders, place.

As offices keep them: a title above, merged days, 同上, several leaders in one square, 王 强 for 王强,
a post in brackets behind the name, and notes below.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from rules.cells import is_blank, read_date, shown
from rules.errors import Problem
from rules.leaders import bare_name
from rules.numerals import plain_digits
from rules.receptions import Place, Turn
from rules.roster_edits import DAYS_MAX

_DAY_HEADS = ("日期", "接访日期", "接访时间", "值班日期", "时间", "接待日期", "接待时间")
_LEADER_HEADS = (
    *("接访领导", "接待领导", "值班领导", "带班领导", "领导", "领导姓名", "姓名"),
    *("接访人", "接待人", "接访领导姓名", "接访领导及职务", "接访领导、职务", "接访人员"),
)
_PLACE_HEADS = ("地点", "接访地点", "接待地点", "场所", "接访场所")
_SAME = frozenset({"同上", "〃", "″", '"', "''"})
_NOTES = re.compile(r"^(?:备注|说明|注|咨询电话|联系电话|注意事项|合计|小计|总计)")
_YEAR = re.compile(r"(20[0-9]{2})\s*年")
_RANGE = re.compile(
    r"(?:(20[0-9]{2})[年.\-/])?\s*([0-9]{1,2})[月.\-/]\s*([0-9]{1,2})日?\s*[-—–~至到]+\s*"
    r"(?:([0-9]{1,2})[月.\-/]\s*)?([0-9]{1,2})日?"
)
_WEEKDAY = re.compile(r"[(（]?\s*(?:星期|周|礼拜)[一二三四五六日天]\s*[)）]?")
_PARTED = re.compile(r"[、，,;；/\n]+")
_HEAD_ROWS = 20
_DAYS_MAX = 62
_HALF_A_YEAR = 183
_FOUR_DIGITS = re.compile(r"[0-9]{4}")


@dataclass(frozen=True, slots=True)
class ReadTurn:
    """One leader on one day as it was written, with the row of the sheet, counted from 1."""

    row: int
    on: date
    name: str
    place: str


@dataclass(frozen=True, slots=True)
class ReadRoster:
    """What a roster says; `passed_over` are rows that are no turns, each with its words."""

    turns: tuple[ReadTurn, ...]
    problems: tuple[Problem, ...]
    passed_over: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The leaders by name, in the order they first come."""
        return tuple(dict.fromkeys(turn.name for turn in self.turns))


def pasted_rows(text: str) -> list[list[str]]:
    """Part pasted lines into cells: by tabs, else by commas or wide spaces."""
    rows = []
    for line in text.splitlines():
        if line.strip():
            cells = line.split("\t") if "\t" in line else re.split(r"[,，]|\s{2,}|(?<=日)\s+", line)
            rows.append([cell.strip() for cell in cells])
    return rows


def read(rows: Sequence[Sequence[Any]], *, year: int, today: date) -> ReadRoster:
    """Read the turns of a sheet; `year` is taken for days without one where no title tells it.

    Pasted lines need no heading: the first cell is the day and the second the leaders.
    """
    found = _head(rows)
    if found is None:
        if not any(_days(row[0], year=year, today=today) for row in rows[:3] if row):
            message = "没有找到表头：要有“日期”和“接访领导”两列，或者每行先写日期、再写领导"
            return ReadRoster((), (Problem("file", message),), ())
        at, columns = -1, {"day": 0, "leader": 1, "place": 2}
    else:
        at, columns = found
    told = _YEAR.search(" ".join(shown(cell) for row in rows[: at + 1] for cell in row))
    reader = _Reader(columns, year=int(told[1]) if told else year, today=today)
    for number, row in enumerate(rows[at + 1 :], start=at + 2):
        reader.read(number, row)
    return reader.result()


def _head(rows: Sequence[Sequence[Any]]) -> tuple[int, dict[str, int]] | None:
    for at, row in enumerate(rows[:_HEAD_ROWS]):
        names = [re.sub(r"\s", "", shown(cell)) for cell in row]
        day = next((names.index(head) for head in _DAY_HEADS if head in names), None)
        leader = next((names.index(head) for head in _LEADER_HEADS if head in names), None)
        if day is not None and leader is not None:
            place = next((names.index(head) for head in _PLACE_HEADS if head in names), None)
            columns = {"day": day, "leader": leader}
            return at, columns if place is None else {**columns, "place": place}
    return None


class _Reader:
    """Goes down the rows, keeping what 同上 and an empty merged square stand for."""

    def __init__(self, columns: Mapping[str, int], *, year: int, today: date) -> None:
        self._columns, self._year, self._today = columns, year, today
        self._days: list[date] = []
        self._said: dict[str, str] = {}
        self._turns: list[ReadTurn] = []
        self._problems: list[Problem] = []
        self._passed: list[str] = []

    def read(self, number: int, row: Sequence[Any]) -> None:
        """Read one row, counted from 1; what it is not is noted with its number."""
        cells = {name: row[at] for name, at in self._columns.items() if at < len(row)}
        if all(is_blank(cell) for cell in cells.values()):
            return
        day = cells.get("day")
        if _NOTES.match(shown(day).strip()):
            self._passed.append(f"第 {number} 行：{shown(day).strip()[:30]}")
            return
        if not is_blank(day) and shown(day).strip() not in _SAME:
            self._days = self._read_days(day)
            if not self._days:
                message = f"第 {number} 行：日期“{shown(day).strip()[:30]}”读不出来"
                self._problems.append(Problem("file", message))
                return
        leaders, place = self._same("leader", cells), self._same("place", cells)
        names = [name for name in map(bare_name, _PARTED.split(leaders)) if name]
        if not self._days or not names:
            words = "没有写接访领导" if self._days else "没有日期"
            self._problems.append(Problem("file", f"第 {number} 行：{words}"))
            return
        self._turns += [ReadTurn(number, on, name, place) for on in self._days for name in names]

    def _read_days(self, day: Any) -> list[date]:
        """Read the days of a cell; where they go far back without a year, New Year has passed."""
        found = _days(day, year=self._year, today=self._today)
        if (
            found
            and self._turns
            and not _FOUR_DIGITS.search(shown(day))
            and (self._turns[-1].on - found[0]).days > _HALF_A_YEAR
        ):
            self._year += 1
            found = _days(day, year=self._year, today=self._today)
        return found

    def _same(self, name: str, cells: Mapping[str, Any]) -> str:
        text = shown(cells.get(name)).strip()
        if text in _SAME:
            return self._said.get(name, "")
        self._said[name] = text
        return text

    def result(self) -> ReadRoster:
        """Everything that was read."""
        if not self._turns and not self._problems:
            self._problems.append(Problem("file", "表头下面没有班次"))
        days = [turn.on for turn in self._turns]
        if days and ((max(days) - min(days)).days >= DAYS_MAX or self._too_far(max(days))):
            words = (
                f"读到的日期从 {min(days)} 到 {max(days)}，一次最多核对 {DAYS_MAX} 天，请核对年份"
            )
            return ReadRoster((), (*self._problems, Problem("file", words)), tuple(self._passed))
        return ReadRoster(tuple(self._turns), tuple(self._problems), tuple(self._passed))

    def _too_far(self, on: date) -> bool:
        return on.year > self._today.year + 2


def _days(cell: Any, *, year: int, today: date) -> list[date]:
    """Read a day, or the days from one to another with both ends in."""
    if isinstance(cell, str):
        text = _WEEKDAY.sub("", plain_digits(cell)).strip()
        if match := _RANGE.fullmatch(text):
            return _span(match, year)
        cell = text
    found = read_date(cell, year=year, today=today)
    return [found.value] if found.value else []


def _span(match: re.Match[str], year: int) -> list[date]:
    year = int(match[1] or year)
    try:
        first = date(year, int(match[2]), int(match[3]))
        month, day = int(match[4] or match[2]), int(match[5])
        begun = (month, day) >= (first.month, first.day)
        last = date(year if begun else year + 1, month, day)
    except ValueError:
        return []
    length = (last - first).days + 1
    return [first + timedelta(days=n) for n in range(length)] if length <= _DAYS_MAX else []


def as_turns(
    read_turns: Iterable[ReadTurn], leaders: Mapping[str, int | None], places: Sequence[Place]
) -> list[Turn]:
    """Make turns of what was read; a name that is nobody's (None) is left out.

    A place is found by its name, or by a name that holds it or is held by it; else none is told.
    """
    return [
        Turn(id=-number, on=each.on, leader_id=leader_id, place_id=_place(each.place, places))
        for number, each in enumerate(read_turns, start=1)
        for leader_id in [leaders.get(each.name)]
        if leader_id is not None
    ]


def _place(text: str, places: Sequence[Place]) -> int | None:
    if not text:
        return None
    exact = next((place.id for place in places if place.name == text), None)
    near = (place.id for place in places if place.name in text or text in place.name)
    return exact if exact is not None else next(near, None)
