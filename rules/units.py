"""The organisation's tree: what may stand under what, what a name may be, and pasted lines."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from rules.cases import clean
from rules.errors import Problem
from rules.periods import Days
from rules.terms import UnitKind

NAME_MAX = 100

# 市 > 县 > 乡镇、部门 > 村; None is the root of the tree. Each kind stands under a higher
# one only, so that no unit can come to stand under itself.
PARENTS: dict[UnitKind, tuple[UnitKind | None, ...]] = {
    UnitKind.CITY: (None,),
    UnitKind.COUNTY: (None, UnitKind.CITY),
    UnitKind.TOWNSHIP: (UnitKind.COUNTY,),
    UnitKind.DEPARTMENT: (UnitKind.CITY, UnitKind.COUNTY),
    UnitKind.VILLAGE: (UnitKind.TOWNSHIP,),
}
ORDER = tuple(UnitKind)
_COMMA = ",\uff0c"  # plain and full-width
_COLUMNS = ("名称", "类别", "上级", "别名")


@dataclass(frozen=True, slots=True)
class Line:
    """One pasted line: a unit to add, its superior by name, and its aliases."""

    number: int
    name: str
    kind: UnitKind
    parent: str
    aliases: tuple[str, ...]


def normalise_name(text: str) -> str:
    """Fold width and case and drop every space, so that names typed differently are one."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def name_problems(name: str, *, field: str = "name", label: str = "单位名称") -> list[Problem]:
    """List what is wrong with a unit's name or alias."""
    if not normalise_name(name):
        return [Problem(field, f"请填写{label}")]
    if len(name) > NAME_MAX:
        return [Problem(field, f"{label}最多 {NAME_MAX} 个字，现在是 {len(name)} 个字")]
    if any(sign in name for sign in "/\t\n\r"):
        return [Problem(field, f"{label}“{name.strip()}”不能含有斜杠或换行")]
    return []


def place_problems(kind: UnitKind, parent: UnitKind | None) -> list[Problem]:
    """List what is wrong with a unit of `kind` under `parent`; None is no superior at all."""
    allowed = PARENTS[kind]
    if parent in allowed:
        return []
    words = "或".join(term.label for term in allowed if term is not None)
    if parent is None:
        return [Problem("parent_id", f"请选择上级单位：{kind.label}应设在{words}之下")]
    if allowed == (None,):
        return [Problem("parent_id", f"{kind.label}不能设在其他单位之下")]
    return [
        Problem("parent_id", f"{kind.label}不能设在{parent.label}之下，只能设在{words}之下"),
    ]


def span_problems(valid_from: date | None, valid_to: date | None) -> list[Problem]:
    """List what is wrong with a half-open validity: it begins before the day it ends on."""
    if valid_from and valid_to and valid_to <= valid_from:
        return [Problem("valid_to", f"停用日期 {valid_to} 应晚于启用日期 {valid_from}")]
    return []


def in_force(valid_from: date | None, valid_to: date | None, *, on: date) -> bool:
    """Whether a record is in use on `on`: from its first day, up to and without the day it ends."""
    return (valid_from is None or valid_from <= on) and (valid_to is None or on < valid_to)


def stood(valid_from: date | None, valid_to: date | None, days: Days) -> Days | None:
    """Return those of some days a record was in use on; None where it was on none of them."""
    first = max(days.first, valid_from or days.first)
    last = min(days.last, valid_to - timedelta(days=1) if valid_to else days.last)
    return Days(first, last) if first <= last else None


def aliases_from(text: str) -> tuple[str, ...]:
    """Part aliases written in one cell: by 、 , ; or a line's end; repeats count once."""
    parts = (clean(part) for part in re.split(f"[、{_COMMA};\uff1b\n]", text))
    return tuple(dict.fromkeys(part for part in parts if part))


def read_lines(text: str) -> tuple[list[Line], list[Problem]]:
    """Read lines of 名称⇥类别⇥上级⇥别名, and say of every other line what stops it.

    A line without a tab may part its cells by commas; a header line is passed over.
    """
    lines: list[Line] = []
    problems: list[Problem] = []
    for number, row in enumerate(text.splitlines(), start=1):
        cells = [clean(cell) for cell in (row.split("\t") if "\t" in row else _by_comma(row))]
        if not any(cells) or tuple(cells[:2]) == _COLUMNS[:2]:
            continue
        name, kind_text, parent, aliases = [*cells, "", "", ""][:4]
        kind = UnitKind.from_text(kind_text)
        found = name_problems(name)
        if kind is None:
            words = "、".join(term.label for term in UnitKind)
            found.append(Problem("kind", f"类别“{kind_text}”应为{words}之一"))
        if len(cells) > 4 and any(cells[4:]):
            found.append(Problem("name", f"多于 {len(_COLUMNS)} 列：{'、'.join(_COLUMNS)}"))
        problems += at_line(number, found)
        if kind is not None and not found:
            lines.append(Line(number, name, kind, parent, aliases_from(aliases)))
    if not lines and not problems:
        problems.append(Problem("text", f"请粘贴要添加的单位，每行一个：{'、'.join(_COLUMNS)}"))
    return lines, problems


def at_line(number: int, problems: Iterable[Problem]) -> list[Problem]:
    """Put the number of the pasted line before each problem."""
    return [Problem("text", f"第 {number} 行：{problem.message}") for problem in problems]


def _by_comma(row: str) -> list[str]:
    return re.split(f"[{_COMMA}]", row, maxsplit=3)
