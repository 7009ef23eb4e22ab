"""What of a person may be seen: masked names and numbers, and the sweep of free text.

《个人信息保护法》§6 (least scope) and §51; `个人信息` never stands in a list in clear.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

# The compound surnames in common use; any other name is masked after its first character.
COMPOUND_SURNAMES = frozenset(
    [
        "欧阳",
        "太史",
        "端木",
        "上官",
        "司马",
        "东方",
        "独孤",
        "南宫",
        "万俟",
        "闻人",
        "夏侯",
        "诸葛",
        "尉迟",
        "公羊",
        "赫连",
        "澹台",
        "皇甫",
        "宗政",
        "濮阳",
        "公冶",
        "太叔",
        "申屠",
        "公孙",
        "慕容",
        "仲孙",
        "钟离",
        "长孙",
        "宇文",
        "司徒",
        "鲜于",
        "司空",
        "闾丘",
        "子车",
        "亓官",
        "司寇",
        "巫马",
        "公西",
        "颛孙",
        "壤驷",
        "公良",
        "漆雕",
        "乐正",
        "宰父",
        "谷梁",
        "拓跋",
        "夹谷",
        "轩辕",
        "令狐",
        "段干",
        "百里",
        "呼延",
        "东郭",
        "南门",
        "羊舌",
        "微生",
        "梁丘",
        "左丘",
        "东门",
        "西门",
        "第五",
    ]
)

# What may stand between the digits of a number: spaces, hyphens, marks of no width.
_SPACES = " \t\xa0\u2002\u2003\u2007\u2009\u202f\u3000\u200b\u200c\u200d\u2060\ufeff"
_HYPHENS = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d-"
# Sign for sign, so that a position in the plain text is the same in the text as written.
_PLAIN = str.maketrans(
    {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    | dict.fromkeys(map(ord, _SPACES), " ")
    | dict.fromkeys(map(ord, _HYPHENS), "-")
)
# Every finding holds eleven digits with little between them; most texts have no such run.
_SHORTEST = 11
_RUN = re.compile(rf"[0-9\uff10-\uff19](?:[{_SPACES}{_HYPHENS}]{{0,3}}[0-9\uff10-\uff19]){{10}}")

# The matches stand in lookaheads: one that fails its check digit hides none that begins in it.
_ID_CARD = re.compile(
    r"(?<![0-9A-Za-z])(?=([1-9](?:[ -]{0,3}[0-9]){16}[ -]{0,3}[0-9Xx])(?![0-9A-Za-z]))"
)
_BORN = re.compile(r".{6}(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
_AFTER_86 = r"(?<=\+86)|(?<=\+86[ -])|(?<=(?<![0-9-])86[ -])|(?<=(?<![0-9])0086)"
_MOBILE = re.compile(
    rf"(?:(?<![0-9])|{_AFTER_86})1[3-9][0-9]{{9}}(?![0-9])"
    rf"|(?:(?<![0-9])(?<![0-9]-)|{_AFTER_86})"
    r"1[3-9][0-9][ -]{0,3}[0-9]{4}[ -]{0,3}[0-9]{4}(?!-?[0-9])"
)
_BANK_CARD = re.compile(r"(?<![0-9])(?=((?:62|4[0-9]|5[1-5]|35|37)[0-9]{11,17})(?![0-9]))")
# Groups of four, as cards are printed; the last is short, or a short one follows.
_CARD_IN_FOURS = re.compile(
    r"(?<![0-9])(?=((?:62|4[0-9]|5[1-5]|35|37)[0-9]{2}(?:[ -]{1,3}[0-9]{4}){2}"
    r"[ -]{1,3}[0-9]{1,4})((?<=[0-9]{4})[ -]{1,3}[0-9]{1,3})?(?![0-9]))"
)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def mask_name(name: str | None) -> str:
    """Leave the surname: 张三 becomes 张某, 欧阳锋 欧阳某; an alias of letters keeps its first.

    Latin or numbered aliases of the web channel (A00045581) become A某 likewise.
    """
    text = (name or "").strip()
    if not text:
        return ""
    surname = text[:2] if text[:2] in COMPOUND_SURNAMES else text[0]
    return f"{surname}某"


def mask_names(names: Sequence[str]) -> list[str]:
    """Mask the people of one matter; those who would look alike are numbered (domain 8.3)."""
    masked = [mask_name(name) for name in names]
    alike, seen = Counter(masked), Counter[str]()
    shown = []
    for name in masked:
        seen[name] += 1
        shown.append(f"{name}{seen[name]}" if name and alike[name] > 1 else name)
    return shown


def hide_names(text: str, names: Iterable[str]) -> str:
    """Return `text` with each of the names masked, the longest first; a single letter is no name."""
    for name in sorted({name.strip() for name in names}, key=len, reverse=True):
        if len(name) > 1:
            text = text.replace(name, mask_name(name))
    return text


def mask_phone(phone: str | None) -> str:
    """Leave the first three and last four digits of a mobile, the last two of anything else."""
    digits = re.sub(r"\D", "", phone or "")
    if not digits:
        return ""
    if len(digits) == 11 and digits.startswith("1"):
        return f"{digits[:3]}****{digits[-4:]}"
    return "*" * max(len(digits) - 2, 3) + digits[-2:]


@dataclass(frozen=True, slots=True)
class Finding:
    """A piece of personal data found in free text, with where it stands and a masked copy."""

    kind: str
    start: int
    end: int
    masked: str


def sweep(text: str | None) -> list[Finding]:
    """Find 18-digit ids, mobiles and bank cards in `text`, in order, none inside another.

    Full-width digits and spaces or hyphens inside a number hide nothing. Ids and cards must
    pass their check digit, so that order numbers raise no alarm.
    """
    if not text or len(text) < _SHORTEST or not _RUN.search(text):
        return []
    plain = text.translate(_PLAIN)
    found = [*_ids(plain), *_mobiles(plain), *_cards(plain)]
    found.sort(key=lambda finding: (finding.start, -finding.end))
    kept: list[Finding] = []
    for finding in found:
        if not kept or finding.start >= kept[-1].end:
            kept.append(finding)
    return kept


def redact(text: str | None) -> str:
    """Return `text` with every finding of `sweep` replaced by its masked copy.

    It is swept again until nothing is found: of two that overlap, the second may remain.
    """
    result = text or ""
    while found := sweep(result):
        for finding in reversed(found):
            result = result[: finding.start] + finding.masked + result[finding.end :]
    return result


def _ids(plain: str) -> Iterator[Finding]:
    for match in _ID_CARD.finditer(plain):
        number = _digits(match[1])
        if _BORN.match(number) and _id_checks(number):
            yield Finding("身份证号", *match.span(1), number[:3] + "*" * 11 + number[-4:])


def _mobiles(plain: str) -> Iterator[Finding]:
    for match in _MOBILE.finditer(plain):
        yield Finding("手机号", *match.span(), mask_phone(match[0]))


def _cards(plain: str) -> Iterator[Finding]:
    for match in _BANK_CARD.finditer(plain):
        if _luhn(match[1]):
            yield _card(match[1], *match.span(1))
    for match in _CARD_IN_FOURS.finditer(plain):
        # A short group behind four of four may be the card's or the next word's.
        for end in (match.end(2), match.end(1)):
            number = _digits(plain[match.start(1) : end]) if end > 0 else ""
            if 13 <= len(number) <= 19 and _luhn(number):
                yield _card(number, match.start(1), end)
                break


def _card(number: str, start: int, end: int) -> Finding:
    return Finding("银行卡号", start, end, "*" * (len(number) - 4) + number[-4:])


def _digits(text: str) -> str:
    return text.replace(" ", "").replace("-", "")


def describe(findings: list[Finding], text: str) -> str:
    """Say in Chinese what was found where, with the six characters before it as the place."""
    places = [
        f"{finding.kind} {finding.masked}（“…{text[max(0, finding.start - 6) : finding.start]}”之后）"
        for finding in findings
    ]
    return "、".join(places)


def _id_checks(number: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _ID_WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == number[17].upper()


def _luhn(number: str) -> bool:
    digits = [int(digit) for digit in reversed(number)]
    total = sum(digits[0::2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return total % 10 == 0
