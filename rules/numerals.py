"""Numbers as people write them in Chinese text: 1,200, 60多个, 约3.5万, 三十五."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_STEPS = {"十": 10, "百": 100, "千": 1000}
_SCALES = {
    "亿": 10**8,
    "千万": 10**7,
    "百万": 10**6,
    "十万": 10**5,
    "万": 10**4,
    "千": 1000,
    "百": 100,
    "w": 10**4,
}
_LONGEST = 20  # digits; nothing the office counts or pays is longer

_TAIL = (
    r"\s*(?P<more>多|余|来|几)?\s*(?P<scale>亿|千万|百万|十万|万|千|百|w)?\s*(?P<over>多|余|来|几)?"
    r"\s*(?P<unit>人民币|元|块|人次|批次|[\u4e00-\u9fff])?(?P<about>左右|上下|以上|以内|以下)?"
)
_HEAD = r"(?P<near>约|近|超过|超|大约|大概|至少|不足|不到|上|逾)?\s*"
_ARABIC = re.compile(
    _HEAD
    + r"(?P<number>(?<![0-9.])[-+]?(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?)"
    + _TAIL,
    re.IGNORECASE,
)
_CHINESE = re.compile(_HEAD + r"(?P<number>[零〇○一二两三四五六七八九十百千万亿]+)" + _TAIL)


@dataclass(frozen=True, slots=True)
class Amount:
    """One number found in text; `value` already multiplied by its 万 or 亿 where `scaled`."""

    value: Decimal
    unit: str
    approx: bool
    scaled: bool


def plain_digits(text: str) -> str:
    """Turn full-width letters, digits and signs into ordinary ones; for numbers, not for prose."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def chinese_number(text: str) -> int | None:
    """Read 十, 三十五, 一百二十, 三万五千 or 二〇二三; None for anything else."""
    if not text or any(c not in _DIGITS and c not in _STEPS and c not in "万亿" for c in text):
        return None
    if len(text) > 1 and all(c in _DIGITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text)) if len(text) <= _LONGEST else None
    total = section = digit = 0
    for character in text:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in _STEPS:
            section += (digit or 1) * _STEPS[character]
            digit = 0
        else:
            total = (total + section + digit) * _SCALES[character]
            section = digit = 0
    return total + section + digit


def amounts_in(text: str) -> list[Amount]:
    """Find every number in `text` with its unit, in order; Chinese numerals only without digits."""
    plain = plain_digits(text)
    pattern = _ARABIC if any("0" <= c <= "9" for c in plain) else _CHINESE
    found = (_amount(match) for match in pattern.finditer(plain))
    return [amount for amount in found if amount is not None]


def _amount(match: re.Match[str]) -> Amount | None:
    digits = match["number"].replace(",", "")
    if len(digits) > _LONGEST:
        return None
    if match.re is _CHINESE:
        number = chinese_number(digits)
        if number is None:
            return None
        value = Decimal(number)
    else:
        value = Decimal(digits)
    scale = (match["scale"] or "").lower()
    vague = match["near"] or match["more"] or match["over"] or match["about"]
    unit = match["unit"] or ""
    scaled = bool(scale) or any(c in "万亿" for c in digits)
    return Amount(value * _SCALES.get(scale, 1), unit, vague is not None, scaled)
