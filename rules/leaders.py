"""Leaders: what one must be known by, where he stands, his leave, and leaders pasted from a table."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from rules.cells import read_date
from rules.errors import Problem
from rules.reception_terms import Body, Level, Rank
from rules.terms import Term, UnitKind
from rules.units import at_line

NAME_MAX = 64
POST_MAX = 100
PORTFOLIO_MAX = 200
REASON_MAX = 200
POSITION_MAX = 999
# What a leader of a level leads; those of city and county lead no single unit.
UNIT_KINDS: Mapping[Level, tuple[UnitKind, ...]] = {
    Level.TOWNSHIP: (UnitKind.TOWNSHIP,),
    Level.MEMBER: (UnitKind.DEPARTMENT,),
}
_BEHIND = re.compile(r"[(【\[].*?[)】\]]")
# The order of a table without a header.
COLUMNS = ("姓名", "职务", "层级", "班子", "正副职", "所属单位", "分管工作", "任职起")
_HEADS = {"单位": "所属单位", "分管": "分管工作", "任职时间": "任职起", "所属班子": "班子"}
# The last word of a post decides: 县委副书记、县长 heads the government.
_PRINCIPAL: Sequence[tuple[re.Pattern[str], Body]] = (
    (re.compile("人大.*(?<!副)主任|人大.*(?<!副)主席"), Body.CONGRESS),
    (re.compile("政协.*(?<!副)主席|政协.*(?<!副)主任"), Body.CONSULTATIVE),
    (re.compile("(?<!副)[市县区镇乡]长|街道办.*(?<!副)主任"), Body.GOVERNMENT),
    (re.compile("(?:[市县区镇乡党]|党工)委书记"), Body.PARTY),
)
_DEPUTY: Sequence[tuple[str, Body]] = (
    ("人大", Body.CONGRESS),
    ("政协", Body.CONSULTATIVE),
    ("副市长", Body.GOVERNMENT),
    ("副县长", Body.GOVERNMENT),
    ("副区长", Body.GOVERNMENT),
    ("副镇长", Body.GOVERNMENT),
    ("副乡长", Body.GOVERNMENT),
    ("政府", Body.GOVERNMENT),
    ("委", Body.PARTY),
    ("书记", Body.PARTY),
)

T = TypeVar("T", bound=Term)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A leader as he is to stand in the store; the term is half-open, None an open end."""

    name: str
    post: str
    level: Level = Level.COUNTY
    body: Body = Body.GOVERNMENT
    rank: Rank = Rank.DEPUTY
    unit_id: int | None = None
    portfolio: str = ""
    term_from: date | None = None
    term_to: date | None = None
    position: int = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One pasted line: a leader to add, his unit by name."""

    number: int
    standing: Standing
    unit: str


def bare_name(text: str) -> str:
    """Leave the name as lists from elsewhere are compared by: no post behind it, no space in it."""
    plain = unicodedata.normalize("NFKC", text)
    return re.sub(r"\s", "", _BEHIND.sub("", plain))


def problems(standing: Standing, *, unit: UnitKind | None) -> list[Problem]:
    """List what is wrong with a leader; `unit` is the kind of the unit he leads."""
    found = []
    if not standing.name:
        found.append(Problem("name", "请填写领导姓名"))
    elif len(standing.name) > NAME_MAX:
        found.append(Problem("name", f"领导姓名最多 {NAME_MAX} 个字"))
    if not standing.post:
        found.append(Problem("post", "请填写领导职务"))
    elif len(standing.post) > POST_MAX:
        found.append(Problem("post", f"领导职务最多 {POST_MAX} 个字"))
    if len(standing.portfolio) > PORTFOLIO_MAX:
        found.append(Problem("portfolio", f"分管工作最多 {PORTFOLIO_MAX} 个字"))
    found += _unit_problems(standing.level, unit)
    begun, ended = standing.term_from, standing.term_to
    if begun and ended and ended <= begun:
        found.append(Problem("term_to", f"离任日期 {ended} 应晚于任职日期 {begun}"))
    return found


def term_end(term_to: date | None, *, active: bool, today: date) -> date | None:
    """Return the day from which a leader is out of office: today where he left and none is said."""
    return today if not active and term_to is None else term_to


def in_office_problems(term_to: date | None, *, active: bool, today: date) -> list[Problem]:
    """List where 在任 contradicts the day he left."""
    if active and term_to is not None and term_to <= today:
        message = f"离任日期 {term_to} 已到，请取消“在任”，或者更正、清空离任日期"
        return [Problem("term_to", message)]
    return []


def leave_problems(
    first: date | None,
    last: date | None,
    reason: str,
    others: Iterable[tuple[date, date]],
) -> list[Problem]:
    """List what is wrong with days of leave, both ends in; they may share none with `others`."""
    if first is None or last is None:
        return [Problem("first_on", "请填写请假的开始日期和结束日期")]
    found = []
    if last < first:
        found.append(Problem("last_on", f"结束日期 {last} 早于开始日期 {first}"))
    if len(reason) > REASON_MAX:
        found.append(Problem("reason", f"请假事由最多 {REASON_MAX} 个字"))
    for begun, ended in others:
        if begun <= last and first <= ended:
            found.append(
                Problem("first_on", f"与已登记的请假（{begun} 至 {ended}）重叠，请直接修改那一条")
            )
    return found


def read_lines(text: str, *, today: date) -> tuple[list[Line], list[Problem]]:
    """Read leaders from the lines of a table, and say of every other line what stops it.

    A first line with 姓名 and 职务 names the columns, in any order; else they are COLUMNS.
    Body and rank that are not said are told from the post.
    """
    columns: Sequence[str] = COLUMNS
    lines: list[Line] = []
    found: list[Problem] = []
    for number, row in enumerate(text.splitlines(), start=1):
        cells = [cell.strip() for cell in _cells(row)]
        if not any(cells):
            continue
        heads = [_HEADS.get(cell.replace(" ", ""), cell.replace(" ", "")) for cell in cells]
        if "姓名" in heads and "职务" in heads:
            columns = heads
            continue
        line, told = _line(number, dict(zip(columns, cells, strict=False)), today)
        found += at_line(number, told)
        if not told:
            lines.append(line)
    if not lines and not found:
        found.append(Problem("text", f"请粘贴要添加的领导，每行一位：{'、'.join(COLUMNS)}"))
    return lines, found


def body_and_rank(post: str) -> tuple[Body, Rank]:
    """Tell from a post the body it belongs to and whether it heads that body."""
    for pattern, body in _PRINCIPAL:
        if pattern.search(post):
            return body, Rank.PRINCIPAL
    for word, body in _DEPUTY:
        if word in post:
            return body, Rank.DEPUTY
    return Body.OTHER, Rank.DEPUTY


def _unit_problems(level: Level, unit: UnitKind | None) -> list[Problem]:
    kinds = UNIT_KINDS.get(level)
    if kinds is None and unit is not None:
        return [Problem("unit_id", f"{level.label}领导不填所属单位")]
    if kinds is not None and unit not in kinds:
        words = "、".join(kind.label for kind in kinds)
        return [Problem("unit_id", f"{level.label}领导请选择所属单位（{words}）")]
    return []


def _line(number: int, cells: Mapping[str, str], today: date) -> tuple[Line, list[Problem]]:
    told: list[Problem] = []
    post = cells.get("职务", "")
    body, rank = body_and_rank(post)
    since = cells.get("任职起", "")
    begun = read_date(since, year=today.year, today=today) if since else None
    if begun and begun.problem:
        told.append(Problem("text", begun.problem))
    standing = Standing(
        name=cells.get("姓名", ""),
        post=post,
        level=_term(cells, "层级", Level.COUNTY, told),
        body=_term(cells, "班子", body, told),
        rank=_term(cells, "正副职", rank, told),
        portfolio=cells.get("分管工作", ""),
        term_from=begun.value if begun else None,
    )
    return Line(number, standing, cells.get("所属单位", "")), told


def _term(cells: Mapping[str, str], column: str, otherwise: T, told: list[Problem]) -> T:
    text, terms = cells.get(column, ""), type(otherwise)
    read = terms.from_text(text) if text else otherwise
    if read is None:
        words = "、".join(each.label for each in terms)
        told.append(Problem("text", f"{column}“{text}”应为{words}之一"))
    return read or otherwise


def _cells(row: str) -> list[str]:
    return row.split("\t") if "\t" in row else re.split("[,\uff0c]", row)
