"""Readings of one ledger cell: what it holds, how surely, and what is wrong with it."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Generic, TypeVar

from rules.cases import clean
from rules.numerals import Amount, amounts_in, chinese_number, plain_digits
from rules.terms import Precision
from rules.written_dates import BLANKS, ParsedDate, from_moment, from_number, from_text

__all__ = [
    "Parsed",
    "ParsedDate",
    "ParsedNumber",
    "is_blank",
    "people_in_text",
    "read_count",
    "read_date",
    "read_money",
    "read_number",
    "read_number_id",
    "read_text",
    "read_yes_no",
    "shown",
]

T = TypeVar("T")

MONEY_UNITS = {
    "元": 1,
    "百元": 100,
    "千元": 1000,
    "万": 10_000,
    "万元": 10_000,
    "亿": 10**8,
    "亿元": 10**8,
}
PEOPLE_UNITS = ("人", "名", "位", "口", "个", "人次")
_SURE_DIGITS = 10**15  # a spreadsheet keeps 15 digits of a number and makes the rest zeros
_ERRORS = frozenset(["#REF!", "#DIV/0!", "#N/A", "#VALUE!", "#NAME?", "#NULL!", "#NUM!"])
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?[eE]\+?[0-9]+$")
_AND_OTHERS = re.compile(r"等\s*([0-9]{1,6}|[一二两三四五六七八九十百千]+)\s*[余多]?\s*(?:人|名)")
_YES = frozenset([*"是√✓✔☑■1有yt已对", "yes", "true"])
_NO = frozenset([*"否×✗✘✕☒☐□x0无nf未非", "no", "false", "不是", "没有"])


@dataclass(frozen=True, slots=True)
class Parsed(Generic[T]):
    """What a cell was read as; `value` is None when it is empty or when `problem` says why."""

    value: T | None
    raw: str
    approx: bool = False
    warning: str | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class ParsedNumber:
    """A number with its unit; `value` already multiplied by a 万 or 亿 written beside it."""

    value: Decimal | None
    approx: bool
    unit: str
    raw: str
    warning: str | None = None
    problem: str | None = None


def is_blank(cell: Any) -> bool:
    """Say whether a cell holds nothing but space."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def shown(cell: Any) -> str:
    """Show a cell as the sheet would: no .0 after a number, no power of ten, no midnight."""
    match cell:
        case None:
            return ""
        case str():
            return cell.strip()
        case bool():
            return "是" if cell else "否"
        case float():
            return _number_text(cell)
        case datetime():
            return cell.isoformat(" ") if cell.time() != time.min else cell.date().isoformat()
        case _:
            return str(cell)


def read_text(cell: Any) -> Parsed[str]:
    """Read free text: Chinese punctuation stays, the apostrophe Excel hides before text goes."""
    text = _tidy(cell) if isinstance(cell, str) else shown(cell)
    if text in _ERRORS:
        return Parsed(None, text, warning=_error_note(text))
    if text.startswith("'") and not text.endswith("'"):
        text = text[1:].lstrip()
    return Parsed(text or None, text)


def read_number_id(cell: Any) -> Parsed[str]:
    """Read a number that names something; digits the sheet has lost are never guessed."""
    if isinstance(cell, float):
        text = _number_text(cell)
        return _lost_digits(text) if abs(cell) >= _SURE_DIGITS else Parsed(text, text)
    found = read_text(cell)
    if found.value is None:
        return found
    text = plain_digits(found.value).strip()
    return _lost_digits(text) if _SCIENTIFIC.match(text) else Parsed(text or None, found.raw)


def read_date(cell: Any, *, year: int | None = None, today: date) -> ParsedDate:
    """Read a date in any form ledgers use; `year` is the sheet's, for days written without one.

    A date in the future is still read: whether it may stand is for rules/cases.
    """
    if isinstance(cell, date):
        return from_moment(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return from_number(cell, _number_text(cell))
    text = shown(cell)
    if text in _ERRORS:
        return ParsedDate(None, Precision.NONE, text, _error_note(text))
    if not isinstance(cell, str | None):
        return ParsedDate(None, Precision.NONE, text, problem=f"“{text}”不是有效的日期")
    return from_text(text, year=year, today=today)


def read_number(cell: Any) -> ParsedNumber:
    """Read the one number of a cell; two of them (35批1100余人次) are a problem, not a sum."""
    raw = shown(cell)
    found = _amounts(cell, raw)
    if isinstance(found, Parsed):
        return ParsedNumber(None, False, "", raw, found.warning, found.problem)
    if len(found) > 1:
        return ParsedNumber(None, False, "", raw, problem=_several(raw))
    return ParsedNumber(found[0].value, found[0].approx, found[0].unit, raw)


# 二三人 is two or three, not twenty-three.
_TWO_OR_THREE = re.compile("约?[一二两三四五六七八九]{2}(?:人|名|位|个|户)*")


def read_count(cell: Any) -> Parsed[int]:
    """Read a number of people; of 35批1100余人次 only the people count, said in the warning."""
    raw = shown(cell)
    if _TWO_OR_THREE.fullmatch(raw.strip()):
        return Parsed(None, raw, problem=f"“{raw}”是两个数之间的约数，请写明一个人数")
    found = _amounts(cell, raw)
    if isinstance(found, Parsed):
        return Parsed(None, raw, warning=found.warning, problem=found.problem)
    chosen = _people(found)
    if chosen is None:
        return Parsed(None, raw, problem=_several(raw))
    if chosen.unit and chosen.unit not in PEOPLE_UNITS:
        return Parsed(None, raw, problem=f"“{raw}”的单位是“{chosen.unit}”，这里要填人数")
    if chosen.value != chosen.value.to_integral_value():
        return Parsed(None, raw, problem=f"“{raw}”不是整数，人数应为整数")
    note = f"“{raw}”中只取 {chosen.value}{chosen.unit}，件、批、人次不相加"
    return Parsed(int(chosen.value), raw, chosen.approx, note if len(found) > 1 else None)


def read_money(cell: Any, *, unit: str = "元") -> Parsed[int]:
    """Read an amount into 分; `unit` is the header's and holds unless the cell names its own."""
    raw = shown(cell)
    found = read_number(cell)
    if found.value is None:
        return Parsed(None, raw, warning=found.warning, problem=found.problem)
    if found.unit not in ("", "元", "块", "人民币"):
        return Parsed(None, raw, problem=f"“{raw}”的单位是“{found.unit}”，这里要填金额")
    own_unit = isinstance(cell, str) and (found.unit or amounts_in(cell)[0].scaled)
    yuan = found.value * (1 if own_unit else MONEY_UNITS.get(unit, 1))
    fen = (yuan * 100).to_integral_value(ROUND_HALF_UP)
    return Parsed(int(fen), raw, found.approx)


def people_in_text(text: str) -> int | None:
    """Tell how many people 张三等5人 stands for; None when the text does not say."""
    match = _AND_OTHERS.search(plain_digits(text)) if "等" in text else None
    if match is None:
        return None
    return int(match[1]) if match[1].isdecimal() else chinese_number(match[1])


def read_yes_no(cell: Any) -> Parsed[bool]:
    """Read 是/否 in any of the ways it is ticked; an empty cell says neither."""
    raw = shown(cell)
    word = plain_digits(raw).strip().lower()
    if raw in _ERRORS:
        return Parsed(None, raw, warning=_error_note(raw))
    if word in _YES:
        return Parsed(True, raw)
    if word in _NO:
        return Parsed(False, raw)
    return Parsed(None, raw, problem=None if word in BLANKS else f"“{raw}”应填“是”或“否”")


def _tidy(text: str) -> str:
    """Do what `clean` does, without a search through text that has nothing to drop."""
    if text.replace("\n", "").replace("\t", "").isprintable():
        return text.strip()
    return clean(text)


def _amounts(cell: Any, raw: str) -> list[Amount] | Parsed[Decimal]:
    """List the numbers of a cell, at least one; or say why there is none."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if cell != cell or abs(cell) > 1e18:
            return Parsed(None, raw, problem=f"“{raw}”不是有效的数字")
        return [Amount(Decimal(raw), "", False, False)]
    if raw in _ERRORS:
        return Parsed(None, raw, warning=_error_note(raw))
    if plain_digits(raw) in BLANKS or raw == "无":
        return Parsed(None, raw)
    found = amounts_in(raw) if isinstance(cell, str) else []
    return found or Parsed(None, raw, problem=f"“{raw}”中没有读得出的数字")


def _people(amounts: list[Amount]) -> Amount | None:
    """Choose 人 before 人次; None where two numbers share a unit or have none (3-5人)."""
    if len(amounts) == 1:
        return amounts[0]
    units = {a.unit: a for a in amounts}
    if len(units) < len(amounts) or "" in units:
        return None
    return next((units[unit] for unit in PEOPLE_UNITS if unit in units), None)


def _several(raw: str) -> str:
    return f"“{raw}”里不止一个数，件、批、人次不能相加，请只填一个"


def _number_text(number: float) -> str:
    if isinstance(number, int):
        return str(number)
    if number != number or number in (float("inf"), float("-inf")):
        return str(number)
    return str(int(number)) if number == int(number) else f"{Decimal(repr(number)):f}"


def _lost_digits(raw: str) -> Parsed[str]:
    message = f"“{raw}”：数字已被表格软件截断，无法还原，请把该列设为文本后重填"
    return Parsed(None, raw, problem=message)


def _error_note(raw: str) -> str:
    return f"公式出错（{raw}），按空白处理"
