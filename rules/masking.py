"""What of a person may be seen: masked names and numbers, and the sweep of free text.

《个人信息保护法》§6 (least scope) and §51; `个人信息` never stands in a list in clear.
"""

import re
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

_ID_CARD = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[0-9Xx](?![0-9A-Za-z])"
)
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_BANK_CARD = re.compile(r"(?<!\d)(?:62|4\d|5[1-5]|35|37)\d{11,17}(?!\d)")
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

    Ids and cards must pass their check digit, so that order numbers raise no alarm.
    """
    if not text or not any("0" <= character <= "9" for character in text):
        return []
    found = [
        Finding("身份证号", m.start(), m.end(), m[0][:3] + "*" * 11 + m[0][-4:])
        for m in _ID_CARD.finditer(text)
        if _id_checks(m[0])
    ]
    found += [
        Finding("手机号", m.start(), m.end(), mask_phone(m[0])) for m in _MOBILE.finditer(text)
    ]
    found += [
        Finding("银行卡号", m.start(), m.end(), "*" * (len(m[0]) - 4) + m[0][-4:])
        for m in _BANK_CARD.finditer(text)
        if _luhn(m[0])
    ]
    found.sort(key=lambda finding: (finding.start, -finding.end))
    kept: list[Finding] = []
    for finding in found:
        if not kept or finding.start >= kept[-1].end:
            kept.append(finding)
    return kept


def redact(text: str | None) -> str:
    """Return `text` with every finding of `sweep` replaced by its masked copy."""
    result = text or ""
    for finding in reversed(sweep(result)):
        result = result[: finding.start] + finding.masked + result[finding.end :]
    return result


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
