"""Disputes typed or pasted as lines of a table: what each cell says, and what is wrong with it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from rules.cells import read_count, read_date, read_money
from rules.errors import Problem
from rules.people import Person
from rules.units import normalise_name

# The columns of the table in their order, each with the field it fills.
COLUMNS: Mapping[str, str] = {
    "title": "名称",
    "class_id": "类别",
    "area_id": "所属乡镇、村",
    "found_on": "排查日期",
    "people": "涉及人数",
    "amount_fen": "金额（元）",
    "content": "简要情况",
    "place": "发生地点",
    "happened_on": "发生日期",
    "petitioner": "当事人",
}
_HEADERS = {
    **{normalise_name(label): name for name, label in COLUMNS.items()},
    **dict.fromkeys(map(normalise_name, ("矛盾纠纷名称", "纠纷名称", "事项名称")), "title"),
    **dict.fromkeys(map(normalise_name, ("纠纷类型", "纠纷类别", "矛盾类型")), "class_id"),
    **dict.fromkeys(map(normalise_name, ("所属村", "村（社区）", "所属村（社区）")), "area_id"),
    **dict.fromkeys(map(normalise_name, ("人数",)), "people"),
    **dict.fromkeys(map(normalise_name, ("金额", "涉及金额")), "amount_fen"),
    **dict.fromkeys(map(normalise_name, ("情况", "纠纷情况", "内容")), "content"),
    **dict.fromkeys(map(normalise_name, ("地点",)), "place"),
    **dict.fromkeys(map(normalise_name, ("主要当事人",)), "petitioner"),
}
_APART = re.compile(r"[、,;/\s\uff0c\uff1b]+")
Cells = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Names:
    """The names the county has for what stands in the table, by which a cell is understood."""

    classes: Mapping[str, int]
    areas: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Read:
    """One line read: values by rules.disputes.FIELDS, its parties, and what is wrong with it."""

    place: int
    values: dict[str, Any]
    people: tuple[Person, ...]
    problems: list[Problem] = field(default_factory=list)


def is_empty(cells: Cells) -> bool:
    """Whether nothing was typed into a line."""
    return not any((text or "").strip() for text in cells.values())


def read_lines(
    lines: Sequence[Cells], defaults: Mapping[str, Any], names: Names, *, today: date
) -> list[Read]:
    """Read every line that is not empty; `defaults` fill what a line leaves empty.

    Each problem names its line as the screen numbers them and its column.
    """
    return [
        _read(place, cells, defaults, names, today=today)
        for place, cells in enumerate(lines, start=1)
        if not is_empty(cells)
    ]


def from_paste(text: str) -> list[dict[str, str]]:
    """Part what was copied out of a sheet into lines of the table.

    A first line of headings says which column is which; without one they stand in our order. A
    cell that holds line breaks comes in quotes, as spreadsheets copy it.
    """
    grid = _grid(text)
    if not grid:
        return []
    heads = [_HEADERS.get(normalise_name(cell)) for cell in grid[0]]
    if sum(head is not None for head in heads) >= 2:
        grid = grid[1:]
    else:
        heads = list(COLUMNS)
    return [
        {
            name: cell.strip()
            for name, cell in zip(heads, row, strict=False)
            if name is not None and cell.strip()
        }
        for row in grid
    ]


def _grid(text: str) -> list[list[str]]:
    rows: list[list[str]] = [[]]
    cell, quoted, at = "", False, 0
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    while at < len(text):
        sign = text[at]
        if quoted:
            if sign == '"' and text[at + 1 : at + 2] == '"':
                cell, at = cell + '"', at + 1
            elif sign == '"':
                quoted = False
            else:
                cell += sign
        elif sign == '"' and not cell:
            quoted = True
        elif sign in "\t\n":
            rows[-1].append(cell)
            cell = ""
            if sign == "\n":
                rows.append([])
        else:
            cell += sign
        at += 1
    rows[-1].append(cell)
    return [row for row in rows if any(each.strip() for each in row)]


def named(text: str, names: Mapping[str, int]) -> int | None:
    """Find what a cell names: by its name, else as the only one whose name holds the words."""
    wanted = normalise_name(text)
    if not wanted:
        return None
    if wanted in names:
        return names[wanted]
    holding = {key for name, key in names.items() if wanted in name}
    return next(iter(holding)) if len(holding) == 1 else None


def _read(
    place: int, cells: Cells, defaults: Mapping[str, Any], names: Names, *, today: date
) -> Read:
    read = Read(place, dict(defaults), ())
    told = {name: (cells.get(name) or "").strip() for name in COLUMNS}
    for name in ("title", "content", "place"):
        if told[name]:
            read.values[name] = told[name]
    for name, table in (("class_id", names.classes), ("area_id", names.areas)):
        if text := told[name]:
            found = named(text, table)
            if found is None:
                _wrong(read, name, f"“{text}”不在列表中，或对应不止一个")
            read.values[name] = found
    for name in ("found_on", "happened_on"):
        if text := told[name]:
            day = read_date(text, year=today.year, today=today)
            if day.value is None:
                _wrong(read, name, day.problem or f"“{text}”不是一个日子")
            read.values[name] = day.value
    if text := told["people"]:
        count = read_count(text)
        read.values["people"], read.values["people_approx"] = count.value, count.approx
        if count.value is None:
            _wrong(read, "people", count.problem or f"“{text}”不是人数")
    if text := told["amount_fen"]:
        money = read_money(text)
        read.values["amount_fen"], read.values["amount_approx"] = money.value, money.approx
        if money.value is None:
            _wrong(read, "amount_fen", money.problem or f"“{text}”不是金额")
    people = tuple(Person(name) for name in _APART.split(told["petitioner"]) if name)
    return Read(place, read.values, people, read.problems)


def _wrong(read: Read, name: str, message: str) -> None:
    read.problems.append(Problem(name, f"第 {read.place} 行“{COLUMNS[name]}”：{message}"))
